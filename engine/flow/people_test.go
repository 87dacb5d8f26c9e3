package flow_test

import (
	"fmt"
	"strings"
	"testing"

	"banli/engine/flow"
	"banli/engine/rule"
)

func (g *game) by(at, do string, by flow.Actor, input map[string]any) *flow.Refusal {
	g.t.Helper()
	return g.command(flow.Command{Do: do, At: instant(at), By: by, Input: input})
}

// withPeople is a permit whose denial is signed by two, with a hand-over and a signer added.
func withPeople(t *testing.T) *flow.Flow {
	spec, tt := permit(), types()
	tt.Inputs["person"] = rule.ObjectOf(field("user", rule.String))
	for i := range spec.Actions {
		if a := &spec.Actions[i]; a.ID == "deny" {
			a.By, a.Sign = nil, &flow.SignSpec{By: to("handler", "dept_leader"), Need: "2"}
		}
	}
	spec.Actions = append(spec.Actions,
		flow.ActionSpec{ID: "hand_over", From: to("intake", "accepted"), By: to("handler", "dept_leader"), Input: "person", Assign: "input.user"},
		flow.ActionSpec{ID: "add_signer", From: to("accepted"), By: to("dept_leader"), Input: "person", AddSigner: &flow.AddSignerSpec{To: "deny", User: "input.user"}},
		flow.ActionSpec{ID: "reopen", From: to("accepted"), To: "intake", By: to("dept_leader")},
	)
	f, faults := flow.Compile(spec, tt)
	if f == nil {
		t.Fatal(faults)
	}
	return f
}

// Handing over changes whose case it is, and no clock.
func TestHandOver(t *testing.T) {
	g := newGame(t, permit(), scope(10))
	g.f = withPeople(t)
	g.play(toAccepted("2018-06-20 16:00")...)
	handler := flow.Actor{Role: "handler", User: "li"}
	before := g.want("2018-06-21 10:00", "promised", "running due 2018-07-04 24:00 used 0/10")
	for _, a := range g.f.Lawful(g.sc, g.s, handler, instant("2018-06-21 10:00")) {
		if a.ID == "hand_over" && (a.Refused != nil || len(a.Effects) != 0) {
			t.Errorf("%+v", a)
		}
	}
	if r := g.by("2018-06-21 10:00", "hand_over", handler, nil); r == nil || r.Code != flow.BadInput {
		t.Errorf("to nobody: %v", r)
	}
	if r := g.by("2018-06-21 10:00", "hand_over", handler, map[string]any{"user": "wang"}); r != nil {
		t.Fatal(r)
	}
	v := g.want("2018-06-21 10:00", "promised", "running due 2018-07-04 24:00 used 0/10")
	if before.Assignee != "" || v.Assignee != "wang" {
		t.Errorf("%q, then %q", before.Assignee, v.Assignee)
	}
}

// Who acts on a mandate is that person too: what takes two people is not done by one hand, nor in one name.
func TestMandate(t *testing.T) {
	for name, tt := range map[string]struct {
		asked, approves flow.Actor
		refused         bool
	}{
		"somebody else":                {flow.Actor{User: "li"}, flow.Actor{User: "wang"}, false},
		"the same hand":                {flow.Actor{User: "li"}, flow.Actor{User: "li"}, true},
		"a deputy of who asked":        {flow.Actor{User: "li"}, flow.Actor{User: "wang", For: "li"}, true},
		"the deputy himself":           {flow.Actor{User: "wang", For: "li"}, flow.Actor{User: "wang"}, true},
		"in whose name it was asked":   {flow.Actor{User: "wang", For: "li"}, flow.Actor{User: "li"}, true},
		"another deputy in one's name": {flow.Actor{User: "wang", For: "li"}, flow.Actor{User: "zhao", For: "li"}, true},
		"a deputy of somebody else":    {flow.Actor{User: "li"}, flow.Actor{User: "wang", For: "zhao"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGame(t, permit(), scope(10)).play(toAccepted("2018-06-20 16:00")...)
			tt.asked.Role, tt.approves.Role = "handler", "dept_leader"
			if r := g.by("2018-06-20 17:00", "request_extension", tt.asked, nil); r != nil {
				t.Fatal(r)
			}
			if r := g.by("2018-06-20 18:00", "open_extension", tt.approves, nil); (r != nil && r.Code == flow.SamePerson) != tt.refused {
				t.Errorf("%v", r)
			}
			if e := g.events[3]; e.By != tt.asked {
				t.Errorf("recorded %+v", e.By)
			}
		})
	}
}

// A signer added signs whatever the roles, and nothing is complete without; leaving the state undoes it.
func TestAddedSigner(t *testing.T) {
	g := newGame(t, permit(), scope(10))
	g.f = withPeople(t)
	g.play(toAccepted("2018-06-20 16:00")...)
	leader := flow.Actor{Role: "dept_leader", User: "zhang"}
	legal := flow.Actor{Role: "auditor", User: "qian"}
	n := 0
	sign := func(by flow.Actor, want string) {
		t.Helper()
		n++
		got, before := "", len(g.events)
		if r := g.by(fmt.Sprintf("2018-06-21 10:%02d", n), "deny", by, nil); r != nil {
			got = r.Code
		} else {
			got = g.events[before].Do
		}
		if got != want {
			t.Errorf("signature %d: %s, want %s", n, got, want)
		}
	}
	sign(legal, flow.WrongRole)
	add := func() {
		t.Helper()
		n++
		if r := g.by(fmt.Sprintf("2018-06-21 10:%02d", n), "add_signer", leader, map[string]any{"user": "qian"}); r != nil {
			t.Fatal(r)
		}
	}
	add()
	add() // twice is once
	sign(leader, "deny/sign")
	sign(flow.Actor{Role: "handler", User: "li"}, "deny/sign") // two have signed, the third is missing
	s, err := g.f.Replay(g.sc, g.events)
	if err != nil || asJSON(t, s) != asJSON(t, g.s) {
		t.Errorf("replayed %v\n%s\nwant\n%s", err, asJSON(t, s), asJSON(t, g.s))
	}
	sign(flow.Actor{Role: "auditor", User: "sun", For: "qian"}, "deny")
	if g.s.State() != "decided" || len(g.s.Signers) != 0 || len(g.s.Signs) != 0 {
		t.Errorf("%s, %v, %v", g.s.State(), g.s.Signers, g.s.Signs)
	}

	g = newGame(t, permit(), scope(10))
	g.f = withPeople(t)
	g.play(toAccepted("2018-06-20 16:00")...)
	n = 0
	add()
	sign(legal, "deny/sign")
	sign(leader, "deny/sign") // of the two needed only one has a role that counts
	g.play("2018-06-21 11:00 reopen", "2018-06-21 11:00 accept")
	if len(g.s.Signers) != 0 || len(g.s.Signs) != 0 {
		t.Errorf("%v, %v", g.s.Signers, g.s.Signs)
	}

	spec := permit()
	spec.Actions[0].AddSigner = &flow.AddSignerSpec{To: "grant", User: `"x"`}
	if _, faults := flow.Compile(spec, types()); len(faults) != 1 || !strings.HasPrefix(faults[0].Message, `"grant" is not signed`) {
		t.Errorf("%+v", faults)
	}
}
