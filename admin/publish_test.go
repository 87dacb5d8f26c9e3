package admin_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"testing"

	"banli/admin"
	"banli/definitions"
	"banli/store"
)

// TestReplyHours is the main job: a limit is changed, checked, published; new cases use it, running ones do not.
func TestReplyHours(t *testing.T) {
	o := newOffice(t)
	before := o.Catalogues.Current()
	running := o.dispatched("first")
	designer, boss := o.as("rule_designer"), o.as("platform_admin")

	set(t, designer, "/admin/parameters/reply_hours", "４８")
	page := designer.Get("/admin/parameters")
	if page.Text("del") != "72 小时" || page.Text("ins") != "48 小时" {
		t.Errorf("the list shows %q → %q", page.Text("del"), page.Text("ins"))
	}
	if got := o.Catalogues.Current().Param("reply_hours"); got != 72 {
		t.Fatalf("a draft is in force: %d", got)
	}
	if page = designer.Get("/admin/check"); page.Count("form[aria-labelledby=publish-h]") != 0 {
		t.Error("a designer is offered to publish")
	}
	page = boss.Get("/admin/check")
	has(t, "check", page.Text("main"), "部门回复批分时限", "72 小时", "48 小时", "某rule_designer（规则设计员）", "压缩时限", "没有发现问题", "在办 1 件保持原值", "通过")

	form := page.Form("form[aria-labelledby=publish-h]")
	if page = boss.Post("/admin/check", form); page.Status != http.StatusUnprocessableEntity || page.Count(".err-sum a[href='#note']") != 1 {
		t.Errorf("published without a note: %d %s", page.Status, page.Text("main"))
	}
	page = publish(t, boss)
	has(t, "revision", page.Text("main"), "第 2 版已发布并生效", "catalogue.yaml", "value: 72", "value: 48")
	if page.Count("pre del") != 1 || page.Count("pre ins") != 1 {
		t.Errorf("the difference is not one line: %v %v", page.All("pre del"), page.All("pre ins"))
	}

	if got := o.limit(running, "reply"); got != 72 {
		t.Errorf("a running reply has %d hours, want its 72", got)
	}
	if got := o.limit(o.dispatched("second"), "reply"); got != 48 {
		t.Errorf("a new reply has %d hours, want 48", got)
	}

	history := o.as("auditor").Get("/admin/revisions").All("tbody tr")
	if len(history) != 2 {
		t.Fatalf("history: %q", history)
	}
	has(t, "history", history[0], "第 2 版 现行", "2025-11-03 09:00", "某platform_admin（平台管理部门）", "按减时限要求调整", "部门回复批分时限 72 小时 48 小时")
	has(t, "audit", o.as("auditor").Get("/admin/audit").Text("main"), "发布版本", "版本号 2")
	if page = boss.Get("/admin/check"); page.Count("tbody tr") != 0 {
		t.Errorf("the draft is not empty after publishing: %s", page.Text("main"))
	}

	// Taking back gives the files of before, to the byte.
	page = boss.Follow(boss.Post("/admin/revisions/2/take-back", url.Values{}))
	has(t, "taken back", page.Text("main"), "48 小时", "72 小时", "收回第 2 版的修改")
	publish(t, boss)
	after := o.Catalogues.Current()
	if after.Revision != before.Revision || !maps.EqualFunc(after.Files, before.Files, bytes.Equal) {
		t.Error("an edit and its reverse leave other files")
	}
	page = boss.Follow(boss.Post("/admin/revisions/2/take-back", url.Values{}))
	has(t, "taken back twice", page.Text("main"), "已放入 0 处", "另有 1 处")
}

func TestValuesAreChecked(t *testing.T) {
	o := newOffice(t)
	boss := o.as("platform_admin")
	for name, tt := range map[string]struct{ path, value, reason, target, problem string }{
		"too many hours":          {"/admin/parameters/reply_hours", "241", "压缩", "#value", "请填写 1 至 240 之间的整数（小时）。"},
		"too few":                 {"/admin/parameters/reply_hours", "0", "压缩", "#value", "请填写 1 至 240 之间的整数（小时）。"},
		"more than a machine has": {"/admin/parameters/reply_hours", "99999999999999999999", "压缩", "#value", "请填写 1 至 240 之间的整数（小时）。"},
		"no number":               {"/admin/parameters/reply_hours", "两天", "压缩", "#value", "请填写整数，如 48。"},
		"no reason":               {"/admin/parameters/reply_hours", "48", " ", "#reason", "请填写修改理由。"},
		"another reading":         {"/admin/policies/filing_expiry", "void", "压缩", "#value", "请选择一种口径。"},
		"more than the law":       {"/admin/items/FG04", "21", "放宽", "#value", "请填写 1 至 20 之间的整数；承诺时限不得超过法定时限。"},
	} {
		t.Run(name, func(t *testing.T) {
			form := boss.Get(tt.path).Form("form[aria-labelledby=edit-h]")
			form.Set("value", tt.value)
			form.Set("reason", tt.reason)
			page := boss.Post(tt.path, form)
			if page.Status != http.StatusUnprocessableEntity || page.Text(".err-sum a[href='"+tt.target+"']") != tt.problem {
				t.Errorf("status %d, problem %q", page.Status, page.Text(".err-sum"))
			}
			if kept := page.Form("form[aria-labelledby=edit-h]"); tt.path != "/admin/policies/filing_expiry" && kept.Get("value") != tt.value {
				t.Errorf("what was typed is gone: %v", kept)
			}
		})
	}
	if page := boss.Get("/admin/parameters/no_such"); page.Status != http.StatusNotFound {
		t.Errorf("an unknown parameter: %d", page.Status)
	}
	if page := boss.Get("/admin/check"); page.Count("tbody tr") != 0 {
		t.Errorf("a refused value is in the draft: %s", page.Text("main"))
	}
}

