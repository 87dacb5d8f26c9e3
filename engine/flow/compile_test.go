package flow_test

import (
	"fmt"
	"strings"
	"testing"

	"banli/engine/flow"
)

// Every fault is reported at once, where it is and how to mend it.
func TestFaults(t *testing.T) {
	s := permit()
	s.States = append(s.States, flow.StateSpec{ID: "intake"}, flow.StateSpec{ID: "new"})
	act := func(id string) *flow.ActionSpec {
		for i := range s.Actions {
			if s.Actions[i].ID == id {
				return &s.Actions[i]
			}
		}
		panic(id)
	}
	act("accept").From = to("intke")
	act("accept").Set = set("accepted_at", "att", "state", "at")
	act("resubmit").By = nil
	act("grant").When = `hold_days("extention") == 0 and project.regim == ""`
	act("deny").When = `count("acept") > 0`
	act("open_extension").When = `input.dais <= 60`
	act("open_wait").Open = "wiat"
	act("deliver").DifferentFrom = "grnt"
	act("withdraw").Sign = &flow.SignSpec{Need: "most"}
	act("note_grant").Repin = "items"
	act("request_extension").By = to("engine")
	act("close_wait").By = to("handler")
	act("terminate").Set = set("x", "hold.days")
	s.Clocks[0].OnDue = "accept"
	s.Clocks[1].Limit = "project.regime"
	s.Clocks[2].Unit = "weeks"
	s.Clocks[2].Again = "anew"
	s.Clocks[3].Limit = "hold.day ?? 30"
	s.Clocks[4].While, s.Clocks[4].Limit = nil, ""

	f, faults := flow.Compile(s, types())
	var got []string
	for _, x := range faults {
		l := fmt.Sprintf("%s@%d %s: %s", x.Path, x.Offset, x.Code, x.Message)
		if x.Hint != "" {
			l += "; " + x.Hint
		}
		got = append(got, l)
	}
	want := strings.TrimSpace(`
/states/intake@-1 duplicate-id: there are two states "intake"
/states/new@-1 reserved-name: a state cannot be called "new": that is what a case is before it begins
/actions/resubmit@-1 missing-by: nobody may take this action; add by: with roles, clock, engine or signal
/actions/accept/from@-1 unknown-state: unknown state "intke"; did you mean "intake"?
/actions/request_extension@-1 missing-when: an action taken by the engine needs a condition, else it would always be taken; add when:
/actions/open_wait/open@-1 unknown-hold: unknown hold "wiat"; did you mean "wait"?
/actions/note_grant/repin@-1 wrong-value: repin is "items", expected item
/actions/deliver/different_from@-1 unknown-action: unknown action "grnt"; did you mean "grant"?
/actions/withdraw/sign@-1 missing-by: nobody may sign; add by: with roles
/actions/withdraw/sign/need@-1 wrong-value: need is "most", expected all, any or a number
/holds/wait/close_when@-1 no-closer: no action by the engine closes this hold; add engine to by: of the action that closes it
/clocks/intake/on_due@-1 not-by-clock: the clock may not take "accept"; add clock to by: of that action
/clocks/statutory/unit@-1 wrong-value: unit is "weeks", expected hours or days
/clocks/statutory/again@-1 wrong-value: again is "anew", expected restart or resume
/clocks/delivery@-1 never-runs: a clock runs while the case is in some states, or while a hold is open; give either while: or while_hold:
/actions/accept/set/accepted_at@0 unknown-name: unknown name "att"; did you mean "at"?
/actions/accept/set/state@-1 reserved-name: "state" cannot be set: expressions know it already; choose another name
/actions/open_extension/when@6 unknown-field: input has no field "dais"; did you mean "days"?
/actions/grant/when@10 unknown-value: hold_days knows no "extention"; did you mean "extension"?
/actions/deny/when@6 unknown-value: count knows no "acept"; did you mean "accept"?
/actions/terminate/set/x@0 unknown-name: unknown name "hold"
/holds/wait/close_when@9 unknown-field: hold has no field "items"
/clocks/promised/limit@0 unknown-name: unknown name "project"
/clocks/extension/limit@5 unknown-field: hold has no field "day"; did you mean "days"?
/clocks/delivery@-1 missing-limit: a clock needs a limit; add limit: with a number or an expression`)
	if f != nil || strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

// Facts have the types of what sets them, also through each other.
func TestFactTypes(t *testing.T) {
	var got []string
	for _, f := range compile(t, permit()).Facts() {
		got = append(got, f.Name+": "+f.Type.String())
	}
	want := "submitted_at: an instant, t0: an instant, t1: an instant, accepted_at: an instant, decided_at: an instant, decision: text"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %s", strings.Join(got, ", "))
	}
	s := permit()
	s.Actions[0].When = "submitted_at == \"x\""
	if _, faults := flow.Compile(s, types()); len(faults) != 1 || faults[0].Code != "type-mismatch" {
		t.Errorf("%+v", faults)
	}
}

// An unending chain of the engine's own actions is stopped and said.
func TestEndlessEngine(t *testing.T) {
	s := filing()
	s.Actions = append(s.Actions, flow.ActionSpec{ID: "spin", From: to("submitted"), By: to("engine"), When: "true"})
	f := compile(t, s)
	_, err := f.Decide(scope(1), &flow.State{}, flow.Command{Do: "submit", At: instant("2018-05-08 10:00"), By: flow.Actor{Role: "owner"}})
	if err == nil || !strings.Contains(err.Error(), "some condition stays true") {
		t.Error(err)
	}
}
