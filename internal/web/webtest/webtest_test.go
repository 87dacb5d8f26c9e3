package webtest

import (
	"go/ast"
	"go/parser"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"testing"
)

const page = `<!doctype html><main><h1> A
 page </h1><form id="f" method="post"><input name="a" value="1"><input name="b" type="checkbox" value="x"><input name="b" type="checkbox" value="y" checked>
<input type="file" name="file"><select name="c"><option value="">-</option><option value="2" selected>two</option></select><select name="d"><option value="first">1</option></select>
<textarea name="e">line</textarea><button name="go" value="next">go</button></form></main>`

func TestClientReadsPages(t *testing.T) {
	c := NewClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
			io.WriteString(w, page) //nolint:errcheck // the test sees the page is missing
		case "/post":
			if _, err := r.Cookie("seen"); err != nil || r.FormValue("a") != "1" {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			http.Redirect(w, r, "/", http.StatusSeeOther)
		}
	}))
	d := c.Get("/")
	if d.Text("h1") != "A page" || d.Count("input") != 4 || d.Attr("form", "method") != "post" || d.Text("h2") != "" {
		t.Errorf("read %q, %d inputs", d.Text("h1"), d.Count("input"))
	}
	form := d.Form("#f")
	want := url.Values{"a": {"1"}, "b": {"y"}, "c": {"2"}, "d": {"first"}, "e": {"line"}}
	if !reflect.DeepEqual(form, want) {
		t.Errorf("form %v, want %v", form, want)
	}
	if d = c.Post("/post", form); d.Status != http.StatusSeeOther {
		t.Errorf("post: %d", d.Status)
	}
	if d = c.Follow(d); d.Text("h1") != "A page" {
		t.Errorf("after the redirect: %q", d.Text("h1"))
	}
}

func TestKeysAreFound(t *testing.T) {
	tmpl := template.Must(template.New("p").Funcs(template.FuncMap{"t": func(string, ...any) string { return "" }}).Parse(
		`{{define "x"}}{{t "in.define"}}{{end}}{{if t "in.if"}}{{range .}}{{with t "in.with" "n" 1}}{{printf "%s" (t "in.parens")}}{{else}}{{t "in.else"}}{{end}}{{end}}{{end}}{{template "x" (t "in.call")}}{{t .Key}}`))
	got := templateKeys(tmpl)
	slices.Sort(got)
	if want := []string{"in.call", "in.define", "in.else", "in.if", "in.parens", "in.with"}; !slices.Equal(got, want) {
		t.Errorf("in templates: %q, want %q", got, want)
	}
	expr, err := parser.ParseExpr(`f(pack.T(l, "a.b", "n", 1), T(l, "c.d"), pack.T(l, key), other.Text(l, "no"))`)
	if err != nil {
		t.Fatal(err)
	}
	got = nil
	ast.Inspect(expr, func(n ast.Node) bool {
		if key, ok := goKey(n); ok {
			got = append(got, key)
		}
		return true
	})
	if want := []string{"a.b", "c.d"}; !slices.Equal(got, want) {
		t.Errorf("in Go: %q, want %q", got, want)
	}
}
