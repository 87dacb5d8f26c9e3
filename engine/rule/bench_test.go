package rule_test

import (
	"testing"

	"banli/engine/rule"

	"github.com/expr-lang/expr"
)

const (
	simple  = `input.days <= param.extension_max and project.regime in ["FILING", "APPROVAL"]`
	complex = `let d = input.days ?? param.extension_default; d >= 1 && d <= param.extension_max && hold_days("extension") + d <= param.extension_max && all(input.items ?? [], # != "")`
)

func bench(b *testing.B, src string) {
	r, err := rule.Compile(src, env(), rule.Bool)
	if err != nil {
		b.Fatal(err)
	}
	v := vars()
	b.ReportAllocs()
	for b.Loop() {
		if ok, err := r.Bool(v); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

func BenchmarkSimple(b *testing.B)  { bench(b, simple) }
func BenchmarkComplex(b *testing.B) { bench(b, complex) }

func benchExpr(b *testing.B, src string) {
	p, err := expr.Compile(src, expr.AsBool(), expr.Function("hold_days", func(...any) (any, error) { return 10, nil }))
	if err != nil {
		b.Fatal(err)
	}
	v := map[string]any(vars())
	b.ReportAllocs()
	for b.Loop() {
		if ok, err := expr.Run(p, v); ok != true || err != nil {
			b.Fatal(ok, err)
		}
	}
}

func BenchmarkSimpleExpr(b *testing.B)  { benchExpr(b, simple) }
func BenchmarkComplexExpr(b *testing.B) { benchExpr(b, complex) }

// BenchmarkSimpleGo is the same rule written in Go over the same maps.
func BenchmarkSimpleGo(b *testing.B) {
	v := vars()
	b.ReportAllocs()
	for b.Loop() {
		input, param, project := v["input"].(map[string]any), v["param"].(map[string]any), v["project"].(map[string]any)
		regime := project["regime"].(string)
		if !(input["days"].(float64) <= float64(param["extension_max"].(int)) && (regime == "FILING" || regime == "APPROVAL")) {
			b.Fatal()
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	e := env()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rule.Compile(complex, e, rule.Bool); err != nil {
			b.Fatal(err)
		}
	}
}