// TestLintRefuses: a draft whose edits are within their own bounds, and together break a rule of the catalogue.
func TestLintRefuses(t *testing.T) {
	o := newOffice(t)
	boss := o.as("platform_admin")
	e := admin.Edit{Kind: "item", ID: "FG04", Old: "10", New: "21", Reason: "放宽"}
	data, err := json.Marshal(admin.Draft{Base: o.Catalogues.Current().Revision, Edits: []admin.Edit{e}})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Store.Docs("catalogue_drafts").Insert(t.Context(), &store.Doc{ID: "current", Data: data}); err != nil {
		t.Fatal(err)
	}
	page := boss.Get("/admin/check")
	has(t, "check", page.Text("section[aria-labelledby=lint-h]"), "items/FG04.yaml:44:9", "promises 21 days where statutory allows 20", "FG04 企业投资项目核准：承诺时限")
	if page.Count("form[aria-labelledby=publish-h]") != 0 {
		t.Error("a draft with faults may be published")
	}
	page = boss.Post("/admin/check", url.Values{"note": {"放宽"}, "base": {o.Catalogues.Current().Revision}, "rev": {"1"}})
	if page.Status != http.StatusUnprocessableEntity {
		t.Errorf("publishing a draft with faults: %d", page.Status)
	}
	if history, err := o.Catalogues.History(t.Context()); err != nil || len(history) != 1 {
		t.Errorf("history: %v %v", history, err)
	}
}

// TestStaleEdit: two people change one value; the second is told what the first set, and keeps what was typed.
func TestStaleEdit(t *testing.T) {
	o := newOffice(t)
	one, two := o.as("platform_admin"), o.as("rule_designer")
	form := one.Get("/admin/parameters/reply_hours").Form("form[aria-labelledby=edit-h]")
	set(t, two, "/admin/parameters/reply_hours", "60")
	set(t, two, "/admin/parameters/window_hours", "20")
	form.Set("value", "48")
	form.Set("reason", "再快一些")
	page := one.Post("/admin/parameters/reply_hours", form)
	if page.Status != http.StatusConflict || page.Text("[role=alert] ins") != "60 小时" {
		t.Fatalf("a stale edit: %d %s", page.Status, page.Text("main"))
	}
	again := page.Form("form[aria-labelledby=edit-h]")
	if again.Get("value") != "48" || again.Get("reason") != "再快一些" || again.Get("seen") != "60" {
		t.Errorf("the form holds %v", again)
	}
	if page = one.Post("/admin/parameters/reply_hours", again); page.Status != http.StatusSeeOther {
		t.Errorf("saved knowingly: %d", page.Status)
	}

	// Publishing a draft that is not the one seen shows what differs.
	form = one.Get("/admin/check").Form("form[aria-labelledby=publish-h]")
	form.Set("note", "加快")
	set(t, two, "/admin/parameters/reply_hours", "50")
	set(t, two, "/admin/items/FG04", "8")
	set(t, two, "/admin/parameters/window_hours", "24")
	page = one.Post("/admin/check", form)
	if page.Status != http.StatusConflict {
		t.Fatalf("a stale publication: %d", page.Status)
	}
	if got := page.All("section[aria-labelledby=stale-h] tbody tr"); len(got) != 3 {
		t.Errorf("differences: %q", got)
	}
	has(t, "difference", page.Text("section[aria-labelledby=stale-h]"), "48 小时", "50 小时", "新增", "8 个工作日", "删除", "20 小时")
	if history, _ := o.Catalogues.History(t.Context()); len(history) != 1 {
		t.Error("a stale publication came into force")
	}
}

// TestOtherServer publishes on one server; a draft begun from the old value on another is in conflict until decided.
func TestOtherServer(t *testing.T) {
	here := newOffice(t)
	there := openOffice(t, here.Store)
	set(t, here.as("platform_admin"), "/admin/parameters/reply_hours", "48")
	set(t, here.as("platform_admin"), "/admin/parameters/window_hours", "12")
	files := maps.Clone(here.Catalogues.Current().Files)
	src, err := definitions.SetScalar(files["catalogue.yaml"], "/parameters/reply_hours/value", "60")
	if err != nil {
		t.Fatal(err)
	}
	files["catalogue.yaml"] = src
	if _, err := there.Catalogues.Publish(t.Context(), window, files, "另一处发布"); err != nil {
		t.Fatal(err)
	}
	boss := here.as("platform_admin")
	page := boss.Get("/admin/check")
	has(t, "conflict", page.Text("main"), "有 1 处修改所依据的原值已不是现行值", "现行值是 60 小时", "48 小时")
	if page.Count("form[aria-labelledby=publish-h]") != 0 {
		t.Error("a draft in conflict may be published")
	}
	form := page.Form("tbody tr form")
	form.Set("do", "keep")
	page = boss.Follow(boss.Post("/admin/check/edits", form))
	if page.Count("form[aria-labelledby=publish-h]") != 1 {
		t.Errorf("after deciding: %s", page.Text("main"))
	}
	publish(t, boss)
	if got := here.Catalogues.Current().Param("reply_hours"); got != 48 {
		t.Errorf("reply_hours is %d, want 48", got)
	}
	if got := there.Catalogues.Current().Param("window_hours"); got != 24 {
		t.Errorf("the other server knows before it looked: %d", got)
	}
	there.as("platform_admin").Get("/admin/check")
	if got := there.Catalogues.Current().Param("window_hours"); got != 12 {
		t.Errorf("the other server has window_hours %d, want 12", got)
	}
}
