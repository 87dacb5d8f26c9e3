package flow_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"banli/engine/calendar"
	"banli/engine/flow"
	"banli/engine/internal/cn"
)

// before2020 is the calendar before the notice of 2020-01-27 that prolonged the Spring Festival.
func before2020(t *testing.T) *calendar.Calendar {
	t.Helper()
	ex := cn.Exceptions(func(e calendar.Exception) bool {
		return slices.Contains([]string{"2020-01-31", "2020-02-01", "2020-02-02"}, e.Date.String())
	})
	ex = append(ex, calendar.Exception{Date: calendar.NewDate(2020, 2, 1), Kind: calendar.Workday, Name: "春节"})
	c, err := calendar.New(calendar.Config{ID: "cn", Revision: "2020a", Zone: cn.Zone(), Exceptions: ex, From: calendar.NewDate(2018, 1, 1), ConfirmedUntil: calendar.NewDate(2020, 12, 31)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (g *game) revise(at string) flow.Decision {
	g.t.Helper()
	d, err := g.f.Revise(g.sc, g.s, cal.Revision(), instant(at))
	if err != nil {
		g.t.Fatal(err)
	}
	g.keep(d)
	return d
}

// underFormer is a permit that began under the calendar before 2020-01-27 and knows the one after.
func underFormer(t *testing.T, promised int) *game {
	sc := scope(promised)
	sc.Calendar, sc.Calendars = before2020(t), map[string]*calendar.Calendar{cal.Revision(): cal}
	return newGame(t, permit(), sc)
}

// T30, E35: what runs is counted anew, with a line in the ledger; what stopped keeps its figures.
func TestCalendarRevised(t *testing.T) {
	g := underFormer(t, 10).play("2020-01-15 09:00 submit", "2020-01-15 09:00 pass_pre_review", "2020-01-16 10:00 accept")
	g.want("2020-01-20 10:00", "promised", "running due 2020-02-04 24:00 used 2/10")
	d := g.revise("2020-01-27 08:00")
	if len(d.Events) != 1 {
		t.Fatalf("%+v", d.Events)
	}
	e := d.Events[0]
	var lines []string
	for _, m := range e.Calendar.Moved {
		lines = append(lines, m.Clock+" "+short(m.Was)+" → "+short(m.Now))
	}
	want := "promised 2020-02-04 24:00 → 2020-02-06 24:00\nstatutory 2020-02-18 24:00 → 2020-02-20 24:00"
	if got := strings.Join(lines, "\n"); got != want || e.Do != flow.CalendarRevised || e.By.Role != "engine" || e.Calendar.From != "2020a" || e.Calendar.To != cal.Revision() {
		t.Errorf("%+v\n%s\nwant\n%s", e, got, want)
	}
	g.want("2020-02-05 10:00", "promised", "running due 2020-02-06 24:00 used 8/10")
	if d := g.revise("2020-02-05 10:00"); len(d.Events) != 0 {
		t.Errorf("twice: %+v", d.Events)
	}
	// a state and an event survive being written
	b, err := json.Marshal(g.events)
	if err != nil {
		t.Fatal(err)
	}
	var events []flow.Event
	if err := json.Unmarshal(b, &events); err != nil {
		t.Fatal(err)
	}
	s, err := g.f.Replay(g.sc, events)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := asJSON(t, s), asJSON(t, g.s); a != b {
		t.Errorf("replayed\n%s\nwant\n%s", a, b)
	}
	delete(g.sc.Calendars, cal.Revision())
	if _, err := g.f.Replay(g.sc, events); err == nil || err.Error() != `flow permit: event 4: the scope has no calendar revision "`+cal.Revision()+`"` {
		t.Errorf("without the calendar: %v", err)
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestRevisionKeepsWhatStopped(t *testing.T) {
	g := underFormer(t, 3).play("2020-01-22 09:00 submit", "2020-01-22 09:00 pass_pre_review", "2020-02-01 10:00 accept")
	was := g.want("2020-02-02 09:00", "intake", "stopped due 2020-02-04 24:00 used 2/5 stopped 2020-02-01 10:00")
	g.revise("2020-02-02 09:00")
	now := g.want("2020-02-02 09:00", "intake", "stopped due 2020-02-04 24:00 used 2/5 stopped 2020-02-01 10:00")
	if a, b := asJSON(t, clockOf(t, was, "intake")), asJSON(t, clockOf(t, now, "intake")); a != b {
		t.Errorf("intake was\n%s\nis\n%s", a, b)
	}
	ex, err := g.f.Explain(g.sc, g.s, "intake", instant("2020-02-03 09:00"))
	if err != nil || ex.Sum != 2 {
		t.Errorf("explained with the other calendar: %g, %v", ex.Sum, err)
	}
	g.want("2020-02-04 09:00", "promised", "running due 2020-02-05 24:00 used 1/3") // armed on what is now a day off
}

// What a revision puts into the past happens at the instant of the revision, once.
func TestRevisionBringsDue(t *testing.T) {
	sc := scope(10)
	sc.Calendar, sc.Calendars = cal, map[string]*calendar.Calendar{"2020a": before2020(t)}
	g := newGame(t, permit(), sc).play("2020-01-22 09:00 submit", "2020-01-22 09:00 pass_pre_review") // due 2020-02-06 24:00
	d, err := g.f.Revise(g.sc, g.s, "2020a", instant("2020-02-06 10:00"))                             // by that, 2020-02-04 24:00
	if err != nil {
		t.Fatal(err)
	}
	g.keep(d)
	g.look("2020-02-20 09:00")
	if got, want := g.history(), "submit, pass_pre_review, calendar_revised by engine 2020-02-06 10:00, deem_accepted by clock 2020-02-06 10:00"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	g.want("2020-02-20 09:00", "intake", "expired due 2020-02-04 24:00 used 6/5 overdue stopped 2020-02-06 10:00")
}

// A case that has ended stays as it is.
func TestRevisionOfEnded(t *testing.T) {
	g := underFormer(t, 10).play("2020-01-15 09:00 submit", "2020-01-16 09:00 withdraw")
	if d := g.revise("2020-01-27 08:00"); len(d.Events) != 0 {
		t.Errorf("%+v", d.Events)
	}
}

// T31: a case for the record has no clock, whatever happens in it, and says so.
func TestRecordOnly(t *testing.T) {
	spec := permit()
	spec.Actions = append(spec.Actions, flow.ActionSpec{ID: "record", From: to(flow.New), To: "accepted", By: to("dept_window"), RecordOnly: true, Set: set("accepted_at", `day("2018-04-10")`), Rule: "T31"})
	g := newGame(t, spec, scope(10)).play("2018-05-02 09:00 record", "2018-05-03 09:00 open_extension", "2018-09-03 09:00 open_wait", "2018-09-04 09:00 close_extension", "2018-09-05 09:00 grant")
	v := g.look("2019-01-01 09:00")
	for _, c := range v.Clocks {
		if c.Status != flow.Idle {
			t.Errorf("%s", clockLine(c))
		}
	}
	if !slices.Equal(v.Marks, []string{flow.RecordOnly}) || v.NextDue != nil || v.State != "decided" || len(g.events) != 5 {
		t.Errorf("%v, next due %v, %s: %s", v.Marks, v.NextDue, v.State, g.history())
	}
	spec.Actions[3].RecordOnly = true
	if _, faults := flow.Compile(spec, types()); len(faults) != 1 || faults[0].Code != "not-opening" {
		t.Errorf("%+v", faults)
	}
}
