package flow_test

import (
	"encoding/json"
	"testing"
	"time"

	"banli/engine/calendar"
	"banli/engine/flow"
	"banli/engine/internal/cn"
	"banli/internal/naive"

	"pgregory.net/rapid"
)

// official are the days of the official calendar, read once.
var official = cn.Exceptions(nil)

// anyCalendar is the official one with some days put otherwise, and the second opinion under it.
func anyCalendar(rt *rapid.T, revision string, around time.Time) (*calendar.Calendar, naive.Walk) {
	return naive.Calendar(rt, cal, official, revision, around)
}

// story is a random life of an accepted case: the game, and what the second opinion needs.
type story struct {
	*game
	start time.Time
	limit int
	holds []naive.Stretch
	end   time.Time
	spec  flow.Spec

	opinion naive.Walk // under the calendar in force
	intake  string     // how the clock of intake stood, once it had stopped
}

// byUnit are the permit with promises in days and in hours, compiled once.
var byUnit = func() func(t *testing.T) map[string]*flow.Flow {
	var flows map[string]*flow.Flow
	return func(t *testing.T) map[string]*flow.Flow {
		if flows == nil {
			days, hours := permit(), permit()
			hours.Clocks[1].Unit = "hours"
			flows = map[string]*flow.Flow{"days": compile(t, days), "hours": compile(t, hours)}
		}
		return flows
	}
}()

func anyStory(rt *rapid.T, t *testing.T) story {
	spec := permit()
	hours := rapid.Bool().Draw(rt, "hours")
	limit := rapid.IntRange(1, 25).Draw(rt, "limit")
	if hours {
		spec.Clocks[1].Unit = "hours"
		limit *= 3
	}
	sc := scope(limit)
	day := rapid.IntRange(0, 8*365).Draw(rt, "day")
	minute := rapid.OneOf(rapid.Just(0), rapid.IntRange(0, 1439)).Draw(rt, "minute")
	at := instant("2018-01-02 00:00").AddDate(0, 0, day).Add(time.Duration(minute) * time.Minute)
	var opinion, revised naive.Walk
	var later *calendar.Calendar
	sc.Calendar, opinion = anyCalendar(rt, "1", at)
	later, revised = anyCalendar(rt, "2", at)
	sc.Calendars = map[string]*calendar.Calendar{"2": later}
	f := byUnit(t)[spec.Clocks[1].Unit]
	anew := func() *game { return &game{t: t, f: f, sc: sc, s: &flow.State{}} }
	s := story{game: anew(), start: at, limit: limit, spec: spec}
	s.do("submit", at, 0)
	s.do("pass_pre_review", at, 0)
	s.do("accept", at, 0)
	if rapid.Bool().Draw(rt, "retroactive") { // nothing done in intake: accepted as of at, five days later
		s.game = anew()
		s.do("submit", at, 0)
		s.do("pass_pre_review", at, 0)
		due, _ := opinion.Days(at, 5, nil, at)
		at = due.Add(time.Minute)
	}
	s.intake = s.look1(t, at, "intake")
	var extension, wait *naive.Stretch
	var asked int // days of the extension that is open
	keep := func(h *naive.Stretch) { s.holds = append(s.holds, *h) }
	var due time.Time // of the extension that is open
	for range rapid.IntRange(0, 8).Draw(rt, "acts") {
		step := rapid.OneOf(rapid.IntRange(0, 600), rapid.IntRange(0, 20*1440)).Draw(rt, "minutes later")
		at = at.Add(time.Duration(step) * time.Minute)
		if rapid.Bool().Draw(rt, "at midnight") {
			at = time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, at.Location())
		}
		if extension != nil && due.Before(at) {
			extension.To = due
			keep(extension)
			extension = nil
		}
		switch act := rapid.SampledFrom([]string{"open_extension", "close_extension", "open_wait", "close_wait", "calendar_revised"}).Draw(rt, "act"); act {
		case "open_extension":
			n := rapid.IntRange(1, 12).Draw(rt, "days")
			if s.do(act, at, n) {
				extension = &naive.Stretch{From: at}
				due, _ = opinion.Days(at, n, nil, at)
				asked = n
			}
		case "calendar_revised":
			d, err := s.f.Revise(sc, s.s, "2", at)
			if err != nil {
				rt.Fatal(err)
			}
			s.keep(d)
			if len(d.Events) == 0 || d.Events[len(d.Events)-1].Do != act {
				continue // it is so already
			}
			opinion = revised
			if extension != nil {
				if due, _ = opinion.Days(extension.From, asked, nil, at); due.Before(at) {
					due = at // what a revision puts into the past happens with it
				}
			}
		case "close_extension":
			if s.do(act, at, 0) {
				extension.To = at
				keep(extension)
				extension = nil
			}
		case "open_wait":
			if s.do(act, at, 0) {
				wait = &naive.Stretch{From: at}
			}
		case "close_wait":
			if s.do(act, at, 0) {
				wait.To = at
				keep(wait)
				wait = nil
			}
		}
	}
	s.end = at.Add(time.Duration(rapid.IntRange(0, 40*1440).Draw(rt, "looked at")) * time.Minute)
	if extension != nil {
		if !due.After(s.end) {
			extension.To = due
		}
		keep(extension)
	}
	if wait != nil {
		keep(wait)
	}
	s.opinion = opinion
	return s
}

