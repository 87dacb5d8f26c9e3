package definitions_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"banli/definitions"
	"banli/engine/calendar"
	"banli/engine/flow"
	"banli/internal/naive"

	"pgregory.net/rapid"
)

// life is a random history of a shipped flow, played by the engine.
type life struct {
	flow   *definitions.Flow
	scope  *flow.Scope
	walks  map[string]naive.Walk
	state  *flow.State
	events []flow.Event
	end    time.Time // when it is looked at
}

// anyScope draws the numbers, the readings of the rules and the calendars a case is under.
func anyScope(rt *rapid.T, c *definitions.Catalogue, id string, official []calendar.Exception, at time.Time) (*flow.Scope, map[string]naive.Walk) {
	sc := c.Scope("", at)
	sc.Loose = true
	for _, p := range []struct {
		id  string
		max int
	}{{"window_hours", 50}, {"reply_hours", 80}, {"filing_hours", 80}, {"intake_days", 7}, {"extension_default", 30}, {"extension_max", 60}, {"delivery_days", 12}} {
		sc.Param[p.id] = rapid.IntRange(1, p.max).Draw(rt, p.id)
	}
	for _, p := range c.Policies {
		sc.Policy[p.ID] = rapid.SampledFrom(p.OneOf).Draw(rt, p.ID)
	}
	var items []*definitions.Item
	for _, it := range c.Items {
		if it.Flow == id {
			items = append(items, it)
		}
	}
	if len(items) > 0 { // two revisions of one item: as it opened, and the one in force when it is accepted
		it := rapid.SampledFrom(items).Draw(rt, "item")
		sc.Item, sc.Current, sc.Items = "first", "second", map[string]map[string]any{}
		for _, revision := range []string{"first", "second"} {
			fields := maps.Clone(it.Fields())
			fields["promised"] = rapid.IntRange(1, 25).Draw(rt, "promised")
			if fields["statutory"] = any(rapid.IntRange(1, 45).Draw(rt, "statutory")); rapid.IntRange(0, 4).Draw(rt, "no statutory limit") == 0 {
				delete(fields, "statutory")
			}
			sc.Items[revision] = fields
		}
	}
	walks := map[string]naive.Walk{}
	sc.Calendars = map[string]*calendar.Calendar{}
	for _, revision := range []string{"1", "2", "3"} {
		sc.Calendars[revision], walks[revision] = naive.Calendar(rt, c.Calendar, official, revision, at)
	}
	sc.Calendar = sc.Calendars["1"]
	return sc, walks
}

// anyInput is what an action is given: what its guards and clocks read.
func anyInput(rt *rapid.T, do string, at time.Time) map[string]any {
	days := func(most int) int { return rapid.IntRange(1, most).Draw(rt, "days") }
	items := rapid.SliceOfNDistinct(rapid.SampledFrom([]any{"GH01", "GT03", "FG05"}), 0, 2, rapid.ID)
	switch do {
	case "request_extension", "open_extension":
		if rapid.IntRange(0, 3).Draw(rt, "by default") == 0 {
			return map[string]any{}
		}
		return map[string]any{"days": days(20)}
	case "open_wait":
		return map[string]any{"items": items.Draw(rt, "waits for")}
	case "prolong_statutory":
		return map[string]any{"kind": rapid.SampledFrom([]any{"licence", "joint", "ratification"}).Draw(rt, "kind"), "days": days(45)}
	case "record":
		return map[string]any{"accepted_on": at.AddDate(0, 0, -days(400)).Format("2006-01-02")}
	case "dispatch":
		return map[string]any{"stage": "S1", "departments": items.Draw(rt, "departments")}
	case "hand_over":
		return map[string]any{"to": "somebody"}
	}
	return map[string]any{}
}

func anyLife(rt *rapid.T, c *definitions.Catalogue, official []calendar.Exception) *life {
	id := rapid.SampledFrom([]string{"permit", "permit", "permit", "permit", "permit", "filing", "reply", "registration"}).Draw(rt, "flow")
	at := time.Date(2018, 1, 2+rapid.IntRange(0, 8*365).Draw(rt, "day"), 0, rapid.OneOf(rapid.Just(0), rapid.IntRange(0, 1439)).Draw(rt, "minute"), 0, 0, c.Calendar.Zone())
	l := &life{flow: c.Flows[id], state: &flow.State{}}
	l.scope, l.walks = anyScope(rt, c, id, official, at)
	for range rapid.IntRange(1, 16).Draw(rt, "acts") {
		l.act(rt, at)
		at = l.later(rt, at)
	}
	l.end = at.Add(time.Duration(rapid.IntRange(0, 40*1440).Draw(rt, "looked at")) * time.Minute)
	return l
}

