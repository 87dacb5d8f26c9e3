package definitions

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"banli/engine/flow"
	"banli/engine/rule"
)

// environment is the types of what expressions of this catalogue may read.
type environment struct {
	param, policy, item, project rule.Type
	inputs                       map[string]rule.Type
}

// itemType is what the rules of a case may read of its item.
var itemType = rule.ObjectOf(
	rule.Field{Name: "id", Type: rule.String}, rule.Field{Name: "name", Type: rule.String},
	rule.Field{Name: "kind", Type: rule.String}, rule.Field{Name: "department", Type: rule.String},
	rule.Field{Name: "stage", Type: rule.String},
	rule.Field{Name: "promised", Type: rule.Int}, rule.Field{Name: "statutory", Type: rule.Int},
)

// Fields are what rules read of an item: id, name, kind, department, stage, promised, statutory. A limit the item does not give is missing, so that ?? can give another.
func (it *Item) Fields() map[string]any {
	m := map[string]any{"id": it.ID, "name": it.Name, "kind": it.Kind, "department": it.Department, "stage": it.Stage}
	if it.Promised.Days > 0 {
		m["promised"] = it.Promised.Days
	}
	if it.Statutory.Days > 0 {
		m["statutory"] = it.Statutory.Days
	}
	return m
}

func (l *loader) typeExpressions(fs.FS) {
	e := environment{
		param: rule.ObjectOf(), policy: rule.ObjectOf(), item: itemType,
		project: rule.ObjectOf(rule.Field{Name: "code", Type: rule.String}), inputs: map[string]rule.Type{},
	}
	for _, p := range l.cat.Parameters {
		e.param.Fields = append(e.param.Fields, rule.Field{Name: p.ID, Type: rule.Int})
	}
	for _, p := range l.cat.Policies {
		e.policy.Fields = append(e.policy.Fields, rule.Field{Name: p.ID, Type: rule.String})
	}
	for id, f := range l.cat.Forms {
		e.inputs[id] = f.Type
	}
	for _, s := range l.specs { // a form that is not there was reported where it is named
		for _, a := range s.Actions {
			if _, ok := e.inputs[a.Input]; !ok && a.Input != "" {
				e.inputs[a.Input] = rule.Type{Kind: rule.KindObject, Open: true}
			}
		}
	}
	found := false
	for _, id := range sortedKeys(l.cat.Forms) {
		if l.describesProject(id) {
			e.project, found = rule.Join(e.project, l.cat.Forms[id].Type), true
		}
	}
	e.project.Open = e.project.Open || !found
	l.env = e
}

// describesProject says whether a form's answers are what rules read as project: the forms named registration, or
// registration-…, and what opens a case of the flow registration.
func (l *loader) describesProject(form string) bool {
	if form == "registration" || strings.HasPrefix(form, "registration-") {
		return true
	}
	return slices.ContainsFunc(l.specs["registration"].Actions, func(a flow.ActionSpec) bool {
		return a.Input == form && slices.Contains(a.From, flow.New)
	})
}

// answers is the type of what an application of a flow answers: the forms of all items that take this flow.
func (l *loader) answers(flowID string) rule.Type {
	t, first := rule.Type{Kind: rule.KindObject}, true
	for _, it := range l.cat.Items {
		if it.Flow != flowID || it.Form == "" || l.cat.Forms[it.Form] == nil {
			continue
		}
		if first {
			t, first = l.cat.Forms[it.Form].Type, false
			continue
		}
		t = rule.Join(t, l.cat.Forms[it.Form].Type)
	}
	t.Open = t.Open || first
	return t
}

// Names of what only the functions of item rules read.
const (
	haveVar    = "_have"    // ids of the materials that are there
	grantedVar = "_granted" // ids of the items granted
)

// itemEnv is what the rules of an item may read: project, answers, item, param, policy, granted(item), has(material).
func (l *loader) itemEnv(it *Item) *rule.Env {
	answers := rule.Type{Kind: rule.KindObject, Open: true}
	if f := l.cat.Forms[it.Form]; f != nil {
		answers = f.Type
	}
	materials := make([]string, len(it.Materials))
	for i, m := range it.Materials {
		materials[i] = m.ID
	}
	return &rule.Env{
		Vars: []rule.Field{
			{Name: "project", Type: l.env.project},
			{Name: "answers", Type: answers},
			{Name: "item", Type: l.env.item},
			{Name: "param", Type: l.env.param},
			{Name: "policy", Type: l.env.policy},
		},
		Funcs: itemFuncs(l.ids("item"), materials),
	}
}

func itemFuncs(items, materials []string) []rule.Func {
	return []rule.Func{
		{Name: "granted", Params: []rule.Type{rule.String}, Result: rule.Bool, OneOf: items, Reads: []string{"granted"}, Call: among(grantedVar)},
		{Name: "has", Params: []rule.Type{rule.String}, Result: rule.Bool, OneOf: materials, Reads: []string{"materials"}, Call: among(haveVar)},
	}
}

// among makes a function that looks its argument up in a list of ids.
func among(list string) func(rule.Source, []rule.Value) (rule.Value, error) {
	return func(vars rule.Source, args []rule.Value) (rule.Value, error) {
		id, _ := args[0].Text()
		ids, _ := vars.Get(list).([]string)
		return rule.Truth(slices.Contains(ids, id)), nil
	}
}

// compile compiles the expression at v, or reports what is wrong with it at its character. An absent one gives nil.
func (l *loader) compile(o *object, v value, env *rule.Env, want rule.Type) *rule.Rule {
	src := v.expression()
	if src == "" || o.broken {
		return nil
	}
	r, err := rule.Compile(src, env, want)
	if err == nil {
		return r
	}
	if e, ok := errors.AsType[*rule.Error](err); ok {
		l.faultInside(o, v, e.Offset, e.Code, e.Message, e.Hint)
	} else {
		l.fault(o, v, "syntax", err.Error(), "")
	}
	return nil
}

func (l *loader) compileItems(fs.FS) {
	for _, it := range l.cat.Items {
		o := l.sources[it]
		env := l.itemEnv(it)
		it.AppliesWhen = l.compile(o, o.get("applies_when"), env, rule.Bool)
		for i, v := range o.get("conditions").list() {
			it.Conditions[i].Check = l.compile(o, v.get("check"), env, rule.Bool)
		}
		for i, v := range o.get("materials").list() {
			it.Materials[i].When = l.compile(o, v.get("when"), env, rule.Bool)
		}
		for i, v := range o.get("prerequisites").list() {
			it.Prerequisites[i].When = l.compile(o, v.get("when"), env, rule.Bool)
		}
	}
}

// missing names the answer a condition waits for.
func missing(err error) string {
	if e, ok := errors.AsType[*rule.EvalError](err); ok && e.Path != "" {
		return e.Path
	}
	return err.Error()
}
