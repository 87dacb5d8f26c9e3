package casefile_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"banli/definitions"
	"banli/server/servertest"
	"banli/store"
)

// accepted is a district on a Monday with a project and an application of GH02 that was accepted.
func accepted(t *testing.T) (d *servertest.District, p *store.Project, kase string) {
	t.Helper()
	d = servertest.New(t, "2026-11-23 09:00")
	p = d.Register("RATIFICATION", nil)
	d.Act("general_window", d.Find(p.ID, "registration", ""), "dispatch", map[string]any{"stage": "S1", "departments": []any{"GH"}})
	d.Act("gh-handler", d.Find(p.ID, "reply", "GH"), "reply", map[string]any{"items": []any{"GH02"}})
	kase = d.Apply(p.ID, "GH02").ID
	for _, do := range []string{"pass_pre_review", "accept"} {
		d.Act("gh-handler", kase, do, nil)
	}
	return d, p, kase
}

// TestActsSayWhatTheyDo: only lawful acts are offered, each with its effect on the clocks and its rule.
func TestActsSayWhatTheyDo(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	p := d.Register("RATIFICATION", nil)
	page := d.As("general_window").Get("/cases/" + d.Find(p.ID, "registration", ""))
	if got, want := page.All(".act .btn"), []string{"确认", "取消登记", "批分"}; !slices.Equal(got, want) {
		t.Errorf("acts %q, want %q", got, want)
	}
	for i, notes := range page.All(".act .act-notes") {
		if !strings.Contains(notes, "“窗口计时”停止") || !strings.Contains(notes, "依据规则 T") {
			t.Errorf("act %d says %q", i, notes)
		}
	}
	if got := page.Text("#registered-h"); got != "登记内容" {
		t.Errorf("the window does not see the registration: %q", got)
	}
	if dd := page.All("dl.answers dd"); !slices.Contains(dd, "5104**********0018") || slices.Contains(dd, "510411190001010018") {
		t.Errorf("an identity number is shown: %q", dd)
	}
	if owner := d.As("owner").Get("/cases/" + d.Find(p.ID, "registration", "")); slices.Contains(owner.All(".act .btn"), "确认") {
		t.Errorf("the owner is offered %q", owner.All(".act .btn"))
	}
	if got := page.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
}

// TestFilingAnnouncesNothingUnlawful: the policy leaves an expired filing overdue, so nothing is said to happen by
// itself, and what comes of the registration is not asked for.
func TestFilingAnnouncesNothingUnlawful(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	p := d.Register("FILING", nil)
	page := d.As("fg-handler").Get("/cases/" + d.Find(p.ID, "filing", ""))
	if text := page.Text("main"); strings.Contains(text, "期满自动") || strings.Contains(text, "未提交") {
		t.Errorf("the page says %q", text)
	}
	if got := page.All(".mats td .clk"); !slices.Equal(got, []string{"已由登记生成，免提交", "已由登记生成，免提交"}) {
		t.Errorf("materials stand %q", got)
	}
	d.Act("general_window", d.Find(p.ID, "registration", ""), "dispatch", map[string]any{"stage": "S1", "departments": []any{"GH"}})
	reply := d.As("gh-handler").Get("/cases/" + d.Find(p.ID, "reply", "GH"))
	if !strings.Contains(reply.Text("main"), "期满自动：自动回复") {
		t.Error("the automatic reply is not announced")
	}
}