// later is any instant after one, midnights and the instants at which the clock acts among them.
func (l *life) later(rt *rapid.T, at time.Time) time.Time {
	switch rapid.IntRange(0, 7).Draw(rt, "how much later") {
	case 0:
		return at
	case 1:
		return time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, at.Location())
	case 2:
		if next := l.flow.View(l.scope, l.state, at).NextDue; next != nil {
			return *next
		}
	case 3:
		return at.Add(time.Duration(rapid.IntRange(0, 30*1440).Draw(rt, "minutes later")) * time.Minute)
	}
	return at.Add(time.Duration(rapid.IntRange(0, 4*1440).Draw(rt, "minutes later")) * time.Minute)
}

// act does something that people, other cases or a revised calendar may do as the case stands, or tries to.
func (l *life) act(rt *rapid.T, at time.Time) {
	before := l.state
	if now := l.state.State(); before.Seq > 0 && now != "" && rapid.IntRange(0, 7).Draw(rt, "calendar revised") == 0 {
		d, err := l.flow.Revise(l.scope, l.state, rapid.SampledFrom([]string{"1", "2", "3"}).Draw(rt, "revision"), at)
		if err != nil {
			rt.Fatal(err)
		}
		l.keep(d)
		return
	}
	d, err := l.flow.Advance(l.scope, l.state, at, false)
	if err != nil {
		rt.Fatal(err)
	}
	state := d.State.State()
	if before.Seq == 0 {
		state = flow.New
	}
	var may []flow.ActionSpec
	ends := rapid.IntRange(0, 3).Draw(rt, "may end") == 0
	for _, a := range l.flow.Spec.Actions {
		final := slices.ContainsFunc(l.flow.Spec.States, func(s flow.StateSpec) bool { return s.ID == a.To && s.Final })
		from := slices.Contains(a.From, state) || len(a.From) == 0 && slices.Contains(d.State.Holding(), a.Close)
		if personal := a.By[0] != "clock" && a.By[0] != "engine"; from && personal && (ends || !final) {
			may = append(may, a)
		}
	}
	if len(may) == 0 {
		return
	}
	a := rapid.SampledFrom(may).Draw(rt, "act")
	cmd := flow.Command{Do: a.ID, At: at, By: flow.Actor{Role: rapid.SampledFrom(a.By).Draw(rt, "by"), User: "u"}, Input: anyInput(rt, a.ID, at)}
	if cmd.By.Role == "clock" || cmd.By.Role == "engine" {
		cmd.By.Role = a.By[0]
	}
	if rapid.IntRange(0, 2).Draw(rt, "tells") == 0 {
		cmd.Granted = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"GH01", "GT03", "FG05"}), 0, 3, rapid.ID).Draw(rt, "granted")
		cmd.Done = d.State.Open
	}
	d, err = l.flow.Decide(l.scope, l.state, cmd)
	if _, refused := errors.AsType[*flow.Refusal](err); err != nil && !refused {
		rt.Fatalf("%s: %v", a.ID, err)
	}
	l.keep(d)
}

func (l *life) keep(d flow.Decision) {
	l.events = append(l.events, d.Events...)
	l.state = &d.State
}

// TestHistoriesOfShippedFlows plays random histories of the flows that ship. It runs long with
//
//	go test ./definitions -run HistoriesOfShippedFlows -rapid.checks=1000000 -timeout 0
func TestHistoriesOfShippedFlows(t *testing.T) {
	c := shipped(t)
	official := c.Calendar.Exceptions()
	rapid.Check(t, func(rt *rapid.T) {
		l := anyLife(rt, c, official)
		begun := l.state
		whole, err := l.flow.Advance(l.scope, begun, l.end, true)
		if err != nil {
			rt.Fatal(err)
		}
		l.keep(whole)
		l.replays(rt)
		l.steps(rt, begun)
		l.agrees(rt)
	})
}

// replays: all events, and a prefix and then the rest, fold to the state that was lived.
func (l *life) replays(rt *rapid.T) {
	all, err := l.flow.Replay(l.scope, l.events)
	if err != nil {
		rt.Fatal(err)
	}
	same(rt, "replay and life", all, l.state)
	cut := rapid.IntRange(0, len(l.events)).Draw(rt, "cut")
	part, err := l.flow.Replay(l.scope, l.events[:cut])
	if err != nil {
		rt.Fatal(err)
	}
	for _, e := range l.events[cut:] {
		if part, err = l.flow.Apply(l.scope, part, e); err != nil {
			rt.Fatal(err)
		}
	}
	same(rt, "replay of a prefix and the rest, and of all", part, all)
}

// steps: looking often changes nothing.
func (l *life) steps(rt *rapid.T, s *flow.State) {
	if s.Seq == 0 {
		return // it never began
	}
	for x := s.At().Add(7 * time.Hour); x.Before(l.end); x = x.Add(7 * time.Hour) {
		d, err := l.flow.Advance(l.scope, s, x, true)
		if err != nil {
			rt.Fatal(err)
		}
		s = &d.State
	}
	d, err := l.flow.Advance(l.scope, s, l.end, true)
	if err != nil {
		rt.Fatal(err)
	}
	same(rt, "many steps and one", &d.State, l.state)
}

