// Package calendar counts working time.
//
// It owns which days are working days (D1), hours counted on them (D2) and days
// counted at their 24:00 (D3). A [Calendar] is one immutable revision, shared by
// goroutines; days outside its exceptions follow the weekday rule without bound,
// so every question has an answer and costs the same however far away it lies.
// It reads no clock: every instant is an argument. Pauses and limits belong to
// package flow, wording to pages.
package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Kinds of exception from the weekday rule.
const (
	Holiday = "holiday" // a day off, whatever its weekday
	Workday = "workday" // a day worked, whatever its weekday (调休上班)
)

// Exception is a day that does not follow the weekday rule, by official notice.
type Exception struct {
	Date Date
	Kind string // Holiday or Workday
	Name string // what it is called, such as 国庆节
}

// Config describes one revision of a calendar.
type Config struct {
	ID, Revision string
	Zone         *time.Location // whose midnight begins a day
	Exceptions   []Exception    // in any order
	From         Date           // first day the exceptions speak for
	// ConfirmedUntil is the last day the notices speak for. Instants after its
	// 24:00 are computed by the weekday rule and are provisional.
	ConfirmedUntil Date
}

// Calendar is one revision of a working-time calendar. It never changes.
type Calendar struct {
	id, revision string
	zone         *time.Location
	from, until  Date
	exceptions   []Exception // by date

	// ranks[i] is the number of working days before day first+i, from the first to the
	// day after the last exception; past it the weekday count is off by shift.
	first Date
	ranks []int
	shift int
	// days lists the working days of the table in order; the first is the lead-th.
	days []Date
	lead int

	periods  []period // of one offset of the zone each, in order; last is the last
	last     period
	even     Instant  // what the last adds to universal time
	evenFrom Date     // since which every day has 24 hours
	uneven   []uneven // working days before, in order

	changes, unevenAt index // of the periods but the first, by universal day; of uneven
}

// New builds a calendar. It refuses two exceptions on one day, an unknown kind, and
// a missing zone. A holiday on a Sunday is welcome: it changes nothing but the name.
func New(c Config) (*Calendar, error) {
	if c.Zone == nil {
		return nil, fmt.Errorf("calendar %s: no time zone", c.ID)
	}
	if c.ConfirmedUntil < c.From {
		return nil, fmt.Errorf("calendar %s: confirmed until %v, before its first day %v", c.ID, c.ConfirmedUntil, c.From)
	}
	ex := slices.Clone(c.Exceptions)
	slices.SortStableFunc(ex, func(a, b Exception) int { return cmp.Compare(a.Date, b.Date) })
	for i, e := range ex {
		switch {
		case e.Kind != Holiday && e.Kind != Workday:
			return nil, fmt.Errorf("calendar %s: %v: kind is %q, expected %q or %q", c.ID, e.Date, e.Kind, Holiday, Workday)
		case i > 0 && ex[i-1].Date == e.Date:
			return nil, fmt.Errorf("calendar %s: %v is listed twice, as %s and as %s", c.ID, e.Date, ex[i-1].Kind, e.Kind)
		}
	}
	cal := &Calendar{id: c.ID, revision: c.Revision, zone: c.Zone, from: c.From, until: c.ConfirmedUntil, exceptions: ex}
	cal.fill()
	cal.listPeriods()
	cal.listUneven()
	return cal, nil
}

// fill lays out the tables over the days from the first to the last exception.
func (c *Calendar) fill() {
	if len(c.exceptions) == 0 {
		return
	}
	c.first = c.exceptions[0].Date
	before := weekdaysBefore(c.first)
	c.lead = before + 1
	last := c.exceptions[len(c.exceptions)-1].Date
	i := 0
	for d := c.first; d <= last; d++ {
		works := isWeekday(d)
		if c.exceptions[i].Date == d {
			works = c.exceptions[i].Kind == Workday
			i++
		}
		c.ranks = append(c.ranks, before+len(c.days))
		if works {
			c.days = append(c.days, d)
		}
	}
	end := before + len(c.days)
	c.ranks = append(c.ranks, end)
	c.shift = end - weekdaysBefore(last+1)
}

// ID names the calendar; Revision says which state of it.
func (c *Calendar) ID() string { return c.id }

// Revision says which state of the calendar this is.
func (c *Calendar) Revision() string { return c.revision }

// Zone is the time zone whose midnight begins a day.
func (c *Calendar) Zone() *time.Location { return c.zone }

// From is the first day the exceptions speak for.
func (c *Calendar) From() Date { return c.from }

// ConfirmedUntil is the last day the notices speak for.
func (c *Calendar) ConfirmedUntil() Date { return c.until }

// Exceptions lists the days that do not follow the weekday rule, in order.
func (c *Calendar) Exceptions() []Exception { return slices.Clone(c.exceptions) }

// IsWorkday says whether d is a working day (D1).
func (c *Calendar) IsWorkday(d Date) bool {
	if i := int(d) - int(c.first); i >= 0 && i+1 < len(c.ranks) {
		return c.ranks[i+1] > c.ranks[i]
	}
	return isWeekday(d)
}

// Exception gives the exception on d, where there is one.
func (c *Calendar) Exception(d Date) (Exception, bool) {
	i, ok := slices.BinarySearchFunc(c.exceptions, d, func(e Exception, d Date) int { return cmp.Compare(e.Date, d) })
	if !ok {
		return Exception{}, false
	}
	return c.exceptions[i], true
}

// DayName is the name of the exception on d, or the English name of its weekday.
func (c *Calendar) DayName(d Date) string {
	if e, ok := c.Exception(d); ok && e.Name != "" {
		return e.Name
	}
	return d.Weekday().String()
}

// Count is the number of working days in from ≤ d < to, negative when to is before from.
func (c *Calendar) Count(from, to Date) int { return c.rank(to) - c.rank(from) }

// Nth is the n-th working day at or after from, counted from 1; for n ≤ 0 it goes
// back: 0 is the last working day before from, -1 the one before that.
func (c *Calendar) Nth(from Date, n int) Date { return c.at(c.rank(from) + n) }

// NextWorkday is the first working day after d.
func (c *Calendar) NextWorkday(d Date) Date { return c.Nth(d+1, 1) }

// rank is the number of working days before d, relative to a fixed origin.
func (c *Calendar) rank(d Date) int {
	if i := uint(d - c.first); i < uint(len(c.ranks)) {
		return c.ranks[i]
	}
	return c.rankByWeekday(d)
}

func (c *Calendar) rankByWeekday(d Date) int {
	if d < c.first {
		return weekdaysBefore(d)
	}
	return weekdaysBefore(d) + c.shift
}

// at is the day with k-1 working days before it: the inverse of rank.
func (c *Calendar) at(k int) Date {
	if i := uint(k - c.lead); i < uint(len(c.days)) {
		return c.days[i]
	}
	return c.atByWeekday(k)
}

func (c *Calendar) atByWeekday(k int) Date {
	if k >= c.lead {
		k -= c.shift
	}
	return nthWeekday(k)
}
