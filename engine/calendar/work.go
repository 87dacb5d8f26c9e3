package calendar

import "time"

// What follows asks and answers in [time.Time]; answers are in the calendar's zone.

// DateOf is [Calendar.Day] of a time.
func (c *Calendar) DateOf(t time.Time) Date { return c.Day(At(t)) }

// Start is [Calendar.Begin] as a time.
func (c *Calendar) Start(d Date) time.Time { return c.Begin(d).In(c.zone) }

// AddHours is the earliest time at which d of working time has been counted since start
// (D2), see [Calendar.Add]. For d ≤ 0 it is start.
func (c *Calendar) AddHours(start time.Time, d time.Duration) time.Time {
	return c.Add(At(start), d.Microseconds()).In(c.zone)
}

// AddDays is [Calendar.AddWorkdays] of a time.
func (c *Calendar) AddDays(start time.Time, n int) time.Time {
	return c.AddWorkdays(At(start), n).In(c.zone)
}

// Hours is the working time between two times (D2), negative when to is before from.
func (c *Calendar) Hours(from, to time.Time) time.Duration {
	return time.Duration(c.Worked(At(from), At(to))) * time.Microsecond
}

// Days is [Calendar.Workdays] between two times.
func (c *Calendar) Days(from, to time.Time) int { return c.Workdays(At(from), At(to)) }

// Provisional says whether t lies beyond the days the notices speak for.
func (c *Calendar) Provisional(t time.Time) bool { return At(t) > c.Begin(c.until+1) }
