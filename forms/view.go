package forms

import (
	"encoding/json"
	"strings"
)

// layout is one drawing of a form.
type layout struct {
	f        *Form
	ctx      Context
	answers  map[string]any
	live     map[string]any // without hidden answers: what conditions look at
	problems map[string]Problem
	hidden   []Input
	focus    map[string]string // pointer → id of the control to focus
}

// View lays the form out with answers and problems. The answers of hidden fields
// are kept in it, so that they come back when shown again.
func (f *Form) View(answers map[string]any, problems []Problem, ctx Context) View {
	l := &layout{f: f, ctx: ctx, answers: answers, live: f.Prune(answers), problems: map[string]Problem{}, focus: map[string]string{}}
	for _, p := range problems {
		if _, ok := l.problems[p.Pointer]; !ok {
			l.problems[p.Pointer] = p
		}
	}
	v := View{Title: f.root.title.in(ctx.Lang), Hint: f.root.hint.in(ctx.Lang)}
	for _, s := range f.sections {
		out := Section{ID: s.id, Title: s.title.in(ctx.Lang)}
		for _, p := range s.props {
			field := l.prop(p, nil, answers, true, true)
			out.Shown = out.Shown || field.Shown
			out.Fields = append(out.Fields, field)
		}
		v.Sections = append(v.Sections, out)
	}
	for _, p := range problems {
		v.Problems = append(v.Problems, ProblemLink{p.Pointer, l.focus[p.Pointer], p.Message(ctx.Lang), p.Warning})
	}
	v.Hidden = l.hidden
	return v
}

// prop draws a field of the group at path. In a group that need not be there
// (needed), nothing is required until something is answered.
func (l *layout) prop(p *prop, path []string, group any, parentShown, needed bool) FieldView {
	m, _ := group.(map[string]any)
	v, given := m[p.name]
	shown := p.shown.holds(l.live, path)
	required := needed && p.required.holds(l.live, path)
	fv := l.field(p.node, child(path, p.name), v, given, parentShown && shown, required)
	fv.Shown = shown
	fv.Level = p.level
	fv.Required = required && !fv.ReadOnly
	if open := l.conditions(p.shown, path); len(open) > 0 {
		// The texts of a condition are ours: they always marshal.
		b, _ := json.Marshal(open)
		fv.ShowWhen = string(b)
	}
	return fv
}

// field draws one answer.
func (l *layout) field(n *node, path []string, v any, given, shown, required bool) FieldView {
	ptr, lang := pointer(path), l.ctx.Lang
	fv := FieldView{
		Pointer: ptr, ID: htmlID("f", path), Name: ptr, Kind: n.kind, Shown: true,
		Label: n.title.in(lang), Hint: n.hint.in(lang), Unit: n.unit.in(lang),
		LabelID: htmlID("l", path), HintID: htmlID("h", path), UnitID: htmlID("u", path), ProblemID: htmlID("e", path),
		ReadOnly: n.readOnly || n.kind == Output, Source: n.from(lang),
		Autocomplete: n.autocomplete, Multiple: n.multiple,
	}
	if fv.Label == "" {
		fv.Label = path[len(path)-1]
	}
	switch n.kind {
	case Group:
		m, isMap := v.(map[string]any)
		for _, p := range n.props {
			fv.Fields = append(fv.Fields, l.prop(p, path, m, shown, required || len(m) > 0))
		}
		if given && isMap && len(m) == 0 {
			l.mark("_empty", "{} "+ptr)
		}
	case Rows:
		l.rows(&fv, n, path, v, given, shown)
	default:
		l.answer(&fv, n, path, v, given)
	}
	if p, ok := l.problems[ptr]; ok && shown && fv.Problem == "" {
		fv.Problem, fv.Warning = p.Message(lang), p.Warning
		l.focus[ptr] = fv.target()
	}
	fv.DescribedBy = describedBy(fv)
	return fv
}

func describedBy(fv FieldView) string {
	var ids []string
	for _, part := range []struct{ text, id string }{{fv.Hint, fv.HintID}, {fv.Problem, fv.ProblemID}, {fv.Unit, fv.UnitID}} {
		if part.text != "" {
			ids = append(ids, part.id)
		}
	}
	return strings.Join(ids, " ")
}

// target is the first control of a field.
func (fv FieldView) target() string {
	switch fv.Kind {
	case YesNo, Radios, Checkboxes:
		if len(fv.Options) > 0 {
			return fv.Options[0].ID
		}
	case Group:
		for _, inner := range fv.Fields {
			if inner.Shown {
				return inner.target()
			}
		}
	case Rows:
		for _, inner := range fv.Fields {
			return inner.target()
		}
		for _, r := range fv.Rows {
			for _, inner := range r.Fields {
				if inner.Shown {
					return inner.target()
				}
			}
		}
		if fv.AddName != "" {
			return fv.AddID
		}
	}
	return fv.ID
}

// mark adds a hidden input for what no control can hold.
func (l *layout) mark(name, value string) { l.hidden = append(l.hidden, Input{name, value}) }

// from says in words where a prefilled value comes from.
func (n *node) from(lang string) string {
	if n.source == "" {
		return ""
	}
	if s := n.sourceTitle.in(lang); s != "" {
		return say(lang, "source.other", "from", s)
	}
	if strings.HasPrefix(n.source, "project.") || n.source == "project" {
		return say(lang, "source.project")
	}
	return say(lang, "source.other", "from", n.source)
}

func asList(v any) []any {
	list, ok := v.([]any)
	if !ok && !empty(v) {
		return []any{v}
	}
	return list
}
