// Package webtest checks and drives pages in tests: each template against its
// type, each text in each language, and pages by their structure.
package webtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"html/template"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"

	"banli/internal/web"

	"github.com/jba/templatecheck"
)

// CheckPages checks each page's template, layout included, against the type it
// is run with, in every language: a wrong field, argument or name fails with
// line and column.
func CheckPages(t *testing.T, pages ...web.AnyPage) {
	t.Helper()
	if len(pages) == 0 {
		t.Error("no pages to check")
	}
	for _, p := range pages {
		for _, l := range web.Langs {
			tmpl, err := p.Template(l)
			if err != nil {
				t.Errorf("%s: %v", p.Name(), err)
				continue
			}
			if err := templatecheck.CheckHTML(tmpl.Lookup("layout"), p.Zero()); err != nil {
				t.Errorf("%s: %v", p.Name(), err)
			}
			for _, name := range []string{"title", "main"} {
				if err := templatecheck.CheckHTML(tmpl.Lookup(name), p.View()); err != nil {
					t.Errorf("%s: %v", p.Name(), err)
				}
			}
		}
	}
}

// CheckMessages checks the texts of a pack: every key in every language with the
// same parameters, and a text for every key that the pack's templates (t "key")
// and the Go files of the current folder (T(lang, "key")) name.
func CheckMessages(t *testing.T, pack *web.Pack) {
	t.Helper()
	m := pack.Messages()
	for _, l := range web.Langs {
		for _, other := range web.Langs {
			for _, key := range m.Keys(other) {
				switch {
				case !m.Has(l, key):
					t.Errorf("messages/%s.yaml: no text for %s", l, key)
				case !slices.Equal(m.Params(l, key), m.Params(other, key)):
					t.Errorf("messages/%s.yaml: %s has parameters %v, expected %v", l, key, m.Params(l, key), m.Params(other, key))
				}
			}
		}
	}
	for where, keys := range usedKeys(t, pack) {
		for _, key := range keys {
			for _, l := range web.Langs {
				if !pack.Has(l, key) {
					t.Errorf("%s: key %s has no text in %s", where, key, l)
				}
			}
		}
	}
}

// usedKeys are the keys named by literals, by the file that names them.
func usedKeys(t *testing.T, pack *web.Pack) map[string][]string {
	t.Helper()
	used := map[string][]string{}
	for _, p := range pack.Pages() {
		tmpl, err := p.Template(web.Chinese)
		if err != nil {
			t.Fatalf("%s: %v", p.Name(), err)
		}
		used[p.Name()] = templateKeys(tmpl)
	}
	files, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if key, ok := goKey(n); ok {
				used[name] = append(used[name], key)
			}
			return true
		})
	}
	return used
}

// goKey is the literal key of a call such as pack.T(lang, "key", …).
func goKey(n ast.Node) (string, bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) < 2 {
		return "", false
	}
	name := ""
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = f.Sel.Name
	case *ast.Ident:
		name = f.Name
	}
	lit, ok := call.Args[1].(*ast.BasicLit)
	if name != "T" || !ok || lit.Kind != token.STRING {
		return "", false
	}
	key, err := strconv.Unquote(lit.Value)
	return key, err == nil
}

// templateKeys are the literal keys of all calls of t in a page and what it uses.
func templateKeys(tmpl *template.Template) []string {
	var keys []string
	for _, t := range tmpl.Templates() {
		if t.Tree == nil {
			continue
		}
		walk(t.Tree.Root, func(c *parse.CommandNode) {
			if id, ok := c.Args[0].(*parse.IdentifierNode); !ok || id.Ident != "t" || len(c.Args) < 2 {
				return
			}
			if s, ok := c.Args[1].(*parse.StringNode); ok {
				keys = append(keys, s.Text)
			}
		})
	}
	return keys
}

func walk(n parse.Node, f func(*parse.CommandNode)) {
	pipe := func(p *parse.PipeNode) {
		if p != nil {
			walk(p, f)
		}
	}
	branch := func(b *parse.BranchNode) {
		pipe(b.Pipe)
		for _, list := range []*parse.ListNode{b.List, b.ElseList} {
			if list != nil {
				walk(list, f)
			}
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, c := range n.Nodes {
			walk(c, f)
		}
	case *parse.ActionNode:
		pipe(n.Pipe)
	case *parse.TemplateNode:
		pipe(n.Pipe)
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			walk(c, f)
		}
	case *parse.CommandNode:
		f(n)
		for _, a := range n.Args {
			if p, ok := a.(*parse.PipeNode); ok {
				walk(p, f)
			}
		}
	}
}

// trim makes text comparable: runs of white space are one space.
func trim(s string) string { return strings.Join(strings.Fields(s), " ") }
