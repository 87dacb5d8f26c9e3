package forms

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// part is a schema that applies to a value, with the tests under which it does.
type part struct {
	sch  *jsonschema.Schema
	raw  map[string]any
	when []test
}

// builder makes nodes of schemas and collects what it cannot make one of.
type builder struct {
	docs   documents
	opt    Options
	faults Faults
	items  map[*jsonschema.Schema]*node // rows under way or done, so that a list may hold its own kind
	places []namedPlace
	count  int
}

// maxNodes bounds what references can multiply a schema to.
const maxNodes = 5000

func (b *builder) fault(location, code, format string, args ...any) {
	_, ptr, _ := strings.Cut(location, "#")
	path, _ := fragment(ptr)
	b.faults = append(b.faults, Fault{pointer(path), code, fmt.Sprintf(format, args...)})
}

func (b *builder) raw(sch *jsonschema.Schema) map[string]any {
	m, _ := b.docs.at(sch.Location).(map[string]any)
	return m
}

// flatten lists the schemas that apply to the same value as sch: itself, what it
// refers to, allOf, and the branches whose condition can be shown.
func (b *builder) flatten(sch *jsonschema.Schema, when []test, path []*jsonschema.Schema) []part {
	if sch == nil || sch.Always != nil || slices.Contains(path, sch) {
		return nil
	}
	path = append(path[:len(path):len(path)], sch)
	parts := []part{{sch, b.raw(sch), when}}
	more := func(s *jsonschema.Schema, tests []test) {
		parts = append(parts, b.flatten(s, append(when[:len(when):len(when)], tests...), path)...)
	}
	more(sch.Ref, nil)
	more(sch.DynamicRef, nil)
	more(sch.RecursiveRef, nil)
	for _, s := range sch.AllOf {
		more(s, nil)
	}
	if sch.If != nil {
		if tests, ok := b.tests(sch.If); ok {
			more(sch.Then, tests)
			if sch.Else != nil {
				for _, other := range negated(tests) {
					more(sch.Else, other)
				}
			}
		} else {
			b.unshown(sch.If, sch, "if", sch.Then, sch.Else)
		}
	}
	for _, name := range sortedKeys(sch.DependentSchemas) {
		more(sch.DependentSchemas[name], []test{{place: place{path: []string{name}}}})
	}
	for _, name := range sortedKeys(sch.Dependencies) {
		if s, ok := sch.Dependencies[name].(*jsonschema.Schema); ok {
			more(s, []test{{place: place{path: []string{name}}}})
		}
	}
	for _, keyword := range []string{"anyOf", "oneOf"} {
		branches := sch.AnyOf
		if keyword == "oneOf" {
			branches = sch.OneOf
		}
		branches = slices.DeleteFunc(slices.Clone(branches), isNull)
		if len(branches) == 0 {
			continue
		}
		if len(branches) == 1 {
			more(branches[0], nil)
		} else if name, values := b.discriminator(branches); name != "" {
			for i, s := range branches {
				more(s, []test{{place: place{path: []string{name}}, in: values[i]}})
			}
		} else if _, ok := b.constants(branches); !ok {
			b.unshown(branches[0], sch, keyword, branches...)
		}
	}
	return parts
}

// unshown reports branches that would add fields nobody can be shown; branches
// that only restrict fields declared beside them are a matter for Check.
func (b *builder) unshown(at, beside *jsonschema.Schema, keyword string, branches ...*jsonschema.Schema) {
	for _, s := range branches {
		if s == nil {
			continue
		}
		for _, target := range []*jsonschema.Schema{s, s.Ref} {
			if target == nil {
				continue
			}
			for _, name := range sortedKeys(target.Properties) {
				if beside.Properties[name] == nil {
					b.fault(at.Location, "unsupported", "this %s adds %q under a condition that cannot be shown; expected a property with const or enum that tells the branches apart", keyword, name)
					return
				}
			}
			if target.Items != nil || target.Items2020 != nil || len(target.PrefixItems) > 0 {
				b.fault(at.Location, "unsupported", "this %s chooses between lists; expected one list", keyword)
				return
			}
		}
	}
}

func isNull(s *jsonschema.Schema) bool { return len(s.Types) == 1 && s.Types[0] == "null" }

