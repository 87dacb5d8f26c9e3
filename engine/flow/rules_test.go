package flow_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"banli/engine/flow"
)

// T1, T2, D5: any of the three acts stops the window's clock; exactly at due is on time.
func TestWindow(t *testing.T) {
	for _, act := range []string{"confirm", "cancel", "dispatch"} {
		g := newGame(t, registration(), scope(10)).play("2018-05-08 10:00 submit")
		cmd := flow.Command{Do: act, At: instant("2018-05-09 10:00"), By: flow.Actor{Role: "general_window"}, Input: map[string]any{"stage": "S1", "departments": []any{"FG", "GH"}}}
		if r := g.command(cmd); r != nil {
			t.Fatal(r)
		}
		g.want("2018-05-20 10:00", "window", "stopped due 2018-05-09 10:00 used 24/24 stopped 2018-05-09 10:00")
	}
	g := newGame(t, registration(), scope(10)).play("2018-05-08 10:00 submit", "2018-05-09 10:00:01 confirm")
	if c := clockOf(t, g.look("2018-05-10 10:00"), "window"); !c.Overdue || c.Status != flow.Stopped {
		t.Errorf("a second after due: %s", clockLine(c))
	}
	g = newGame(t, registration(), scope(10)).play("2018-05-08 10:00 submit") // without an act it runs on
	g.want("2018-05-10 10:00", "window", "running due 2018-05-09 10:00 used 48/24 overdue")
	g.play("2018-05-10 10:00 cancel", "2018-05-11 16:30 submit") // T2: a new clock
	g.want("2018-05-11 16:30", "window", "running due 2018-05-14 16:30 used 0/24")
}

// T3, T5, T6: one reply case per department; the dispatch is complete when all have
// replied; dispatching again opens it anew.
func TestDispatch(t *testing.T) {
	g := newGame(t, registration(), scope(10)).play("2018-05-08 10:00 submit")
	window := flow.Actor{Role: "general_window"}
	dispatch := func(at string, departments ...any) {
		t.Helper()
		if r := g.command(flow.Command{Do: "dispatch", At: instant(at), By: window, Input: map[string]any{"stage": "S1", "departments": departments}}); r != nil {
			t.Fatal(r)
		}
	}
	dispatch("2018-05-08 11:00", "FG", "GH", "FG")
	want := []flow.Spawn{
		{Key: "reply:FG:2", Flow: "reply", Do: "dispatched", Department: "FG", At: instant("2018-05-08 11:00")},
		{Key: "reply:GH:2", Flow: "reply", Do: "dispatched", Department: "GH", At: instant("2018-05-08 11:00")},
	}
	for i := range g.out.Spawns {
		g.out.Spawns[i].Input = nil
		if !g.out.Spawns[i].At.Equal(want[i].At) {
			t.Error(g.out.Spawns[i].At)
		}
		g.out.Spawns[i].At = want[i].At
	}
	if !reflect.DeepEqual(g.out.Spawns, want) || len(g.out.Issues) != 1 {
		t.Errorf("spawns %+v, issues %+v", g.out.Spawns, g.out.Issues)
	}
	replied := func(at, key string) {
		t.Helper()
		if r := g.command(flow.Command{Do: "note_reply", At: instant(at), By: flow.Actor{Role: "signal"}, Done: []string{key}}); r != nil {
			t.Fatal(r)
		}
	}
	replied("2018-05-09 09:00", "reply:GH:2")
	if g.s.State() != "dispatched" {
		t.Error("complete with one reply open")
	}
	replied("2018-05-11 11:00", "reply:FG:2")
	if g.s.State() != "replied" || !strings.HasSuffix(g.history(), "note_reply, complete_dispatch by engine 2018-05-11 11:00") {
		t.Error(g.history())
	}
	dispatch("2018-05-12 09:00", "LY")
	if g.s.State() != "dispatched" || !slices.Equal(g.s.Open, []string{"reply:LY:6"}) {
		t.Errorf("%s, open %v", g.s.State(), g.s.Open)
	}
}