// TestDispatchForm names departments, those first that the project needs, with the reason.
func TestDispatchForm(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	p := d.Register("RATIFICATION", map[string]any{"new_land_area": 20000})
	id := d.Find(p.ID, "registration", "")
	c := d.As("general_window")
	page := c.Get("/cases/" + id + "/acts/dispatch")
	labels := page.All("input[name=\"/departments\"] ~ label, input[name=\"/departments\"] + label")
	if len(labels) < 10 || !strings.Contains(labels[0], "按登记内容") || strings.Contains(labels[len(labels)-1], "按登记内容") {
		t.Errorf("departments %q", labels)
	}
	if got := page.All("input[name=\"/stage\"] ~ label, input[name=\"/stage\"] + label"); !slices.Contains(got, "立项用地规划许可阶段") {
		t.Errorf("stages %q", got)
	}
	form := page.Form("main form")
	form.Del("/departments")
	form.Set("/note", "请尽快回复")
	bad := c.Post("/cases/"+id+"/acts/dispatch", form)
	if bad.Status != 422 || bad.Count("[data-err-sum] li") != 1 || bad.Text("textarea[name=\"/note\"]") != "请尽快回复" {
		t.Errorf("without a department: %d, %q, note %q", bad.Status, bad.All("[data-err-sum] li"), bad.Text("textarea[name=\"/note\"]"))
	}
	if !strings.HasPrefix(bad.Text("title"), "错误：") {
		t.Errorf("title %q", bad.Text("title"))
	}
	form["/departments"] = []string{"GH", "SW"}
	for range 2 { // pressed twice
		if done := c.Post("/cases/"+id+"/acts/dispatch", form); done.Status != 303 || done.Location != "/cases/"+id {
			t.Errorf("dispatched: %d %q", done.Status, done.Text("main"))
		}
	}
	after := c.Get("/cases/" + id)
	if got := after.Count("#replies-h ~ div tbody tr"); got != 2 {
		t.Errorf("%d departments were asked, want 2", got)
	}
}

// TestReplyForm offers the department's own items.
func TestReplyForm(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	p := d.Register("RATIFICATION", nil)
	d.Act("general_window", d.Find(p.ID, "registration", ""), "dispatch", map[string]any{"stage": "S1", "departments": []any{"GH"}})
	page := d.As("gh-handler").Get("/cases/" + d.Find(p.ID, "reply", "GH") + "/acts/reply")
	values := page.Attrs("input[name=\"/items\"]", "value")
	for _, v := range values {
		if !strings.HasPrefix(v, "GH") {
			t.Errorf("offers %s", v)
		}
	}
	labels := page.All("input[name=\"/items\"] ~ label, input[name=\"/items\"] + label")
	if !slices.Contains(values, "GH02") || len(labels) == 0 || !strings.HasSuffix(labels[0], "（按登记内容需要）") {
		t.Errorf("offers %q as %q", values, labels)
	}
}

func TestWaitForm(t *testing.T) {
	d, _, id := accepted(t)
	page := d.As("gh-handler").Get("/cases/" + id + "/acts/open_wait")
	labels, values := page.All("input[name=\"/items\"] ~ label, input[name=\"/items\"] + label"), page.Attrs("input[name=\"/items\"]", "value")
	if len(values) == 0 || slices.Contains(values, "GH02") || !slices.Contains(values, "FG04") || !strings.HasSuffix(labels[0], "（本事项的前置）") {
		t.Errorf("offers %q as %q", values, labels)
	}
	if side := page.Text("aside"); !strings.Contains(side, "“承诺时限”暂停") || strings.Contains(side, "暂停，") {
		t.Errorf("effects %q", side)
	}
}

