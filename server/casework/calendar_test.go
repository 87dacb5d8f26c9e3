package casework_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/server/casework"
	"banli/server/servertest"
	"banli/store"

	"pgregory.net/rapid"
)

// publishDay publishes the calendar in force with one line more.
func publishDay(t *testing.T, o *office, line string) *casework.Revision {
	t.Helper()
	const first = "days:\n  # 2018\n"
	files := edited(t, o, "calendar.yaml", first, first+"  - {"+line+"}\n")
	r, err := o.Publish(t.Context(), designer, files, "国务院办公厅通知："+line)
	if err != nil {
		t.Fatal(servertest.Explain(err))
	}
	return r
}

const holiday0305 = "date: 2025-03-05, kind: holiday, name: 临时放假"

// permitOn applies for GH02 and accepts it.
func permitOn(o *office) (project, id string) {
	p := o.register("RATIFICATION", nil)
	id = o.apply(p.ID, "GH02").ID
	o.act(of("GH", "dept_window"), id, "pass_pre_review", nil)
	o.act(of("GH", "handler"), id, "accept", nil)
	return p.ID, id
}

func dueOf(v *casework.CaseView, clock string) string {
	for _, c := range v.View.Clocks {
		if c.ID == clock && c.Due != nil {
			return c.Due.In(time.FixedZone("CST", 8*3600)).Format("2006-01-02 15:04")
		}
	}
	return ""
}

// TestCalendarMovesClocks: a calendar published while clocks run moves them, with a line in the ledger that says from
// when to when; a clock that stopped, and what has happened, stay (T30).
func TestCalendarMovesClocks(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	project, permit := permitOn(o)
	reg := o.find(project, "registration", "")
	o.act(window, reg, "dispatch", map[string]any{"stage": "S1", "departments": []any{"FG", "GT"}})
	answered, open := o.find(project, "reply", "FG"), o.find(project, "reply", "GT")
	o.act(of("FG", "handler"), answered, "reply", map[string]any{})
	before := dueOf(o.view(auditor, permit), "promised")
	stopped := o.view(auditor, answered)

	o.at("2025-03-04 09:00")
	r := publishDay(t, o, holiday0305)
	if got, want := dueOf(o.view(auditor, permit), "promised"), instant(t, before).AddDate(0, 0, 1).Format("2006-01-02 15:04"); got != want {
		t.Errorf("before any worker the page says %s, want %s", got, want)
	}
	if q := queueLine(t, o, auditor, open); !q.Due.Equal(instant(t, "2025-03-06 09:00")) {
		t.Errorf("the list already moved to %v", q.Due)
	}
	o.work()
	if q := queueLine(t, o, auditor, open); !q.Due.Equal(instant(t, "2025-03-07 09:00")) {
		t.Errorf("the list says %v", q.Due)
	}
	v := o.view(auditor, open)
	e := v.Ledger[len(v.Ledger)-1]
	if e.Do != flow.CalendarRevised || !e.At.Equal(r.At) || len(e.Calendar.Moved) != 1 {
		t.Fatalf("last line %+v", e)
	}
	if m := e.Calendar.Moved[0]; m.Clock != "reply" || !m.Was.Equal(instant(t, "2025-03-06 09:00")) || !m.Now.Equal(instant(t, "2025-03-07 09:00")) {
		t.Errorf("moved %+v", m)
	}
	if now := o.view(auditor, answered); ledger(now) != ledger(stopped) || dueOf(now, "reply") != dueOf(stopped, "reply") {
		t.Errorf("a reply given before moved:\n%s", ledger(now))
	}
	done, begun, err := o.Reform(t.Context(), r.No)
	if err != nil || !begun || !done.Done || done.Failed > 0 || done.Cases != 3 || done.Moved != 2 {
		t.Errorf("progress %+v %v %v", done, begun, err)
	}
	o.work()
	if again := o.view(auditor, open); ledger(again) != ledger(v) {
		t.Errorf("a second worker did it again:\n%s", ledger(again))
	}

	// What begins now begins under it; taken back, clocks return.
	o.at("2025-03-04 10:00")
	_, later := permitOn(o)
	if got := len(o.view(auditor, later).Ledger); got != 3 {
		t.Errorf("a new case has %d events", got)
	}
	files := edited(t, o, "calendar.yaml", "  - {"+holiday0305+"}\n", "")
	o.at("2025-03-04 11:00")
	if _, err := o.Publish(t.Context(), designer, files, "撤回"); err != nil {
		t.Fatal(servertest.Explain(err))
	}
	o.work()
	if got := dueOf(o.view(auditor, permit), "promised"); got != before {
		t.Errorf("taken back: %s, want %s", got, before)
	}
	if got := len(o.view(auditor, later).Ledger); got != 4 {
		t.Errorf("the later case has %d events", got)
	}
	c, err := o.Store.Case(t.Context(), permit)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Verify(c.Events); err != nil {
		t.Error(err)
	}
}

