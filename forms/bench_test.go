package forms

import (
	"fmt"
	"testing"
)

// hundred is a form of 100 questions of every kind, with answers and one problem in ten.
func hundred(b *testing.B) (*Form, map[string]any) {
	props, answers, required := map[string]any{}, map[string]any{}, []any{}
	for i := range 100 {
		name := fmt.Sprintf("q%02d", i)
		required = append(required, name)
		switch i % 10 {
		case 0:
			props[name] = map[string]any{"type": "number", "title": name, "format": "decimal(16,4)", "minimum": 0, "x-unit": "万元"}
			answers[name] = "1280.50"
		case 1:
			props[name] = map[string]any{"type": "boolean", "title": name}
			answers[name] = i%20 == 1
		case 2:
			props[name] = map[string]any{"type": "string", "title": name, "x-codes": "fund_source", "x-show-when": map[string]any{fmt.Sprintf("/q%02d", i-1): true}}
			answers[name] = "06"
		case 3:
			props[name] = map[string]any{"type": "string", "title": name, "format": "uscc"}
			answers[name] = "91350100M000100Y43"
		case 4:
			props[name] = map[string]any{"type": "array", "title": name, "items": map[string]any{"properties": map[string]any{
				"a": map[string]any{"type": "string", "title": "a"}, "n": map[string]any{"type": "integer", "title": "n"},
			}}}
			answers[name] = []any{map[string]any{"a": "x"}, map[string]any{"a": "y"}}
		default:
			props[name] = map[string]any{"type": "string", "title": name, "description": "说明", "maxLength": 128}
			answers[name] = "仁和区高标准农田节水灌溉示范项目"
		}
	}
	f, err := Compile("hundred", map[string]any{"properties": props, "required": required}, Options{Codes: lists})
	if err != nil {
		b.Fatal(err)
	}
	return f, answers
}

func BenchmarkView(b *testing.B) {
	f, answers := hundred(b)
	ctx := Context{Today: "2026-11-23"}
	problems := f.Check(answers, ctx)
	b.ReportAllocs()
	for b.Loop() {
		f.View(answers, problems, ctx)
	}
}

func BenchmarkParseCheck(b *testing.B) {
	f, answers := hundred(b)
	ctx := Context{Today: "2026-11-23"}
	values := post(f.View(answers, nil, ctx))
	b.ReportAllocs()
	for b.Loop() {
		f.Check(f.Parse(values).Answers, ctx)
	}
}
