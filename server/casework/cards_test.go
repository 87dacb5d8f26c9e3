package casework_test

import (
	"fmt"
	"slices"
	"testing"

	"banli/engine/flow"
	"banli/server/casework"
	"banli/store"
)

var supervisor = flow.Actor{User: "u-sup", Name: "监察", Role: "supervisor"}

// cardsOf words the cards of a colour: clock, and when it was given.
func cardsOf(t *testing.T, o *office, who flow.Actor, mark string) (list []string) {
	t.Helper()
	page, err := o.Cards(t.Context(), who, store.CaseQuery{Mark: mark, Sort: "opened"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range page.Rows {
		list = append(list, fmt.Sprintf("%s %s %s", c.Flow, c.Clock, c.At.Format("01-02 15:04")))
	}
	return list
}

// TestCards: a card is given when its instant is over, whether anybody acts or not, and stays (T27).
func TestCards(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00") // Monday
	p := o.register("RATIFICATION", nil)
	reg := o.find(p.ID, "registration", "")
	o.at("2025-03-04 09:00")
	o.work()
	if got := cardsOf(t, o, supervisor, casework.YellowCard); got != nil {
		t.Errorf("at the due instant, which is still in time: %q", got)
	}
	o.at("2025-03-04 09:01")
	if got := o.view(supervisor, reg).Cards; len(got) != 1 || got[0].Color != flow.Yellow {
		t.Errorf("the case's page before any worker: %+v", got)
	}
	o.work()
	if got := cardsOf(t, o, supervisor, casework.YellowCard); !slices.Equal(got, []string{"registration window 03-04 09:00"}) {
		t.Errorf("a minute later: %q", got)
	}
	o.at("2025-03-06 10:00")
	o.work()
	if got := cardsOf(t, o, supervisor, casework.RedCard); !slices.Equal(got, []string{"registration window 03-05 09:00"}) {
		t.Errorf("24 counted hours on: %q", got)
	}
	o.act(window, reg, "dispatch", map[string]any{"stage": "S1", "departments": []any{"FG"}})
	line := queueLine(t, o, supervisor, reg)
	if !slices.Equal(line.Cards, []string{casework.YellowCard, casework.RedCard}) || len(line.Marks) != 0 {
		t.Errorf("the list shows cards %q, marks %q", line.Cards, line.Marks)
	}
	for _, who := range []flow.Actor{owner, {User: "u-sys", Role: "system_admin"}} {
		if _, err := o.Cards(t.Context(), who, store.CaseQuery{Mark: casework.RedCard}); err == nil {
			t.Errorf("%s sees cards", who.Role)
		}
	}
	if got := o.view(owner, reg).Cards; got != nil {
		t.Errorf("the owner sees %v", got)
	}
	v, err := o.PublicProject(t.Context(), p.Code)
	if err != nil || len(v.Cases[0].Marks) != 0 {
		t.Errorf("the public sees %+v %v", v.Cases[0].Marks, err)
	}
}

// TestDepartmentCards: three replies that did not come, of one department in one month.
func TestDepartmentCards(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	for i := range 4 {
		reg := o.find(o.register("RATIFICATION", nil).ID, "registration", "")
		departments := []any{"FG"}
		if i < 2 {
			departments = []any{"FG", "GT"}
		}
		o.act(window, reg, "dispatch", map[string]any{"stage": "S1", "departments": departments})
	}
	o.at("2025-04-01 09:00")
	o.work()
	for range 2 { // counted once, however often
		o.work()
	}
	got, err := o.DepartmentCards(t.Context(), supervisor, "2025-03")
	if err != nil || len(got) != 1 {
		t.Fatalf("%+v %v", got, err)
	}
	if c := got[0]; c.Department != "FG" || c.Color != flow.Red || c.Times != 4 || c.Rule != "T27" || !c.At.Equal(instant(t, "2025-03-06 09:00")) {
		t.Errorf("%+v", c)
	}
	if got, err := o.DepartmentCards(t.Context(), of("GT", "dept_leader"), "2025-03"); err != nil || len(got) != 0 {
		t.Errorf("another department sees %+v %v", got, err)
	}
	if got, err := o.DepartmentCards(t.Context(), supervisor, "2025-04"); err != nil || len(got) != 0 {
		t.Errorf("another month: %+v %v", got, err)
	}
}
