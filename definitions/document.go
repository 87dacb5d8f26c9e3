package definitions

import (
	"fmt"
	"slices"
	"strings"
	"text/template"
	tree "text/template/parse"
	"time"
)

// DocumentData is what the text of a notice or decision may name.
type DocumentData struct {
	Project    DocumentProject
	Item       DocumentItem
	Department DocumentDepartment
	Case       DocumentCase
	At         time.Time      // of the action that issues it
	Input      map[string]any // of that action
	Facts      map[string]any // of the case, such as accepted_at
	Param      map[string]any // parameters of the catalogue the case runs under
}

// The parts of [DocumentData].
type (
	DocumentProject    struct{ Code, Name, OwnerName string }
	DocumentItem       struct{ ID, Name string }
	DocumentDepartment struct{ ID, Name, ShortName, Window, Phone, Address string }
	DocumentCase       struct{ ID string }
)

// documentFuncs are the functions of document templates. name writes codes of a list as their names, as in
// {{name "departments" .Input.departments}}; a code that the list does not have is written as it is.
func documentFuncs(codes map[string]*CodeList) template.FuncMap {
	return template.FuncMap{
		"date":  func(v any) string { return moment(v, "2006年1月2日") },
		"time":  func(v any) string { return moment(v, "2006年1月2日15时04分") },
		"list":  func(v any) string { return strings.Join(lines(v), "；") },
		"lines": lines,
		"add":   func(a, b int) int { return a + b },
		"name": func(list string, v any) string {
			out := lines(v)
			for i, code := range out {
				out[i] = codes[list].name(code)
			}
			return strings.Join(out, "；")
		},
	}
}

// name is the name of a code; the code itself where there is none.
func (c *CodeList) name(code string) string {
	if c != nil {
		for _, e := range c.Codes {
			if e.Code == code {
				return e.Name
			}
		}
	}
	return code
}

func moment(v any, layout string) string {
	if m, ok := v.(Moment); ok {
		v = m.Time
	}
	if t, ok := v.(time.Time); ok && !t.IsZero() {
		return t.Format(layout)
	}
	return ""
}

func lines(v any) []string {
	switch v := v.(type) {
	case []any:
		out := make([]string, len(v))
		for i, e := range v {
			out[i] = fmt.Sprint(e)
		}
		return out
	case []string:
		return slices.Clone(v)
	case nil:
		return nil
	}
	if s := fmt.Sprint(v); s != "" {
		return []string{s}
	}
	return nil
}

// Render writes the title and text of a document. What the input or the facts do not have is left blank, as on paper.
func (d *Document) Render(data DocumentData) (title, body string, err error) {
	if title, err = d.render(d.Title, data); err != nil {
		return "", "", err
	}
	body, err = d.render(d.Body, data)
	return title, body, err
}

func (d *Document) render(text string, data DocumentData) (string, error) {
	t, err := template.New(d.ID).Funcs(documentFuncs(d.codes)).Parse(text)
	if err != nil {
		return "", fmt.Errorf("document %s: %w", d.ID, err)
	}
	data.Input, data.Facts = copyMap(data.Input), copyMap(data.Facts)
	walkFields(t.Tree.Root, true, func(_ tree.Node, names []string) {
		if len(names) == 2 && names[0] == "Input" && data.Input[names[1]] == nil {
			data.Input[names[1]] = ""
		}
		if len(names) == 2 && names[0] == "Facts" && data.Facts[names[1]] == nil {
			data.Facts[names[1]] = ""
		}
	})
	for _, m := range []map[string]any{data.Input, data.Facts} {
		for k, v := range m {
			if at, ok := v.(time.Time); ok {
				m[k] = Moment{at}
			}
		}
	}
	var out strings.Builder
	if err := t.Execute(&out, documentView{data, Moment{data.At}}); err != nil {
		return "", fmt.Errorf("document %s: %w", d.ID, err)
	}
	return out.String(), nil
}

// documentView is DocumentData with instants that print as a person writes them.
type documentView struct {
	DocumentData
	At Moment
}

// Moment prints as 2018年6月13日10时20分.
type Moment struct{ time.Time }

func (m Moment) String() string { return moment(m.Time, "2006年1月2日15时04分") }

func copyMap(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// walkFields visits the fields named from the root of the data, as .A.B, or $.A.B inside range and with.
func walkFields(n tree.Node, root bool, visit func(tree.Node, []string)) {
	list := func(l *tree.ListNode, root bool) {
		if l != nil {
			for _, c := range l.Nodes {
				walkFields(c, root, visit)
			}
		}
	}
	pipe := func(p *tree.PipeNode) {
		if p != nil {
			for _, c := range p.Cmds {
				for _, a := range c.Args {
					walkFields(a, root, visit)
				}
			}
		}
	}
	switch n := n.(type) {
	case *tree.ListNode:
		list(n, root)
	case *tree.ActionNode:
		pipe(n.Pipe)
	case *tree.PipeNode:
		pipe(n)
	case *tree.IfNode:
		pipe(n.Pipe)
		list(n.List, root)
		list(n.ElseList, root)
	case *tree.RangeNode:
		pipe(n.Pipe)
		list(n.List, false)
		list(n.ElseList, root)
	case *tree.WithNode:
		pipe(n.Pipe)
		list(n.List, false)
		list(n.ElseList, root)
	case *tree.FieldNode:
		if root {
			visit(n, n.Ident)
		}
	case *tree.VariableNode:
		if n.Ident[0] == "$" && len(n.Ident) > 1 {
			visit(n, slices.Clone(n.Ident[1:]))
		}
	}
}