// agrees: every act of a clock, and how every clock stands, is what the ledger says.
func (l *life) agrees(rt *rapid.T) {
	book := &ledger{
		spec: l.flow.Spec, scope: l.scope, walks: l.walks, revision: "1", state: flow.New, item: l.scope.Item,
		holds: map[string][]naive.Stretch{}, clocks: map[string]*tally{},
	}
	var last time.Time
	for _, e := range l.events {
		book.expect(rt, last, e)
		book.enter(e)
		last = e.At
	}
	view := l.flow.View(l.scope, l.state, l.end)
	if view.State != book.state && len(l.events) > 0 {
		rt.Errorf("in state %s, the second opinion is %s", view.State, book.state)
	}
	if book.ready() && !view.Final { // nothing happens to a case that ended; one for the record may end waiting (T31)
		rt.Errorf("it still waits for %v, granted are %v", book.wanted, book.granted)
	}
	for i, k := range l.flow.Spec.Clocks {
		book.compare(rt, k, view.Clocks[i], l.end)
		ex, err := l.flow.Explain(l.scope, l.state, k.ID, l.end)
		if err != nil {
			rt.Fatal(err)
		}
		addsUp(rt, ex)
	}
	if rt.Failed() {
		rt.Logf("%s under %v, %v, %v, looked at %v:%s", l.flow.ID(), l.scope.Param, l.scope.Policy, l.scope.Items, l.end, told(l.events))
	}
}

func (l *ledger) compare(rt *rapid.T, k flow.ClockSpec, c flow.ClockView, at time.Time) {
	mine := l.clocks[k.ID]
	if mine == nil || mine.runs == 0 {
		if c.Status != flow.Idle {
			rt.Errorf("%s is %s, and never began", k.ID, c.Status)
		}
		return
	}
	if c.Run != mine.runs || c.Limit != mine.limit || !c.StartedAt.Equal(mine.start) || (c.StoppedAt == nil) != mine.goes() || c.StoppedAt != nil && !c.StoppedAt.Equal(mine.stopped) {
		rt.Errorf("%s: run %d of %d %s from %v to %v, the second opinion is %+v", k.ID, c.Run, c.Limit, k.Unit, c.StartedAt, c.StoppedAt, *mine)
		return
	}
	if due := l.acts(k, at); !due.IsZero() && !due.After(at) {
		rt.Errorf("%s was to happen at %v and has not by %v", k.OnDue, due, at)
	}
	due, used := l.count(k, at)
	if known := !due.IsZero(); known != (c.Due != nil) || known && !due.Equal(*c.Due) {
		rt.Errorf("%s (%s) is due %v, the second opinion is %v; holds %v", k.ID, c.Status, c.Due, due, l.holds)
	}
	if diff := used - c.Used; diff > 1e-9 || diff < -1e-9 {
		rt.Errorf("%s (%s) used %g, the second opinion is %g; holds %v", k.ID, c.Status, c.Used, used, l.holds)
	}
	if c.Due != nil && c.Due.Before(*c.StartedAt) {
		rt.Errorf("%s is due %v, before its start %v", k.ID, c.Due, c.StartedAt)
	}
}

// addsUp: spans follow one another from the start, and their sum is the limit at the due date, or what was used.
func addsUp(rt *rapid.T, ex flow.Explanation) {
	c, sum := ex.Clock, 0.0
	for i, sp := range ex.Spans {
		if i == 0 && !sp.From.Equal(*c.StartedAt) || i > 0 && !sp.From.Equal(ex.Spans[i-1].To) || !sp.To.After(sp.From) {
			rt.Errorf("%s: span %d from %v to %v does not follow", c.ID, i, sp.From, sp.To)
		}
		if c.Due == nil || !sp.From.Before(*c.Due) {
			continue
		}
		sum += sp.Units
	}
	want := float64(c.Limit)
	if c.Due == nil || (c.Status == flow.Stopped || c.Status == flow.Expired) && !c.Overdue {
		want = c.Used
	}
	if d := ex.Sum - want; d > 1e-6 || d < -1e-6 {
		rt.Errorf("%s (%s): spans sum to %g, want %g (due %v)", c.ID, c.Status, ex.Sum, want, c.Due)
	}
	if d := ex.Sum - sum; c.Due != nil && (d > 1e-6 || d < -1e-6) {
		rt.Errorf("%s (%s): spans up to the due date have %g units, its sum is %g", c.ID, c.Status, sum, ex.Sum)
	}
}

func told(events []flow.Event) (out string) {
	for _, e := range events {
		out += fmt.Sprintf("\n%d %s %s by %s %v %v", e.Seq, e.At.Format("2006-01-02 15:04 Mon"), e.Do, e.By.Role, e.Input, e.Granted)
	}
	return out
}

func same(rt *rapid.T, what string, a, b *flow.State) {
	x, errA := json.Marshal(a)
	y, errB := json.Marshal(b)
	if errA != nil || errB != nil || string(x) != string(y) {
		rt.Errorf("%s differ:\n%s\n%s", what, x, y)
	}
}