// T4, D7: the automatic reply has effect at due; a reply at due is on time, one after it is too late.
func TestAutoReply(t *testing.T) {
	g := newGame(t, reply(), scope(10)).play("2018-05-09 00:00 dispatched", "2018-05-11 24:00 reply")
	if g.s.State() != "replied" || len(g.s.Marks) != 0 {
		t.Errorf("%s %v", g.s.State(), g.s.Marks)
	}
	g = newGame(t, reply(), scope(10)).play("2018-05-09 00:00 dispatched")
	r := g.act("2018-05-12 00:00:01 reply")
	if r == nil || r.Code != flow.FinalState || r.State != "auto_replied" {
		t.Fatalf("a second late: %v", r)
	}
	// the refused command still brought the case to its instant
	if got := g.history(); got != "dispatched, auto_reply by clock 2018-05-11 24:00" || !slices.Equal(g.s.Marks, []string{"overdue_no_reply"}) {
		t.Error(got, g.s.Marks)
	}
	if len(g.out.Signals) != 1 || g.out.Signals[0].Do != "note_reply" {
		t.Errorf("signals %+v", g.out.Signals)
	}
}

// T9, A8: by default an expired filing is overdue; by policy it counts as filed.
func TestFilingExpiry(t *testing.T) {
	g := newGame(t, filing(), scope(10)).play("2025-04-25 18:00 submit")
	if v := g.look("2025-04-29 17:59"); v.Clocks[0].OnDue != "" || v.NextDue != nil {
		t.Errorf("the policy forbids %q, which the clock announces for %s", v.Clocks[0].OnDue, short(v.NextDue))
	}
	v := g.want("2025-04-30 10:00", "filing", "running due 2025-04-29 18:00 used 88/72 overdue")
	if v.NextDue != nil || len(g.events) != 1 {
		t.Errorf("next due %v, %s", v.NextDue, g.history())
	}
	sc := scope(10)
	sc.Policy["filing_expiry"] = "deemed_filed"
	g = newGame(t, filing(), sc).play("2025-04-25 18:00 submit")
	if v := g.look("2025-04-29 17:59"); short(v.NextDue) != "2025-04-29 18:00" || v.Clocks[0].OnDue != "deem_filed" {
		t.Errorf("next due %s, then %q", short(v.NextDue), v.Clocks[0].OnDue)
	}
	g.want("2025-04-30 10:00", "filing", "expired due 2025-04-29 18:00 used 72/72 stopped 2025-04-29 18:00")
	if g.s.State() != "filed" {
		t.Error(g.s.State())
	}
}

// A guard that reads data keeps its instant: the data may be different by then.
func TestNextDueWithData(t *testing.T) {
	spec := filing()
	spec.Actions[5].When = `project.regime == "FILING"`
	g := newGame(t, spec, scope(10)).play("2025-04-25 18:00 submit")
	if v := g.look("2025-04-29 17:59"); v.Clocks[0].OnDue != "" || short(v.NextDue) != "2025-04-29 18:00" {
		t.Errorf("next due %s, then %q", short(v.NextDue), v.Clocks[0].OnDue)
	}
}

// T24: a wait ends by itself when everything listed is granted, also if it was before.
func TestWaitEnds(t *testing.T) {
	g := newGame(t, permit(), scope(8)).play(toAccepted("2025-09-22 14:00")...)
	if r := g.act("2025-09-25 10:00 open_wait", map[string]any{"items": []any{"GH01", "GT01"}}); r != nil {
		t.Fatal(r)
	}
	granted := func(at string, items ...string) {
		t.Helper()
		if r := g.command(flow.Command{Do: "note_grant", At: instant(at), By: flow.Actor{Role: "signal"}, Granted: items}); r != nil {
			t.Fatal(r)
		}
	}
	granted("2025-09-28 10:00", "GH01")
	g.want("2025-09-28 10:00", "promised", "paused due - used 2/8 if resumed 2025-10-11 24:00")
	granted("2025-10-13 09:00", "GT01")
	g.want("2025-10-13 09:00", "promised", "running due 2025-10-20 24:00 used 2/8")
	if h := g.history(); !strings.HasSuffix(h, "note_grant, close_wait by engine 2025-10-13 09:00") {
		t.Error(h)
	}
	if r := g.act("2025-10-14 09:00 open_wait", map[string]any{"items": []any{"GT01"}}); r != nil {
		t.Fatal(r)
	}
	if len(g.f.View(g.sc, g.s, instant("2025-10-14 09:00")).Holds) != 0 {
		t.Error("waiting for what is there already")
	}
}