// TestStaleAct: two windows, and the second one learns what the first did; nothing typed is lost.
func TestStaleAct(t *testing.T) {
	d, _, id := accepted(t)
	c := d.As("gh-handler")
	form := c.Get("/cases/" + id + "/acts/open_wait").Form("main form")
	form["/items"], form["/reason"] = []string{"FG04"}, []string{"等待核准文件"}
	d.Act("gh-handler", id, "request_extension", map[string]any{"days": 10, "kind": "expert_review", "basis": "行政许可法第四十五条", "notice": "专家评审需要十个工作日"})
	page := c.Post("/cases/"+id+"/acts/open_wait", form)
	if page.Status != 409 || page.Text("#since-h") == "" || page.All(".ledger li b")[0] != "申请延期" {
		t.Fatalf("%d: %q", page.Status, page.Text("main"))
	}
	if page.Text("textarea[name=\"/reason\"]") != "等待核准文件" || page.Count("input[name=\"/items\"][value=FG04][checked]") != 1 {
		t.Error("what was typed is lost")
	}
	if again := c.Post("/cases/"+id+"/acts/open_wait", page.Form("main form")); again.Status != 303 {
		t.Errorf("sent again: %d %q", again.Status, again.Text("main"))
	}
	if got := c.Get("/cases/" + id).All("tbody .clk[data-s=paused]"); len(got) != 2 {
		t.Errorf("on hold: %q", got)
	}
	// What is not lawful any more is refused with its rule.
	refused := c.Get("/cases/" + id + "/acts/open_wait")
	if refused.Status != 409 || !strings.Contains(refused.Text("main"), "T24") {
		t.Errorf("a second wait: %d %q", refused.Status, refused.Text("main"))
	}
}

// TestCorrectionKeepsTheStory: the owner changes answers and files; the ledger shows both.
func TestCorrectionKeepsTheStory(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	p := d.Register("RATIFICATION", nil)
	id := d.Apply(p.ID, "GH02").ID
	d.Act("gh-handler", id, "return_pre_review", map[string]any{"opinion": "请写明用地位置"})
	d.At("2026-11-23 15:00")
	c := d.As("owner")
	page := c.Get("/cases/" + id + "/acts/resubmit")
	form := page.Form("main form")
	form.Set("/statement", "申请办理用地规划许可，用地位于南山园区一号路")
	input := page.Attr("input[type=file]", "name")
	done := c.Upload("/cases/"+id+"/acts/resubmit", form, map[string][2]string{input: {"补充说明.pdf", "%PDF-1.7 more"}})
	if done.Status != 303 {
		t.Fatalf("%d %q", done.Status, done.Text("main"))
	}
	last := c.Get("/cases/" + id).Text(".ledger li:first-child")
	for _, want := range []string{"申请办理本事项", "用地位于南山园区一号路", "补充说明.pdf", "张三"} {
		if !strings.Contains(last, want) {
			t.Errorf("the ledger does not say %s: %q", want, last)
		}
	}
	if first := c.Get("/cases/" + id).Text("#event-1"); !strings.Contains(first, ".pdf") || strings.Contains(first, "补充说明") {
		t.Errorf("the first entry: %q", first)
	}
}

// TestForeignRecords are as if they were not there.
func TestForeignRecords(t *testing.T) {
	d, p, id := accepted(t)
	paths := []string{
		"/projects/" + p.ID, "/cases/" + id, "/cases/" + id + "/clocks/promised", "/cases/" + id + "/acts/grant",
		"/cases/" + id + "/files/" + strings.Repeat("0", 64), "/cases/" + id + "/documents/x", "/cases/" + id + "/receipt",
	}
	for _, login := range []string{"other", "liaison", "sw-handler", "rule_designer"} {
		c := d.As(login)
		for _, path := range paths {
			if got := c.Get(path).Status; got != 404 {
				t.Errorf("%s at %s: %d", login, path, got)
			}
		}
		if got := c.Post("/cases/"+id+"/acts/grant", url.Values{"conclusion": {"准予"}}).Status; got != 404 {
			t.Errorf("%s grants: %d", login, got)
		}
	}
	for login, want := range map[string]int{"owner": 200, "gh-window": 200, "general_window": 200, "supervisor": 200, "auditor": 200} {
		for _, path := range []string{"/projects/" + p.ID, "/cases/" + id, "/cases/" + id + "/clocks/promised"} {
			if got := d.As(login).Get(path).Status; got != want {
				t.Errorf("%s at %s: %d, want %d", login, path, got, want)
			}
		}
	}
}

