package flow

import (
	"slices"

	"banli/engine/calendar"
)

// timer answers for one run of a clock: how much is counted, and when how much will
// be. Amounts are days, or microseconds of an hour clock.
//
// A day counts when it is a working day after the day of the start and the clock runs
// at its 24:00 (D3); so a pause (p, r] costs the working days from the day of p up to
// and without the day of r (D4), which costs nothing when it opens and closes within a
// day, and gives back the day of r.
type timer struct {
	cal    *calendar.Calendar
	days   bool
	run    *run
	pauses []pause // also of other clocks
}

func (t timer) amount(units int) int64 {
	if t.days {
		return int64(units)
	}
	return int64(units) * calendar.Hour
}

func (t timer) limit() int64 { return t.amount(t.run.limit) }

// counted is the amount counted up to at (or the stop, where that is earlier).
func (t timer) counted(at calendar.Instant) int64 {
	at = min(at, t.run.stoppedAt)
	if at <= t.run.startedAt {
		return 0
	}
	if t.days {
		return int64(t.daysBefore(t.cal.Day(at)))
	}
	sum := t.cal.Worked(t.run.startedAt, at)
	for i := range t.pauses {
		p := &t.pauses[i]
		if to := min(p.to, at); p.clock == t.run.clock && to > p.from {
			sum -= t.cal.Worked(p.from, to)
		}
	}
	return sum
}

// daysBefore is the number of counted days before the day end.
func (t timer) daysBefore(end calendar.Date) int {
	first := t.cal.Day(t.run.startedAt) + 1
	if end <= first {
		return 0
	}
	n := t.cal.Count(first, end)
	for i := range t.pauses {
		p := &t.pauses[i]
		if p.clock != t.run.clock {
			continue
		}
		to := end
		if p.to != calendar.Never {
			to = min(to, t.cal.Day(p.to))
		}
		if from := max(t.cal.Day(p.from), first); to > from {
			n -= t.cal.Count(from, to)
		}
	}
	return n
}

// elapsed is D6: the counted days with the day of at (or of the stop) itself.
func (t timer) elapsed(at calendar.Instant) int {
	if p := t.last(); p != nil && p.to == t.run.stoppedAt && p.to != calendar.Never {
		t = t.ending(calendar.Never) // it was paused when it stopped
	}
	at = min(at, t.run.stoppedAt)
	if at <= t.run.startedAt {
		return 0
	}
	// 24:00 belongs to the day it ends.
	return t.daysBefore(t.cal.Day(at-1) + 1)
}

// last is the last pause of the run, nil when it had none.
func (t timer) last() *pause {
	for i := len(t.pauses) - 1; i >= 0; i-- {
		if t.pauses[i].clock == t.run.clock {
			return &t.pauses[i]
		}
	}
	return nil
}

// ending is the timer with its last pause ending at another instant.
func (t timer) ending(to calendar.Instant) timer {
	t.pauses = slices.Clone(t.pauses)
	t.last().to = to
	return t
}

// reach is the earliest instant at which the amount is counted; false while a pause
// without end stands before it. Later pauses do not move it (T26).
func (t timer) reach(amount int64) (calendar.Instant, bool) {
	if amount <= 0 {
		return t.run.startedAt, true
	}
	if t.days {
		return t.reachDays(int(amount))
	}
	cur := t.run.startedAt
	for i := range t.pauses {
		p := &t.pauses[i]
		if p.clock != t.run.clock {
			continue
		}
		if p.from > cur {
			n := t.cal.Worked(cur, p.from)
			if n >= amount {
				break
			}
			amount -= n
			cur = p.from
		}
		if p.to == calendar.Never {
			return 0, false
		}
		cur = max(cur, p.to)
	}
	return t.cal.Add(cur, amount), true
}

func (t timer) reachDays(left int) (calendar.Instant, bool) {
	cur := t.cal.Day(t.run.startedAt) + 1
	for i := range t.pauses {
		p := &t.pauses[i]
		if p.clock != t.run.clock {
			continue
		}
		if from := t.cal.Day(p.from); from > cur {
			n := t.cal.Count(cur, from)
			if n >= left {
				break
			}
			left -= n
			cur = from
		}
		if p.to == calendar.Never {
			return 0, false
		}
		cur = max(cur, t.cal.Day(p.to))
	}
	return t.cal.Begin(t.cal.Nth(cur, left) + 1), true
}

// due is when the limit is reached.
func (t timer) due() (calendar.Instant, bool) { return t.reach(t.limit()) }
