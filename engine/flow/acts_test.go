package flow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"banli/engine/flow"
)

func TestRefusals(t *testing.T) {
	accepted := toAccepted("2018-06-20 16:00")
	for name, tt := range map[string]struct {
		before []string
		cmd    flow.Command
		want   string
	}{
		"an action of another state": {accepted, flow.Command{Do: "accept", By: flow.Actor{Role: "handler"}}, "refused: accept: wrong-state: taken in intake, the case is in accepted"},
		"a role that may not":        {accepted, flow.Command{Do: "grant", By: flow.Actor{Role: "handler"}}, "refused: grant: wrong-role: taken by dept_leader, asked by handler"},
		"in the name of the clock":   {accepted[:2], flow.Command{Do: "deem_accepted", By: flow.Actor{Role: "clock"}}, "refused: deem_accepted: wrong-role: nobody acts as the clock"},
		"a misspelt action":          {accepted, flow.Command{Do: "grnat", By: flow.Actor{Role: "dept_leader"}}, `refused: grnat: unknown-action: the flow has no action "grnat"; did you mean "grant"?`},
		"before it began":            {nil, flow.Command{Do: "grant", By: flow.Actor{Role: "dept_leader"}}, "refused: grant: wrong-state: the case has not begun; it begins with submit"},
		"a hold that is not open":    {accepted, flow.Command{Do: "close_wait", By: flow.Actor{Role: "handler"}}, "refused: close_wait: hold-closed: wait is not open"},
		"too many days":              {accepted, flow.Command{Do: "open_extension", By: flow.Actor{Role: "dept_leader"}, Input: days(61)}, "refused: open_extension: guard: does not hold: " + permit().Actions[10].When},
		"a day of the wrong kind":    {accepted, flow.Command{Do: "open_extension", By: flow.Actor{Role: "dept_leader"}, Input: map[string]any{"days": "x"}}, "refused: open_extension: guard: cannot tell whether " + permit().Actions[10].When + `: d: expected a number, found "x"`},
		"events only go forward":     {accepted, flow.Command{Do: "grant", At: instant("2018-06-20 15:59"), By: flow.Actor{Role: "dept_leader"}}, "refused: grant: before-last-event: asked for at 2018-06-20T15:59:00+08:00, before the last event at 2018-06-20T16:00:00+08:00"},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGame(t, permit(), scope(10)).play(tt.before...)
			if tt.cmd.At.IsZero() {
				tt.cmd.At = instant("2018-06-20 17:00")
			}
			if r := g.command(tt.cmd); r == nil || r.Error() != tt.want {
				t.Errorf("\n got %v\nwant %s", r, tt.want)
			}
		})
	}
	g := newGame(t, permit(), scope(10)).play(accepted...)
	wang := flow.Actor{Role: "handler", User: "wang"}
	g.command(flow.Command{Do: "request_extension", At: instant("2018-06-20 17:00"), By: wang})
	wang.Role = "dept_leader"
	if r := g.command(flow.Command{Do: "open_extension", At: instant("2018-06-20 17:00"), By: wang}); r == nil || r.Code != flow.SamePerson {
		t.Errorf("approved by who asked: %v", r)
	}
	if r := g.command(flow.Command{Do: "open_extension", At: instant("2018-06-20 17:00"), By: flow.Actor{Role: "dept_leader", User: "li"}}); r != nil {
		t.Error(r)
	}
}

// T27: when lamps turn.
func TestLamps(t *testing.T) {
	g := newGame(t, reply(), scope(10)).play("2018-09-28 10:00 dispatched") // due 10-08 10:00 (E7)
	for at, want := range map[string]string{
		"2018-09-30 19:35": flow.LampOK, "2018-09-30 19:36": flow.LampSoon, // 14.4 of 72 hours left
		"2018-10-08 07:59": flow.LampSoon, "2018-10-08 08:00": flow.LampUrgent,
		"2018-10-08 10:00": flow.LampUrgent, "2018-10-08 10:00:01": flow.LampOver,
	} {
		if c := clockOf(t, g.f.View(g.sc, g.s, instant(at)), "reply"); c.Lamp != want {
			t.Errorf("%s: %s, want %s (warn %s, urgent %s)", at, c.Lamp, want, short(c.WarnAt), short(c.UrgentAt))
		}
	}
	g = newGame(t, permit(), scope(9)).play(toAccepted("2018-06-15 16:00")...) // due Friday 06-29
	for at, want := range map[string]string{
		"2018-06-27 23:59": "ok 2", "2018-06-28 00:00": "soon 1", "2018-06-28 23:59": "soon 1", "2018-06-29 00:01": "urgent 0",
		"2018-06-29 24:00": "urgent 0", "2018-06-29 24:00:01": "over 0", "2018-07-02 10:00": "over 0", "2018-07-03 10:00": "over -1",
	} {
		if c := clockOf(t, g.f.View(g.sc, g.s, instant(at)), "promised"); fmt.Sprint(c.Lamp, " ", c.LeftDays) != want {
			t.Errorf("%s: %s %d, want %s (warn %s, urgent %s)", at, c.Lamp, c.LeftDays, want, short(c.WarnAt), short(c.UrgentAt))
		}
	}
	sc := scope(9) // the parameters of T27
	sc.Param["warn_share"], sc.Param["warn_days"], sc.Param["urgent_hours"] = 50, 3, 4
	v := newGame(t, reply(), sc).play("2018-09-28 10:00 dispatched").look("2018-09-28 11:00")
	if c := clockOf(t, v, "reply"); short(c.WarnAt) != "2018-09-29 22:00" || short(c.UrgentAt) != "2018-10-08 06:00" {
		t.Errorf("warn %s, urgent %s: want half of 72 hours, and 4 hours", short(c.WarnAt), short(c.UrgentAt))
	}
	v = newGame(t, permit(), sc).play(toAccepted("2018-06-15 16:00")...).look("2018-06-19 11:00")
	if c := clockOf(t, v, "promised"); short(c.WarnAt) != "2018-06-25 24:00" {
		t.Errorf("warn %s: want three working days left", short(c.WarnAt))
	}

	spec := permit()
	spec.Clocks[1].Warn.Left = 2
	g = newGame(t, spec, scope(6)).play(toAccepted("2018-06-22 16:00")...) // due Monday 07-02
	for at, want := range map[string]string{
		"2018-06-27 23:59": flow.LampOK, "2018-06-28 00:00": flow.LampSoon, "2018-07-01 00:00": flow.LampSoon, "2018-07-02 00:00": flow.LampUrgent,
	} {
		if c := clockOf(t, g.f.View(g.sc, g.s, instant(at)), "promised"); c.Lamp != want {
			t.Errorf("%s: %s, want %s (warn %s, urgent %s)", at, c.Lamp, want, short(c.WarnAt), short(c.UrgentAt))
		}
	}
}