// TestExplanations tells of each kind of clock how its due date came about.
func TestExplanations(t *testing.T) {
	d, _, id := accepted(t)
	lead := func(clock string) string {
		c := d.As("gh-handler")
		return strings.Join(c.Get("/cases/"+id+"/clocks/"+clock).All("#lead-h ~ ul li"), "\n")
	}
	for clock, wants := range map[string][]string{
		"promised": {"自 2026-11-23 09:00 起算，起算当日不计，时限 7 个工作日", "2026-12-02 24:00"},
		"intake":   {"已于 2026-11-23 09:00 停止"},
		"delivery": {"尚未起算"},
	} {
		for _, want := range wants {
			if got := lead(clock); !strings.Contains(got, want) {
				t.Errorf("%s: %q does not say %q", clock, got, want)
			}
		}
	}
	d.At("2026-12-04 10:00")
	page := d.As("gh-handler").Get("/cases/" + id + "/clocks/promised")
	if got := lead("promised"); !strings.Contains(got, "现已逾期") {
		t.Errorf("overdue: %q", got)
	}
	if text := page.Text("main"); strings.Contains(text, "weekend") || !strings.Contains(text, "周末") {
		t.Error("a weekend is not named")
	}
	// Its spans add up to the limit.
	sum := 0
	for _, n := range page.All("table tbody td.r, table tbody td.num.r") {
		var units int
		if _, err := fmt.Sscan(n, &units); err == nil {
			sum += units
		}
	}
	if sum < 7 {
		t.Errorf("the spans count %d days", sum)
	}
}

// TestLimitExplained: the page of a clock says why its limit is what it is, and its JSON is what the catalogue tells.
func TestLimitExplained(t *testing.T) {
	d, _, id := accepted(t)
	c := d.As("gh-handler")
	for lang, wants := range map[string][]string{
		"zh-CN": {"期限", "7 个工作日", "item.promised = 7", "依据", "flows/permit.yaml:"},
		"en":    {"Limit", "7 working days", "item.promised = 7", "Source", "flows/permit.yaml:"},
	} {
		c.Get("/?_lang=" + lang)
		page := c.Get("/cases/" + id + "/clocks/promised")
		for _, want := range wants {
			if got := page.Text("#limit-h ~ dl"); !strings.Contains(got, want) {
				t.Errorf("%s: %q does not say %q", lang, got, want)
			}
		}
		if idle := c.Get("/cases/" + id + "/clocks/delivery"); idle.Count("#limit-h") != 0 {
			t.Error("a clock that has not started has a limit")
		}
	}
	v, err := d.Case(t.Context(), d.Actor("gh-handler"), id)
	if err != nil {
		t.Fatal(err)
	}
	list, err := v.Catalogue.Tell(v.Flow, v.Scope, v.Ledger, v.At)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(k definitions.Told) bool { return k.ID == "promised" })
	want, err := json.Marshal(list[i])
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Get("/cases/" + id + "/clocks/promised?format=json").Body; strings.TrimSpace(string(got)) != string(want) {
		t.Errorf("as JSON\n%s\nwant\n%s", got, want)
	}
}

// TestRetroactive: a case nobody acted on counts from its intake, and the page says so.
func TestRetroactive(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	p := d.Register("RATIFICATION", nil)
	id := d.Apply(p.ID, "GH02").ID
	d.Act("gh-handler", id, "pass_pre_review", nil)
	d.At("2026-12-01 09:00")
	page := d.As("gh-handler").Get("/cases/" + id + "/clocks/promised")
	if got := page.Text("#lead-h ~ ul"); !strings.Contains(got, "“视为受理”开始") || !strings.Contains(got, "2026-11-30 24:00") || !strings.Contains(got, "追溯") {
		t.Errorf("%q", got)
	}
	if got := d.As("gh-handler").Get("/cases/" + id).Text(".ap-head .tag.bad"); got != "视为受理" {
		t.Errorf("mark %q", got)
	}
}

