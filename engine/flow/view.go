package flow

import (
	"maps"
	"slices"
	"time"
)

// View says how a case stands at an instant. It takes the state as it is: call
// [Flow.Advance] first, up to and with the instant, for what the clock has done by then.
func (f *Flow) View(sc *Scope, s *State, at time.Time) View {
	if at.Before(s.At) {
		at = s.At
	}
	out := View{
		State: s.State, Facts: maps.Clone(s.Facts), Marks: slices.Clone(s.Marks), Final: f.final[s.State], Assignee: s.Assignee,
		Clocks: make([]ClockView, len(f.clocks)),
	}
	for _, h := range s.Holds {
		if h.ClosedAt == nil {
			out.Holds = append(out.Holds, h.ID)
		}
	}
	v := working{vars: vars{f: f, sc: sc, s: s}}
	stamps := stamps{zone: sc.Calendar.Zone(), room: make([]time.Time, 0, 5*len(s.Clocks)+1)}
	var next time.Time
	for i := range f.clocks {
		k := &f.clocks[i]
		out.Clocks[i] = k.view(sc, s, s.Clock(k.ID), at, &stamps)
		if k.onDue == nil {
			continue
		}
		due, ok := v.dueAt(k)
		lawful := ok && v.lawful(k.onDue, Actor{Role: "clock"}, due, nil) == nil
		if ok && (lawful || k.onDue.onData) && due.After(at) && (next.IsZero() || due.Before(next)) {
			next = due // what data may still allow is looked at again then
		}
		if c := &out.Clocks[i]; c.Status == Running && !lawful {
			c.OnDue = "" // such as a policy forbids it (T9)
		}
	}
	if !next.IsZero() {
		out.NextDue = stamps.of(next)
	}
	out.Leading = leading(out.Clocks)
	return out
}

// leading is the clock to show where there is room for one: the running one that is
// due first, else the paused one that would be; clocks of a family before others.
func leading(clocks []ClockView) string {
	rank := func(c *ClockView) (class int, due time.Time) {
		switch {
		case c.Status == Running:
			due = *c.Due
		case c.Status == Paused && c.Due != nil:
			class, due = 1, *c.Due
		case c.Status == Paused:
			class, due = 1, *c.DueIfResumed
		default:
			return 9, due
		}
		if c.holdClock {
			class += 2
		}
		return class, due
	}
	best, bestClass := "", 9
	var bestDue time.Time
	for i := range clocks {
		class, due := rank(&clocks[i])
		if class < bestClass || class == bestClass && class < 9 && due.Before(bestDue) {
			best, bestClass, bestDue = clocks[i].ID, class, due
		}
	}
	return best
}

// stamps keeps instants that are pointed at, in the calendar's zone, side by side.
type stamps struct {
	zone *time.Location
	room []time.Time
}

func (s *stamps) of(t time.Time) *time.Time {
	if len(s.room) == cap(s.room) {
		s.room = make([]time.Time, 0, 8)
	}
	s.room = append(s.room, t.In(s.zone))
	return &s.room[len(s.room)-1]
}

func (k *clock) view(sc *Scope, s *State, run *ClockRun, at time.Time, st *stamps) ClockView {
	c := ClockView{
		ID: k.ID, Name: k.Name, NameEn: k.NameEn, Family: k.Family, Unit: k.Unit, Rule: k.Rule, OnDue: k.OnDue,
		Status: Idle, Lamp: LampIdle, holdClock: k.WhileHold != "",
	}
	if run == nil {
		return c
	}
	t := k.timer(sc, s, run)
	c.StartedAt, c.Limit, c.Prolonged, c.Run = st.of(run.StartedAt), run.Limit, run.Prolonged, run.Run

	now := at
	if run.StoppedAt != nil {
		c.StoppedAt = st.of(*run.StoppedAt)
		if run.StoppedAt.Before(at) {
			now = *run.StoppedAt
		}
	}
	due, known := t.due()
	if known {
		c.Due, c.Overdue, c.Provisional = st.of(due), now.After(due), t.cal.Provisional(due)
	}
	counted := t.counted(now)
	if k.days {
		c.Used, c.Elapsed = float64(counted), t.elapsed(now)
		switch {
		case run.StoppedAt != nil:
			c.LeftDays = run.Limit - c.Elapsed
		case c.Overdue: // a day over once it is over
			c.LeftDays = run.Limit - int(counted)
		default:
			c.LeftDays = max(run.Limit-t.daysBefore(t.cal.DateOf(now)+1), 0)
		}
	} else {
		c.Used, c.Left = time.Duration(counted).Hours(), time.Duration(t.limit()-counted)
	}
	switch {
	case run.StoppedAt != nil:
		c.Status, c.Lamp = Stopped, LampDone
		if run.Expired {
			c.Status = Expired
		}
	case t.paused():
		c.Status, c.Lamp, c.PausedBy = Paused, LampPaused, run.Pauses[len(run.Pauses)-1].Hold
		if !known {
			resumed := t.resumed(at)
			due, _ := resumed.due()
			c.DueIfResumed, c.Provisional = st.of(due), t.cal.Provisional(due)
		}
		if c.Overdue {
			c.Lamp = LampOver
		}
	default:
		c.Status = Running
		warn, urgent := k.warnings(t, sc.Param)
		c.WarnAt, c.UrgentAt = st.of(warn), st.of(urgent)
		c.Lamp = lamp(at, due, warn, urgent)
	}
	return c
}

// resumed is the timer with its open pause ended at an instant.
func (t timer) resumed(at time.Time) timer {
	run := *t.run
	run.Pauses = slices.Clone(run.Pauses)
	run.Pauses[len(run.Pauses)-1].To = &at
	t.run = &run
	return t
}

func lamp(at, due, warn, urgent time.Time) string {
	switch {
	case at.After(due):
		return LampOver
	case !at.Before(urgent):
		return LampUrgent
	case !at.Before(warn):
		return LampSoon
	}
	return LampOK
}

// warnings are the instants at which the lamp of a running clock turns (T27): to soon
// with a fifth of an hour clock or one working day of a day clock left; to urgent with
// two counted hours left, or on the day it is due. The parameters warn_share (percent),
// warn_days and urgent_hours say otherwise for all clocks, and a clock's own Warn for it.
// A day is left until it begins: on the working day before the due day one is left.
func (k *clock) warnings(t timer, param map[string]any) (warn, urgent time.Time) {
	left := t.limit() * int64(number(param, "warn_share", 20)) / 100
	last := t.amount(number(param, "urgent_hours", 2))
	if k.days {
		left, last = int64(number(param, "warn_days", 1)), 0
	}
	if k.Warn.Share > 0 {
		left = int64(float64(t.limit()) * k.Warn.Share)
	}
	if k.Warn.Left > 0 {
		left = t.amount(k.Warn.Left)
	}
	turn := func(left int64) time.Time {
		if left >= t.limit() {
			return t.run.StartedAt
		}
		x, ok := t.reach(t.limit() - left)
		if ok && k.days {
			x = t.cal.Start(t.cal.DateOf(x) - 1)
		}
		if !ok || x.Before(t.run.StartedAt) {
			x = t.run.StartedAt
		}
		return x
	}
	return turn(left), turn(last)
}

// number is a whole parameter, or what stands for it where there is none.
func number(param map[string]any, id string, otherwise int) int {
	if n, ok := param[id].(int); ok {
		return n
	}
	return otherwise
}
