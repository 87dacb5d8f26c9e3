package casework_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"banli/engine/flow"
	"banli/server/casework"
	"banli/server/servertest"
	"banli/store"
)

// staff are people of departments.
type staff []flow.Actor

func (s staff) Staff(_ context.Context, department string) (out []flow.Actor, _ error) {
	for _, a := range s {
		if a.Department == department {
			out = append(out, a)
		}
	}
	return out, nil
}

func (s staff) Person(_ context.Context, id string) (flow.Actor, error) {
	if i := slices.IndexFunc(s, func(a flow.Actor) bool { return a.User == id }); i >= 0 {
		return s[i], nil
	}
	return flow.Actor{}, store.ErrNotFound
}

// peopled is an office with two handlers, a leader, an outsider, and a case that is accepted.
func peopled(t *testing.T) (o *office, permit string, second flow.Actor) {
	t.Helper()
	o = newOffice(t, "2025-03-03 09:00")
	second = flow.Actor{User: "u-second", Name: "王二", Role: "handler", Department: "GH"}
	o.People = staff{of("GH", "handler"), of("GH", "dept_leader"), of("FG", "handler"), second, owner}
	_, permit = permitOn(o)
	return o, permit, second
}

func TestHandOver(t *testing.T) {
	o, permit, second := peopled(t)
	for _, nobody := range []string{"u-FG-handler", "u-owner", "u-nobody", ""} {
		_, err := o.Act(t.Context(), of("GH", "handler"), permit, casework.ActCmd{Do: "hand_over", Input: map[string]any{"to": nobody}})
		if _, ok := errors.AsType[*casework.Invalid](err); !ok {
			t.Errorf("handed to %q: %v", nobody, err)
		}
	}
	before := dueOf(o.view(auditor, permit), "promised")
	v := o.act(of("GH", "handler"), permit, "hand_over", map[string]any{"to": second.User})
	if v.View.Assignee != second.User || v.Names[second.User] != "王二" || dueOf(v, "promised") != before {
		t.Errorf("assigned to %q %v, due %s", v.View.Assignee, v.Names, dueOf(v, "promised"))
	}
	page, counts, err := o.Queue(t.Context(), second, store.CaseQuery{Assignee: second.User})
	if err != nil || len(page.Rows) != 1 || page.Rows[0].AssigneeName != "王二" || counts.Total() != 1 {
		t.Errorf("mine: %+v %+v %v", page.Rows, counts, err)
	}
	if page, _, _ := o.Queue(t.Context(), of("GH", "handler"), store.CaseQuery{Assignee: "u-GH-handler"}); len(page.Rows) != 0 {
		t.Errorf("the first handler still has %d", len(page.Rows))
	}
}

// TestStandIn: a handler acts on the mandate of the leader, in the leader's role, and only while it lasts.
func TestStandIn(t *testing.T) {
	o, permit, second := peopled(t)
	leader := of("GH", "dept_leader")
	grant := casework.ActCmd{Do: "grant", Input: map[string]any{"conclusion": "准予"}, For: leader.User}
	if _, err := o.Act(t.Context(), second, permit, grant); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("without a mandate: %v", err)
	}
	if err := o.Entrust(t.Context(), leader, "u-FG-handler", "2025-03-04"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("to another department: %v", err)
	}
	if err := o.Entrust(t.Context(), leader, second.User, "2025-03-04"); err != nil {
		t.Fatal(err)
	}
	v := o.view(second, permit)
	if len(v.OnBehalf) != 1 || v.OnBehalf[0].For.User != leader.User || !slices.ContainsFunc(v.OnBehalf[0].Acts, func(a flow.Act) bool { return a.ID == "grant" }) {
		t.Errorf("offered %+v", v.OnBehalf)
	}
	if v := o.view(of("GH", "handler"), permit); v.OnBehalf != nil {
		t.Errorf("somebody else is offered %+v", v.OnBehalf)
	}
	o.at("2025-03-05 09:00")
	if _, err := o.Act(t.Context(), second, permit, grant); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after its last day: %v", err)
	}
	if err := o.Entrust(t.Context(), leader, second.User, "2025-03-06"); err != nil {
		t.Fatal(err)
	}
	v, err := o.Act(t.Context(), second, permit, grant)
	if err != nil {
		t.Fatal(servertest.Explain(err))
	}
	e := v.Ledger[len(v.Ledger)-1]
	if e.By != (flow.Actor{User: second.User, Name: "王二", Role: "dept_leader", Department: "GH", For: leader.User}) || v.Names[leader.User] != leader.Name {
		t.Errorf("by %+v, named %v", e.By, v.Names)
	}
	log, err := o.AuditLog(t.Context(), auditor, "")
	if err != nil || len(log.Rows) != 2 || log.Rows[0].Kind != "stand-in" || !strings.Contains(string(log.Rows[0].Detail), "2025-03-06") {
		t.Errorf("audit %+v %v", log.Rows, err)
	}
}

// TestLiaisonNamesTheOwner: who acts with an owner's mandate is written down with it.
func TestLiaisonNamesTheOwner(t *testing.T) {
	o, _, _ := peopled(t)
	liaison := flow.Actor{User: "u-liaison", Name: "代办", Role: "liaison"}
	p := o.register("RATIFICATION", nil)
	if err := o.Mandate(t.Context(), owner, p.ID, liaison.User, true); err != nil {
		t.Fatal(err)
	}
	v, err := o.Apply(t.Context(), liaison, p.ID, "GH02", o.applicationBy(liaison, p.ID, "GH02"))
	if err != nil {
		t.Fatal(servertest.Explain(err))
	}
	if e := v.Ledger[0]; e.By.For != owner.User || v.Names[owner.User] != owner.Name {
		t.Errorf("by %+v, named %v", e.By, v.Names)
	}
}
