package forms

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// anySchema draws an object's schema, with lists, groups and conditions inside.
func anySchema(t *rapid.T, depth int) map[string]any {
	props := map[string]any{}
	names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-c/~ "名]{0,3}`), 1, 4, rapid.ID).Draw(t, "names")
	for _, name := range names {
		props[name] = anyField(t, depth)
	}
	s := map[string]any{"type": "object", "properties": props}
	if rapid.Bool().Draw(t, "conditional") {
		s["if"] = map[string]any{"properties": map[string]any{"flag": map[string]any{"const": true}}, "required": []any{"flag"}}
		s["then"] = map[string]any{"properties": map[string]any{"then": anyField(t, 0)}, "required": []any{"then"}}
		props["flag"] = map[string]any{"type": "boolean"}
	}
	return s
}

func anyField(t *rapid.T, depth int) map[string]any {
	kinds := []string{"string", "number", "boolean", "enum", "many", "long", "date", "null"}
	if depth > 0 {
		kinds = append(kinds, "group", "rows", "list", "tuple")
	}
	switch kind := rapid.SampledFrom(kinds).Draw(t, "kind"); kind {
	case "enum":
		return map[string]any{"enum": []any{"a", "b", "1"}}
	case "many":
		return map[string]any{"type": "array", "uniqueItems": true, "items": map[string]any{"enum": []any{"a", "b", "c"}}}
	case "long":
		return map[string]any{"type": "string", "maxLength": 500}
	case "date":
		return map[string]any{"type": "string", "format": "date"}
	case "null":
		return map[string]any{"type": []any{"string", "null"}}
	case "number":
		return map[string]any{"type": "number", "format": "decimal(20,6)"}
	case "group":
		return anySchema(t, depth-1)
	case "rows":
		return map[string]any{"type": "array", "items": anySchema(t, depth-1)}
	case "list":
		return map[string]any{"type": "array", "items": anyField(t, 0)}
	case "tuple":
		return map[string]any{"type": "array", "prefixItems": []any{anyField(t, 0), anyField(t, 0)}, "items": anyField(t, 0)}
	default:
		return map[string]any{"type": kind}
	}
}

// anyAnswer draws an answer a control can hold, empty ones and half-typed ones among them.
func anyAnswer(t *rapid.T, n *node) any {
	word := rapid.StringMatching(`[a-zA-Z仁和"<&]([a-z 仁和\n]{0,5}[a-z仁和])?`)
	switch n.kind {
	case Group:
		m := map[string]any{}
		for _, p := range n.props {
			if rapid.Bool().Draw(t, "given") {
				m[p.name] = anyAnswer(t, p.node)
			}
		}
		return m
	case Rows:
		l := []any{}
		for i := range rapid.IntRange(0, 4).Draw(t, "rows") {
			if e := n.entry(i); e != nil {
				l = append(l, anyAnswer(t, e))
			}
		}
		return l
	}
	if n.multiple {
		l := []any{}
		for _, c := range n.choices {
			if rapid.Bool().Draw(t, "chosen") {
				l = append(l, c.value)
			}
		}
		return l
	}
	if len(n.choices) > 0 {
		return rapid.SampledFrom(n.choices).Draw(t, "choice").value
	}
	if n.numeric() && rapid.IntRange(0, 9).Draw(t, "half-typed") > 0 {
		return json.Number(rapid.StringMatching(`-?(0|[1-9][0-9]{0,12})(\.[0-9]{1,8})?`).Draw(t, "number"))
	}
	if n.nullable && rapid.Bool().Draw(t, "null") {
		return nil
	}
	if n.typ == "string" && rapid.IntRange(0, 9).Draw(t, "blank") == 0 {
		return ""
	}
	return word.Draw(t, "word")
}

