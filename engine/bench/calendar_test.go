package bench

import (
	"fmt"
	"testing"
	"time"

	"banli/engine/calendar"
	"banli/engine/internal/cn"

	"github.com/rickar/cal/v2"
)

// business is the official calendar in rickar/cal: days off as its holidays, cached, and
// a function for days worked; or, quicker than it is meant to be used, one look-up a day.
func business(lookup bool) *cal.BusinessCalendar {
	type day struct {
		year  int
		month time.Month
		day   int
	}
	kinds := map[day]string{}
	c := cal.NewBusinessCalendar()
	c.Cacheable = true
	for _, e := range cn.Exceptions(nil) {
		t := time.Date(1970, 1, 1+int(e.Date), 0, 0, 0, 0, time.UTC)
		if e.Kind == calendar.Holiday && !lookup {
			c.AddHoliday(&cal.Holiday{Name: e.Name, StartYear: t.Year(), EndYear: t.Year(), Month: t.Month(), Day: t.Day(), Func: cal.CalcDayOfMonth})
			continue
		}
		kinds[day{t.Year(), t.Month(), t.Day()}] = e.Kind
	}
	c.WorkdayFunc = func(t time.Time) bool {
		var d day
		d.year, d.month, d.day = t.Date()
		switch kinds[d] {
		case calendar.Workday:
			return true
		case calendar.Holiday:
			return false
		}
		return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
	}
	c.WorkdayStartFunc = func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	}
	c.WorkdayEndFunc = func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 23, 59, 59, 999999999, t.Location())
	}
	return c
}

var (
	ours   = cn.Calendar(nil)
	theirs = business(false)
	lookup = business(true)
	friday = time.Date(2018, 9, 28, 10, 0, 0, 0, cn.Zone())
	monday = time.Date(2018, 5, 14, 15, 0, 0, 0, cn.Zone())
	sinkAt time.Time

	sinkInstant calendar.Instant
)

// TestSameDays: both calendars give the same answers; a day of theirs lacks its last nanosecond, so that what ends at 24:00 ends there on the next working day.
func TestSameDays(t *testing.T) {
	for day := range 3000 {
		start := time.Date(2018, 1, 2+day, 15, 0, 0, 0, cn.Zone())
		for _, n := range []int{1, 10, 60} {
			a, b := ours.DateOf(ours.AddDays(start, n).Add(-1)), ours.DateOf(theirs.WorkdaysFrom(start, n))
			if a != b {
				t.Fatalf("%d days after %v: %v and %v", n, start, a, b)
			}
		}
		for _, c := range []*cal.BusinessCalendar{theirs, lookup} {
			a, b := ours.AddHours(start, 72*time.Hour), c.AddWorkHours(start, 72*time.Hour)
			if d := ours.Hours(a, b); d < -time.Second || d > time.Second {
				t.Fatalf("72 hours after %v: %v and %v", start, a, b)
			}
		}
	}
}

func BenchmarkCalendar(b *testing.B) {
	for _, n := range []int{10, 20, 60} {
		b.Run(fmt.Sprintf("%ddays/ours", n), func(b *testing.B) { measure(b, func() { sinkAt = ours.AddDays(monday, n) }) })
		b.Run(fmt.Sprintf("%ddays/ours-instant", n), func(b *testing.B) {
			start := calendar.At(monday)
			measure(b, func() { sinkInstant = ours.AddWorkdays(start, n) })
		})
		b.Run(fmt.Sprintf("%ddays/rickar", n), func(b *testing.B) { measure(b, func() { sinkAt = theirs.WorkdaysFrom(monday, n) }) })
		b.Run(fmt.Sprintf("%ddays/rickar-lookup", n), func(b *testing.B) { measure(b, func() { sinkAt = lookup.WorkdaysFrom(monday, n) }) })
	}
	for _, n := range []time.Duration{24, 72} {
		b.Run(fmt.Sprintf("%dhours/ours", n), func(b *testing.B) { measure(b, func() { sinkAt = ours.AddHours(friday, n*time.Hour) }) })
		b.Run(fmt.Sprintf("%dhours/ours-instant", n), func(b *testing.B) {
			start := calendar.At(friday)
			measure(b, func() { sinkInstant = ours.Add(start, int64(n)*calendar.Hour) })
		})
		b.Run(fmt.Sprintf("%dhours/rickar", n), func(b *testing.B) { measure(b, func() { sinkAt = theirs.AddWorkHours(friday, n*time.Hour) }) })
		b.Run(fmt.Sprintf("%dhours/rickar-lookup", n), func(b *testing.B) { measure(b, func() { sinkAt = lookup.AddWorkHours(friday, n*time.Hour) }) })
	}
}
