package naive_test

import (
	"testing"
	"time"

	"banli/engine/calendar"
	"banli/internal/naive"
)

var zone = time.FixedZone("CST", 8*3600)

func instant(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		panic(err)
	}
	return t
}

// october is the first week of October 2025 off, with two Sundays and Saturdays worked for it.
func october() naive.Walk {
	var table []calendar.Exception
	for d := range 8 {
		table = append(table, calendar.Exception{Date: calendar.NewDate(2025, 10, 1+d), Kind: calendar.Holiday})
	}
	for _, d := range []calendar.Date{calendar.NewDate(2025, 9, 28), calendar.NewDate(2025, 10, 11)} {
		table = append(table, calendar.Exception{Date: d, Kind: calendar.Workday})
	}
	return naive.New(table)
}

// Dates worked out by hand with a calendar on paper.
func TestDays(t *testing.T) {
	wait := []naive.Stretch{{From: instant("2025-09-25 10:00"), To: instant("2025-10-13 09:00")}}
	due, used := october().Days(instant("2025-09-22 14:00"), 8, wait, instant("2025-10-15 00:00"))
	if want := instant("2025-10-21 00:00"); !due.Equal(want) || used != 4 {
		t.Errorf("due %v, used %d; want %v and 4 (23 and 24 September, 13 and 14 October)", due, used, want)
	}
	if due, _ := october().Days(instant("2025-09-22 14:00"), 8, []naive.Stretch{{From: wait[0].From}}, instant("2025-10-15 00:00")); !due.IsZero() {
		t.Errorf("due %v while it waits without end", due)
	}
}

func TestHours(t *testing.T) {
	due, used := october().Hours(instant("2025-09-30 10:00"), 24, nil, instant("2025-10-09 06:30"))
	if want := instant("2025-10-09 10:00"); !due.Equal(want) || used != 20.5 {
		t.Errorf("due %v, used %g; want %v and 20.5", due, used, want)
	}
}
