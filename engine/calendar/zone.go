package calendar

import (
	"math"
	"time"
)

// Zones with summer time have days of 23 and 25 hours, and midnights that are
// skipped or come twice. The zone we ship has had even days since 1991; what is
// here serves the years before, and other zones.

// lastYear is how far the changes of a zone are listed; after it the last one stays.
const lastYear = 2200

// period is a time in which the zone keeps one offset.
type period struct {
	from   Instant
	offset int64 // local time less universal time, in microseconds
	end    int64 // local time at its end
}

// uneven is a working day of a length other than 24 hours.
type uneven struct {
	day Date
	sum int64 // by how much it and those before are longer
}

// listPeriods lists the offsets of the zone, and since when all days have 24 hours.
func (c *Calendar) listPeriods() {
	t := time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC).In(c.zone)
	_, seconds := t.Zone()
	c.periods = []period{{math.MinInt64, int64(seconds) * 1_000_000, math.MaxInt64}}
	for {
		_, next := t.ZoneBounds()
		if next.IsZero() || next.Year() > lastYear {
			break
		}
		if !next.After(t) { // a rule's year may end where it begins
			next = t.Add(time.Hour)
		}
		t = next
		last := &c.periods[len(c.periods)-1]
		if _, seconds := t.Zone(); int64(seconds)*1_000_000 != last.offset {
			last.end = int64(At(t)) + last.offset
			c.periods = append(c.periods, period{At(t), int64(seconds) * 1_000_000, math.MaxInt64})
			c.changes.add(Date(floorDiv(int64(At(t)), day)))
		}
	}
	c.last, c.evenFrom = c.periods[len(c.periods)-1], math.MinInt32
	c.even = Instant(c.last.offset)
	if n := len(c.periods); n > 1 {
		c.evenFrom = Date(floorDiv(max(c.periods[n-2].end, int64(c.last.from)+c.last.offset), day)) + 1
	}
}

// listUneven lists the working days that a change makes longer or shorter: the one it ends, the one
// it begins, and what it leaves out between.
func (c *Calendar) listUneven() {
	sum, next := int64(0), Date(math.MinInt32)
	for _, p := range c.periods[1:] {
		a, b := c.Day(p.from-1), c.Day(p.from)
		for d := max(min(a, b), next); d <= max(a, b); d++ {
			if longer := int64(c.Begin(d+1)-c.Begin(d)) - day; longer != 0 && c.IsWorkday(d) {
				sum += longer
				c.uneven = append(c.uneven, uneven{d, sum})
				c.unevenAt.add(d)
			}
			next = d + 1
		}
	}
}

// formerOffset is what the zone added to universal time at i, before its last change.
func (c *Calendar) formerOffset(i Instant) int64 {
	k := c.changes.before(Date(floorDiv(int64(i), day)))
	for c.periods[k+1].from <= i {
		k++
	}
	return c.periods[k].offset
}

// unevenBegin is the first instant of d, where midnight may be skipped or come twice.
func (c *Calendar) unevenBegin(d Date) Instant {
	local := int64(d) * day
	k := c.changes.before(d - 2)
	for c.periods[k].end <= local {
		k++
	}
	return max(c.periods[k].from, Instant(local-c.periods[k].offset)) // midnight skipped: it begins with the change
}

// unevenness is by how much the working days before d are longer, in sum, than 24 hours each.
func (c *Calendar) unevenness(d Date) (sum int64) {
	k := c.unevenAt.before(d)
	for k < len(c.uneven) && c.uneven[k].day < d {
		k++
	}
	if k == 0 {
		return 0
	}
	return c.uneven[k-1].sum
}

// index says of days in order where to begin looking for one.
type index struct {
	first  Date
	size   int
	blocks []int // how many of the days come before each 32 days since the first
}

func (x *index) add(d Date) {
	if x.size == 0 {
		x.first = d
	}
	for len(x.blocks) <= int(d-x.first)>>5 {
		x.blocks = append(x.blocks, x.size)
	}
	x.size++
}

// before is how many days surely come before d: a few less than do.
func (x *index) before(d Date) int {
	if d < x.first || x.size == 0 {
		return 0
	}
	return x.blocks[min(int(d-x.first)>>5, len(x.blocks)-1)]
}

// addUneven is the earliest instant at which so much working time has been counted since the start of s.
func (c *Calendar) addUneven(s Date, work int64) Instant {
	work += c.unevenness(s)
	d := c.Nth(s, int((work-1)/day)+1)
	for {
		left := work - int64(c.Count(s, d))*day - c.unevenness(d)
		begin := c.Begin(d)
		switch {
		case left <= 0:
			d = c.Nth(d, 0)
		case left > int64(c.Begin(d+1)-begin):
			d = c.NextWorkday(d)
		default:
			return begin + Instant(left)
		}
	}
}
