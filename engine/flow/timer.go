package flow

import (
	"time"

	"banli/engine/calendar"
)

// timer answers for one run of a clock: how much is counted, and when how much will
// be. Amounts are days, or nanoseconds of an hour clock.
//
// A day counts when it is a working day after the day of the start and the clock runs
// at its 24:00 (D3); so a pause (p, r] costs the working days from the day of p up to
// and without the day of r (D4), which costs nothing when it opens and closes within a
// day, and gives back the day of r.
type timer struct {
	cal  *calendar.Calendar
	days bool
	run  *ClockRun
}

func (t timer) amount(units int) int64 {
	if t.days {
		return int64(units)
	}
	return int64(units) * int64(time.Hour)
}

func (t timer) limit() int64 { return t.amount(t.run.Limit) }

// counted is the amount counted up to at (or the stop, where that is earlier).
func (t timer) counted(at time.Time) int64 {
	if s := t.run.StoppedAt; s != nil && s.Before(at) {
		at = *s
	}
	if !at.After(t.run.StartedAt) {
		return 0
	}
	if t.days {
		return int64(t.daysBefore(t.cal.DateOf(at)))
	}
	sum := t.cal.Hours(t.run.StartedAt, at)
	for _, p := range t.run.Pauses {
		to := at
		if p.To != nil && p.To.Before(at) {
			to = *p.To
		}
		if to.After(p.From) {
			sum -= t.cal.Hours(p.From, to)
		}
	}
	return int64(sum)
}

// daysBefore is the number of counted days before the day end.
func (t timer) daysBefore(end calendar.Date) int {
	first := t.cal.DateOf(t.run.StartedAt) + 1
	if end <= first {
		return 0
	}
	n := t.cal.Count(first, end)
	for _, p := range t.run.Pauses {
		to := end
		if p.To != nil {
			to = min(to, t.cal.DateOf(*p.To))
		}
		if from := max(t.cal.DateOf(p.From), first); to > from {
			n -= t.cal.Count(from, to)
		}
	}
	return n
}

// elapsed is D6: the counted days with the day of at (or of the stop) itself.
func (t timer) elapsed(at time.Time) int {
	run := *t.run
	if s := run.StoppedAt; s != nil {
		if s.Before(at) {
			at = *s
		}
		if n := len(run.Pauses); n > 0 && run.Pauses[n-1].To != nil && run.Pauses[n-1].To.Equal(*s) {
			run.Pauses = append([]Pause(nil), run.Pauses...)
			run.Pauses[n-1].To = nil // it was paused when it stopped
		}
	}
	if !at.After(run.StartedAt) {
		return 0
	}
	t.run = &run
	// 24:00 belongs to the day it ends.
	return t.daysBefore(t.cal.DateOf(at.Add(-1)) + 1)
}

// reach is the earliest instant at which the amount is counted; false while a pause
// without end stands before it. Later pauses do not move it (T26).
func (t timer) reach(amount int64) (time.Time, bool) {
	if amount <= 0 {
		return t.run.StartedAt, true
	}
	if t.days {
		return t.reachDays(int(amount))
	}
	cur, left := t.run.StartedAt, time.Duration(amount)
	for _, p := range t.run.Pauses {
		if p.From.After(cur) {
			n := t.cal.Hours(cur, p.From)
			if n >= left {
				break
			}
			left -= n
			cur = p.From
		}
		if p.To == nil {
			return time.Time{}, false
		}
		if p.To.After(cur) {
			cur = *p.To
		}
	}
	return t.cal.AddHours(cur, left), true
}

func (t timer) reachDays(left int) (time.Time, bool) {
	cur := t.cal.DateOf(t.run.StartedAt) + 1
	for _, p := range t.run.Pauses {
		if from := t.cal.DateOf(p.From); from > cur {
			n := t.cal.Count(cur, from)
			if n >= left {
				break
			}
			left -= n
			cur = from
		}
		if p.To == nil {
			return time.Time{}, false
		}
		cur = max(cur, t.cal.DateOf(*p.To))
	}
	return t.cal.Start(t.cal.Nth(cur, left) + 1), true
}

// due is when the limit is reached.
func (t timer) due() (time.Time, bool) { return t.reach(t.limit()) }

// paused says whether a pause is open.
func (t timer) paused() bool { return t.run.pause() != nil }
