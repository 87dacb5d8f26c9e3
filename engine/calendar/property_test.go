package calendar_test

import (
	"testing"
	"time"

	"banli/engine/calendar"

	"pgregory.net/rapid"
)

// Zones with even days, with changes on Sundays, on Fridays, at midnight, of half
// an hour, and one that left out a whole day.
var zones = []string{
	"Asia/Shanghai", "UTC", "America/New_York", "Asia/Amman", "America/Havana",
	"America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Tehran",
}

func anyCalendar(t *rapid.T) (*calendar.Calendar, naive) {
	zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	base := calendar.NewDate(rapid.SampledFrom([]int{1988, 2011, 2019}).Draw(t, "year"), 1, 1)
	kinds := rapid.MapOfN(rapid.IntRange(0, 500), rapid.SampledFrom([]string{calendar.Holiday, calendar.Workday}), 0, 60).Draw(t, "exceptions")
	var ex []calendar.Exception
	for i := range 501 {
		if k, ok := kinds[i]; ok {
			ex = append(ex, calendar.Exception{Date: base + calendar.Date(i), Kind: k, Name: "x"})
		}
	}
	cal, err := calendar.New(calendar.Config{ID: "any", Zone: zone, Exceptions: ex, From: base, ConfirmedUntil: base + 500})
	if err != nil {
		t.Fatal(err)
	}
	return cal, newNaive(zone, ex)
}

func anyInstant(t *rapid.T, cal *calendar.Calendar, label string) time.Time {
	s := cal.From()
	d := s + calendar.Date(rapid.IntRange(-200, 700).Draw(t, label))
	sec := rapid.OneOf(rapid.Just(0), rapid.IntRange(0, 86399)).Draw(t, label+" seconds")
	return cal.Start(d).Add(time.Duration(sec) * time.Second)
}

// The tables and the walk agree, in every zone, inside the exceptions and beyond.
func TestAgreesWithWalkingDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, walk := anyCalendar(t)
		a, b := anyInstant(t, cal, "a"), anyInstant(t, cal, "b")
		if b.Before(a) {
			a, b = b, a
		}
		if got, want := cal.Hours(a, b), walk.hours(a, b); got != want {
			t.Errorf("Hours(%v, %v) = %v, walking gives %v", a, b, got, want)
		}
		if got, want := cal.Days(a, b), walk.days(a, b); got != want {
			t.Errorf("Days(%v, %v) = %d, walking gives %d", a, b, got, want)
		}
		n := rapid.IntRange(1, 120).Draw(t, "n")
		if got, want := cal.AddDays(a, n), walk.addDays(a, n); !got.Equal(want) {
			t.Errorf("AddDays(%v, %d) = %v, walking gives %v", a, n, got, want)
		}
		h := rapid.OneOf(rapid.Just(n*86400), rapid.IntRange(1, 120*86400)).Draw(t, "h")
		if got, want := cal.AddHours(a, time.Duration(h)*time.Second), walk.addHours(a, time.Duration(h)*time.Second); !got.Equal(want) {
			t.Errorf("AddHours(%v, %ds) = %v, walking gives %v", a, h, got, want)
		}
	})
}

// Counting to the n-th day and taking the n-th day undo each other.
func TestNthInvertsCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, _ := anyCalendar(t)
		from := cal.From() + calendar.Date(rapid.IntRange(-300, 800).Draw(t, "from"))
		n := rapid.IntRange(-300, 300).Draw(t, "n")
		d := cal.Nth(from, n)
		if !cal.IsWorkday(d) || cal.Count(from, d) != n-1 {
			t.Errorf("Nth(%v, %d) = %v, working day %v, %d before it", from, n, d, cal.IsWorkday(d), cal.Count(from, d))
		}
	})
}