// A page posted unchanged gives the same answers, whatever the form and the answers.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		schema := anySchema(t, 2)
		f, err := Compile("any", schema, Options{})
		if err != nil {
			t.Fatalf("%v\n%v", err, schema)
		}
		a := anyAnswer(t, f.root).(map[string]any)
		problems := f.Check(a, Context{})
		v := f.View(a, problems, Context{})
		back := f.Parse(post(v)).Answers
		if !same(f, a, back) {
			t.Fatalf("%v came back as %v\nschema %v", a, back, schema)
		}
		if d := f.Diff(a, back, Chinese); len(d) > 0 {
			t.Fatalf("unchanged, and yet %v", d)
		}
		pruned := f.Prune(a)
		if !equal(pruned, f.Prune(pruned)) {
			t.Fatalf("pruning %v twice is not pruning once", a)
		}
		if fmt.Sprint(problems) != fmt.Sprint(f.Check(pruned, Context{})) {
			t.Fatalf("hidden answers of %v have problems", a)
		}
		for _, p := range problems {
			path, _ := tokens(p.Pointer)
			if text := p.Message(Chinese); text == "" || strings.ContainsAny(text, "{}") || !f.shown(path, pruned) {
				t.Fatalf("problem %+v says %q", p, text)
			}
		}
	})
}

// Whatever is posted: no panic, and what was read comes back from the page it makes.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "%2Fname=x", "%2Ftotal_investment=1%2C280.50", "%2Ffund_lines%2F0%2Famount=%EF%BC%91&_add=%2Ffund_lines",
		"%2Ffund_lines%2F3%2Fsource=06&_remove=%2Ffund_lines%2F3&_row=%2Ffund_lines%2F9", "_empty=null+%2Fname&_empty=[]+%2Fdeclarations",
		"%2Fdeclarations=truth&%2Fdeclarations=truth&%2Fdeclarations=other", "%2Fnew_land=maybe&%2Fland%2Farea=1e3",
		"%2Fregime=RATIFICATION&%2Fpermit_item_code=1&%2Fplanned_start=2026.3", "_row=%2F&_add=x&_remove=%2Ffund_lines%2F-1",
	} {
		f.Add(s)
	}
	form := registration(f)
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		a := form.Parse(values).Answers
		v := form.View(a, form.Check(a, Context{Today: "2026-11-23"}), Context{Today: "2026-11-23", Lang: English})
		if back := form.Merge(a, form.Parse(post(v)).Answers); !same(form, a, back) {
			t.Errorf("%q: %s came back as %s", query, indented(t, a), indented(t, back))
		}
		form.Summary(a, Chinese)
	})
}

// Whatever is published: no panic, and each fault is inside the schema.
func FuzzCompile(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"properties": {"a": true, "b": false, "c": {}}}`, `{"$ref": "#"}`, `{"properties": {"a": {"$ref": "#"}}}`,
		`{"properties": {"a": {"items": {"$ref": "#"}}}}`, `{"allOf": [{"$ref": "#/allOf/0"}]}`, `{"properties": {"a": {"pattern": "(?<x"}}}`,
		`{"properties": {"a": {"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "number"}}}}`,
		`{"oneOf": [{"properties": {"k": {"const": 1}}}, {"properties": {"k": {"const": 2}}}], "dependencies": {"a": ["b"]}}`,
		`{"x-sections": [{"fields": ["a"]}], "x-sum": [{"rows": "/a/*/b"}], "x-show-when": 3, "x-order": [1]}`,
		`{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"items": [{"type": "string"}], "additionalItems": {"type": "string"}}}}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		schema, err := DecodeSchema([]byte(text))
		if err != nil {
			return
		}
		_, err = Compile("fuzz", schema, Options{Codes: lists})
		if faults, ok := errors.AsType[Faults](err); ok {
			for _, x := range faults {
				if path, ok := tokens(x.Pointer); !ok {
					t.Errorf("fault at %q", x.Pointer)
				} else if _, ok := lookup(any(schema), path); !ok {
					t.Errorf("fault at %q, which is not in %s", x.Pointer, text)
				}
			}
		}
		form, err := Compile("fuzz", schema, Options{Codes: lists, Partial: true})
		if err != nil {
			return
		}
		form.Fields()
		for _, a := range []map[string]any{nil, form.Initial()} {
			form.View(a, form.Check(a, Context{}), Context{})
			form.Parse(map[string][]string{"/a": {"1"}, "/a/0": {"1"}, "_add": {"/a"}})
		}
	})
}