// Each act says what it does to the clocks, and why it may not be taken.
func TestLawful(t *testing.T) {
	line := func(acts []flow.Act) string {
		var out []string
		for _, a := range acts {
			s := a.ID
			for _, e := range a.Effects {
				s += " " + e.Kind + ":" + e.Clock
				if e.Due != nil {
					s += "→" + short(e.Due)[5:10]
				}
			}
			if a.Refused == nil {
				out = append(out, s)
			}
		}
		return strings.Join(out, "\n")
	}
	g := newGame(t, permit(), scope(10)).play("2018-06-13 10:00 submit", "2018-06-13 10:20 pass_pre_review")
	window := flow.Actor{Role: "dept_window", User: "w"}
	got := line(g.f.Lawful(g.sc, g.s, window, instant("2018-06-14 10:00")))
	want := "issue_correction stop:intake\naccept stop:intake start:promised→06-29 start:statutory→07-13\nnon_accept stop:intake"
	if got != want {
		t.Errorf("intake:\n%s\nwant\n%s", got, want)
	}
	g.play("2018-06-14 10:00 issue_correction")
	got = line(g.f.Lawful(g.sc, g.s, flow.Actor{Role: "owner"}, instant("2018-06-19 10:00")))
	if want := "supplement restart:intake→06-26\nwithdraw"; got != want {
		t.Errorf("correction:\n%s\nwant\n%s", got, want)
	}
	g.play("2018-06-19 10:00 supplement", "2018-06-20 10:00 accept")
	got = line(g.f.Lawful(g.sc, g.s, flow.Actor{Role: "dept_leader"}, instant("2018-06-20 11:00")))
	want = "open_extension pause:promised pause:statutory start:extension→08-01\ngrant stop:promised stop:statutory start:delivery→07-04\ndeny stop:promised stop:statutory start:delivery→07-04\nterminate stop:promised stop:statutory"
	if got != want {
		t.Errorf("accepted:\n%s\nwant\n%s", got, want)
	}
	acts := g.f.Lawful(g.sc, g.s, window, instant("2018-06-20 11:00"))
	i := slices.IndexFunc(acts, func(a flow.Act) bool { return a.ID == "issue_correction" })
	if r := acts[i].Refused; r == nil || r.Code != flow.WrongState || r.Rule != "T13" {
		t.Errorf("issue_correction: %+v", acts[i])
	}
	if slices.ContainsFunc(acts, func(a flow.Act) bool { return a.ID == "deem_accepted" || a.ID == "note_grant" }) {
		t.Error("acts that no person takes are offered")
	}
}

// What is impossible whatever the input is refused before anybody fills in a form.
func TestRequires(t *testing.T) {
	spec := permit()
	spec.Actions[10].Requires = `hold_days("extension") < param.extension_max`
	leader := flow.Actor{Role: "dept_leader", User: "l"}
	offered := func(g *game, at string) *flow.Refusal {
		acts := g.f.Lawful(g.sc, g.s, leader, instant(at))
		return acts[slices.IndexFunc(acts, func(a flow.Act) bool { return a.ID == "open_extension" })].Refused
	}
	g := newGame(t, spec, scope(10)).play(toAccepted("2018-06-20 16:00")...)
	if r := offered(g, "2018-06-20 17:00"); r != nil {
		t.Error(r)
	}
	if r := g.act("2018-06-20 17:00 open_extension", days(59)); r != nil {
		t.Fatal(r)
	}
	g.look("2018-10-08 09:00")
	if r := offered(g, "2018-10-08 09:00"); r != nil {
		t.Errorf("a day is left: %v", r)
	}
	if r := g.act("2018-10-08 09:00 open_extension", days(1)); r != nil {
		t.Fatal(r)
	}
	g.look("2018-10-10 09:00")
	if r := offered(g, "2018-10-10 09:00"); r == nil || r.Code != flow.Guard || r.Detail != "does not hold: "+spec.Actions[10].Requires {
		t.Errorf("nothing is left: %v", r)
	}
	spec.Actions[10].Requires = "input.days > 0"
	if _, faults := flow.Compile(spec, types()); len(faults) != 1 || faults[0].Path != "/actions/open_extension/requires" || faults[0].Message != `unknown name "input"` {
		t.Errorf("%+v", faults)
	}
}
