package bench

import (
	"testing"

	"banli/engine/rule"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// rules are of the kinds that definitions are made of, each with the same in Go over the same maps.
var rules = []struct {
	name, src string
	inGo      func(v map[string]any) bool
}{
	{"equal", `project.regime == "RATIFICATION"`, func(v map[string]any) bool {
		regime, _ := field(v, "project")["regime"].(string)
		return regime == "RATIFICATION"
	}},
	{"applies", `project.regime in ["APPROVAL", "RATIFICATION"] and project.total_investment > 500`, func(v map[string]any) bool {
		p := field(v, "project")
		regime, _ := p["regime"].(string)
		total, _ := p["total_investment"].(int)
		return (regime == "APPROVAL" || regime == "RATIFICATION") && total > 500
	}},
	{"cap", `let d = input.days ?? param.extension_default; d >= 1 && d <= param.extension_max && (policy.extension_cap == "each" || 10 + d <= param.extension_max)`, func(v map[string]any) bool {
		param := field(v, "param")
		d, ok := field(v, "input")["days"].(int)
		if !ok {
			d, _ = param["extension_default"].(int)
		}
		limit, _ := param["extension_max"].(int)
		policy, _ := field(v, "policy")["extension_cap"].(string)
		return d >= 1 && d <= limit && (policy == "each" || 10+d <= limit)
	}},
	{"every", `len(input.items ?? []) > 0 && all(input.items ?? [], # in ["GH01", "GT01", "GT02"])`, func(v map[string]any) bool {
		items, _ := field(v, "input")["items"].([]any)
		for _, i := range items {
			if s, _ := i.(string); s != "GH01" && s != "GT01" && s != "GT02" {
				return false
			}
		}
		return len(items) > 0
	}},
}

func field(v map[string]any, name string) map[string]any {
	m, _ := v[name].(map[string]any)
	return m
}

func ruleVars() map[string]any {
	return map[string]any{
		"project": map[string]any{"regime": "RATIFICATION", "total_investment": 12000},
		"input":   map[string]any{"days": 30, "items": []any{"GH01", "GT01", "GT02"}},
		"param":   map[string]any{"extension_max": 60, "extension_default": 30},
		"policy":  map[string]any{"extension_cap": "cumulative"},
	}
}

func ruleEnv() *rule.Env {
	field := func(name string, t rule.Type) rule.Field { return rule.Field{Name: name, Type: t} }
	return &rule.Env{Vars: []rule.Field{
		field("project", rule.ObjectOf(field("regime", rule.String), field("total_investment", rule.Number))),
		field("input", rule.ObjectOf(field("days", rule.Int), field("items", rule.ListOf(rule.String)))),
		field("param", rule.ObjectOf(field("extension_max", rule.Int), field("extension_default", rule.Int))),
		field("policy", rule.ObjectOf(field("extension_cap", rule.String))),
	}}
}

func BenchmarkRule(b *testing.B) {
	vars := ruleVars()
	for _, r := range rules {
		lowered, err := rule.Compile(r.src, ruleEnv(), rule.Bool)
		if err != nil {
			b.Fatal(err)
		}
		program, err := expr.Compile(r.src, expr.Env(vars), expr.AsBool())
		if err != nil {
			b.Fatal(err)
		}
		source := rule.Vars(vars)
		b.Run(r.name+"/go", func(b *testing.B) {
			measure(b, func() {
				if !r.inGo(vars) {
					b.Fatal()
				}
			})
		})
		b.Run(r.name+"/ours", func(b *testing.B) {
			measure(b, func() {
				if ok, err := lowered.Bool(source); !ok || err != nil {
					b.Fatal(ok, err)
				}
			})
		})
		b.Run(r.name+"/vm", func(b *testing.B) {
			measure(b, func() {
				if ok, err := expr.Run(program, vars); ok != true || err != nil {
					b.Fatal(ok, err)
				}
			})
		})
		b.Run(r.name+"/vm-kept", func(b *testing.B) { // a machine kept for the next run saves its making
			var machine vm.VM
			measure(b, func() {
				if ok, err := machine.Run(program, vars); ok != true || err != nil {
					b.Fatal(ok, err)
				}
			})
		})
	}
}
