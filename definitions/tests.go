package definitions

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"banli/engine/flow"
)

// Test is a test beside a rule: given events, at an instant, then what holds. It plays loose unless it says strict.
type Test struct {
	Scenario
	Strict bool         // roles, forms and guards on data count too
	Noted  []flow.Noted // marks of other cases of the department, for its cards
	Then   []Expectation
	Place  Place
}

// Expectation is one thing that holds then. Key is state, holds, mark, marks, events, next_due, the name of a fact,
// clock.<id>.<field>, cards, children, signals, assignee, signed.<action> (who signed so far), may.<role> (what that role may do), or refused: the last event given is
// refused, with this code.
type Expectation struct {
	Key   string
	Want  any
	Place Place
}

// readTests reads the tests of every object that has some, in the order of files.
func (l *loader) readTests(fs.FS) {
	for _, o := range l.objects {
		flowID, item := o.get("flow").text(), o.get("item").text()
		switch o.kind {
		case "flow":
			flowID = o.id
		case "item":
			flowID, item = "", o.id
		case "tests":
			l.refer(o, o.get("flow"), "flow")
			l.refer(o, o.get("item"), "item")
			l.checkParams(o, o.value)
		}
		for _, v := range o.get("tests").list() {
			if v.get("name").ok() && v.get("then").ok() {
				l.cat.Tests = append(l.cat.Tests, l.readTest(o, v, flowID, item))
			}
		}
	}
}

func (l *loader) readTest(o *object, v value, flowID, item string) Test {
	zone := l.cat.Calendar.Zone()
	shape := shapePass{report: func(value, bool, string, string, string) {}} // what is wrong was reported
	if o.broken {
		shape.check(v, shapes()["common"].Definitions["test"])
	}
	at := func(v value) time.Time {
		t, err := parseInstant(v.text(), zone)
		if err != nil && v.ok() && !shape.broken {
			l.fault(o, v, "wrong-value", err.Error(), "")
		}
		return t
	}
	t := Test{
		Scenario: Scenario{
			Name: v.get("name").text(), Flow: flowID, Item: item, At: at(v.get("at")), Loose: !v.get("strict").yes(),
			Params: over(o.get("params"), v.get("params")), Policies: over(o.get("policies"), v.get("policies")),
			Project: v.get("project").object(), Answers: v.get("answers").object(), Events: readEvents(v.get("given"), at),
		},
		Strict: v.get("strict").yes(), Place: v.get("name").place(o),
	}
	for _, n := range v.get("noted").list() {
		t.Noted = append(t.Noted, flow.Noted{Mark: n.get("mark").text(), At: at(n.get("at"))})
	}
	if f := v.get("flow"); f.ok() {
		l.refer(o, f, "flow")
		t.Flow, t.Item = f.text(), ""
	}
	if i := v.get("item"); i.ok() {
		l.refer(o, i, "item")
		t.Item = i.text()
		if !v.get("flow").ok() {
			t.Flow = ""
		}
	}
	if t.Flow == "" && t.Item == "" && !shape.broken {
		l.fault(o, v, "test", "the test says neither which flow nor which item it is about", "add flow: or item:")
	}
	for key, want := range v.get("then").fields() {
		t.Then = append(t.Then, Expectation{key, want.data(), want.place(o)})
		if f := l.flowOf(t); f != nil && (key == "mark" || key == "marks") {
			l.checkMarks(o, want, f)
		}
		if msg, hint := l.checkExpectation(t, key); msg != "" && !shape.broken {
			l.fault(o, want, "test", msg, hint)
		}
	}
	l.checkGiven(o, v, t)
	return t
}

// flowOf is the flow a test plays.
func (l *loader) flowOf(t Test) *Flow {
	id := t.Flow
	if it := l.cat.AnyItem(t.Item); id == "" && it != nil {
		id = it.Flow
	}
	f := l.cat.Flows[id]
	if f == nil || f.Flow == nil {
		return nil
	}
	return f
}

// thenKeys are the keys of then beside facts and clocks.
var thenKeys = []string{"state", "holds", "mark", "marks", "events", "next_due", "refused", "cards", "children", "signals", "assignee"}

