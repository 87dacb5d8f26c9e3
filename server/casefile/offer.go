package casefile

import (
	"slices"
	"strings"

	"banli/definitions"
	"banli/engine/flow"
	"banli/forms"
	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"
)

// offer narrows the choices of a form that come from the catalogue's own lists to those that make sense in this case,
// the likely ones first with the reason. What is chosen already stays.
func offer(r *web.Request, v *casework.CaseView, f *definitions.Form, view *forms.View, input map[string]any) {
	codes := map[string]string{}
	for _, q := range f.Fields() {
		codes[strings.TrimSuffix(q.Pointer, "/*")] = q.Codes
	}
	for i := range view.Sections {
		for j := range view.Sections[i].Fields {
			q := &view.Sections[i].Fields[j]
			switch codes[q.Pointer] {
			case "departments":
				stage, _ := input["stage"].(string)
				q.Options = departmentOptions(r, v, q.Options, stage)
			case "items":
				q.Options = itemOptions(r, v, q.Options)
			}
		}
	}
}

// offerPeople makes the field that names somebody a choice of the department's people.
func offerPeople(r *web.Request, v *casework.CaseView, spec flow.ActionSpec, view *forms.View) {
	field := casework.NamesPerson(spec)
	if field == "" {
		return
	}
	for i := range view.Sections {
		for j := range view.Sections[i].Fields {
			q := &view.Sections[i].Fields[j]
			if q.Pointer != "/"+field {
				continue
			}
			q.Kind, q.Options = forms.Select, nil
			for _, p := range v.Colleagues {
				q.Options = append(q.Options, forms.Option{
					Value: p.User, Label: Pack.T(r.Lang, "case.ledger.by", "name", p.Name, "role", screen.Role(r.Lang, p.Role)), Selected: p.User == q.Value,
				})
			}
		}
	}
}

// needs are the items the project needs, or may need.
func needs(v *casework.CaseView) []definitions.Need {
	return v.Catalogue.Needed(v.At, definitions.Data{Project: v.ProjectAnswers})
}

// departmentOptions puts the departments first whose items the project needs in a stage, and names these.
func departmentOptions(r *web.Request, v *casework.CaseView, all []forms.Option, stage string) []forms.Option {
	items := map[string][]string{}
	for _, n := range needs(v) {
		if it := n.Item; it.Stage == stage && !begun(v, it.ID) {
			items[it.Department] = append(items[it.Department], r.Lang.Pick(it.Name, it.NameEn))
		}
	}
	for i := range all {
		if names := items[all[i].Value]; names != nil {
			all[i].Label = Pack.T(r.Lang, "act.offer.department", "name", all[i].Label, "items", joined(r, names))
		}
	}
	return first(all, func(o forms.Option) bool { return items[o.Value] != nil })
}

// begun tells whether the case opened one for the item by itself: no department need be asked about it.
func begun(v *casework.CaseView, item string) bool {
	return slices.ContainsFunc(v.Children, func(l casework.CaseLine) bool { return l.Item == item })
}

// joined lists at most three names.
func joined(r *web.Request, names []string) string {
	comma := Pack.T(r.Lang, "case.list_comma")
	if n := len(names); n > 3 {
		return Pack.T(r.Lang, "act.offer.more", "names", strings.Join(names[:3], comma), "n", n)
	}
	return strings.Join(names, comma)
}

// itemOptions are a department's own items where it is asked, with those of the stage that the project needs first;
// in the case of an item, what must be there before it, then what else the project needs.
func itemOptions(r *web.Request, v *casework.CaseView, all []forms.Option) []forms.Option {
	list := needs(v)
	needed := func(id string) bool {
		return slices.ContainsFunc(list, func(n definitions.Need) bool { return n.Item.ID == id })
	}
	if v.Item != nil {
		before := func(id string) bool {
			return slices.ContainsFunc(v.Item.Prerequisites, func(p definitions.Prerequisite) bool { return slices.Contains(p.AnyOf, id) })
		}
		all = slices.DeleteFunc(all, func(o forms.Option) bool {
			return !o.Selected && (o.Value == v.Item.ID || !before(o.Value) && !needed(o.Value))
		})
		return mark(r, "act.offer.before", all, before)
	}
	own := slices.DeleteFunc(slices.Clone(all), func(o forms.Option) bool {
		it := v.Catalogue.Item(o.Value, v.At)
		return !o.Selected && (it == nil || it.Department != v.Head.Department)
	})
	if len(own) == 0 {
		return all
	}
	return mark(r, "act.offer.needed", own, func(id string) bool {
		it := v.Catalogue.Item(id, v.At)
		return it != nil && it.Stage == v.Stage && needed(id)
	})
}

// mark puts those first that are likely, with a word that says why.
func mark(r *web.Request, why string, all []forms.Option, likely func(id string) bool) []forms.Option {
	for i := range all {
		if likely(all[i].Value) {
			all[i].Label = Pack.T(r.Lang, why, "name", all[i].Label)
		}
	}
	return first(all, func(o forms.Option) bool { return likely(o.Value) })
}

// first moves options to the front and keeps the order otherwise.
func first(all []forms.Option, likely func(forms.Option) bool) []forms.Option {
	slices.SortStableFunc(all, func(a, b forms.Option) int {
		switch x, y := likely(a), likely(b); {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	})
	return all
}
