package hall_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"banli/forms"
	"banli/internal/web/webtest"
	"banli/server/casework"
	"banli/server/servertest"
	"banli/store"
)

// posted is a form as a browser sends it: what stands in the page, with these answers over it.
func posted(d *servertest.District, page *webtest.Doc, answers map[string]any) url.Values {
	form := page.Form("main form")
	f := d.Catalogues.Current().Forms[casework.RegistrationForm]
	for name := range form {
		if strings.HasPrefix(name, "/") {
			form.Del(name)
		}
	}
	for _, s := range f.View(answers, nil, forms.Context{Today: "2026-11-23"}).Sections {
		fill(form, s.Fields)
	}
	return form
}

// fill puts what a view shows into a form.
func fill(form url.Values, fields []forms.FieldView) {
	for _, q := range fields {
		fill(form, q.Fields)
		for _, row := range q.Rows {
			fill(form, row.Fields)
		}
		for _, o := range q.Options {
			if o.Selected {
				form.Add(q.Name, o.Value)
			}
		}
		if len(q.Options) == 0 && q.Name != "" && q.Value != "" && !q.ReadOnly {
			form.Set(q.Name, q.Value)
		}
	}
}

func TestStartAndGuides(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	c := d.Visit()
	start := c.Get("/")
	if n := start.Count("details.stage a"); n < 80 {
		t.Errorf("%d items on the start page", n)
	}
	if got := start.Attrs("form", "action"); !slices.Contains(got, "/guides") || !slices.Contains(got, "/lookup") {
		t.Errorf("forms lead to %q", got)
	}
	if got := c.Get("/guides?q=" + url.QueryEscape("用地规划")).All(".items a"); !slices.Equal(got, []string{"建设用地规划许可证"}) {
		t.Errorf("found %q", got)
	}
	if none := c.Get("/guides?q=zzz"); none.Count(".items a") != 0 || none.Attr(".empty a", "href") != "/guides" {
		t.Errorf("found nothing: %q", none.Text("main"))
	}
	guide := c.Get("/guides/GH02")
	for _, want := range []string{"设立依据", "审查内容", "受理条件", "前置事项", "申请材料", "办理流程", "办理结果"} {
		if !slices.Contains(guide.All("h2"), want) {
			t.Errorf("the guide has no %s", want)
		}
	}
	if got := c.Get("/guides/nothing").Status; got != 404 {
		t.Errorf("an item that is not there: %d", got)
	}
	filing := c.Get("/guides/FG05").Text("main")
	if strings.Contains(filing, "50 MB") {
		t.Error("a guide asks for files of what comes from the registration")
	}
	for _, path := range []string{"/help", "/help/owner"} {
		if page := c.Get(path); page.Status != 200 || page.Count("h1") != 1 {
			t.Errorf("%s: %d with %d headings", path, page.Status, page.Count("h1"))
		}
	}
}

func TestLookup(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	p := d.Register("FILING", nil)
	c := d.Visit()
	if got := c.Get("/lookup?code=" + p.Code); got.Status != 303 || got.Location != "/p/"+p.Code {
		t.Errorf("its code: %d %s", got.Status, got.Location)
	}
	for code, want := range map[string]string{
		"2611-510411-04-01-0000": "代码", "9999-510411-04-01-123456": "代码",
	} {
		page := c.Get("/lookup?code=" + code)
		if page.Status != 422 || page.Attr("#code", "value") != code || !strings.Contains(page.Text("#code-err"), want) || page.Count("[data-err-sum] a[href='#code']") != 1 {
			t.Errorf("%s: %d %q", code, page.Status, page.Text("main"))
		}
	}
	public := c.Get("/p/" + p.Code)
	text := public.Text("main")
	for _, want := range []string{p.Name, "测试", "企业投资项目备案", "待备案机关处理"} {
		if !strings.Contains(text, want) {
			t.Errorf("the public page does not say %s", want)
		}
	}
	for _, secret := range []string{"赵六", "510411190001010018", "13800000003"} {
		if strings.Contains(text, secret) {
			t.Errorf("the public page says %s", secret)
		}
	}
	if got := c.Get("/p/2611-510411-04-01-000000").Status; got != 404 {
		t.Errorf("an unknown code: %d", got)
	}
}

// TestClassified: the answer that stops the form leaves nothing behind.
func TestClassified(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	c := d.As("owner")
	first := c.Get("/projects/new")
	if n := first.Count("main form fieldset"); n != 1 {
		t.Errorf("%d questions come first", n)
	}
	stopped := c.Post("/projects/new", url.Values{"/is_classified": {"true"}, "/name": {"某工程"}})
	if stopped.Status != 422 || stopped.Text("#stop-h") == "" {
		t.Errorf("%d %q", stopped.Status, stopped.Text("main"))
	}
	none := c.Post("/projects/new", url.Values{})
	if none.Status != 422 || none.Count("[data-err-sum] li") != 1 {
		t.Errorf("no answer: %d %q", none.Status, none.All("[data-err-sum] li"))
	}
	// It turns out later: the draft goes.
	draft := c.Post("/projects/new", url.Values{"/is_classified": {"false"}}).Location
	form := c.Get(draft).Form("main form")
	form.Set("/is_classified", "true")
	form.Set("/name", "某工程")
	if got := c.Post(draft, form); got.Status != 422 || got.Text("#stop-h") == "" {
		t.Errorf("later: %d %q", got.Status, got.Text("main"))
	}
	docs, err := d.Store.Docs("drafts").Find(t.Context(), store.DocQuery{})
	if err != nil || len(docs.Rows) != 0 {
		t.Errorf("%d drafts are left: %v", len(docs.Rows), err)
	}
	if page, err := d.Projects(t.Context(), d.Actor("auditor"), store.ProjectQuery{}); err != nil || len(page.Rows) != 0 {
		t.Errorf("%d projects are left: %v", len(page.Rows), err)
	}
}

