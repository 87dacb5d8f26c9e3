package definitions_test

import (
	"slices"
	"time"

	"banli/engine/flow"
	"banli/internal/naive"

	"pgregory.net/rapid"
)

// ledger is what a clerk with the founding document would keep of a case of a shipped flow: when each clock began and
// stopped and which holds were open when. It reads events in order, takes limits and beginnings as the document gives
// them, and counts by the naive walk.
type ledger struct {
	spec     flow.Spec
	scope    *flow.Scope
	walks    map[string]naive.Walk // by revision of the calendar
	revision string
	revised  time.Time // when the calendar was revised last
	state    string
	record   bool                       // only kept for the record (T31)
	item     string                     // revision of the item it is under
	t0, t1   time.Time                  // taken in; what was asked for supplied
	granted  []string                   // items of the project
	wanted   []string                   // items the wait is for
	holds    map[string][]naive.Stretch // by hold, in the order of opening
	clocks   map[string]*tally
}

// tally is the last run of one clock.
type tally struct {
	runs         int
	start, armed time.Time
	stopped      time.Time // zero while it goes on
	limit        int
	revision     string // of the calendar it stopped under
}

func (c *tally) goes() bool { return c.runs > 0 && c.stopped.IsZero() }

// limit is how many units a clock has when it begins.
func (l *ledger) limit(clock string, e flow.Event) int {
	param := func(id string) int { return l.scope.Param[id].(int) }
	switch clock {
	case "window":
		return param("window_hours")
	case "reply":
		return param("reply_hours")
	case "filing":
		return param("filing_hours")
	case "intake":
		return param("intake_days")
	case "promised":
		return l.scope.Items[l.item]["promised"].(int)
	case "statutory":
		if n, ok := l.scope.Items[l.item]["statutory"].(int); ok {
			return n
		}
		return param("statutory_default")
	case "extension":
		if n, ok := e.Input["days"].(int); ok {
			return n
		}
		return param("extension_default")
	case "delivery":
		return param("delivery_days")
	}
	panic("no limit is known for clock " + clock)
}

// began is when a clock that an event sets going counts from: what is deemed accepted counts from when it was taken
// in, or from when what was asked for was supplied (T17, T18, A12).
func (l *ledger) began(clock string, e flow.Event) time.Time {
	if e.Do != "deem_accepted" || clock != "promised" && clock != "statutory" {
		return e.At
	}
	if l.t1.IsZero() || l.scope.Policy["second_round_start"] == "first" {
		return l.t0
	}
	return l.t1
}

// enter reads one event.
func (l *ledger) enter(e flow.Event) {
	l.granted = append(l.granted, e.Granted...)
	if e.Do == flow.CalendarRevised {
		l.revision, l.revised = e.Calendar.To, e.At
		return
	}
	a := l.spec.Actions[slices.IndexFunc(l.spec.Actions, func(a flow.ActionSpec) bool { return a.ID == e.Do })]
	switch e.Do {
	case "pass_pre_review":
		l.t0 = e.At
	case "supplement", "verify_supplement":
		l.t1 = e.At
	case "accept", "deem_accepted":
		l.item = l.scope.Current
	case "record":
		l.record = true
	case "open_wait":
		l.wanted = texts(e.Input["items"])
	case "prolong_statutory":
		if c := l.clocks["statutory"]; c != nil {
			c.limit += e.Input["days"].(int)
		}
	}
	if a.To != "" {
		l.state = a.To
	}
	l.end(a.Close, e.At)
	if a.Open != "" {
		l.holds[a.Open] = append(l.holds[a.Open], naive.Stretch{From: e.At})
	}
	if l.record {
		return
	}
	for pass := range 2 { // a hold ends with the last clock it pauses, and with it the clock of the hold
		for _, k := range l.spec.Clocks {
			l.turn(k, e)
		}
		for _, h := range l.spec.Holds {
			paused := func(k flow.ClockSpec) bool {
				return slices.Contains(k.Pause, h.ID) && l.clocks[k.ID] != nil && l.clocks[k.ID].goes()
			}
			if pass == 0 && !slices.ContainsFunc(l.spec.Clocks, paused) {
				l.end(h.ID, e.At)
			}
		}
	}
}