// T26: overdue is for ever; a pause after due does not move it.
func TestOverdueStays(t *testing.T) {
	g := newGame(t, permit(), scope(2)).play(toAccepted("2018-06-19 09:00")...).play("2018-06-22 10:00 open_wait")
	v := g.want("2018-06-25 09:00", "promised", "paused due 2018-06-21 24:00 used 2/2 overdue")
	if c := clockOf(t, v, "promised"); c.Lamp != flow.LampOver {
		t.Errorf("lamp %s", c.Lamp)
	}
	g.play("2018-06-26 09:00 close_wait", "2018-06-27 10:00 grant")
	g.want("2018-07-01 09:00", "promised", "stopped due 2018-06-21 24:00 used 3/2 overdue stopped 2018-06-27 10:00")
	// a pause opened exactly at due changes nothing either
	g = newGame(t, permit(), scope(2)).play(toAccepted("2018-06-19 09:00")...).play("2018-06-21 24:00 open_wait")
	g.want("2018-06-25 09:00", "promised", "paused due 2018-06-21 24:00 used 2/2 overdue")
}

// T28: whatever ends a case stops its clocks and closes its holds.
func TestTermination(t *testing.T) {
	g := newGame(t, permit(), scope(10)).play(toAccepted("2021-01-18 09:00")...).play("2021-01-25 10:00 open_extension", "2021-01-27 10:00 terminate")
	v := g.look("2022-01-01 10:00")
	for _, c := range v.Clocks {
		if c.Status == flow.Running || c.Status == flow.Paused {
			t.Errorf("%s: %s", c.ID, clockLine(c))
		}
	}
	if len(v.Holds) != 0 || v.NextDue != nil || !v.Final || v.Leading != "" {
		t.Errorf("holds %v, next due %v, leading %q", v.Holds, v.NextDue, v.Leading)
	}
	if r := g.act("2022-01-02 10:00 withdraw"); r == nil || r.Code != flow.FinalState {
		t.Errorf("after the end: %v", r)
	}
}

// A decision during an extension leaves nothing to extend.
func TestDecisionEndsHolds(t *testing.T) {
	g := newGame(t, permit(), scope(10)).play(toAccepted("2021-01-18 09:00")...).play("2021-01-25 10:00 open_extension", "2021-01-27 10:00 grant")
	v := g.look("2021-03-20 10:00")
	if len(v.Holds) != 0 || strings.Contains(g.history(), "close_extension") {
		t.Errorf("holds %v, %s", v.Holds, g.history())
	}
	g.want("2021-03-20 10:00", "extension", "stopped due 2021-03-11 24:00 used 1/30 stopped 2021-01-27 10:00")
	if c := clockOf(t, v, "promised"); c.Used != 4 || c.Elapsed != 4 {
		t.Errorf("used %g, elapsed %d", c.Used, c.Elapsed)
	}
}

// Armed while a hold is open, a clock begins paused.
func TestArmedPaused(t *testing.T) {
	spec := permit()
	for i := range spec.Actions {
		if a := &spec.Actions[i]; a.ID == "open_wait" {
			a.From = to("intake")
		}
	}
	spec.Clocks[0].Pause = to("wait") // so that the hold outlives intake through promised
	g := newGame(t, spec, scope(3)).play("2018-06-19 09:00 submit", "2018-06-19 09:00 pass_pre_review", "2018-06-19 10:00 open_wait", "2018-06-20 11:00 accept")
	g.want("2018-06-20 11:00", "promised", "paused due - used 0/3 if resumed 2018-06-25 24:00")
	g.play("2018-06-22 09:00 close_wait")
	g.want("2018-06-22 09:00", "promised", "running due 2018-06-26 24:00 used 0/3")
}

