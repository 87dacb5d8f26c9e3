package calendar

import "time"

// Zones with summer time have days of 23 and 25 hours, and midnights that are
// skipped or come twice. The zone we ship has had even days since 1991; what is
// here serves the years before, and other zones.

// farAway is later than any change a zone lists one by one; a zone that still
// changes then follows a yearly rule for ever.
var farAway = time.Date(2500, 1, 1, 0, 0, 0, 0, time.UTC)

// evenDays finds since when the zone keeps one offset.
func (c *Calendar) evenDays() {
	from, to := farAway.In(c.zone).ZoneBounds()
	if c.even = to.IsZero(); !c.even {
		return
	}
	_, offset := farAway.In(c.zone).Zone()
	c.offset = int64(offset)
	c.evenFrom = -1 << 62
	if !from.IsZero() {
		c.evenFrom = from.Unix() + 2*86400 // past the day of the change itself
	}
}

// unevenStart is the first instant of d, where midnight may be skipped or come twice.
func (c *Calendar) unevenStart(d Date) time.Time {
	noon := d.utc().Add(12 * time.Hour)
	var best time.Time
	for _, probe := range []time.Time{noon.Add(-36 * time.Hour), noon.Add(36 * time.Hour)} {
		_, offset := probe.In(c.zone).Zone()
		t := d.utc().Add(-time.Duration(offset) * time.Second).In(c.zone)
		if NewDate(t.Date()) == d && t.Hour() == 0 && t.Minute() == 0 && (best.IsZero() || t.Before(best)) {
			best = t
		}
	}
	if best.IsZero() { // midnight is skipped: the day begins with the change
		t := noon.Add(-36 * time.Hour).In(c.zone)
		for NewDate(t.Date()) < d {
			_, t = t.ZoneBounds()
		}
		best = t
	}
	return best
}

// unevenness is by how much the working days in from ≤ d < to are longer, in sum,
// than 24 hours each.
func (c *Calendar) unevenness(from, to Date) (sum time.Duration) {
	end := c.Start(to)
	done := from - 1
	for t := c.Start(from).Add(-1); ; { // a change may be what begins a day
		_, next := t.ZoneBounds()
		if next.IsZero() || !next.Before(end) {
			return sum
		}
		// A change touches the day before it and the day after it, and may leave out a day between.
		for d := max(c.DateOf(next.Add(-1)), done+1); d <= min(c.DateOf(next), to-1); d++ {
			if c.IsWorkday(d) {
				sum += c.Start(d+1).Sub(c.Start(d)) - day
			}
			done = d
		}
		t = next
	}
}

// addUneven is the earliest instant at which h of working time has been counted since the start of s.
func (c *Calendar) addUneven(s Date, h time.Duration) time.Time {
	d := c.Nth(s, int((h-1)/day)+1)
	for {
		before := time.Duration(c.Count(s, d))*day + c.unevenness(s, d)
		switch left := h - before; {
		case left <= 0:
			d = c.Nth(d, 0)
		case left > c.Start(d+1).Sub(c.Start(d)):
			d = c.NextWorkday(d)
		default:
			return c.Start(d).Add(left)
		}
	}
}
