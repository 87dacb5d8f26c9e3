package calendar

import (
	"fmt"
	"time"
)

// Date is a day of the civil calendar, as days since 1970-01-01.
type Date int32

// dateLayout is how a date is written everywhere.
const dateLayout = "2006-01-02"

// NewDate is the given day of the Gregorian calendar; overflowing parts carry over.
func NewDate(year int, month time.Month, day int) Date {
	return Date(floorDiv(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix(), 86400))
}

// ParseDate reads a date written as 2006-01-02.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateLayout, s)
	if err != nil {
		return 0, fmt.Errorf("expected a date such as 2018-05-08, found %q", s)
	}
	return Date(floorDiv(t.Unix(), 86400)), nil
}

// String is the date as 2006-01-02.
func (d Date) String() string { return d.utc().Format(dateLayout) }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Year is the calendar year.
func (d Date) Year() int { return d.utc().Year() }

// MarshalText writes 2006-01-02.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads 2006-01-02.
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDate(string(b))
	return err
}

func (d Date) utc() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// monday is a Monday from which weekdays are counted (1970-01-05).
const monday = 4

func isWeekday(d Date) bool { return floorMod(int64(d)-monday, 7) < 5 }

// weekdaysBefore counts Monday to Friday from the origin up to and without d.
func weekdaysBefore(d Date) int {
	n := int64(d) - monday
	return int(5*floorDiv(n, 7) + min(floorMod(n, 7), 5))
}

// nthWeekday is the weekday with k-1 weekdays before it.
func nthWeekday(k int) Date {
	n := int64(k) - 1
	return Date(7*floorDiv(n, 5) + floorMod(n, 5) + monday)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - b*floorDiv(a, b) }