// A clock that resumes on re-entry keeps what was counted and its limit.
func TestResume(t *testing.T) {
	spec := filing()
	spec.Clocks[0].Again, spec.Clocks[0].OnDue = "", ""
	g := newGame(t, spec, scope(10)).play("2018-05-08 10:00 submit", "2018-05-08 20:00 issue_correction")
	g.sc.Param["filing_hours"] = 1
	g.play("2018-05-10 08:00 supplement")
	v := g.want("2018-05-10 09:00", "filing", "running due 2018-05-14 22:00 used 11/72")
	if c := clockOf(t, v, "filing"); c.Run != 1 {
		t.Errorf("run %d", c.Run)
	}
}

// Repin: the item in force at acceptance gives the limits; the event keeps which it was.
func TestRepin(t *testing.T) {
	g := newGame(t, permit(), scope(10))
	g.sc.Items["x@2"] = map[string]any{"promised": 3}
	g.sc.Current = "x@2"
	g.play(toAccepted("2018-06-20 16:00")...)
	g.want("2018-06-20 16:00", "promised", "running due 2018-06-25 24:00 used 0/3")
	g.want("2018-06-20 16:00", "statutory", "running due 2018-07-18 24:00 used 0/20")
	if g.events[2].Pins["item"] != "x@2" || g.s.ItemPin != "x@2" {
		t.Errorf("pinned %v, %s", g.events[2].Pins, g.s.ItemPin)
	}
	g.sc.Current = "x@1" // a later change of law does not reach it
	s, err := g.f.Replay(g.sc, g.events)
	if err != nil {
		t.Fatal(err)
	}
	if c := clockOf(t, g.f.View(g.sc, s, s.At()), "promised"); c.Limit != 3 {
		t.Errorf("replayed limit %d", c.Limit)
	}
}

// Joint sign-off: the action has effect with the last signature needed.
func TestSignOff(t *testing.T) {
	for need, want := range map[string]string{
		"all": "deny/sign, deny/sign, deny", "any": "deny", "2": "deny/sign, deny",
	} {
		spec := permit()
		for i := range spec.Actions {
			if a := &spec.Actions[i]; a.ID == "deny" {
				a.By, a.Sign = nil, &flow.SignSpec{By: to("handler", "dept_leader", "legal"), Need: need}
			}
		}
		g := newGame(t, spec, scope(10)).play(toAccepted("2018-06-20 16:00")...)
		start := len(g.events)
		for i, role := range []string{"handler", "handler", "dept_leader", "legal"} {
			if g.s.State() == "decided" {
				break
			}
			r := g.command(flow.Command{Do: "deny", At: instant(fmt.Sprintf("2018-06-21 1%d:00", i)), By: flow.Actor{Role: role, User: role}})
			if again := i == 1; again != (r != nil && r.Code == flow.SamePerson) {
				t.Errorf("%s: signature %d: %v", need, i, r)
			}
		}
		var got []string
		for _, e := range g.events[start:] {
			got = append(got, e.Do)
		}
		if strings.Join(got, ", ") != want || g.s.State() != "decided" || len(g.s.Signs) != 0 {
			t.Errorf("%s: %v, %s, %v", need, got, g.s.State(), g.s.Signs)
		}
	}
}

// A loose scope has no roles, projects or materials; holds, inputs and counts still speak.
func TestLoose(t *testing.T) {
	sc := scope(10)
	sc.Loose, sc.Project = true, nil
	g := newGame(t, registration(), sc)
	nobody := flow.Actor{}
	if r := g.command(flow.Command{Do: "submit", At: instant("2018-05-08 10:00"), By: nobody}); r != nil {
		t.Fatal(r) // its spawn asks the project, which is not there
	}
	g = newGame(t, permit(), sc)
	for _, l := range append(toAccepted("2018-06-20 16:00"), "2018-06-20 16:30 request_extension") {
		g.act(l)
	}
	extend := func(n int) *flow.Refusal {
		return g.command(flow.Command{Do: "open_extension", At: instant("2018-06-20 17:00"), By: nobody, Input: days(n)})
	}
	if r := extend(61); r == nil || r.Code != flow.Guard {
		t.Errorf("61 days: %v", r)
	}
	if r := extend(60); r != nil {
		t.Errorf("60 days: %v", r)
	}
}

