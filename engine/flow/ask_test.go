package flow_test

import (
	"testing"

	"banli/engine/flow"
)

// Asking evaluates what the guards of an action read, and what a clock read that runs with a hold, without changing
// the case.
func TestAsk(t *testing.T) {
	g := newGame(t, permit(), scope(10)).play(toAccepted("2018-06-20 16:00")...)
	g.command(flow.Command{Do: "open_extension", At: instant("2018-06-21 09:00"), By: flow.Actor{Role: "dept_leader"}, Input: days(20)})
	seq := g.s.Seq
	ask := func(do, expression string) any {
		t.Helper()
		v, err := g.f.Ask(g.sc, g.s, flow.Command{Do: do, At: instant("2018-06-22 09:00"), Input: days(5), Granted: []string{"GT01"}}, expression)
		if err != nil {
			return err.Error()
		}
		return v
	}
	for _, tt := range []struct {
		do, expression string
		want           any
	}{
		{"grant", `count("submit")`, 1},
		{"grant", `hold_days("extension")`, 20},
		{"grant", `granted("GT01") && !granted("GT02")`, true},
		{"open_extension", "input.days + 1", 6},
		{"close_extension", "hold.days", 20},
		{"extension", "hold.days ?? param.extension_default", 20},
		{"", "state", "accepted"},
		{"grant", "accepted_at < at", true},
		{"grant", "hold.days", `unknown name "hold"`},
	} {
		if got := ask(tt.do, tt.expression); got != tt.want {
			t.Errorf("%s: %s = %v, want %v", tt.do, tt.expression, got, tt.want)
		}
	}
	if g.s.Seq != seq {
		t.Error("asking changed the case")
	}
}