// turn sets one clock going or stops it, as the case stands after an event.
func (l *ledger) turn(k flow.ClockSpec, e flow.Event) {
	c := l.clocks[k.ID]
	if c == nil {
		c = &tally{}
		l.clocks[k.ID] = c
	}
	runs := slices.Contains(k.While, l.state) || l.open(k.WhileHold)
	switch {
	case runs && !c.goes():
		*c = tally{runs: c.runs + 1, start: l.began(k.ID, e), armed: e.At, limit: l.limit(k.ID, e)}
	case !runs && c.goes():
		c.stopped, c.revision = e.At, l.revision
	}
}

func (l *ledger) open(hold string) bool {
	h := l.holds[hold]
	return len(h) > 0 && h[len(h)-1].To.IsZero()
}

func (l *ledger) end(hold string, at time.Time) {
	if h := l.holds[hold]; l.open(hold) {
		h[len(h)-1].To = at
	}
}

// count is when a clock is due (zero: not while it waits) and what it has counted by an instant.
func (l *ledger) count(k flow.ClockSpec, at time.Time) (due time.Time, used float64) {
	c, revision := l.clocks[k.ID], l.revision
	if !c.goes() {
		at, revision = c.stopped, c.revision
	}
	var holds []naive.Stretch
	for _, id := range k.Pause {
		holds = append(holds, l.holds[id]...)
	}
	if k.Unit == "hours" {
		return l.walks[revision].Hours(c.start, c.limit, holds, at)
	}
	due, n := l.walks[revision].Days(c.start, c.limit, holds, at)
	return due, float64(n)
}

// acts is when a clock takes its action by itself; zero: it does not. What only a revised calendar put into the past
// happens with the revision (T30).
func (l *ledger) acts(k flow.ClockSpec, at time.Time) time.Time {
	c := l.clocks[k.ID]
	if c == nil || !c.goes() || k.OnDue == "" || k.OnDue == "deem_filed" && l.scope.Policy["filing_expiry"] != "deemed_filed" {
		return time.Time{}
	}
	due, _ := l.count(k, at)
	for _, t := range []time.Time{c.armed, l.revised} {
		if !due.IsZero() && due.Before(t) {
			due = t
		}
	}
	return due
}

// expect says what is wrong with an event that comes next: clocks act at their instants, nothing happens while one
// is behind, and a wait ends at once when all it is for is granted (T24).
func (l *ledger) expect(rt *rapid.T, last time.Time, e flow.Event) {
	for _, k := range l.spec.Clocks {
		due := l.acts(k, e.At)
		if e.By.Role == "clock" && e.Do == k.OnDue && !due.Equal(e.At) {
			rt.Errorf("%s happened at %v, the second opinion is %v", e.Do, e.At, due)
		}
		if !due.IsZero() && due.Before(e.At) {
			rt.Errorf("%s at %v, but %s was to happen at %v", e.Do, e.At, k.OnDue, due)
		}
	}
	if e.Do != "close_wait" {
		return
	}
	if byEngine := e.By.Role == "engine"; byEngine && (!l.ready() || !e.At.Equal(last)) {
		rt.Errorf("the wait for %v ended at %v by itself, granted are %v since %v", l.wanted, e.At, l.granted, last)
	}
}

// ready says whether the wait is over.
func (l *ledger) ready() bool {
	return l.open("wait") && len(l.wanted) > 0 && !slices.ContainsFunc(l.wanted, func(item string) bool { return !slices.Contains(l.granted, item) })
}

func texts(list any) (out []string) {
	items, _ := list.([]any)
	for _, x := range items {
		out = append(out, x.(string))
	}
	return out
}
