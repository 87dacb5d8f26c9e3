package definitions

import (
	"slices"
	"strings"
	"testing"
	"time"

	"banli/definitions/catalogue"
	"banli/engine/flow"

	"pgregory.net/rapid"
)

// TestExploredIsEnough: wherever the engine leads a case, the exploration of its flow has been. So what is reported as
// unreachable is so.
func TestExploredIsEnough(t *testing.T) {
	c, faults := Load(catalogue.Renhe)
	if c == nil {
		t.Fatal(faults)
	}
	for _, id := range sortedKeys(c.Flows) {
		f := c.Flows[id]
		sent := map[string]bool{}
		for _, a := range f.Spec.Actions {
			sent[a.ID] = true
		}
		r := explore(&f.Spec, sent)
		if r.cut {
			t.Fatalf("flow %s has more than %d configurations", id, maxConfigs)
		}
		t.Run(id, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				p := &played{flow: f, state: &flow.State{}}
				if err := p.scopeFor(c, Scenario{Flow: id, Loose: true}, nil); err != nil {
					t.Fatal(err)
				}
				at := time.Date(2018, 5, 1, 9, 0, 0, 0, c.Calendar.Zone())
				for range rapid.IntRange(1, 12).Draw(t, "acts") {
					at = at.Add(time.Duration(rapid.IntRange(0, 30*24).Draw(t, "hours")) * time.Hour)
					a := rapid.SampledFrom(f.Spec.Actions).Draw(t, "do")
					d, err := f.Decide(p.scope, p.state, flow.Command{
						Do: a.ID, At: at, By: flow.Actor{Role: firstRole(&a)},
						Input: map[string]any{"days": rapid.IntRange(1, 30).Draw(t, "days"), "items": []any{"GH01"}, "departments": []any{"FG"}, "stage": "S1"},
					})
					if d.State.State() == "" && err != nil {
						continue
					}
					p.keep(d)
					open := p.state.Holding()
					slices.Sort(open)
					holds := strings.Join(open, " ")
					if !r.some(func(c config) bool { return c.state == p.state.State() && c.holds == holds }) {
						t.Fatalf("state %s with %q open was not explored", p.state.State(), holds)
					}
				}
			})
		})
	}
}