// TestRegister goes the whole way: problems, a draft kept and found again, check, sent twice, receipt.
func TestRegister(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	c := d.As("owner")
	draft := c.Post("/projects/new", url.Values{"/is_classified": {"false"}}).Location
	page := c.Get(draft)
	form := page.Form("main form")
	form.Set("/name", "只有名称的项目")
	form.Set("/total_investment", "一百万")
	form.Set("go", "check")
	bad := c.Post(draft, form)
	if bad.Status != 422 || bad.Attr("input[name='/name'],textarea[name='/name']", "value")+bad.Text("textarea[name='/name']") != "只有名称的项目" {
		t.Errorf("%d, name %q", bad.Status, bad.Attr("[name='/name']", "value"))
	}
	if got := bad.Attr("[name='/total_investment']", "value"); got != "一百万" {
		t.Errorf("the amount typed is %q", got)
	}
	if n, m := bad.Count("[data-err-sum] li"), bad.Count(".fld.bad, fieldset.bad"); n < 5 || n < m {
		t.Errorf("%d in the summary, %d marked", n, m)
	}
	for _, target := range bad.Attrs("[data-err-sum] a", "href") {
		if bad.Count("[id='"+target[1:]+"']") != 1 {
			t.Errorf("%s leads nowhere", target)
		}
	}
	if n := bad.Count("#err-sum-h"); n != 1 {
		t.Errorf("%d summaries", n)
	}

	form = bad.Form("main form")
	form.Set("go", "save")
	if kept := c.Post(draft, form); kept.Status != 303 || kept.Location != "/my" {
		t.Errorf("kept: %d %q", kept.Status, kept.Location)
	}
	my := c.Get("/my")
	if got := my.Attr("#drafts-h ~ table tbody th a", "href"); got != draft {
		t.Errorf("the draft is not listed: %q", my.Text("main"))
	}

	full := posted(d, c.Get(draft), servertest.Registration("FILING", nil))
	full.Set("go", "check")
	sent := c.Post(draft, full)
	if sent.Status != 303 || sent.Location != draft+"/check" {
		t.Fatalf("%d %q", sent.Status, sent.All("[data-err-sum] li"))
	}
	check := c.Follow(sent)
	for _, want := range []string{"攀枝花示范实业有限公司", "备案制", "5,000.00"} {
		if !strings.Contains(check.Text("main"), want) {
			t.Errorf("the check does not say %s", want)
		}
	}
	var receipts []string
	for range 2 {
		done := c.Post(sent.Location, check.Form("main form"))
		if done.Status != 303 {
			t.Fatalf("%d %q", done.Status, done.Text("main"))
		}
		receipts = append(receipts, done.Location)
	}
	if receipts[0] != receipts[1] {
		t.Errorf("pressed twice: %q", receipts)
	}
	receipt := c.Get(receipts[0])
	if !strings.HasPrefix(receipt.Text(".receipt .no"), "项目代码") || !strings.Contains(receipt.Text("main"), "2026-11-26 09:00") {
		t.Errorf("receipt %q", receipt.Text("main"))
	}
	if projects, err := d.Projects(t.Context(), d.Actor("auditor"), store.ProjectQuery{}); err != nil || len(projects.Rows) != 1 {
		t.Errorf("%d projects: %v", len(projects.Rows), err)
	}
	if my := c.Get("/my"); my.Count("#drafts-h") != 0 || my.Count("#projects-h ~ table tbody tr") != 1 {
		t.Errorf("afterwards: %q", my.Text("main"))
	}
	if got := d.As("other").Get(receipts[0]).Status; got != 404 {
		t.Errorf("somebody else's receipt: %d", got)
	}
}

