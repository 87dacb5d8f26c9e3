package flow_test

import (
	"fmt"
	"strings"
	"testing"

	"banli/engine/calendar"
	"banli/engine/flow"
	"banli/engine/internal/cn"
)

func (g *game) whatIf(to flow.Change, at string) string {
	g.t.Helper()
	if to.Flow == nil {
		to.Flow = g.f
	}
	if to.Scope == nil {
		to.Scope = g.sc
	}
	moves, err := g.f.WhatIf(g.sc, g.events, to, instant(at))
	if err != nil {
		g.t.Fatal(err)
	}
	var out []string
	for _, m := range moves {
		s := fmt.Sprintf("%s %s/%d → %s/%d", m.Clock, short(m.Was), m.LimitWas, short(m.Now), m.LimitNow)
		if m.Overdue && !m.OverdueWas {
			s += " becomes overdue"
		}
		if m.State != m.StateWas {
			s += " " + m.StateWas + " → " + m.State
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

// A change says which clocks it moves, from when to when, and what becomes overdue.
func TestWhatIf(t *testing.T) {
	g := newGame(t, permit(), scope(10)).play(toAccepted("2018-06-20 16:00")...)
	at := "2018-07-02 10:00"
	if got := g.whatIf(flow.Change{}, at); got != "" {
		t.Errorf("no change: %s", got)
	}
	shorter := scope(5)
	if got, want := g.whatIf(flow.Change{Scope: shorter}, at), "promised 2018-07-04 24:00/10 → 2018-06-27 24:00/5 becomes overdue"; got != want {
		t.Errorf("five days: got %s, want %s", got, want)
	}
	spec := permit()
	spec.Clocks = append(spec.Clocks[:2:2], spec.Clocks[3:]...)
	if got, want := g.whatIf(flow.Change{Flow: compile(t, spec)}, at), "statutory 2018-07-18 24:00/20 → -/0"; got != want {
		t.Errorf("without a clock: got %s, want %s", got, want)
	}
	revised, err := calendar.New(calendar.Config{
		ID: "cn", Revision: "2", Zone: cn.Zone(),
		Exceptions: append(cn.Exceptions(nil), calendar.Exception{Date: calendar.NewDate(2018, 7, 3), Kind: calendar.Holiday, Name: "x"}),
		From:       calendar.NewDate(2018, 1, 1), ConfirmedUntil: calendar.NewDate(2026, 12, 31),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "promised 2018-07-04 24:00/10 → 2018-07-05 24:00/10\nstatutory 2018-07-18 24:00/20 → 2018-07-19 24:00/20"
	if got := g.whatIf(flow.Change{Calendar: revised}, at); got != want {
		t.Errorf("another calendar: got\n%s\nwant\n%s", got, want)
	}
	g.sc.Calendars = map[string]*calendar.Calendar{"2": revised} // and so it comes when it is done
	d, err := g.f.Revise(g.sc, g.s, "2", instant(at))
	if err != nil {
		t.Fatal(err)
	}
	g.keep(d)
	g.want(at, "promised", "running due 2018-07-05 24:00 used 7/10")

	// a shorter intake would have run out by now
	g = newGame(t, permit(), scope(10)).play("2018-06-13 10:00 submit", "2018-06-13 10:20 pass_pre_review")
	sc := scope(10)
	sc.Param["intake_days"] = 2
	want = "intake 2018-06-21 24:00/5 → -/2 intake → accepted\npromised -/0 → 2018-06-28 24:00/10 intake → accepted\nstatutory -/0 → 2018-07-12 24:00/20 intake → accepted"
	if got := g.whatIf(flow.Change{Scope: sc}, "2018-06-19 10:00"); got != want {
		t.Errorf("two days of intake: got\n%s\nwant\n%s", got, want)
	}
}

func BenchmarkWhatIf(b *testing.B) {
	g := longCase(b)
	events, to := g.events[:14], flow.Change{Flow: g.f, Scope: scope(10)}
	at := instant("2024-04-08 10:00")
	b.ReportAllocs()
	for b.Loop() {
		if moves, err := g.f.WhatIf(g.sc, events, to, at); err != nil || len(moves) != 1 {
			b.Fatal(moves, err)
		}
	}
}