// tests reads a condition made of const and enum on properties, at any depth.
func (b *builder) tests(sch *jsonschema.Schema) (tests []test, ok bool) {
	if sch.Ref != nil {
		return b.tests(sch.Ref)
	}
	raw := b.raw(sch)
	for k := range raw {
		switch k {
		case "properties", "required", "type", "allOf", "title", "description", "$comment", "x-order":
		default:
			return nil, false
		}
	}
	for _, s := range sch.AllOf {
		more, ok := b.tests(s)
		if !ok {
			return nil, false
		}
		tests = append(tests, more...)
	}
	tested := map[string]bool{}
	for _, name := range sortedKeys(sch.Properties) {
		p := sch.Properties[name]
		values, ok := values(p)
		if ok {
			tests = append(tests, test{place: place{path: []string{name}}, in: values})
			tested[name] = true
			continue
		}
		inner, ok := b.tests(p)
		if !ok || len(inner) == 0 {
			return nil, false
		}
		for _, t := range inner {
			t.path = append([]string{name}, t.path...)
			tests = append(tests, t)
		}
		tested[name] = true
	}
	for _, name := range sch.Required {
		if !tested[name] {
			tests = append(tests, test{place: place{path: []string{name}}})
		}
	}
	return tests, len(tests) > 0
}

// values lists what a schema allows when it says so by const or enum.
func values(s *jsonschema.Schema) ([]any, bool) {
	if len(s.Constant) > 0 {
		return s.Constant, true
	}
	return s.Enum, len(s.Enum) > 0
}

// discriminator finds the property whose const or enum is different in every branch.
func (b *builder) discriminator(branches []*jsonschema.Schema) (name string, in [][]any) {
	first := b.flatten(branches[0], nil, nil)
	var names []string
	for _, p := range first {
		names = append(names, sortedKeys(p.sch.Properties)...)
	}
	sort.Strings(names)
	for _, name := range slices.Compact(names) {
		in, seen := make([][]any, len(branches)), []any{}
		distinct := true
		for i, s := range branches {
			for _, p := range b.flatten(s, nil, nil) {
				if prop := p.sch.Properties[name]; prop != nil {
					in[i], _ = values(prop)
				}
			}
			distinct = distinct && len(in[i]) > 0
			for _, v := range in[i] {
				distinct = distinct && !slices.ContainsFunc(seen, func(w any) bool { return equal(v, w) })
			}
			seen = append(seen, in[i]...)
		}
		if distinct {
			return name, in
		}
	}
	return "", nil
}

// constants reads branches that are each one value with a title.
func (b *builder) constants(branches []*jsonschema.Schema) ([]choice, bool) {
	var out []choice
	for _, s := range branches {
		for s.Ref != nil {
			s = s.Ref
		}
		vs, ok := values(s)
		if !ok {
			return nil, false
		}
		raw := b.raw(s)
		for _, v := range vs {
			label := pair(raw, "title", "x-title-en")
			if label == (words{}) || len(vs) > 1 {
				label = words{zh: plain(v)}
			}
			out = append(out, choice{value: v, label: label})
		}
	}
	return out, len(out) > 0
}

// node makes one node of all the schemas that apply to a value.
func (b *builder) node(parts []part, path []*jsonschema.Schema) *node {
	n := &node{maxItems: -1}
	at := parts[0].sch.Location
	if b.count++; b.count > maxNodes {
		if b.count == maxNodes+1 {
			b.fault(at, "unsupported", "more than %d fields, counting each use of a reference", maxNodes)
		}
		n.kind = Hidden
		return n
	}
	// The node's own visibility already says when its only schema applies.
	if len(parts) == 1 {
		parts[0].when = nil
	}
	b.annotate(n, parts)
	b.typeOf(n, parts)
	switch n.typ {
	case "object":
		b.group(n, parts, path)
	case "array":
		b.list(n, parts)
	default:
		b.question(n, parts)
	}
	return n
}