// TestTwoTabsOfADraft: the second save says what the first changed, and keeps what was typed.
func TestTwoTabsOfADraft(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	c := d.As("owner")
	draft := c.Post("/projects/new", url.Values{"/is_classified": {"false"}}).Location
	one, two := c.Get(draft).Form("main form"), c.Get(draft).Form("main form")
	one.Set("/name", "第一个窗口")
	one.Set("go", "save")
	c.Post(draft, one)
	two.Set("/name", "第二个窗口")
	two.Set("go", "save")
	page := c.Post(draft, two)
	if page.Status != 409 || !strings.Contains(page.Text("#conflict-h ~ div"), "第一个窗口") || !strings.Contains(page.Text("#conflict-h ~ div"), "第二个窗口") {
		t.Errorf("%d %q", page.Status, page.Text("main section"))
	}
	again := page.Form("main form")
	if again.Get("/name") != "第二个窗口" {
		t.Errorf("what was typed is %q", again.Get("/name"))
	}
	again.Set("go", "save")
	if got := c.Post(draft, again); got.Status != 303 {
		t.Errorf("sent again: %d", got.Status)
	}
	if got := c.Post(draft+"/save", url.Values{"rev": {"1"}, "/name": {"自动"}}).Status; got != 409 {
		t.Errorf("a stale autosave: %d", got)
	}
}

// TestApply: problems of materials, a deferral, check, receipt, and pressing twice.
func TestApply(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	p := d.Register("RATIFICATION", nil)
	c := d.As("owner")
	project := c.Get("/projects/" + p.ID)
	at := "/projects/" + p.ID + "/apply/GH02"
	if !slices.Contains(project.Attrs("a.btn", "href"), at) {
		t.Errorf("the project page offers %q", project.Attrs("a.btn", "href"))
	}
	form := c.Get(at).Form("main form")
	for name, v := range servertest.Application() {
		form.Set("/"+name, fmt.Sprint(v))
	}
	form.Set("go", "check")
	bad := c.Post(at, form)
	if bad.Status != 422 || bad.Count("#err-sum-h") != 1 || len(bad.All("[data-err-sum] a[href^='#m-']")) < 2 {
		t.Fatalf("without materials: %d %q", bad.Status, bad.All("[data-err-sum] li"))
	}
	form = bad.Form("main form")
	form.Set("go", "check")
	files := map[string][2]string{}
	deferred := ""
	for _, name := range bad.Attrs("input[type=file]", "name") {
		id := strings.TrimPrefix(name, "file:")
		if bad.Count("input[name='defer:"+id+"']") == 1 && deferred == "" {
			deferred = id
			form.Set("defer:"+id, "true")
			continue
		}
		files[name] = [2]string{id + ".pdf", "%PDF-1.7 " + id}
	}
	sent := c.Upload(at, form, files)
	if sent.Status != 303 || sent.Location != at+"/check" {
		t.Fatalf("%d %q", sent.Status, sent.All("[data-err-sum] li"))
	}
	check := c.Follow(sent)
	if !strings.Contains(check.Text(".mats"), "容缺后补") || check.Count(".mats .file") != len(files) {
		t.Errorf("materials %q", check.Text(".mats"))
	}
	if check.Count("input[type=file]") != 0 {
		t.Error("the check asks for files")
	}
	var receipts []string
	for range 2 {
		receipts = append(receipts, c.Post(at+"/check", check.Form("main form")).Location)
	}
	if receipts[0] == "" || receipts[0] != receipts[1] {
		t.Fatalf("pressed twice: %q", receipts)
	}
	receipt := c.Get(receipts[0]).Text("main")
	if !strings.Contains(receipt, "建设用地规划许可证") || !strings.Contains(receipt, "容缺后补") {
		t.Errorf("receipt %q", receipt)
	}
	if got := c.Get("/projects/"+p.ID).Attrs("a.btn", "href"); slices.Contains(got, at) {
		t.Error("the item is offered again")
	}
	if got := d.As("other").Get(at).Status; got != 404 {
		t.Errorf("somebody else's project: %d", got)
	}
}

// TestWhoseHall is routes × roles.
func TestWhoseHall(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	for _, login := range []string{"owner", "liaison", "general_window", "fg-handler", "supervisor", "system_admin"} {
		c := d.As(login)
		for path, who := range map[string][]string{
			"/": nil, "/guides": nil, "/lookup": nil, "/help": nil, "/guides/FG05": nil,
			"/my": {"owner", "liaison"}, "/projects/new": {"owner", "liaison"},
		} {
			want := 200
			if who != nil && !slices.Contains(who, login) {
				want = 404
			}
			page := c.Get(path)
			if page.Status != want || page.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s at %s: %d %s, want %d", login, path, page.Status, page.Header.Get("Cache-Control"), want)
			}
		}
	}
	if got := d.Visit().Get("/my"); got.Status != 303 || !strings.HasPrefix(got.Location, "/login") {
		t.Errorf("not signed in: %d %s", got.Status, got.Location)
	}
}

// TestEnglish: no Chinese in what the interface says, no keys.
func TestEnglish(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	c := d.Visit()
	c.Get("/?_lang=en")
	for _, path := range []string{"/", "/guides", "/lookup", "/guides/GH02"} {
		page := c.Get(path)
		for _, sel := range []string{"h1", "h2", "th", ".items a", "label", "button"} {
			for _, text := range page.All(sel) {
				if strings.ContainsFunc(text, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }) && !strings.HasPrefix(sel, "th") {
					t.Errorf("%s: %s says %q", path, sel, text)
				}
				if strings.Contains(text, "hall.") {
					t.Errorf("%s: %s is a key: %q", path, sel, text)
				}
			}
		}
	}
}