func TestStart(t *testing.T) {
	f := compile(t, permit())
	s, err := f.Start(scope(10), "pass_pre_review")
	if err != nil || s.State() != "pre_review" {
		t.Errorf("%+v, %v", s, err)
	}
	if s, err := f.Start(scope(10), "submit"); err != nil || s.State() != "" {
		t.Errorf("%+v, %v", s, err)
	}
	for do, want := range map[string]string{
		"accept":  "a case of flow permit cannot begin with accept; it begins with submit",
		"acccept": `the flow has no action "acccept"; did you mean "accept"?`,
	} {
		if _, err := f.Start(scope(10), do); err == nil || err.Error() != want {
			t.Errorf("%s: %v", do, err)
		}
	}
	if _, err := compile(t, filing()).Start(scope(10), "file"); err == nil {
		t.Error("a filing whose clock would have run cannot leave its submission out")
	}
}

// A state survives being written and read, to the instant and the type, and goes on from there.
func TestStateJSON(t *testing.T) {
	spec := permit()
	for i := range spec.Actions {
		if a := &spec.Actions[i]; a.ID == "open_extension" {
			a.Set = append(a.Set, flow.Assign{Name: "looks", Expr: `"2021-01-18T09:00:00+08:00"`}, flow.Assign{Name: "number", Expr: "7"}, flow.Assign{Name: "some", Expr: `["a"]`})
		}
	}
	g := newGame(t, spec, scope(15)).play(toAccepted("2021-01-18 09:00")...).play("2021-01-25 10:00 open_extension", "2021-02-08 09:00 close_extension")
	b, err := json.Marshal(g.s)
	if err != nil {
		t.Fatal(err)
	}
	var read flow.State
	if err := json.Unmarshal(b, &read); err != nil {
		t.Fatal(err)
	}
	s, err := g.f.Adopt(&read, cal.Zone())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintf("%#v", s.Facts()), fmt.Sprintf("%#v", g.s.Facts()); strings.ReplaceAll(got, "[]interface {}", "[]string") != want {
		t.Errorf("facts\n%s\nwant\n%s", got, want)
	}
	for _, s := range []*flow.State{&read, s} {
		if again := asJSON(t, s); again != string(b) {
			t.Errorf("written again:\n%s\nwant\n%s", again, b)
		}
		at := instant("2021-02-10 09:00")
		if got, want := asJSON(t, g.f.View(g.sc, s, at).Clocks), asJSON(t, g.f.View(g.sc, g.s, at).Clocks); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		cmd := flow.Command{Do: "grant", At: at, By: flow.Actor{Role: "dept_leader"}}
		got, errGot := g.f.Decide(g.sc, s, cmd)
		want, errWant := g.f.Decide(g.sc, g.s, cmd)
		if errGot != nil || errWant != nil || asJSON(t, got.State) != asJSON(t, want.State) {
			t.Errorf("decided %s, %v\nwant %s, %v", asJSON(t, got.State), errGot, asJSON(t, want.State), errWant)
		}
	}
	if _, err := compile(t, filing()).Adopt(&read, cal.Zone()); err == nil || !strings.HasPrefix(err.Error(), "flow filing: the state is not of this flow: it has no ") {
		t.Errorf("adopted by another flow: %v", err)
	}
	var none flow.State
	if err := json.Unmarshal([]byte(asJSON(t, &flow.State{})), &none); err != nil || asJSON(t, none) != asJSON(t, flow.State{}) {
		t.Errorf("before the beginning: %s, %v", asJSON(t, none), err)
	}
}

