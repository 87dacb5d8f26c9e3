package forms

import (
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// group makes the fields of an object.
func (b *builder) group(n *node, parts []part, path []*jsonschema.Schema) {
	n.kind = Group
	for _, p := range parts {
		if slices.Contains(path, p.sch) {
			b.fault(p.sch.Location, "unsupported", "this object contains itself; only a list may hold its own kind")
			return
		}
		path = append(path[:len(path):len(path)], p.sch)
		if s, ok := p.sch.AdditionalProperties.(*jsonschema.Schema); ok && s.Always == nil {
			b.fault(s.Location, "unsupported", "fields without a name cannot be shown; expected properties")
		}
		if len(p.sch.PatternProperties) > 0 {
			b.fault(p.sch.Location+"/patternProperties", "unsupported", "fields named by a pattern cannot be shown; expected properties")
		}
	}
	for _, name := range b.names(parts) {
		pr := &prop{name: name}
		var inner []part
		for _, p := range parts {
			if s := p.sch.Properties[name]; s != nil {
				if more := b.flatten(s, deeper(p.when, 1), nil); more != nil {
					inner = append(inner, more...)
					pr.shown = append(pr.shown, p.when)
				} else if s.Always != nil && *s.Always {
					b.fault(s.Location, "unsupported", "the type of this field is open; expected \"type\" to name one")
				}
			}
			if slices.Contains(p.sch.Required, name) {
				pr.required = append(pr.required, p.when)
			}
			pr.required = append(pr.required, dependents(p, name)...)
		}
		if inner == nil {
			continue
		}
		for _, p := range inner {
			pr.shown = pr.shown.and(b.showWhen(p))
			if title := pair(p.raw, "x-section", "x-section-en"); title != (words{}) && !pr.sectionGiven {
				pr.section, pr.sectionGiven = title, true
			}
		}
		pr.node = b.node(inner, path)
		first(&pr.node.title, words{zh: name})
		n.props = append(n.props, pr)
		pr.level = n.indent(pr)
	}
}

// dependents gives the conditions under which other answers require this one.
func dependents(p part, name string) (out either) {
	add := func(opener string, names []string) {
		if slices.Contains(names, name) {
			opened := test{place: place{path: []string{opener}}}
			out = append(out, append(p.when[:len(p.when):len(p.when)], opened))
		}
	}
	for _, opener := range sortedKeys(p.sch.DependentRequired) {
		add(opener, p.sch.DependentRequired[opener])
	}
	for _, opener := range sortedKeys(p.sch.Dependencies) {
		if names, ok := p.sch.Dependencies[opener].([]string); ok {
			add(opener, names)
		}
	}
	return out
}

// names puts an object's properties in order: x-order first, then required ones,
// then the others by name; one that a condition adds follows what opens it.
func (b *builder) names(parts []part) (names []string) {
	opened := map[string]string{} // name → the question that opens it
	known, declared := map[string]bool{}, map[string]bool{}
	for _, p := range parts {
		for name := range p.sch.Properties {
			known[name], declared[name] = true, true
		}
	}
	add := func(name string) {
		if known[name] {
			names = append(names, name)
			delete(known, name)
		}
	}
	for _, p := range binding(parts) {
		for _, s := range sectionsOf(p.raw) {
			for _, name := range s.fields {
				add(name)
			}
		}
		for _, name := range b.ordered(p, known, declared) {
			add(name)
		}
	}
	for _, p := range parts {
		for _, name := range b.ordered(p, known, declared) {
			at := len(names)
			if last := len(p.when) - 1; last >= 0 && p.when[last].up == 0 {
				opener := p.when[last].path[0]
				if i := slices.Index(names, opener); i >= 0 {
					at = i + 1
					for at < len(names) && opened[names[at]] == opener {
						at++
					}
					opened[name] = opener
				}
			}
			names = slices.Insert(names, at, name)
			delete(known, name)
		}
	}
	return names
}

// ordered lists the known names one schema declares or puts in order.
func (b *builder) ordered(p part, known, declared map[string]bool) (names []string) {
	add := func(name string) {
		if known[name] && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, v := range list(p.raw, "x-order") {
		name, _ := v.(string)
		if !declared[name] {
			b.fault(p.sch.Location+"/x-order", "unknown-field", "no property %q to put in order", name)
		}
		add(name)
	}
	for _, name := range p.sch.Required {
		if p.sch.Properties[name] != nil {
			add(name)
		}
	}
	for _, name := range sortedKeys(p.sch.Properties) {
		add(name)
	}
	return names
}

// indent says how deep a field stands under the question that opens it: only when
// nothing but other fields under that question stands between them.
func (n *node) indent(pr *prop) int {
	if pr.shown.always() || len(pr.shown) == 0 {
		return 0
	}
	tests := pr.shown[0]
	last := tests[len(tests)-1]
	if last.up > 0 || len(last.path) != 1 {
		return 0
	}
	opener, i := n.prop(last.path[0])
	if opener == nil {
		return 0
	}
	for _, between := range n.props[i+1 : len(n.props)-1] {
		if between.level <= opener.level {
			return 0
		}
	}
	return opener.level + 1
}

// showWhen reads x-show-when: pointers from the root to a value or a list of values.
func (b *builder) showWhen(p part) (tests []test) {
	raw, ok := p.raw["x-show-when"]
	if !ok {
		return nil
	}
	at := p.sch.Location + "/x-show-when"
	m, ok := raw.(map[string]any)
	if !ok {
		b.fault(at, "bad-keyword", "expected pointers with values, such as {\"/regime\": \"FILING\"}")
		return nil
	}
	for _, ptr := range sortedKeys(m) {
		in, isList := m[ptr].([]any)
		if !isList {
			in = []any{m[ptr]}
		}
		if pl, ok := b.place(at, ptr); ok && !pl.today {
			tests = append(tests, test{place: pl, in: in})
		}
	}
	return tests
}

// place reads a pointer from the root; whether it leads anywhere is checked when all nodes are there.
func (b *builder) place(location, ptr string) (place, bool) {
	if ptr == "today" {
		return place{today: true}, true
	}
	path, ok := tokens(ptr)
	if !ok || len(path) == 0 {
		b.fault(location, "bad-keyword", "expected a pointer such as /regime, found %q", ptr)
		return place{}, false
	}
	b.places = append(b.places, namedPlace{location, ptr, path})
	return place{up: -1, path: path}, true
}

func list(raw map[string]any, key string) []any {
	l, _ := raw[key].([]any)
	return l
}