// clockFields are what a test may ask of a clock, as in clock.promised.due.
var clockFields = []string{"status", "due", "due_if_resumed", "started_at", "stopped_at", "limit", "used", "elapsed", "left", "overdue", "provisional", "paused_by", "lamp", "run"}

// checkExpectation wants a key that can come true: a misspelt one would otherwise never be noticed to be missing.
func (l *loader) checkExpectation(t Test, key string) (message, hint string) {
	f := l.flowOf(t)
	if f == nil || slices.Contains(thenKeys, key) {
		return "", ""
	}
	if rest, ok := strings.CutPrefix(key, "clock."); ok {
		id, field, _ := strings.Cut(rest, ".")
		var ids []string
		for _, c := range f.Spec.Clocks {
			ids = append(ids, c.ID)
		}
		switch {
		case !slices.Contains(ids, id):
			return fmt.Sprintf("unknown clock %q of flow %s", id, f.ID()), nearest(id, ids)
		case !slices.Contains(clockFields, field):
			return fmt.Sprintf("a clock has no %q", field), nearest(field, clockFields)
		}
		return "", ""
	}
	if do, ok := strings.CutPrefix(key, "signed."); ok {
		if a := f.Action(do); a == nil || a.Sign == nil {
			return fmt.Sprintf("flow %s has no action %q that is signed jointly", f.ID(), do), nearest(do, actionIDs(f.Spec))
		}
		return "", ""
	}
	if role, ok := strings.CutPrefix(key, "may."); ok {
		if !slices.Contains(Roles, role) {
			return fmt.Sprintf("unknown role %q", role), nearest(role, Roles)
		}
		return "", ""
	}
	var facts []string
	for _, fact := range f.Facts() {
		facts = append(facts, fact.Name)
	}
	if !slices.Contains(facts, key) {
		return fmt.Sprintf("flow %s sets no fact %q", f.ID(), key), nearest(key, append(facts, thenKeys...))
	}
	return "", ""
}

// checkMarks wants marks that some action of the flow leaves.
func (l *loader) checkMarks(o *object, want value, f *Flow) {
	var known []string
	for _, a := range f.Spec.Actions {
		known = append(known, a.Mark...)
		if a.RecordOnly {
			known = append(known, flow.RecordOnly)
		}
	}
	for _, m := range want.list() {
		if m.text() != "" && !slices.Contains(known, m.text()) {
			l.fault(o, m, "unknown-mark", fmt.Sprintf("no action of flow %s leaves the mark %q", f.ID(), m.text()), nearest(m.text(), known))
		}
	}
}

// checkGiven looks the actions and parameters of a test up.
func (l *loader) checkGiven(o *object, v value, t Test) {
	if f := l.flowOf(t); f != nil {
		ids := actionIDs(f.Spec)
		for _, e := range v.get("given").list() {
			if do := e.get("do"); do.text() != "" && !slices.Contains(ids, do.text()) {
				l.fault(o, do, "unknown-action", fmt.Sprintf("unknown action %q of flow %s", do.text(), f.ID()), nearest(do.text(), ids))
			}
			l.checkRole(o, e.get("by"))
		}
	}
	l.checkParams(o, v)
}

// over are the values all tests of an object are played under, and those of one test over them. A file that pins what
// an administrator may change stays true whatever is in force.
func over(all, one value) map[string]any {
	out := all.object()
	if out == nil {
		return one.object()
	}
	maps.Copy(out, one.object())
	return out
}

// checkParams looks the names under params and policies up.
func (l *loader) checkParams(o *object, v value) {
	known := func(block, kind string, ids func() []string) {
		for id, p := range v.get(block).fields() {
			if ids := ids(); !slices.Contains(ids, id) {
				l.fault(o, p, "unknown-"+kind, fmt.Sprintf("unknown %s %q", kind, id), nearest(id, ids))
			}
		}
	}
	known("params", "parameter", func() []string { return append(sortedKeys(l.cat.Params()), "promised", "statutory") })
	known("policies", "policy", func() []string { return sortedKeys(l.cat.PolicyValues()) })
}
