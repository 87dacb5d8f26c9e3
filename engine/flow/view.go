package flow

import (
	"slices"
	"time"

	"banli/engine/calendar"
)

// View says how a case stands at an instant. It takes the state as it is: call
// [Flow.Advance] first, up to and with the instant, for what the clock has done by then.
func (f *Flow) View(sc *Scope, s *State, at time.Time) View {
	s = f.own(s)
	v := working{vars: f.vars(sc, s)}
	defer v.release()
	return v.view(calendar.At(s.notBefore(at)))
}

func (v *working) view(at calendar.Instant) View {
	f, sc, s := v.f, v.sc, v.s
	out := View{
		State: s.State(), Holds: s.Holding(), Facts: s.Facts(), Marks: slices.Clone(s.Marks), Final: f.final[s.state], Assignee: s.Assignee,
		Clocks: make([]ClockView, len(f.clocks)),
	}
	stamps := stamps{zone: sc.Calendar.Zone(), room: make([]time.Time, 0, 5*len(s.clocks)+1)}
	next := calendar.Never
	for i := range f.clocks {
		k := &f.clocks[i]
		out.Clocks[i] = k.view(sc, s, s.clock(i), at, &stamps)
		if k.onDue == nil {
			continue
		}
		due, ok := v.dueAt(k)
		lawful := ok && v.lawful(k.onDue, Actor{Role: "clock"}, due, nil) == nil
		if ok && (lawful || k.onDue.onData) && due > at && due < next {
			next = due // what data may still allow is looked at again then
		}
		if c := &out.Clocks[i]; c.Status == Running && !lawful {
			c.OnDue = "" // such as a policy forbids it (T9)
		}
	}
	if next != calendar.Never {
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

func (s *stamps) of(i calendar.Instant) *time.Time {
	if len(s.room) == cap(s.room) {
		s.room = make([]time.Time, 0, 8)
	}
	s.room = append(s.room, i.In(s.zone))
	return &s.room[len(s.room)-1]
}

func (k *clock) view(sc *Scope, s *State, run *run, at calendar.Instant, st *stamps) ClockView {
	c := ClockView{
		ID: k.ID, Name: k.Name, NameEn: k.NameEn, Family: k.Family, Unit: k.Unit, Rule: k.Rule, OnDue: k.OnDue,
		Status: Idle, Lamp: LampIdle, holdClock: k.hold >= 0,
	}
	if run == nil {
		return c
	}
	t := k.timer(sc, s, run)
	c.StartedAt, c.Limit, c.Prolonged, c.Run = st.of(run.startedAt), run.limit, run.prolonged, int(run.no)

	stopped := run.stoppedAt != calendar.Never
	if stopped {
		c.StoppedAt = st.of(run.stoppedAt)
	}
	now := min(at, run.stoppedAt)
	due, known := t.due()
	if known {
		c.Due, c.Overdue = st.of(due), now > due
		c.Provisional = t.cal.Provisional(*c.Due)
	}
	counted := t.counted(now)
	if k.days {
		c.Used, c.Elapsed = float64(counted), t.elapsed(now)
		switch {
		case stopped:
			c.LeftDays = run.limit - c.Elapsed
		case c.Overdue: // a day over once it is over
			c.LeftDays = run.limit - int(counted)
		default:
			c.LeftDays = max(run.limit-t.daysBefore(t.cal.Day(now)+1), 0)
		}
	} else {
		c.Used, c.Left = t.units(counted), time.Duration(t.limit()-counted)*time.Microsecond
	}
	paused := s.paused(run.clock)
	switch {
	case stopped:
		c.Status, c.Lamp = Stopped, LampDone
		if run.expired {
			c.Status = Expired
		}
	case paused != nil:
		c.Status, c.Lamp, c.PausedBy = Paused, LampPaused, s.names.hold(paused.hold)
		if !known {
			due, _ := t.ending(at).due()
			c.DueIfResumed = st.of(due)
			c.Provisional = t.cal.Provisional(*c.DueIfResumed)
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

func lamp(at, due, warn, urgent calendar.Instant) string {
	switch {
	case at > due:
		return LampOver
	case at >= urgent:
		return LampUrgent
	case at >= warn:
		return LampSoon
	}
	return LampOK
}

// warnings are the instants at which the lamp of a running clock turns (T27): to soon
// with a fifth of an hour clock or one working day of a day clock left; to urgent with
// two counted hours left, or on the day it is due. The parameters warn_share (percent),
// warn_days and urgent_hours say otherwise for all clocks, and a clock's own Warn for it.
// A day is left until it begins: on the working day before the due day one is left.
func (k *clock) warnings(t timer, param map[string]any) (warn, urgent calendar.Instant) {
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
	turn := func(left int64) calendar.Instant {
		if left >= t.limit() {
			return t.run.startedAt
		}
		x, ok := t.reach(t.limit() - left)
		if ok && k.days {
			x = t.cal.Begin(t.cal.Day(x) - 1)
		}
		if !ok {
			return t.run.startedAt
		}
		return max(x, t.run.startedAt)
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
