package web_test

import (
	"bytes"
	"slices"
	"testing"

	"banli/forms"
	"banli/internal/web"
	"banli/internal/web/webtest"
)

func TestFormIsDrawn(t *testing.T) {
	var log bytes.Buffer
	c := webtest.NewClient(t, newSite(&log).Handler(mount))
	d := c.Get("/gallery/form?errors=1")
	if d.Text("title") != "错误：表单 · 审批平台" {
		t.Errorf("title %q", d.Text("title"))
	}
	if got := d.Text("[data-err-sum] h2"); got != "有 4 处需要修改" {
		t.Errorf("summary %q", got)
	}
	if got := d.Count(".flash.warn li"); got != 1 {
		t.Errorf("%d warnings", got)
	}
	// Every link of the summary leads to something that is there.
	for _, id := range []string{"uscc", "land", "amount-1", "m-land"} {
		if d.Count(`[data-err-sum] a[href="#`+id+`"]`) != 1 || d.Count(`main form [id="`+id+`"]`) != 1 {
			t.Errorf("summary and control of %s", id)
		}
	}
	for what, selector := range map[string]string{
		"a label for a control":                  `label[for="pname"]`,
		"hint and problem describe it":           `#uscc[aria-describedby="uscc-h uscc-e"][aria-invalid="true"]`,
		"a warning is not an error":              `#orgcode:not([aria-invalid])`,
		"a unit describes it":                    `.input-group #inv[inputmode="decimal"][aria-describedby="inv-h inv-u"]`,
		"yes and no are two radios in a group":   `fieldset#land input[type=radio][name="/land"]`,
		"a conditional question carries its if":  `.sub-q[data-show-when] #area`,
		"choices of one are kept":                `#industry option[value="A"][selected]`,
		"the long list is a select":              `select#town[data-autocomplete^="/assets/autocomplete-"]`,
		"a locked value is shown, not asked":     `#owner output`,
		"a row's control is named after its row": `#amount-1[aria-label="第 2 行 金额"]`,
		"a row is removed by a button":           `#row-1 button[name="_remove"][value="/funding/1"]`,
		"a row is added by a button":             `button#funding-add[name="_add"][value="/funding"]`,
		"rows that fit no table are groups":      `fieldset#partner-0 #partner-name`,
		"totals are outputs in the foot":         `tfoot td.num output`,
		"the text area counts":                   `textarea#scope[maxlength="500"][data-count="scope-n"]`,
		"a file is a plain input":                `input[type=file]#m-land[accept=".pdf,.ofd,.jpg"][aria-describedby="m-land-e"]`,
		"a material can be deferred":             `input[type=checkbox][name="defer-m-land"]`,
		"the current step is marked":             `ol.steps-x li[aria-current="step"]:nth-child(3)`,
	} {
		if d.Count(selector) == 0 {
			t.Errorf("%s: nothing matches %s", what, selector)
		}
	}
	form := d.Form(`form[enctype]`)
	if form.Get("/pname") != "仁和区高标准农田节水灌溉示范项目" || form.Get("/mode") != "new" || form.Get("/town") != "510411002" {
		t.Errorf("what the form would send: %v", form)
	}
	if form.Has("/owner") || form.Has("/capital") {
		t.Error("the form sends what is only shown")
	}
}

func TestFormIsQuietWithoutErrors(t *testing.T) {
	var log bytes.Buffer
	d := webtest.NewClient(t, newSite(&log).Handler(mount)).Get("/gallery/form")
	if n := d.Count("[data-err-sum], [aria-invalid], .bad, .err"); n > 0 {
		t.Errorf("%d signs of errors", n)
	}
	if d.Text("title") != "表单 · 审批平台" {
		t.Errorf("title %q", d.Text("title"))
	}
}

func TestListIsDrawn(t *testing.T) {
	var log bytes.Buffer
	d := webtest.NewClient(t, newSite(&log).Handler(mount)).Get("/gallery?q=1")
	if got := d.Text("tr.is-over .clk[data-s=over]"); got != "逾期 1 天 3 小时" {
		t.Errorf("badge %q", got)
	}
	if got := d.Text("nav.pager span"); got != "第 21–26 件，共 327 件 · 数据截至 2026-11-23 20:46（北京时间）" {
		t.Errorf("pager %q", got)
	}
	if got := d.Attr("nav.pager a[rel=next]", "href"); got != "/gallery?after=k&from=26&q=1" {
		t.Errorf("next page %q", got)
	}
	if got := d.All(".strip-view, figure table tbody tr:first-child td"); !slices.Equal(got, []string{"2026-11-15 10:00", "2026-11-15 24:00", "起算当日不计", "", "受理", "D3"}) {
		t.Errorf("first row of the strip's figures: %q", got)
	}
	if bars, rows := d.Count("figure > svg rect[x]"), d.Count("figure tbody tr"); bars != rows {
		t.Errorf("%d bars and %d rows say the same", bars, rows)
	}
}

func TestMenuMarksWhereOneIs(t *testing.T) {
	var log bytes.Buffer
	site := newSite(&log)
	site.Menu = web.StaticMenu(web.MenuGroup{Items: []web.MenuItem{{Text: "首页", Href: "/"}, {Text: "样例", Href: "/gallery"}, {Text: "查看", Href: "/gallery/read", Count: "6"}}})
	c := webtest.NewClient(t, site.Handler(mount))
	if got := c.Get("/gallery/read").All(".ap-side [aria-current]"); !slices.Equal(got, []string{"查看 6"}) {
		t.Errorf("current: %q", got)
	}
	if got := c.Get("/gallery").All(".ap-side [aria-current]"); !slices.Equal(got, []string{"样例"}) {
		t.Errorf("current: %q", got)
	}
}

func TestFocusID(t *testing.T) {
	v := forms.View{Sections: []forms.Section{{Fields: []forms.FieldView{{
		Pointer: "/a", Fields: []forms.FieldView{{
			Pointer: "/a/rows", AddID: "add", Rows: []forms.RowView{{Pointer: "/a/rows/0", ID: "r0"}, {Pointer: "/a/rows/1", ID: "r1"}},
		}},
	}}}}}
	for pointer, want := range map[string]string{"/a/rows/1": "r1", "/a/rows": "add", "/b": ""} {
		if got := web.FocusID(v, pointer); got != want {
			t.Errorf("%s: %q, want %q", pointer, got, want)
		}
	}
}
