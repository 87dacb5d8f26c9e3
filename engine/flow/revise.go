package flow

import (
	"fmt"
	"time"

	"banli/engine/calendar"
)

// CalendarRevised is the event by which a case comes under a revised calendar (T30). It
// belongs to every flow and is the engine's; no spec may use its name.
const CalendarRevised = "calendar_revised"

// Revision is what a revised calendar came to in a case, as its event keeps it.
type Revision struct {
	From  string  `json:"from"` // revisions of the calendar
	To    string  `json:"to"`
	Moved []Moved `json:"moved,omitempty"` // clocks whose due instant moved, in the flow's order
}

// Moved is a clock whose due instant is another than before; nil: not known while it is paused.
type Moved struct {
	Clock string     `json:"clock"`
	Was   *time.Time `json:"was,omitempty"`
	Now   *time.Time `json:"now,omitempty"`
}

// CalendarPin is a revision of the calendar that a case came under.
type CalendarPin struct {
	Seq      int       `json:"seq"` // of the event
	At       time.Time `json:"at"`
	Revision string    `json:"revision"`
}

// Revise puts a case under a revised calendar from an instant on (T30). Clocks that go
// on count anew, all of their days; those that stopped keep the calendar they stopped
// under, and with it every figure; what has happened stays. What was due before the
// instant happens first, under the calendar in force until then; what is due before it
// only by the revised one happens at the instant itself.
//
// A case that has ended, and one that is under the revision already, has no event of it.
func (f *Flow) Revise(sc *Scope, s *State, revision string, at time.Time) (Decision, error) {
	v := f.begin(sc, s)
	defer v.release()
	at = s.notBefore(at)
	if err := v.advance(calendar.At(at), false, at); err != nil {
		return v.decision(), err
	}
	from := v.calendar().Revision()
	if v.s.state == 0 || f.final[v.s.state] || from == revision {
		return v.decision(), nil
	}
	was := v.dues()
	e := Event{
		Seq: v.s.Seq + 1, Do: CalendarRevised, At: calendar.At(at).In(v.zone()), RecordedAt: at,
		By: Actor{Role: "engine"}, Calendar: &Revision{From: from, To: revision},
	}
	if err := v.apply(&e); err != nil {
		return v.decision(), err
	}
	e.Calendar.Moved = f.moved(was, v.dues())
	v.out.Events = append(v.out.Events, e)
	return v.decision(), v.settle(at)
}

// dues are the due instants of the clocks that go on, by place in the flow; nil where there is none.
func (v *vars) dues() []*time.Time {
	list := make([]*time.Time, len(v.f.clocks))
	for i := range v.f.clocks {
		k := &v.f.clocks[i]
		if run := v.s.live(i); run != nil {
			if due, ok := v.timer(k, run).due(); ok {
				t := due.In(v.zone())
				list[i] = &t
			}
		}
	}
	return list
}

func (f *Flow) moved(was, now []*time.Time) (list []Moved) {
	for i := range was {
		if a, b := was[i], now[i]; (a == nil) != (b == nil) || a != nil && !a.Equal(*b) {
			list = append(list, Moved{f.clocks[i].ID, a, b})
		}
	}
	return list
}

// revise folds the event into v.s.
func (v *vars) revise(e *Event) error {
	if e.Calendar == nil {
		return fmt.Errorf("flow %s: event %d: %s without its calendar", v.f.spec.ID, e.Seq, e.Do)
	}
	if to := e.Calendar.To; v.sc.calendar(to) == nil {
		return fmt.Errorf("flow %s: event %d: the scope has no calendar revision %q", v.f.spec.ID, e.Seq, to)
	}
	v.s.Calendars = append(v.s.Calendars, CalendarPin{e.Seq, v.s.At(), e.Calendar.To})
	return nil
}

// calendar finds a revision; nil when the scope does not have it.
func (sc *Scope) calendar(revision string) *calendar.Calendar {
	if c := sc.Calendars[revision]; c != nil || revision != sc.Calendar.Revision() {
		return c
	}
	return sc.Calendar
}

// calendarAt is the calendar in force with an event. A scope that lacks it is a fault
// of the caller: [Flow.Replay] and [Flow.Apply] refuse such a scope.
func (sc *Scope) calendarAt(s *State, seq int) *calendar.Calendar {
	for i := len(s.Calendars) - 1; i >= 0; i-- {
		if p := &s.Calendars[i]; p.Seq <= seq {
			c := sc.calendar(p.Revision)
			if c == nil {
				panic(fmt.Sprintf("flow: the scope has no calendar revision %q, which the case came under", p.Revision))
			}
			return c
		}
	}
	return sc.Calendar
}

// calendar is the one in force since the last event.
func (v *vars) calendar() *calendar.Calendar { return v.sc.calendarAt(v.s, v.s.Seq) }

// timer counts a run: by the calendar in force, or the one it stopped under.
func (v *vars) timer(k *clock, run *run) timer { return k.timer(v.sc, v.s, run) }

func (k *clock) timer(sc *Scope, s *State, run *run) timer {
	cal := sc.Calendar
	if len(s.Calendars) > 0 {
		seq := s.Seq
		if run.stoppedAt != calendar.Never {
			seq = int(run.stoppedSeq)
		}
		cal = sc.calendarAt(s, seq)
	}
	return timer{cal, k.days, run, s.pauses}
}

// brought is when a clock is due that only a revision brought before its own instant:
// at the instant of the revision.
func (v *vars) brought(k *clock, run *run, due calendar.Instant) calendar.Instant {
	n := len(v.s.Calendars)
	if n == 0 {
		return due
	}
	p := &v.s.Calendars[n-1]
	at := calendar.At(p.At)
	if p.Seq <= int(run.armedSeq) || due >= at {
		return due
	}
	before := timer{v.sc.calendarAt(v.s, p.Seq-1), k.days, run, v.s.pauses}
	if was, ok := before.due(); ok && was < at {
		return due
	}
	return at
}
