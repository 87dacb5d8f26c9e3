package casework_test

import (
	"context"
	"errors"
	"testing"

	"banli/server/casework"
	"banli/server/servertest"
	"banli/store"
)

// unsteady is a store that fails in the middle of things: the next writes of a kind are lost.
type unsteady struct {
	store.Store
	cases, projects, appends, docs int
}

var errAway = errors.New("the store is away")

func lose(n *int) bool {
	if *n > 0 {
		*n--
		return true
	}
	return false
}

func (u *unsteady) InsertCase(ctx context.Context, c *store.Case) error {
	if c.Parent != "" && lose(&u.cases) {
		return errAway
	}
	return u.Store.InsertCase(ctx, c)
}

func (u *unsteady) InsertProject(ctx context.Context, p *store.Project) error {
	if lose(&u.projects) {
		return errAway
	}
	return u.Store.InsertProject(ctx, p)
}

// Append: the answer of the write is lost, although it was made.
func (u *unsteady) Append(ctx context.Context, id string, rev int64, ch *store.Change) error {
	err := u.Store.Append(ctx, id, rev, ch)
	if err == nil && lose(&u.appends) {
		return errAway
	}
	return err
}

func (u *unsteady) DoneLine(ctx context.Context, id string) error {
	if lose(&u.docs) {
		return errAway
	}
	return u.Store.DoneLine(ctx, id)
}

// TestEffectsOutliveFaults: what could not be delivered with the action is delivered later, once, with the instants of
// its cause; the action stands.
func TestEffectsOutliveFaults(t *testing.T) {
	o := newOffice(t, "2025-09-26 16:40")
	u := &unsteady{Store: o.Store}
	o.Service.Store = u
	p := o.register("RATIFICATION", nil)
	reg := o.find(p.ID, "registration", "")

	o.at("2025-09-28 09:15")
	u.cases, u.docs = 2, 3 // two of three children are not opened; three lines are delivered but not crossed off
	o.act(window, reg, "dispatch", map[string]any{"stage": "S1", "departments": []any{"FG", "GT", "GH"}})
	if v := o.view(window, reg); len(v.Children) != 1 {
		t.Fatalf("%d children, want the fault to have hit two", len(v.Children))
	}
	o.at("2025-09-28 11:00")
	o.work()
	v := o.view(window, reg)
	if len(v.Children) != 3 || len(v.Documents) != 1 {
		t.Errorf("%d children, %d documents afterwards", len(v.Children), len(v.Documents))
	}
	for _, c := range v.Children {
		kase := o.view(auditor, c.ID)
		wantDue(t, kase, "reply", "2025-10-09 09:15") // A23: from the dispatch, not from when it got there
		if kase.Ledger[0].RecordedAt.Before(kase.Ledger[0].At) {
			t.Error("recorded before it was")
		}
	}
	if left, err := o.Store.Outbox(t.Context(), o.now, 10); err != nil || len(left) > 0 {
		t.Errorf("lines left: %v %v", left, err)
	}
}

// TestRegistrationOutlivesFaults: a registration whose project record was lost on the way is there once the worker
// has run, and the same key finds it.
func TestRegistrationOutlivesFaults(t *testing.T) {
	o := newOffice(t, "2025-09-26 16:40")
	u := &unsteady{Store: o.Store, projects: 1}
	o.Service.Store = u
	r := casework.Registration{Answers: servertest.Registration("FILING", nil), Key: "once"}
	p, err := o.Register(t.Context(), owner, r)
	if err != nil {
		t.Fatal(err)
	}
	again, err := o.Register(t.Context(), owner, r)
	if err != nil || again.ID != p.ID || again.Code != p.Code {
		t.Errorf("the same key: %v, %v; first %s", again, err, p.ID)
	}
	o.work()
	o.find(p.ID, "registration", "")
	o.find(p.ID, "filing", "FG05") // exactly one
	page, err := o.Projects(t.Context(), auditor, store.ProjectQuery{})
	if err != nil || len(page.Rows) != 1 {
		t.Errorf("%d projects, %v", len(page.Rows), err)
	}
}

// TestLostAnswer: the write was made and its answer lost; the person presses the button again.
func TestLostAnswer(t *testing.T) {
	o := newOffice(t, "2025-09-26 16:40")
	u := &unsteady{Store: o.Store}
	o.Service.Store = u
	p := o.register("RATIFICATION", nil)
	reg := o.find(p.ID, "registration", "")
	cmd := casework.ActCmd{Do: "dispatch", Key: "k", Input: map[string]any{"stage": "S1", "departments": []any{"FG"}}}
	u.appends = 1
	if _, err := o.Act(t.Context(), window, reg, cmd); !errors.Is(err, errAway) {
		t.Fatalf("first: %v", err)
	}
	v, err := o.Act(t.Context(), window, reg, cmd)
	if err != nil {
		t.Fatal(err)
	}
	wantLedger(t, v, `
		2025-09-26 16:40 submit owner
		2025-09-26 16:40 dispatch general_window`)
	o.work()
	if v := o.view(window, reg); len(v.Children) != 1 {
		t.Errorf("%d children", len(v.Children))
	}
}

// TestPoison: a line that can never be delivered is set aside and does not hold up the rest.
func TestPoison(t *testing.T) {
	o := newOffice(t, "2025-09-26 16:40")
	u := &unsteady{Store: o.Store, cases: 1 << 30}
	o.Service.Store = u
	p := o.register("FILING", nil)
	for range 40 {
		o.now = o.now.Add(11 * 60 * 1e9)
		o.work()
	}
	lines, err := o.Store.PoisonLines(t.Context(), 10)
	if err != nil || len(lines) != 1 || lines[0].Kind != "spawn" || lines[0].Problem == "" {
		t.Fatalf("poison: %+v %v", lines, err)
	}
	u.cases = 0
	if err := o.Store.DelayLine(t.Context(), lines[0].ID, o.now, "tried again", false); err != nil {
		t.Fatal(err)
	}
	o.work()
	filing := o.view(auditor, o.find(p.ID, "filing", "FG05"))
	wantDue(t, filing, "filing", "2025-09-30 16:40")
}
