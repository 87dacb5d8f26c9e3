package calendar

import "time"

const day = 24 * time.Hour

// DateOf is the day of the calendar's zone that t lies in. The instant 24:00 of a
// day is 0:00 of the next and lies in that.
func (c *Calendar) DateOf(t time.Time) Date {
	if s := t.Unix(); c.even && s >= c.evenFrom {
		return Date(floorDiv(s+c.offset, 86400))
	}
	return NewDate(t.In(c.zone).Date())
}

// Start is the first instant of d in the calendar's zone; Start(d+1) is 24:00 of d.
func (c *Calendar) Start(d Date) time.Time {
	if s := int64(d)*86400 - c.offset; c.even && s >= c.evenFrom {
		return time.Unix(s, 0).In(c.zone)
	}
	return c.unevenStart(d)
}

// split is the day of t and how much of it has passed.
func (c *Calendar) split(t time.Time) (Date, time.Duration) {
	if s := t.Unix(); c.even && s >= c.evenFrom {
		s += c.offset
		d := floorDiv(s, 86400)
		return Date(d), time.Duration(s-d*86400)*time.Second + time.Duration(t.Nanosecond())
	}
	d := c.DateOf(t)
	return d, t.Sub(c.Start(d))
}

// AddHours is the earliest instant at which d of working time has been counted
// since start (D2): every hour of a working day counts, 0:00 to 24:00, no other does.
// For d ≤ 0 it is start.
func (c *Calendar) AddHours(start time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return start.In(c.zone)
	}
	s, into := c.split(start)
	if c.IsWorkday(s) {
		d += into // as if counted from the start of the day
	}
	if !c.even || start.Unix() < c.evenFrom {
		return c.addUneven(s, d)
	}
	full := (d - 1) / day // at 24:00 sharp the day before is the earliest
	return c.Start(c.Nth(s, int(full)+1)).Add(d - full*day)
}

// AddDays is 24:00 of the n-th working day after the day of start, which itself
// never counts (D3). Negative n counts back: -1 is 24:00 of the last working day
// before the day of start. For n = 0 it is start.
func (c *Calendar) AddDays(start time.Time, n int) time.Time {
	s := c.DateOf(start)
	switch {
	case n > 0:
		return c.Start(c.Nth(s+1, n) + 1)
	case n < 0:
		return c.Start(c.Nth(s, n+1) + 1)
	}
	return start.In(c.zone)
}

// Hours is the working time between two instants (D2), negative when to is before from.
func (c *Calendar) Hours(from, to time.Time) time.Duration {
	if to.Before(from) {
		return -c.Hours(to, from)
	}
	a, intoA := c.split(from)
	b, intoB := c.split(to)
	h := time.Duration(c.Count(a, b)) * day
	if !c.even || from.Unix() < c.evenFrom {
		h += c.unevenness(a, b)
	}
	if c.IsWorkday(a) {
		h -= intoA
	}
	if c.IsWorkday(b) {
		h += intoB
	}
	return h
}

// Days is the number of working days after the day of from whose 24:00 is not
// after to (D3).
func (c *Calendar) Days(from, to time.Time) int {
	return max(c.Count(c.DateOf(from)+1, c.DateOf(to)), 0)
}

// Provisional says whether t lies beyond the days the notices speak for.
func (c *Calendar) Provisional(t time.Time) bool {
	return t.After(c.Start(c.until + 1))
}
