package definitions

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"banli/engine/flow"
)

// TestResult is how one test went.
type TestResult struct {
	Test     Test
	Failures []TestFailure // none: it passed
}

// TestFailure is one thing that is not as a test expects.
type TestFailure struct {
	Place     Place // of the expectation, or of the test
	Key       string
	Want, Got string
}

// Passed says whether everything is as expected.
func (r TestResult) Passed() bool { return len(r.Failures) == 0 }

// String is one line per failure: place: name: key: expected, got.
func (r TestResult) String() string {
	if r.Passed() {
		return fmt.Sprintf("%v: %s: ok", r.Test.Place, r.Test.Name)
	}
	lines := make([]string, len(r.Failures))
	for i, f := range r.Failures {
		lines[i] = fmt.Sprintf("%v: %s: %s: expected %s, got %s", f.Place, r.Test.Name, f.Key, f.Want, f.Got)
	}
	return strings.Join(lines, "\n")
}

// RunTests runs the tests beside the rules, in the order of files.
func RunTests(c *Catalogue) []TestResult {
	out := make([]TestResult, len(c.Tests))
	for i, t := range c.Tests {
		out[i] = TestResult{Test: t, Failures: c.runTest(t)}
	}
	return out
}

func (c *Catalogue) runTest(t Test) []TestFailure {
	p, err := c.play(t.Scenario)
	if err != nil {
		return []TestFailure{{t.Place, "given", "events that can be played", err.Error()}}
	}
	var out []TestFailure
	refusal := slices.IndexFunc(t.Then, func(e Expectation) bool { return e.Key == "refused" })
	if p.refused != nil && (refusal < 0 || p.refusedAt < len(t.Events)-1) {
		return []TestFailure{{t.Place, fmt.Sprintf("given[%d]", p.refusedAt), t.Events[p.refusedAt].Do + " to be taken", p.refused.Code + ": " + p.refused.Detail}}
	}
	answer, err := p.answer(c, t.At)
	if err != nil {
		return []TestFailure{{t.Place, "at", "an answer", err.Error()}}
	}
	for _, e := range t.Then {
		var want, got any
		if e.Key == "refused" {
			want, got = expectedRefusal(e.Want), p.refusedText(t)
			if do, _, found := strings.Cut(fmt.Sprint(want), ": "); !found && got != "nothing refused" { // code left out
				got, _, _ = strings.Cut(fmt.Sprint(got), ": ")
				want = do
			}
		} else {
			want = e.Want
			if got, err = p.lookup(answer, t, e.Key); err != nil {
				return []TestFailure{{e.Place, e.Key, show(want), err.Error()}}
			}
		}
		if e.Key == "mark" {
			for _, m := range asList(want) {
				if !answer.has(fmt.Sprint(m)) {
					out = append(out, TestFailure{e.Place, e.Key, show(m), show(answer.Marks)})
				}
			}
			continue
		}
		if !c.same(want, got) {
			out = append(out, TestFailure{e.Place, e.Key, show(want), show(got)})
		}
	}
	return out
}

// expectedRefusal is what refused: {do, code} says as "do: code", or the code or action alone.
func expectedRefusal(v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	if m["code"] == nil {
		return m["do"]
	}
	return fmt.Sprintf("%v: %v", m["do"], m["code"])
}

func (p *played) refusedText(t Test) string {
	if p.refused == nil {
		return "nothing refused"
	}
	return t.Events[p.refusedAt].Do + ": " + p.refused.Code
}

// lookup finds what a key of then speaks of: how the case stands, and what was asked of others.
func (p *played) lookup(a Answer, t Test, key string) (any, error) {
	list := []string{}
	switch key {
	case "cards":
		return p.cards(t)
	case "assignee":
		return p.state.Assignee, nil
	case "children":
		for _, s := range p.spawns {
			list = append(list, strings.TrimSpace(s.Flow+" "+s.Department+s.Item))
		}
		return list, nil
	case "signals":
		for _, s := range p.signals {
			list = append(list, s.To+" "+s.Do)
		}
		return list, nil
	}
	if do, ok := strings.CutPrefix(key, "signed."); ok {
		for _, by := range p.state.Signs[do] {
			list = append(list, by.User)
		}
		return list, nil
	}
	role, ok := strings.CutPrefix(key, "may.")
	if !ok {
		return a.lookup(key), nil
	}
	sc := *p.scope
	sc.Loose = false
	for _, act := range p.flow.Lawful(&sc, p.state, flow.Actor{Role: role, User: role}, t.At) {
		if act.Refused == nil {
			list = append(list, act.ID)
		}
	}
	return list, nil
}

// cards are those given to the case, and to its department with the marks of its other cases, each as colour and clock
// or mark.
func (p *played) cards(t Test) ([]string, error) {
	list := []string{}
	cards, err := p.flow.Cards(p.scope, p.events, t.At)
	if err != nil {
		return nil, err
	}
	for _, c := range cards {
		list = append(list, c.Color+" "+c.Clock)
	}
	marks := slices.Clone(t.Noted)
	for _, e := range p.events {
		for _, m := range e.Marks {
			marks = append(marks, flow.Noted{Mark: m, At: e.At})
		}
	}
	given, err := p.flow.DepartmentCards(p.scope, marks)
	for _, c := range given {
		list = append(list, c.Color+" "+c.Mark)
	}
	return list, err
}

// lookup finds what a key of then speaks of.
func (a Answer) lookup(key string) any {
	switch key {
	case "state":
		return a.State
	case "holds":
		return a.Holds
	case "marks":
		return a.Marks
	case "next_due":
		return deref(a.NextDue)
	case "events":
		ids := make([]string, len(a.Events))
		for i, e := range a.Events {
			ids[i] = e.Do
		}
		return ids
	}
	rest, ok := strings.CutPrefix(key, "clock.")
	if !ok {
		return a.Facts[key]
	}
	id, field, _ := strings.Cut(rest, ".")
	k := a.Clocks[id]
	switch field {
	case "status":
		return k.Status
	case "due":
		return deref(k.Due)
	case "due_if_resumed":
		return deref(k.DueIfResumed)
	case "started_at":
		return deref(k.StartedAt)
	case "stopped_at":
		return deref(k.StoppedAt)
	case "limit":
		return deref(k.Limit)
	case "used":
		return deref(k.Used)
	case "elapsed":
		return deref(k.Elapsed)
	case "left":
		return deref(k.Left)
	case "overdue":
		return k.Overdue
	case "provisional":
		return k.Provisional
	case "paused_by":
		return k.PausedBy
	case "lamp":
		return k.Lamp
	case "run":
		return k.Run
	}
	return nil
}

func deref[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// same compares what a test says with what is: instants as instants, numbers as numbers, one value with a list of one.
func (c *Catalogue) same(want, got any) bool {
	if list, ok := got.([]string); ok {
		return slices.EqualFunc(asList(want), list, func(w any, g string) bool { return fmt.Sprint(w) == g })
	}
	if want == nil || got == nil {
		return want == nil && got == nil
	}
	w, g := fmt.Sprint(want), fmt.Sprint(got)
	if a, err := parseInstant(w, c.Calendar.Zone()); err == nil {
		b, err := time.Parse(time.RFC3339, g)
		return err == nil && a.Equal(b)
	}
	return w == g
}

func asList(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

func show(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case []string:
		return "[" + strings.Join(v, ", ") + "]"
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = fmt.Sprint(e)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return fmt.Sprint(v)
}
