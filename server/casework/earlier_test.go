package casework_test

import (
	"errors"
	"slices"
	"testing"

	"banli/engine/flow"
	"banli/server/casework"
	"banli/server/servertest"
	"banli/store"
)

// TestKeptForTheRecord: a case accepted before the platform began is kept by the department of the item, without
// answers or materials, and no clock ever runs in it (T31).
func TestKeptForTheRecord(t *testing.T) {
	o := newOffice(t, "2018-05-10 09:00")
	p := o.register("RATIFICATION", nil)
	clerk := of("GH", "dept_window")
	keep := func(who flow.Actor, on string) (*casework.CaseView, error) {
		return o.Apply(t.Context(), who, p.ID, "GH02", casework.Application{Do: "record", Input: map[string]any{"accepted_on": on, "number": "攀仁规〔2018〕3号"}, Key: "earlier"})
	}
	if _, err := keep(of("FG", "dept_window"), "2018-04-20"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another department: %v", err)
	}
	if _, err := keep(owner, "2018-04-20"); !refused(err, "wrong-role") {
		t.Errorf("the owner: %v", err)
	}
	if _, err := keep(clerk, "2018-05-01"); !refused(err, "guard") {
		t.Errorf("accepted since: %v", err)
	}
	if _, err := keep(clerk, ""); err == nil || !errors.As(err, new(*casework.Invalid)) {
		t.Errorf("without a day: %v", err)
	}
	v, err := keep(clerk, "2018-04-20")
	if err != nil {
		t.Fatal(servertest.Explain(err))
	}
	again, err := keep(clerk, "2018-04-20")
	if err != nil || again.ID != v.ID {
		t.Errorf("the same key again: %v %v", again, err)
	}
	o.at("2018-12-28 09:00")
	o.work()
	v = o.act(of("GH", "dept_leader"), v.ID, "grant", map[string]any{"conclusion": "准予"})
	wantLedger(t, v, `
		2018-05-10 09:00 record dept_window
		2018-12-28 09:00 grant dept_leader`)
	if !slices.Contains(v.Marks, flow.RecordOnly) || !v.NextDue.IsZero() {
		t.Errorf("marks %v", v.Marks)
	}
	for _, c := range v.View.Clocks {
		if c.Status != "idle" {
			t.Errorf("clock %s is %s", c.ID, c.Status)
		}
	}
	if l := queueLine(t, o, clerk, v.ID); !slices.Contains(l.Marks, flow.RecordOnly) || l.Lamp != store.LampIdle {
		t.Errorf("in the list: %v, lamp %s", l.Marks, l.Lamp)
	}
}

func TestFindForRecord(t *testing.T) {
	o := newOffice(t, "2018-05-10 09:00")
	p := o.register("RATIFICATION", nil)
	for text, want := range map[string]int{p.Code: 1, p.Name: 1, p.Name[:6]: 0, "": 0} {
		if got, err := o.FindForRecord(t.Context(), of("GH", "dept_window"), text); err != nil || len(got) != want {
			t.Errorf("%q: %d projects, want %d (%v)", text, len(got), want, err)
		}
	}
	for who, want := range map[string]bool{"dept_window": true, "handler": true, "dept_leader": false, "owner": false} {
		if got := len(o.Recordables(of("GH", who))) > 0; got != want {
			t.Errorf("%s may record: %v", who, got)
		}
	}
}

func refused(err error, code string) bool {
	r, ok := errors.AsType[*flow.Refusal](err)
	return ok && r.Code == code
}