// T21: a leader prolongs the statutory limit; the promised one stays.
func TestProlong(t *testing.T) {
	spec := permit()
	spec.Actions = append(spec.Actions, flow.ActionSpec{
		ID: "prolong", From: to("accepted"), By: to("dept_leader"), AtMost: 1, Input: "extension",
		When: "(input.days ?? 10) <= 10", Prolong: []flow.ProlongSpec{{Clock: "statutory", Units: "input.days ?? 10"}}, Rule: "T21",
	})
	g := newGame(t, spec, scope(10)).play(toAccepted("2018-05-14 15:00")...)
	g.want("2018-05-14 15:00", "statutory", "running due 2018-06-11 24:00 used 0/20") // E25
	acts := g.f.Lawful(g.sc, g.s, flow.Actor{Role: "dept_leader"}, instant("2018-06-08 10:00"))
	a := acts[len(acts)-1]
	if len(a.Effects) != 1 || a.Effects[0].Kind != "prolong" || short(a.Effects[0].Due) != "2018-06-26 24:00" {
		t.Errorf("effects %+v", a.Effects)
	}
	g.play("2018-06-08 10:00 prolong")
	v := g.want("2018-06-08 10:00", "statutory", "running due 2018-06-26 24:00 used 18/30") // E26
	if c := clockOf(t, v, "promised"); c.Limit != 10 || c.Prolonged != 0 {
		t.Errorf("promised %+v", c)
	}
	if r := g.act("2018-06-09 10:00 prolong"); r == nil || r.Code != flow.AtMost {
		t.Errorf("twice: %v", r)
	}
	g = newGame(t, spec, scope(10)).play(toAccepted("2018-05-14 15:00")...)
	if r := g.act("2018-06-11 24:00:01 prolong"); r == nil || r.Code != flow.Guard || r.Detail != "statutory ran out at 2018-06-12T00:00:00+08:00" {
		t.Errorf("too late: %v", r)
	}
	g.play("2018-06-12 00:00 note_grant")
	g = newGame(t, spec, scope(10)).play(toAccepted("2018-05-14 15:00")...)
	if r := g.act("2018-06-08 10:00 prolong", days(0)); r == nil || r.Code != flow.BadInput || r.Detail != "expected 1 or more, found 0" {
		t.Errorf("by no days: %v", r)
	}
	if len(g.events) != 3 || clockOf(t, g.look("2018-06-08 10:00"), "statutory").Limit != 20 {
		t.Error("a refused act left something behind")
	}
}

// One compiled flow serves many goroutines.
func TestShared(t *testing.T) {
	f, want := compile(t, permit()), ""
	play := func() string {
		g := &game{t: t, f: f, sc: scope(10), s: &flow.State{}}
		g.play(toAccepted("2021-01-18 09:00")...).play("2021-01-25 10:00 open_extension")
		v := g.look("2021-03-20 09:00")
		return fmt.Sprint(clockLine(v.Clocks[1]), len(g.f.Lawful(g.sc, g.s, flow.Actor{Role: "handler"}, g.s.At())))
	}
	want = play()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got := play(); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
	wg.Wait()
}

// Clocks due at the same instant come in the flow's order, the engine settles after
// each, and one whose condition fails does not keep the next from its turn.
func TestSameInstant(t *testing.T) {
	spec := reply()
	spec.Clocks[0].OnDue = "first"
	second, third := spec.Clocks[0], spec.Clocks[0]
	second.ID, second.OnDue = "second", "never"
	third.ID, third.OnDue = "third", "auto_reply"
	spec.Clocks = append(spec.Clocks, second, third)
	spec.Actions = append(spec.Actions,
		flow.ActionSpec{ID: "first", From: to("waiting"), By: to("clock")},
		flow.ActionSpec{ID: "never", From: to("waiting"), By: to("clock"), When: `count("reply") > 0`},
		flow.ActionSpec{ID: "after", From: to("waiting"), By: to("engine"), When: `count("first") > count("after")`},
	)
	g := newGame(t, spec, scope(10)).play("2018-09-28 10:00 dispatched")
	g.look("2018-10-08 10:00")
	at := "2018-10-08 10:00"
	want := "dispatched, first by clock " + at + ", after by engine " + at + ", auto_reply by clock " + at
	if got := g.history(); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if c := clockOf(t, g.look("2018-10-09 10:00"), "second"); c.Status != flow.Stopped {
		t.Errorf("second: %s", clockLine(c))
	}
}
