package forms

import (
	"slices"
	"sort"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

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
