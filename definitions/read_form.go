package definitions

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strings"

	"banli/engine/calendar"
	"banli/engine/rule"
	"banli/forms"

	"gopkg.in/yaml.v3"
)

func (l *loader) readForms(fs.FS) {
	l.ownCodeLists()
	opt := forms.Options{Codes: func(list string) ([]forms.Code, bool) {
		c, ok := l.cat.CodeLists[list]
		if !ok {
			return nil, false
		}
		return c.Codes, true
	}}
	all := l.of("form")
	compiled, errs := make([]*forms.Form, len(all)), make([]error, len(all))
	inParallel(len(all), func(i int) {
		if schema, ok := all[i].get("schema").json().(map[string]any); ok && !all[i].broken {
			compiled[i], errs[i] = forms.Compile(all[i].id, schema, opt)
		}
	})
	for i, o := range all {
		f := &Form{ID: o.id, Name: o.get("name").text(), NameEn: o.get("name_en").text(), Type: rule.Type{Kind: rule.KindObject, Open: true}}
		l.cat.Forms[o.id] = f
		switch {
		case errs[i] != nil:
			l.formFaults(o, errs[i])
			o.broken = true
		case compiled[i] != nil:
			f.Form, f.Type = compiled[i], formType(compiled[i].Fields())
		}
	}
}

// ownCodeLists makes lists of the catalogue's own objects, for forms to choose from: departments, stages, items.
func (l *loader) ownCodeLists() {
	departments := &CodeList{ID: "departments", Name: "部门", NameEn: "Departments"}
	for _, d := range l.cat.Departments {
		departments.Codes = append(departments.Codes, forms.Code{Code: d.ID, Name: d.Name, NameEn: d.NameEn, From: d.Valid.From, To: dayBefore(d.Valid.To)})
	}
	stages := &CodeList{ID: "stages", Name: "阶段", NameEn: "Stages"}
	for _, s := range l.cat.Stages {
		stages.Codes = append(stages.Codes, forms.Code{Code: s.ID, Name: s.Name, NameEn: s.NameEn})
	}
	items := &CodeList{ID: "items", Name: "事项", NameEn: "Items"}
	for _, it := range l.cat.Items {
		items.Codes = append(items.Codes, forms.Code{Code: it.ID, Name: it.Name, NameEn: it.NameEn, From: it.Valid.From, To: dayBefore(it.Valid.To)})
	}
	for _, list := range []*CodeList{departments, stages, items} {
		if l.cat.CodeLists[list.ID] == nil {
			l.cat.CodeLists[list.ID] = list
		}
	}
}

// dayBefore turns the end of a period, the first day outside it, into its last day.
func dayBefore(end string) string {
	d, err := calendar.ParseDate(end)
	if err != nil {
		return ""
	}
	return (d - 1).String()
}

// formFaults moves what is wrong with a schema to its place in the file.
func (l *loader) formFaults(o *object, err error) {
	faults, ok := errors.AsType[forms.Faults](err)
	if !ok {
		l.fault(o, o.get("schema"), "bad-schema", err.Error(), "")
		return
	}
	for i, f := range faults {
		// Of what a validator says of one place by its alternatives, the last is the most telling.
		if i+1 < len(faults) && faults[i+1].Pointer == f.Pointer && faults[i+1].Code == f.Code {
			continue
		}
		hint := ""
		if f.Code == "unknown-codes" {
			hint = nearest(lastWord(f.Message), sortedKeys(l.cat.CodeLists))
		}
		l.fault(o, o.get("schema").at(f.Pointer), f.Code, f.Message, hint)
	}
}

func lastWord(s string) string {
	return strings.Trim(s[strings.LastIndexByte(s, ' ')+1:], `"`)
}

// json is the value as encoding/json would give it, numbers as json.Number.
func (v value) json() any {
	if !v.ok() {
		return nil
	}
	switch v.n.Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		for k, f := range v.fields() {
			out[k] = f.json()
		}
		return out
	case yaml.SequenceNode:
		out := []any{}
		for _, e := range v.list() {
			out = append(out, e.json())
		}
		return out
	case yaml.ScalarNode:
		switch p := v.data().(type) {
		case int, float64:
			return json.Number(v.n.Value)
		default:
			return p
		}
	default:
		return nil
	}
}

// formType is the type of a form's answers: what expressions may ask of them.
func formType(fields []forms.Field) rule.Type {
	root := &typeTree{kind: "object"}
	for _, f := range fields {
		root.add(strings.Split(strings.TrimPrefix(f.Pointer, "/"), "/"), f)
	}
	return root.typ()
}

// typeTree builds a type from pointers, of which groups and lists come before what is inside them.
type typeTree struct {
	kind   string // JSON type
	names  []string
	inside map[string]*typeTree
}

func (t *typeTree) child(name string) *typeTree {
	if t.inside == nil {
		t.inside = map[string]*typeTree{}
	}
	c := t.inside[name]
	if c == nil {
		c = &typeTree{}
		t.inside[name], t.names = c, append(t.names, name)
	}
	return c
}

func (t *typeTree) add(steps []string, f forms.Field) {
	c := t.child(strings.ReplaceAll(strings.ReplaceAll(steps[0], "~1", "/"), "~0", "~"))
	if len(steps) > 1 {
		c.add(steps[1:], f)
		return
	}
	c.kind = f.Type
	if f.Type == "array" && f.Items != "" {
		c.child("*").kind = f.Items
	}
}

func (t *typeTree) typ() rule.Type {
	switch t.kind {
	case "boolean":
		return rule.Bool
	case "integer":
		return rule.Int
	case "number":
		return rule.Number
	case "string":
		return rule.String
	case "array":
		if row := t.inside["*"]; row != nil {
			return rule.ListOf(row.typ())
		}
		return rule.ListOf(rule.Any)
	}
	if len(t.names) == 0 {
		return rule.Any
	}
	out := rule.Type{Kind: rule.KindObject}
	for _, name := range t.names {
		out.Fields = append(out.Fields, rule.Field{Name: name, Type: t.inside[name].typ()})
	}
	return out
}
