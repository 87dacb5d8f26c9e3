package definitions

import (
	"fmt"
	"strings"
	"testing"

	"banli/engine/rule"

	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"
)

// TestTableProofs compares what is proved of random decision tables with what their rows say of every input there is:
// a gap, an overlap or a row out of reach is reported where the inputs show one, and nowhere else.
func TestTableProofs(t *testing.T) {
	kinds := []string{"A", "B", "C"}
	env := &rule.Env{Vars: []rule.Field{{Name: "input", Type: rule.ObjectOf(
		rule.Field{Name: "kind", Type: rule.String}, rule.Field{Name: "n", Type: rule.Int}, rule.Field{Name: "m", Type: rule.Int}, rule.Field{Name: "yes", Type: rule.Bool},
	)}, {Name: "param", Type: rule.ObjectOf(rule.Field{Name: "top", Type: rule.Int})}}}
	var inputs []rule.Vars
	for _, kind := range kinds {
		for n := -1; n <= 7; n++ {
			for _, m := range []any{nil, -1, 0, 1, 2, 3, 4, 5, 6, 7} {
				for _, yes := range []bool{true, false} {
					inputs = append(inputs, rule.Vars{"input": map[string]any{"kind": kind, "n": n, "m": m, "yes": yes}, "param": map[string]any{"top": 4}})
				}
			}
		}
	}
	known := func(name string) domain {
		switch low, high := -1.0, 7.0; name {
		case "input.kind":
			return domain{choices: kinds}
		case "input.n", "input.m":
			return domain{whole: true, min: &low, max: &high}
		}
		return domain{}
	}
	atom := rapid.OneOf(
		rapid.Map(rapid.IntRange(0, 6), func(n int) string { return fmt.Sprintf("input.n < %d", n) }),
		rapid.Map(rapid.IntRange(0, 6), func(n int) string { return fmt.Sprintf("%d <= (input.m ?? 3)", n) }),
		rapid.Map(rapid.IntRange(0, 6), func(n int) string { return fmt.Sprintf("input.n in [%d, param.top]", n) }),
		rapid.Just("input.m == nil"), rapid.Just("input.yes"), rapid.Just("input.n >= param.top - 1"),
		rapid.Just(`let k = input.kind; k == "A" || k == "B"`), rapid.Just(`input.yes ? input.kind == "C" : input.n > 2`),
		rapid.Map(rapid.SampledFrom(kinds), func(k string) string { return fmt.Sprintf("input.kind != %q", k) }),
	)
	when := rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(atom, 1, 2).Draw(t, "atoms")
		for i, p := range parts {
			if parts[i] = "(" + p + ")"; rapid.Bool().Draw(t, "not") {
				parts[i] = "not " + parts[i]
			}
		}
		return strings.Join(parts, rapid.SampledFrom([]string{" && ", " or "}).Draw(t, "join"))
	})
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(when, 1, 4).Draw(t, "rows")
		unique := rapid.Bool().Draw(t, "unique")
		space, p := &cases{params: map[string]any{"top": 4}}, proof{unique: unique, decides: make([]bool, len(texts))}
		var rules []*rule.Rule
		for i, text := range texts {
			cond, err := space.condition(text)
			if err != nil {
				t.Fatal(err)
			}
			r, err := rule.Compile(text, env, rule.Bool)
			if err != nil {
				t.Fatal(err)
			}
			p.when, rules = append(p.when, cond), append(rules, r)
			p.then = append(p.then, row{then: value{n: &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(i)}}})
		}
		if n := space.settle(known, maxLooks); n > maxLooks {
			t.Skip("too many cases")
		}
		space.each(p.look)
		gap, clash, decides := false, false, make([]bool, len(texts))
		for _, in := range inputs {
			hits := 0
			for i, r := range rules {
				if yes, err := r.Bool(in); err != nil {
					t.Fatalf("%s: %v", r, err)
				} else if yes {
					decides[i] = decides[i] || hits == 0
					hits++
				}
			}
			gap, clash = gap || hits == 0, clash || hits > 1
		}
		if got := p.gap != nil; got != gap {
			t.Fatalf("gap: proved %v, inputs say %v", got, gap)
		}
		if got := p.clash != nil; got != (clash && unique) {
			t.Fatalf("overlap: proved %v, inputs say %v", got, clash)
		}
		if fmt.Sprint(p.decides) != fmt.Sprint(decides) {
			t.Fatalf("rows that decide: proved %v, inputs say %v", p.decides, decides)
		}
		if gap {
			if zh, en := space.witness(p.gap, p.open); zh == "" || en == "" {
				t.Fatal("a gap without words")
			}
		}
	})
}
