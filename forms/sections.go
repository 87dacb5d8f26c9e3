package forms

import "math/big"

// section is a part of the page: a title and how many of the root's fields it takes.
type section struct {
	id    string
	title words
	props []*prop
}

// sectionSpec is an entry of x-sections.
type sectionSpec struct {
	id     string
	title  words
	fields []string
}

func sectionsOf(raw map[string]any) (out []sectionSpec) {
	for _, v := range list(raw, "x-sections") {
		m, _ := v.(map[string]any)
		s := sectionSpec{id: str(m, "id"), title: pair(m, "title", "title_en")}
		for _, f := range list(m, "fields") {
			if name, ok := f.(string); ok {
				s.fields = append(s.fields, name)
			}
		}
		out = append(out, s)
	}
	return out
}

// sections cuts the root's fields into parts: by x-sections and, for what those
// leave out, where x-section changes.
func (b *builder) sections(root *node, raw map[string]any, location string) (out []section) {
	taken := map[*prop]bool{}
	for i, spec := range sectionsOf(raw) {
		s := section{id: spec.id, title: spec.title}
		first(&s.id, htmlID("s", row(nil, i)))
		if spec.title.zh == "" {
			b.fault(location+"/x-sections/"+row(nil, i)[0], "bad-keyword", "expected a title")
		}
		for _, name := range spec.fields {
			p, _ := root.prop(name)
			switch {
			case p == nil:
				b.fault(location+"/x-sections/"+row(nil, i)[0], "unknown-field", "no property %q", name)
			case taken[p]:
				b.fault(location+"/x-sections/"+row(nil, i)[0], "unknown-field", "property %q is in two sections", name)
			default:
				taken[p] = true
				s.props = append(s.props, p)
			}
		}
		out = append(out, s)
	}
	var current *section
	var title words
	for _, p := range root.props {
		if taken[p] {
			continue
		}
		if p.sectionGiven {
			title = p.section
		}
		if current == nil || title != current.title {
			out = append(out, section{id: htmlID("s", row(nil, len(out))), title: title})
			current = &out[len(out)-1]
		}
		current.props = append(current.props, p)
	}
	return out
}

// sums reads x-sum at the root.
func (b *builder) sums(raw map[string]any, location string) (out []sum) {
	specs := list(raw, "x-sum")
	if m, ok := raw["x-sum"].(map[string]any); ok {
		specs = []any{m}
	}
	location += "/x-sum"
	for _, v := range specs {
		m, _ := v.(map[string]any)
		rows, rowsOK := b.place(location, str(m, "rows"))
		equals, equalsOK := b.place(location, str(m, "equals"))
		if !rowsOK || !equalsOK {
			continue
		}
		tolerance := new(big.Rat)
		if t, ok := m["tolerance"]; ok {
			if s := plain(t); tame(s) {
				tolerance.SetString(s)
			} else {
				b.fault(location, "bad-keyword", "expected a tolerance such as \"0.01\", found %q", s)
			}
		}
		if len(rows.path) < 2 || rows.path[len(rows.path)-2] != "*" {
			b.fault(location, "bad-keyword", "expected rows such as /fund_lines/*/amount, found %q", str(m, "rows"))
			continue
		}
		out = append(out, sum{rows, equals, tolerance})
	}
	return out
}