// annotate takes texts and hints to the reader: the nearest schema that has one gives it.
func (b *builder) annotate(n *node, parts []part) {
	for _, p := range parts {
		first(&n.title, pair(p.raw, "title", "x-title-en"))
		first(&n.hint, pair(p.raw, "description", "x-description-en"))
		first(&n.unit, pair(p.raw, "x-unit", "x-unit-en"))
		first(&n.message, pair(p.raw, "x-message", "x-message-en"))
		first(&n.sourceTitle, pair(p.raw, "x-source-title", "x-source-title-en"))
		first(&n.source, str(p.raw, "x-source"))
		first(&n.autocomplete, str(p.raw, "x-autocomplete"))
		first(&n.format, p.sch.Format)
		n.readOnly = n.readOnly || p.raw["readOnly"] == true
		if n.initial == nil {
			n.initial = p.raw["default"]
		}
		for _, k := range sortedKeys(p.raw) {
			if strings.HasPrefix(k, "x-") && !slices.Contains(keywords, k) {
				b.fault(p.sch.Location+"/"+k, "bad-keyword", "unknown keyword %s; expected one of %s", k, strings.Join(keywords, ", "))
			}
		}
	}
}

// keywords are ours; see the package comment.
var keywords = []string{
	"x-autocomplete", "x-codes", "x-description-en", "x-enum-names", "x-enum-names-en", "x-message", "x-message-en",
	"x-not-after", "x-not-before", "x-order", "x-section", "x-section-en", "x-sections", "x-show-when", "x-source",
	"x-source-title", "x-source-title-en", "x-stop", "x-sum", "x-title-en", "x-unit", "x-unit-en", "x-widget",
}

// typeOf settles on one type besides null, told or understood from the keywords.
func (b *builder) typeOf(n *node, parts []part) {
	at := parts[0].sch.Location
	var types []string
	for _, p := range binding(parts) {
		for _, branch := range append(p.sch.AnyOf[:len(p.sch.AnyOf):len(p.sch.AnyOf)], p.sch.OneOf...) {
			n.nullable = n.nullable || isNull(branch)
		}
		own := slices.Clone(p.sch.Types)
		if slices.Contains(own, "null") {
			n.nullable = true
			own = slices.DeleteFunc(own, func(t string) bool { return t == "null" })
		}
		if slices.Contains(own, "number") {
			own = slices.DeleteFunc(own, func(t string) bool { return t == "integer" })
		}
		switch {
		case len(own) == 0:
		case types == nil:
			types = own
		default:
			types = narrow(types, own)
		}
	}
	if len(types) == 0 {
		types = b.guess(parts)
	}
	switch len(types) {
	case 1:
		n.typ = types[0]
	case 0:
		n.typ = "string"
		b.fault(at, "unsupported", "the type of this field is open; expected \"type\" to name one")
	default:
		n.typ = types[0]
		b.fault(at, "unsupported", "found the types %s; expected one, or one and null", strings.Join(types, ", "))
	}
}

// narrow keeps the types both lists allow; an integer is also a number.
func narrow(a, b []string) (both []string) {
	for _, t := range a {
		switch {
		case slices.Contains(b, t):
			both = append(both, t)
		case t == "number" && slices.Contains(b, "integer"), t == "integer" && slices.Contains(b, "number"):
			both = append(both, "integer")
		}
	}
	return both
}

// guess understands a type that is not told.
func (b *builder) guess(parts []part) []string {
	kinds := map[string]bool{}
	for _, p := range binding(parts) {
		if cs, ok := b.choicesOf(p); ok {
			for _, c := range cs {
				kinds[typeOfValue(c.value)] = true
			}
		}
		for _, k := range sortedKeys(p.raw) {
			switch k {
			case "properties", "required", "x-order", "minProperties", "maxProperties":
				kinds["object"] = true
			case "items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains":
				kinds["array"] = true
			case "minLength", "maxLength", "pattern", "x-codes":
				kinds["string"] = true
			case "format":
				if _, _, ok := precision(p.sch.Format); ok {
					kinds["number"] = true
				} else {
					kinds["string"] = true
				}
			case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
				kinds["number"] = true
			}
		}
	}
	delete(kinds, "null")
	return sortedKeys(kinds)
}

func typeOfValue(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return "number"
}

// binding drops the parts that hold only under a condition, unless all are such.
func binding(parts []part) []part {
	var always []part
	for _, p := range parts {
		if len(p.when) == 0 {
			always = append(always, p)
		}
	}
	if always == nil {
		return parts
	}
	return always
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func str(raw map[string]any, key string) string {
	s, _ := raw[key].(string)
	return s
}

func pair(raw map[string]any, zh, en string) words { return words{str(raw, zh), str(raw, en)} }

func first[T comparable](to *T, v T) {
	var zero T
	if *to == zero {
		*to = v
	}
}