// TestNoRawIDs walks the pages in both languages.
func TestNoRawIDs(t *testing.T) {
	d, p, id := accepted(t)
	reg := d.Find(p.ID, "registration", "")
	for login, paths := range map[string][]string{
		"gh-handler":     {"/cases/" + id, "/cases/" + id + "/acts/open_wait", "/cases/" + id + "/clocks/promised", "/projects/" + p.ID},
		"general_window": {"/cases/" + reg, "/cases/" + reg + "/acts/dispatch", "/projects/" + p.ID},
		"owner":          {"/cases/" + id, "/projects/" + p.ID},
	} {
		c := d.As(login)
		for _, lang := range []string{"zh-CN", "en"} {
			c.Get("/?_lang=" + lang)
			for _, path := range paths {
				page := c.Get(path)
				for _, raw := range []string{"case.", "project.need", "act.state", "general_window", "dept_", "pre_review", "RATIFICATION", "pass_pre"} {
					if text := page.Text("main"); strings.Contains(text, raw) {
						t.Errorf("%s at %s in %s shows %q", login, path, lang, raw)
					}
				}
				if slices.Contains(page.All("dd"), "true") {
					t.Errorf("%s at %s in %s shows true", login, path, lang)
				}
			}
		}
	}
}

// TestHandOver: the form offers the people of the department by name, and the case and its ledger show the one chosen.
func TestHandOver(t *testing.T) {
	d, _, id := accepted(t)
	c := d.As("gh-handler")
	page := c.Get("/cases/" + id + "/acts/hand_over")
	if got := page.All("select option"); !slices.Contains(got, "GH部门负责人（部门负责人）") || slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "FG") }) {
		t.Errorf("offered %q", got)
	}
	form := page.Form("main form")
	name := page.Attr("main form select", "name")
	form.Set(name, d.Actor("fg-handler").User)
	if got := c.Post("/cases/"+id+"/acts/hand_over", form); got.Status != 422 {
		t.Errorf("to another department: %d", got.Status)
	}
	form.Set(name, d.Actor("gh-leader").User)
	after := c.Follow(c.Post("/cases/"+id+"/acts/hand_over", form))
	if got := after.Text("aside .dl"); !strings.Contains(got, "经办人GH部门负责人") && !strings.Contains(got, "经办人 GH部门负责人") {
		t.Errorf("about the case: %q", got)
	}
	if got := after.Text(".ledger li"); !strings.Contains(got, "转给") || strings.Contains(got, d.Actor("gh-leader").User) {
		t.Errorf("the ledger: %q", got)
	}
	if got := d.As("gh-leader").Get("/desk?whose=mine"); got.Count("tbody tr") != 1 || !strings.Contains(got.Text("tbody"), "经办人：GH部门负责人") {
		t.Errorf("the leader's own: %q", got.Text("main"))
	}
}

// TestWaitInVain: the page of a case that waits for an item that was denied says so, in both languages (T24).
func TestWaitInVain(t *testing.T) {
	d, p, denied := accepted(t)
	id := d.Apply(p.ID, "GH03").ID
	for _, do := range []string{"pass_pre_review", "accept"} {
		d.Act("gh-handler", id, do, nil)
	}
	d.Act("gh-handler", id, "open_wait", map[string]any{"items": []any{"GH02"}, "reason": "等待用地规划许可"})
	c, hint := d.As("gh-handler"), "section[aria-labelledby=no-grant-h]"
	if got := c.Get("/cases/" + id); got.Count(hint) != 0 {
		t.Errorf("before: %q", got.Text(hint))
	}
	d.Act("gh-leader", denied, "deny", map[string]any{"reasons": "不符合规划条件，不予许可", "remedy": "六十日内申请行政复议"})
	if got := c.Get("/cases/" + id); got.Attr(hint+" a", "href") != "/cases/"+denied || !strings.Contains(got.Text(hint), "写明理由") {
		t.Errorf("after: %q", got.Text(hint))
	}
	c.Get("/?_lang=en")
	if got := c.Get("/cases/" + id).Text(hint); !strings.Contains(got, "will not be granted") {
		t.Errorf("in English: %q", got)
	}
}
