package definitions

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"banli/forms"

	"github.com/expr-lang/expr/parser/lexer"
)

// checkValues finds answers that nobody can give: a rule or a form that compares a question with a value that is not
// among its choices never does what it says. A material so required is required on no path, a field so shown by no answer.
func (l *loader) checkValues(fs.FS) {
	project := l.projectChoices()
	byForm := map[string]choices{}
	choicesOf := func(form string) choices {
		if _, known := byForm[form]; !known {
			byForm[form] = l.choicesOf(form)
		}
		return byForm[form]
	}
	for _, it := range l.cat.Items {
		o := l.sources[it]
		known := map[string]choices{"project": project, "answers": choicesOf(it.Form)}
		l.compared(o, o.get("applies_when"), known)
		for _, list := range []string{"materials", "prerequisites"} {
			for _, v := range o.get(list).list() {
				l.compared(o, v.get("when"), known)
			}
		}
		for _, v := range o.get("conditions").list() {
			l.compared(o, v.get("check"), known)
		}
	}
	for _, o := range l.of("flow") {
		for _, a := range o.get("actions").fields() {
			known := map[string]choices{"project": project, "input": choicesOf(a.get("input").text())}
			l.compared(o, a.get("requires"), known)
			l.compared(o, a.get("when"), known)
			for _, s := range a.get("spawn").list() {
				l.compared(o, s.get("when"), known)
				l.compared(o, s.get("item"), known)
			}
		}
	}
	for _, o := range l.of("form") {
		l.shown(o, o.get("schema"), "", choicesOf(o.id))
	}
}

// choices are the values a form offers for a question, by its pointer; a question that may be answered freely is not there.
type choices map[string][]string

func (l *loader) choicesOf(form string) choices {
	f := l.cat.Forms[form]
	if f == nil || f.Form == nil {
		return nil
	}
	out := choices{}
	for _, q := range f.Fields() {
		if list := l.valuesOf(q); len(list) > 0 {
			out[q.Pointer] = list
		}
	}
	return out
}

func (l *loader) valuesOf(q forms.Field) (list []string) {
	for _, v := range q.Values {
		text, ok := v.(string)
		if !ok {
			return nil
		}
		list = append(list, text)
	}
	if codes := l.cat.CodeLists[q.Codes]; codes != nil {
		for _, c := range codes.Codes {
			list = append(list, c.Code)
		}
	}
	return list
}

// projectChoices are the choices of all registration forms together; what one of them leaves free is free.
func (l *loader) projectChoices() choices {
	out, free := choices{}, map[string]bool{}
	for _, id := range sortedKeys(l.cat.Forms) {
		f := l.cat.Forms[id]
		if !l.describesProject(id) || f.Form == nil {
			continue
		}
		for _, q := range f.Fields() {
			list := l.valuesOf(q)
			free[q.Pointer] = free[q.Pointer] || len(list) == 0
			out[q.Pointer] = append(out[q.Pointer], list...)
		}
	}
	for pointer := range free {
		if free[pointer] {
			delete(out, pointer)
		}
	}
	return out
}

// compared looks at the texts an expression compares a question with, as in project.regime == "FILING",
// project.land_mode in ["1", "2"] and "5" in project.flags.
func (l *loader) compared(o *object, v value, known map[string]choices) {
	src := v.expression()
	if !strings.ContainsAny(src, `"'`) { // it compares with no text
		return
	}
	list := tokens(src)
	for i := 0; i < len(list); {
		path, next := pathAt(list, i)
		root, field, _ := strings.Cut(path, ".")
		offered := known[root]["/"+strings.ReplaceAll(field, ".", "/")]
		if path == "" || offered == nil {
			i = max(next, i+1)
			continue
		}
		for _, t := range textsBeside(list, i, next) {
			if !slices.Contains(offered, t.Value) {
				l.faultInside(o, v, t.From, "unknown-value", fmt.Sprintf("%s is never %s", path, quote(t.Value)), nearest(t.Value, offered))
			}
		}
		i = next
	}
}

// pathAt reads names and dots from a place on, and gives where they end.
func pathAt(list []lexer.Token, i int) (path string, next int) {
	if !list[i].Is(lexer.Identifier) {
		return "", i + 1
	}
	path, next = list[i].Value, i+1
	for next+1 < len(list) && list[next].Is(lexer.Operator, ".") && list[next+1].Is(lexer.Identifier) {
		path, next = path+"."+list[next+1].Value, next+2
	}
	return path, next
}

// textsBeside are the texts that what stands from i to next is compared with.
func textsBeside(list []lexer.Token, i, next int) (texts []lexer.Token) {
	if i >= 2 && list[i-1].Is(lexer.Bracket, "(") { // "5" in (project.flags ?? [])
		i--
	}
	if i >= 2 && list[i-1].Is(lexer.Operator, "==", "!=", "in") && list[i-2].Is(lexer.String) {
		texts = append(texts, list[i-2])
	}
	if next+1 >= len(list) {
		return texts
	}
	switch after := list[next+1]; {
	case list[next].Is(lexer.Operator, "==", "!=") && after.Is(lexer.String):
		texts = append(texts, after)
	case list[next].Is(lexer.Operator, "in") && after.Is(lexer.Bracket, "["):
		for _, t := range list[next+2:] {
			if t.Is(lexer.Bracket, "]") {
				break
			}
			if t.Is(lexer.String) {
				texts = append(texts, t)
			}
		}
	}
	return texts
}

// shown looks at the answers that show parts of a form: those of x-show-when, and those its if tests.
func (l *loader) shown(o *object, v value, at string, known choices) {
	for pointer, want := range v.get("x-show-when").fields() {
		l.offered(o, want, pointer, known[pointer])
	}
	for name, test := range v.get("if").get("properties").fields() {
		pointer := at + "/" + escapePointer(name)
		l.offered(o, test.get("const"), pointer, known[pointer])
		l.offered(o, test.get("enum"), pointer, known[pointer])
	}
	for name, f := range v.get("properties").fields() {
		l.shown(o, f, at+"/"+escapePointer(name), known)
	}
	if items := v.get("items"); items.ok() {
		l.shown(o, items, at+"/*", known)
	}
	for _, part := range []string{"allOf", "anyOf", "oneOf", "then", "else"} {
		for _, e := range v.get(part).list() {
			l.shown(o, e, at, known)
		}
	}
}

func (l *loader) offered(o *object, want value, pointer string, known []string) {
	for _, e := range want.list() {
		if text := e.text(); known != nil && !slices.Contains(known, text) {
			l.fault(o, e, "unknown-value", fmt.Sprintf("%s is never answered with %s, so nothing is shown by it", pointer, quote(text)), nearest(text, known))
		}
	}
}
