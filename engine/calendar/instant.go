package calendar

import "time"

// Instant is a point in time in whole microseconds since 1970-01-01T00:00Z: what the
// engine keeps and counts with. Lengths of time between two are microseconds too.
type Instant int64

// Never is later than every instant: the end of what lasts.
const Never Instant = 1<<63 - 1

// Hour is how much an hour adds to an [Instant].
const Hour = 3_600_000_000

const day = 24 * Hour

// At is the instant of t; what is finer than a microsecond is cut off.
func At(t time.Time) Instant { return Instant(t.UnixMicro()) }

// In is the instant as a time of a zone.
func (i Instant) In(zone *time.Location) time.Time { return time.UnixMicro(int64(i)).In(zone) }

// Day is the day of the calendar's zone that i lies in. The instant 24:00 of a day is
// 0:00 of the next and lies in that.
func (c *Calendar) Day(i Instant) Date {
	if i < c.last.from {
		return Date(floorDiv(int64(i)+c.formerOffset(i), day))
	}
	return Date(floorDiv(int64(i+c.even), day))
}

// Begin is the first instant of d in the calendar's zone; Begin(d+1) is 24:00 of d.
func (c *Calendar) Begin(d Date) Instant {
	if d >= c.evenFrom {
		return Instant(d)*day - c.even
	}
	return c.unevenBegin(d)
}

// Add is the earliest instant at which so much working time has been counted since start
// (D2): every hour of a working day counts, 0:00 to 24:00, no other does. For work ≤ 0 it
// is start.
func (c *Calendar) Add(start Instant, work int64) Instant {
	if work <= 0 {
		return start
	}
	if start >= c.last.from { // the usual case, inside the tables, at one go
		local := int64(start + c.even)
		today := floorDiv(local, day)
		if r := uint(today - int64(c.first)); r < uint(len(c.ranks)) && r+1 < uint(len(c.ranks)) && Date(today) >= c.evenFrom {
			left := work
			if c.ranks[r+1] > c.ranks[r] {
				left += local - today*day
			}
			full := (left - 1) / day
			if k := uint(c.ranks[r] + int(full) + 1 - c.lead); k < uint(len(c.days)) {
				return Instant(int64(c.days[k])*day+left-full*day) - c.even
			}
		}
	}
	d := c.Day(start)
	if c.IsWorkday(d) {
		work += int64(start - c.Begin(d)) // as if counted from the start of the day
	}
	if d < c.evenFrom {
		return c.addUneven(d, work)
	}
	full := (work - 1) / day // at 24:00 sharp the day before is the earliest
	return c.Begin(c.Nth(d, int(full)+1)) + Instant(work-full*day)
}

// AddWorkdays is 24:00 of the n-th working day after the day of start, which itself
// never counts (D3). Negative n counts back: -1 is 24:00 of the last working day
// before the day of start. For n = 0 it is start.
func (c *Calendar) AddWorkdays(start Instant, n int) Instant {
	if n > 0 && start >= c.last.from { // the usual case, inside the tables, at one go
		if r := uint(floorDiv(int64(start+c.even), day) - int64(c.first) + 1); r < uint(len(c.ranks)) {
			if k := uint(c.ranks[r] + n - c.lead); k < uint(len(c.days)) && c.days[k] >= c.evenFrom {
				return Instant(c.days[k]+1)*day - c.even
			}
		}
	}
	d := c.Day(start)
	switch {
	case n > 0:
		return c.Begin(c.Nth(d+1, n) + 1)
	case n < 0:
		return c.Begin(c.Nth(d, n+1) + 1)
	}
	return start
}

// Workdays is the number of working days after the day of from whose 24:00 is not
// after to (D3).
func (c *Calendar) Workdays(from, to Instant) int {
	return max(c.Count(c.Day(from)+1, c.Day(to)), 0)
}

// Worked is the working time between two instants (D2), negative when to is before from.
func (c *Calendar) Worked(from, to Instant) int64 {
	if to < from {
		return -c.Worked(to, from)
	}
	a, b := c.Day(from), c.Day(to)
	sum := int64(c.Count(a, b)) * day
	if a < c.evenFrom {
		sum += c.unevenness(b) - c.unevenness(a)
	}
	if c.IsWorkday(a) {
		sum -= int64(from - c.Begin(a))
	}
	if c.IsWorkday(b) {
		sum += int64(to - c.Begin(b))
	}
	return sum
}
