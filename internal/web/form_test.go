package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"banli/forms"
	"banli/internal/web"
	"banli/internal/web/webtest"

	"github.com/gin-gonic/gin"
)

const schema = `{
	"type": "object",
	"required": ["name", "uscc", "land", "kind", "funding", "site", "agree"],
	"properties": {
		"name": {"type": "string", "title": "项目名称", "maxLength": 60},
		"uscc": {"type": "string", "title": "统一社会信用代码", "format": "uscc"},
		"total": {"type": "number", "title": "总投资", "format": "decimal(16,4)", "x-unit": "万元"},
		"start": {"type": "string", "title": "拟开工日期", "format": "date"},
		"month": {"type": "string", "title": "拟竣工月份", "format": "year-month"},
		"land": {"type": "boolean", "title": "是否新增建设用地"},
		"area": {"type": "number", "title": "用地面积", "x-show-when": {"/land": true}},
		"kind": {"type": "string", "title": "建设性质", "enum": ["new", "extend"], "x-enum-names": ["新建", "扩建"]},
		"agree": {"const": true, "type": "boolean", "title": "以上内容真实"},
		"site": {"type": "object", "title": "建设地点", "required": ["town"], "properties": {
			"town": {"type": "string", "title": "乡镇 <街道> & \"社区\""}}},
		"funding": {"type": "array", "title": "资金构成", "minItems": 1, "items": {"type": "object", "required": ["by", "amount"], "properties": {
			"by": {"type": "string", "title": "出资单位"}, "amount": {"type": "number", "title": "金额", "format": "decimal(16,4)"}}}}
	}
}`

// A form made by package forms is drawn whole: each problem leads to a control that is there, and
// what the page would send is read back as the answers it was drawn from.
func TestFormsOfPackageForms(t *testing.T) {
	raw, err := forms.DecodeSchema([]byte(schema))
	if err != nil {
		t.Fatal(err)
	}
	form, err := forms.Compile("sample", raw, forms.Options{})
	if err != nil {
		t.Fatal(err)
	}
	pack := web.NewPack(fstest.MapFS{
		"messages/zh-CN.yaml": {Data: []byte("a: 甲")}, "messages/en.yaml": {Data: []byte("a: A")},
		"templates/f.html": {Data: []byte(`{{define "title"}}{{.Title}}{{end}}{{define "main"}}{{template "error-summary" (summary .Problems)}}<h1>x</h1><form method="post">{{template "form" .}}</form>{{end}}`)},
	})
	page := web.NewPage[forms.View](pack, "f.html", web.Hall)
	webtest.CheckPages(t, pack.Pages()...)

	answers := form.Parse(map[string][]string{
		"/name": {`水厂 "二期" <扩建>`}, "/uscc": {"91510411MA6"}, "/total": {"1,280.50"}, "/land": {"true"}, "/kind": {"extend"},
		"/funding/0/by": {"区水务局"}, "/funding/0/amount": {"880.5"}, "/funding/1/by": {"农业银行"},
	}).Answers
	ctx := forms.Context{Today: "2026-11-23", Lang: forms.Chinese}
	view := form.View(answers, form.Check(answers, ctx), ctx)
	var log bytes.Buffer
	d := webtest.NewClient(t, newSite(&log).Handler(func(e *gin.Engine) {
		e.GET("/f", web.Handle(func(c *gin.Context) error { return page.Render(c, http.StatusUnprocessableEntity, view) }))
	})).Get("/f")
	if d.Status != 422 {
		t.Fatalf("%d %s: %s", d.Status, d.Text("main"), log.String())
	}
	if len(view.Problems) < 4 {
		t.Errorf("only %d problems: %v", len(view.Problems), view.Problems)
	}
	for _, p := range view.Problems {
		if p.Target == "" || d.Count(`form [id="`+p.Target+`"]`) != 1 {
			t.Errorf("problem %q leads to %q, which is there %d times", p.Text, p.Target, d.Count(`form [id="`+p.Target+`"]`))
		}
	}
	if got, want := form.Parse(d.Form("main form")).Answers, answers; !equalJSON(t, got, want) {
		t.Errorf("read back %v, want %v", got, want)
	}
	seen := map[string]bool{}
	for _, id := range d.Attrs("[id]", "id") {
		if seen[id] {
			t.Errorf("id %s is there twice", id)
		}
		seen[id] = true
	}
	for _, attr := range []string{"for", "aria-describedby", "aria-labelledby"} {
		for _, refs := range d.Attrs("["+attr+"]", attr) {
			for _, ref := range strings.Fields(refs) {
				if !seen[ref] {
					t.Errorf("%s names %q, which is not there", attr, ref)
				}
			}
		}
	}
}

func equalJSON(t *testing.T, a, b any) bool {
	t.Helper()
	x, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(x, y)
}