// TestActUnderPublishedCalendar: somebody acts before the worker got to the case: the case comes under the calendar
// first, at the instant of publication.
func TestActUnderPublishedCalendar(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	project, permit := permitOn(o)
	o.at("2025-03-04 09:00")
	publishDay(t, o, holiday0305)
	o.at("2025-03-04 10:00")
	v := o.act(of("GH", "handler"), permit, "open_wait", map[string]any{"items": []any{"FG04"}, "reason": "等待核准文件"})
	want := "2025-03-04 09:00 calendar_revised engine\n2025-03-04 10:00 open_wait handler\n"
	if got := ledger(v); !strings.HasSuffix(got, want) {
		t.Errorf("ledger:\n%s", got)
	}
	o.work()
	if got := ledger(o.view(auditor, permit)); !strings.HasSuffix(got, want) {
		t.Errorf("after the worker:\n%s", got)
	}
	if got := ledger(o.view(auditor, o.find(project, "registration", ""))); !strings.HasSuffix(got, "calendar_revised engine\n") {
		t.Errorf("the registration:\n%s", got)
	}
}

// TestReformIsResumed: more cases than one batch, two workers, and one that was stopped on the way.
func TestReformIsResumed(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	for range 210 {
		o.register("RATIFICATION", nil)
	}
	r := publishDay(t, o, "date: 2025-03-04, kind: holiday, name: 临时放假")
	if done, begun, _ := o.Reform(t.Context(), r.No); begun {
		t.Fatalf("begun by itself: %+v", done)
	}
	o.at("2025-03-03 09:01")
	second := openOffice(t, o.Store, "2025-03-03 09:01")
	o.work()
	second.work()
	done, _, err := second.Reform(t.Context(), r.No)
	if err != nil || !done.Done || done.Cases != 210 || done.Moved != 210 {
		t.Errorf("%+v %v", done, err)
	}
	page, err := o.Store.Cases(t.Context(), store.CaseQuery{Limit: 200, Sort: "-opened"})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range page.Rows {
		if !h.Due.Equal(instant(t, "2025-03-05 09:00")) {
			t.Fatalf("%s is due %v", h.ID, h.Due)
		}
	}
}

// TestDryRunIsTheApplication: what a calendar is said to move, it moves, and nothing else, whatever happened to the
// cases before.
func TestDryRunIsTheApplication(t *testing.T) {
	o := newOffice(t, "2025-03-03 08:00")
	quick(t, "10")
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		start := instant(t, "2025-03-03 08:00").AddDate(0, 0, 7*round)
		steps := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) step {
			return step{time.Duration(rapid.IntRange(0, 50).Draw(rt, "hours")) * time.Hour, rapid.IntRange(0, 11).Draw(rt, "what")}
		}), 1, 8).Draw(rt, "steps")
		playUntil(t, o, start, steps, func(*office) {})
		day := o.now.AddDate(0, 0, rapid.IntRange(-3, 12).Draw(rt, "day")).Format(time.DateOnly)
		if strings.Contains(string(o.Catalogues.Current().Files["calendar.yaml"]), day) {
			return
		}
		line := "date: " + day + ", kind: holiday, name: 临时放假"
		files := edited(t, o, "calendar.yaml", "days:\n  # 2018\n", "days:\n  # 2018\n  - {"+line+"}\n")
		draft, faults := definitions.Load(treeOf(files))
		if draft == nil {
			t.Fatal(faults)
		}
		said := map[string]string{}
		err := o.WhatIfPublished(t.Context(), draft, func(w casework.WhatIf) {
			if w.Failed > 0 {
				t.Error(w.Problem)
			}
			for _, m := range w.Moves {
				said[m.ID+" "+m.Clock.ID] = moved(m.WasDue, m.Due)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		r, err := o.Publish(t.Context(), designer, files, line)
		if _, is := errors.AsType[*casework.FailedTests](err); is {
			return // a day that the catalogue works out by itself
		}
		if err != nil {
			t.Fatal(servertest.Explain(err))
		}
		o.work()
		done := map[string]string{}
		page, err := o.Store.Cases(t.Context(), store.CaseQuery{Limit: 200, Sort: "-opened"})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range page.Rows {
			for _, e := range o.view(auditor, h.ID).Ledger {
				if e.Do == flow.CalendarRevised && e.At.Equal(r.At) {
					for _, m := range e.Calendar.Moved {
						done[h.ID+" "+m.Clock] = moved(m.Was, m.Now)
					}
				}
			}
		}
		if !maps.Equal(said, done) {
			rt.Fatalf("%s\nsaid %v\ndone %v", line, said, done)
		}
	})
}

func moved(was, now *time.Time) string {
	word := func(t *time.Time) string {
		if t == nil {
			return "—"
		}
		return t.UTC().Format(time.RFC3339)
	}
	return word(was) + " → " + word(now)
}

func treeOf(files map[string][]byte) fstest.MapFS {
	tree := fstest.MapFS{}
	for name, data := range files {
		tree[name] = &fstest.MapFile{Data: data}
	}
	return tree
}
