package calendar_test

import (
	"time"

	"banli/engine/calendar"
)

// naive is a second opinion on D1–D3: it walks days one by one over a map of
// exceptions, with the time package's own midnights, and shares nothing with the
// tables of the package.
type naive struct {
	zone *time.Location
	kind map[string]string
}

func newNaive(zone *time.Location, ex []calendar.Exception) naive {
	n := naive{zone, map[string]string{}}
	for _, e := range ex {
		n.kind[e.Date.String()] = e.Kind
	}
	return n
}

// civil is a day at noon, so that adding days never meets a skipped midnight.
func (n naive) civil(t time.Time) time.Time {
	t = t.In(n.zone)
	return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, time.UTC)
}

func (n naive) works(civil time.Time) bool {
	switch n.kind[civil.Format("2006-01-02")] {
	case calendar.Holiday:
		return false
	case calendar.Workday:
		return true
	}
	return civil.Weekday() != time.Saturday && civil.Weekday() != time.Sunday
}

// begin is the first instant whose wall date is the given day, found by bisection.
func (n naive) begin(civil time.Time) time.Time {
	lo, hi := civil.Add(-40*time.Hour), civil.Add(40*time.Hour)
	for hi.Sub(lo) > time.Second {
		mid := lo.Add(hi.Sub(lo) / 2).Truncate(time.Second)
		if n.civil(mid).Before(civil) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi.Truncate(time.Second)
}

func (n naive) addDays(start time.Time, k int) time.Time {
	d := n.civil(start)
	for k > 0 {
		d = d.AddDate(0, 0, 1)
		if n.works(d) {
			k--
		}
	}
	return n.begin(d.AddDate(0, 0, 1))
}

func (n naive) addHours(start time.Time, h time.Duration) time.Time {
	d, t := n.civil(start), start
	for {
		end := n.begin(d.AddDate(0, 0, 1))
		if n.works(d) {
			if end.Sub(t) >= h {
				return t.Add(h)
			}
			h -= end.Sub(t)
		}
		d, t = d.AddDate(0, 0, 1), end
	}
}

func (n naive) hours(from, to time.Time) (sum time.Duration) {
	d, t := n.civil(from), from
	for t.Before(to) {
		end := n.begin(d.AddDate(0, 0, 1))
		if end.After(to) {
			end = to
		}
		if n.works(d) {
			sum += end.Sub(t)
		}
		d, t = d.AddDate(0, 0, 1), end
	}
	return sum
}

func (n naive) days(from, to time.Time) (sum int) {
	for d := n.civil(from).AddDate(0, 0, 1); !n.begin(d.AddDate(0, 0, 1)).After(to); d = d.AddDate(0, 0, 1) {
		if n.works(d) {
			sum++
		}
	}
	return sum
}
