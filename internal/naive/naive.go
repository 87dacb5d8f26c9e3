// Package naive is the second opinion on clocks that tests of the engine and of the shipped flows ask: it walks
// days and minutes one by one, asks the table of exceptions itself, and shares nothing with the engine. It also
// draws the random calendars they count by.
package naive

import (
	"time"

	"banli/engine/calendar"

	"pgregory.net/rapid"
)

// Stretch is when a hold was open; no To while it lasts.
type Stretch struct{ From, To time.Time }

// Walk counts by a table of exceptions.
type Walk struct {
	kind map[int]string // by day, as 20180508
}

// New takes a table of exceptions.
func New(exceptions []calendar.Exception) Walk {
	w := Walk{map[int]string{}}
	for _, e := range exceptions {
		w.kind[dayOf(time.Date(1970, 1, 1+int(e.Date), 0, 0, 0, 0, time.UTC))] = e.Kind
	}
	return w
}

// Calendar is base, as far as a story beginning at an instant can look, with some days put otherwise.
func Calendar(rt *rapid.T, base *calendar.Calendar, official []calendar.Exception, revision string, around time.Time) (*calendar.Calendar, Walk) {
	first := base.DateOf(around) - 40
	changed := map[calendar.Date]string{}
	for range rapid.IntRange(0, 12).Draw(rt, "changed days of "+revision) {
		d := first + calendar.Date(rapid.IntRange(35, 100).Draw(rt, "changed day"))
		changed[d] = rapid.SampledFrom([]string{"", calendar.Holiday, calendar.Workday}).Draw(rt, "kind")
	}
	exceptions := make([]calendar.Exception, 0, 120)
	for _, e := range official {
		if _, other := changed[e.Date]; !other && e.Date >= first && e.Date < first+900 {
			exceptions = append(exceptions, e)
		}
	}
	for d, kind := range changed {
		if kind != "" {
			exceptions = append(exceptions, calendar.Exception{Date: d, Kind: kind})
		}
	}
	c, err := calendar.New(calendar.Config{
		ID: base.ID(), Revision: revision, Zone: base.Zone(), Exceptions: exceptions,
		From: calendar.NewDate(2018, 1, 1), ConfirmedUntil: base.ConfirmedUntil(),
	})
	if err != nil {
		rt.Fatal(err)
	}
	return c, New(exceptions)
}

func dayOf(t time.Time) int {
	y, m, d := t.Date()
	return y*10000 + int(m)*100 + d
}

func (w Walk) works(t time.Time) bool {
	switch w.kind[dayOf(t)] {
	case "holiday":
		return false
	case "workday":
		return true
	}
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
}

// covered says whether t lies in (from, to] of some stretch.
func covered(t time.Time, holds []Stretch) bool {
	for _, h := range holds {
		if t.After(h.From) && (h.To.IsZero() || !t.After(h.To)) {
			return true
		}
	}
	return false
}

// Days gives the due instant (zero: not within two years) and the days counted by at.
func (w Walk) Days(start time.Time, limit int, holds []Stretch, at time.Time) (due time.Time, used int) {
	n := 0
	d := time.Date(start.Year(), start.Month(), start.Day(), 0, 0, 0, 0, start.Location())
	for range 800 {
		if n >= limit && d.After(at) {
			break
		}
		d = d.AddDate(0, 0, 1)
		end := d.AddDate(0, 0, 1)
		if !w.works(d) || covered(end, holds) {
			continue
		}
		n++
		if n == limit {
			due = end
		}
		if !end.After(at) {
			used++
		}
	}
	return due, used
}

// Hours is the same for hours; every instant is a whole minute. It walks minute by minute, but for days in which
// nothing begins or ends.
func (w Walk) Hours(start time.Time, limit int, holds []Stretch, at time.Time) (due time.Time, used float64) {
	n, minutes := 0, 0
	count := func(t time.Time, more int) { // minutes of one kind that end at t
		if before := n; before < limit*60 && before+more >= limit*60 {
			due = t.Add(time.Duration(limit*60-before-more) * time.Minute)
		}
		n += more
		if !t.After(at) {
			minutes += more
		}
	}
	for t := start; t.Before(at) || n < limit*60 && t.Sub(start) < 200*24*time.Hour; {
		midnight := time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, t.Location())
		switch {
		case !w.works(t):
			t = midnight
		case quiet(t, midnight, holds, at):
			if !covered(midnight, holds) {
				count(midnight, int(midnight.Sub(t).Minutes()))
			}
			t = midnight
		}
		for t.Before(midnight) {
			if t = t.Add(time.Minute); !covered(t, holds) {
				count(t, 1)
			}
		}
	}
	return due, float64(minutes) / 60
}

// quiet says whether no hold opens or closes, and nobody looks, between two instants.
func quiet(from, to time.Time, holds []Stretch, at time.Time) bool {
	inside := func(t time.Time) bool { return !t.Before(from) && !t.After(to) }
	for _, h := range holds {
		if inside(h.From) || inside(h.To) {
			return false
		}
	}
	return !inside(at)
}