// look1 writes how one clock stands.
func (s *story) look1(t *testing.T, at time.Time, id string) string {
	d, err := s.f.Advance(s.sc, s.s, at, true)
	if err != nil {
		t.Fatal(err)
	}
	return clockLine(clockOf(t, s.f.View(s.sc, &d.State, at), id))
}

// do takes an action and says whether it was lawful.
func (s *story) do(act string, at time.Time, n int) bool {
	by := flow.Actor{Role: s.f.Action(act).By[0]}
	cmd := flow.Command{Do: act, At: at, By: by, Input: map[string]any{}}
	if n > 0 {
		cmd.Input["days"] = n
	}
	return s.command(cmd) == nil
}

// Both properties run long with
//
//	go test ./engine/flow -run 'SecondOpinion|Histories' -rapid.checks=1000000 -timeout 0

// The engine and the walk agree on due date and use, whatever holds were open when.
func TestAgreesWithSecondOpinion(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := anyStory(rt, t)
		opinion := s.opinion
		d, err := s.f.Advance(s.sc, s.s, s.end, true)
		if err != nil {
			rt.Fatal(err)
		}
		if now := s.look1(t, s.end, "intake"); now != s.intake {
			rt.Errorf("intake had stopped as %s, and is %s", s.intake, now)
		}
		c := clockOf(t, s.f.View(s.sc, &d.State, s.end), "promised")
		due, used := time.Time{}, 0.0
		if c.Unit == "hours" {
			due, used = opinion.Hours(s.start, s.limit, s.holds, s.end)
		} else {
			var n int
			due, n = opinion.Days(s.start, s.limit, s.holds, s.end)
			used = float64(n)
		}
		if known := !due.IsZero(); known != (c.Due != nil) || known && !due.Equal(*c.Due) {
			rt.Errorf("due %v, the second opinion is %v (start %v, limit %d %s, holds %v)", short(c.Due), due, s.start, s.limit, c.Unit, s.holds)
		}
		if diff := used - c.Used; diff > 1e-9 || diff < -1e-9 {
			rt.Errorf("used %g at %v, the second opinion is %g (start %v, holds %v)", c.Used, s.end, used, s.start, s.holds)
		}
		if c.Due != nil && c.Due.Before(*c.StartedAt) {
			rt.Errorf("due %v before its start %v", c.Due, c.StartedAt)
		}
	})
}

// What holds for every history.
func TestHistories(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := anyStory(rt, t)

		whole, err := s.f.Advance(s.sc, s.s, s.end, true)
		if err != nil {
			rt.Fatal(err)
		}
		steps := s.s // looking often changes nothing
		for x := s.s.At(); x.Before(s.end); x = x.Add(7 * time.Hour) {
			d, err := s.f.Advance(s.sc, steps, x, true)
			if err != nil {
				rt.Fatal(err)
			}
			steps = &d.State
		}
		last, err := s.f.Advance(s.sc, steps, s.end, true)
		if err != nil {
			rt.Fatal(err)
		}
		equal(rt, "many steps and one", &last.State, &whole.State)

		events := append(s.events, whole.Events...)
		all, err := s.f.Replay(s.sc, events)
		if err != nil {
			rt.Fatal(err)
		}
		equal(rt, "replay and life", all, &whole.State)
		cut := rapid.IntRange(0, len(events)).Draw(rt, "cut")
		part, err := s.f.Replay(s.sc, events[:cut])
		if err != nil {
			rt.Fatal(err)
		}
		before := written(rt, part)
		for _, e := range events[cut:] {
			next, err := s.f.Apply(s.sc, part, e)
			if err != nil {
				rt.Fatal(err)
			}
			if now := written(rt, part); now != before {
				rt.Fatalf("Apply changed the state it was given:\n%s\nwas\n%s", now, before)
			}
			part, before = next, written(rt, next)
		}
		equal(rt, "replay of a prefix and the rest, and of all", part, all)

		for i := range s.spec.Clocks {
			ex, err := s.f.Explain(s.sc, all, s.spec.Clocks[i].ID, s.end)
			if err != nil {
				rt.Fatal(err)
			}
			checkSpans(rt, ex)
		}
	})
}

func checkSpans(t *rapid.T, ex flow.Explanation) {
	c := ex.Clock
	for i, sp := range ex.Spans {
		if i == 0 && !sp.From.Equal(*c.StartedAt) || i > 0 && !sp.From.Equal(ex.Spans[i-1].To) || !sp.To.After(sp.From) {
			t.Errorf("%s: span %d from %v to %v does not follow", c.ID, i, sp.From, sp.To)
		}
	}
	want := float64(c.Limit)
	if c.Due == nil || c.Status == flow.Stopped && !c.Overdue {
		want = c.Used
	}
	if d := ex.Sum - want; d > 1e-6 || d < -1e-6 {
		t.Errorf("%s %s: spans sum to %g, want %g (due %v)", c.ID, c.Status, ex.Sum, want, short(c.Due))
	}
}

func written(t *rapid.T, s *flow.State) string {
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func equal(t *rapid.T, what string, a, b *flow.State) {
	if x, y := written(t, a), written(t, b); x != y {
		t.Errorf("%s differ:\n%s\n%s", what, x, y)
	}
}
