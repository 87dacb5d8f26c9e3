package definitions

import (
	"fmt"
	"io/fs"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
	tree "text/template/parse"
	"time"

	"banli/engine/rule"
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

func (l *loader) checkDocuments(fs.FS) {
	for _, o := range l.of("document") {
		for _, field := range []string{"title", "body"} {
			if v := o.get(field); v.ok() && !o.broken {
				l.checkTemplate(o, v)
			}
		}
	}
}

var templateLine = regexp.MustCompile(`^template: [^:]*:(\d+)(?::\d+)?: (.*)$`)

// checkTemplate parses a template and looks every field it names up in DocumentData and in the input forms of the
// actions that issue it.
func (l *loader) checkTemplate(o *object, v value) {
	text := v.text()
	t, err := template.New("t").Funcs(documentFuncs(nil)).Parse(text)
	if err != nil {
		m := templateLine.FindStringSubmatch(err.Error())
		offset, message := 0, err.Error()
		if m != nil {
			row, _ := strconv.Atoi(m[1])
			message = m[2]
			for i, line := range strings.SplitAfter(text, "\n") {
				if i < row-1 {
					offset += len([]rune(line))
				}
			}
		}
		l.faultInside(o, v, offset, "template", message, "")
		return
	}
	input := l.inputOf(o.id)
	walkFields(t.Tree.Root, true, func(n tree.Node, names []string) {
		if len(names) > 1 && names[0] == "Param" && l.cat.parameter(names[1]) == nil {
			var known []string
			for _, p := range l.cat.Parameters {
				known = append(known, p.ID)
			}
			l.faultInside(o, v, len([]rune(text[:n.Position()])), "template", "unknown field .Param."+names[1]+": there is no such parameter", nearest(names[1], known))
		}
		if msg, hint := checkChain(names, input); msg != "" {
			l.faultInside(o, v, len([]rune(text[:n.Position()])), "template", msg, hint)
		}
	})
	for _, m := range namedList.FindAllStringSubmatchIndex(text, -1) {
		if list := text[m[2]:m[3]]; l.cat.CodeLists[list] == nil {
			l.faultInside(o, v, len([]rune(text[:m[2]])), "template", fmt.Sprintf("unknown code list %q", list), nearest(list, sortedKeys(l.cat.CodeLists)))
		}
	}
}

// namedList is a call of the function name.
var namedList = regexp.MustCompile(`\{\{[^{}]*\bname +"([^"]*)"`)

// inputOf joins the types of the inputs of the actions that issue a document. Known is false where none is known.
func (l *loader) inputOf(document string) rule.Type {
	t, found := rule.Type{Kind: rule.KindObject}, false
	for _, id := range sortedKeys(l.specs) {
		for _, a := range l.specs[id].Actions {
			if f := l.cat.Forms[a.Input]; a.Document == document && f != nil {
				t, found = rule.Join(t, f.Type), true
			}
		}
	}
	t.Open = t.Open || !found
	return t
}

func checkChain(names []string, input rule.Type) (message, hint string) {
	at := reflect.TypeFor[DocumentData]()
	for i, name := range names {
		if at.Kind() != reflect.Struct || at == reflect.TypeFor[time.Time]() {
			break
		}
		f, ok := at.FieldByName(name)
		if !ok {
			var known []string
			for j := range at.NumField() {
				known = append(known, at.Field(j).Name)
			}
			return fmt.Sprintf("unknown field .%s", strings.Join(names[:i+1], ".")), nearest(name, known)
		}
		at = f.Type
	}
	if len(names) > 1 && names[0] == "Input" {
		if _, ok := input.Field(names[1]); !ok {
			var known []string
			for _, f := range input.Fields {
				known = append(known, f.Name)
			}
			return fmt.Sprintf("unknown field .Input.%s: no form of an action that issues this has it", names[1]), nearest(names[1], known)
		}
	}
	return "", ""
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
