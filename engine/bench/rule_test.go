package bench

import (
	"testing"

	"banli/engine/rule"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// record is what the rules are about, as a struct of Go.
type record struct {
	Project struct {
		Regime string `expr:"regime"`
		Total  int    `expr:"total_investment"`
	} `expr:"project"`
	Input struct {
		Days  *int     `expr:"days"`
		Items []string `expr:"items"`
	} `expr:"input"`
	Param struct {
		Max     int `expr:"extension_max"`
		Default int `expr:"extension_default"`
	} `expr:"param"`
	Policy struct {
		Cap string `expr:"extension_cap"`
	} `expr:"policy"`
}

// rules are of the kinds that definitions are made of, each with the same in Go.
var rules = []struct {
	name, src string
	inGo      func(*record) bool
}{
	{"equal", `project.regime == "RATIFICATION"`, func(r *record) bool { return r.Project.Regime == "RATIFICATION" }},
	{"applies", `project.regime in ["APPROVAL", "RATIFICATION"] and project.total_investment > 500`, func(r *record) bool {
		return (r.Project.Regime == "APPROVAL" || r.Project.Regime == "RATIFICATION") && r.Project.Total > 500
	}},
	{"cap", `let d = input.days ?? param.extension_default; d >= 1 && d <= param.extension_max && (policy.extension_cap == "each" || 10 + d <= param.extension_max)`, func(r *record) bool {
		d := r.Param.Default
		if r.Input.Days != nil {
			d = *r.Input.Days
		}
		return d >= 1 && d <= r.Param.Max && (r.Policy.Cap == "each" || 10+d <= r.Param.Max)
	}},
	{"every", `len(input.items ?? []) > 0 && all(input.items ?? [], # in ["GH01", "GT01", "GT02"])`, func(r *record) bool {
		for _, s := range r.Input.Items {
			if s != "GH01" && s != "GT01" && s != "GT02" {
				return false
			}
		}
		return len(r.Input.Items) > 0
	}},
}

func ruleRecord() *record {
	r, days := new(record), 30
	r.Project.Regime, r.Project.Total = "RATIFICATION", 12000
	r.Input.Days, r.Input.Items = &days, []string{"GH01", "GT01", "GT02"}
	r.Param.Max, r.Param.Default = 60, 30
	r.Policy.Cap = "cumulative"
	return r
}

func ruleVars() map[string]any {
	return map[string]any{
		"project": map[string]any{"regime": "RATIFICATION", "total_investment": 12000},
		"input":   map[string]any{"days": 30, "items": []any{"GH01", "GT01", "GT02"}},
		"param":   map[string]any{"extension_max": 60, "extension_default": 30},
		"policy":  map[string]any{"extension_cap": "cumulative"},
	}
}

func ruleEnv(layout *rule.Layout) *rule.Env {
	field := func(name string, t rule.Type) rule.Field { return rule.Field{Name: name, Type: t} }
	return &rule.Env{Layout: layout, Vars: []rule.Field{
		field("project", rule.ObjectOf(field("regime", rule.String), field("total_investment", rule.Number))),
		field("input", rule.ObjectOf(field("days", rule.Int), field("items", rule.ListOf(rule.String)))),
		field("param", rule.ObjectOf(field("extension_max", rule.Int), field("extension_default", rule.Int))),
		field("policy", rule.ObjectOf(field("extension_cap", rule.String))),
	}}
}

func condition(b *testing.B, src string, layout *rule.Layout) *rule.Rule {
	b.Helper()
	r, err := rule.Compile(src, ruleEnv(layout), rule.Bool)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// BenchmarkRule asks about the fields of a case: of a struct in Go and by expr, at its best there;
// of a record of ours. The rows with maps look the fields up by name each time.
func BenchmarkRule(b *testing.B) {
	layout := rule.NewLayout("project", "input", "param", "policy")
	for _, r := range rules {
		fields, vars := ruleRecord(), ruleVars()
		inMaps, inRecord := condition(b, r.src, nil), condition(b, r.src, layout)
		program, err := expr.Compile(r.src, expr.Env(fields), expr.AsBool())
		if err != nil {
			b.Fatal(err)
		}
		overMaps, err := expr.Compile(r.src, expr.Env(vars), expr.AsBool())
		if err != nil {
			b.Fatal(err)
		}
		ask := func(r *rule.Rule, s rule.Source) func() {
			return func() {
				if ok, err := r.Bool(s); !ok || err != nil {
					b.Fatal(ok, err)
				}
			}
		}
		run := func(machine *vm.VM, program *vm.Program, env any) func() {
			return func() {
				if ok, err := machine.Run(program, env); ok != true || err != nil {
					b.Fatal(ok, err)
				}
			}
		}
		b.Run(r.name+"/go", func(b *testing.B) {
			measure(b, func() {
				if !r.inGo(fields) {
					b.Fatal()
				}
			})
		})
		b.Run(r.name+"/ours", func(b *testing.B) { measure(b, ask(inRecord, layout.Record(rule.Vars(vars)))) })
		b.Run(r.name+"/vm", func(b *testing.B) {
			measure(b, func() {
				if ok, err := expr.Run(program, fields); ok != true || err != nil {
					b.Fatal(ok, err)
				}
			})
		})
		// A machine kept for the next run saves its making.
		b.Run(r.name+"/vm-kept", func(b *testing.B) { measure(b, run(new(vm.VM), program, fields)) })
		b.Run(r.name+"/maps/ours", func(b *testing.B) { measure(b, ask(inMaps, rule.Vars(vars))) })
		b.Run(r.name+"/maps/vm-kept", func(b *testing.B) { measure(b, run(new(vm.VM), overMaps, vars)) })
	}
}
