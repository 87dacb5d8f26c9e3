package definitions

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"banli/definitions/catalogue"
	"banli/engine/rule"

	"github.com/expr-lang/expr"
)

// expressions are all that the shipped catalogue has, each once.
func expressions(c *Catalogue) (list []string) {
	add := func(texts ...string) {
		for _, s := range texts {
			if s != "" && !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
	}
	for _, it := range c.Items {
		for _, r := range rulesOf(it) {
			add(r.String())
		}
	}
	for _, id := range sortedKeys(c.Flows) {
		s := c.Flows[id].Spec
		for _, a := range s.Actions {
			add(a.Requires, a.When, a.Assign)
			for _, set := range a.Set {
				add(set.Expr)
			}
			for _, p := range a.Prolong {
				add(p.Units)
			}
			for _, sp := range a.Spawn {
				add(sp.When, sp.Each, sp.Item)
			}
		}
		for _, h := range s.Holds {
			add(h.CloseWhen)
		}
		for _, k := range s.Clocks {
			add(k.Limit, k.From)
		}
		for _, k := range s.Cards {
			add(k.After, k.Times)
		}
	}
	return list
}

var (
	anyPath   = regexp.MustCompile(`[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*`)
	anyText   = regexp.MustCompile(`"[^"]*"`)
	anyNumber = regexp.MustCompile(`\b[0-9]+(\.[0-9]+)?\b`)
)

// bothWays is an expression compiled for expr's machine and for ours, over variables of any type.
type bothWays struct {
	src    string
	rule   *rule.Rule
	layout *rule.Layout
	run    func(vars map[string]any) (any, error)
	paths  []string
	values []any // those that may make a difference
}

func compileBothWays(t *testing.T, src string) *bothWays {
	t.Helper()
	noon := time.Date(2018, 6, 13, 12, 0, 0, 0, time.UTC)
	b := &bothWays{src: src, values: []any{nil, true, false, 0, 1, "other", []any{}, []any{"GH01", "other"}, noon, noon.Add(time.Hour)}}
	for _, s := range anyText.FindAllString(src, -1) {
		b.values = append(b.values, strings.Trim(s, `"`), []any{strings.Trim(s, `"`)})
	}
	for _, s := range anyNumber.FindAllString(src, -1) {
		n, _ := strconv.ParseFloat(s, 64)
		b.values = append(b.values, rule.Normalize(n), rule.Normalize(n+1), rule.Normalize(n-1))
	}
	yes := func(name string) rule.Func {
		return rule.Func{Name: name, Params: []rule.Type{rule.String}, Result: rule.Bool, Call: func(_ rule.Source, args []rule.Value) (rule.Value, error) {
			s, _ := args[0].Text()
			return rule.Truth(len(s) == 4), nil
		}}
	}
	day := func(s string) time.Time { return noon.AddDate(0, 0, len(s)) }
	env := &rule.Env{Funcs: []rule.Func{
		yes("granted"), yes("has"), yes("done"),
		{Name: "hold_days", Params: []rule.Type{rule.String}, Result: rule.Int, Call: func(rule.Source, []rule.Value) (rule.Value, error) { return rule.Whole(20), nil }},
		{Name: "count", Params: []rule.Type{rule.String}, Result: rule.Int, Call: func(rule.Source, []rule.Value) (rule.Value, error) { return rule.Whole(20), nil }},
		{Name: "day", Params: []rule.Type{rule.String}, Result: rule.Time, Call: func(_ rule.Source, args []rule.Value) (rule.Value, error) {
			s, _ := args[0].Text()
			return rule.Of(day(s)), nil
		}},
	}}
	text := func(args []any) string { s, _ := args[0].(string); return s }
	same := func(args ...any) (any, error) { return len(text(args)) == 4, nil }
	options := []expr.Option{
		expr.Optimize(false), expr.Function("granted", same), expr.Function("has", same), expr.Function("done", same),
		expr.Function("hold_days", func(...any) (any, error) { return 20, nil }),
		expr.Function("day", func(args ...any) (any, error) { return day(text(args)), nil }),
	}
	var roots []string
	for _, p := range anyPath.FindAllString(anyText.ReplaceAllString(src, ""), -1) {
		if root, _, _ := strings.Cut(p, "."); !slices.Contains(roots, root) {
			roots = append(roots, root)
		}
		if !slices.Contains(b.paths, p) {
			b.paths = append(b.paths, p)
		}
	}
	for _, root := range roots {
		if strings.Contains(src, "let "+root+" ") || strings.Contains(src, root+"(") {
			b.paths = slices.DeleteFunc(b.paths, func(p string) bool { return p == root })
			continue
		}
		env.Vars = append(env.Vars, rule.Field{Name: root})
	}
	b.layout = rule.NewLayout(roots...)
	env.Layout = b.layout
	var err error
	if b.rule, err = rule.Compile(src, env, rule.Any); err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	program, err := expr.Compile(strings.ReplaceAll(src, "count(\"", "hold_days(\""), options...)
	if err != nil {
		t.Fatalf("%s: expr: %v", src, err)
	}
	b.run = func(vars map[string]any) (any, error) { return expr.Run(program, vars) }
	return b
}

// vars are random values for everything the expression reads.
func (b *bothWays) vars(r *rand.Rand) map[string]any {
	vars := map[string]any{}
	for _, p := range b.paths {
		root, rest, nested := strings.Cut(p, ".")
		if !nested {
			if _, is := vars[root].(map[string]any); !is {
				vars[root] = b.values[r.IntN(len(b.values))]
			}
			continue
		}
		o, _ := vars[root].(map[string]any)
		if o == nil {
			o = map[string]any{}
			vars[root] = o
		}
		if v := b.values[r.IntN(len(b.values))]; v != nil && !strings.Contains(rest, ".") {
			o[rest] = v
		}
	}
	return vars
}

// Every expression of the shipped catalogue says what expr's machine says, wherever both have an answer; and the same
// from a source and from a record.
func TestExpressionsAgreeWithExpr(t *testing.T) {
	c, faults := Load(catalogue.Renhe)
	if c == nil {
		t.Fatal(faults)
	}
	list := expressions(c)
	if len(list) < 50 {
		t.Fatalf("only %d expressions", len(list))
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, src := range list {
		b := compileBothWays(t, src)
		compared := 0
		for range 300 {
			vars := b.vars(r)
			got, err := b.rule.Eval(rule.Vars(vars))
			record := b.layout.Record(rule.Vars(vars))
			for range 2 { // the second time from what is kept
				if again, errAgain := b.rule.Eval(record); fmt.Sprint(again, errAgain) != fmt.Sprint(got, err) {
					t.Fatalf("%s of %v = %v, %v; by a record %v, %v", src, vars, got, err, again, errAgain)
				}
			}
			want, errWant := b.run(vars)
			if err != nil || errWant != nil {
				continue
			}
			compared++
			if want = rule.Normalize(want); !reflect.DeepEqual(got, want) && fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("%s of %v = %v (%T), expr gives %v (%T)", src, vars, got, got, want, want)
			}
		}
		if compared == 0 {
			t.Errorf("%s: nothing was compared", src)
		}
	}
	t.Logf("%d expressions", len(list))
}
