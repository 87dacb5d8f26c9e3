package flow

import (
	"time"

	"banli/engine/calendar"
)

// Move is what a change would do to one clock of a case at an instant.
type Move struct {
	Clock               string
	StatusWas, Status   string     // [Running] or [Paused]; empty: it is not going
	Was, Now            *time.Time // when it is due; while paused, were every hold closed at the instant; nil: not going
	LimitWas, LimitNow  int
	OverdueWas, Overdue bool // at the instant asked about, as it is and as it would be
	StateWas, State     string
}

// BecomesOverdue says that the clock is in time and would not be.
func (m Move) BecomesOverdue() bool { return m.Overdue && !m.OverdueWas }

// Change is a definition, its values and a calendar that a case might come under.
type Change struct {
	Flow  *Flow
	Scope *Scope
	// Calendar, where given, is what the case comes under at the instant asked about, as
	// by [Flow.Revise]; what the scope has is in force until then.
	Calendar *calendar.Calendar
}

// WhatIf says what a change would do to a case that has had these events: which clocks
// would be due when, at an instant, were the case folded by what it might come under
// instead of by what it is under. It plays the case both ways by the code that plays
// every case, so the dry run and the change are one. A clock is listed when it goes on
// one way or the other and something about it differs.
//
// Limits are taken when a clock begins, so another limit moves a clock that is going
// only where the case would be folded anew by it; a case that keeps its pins is moved by
// a calendar alone.
func (f *Flow) WhatIf(sc *Scope, events []Event, to Change, at time.Time) ([]Move, error) {
	was, err := f.standing(sc, events, nil, at)
	if err != nil {
		return nil, err
	}
	now, err := to.Flow.standing(to.Scope, events, to.Calendar, at)
	if err != nil {
		return nil, err
	}
	return Moves(was, now), nil
}

// Moves compares two ways a case might stand at one instant: the clocks that go on one
// way or the other and differ, first those of now.
func Moves(was, now *View) (list []Move) {
	add := func(a, b *ClockView) {
		if m, moved := move(a, b); moved {
			m.StateWas, m.State = was.State, now.State
			list = append(list, m)
		}
	}
	for i := range now.Clocks {
		add(was.clock(now.Clocks[i].ID), &now.Clocks[i])
	}
	for i := range was.Clocks { // a clock the change takes away
		if a := &was.Clocks[i]; now.clock(a.ID) == nil {
			add(a, nil)
		}
	}
	return list
}

// standing is how a case stands at an instant, with everything the clock does by then.
func (f *Flow) standing(sc *Scope, events []Event, revised *calendar.Calendar, at time.Time) (*View, error) {
	s, err := f.Replay(sc, events)
	if err != nil {
		return nil, err
	}
	if revised != nil {
		with := *sc
		with.Calendars = map[string]*calendar.Calendar{revised.Revision(): revised}
		for id, c := range sc.Calendars {
			with.Calendars[id] = c
		}
		sc = &with
		d, err := f.Revise(sc, s, revised.Revision(), at)
		if err != nil {
			return nil, err
		}
		s = &d.State
	}
	d, err := f.Advance(sc, s, at, true)
	if err != nil {
		return nil, err
	}
	v := f.View(sc, &d.State, at)
	return &v, nil
}

func (v *View) clock(id string) *ClockView {
	for i := range v.Clocks {
		if v.Clocks[i].ID == id {
			return &v.Clocks[i]
		}
	}
	return nil
}

func move(a, b *ClockView) (m Move, moved bool) {
	if a != nil {
		m.Clock, m.LimitWas, m.OverdueWas = a.ID, a.Limit, a.Overdue
		m.StatusWas, m.Was = a.going()
	}
	if b != nil {
		m.Clock, m.LimitNow, m.Overdue = b.ID, b.Limit, b.Overdue
		m.Status, m.Now = b.going()
	}
	if m.StatusWas == "" && m.Status == "" {
		return m, false
	}
	same := (m.Was == nil) == (m.Now == nil) && (m.Was == nil || m.Was.Equal(*m.Now))
	return m, !same || m.StatusWas != m.Status || m.LimitWas != m.LimitNow || m.OverdueWas != m.Overdue
}

// going is the status of a clock that goes on, and when it is due.
func (c *ClockView) going() (status string, due *time.Time) {
	switch c.Status {
	case Running:
		return c.Status, c.Due
	case Paused:
		if c.Due != nil { // it was over before it paused
			return c.Status, c.Due
		}
		return c.Status, c.DueIfResumed
	}
	return "", nil
}
