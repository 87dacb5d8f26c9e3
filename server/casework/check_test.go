package casework_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"banli/server/casework"
	"banli/store"
)

// busyOffice has a case of every flow, some of them moved by the clock alone.
func busyOffice(t *testing.T) (o *office, permit string) {
	o = newOffice(t, "2025-03-03 09:00")
	p := o.register("RATIFICATION", nil)
	o.act(window, o.find(p.ID, "registration", ""), "dispatch", map[string]any{"stage": "S1", "departments": []any{"FG", "GT", "GH"}})
	permit = o.apply(p.ID, "GH02").ID
	o.act(of("GH", "dept_window"), permit, "pass_pre_review", nil)
	o.at("2025-03-07 10:00")
	o.work() // replies that nobody gave
	o.register("FILING", nil)
	return o, permit
}

func check(t *testing.T, o *office, mend bool) (faults, mended []string) {
	t.Helper()
	found := casework.Findings{Fault: func(what string) { faults = append(faults, what) }}
	if mend {
		found.Mended = func(what string) { mended = append(mended, what) }
	}
	if err := o.Check(t.Context(), found); err != nil {
		t.Fatal(err)
	}
	return faults, mended
}

// reload changes a case behind the engine's back.
func reload(t *testing.T, o *office, id string, change func(*store.Case)) {
	t.Helper()
	c, err := o.Store.Case(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	change(c)
	if err := o.Store.Load(t.Context(), []store.Record{{Case: c}}); err != nil {
		t.Fatal(err)
	}
}

func TestCheckFindsNothing(t *testing.T) {
	o, _ := busyOffice(t)
	for _, now := range []string{"2025-03-07 10:00", "2025-03-12 00:00", "2025-04-30 09:00"} {
		o.at(now)
		if faults, _ := check(t, o, false); len(faults) > 0 {
			t.Errorf("at %s, before the worker: %q", now, faults)
		}
		o.work()
		if faults, mended := check(t, o, true); len(faults)+len(mended) > 0 {
			t.Errorf("at %s: %q, %q", now, faults, mended)
		}
	}
}

func TestCheckMends(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*store.Case)
		want   string
	}{
		"a state":              {func(c *store.Case) { c.State = "delivered" }, "is listed with another State than its events give"},
		"a case shown as over": {func(c *store.Case) { c.Open = false }, "is listed with another Open than its events give"},
		"a due date":           {func(c *store.Case) { c.Due = c.Due.Add(time.Hour) }, "is listed with another Due than its events give"},
		"when it acts itself":  {func(c *store.Case) { c.NextDue = time.Time{} }, "is listed with another NextDue than its events give"},
		"marks and a lamp": {
			func(c *store.Case) { c.Marks, c.WarnAt = []string{"deemed_acceptance"}, time.Time{} },
			"is listed with another Marks, WarnAt than its events give",
		},
		"the folded state": {
			func(c *store.Case) {
				c.Folded = json.RawMessage(strings.Replace(string(c.Folded), `"state":"intake"`, `"state":"accepted"`, 1))
			},
			"has another folded state than its events give",
		},
		"a folded state of no sense": {func(c *store.Case) { c.Folded = json.RawMessage(`[]`) }, "has a folded state that cannot be read"},
		"both": {
			func(c *store.Case) { c.Folded, c.Late = json.RawMessage(`""`), true },
			"has a folded state that cannot be read; and is listed with another Late than its events give",
		},
	} {
		t.Run(name, func(t *testing.T) {
			o, permit := busyOffice(t)
			before := o.view(auditor, permit)
			reload(t, o, permit, tt.change)
			want := "case " + permit + " " + tt.want
			if faults, _ := check(t, o, false); !slices.Equal(faults, []string{want}) {
				t.Fatalf("found %q, expected %q", faults, want)
			}
			if faults, mended := check(t, o, true); len(faults) > 0 || !slices.Equal(mended, []string{want + ": written anew"}) {
				t.Fatalf("found %q and mended %q, expected %q", faults, mended, want)
			}
			if faults, mended := check(t, o, true); len(faults)+len(mended) > 0 {
				t.Errorf("after mending: %q, %q", faults, mended)
			}
			after := o.view(auditor, permit)
			if ledger(after) != ledger(before) || after.State != before.State || !after.Due.Equal(before.Due) || !after.NextDue.Equal(before.NextDue) {
				t.Errorf("mended, the case is %+v, expected %+v", after.Head, before.Head)
			}
			o.act(of("GH", "dept_window"), permit, "accept", nil) // and work goes on
		})
	}
}

func TestCheckTellsWhatCannotBeMended(t *testing.T) {
	o, permit := busyOffice(t)
	reload(t, o, permit, func(c *store.Case) { c.Events[0].User = "somebody-else" })
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	put := func(collection, id, data string, index ...string) {
		d := &store.Doc{ID: id, Data: json.RawMessage(data)}
		copy(d.Index[:], index)
		must(o.Store.Docs(collection).Insert(t.Context(), d))
	}
	put("documents", "d1", `{}`, "no-case")
	put("users", "wang", `{}`, "u1")
	put("drafts", "d3", `{"project":"no-draft"}`)
	put("mandates", "u0/no-grant", `{}`, "u0", "no-grant")
	put("stand_ins", "u1/u2", `{}`, "u2", "u1")
	put("calendar_reforms", "00000099", `{}`)
	put("marks", "gone/1/mark/0", `{}`, "2025-03")
	put("uploads", "u1/x", `{"digest":"`+strings.Repeat("cd", 32)+`"}`)
	forgotten := &store.Doc{ID: "u1/y", Expires: time.Now().Add(time.Second / 10), Data: json.RawMessage(`{"digest":"` + strings.Repeat("ef", 32) + `"}`)}
	must(o.Store.Docs("uploads").Insert(t.Context(), forgotten))
	time.Sleep(time.Second / 5)
	digest := strings.Repeat("ab", 32)
	must(o.Store.Docs("drafts").Insert(t.Context(), &store.Doc{ID: "d2", Data: json.RawMessage(`{"files":{"plan":[{"digest":"` + digest + `"}]}}`)}))
	must(o.Store.InsertCase(t.Context(), &store.Case{Head: store.Head{ID: "stray", Project: "no-project", Parent: "no-parent"}}))
	faults, mended := check(t, o, true)
	want := []string{
		"case " + permit + " cannot be played again: event 2 (pass_pre_review) has hash",
		"case stray names project no-project, which is not there",
		"calendar_reforms 00000099 names revision 00000099, which is not there",
		"drafts d3 names project no-draft, which is not there",
		"mandates u0/no-grant names user u0, which is not there",
		"mandates u0/no-grant names project no-grant, which is not there",
		"stand_ins u1/u2 names user u2, which is not there",
		"case stray names case no-parent, which is not there",
		"documents d1 names case no-case, which is not there",
		"drafts d2 names file " + digest + ", which is not there",
		"marks gone/1/mark/0 names case gone, which is not there",
		"uploads u1/x names file " + strings.Repeat("cd", 32) + ", which is not there",
	}
	if len(faults) != len(want) || len(mended) > 0 {
		t.Fatalf("found %q, mended %q, expected %q", faults, mended, want)
	}
	for i := range want {
		if !strings.HasPrefix(faults[i], want[i]) && i > 1 || i < 2 && !slices.ContainsFunc(faults, func(f string) bool { return strings.HasPrefix(f, want[i]) }) {
			t.Errorf("found %q, expected %q", faults[i], want[i])
		}
	}
}

func TestMissed(t *testing.T) {
	o, _ := busyOffice(t)
	since := o.now
	o.at("2025-03-14 09:00") // a week in which nobody was there
	var told []string
	err := o.Missed(t.Context(), since, func(m casework.Missed) error {
		for _, h := range m.Happens {
			told = append(told, fmt.Sprintf("%s %s %s %s", m.FlowName, h.At.Format("01-02 15:04"), h.Name, h.Rule))
		}
		for _, c := range m.Overdue {
			told = append(told, fmt.Sprintf("%s %s %s", m.FlowName, c.Due.Format("01-02 15:04"), c.Name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"项目登记 03-10 10:00 窗口计时", "许可类办件 03-11 00:00 视为受理 T17", "许可类办件 03-13 00:00 承诺时限", "企业投资项目备案 03-12 10:00 备案计时",
	}
	if !slices.Equal(told, want) {
		t.Errorf("told %q, expected %q", told, want)
	}
	o.work()
	told = nil
	if err := o.Missed(t.Context(), o.now, func(m casework.Missed) error { told = append(told, m.ID); return nil }); err != nil || len(told) > 0 {
		t.Errorf("when all was done and nobody was away: %q, %v", told, err)
	}
}

// TestMissedUnderPublishedCalendar: a calendar that no worker has brought to the cases yet counts in what is told, so
// that the worker then does just that.
func TestMissedUnderPublishedCalendar(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	p := o.register("RATIFICATION", nil)
	id := o.apply(p.ID, "GH02").ID
	o.act(of("GH", "dept_window"), id, "pass_pre_review", nil)
	publishDay(t, o, holiday0305)
	since := o.now
	o.at("2025-03-14 09:00")
	var told []string
	if err := o.Missed(t.Context(), since, func(m casework.Missed) error {
		for _, h := range m.Happens {
			if m.ID == id {
				told = append(told, h.At.Format("01-02 15:04 ")+h.Name)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	o.work()
	var done []string
	for _, e := range o.view(auditor, id).Ledger {
		if e.By.Role == "clock" {
			done = append(done, e.At.In(time.FixedZone("CST", 8*3600)).Format("01-02 15:04 ")+"视为受理")
		}
	}
	if want := []string{"03-12 00:00 视为受理"}; !slices.Equal(told, want) || !slices.Equal(done, want) {
		t.Errorf("told %q, done %q, expected %q", told, done, want)
	}
}

// However the clocks of servers differ, what happened first stays first, and what the clock did it does not do again.
func TestClockJumps(t *testing.T) {
	for _, jump := range []time.Duration{-time.Hour, time.Hour, -25 * time.Hour} {
		t.Run(jump.String(), func(t *testing.T) {
			o, permit := busyOffice(t)
			due := o.view(auditor, permit).NextDue
			o.now = due.Add(time.Minute)
			if o.work() == 0 {
				t.Fatal("nothing was due")
			}
			was := ledger(o.view(auditor, permit))
			o.now = o.now.Add(jump)
			o.work()
			o.act(of("GH", "handler"), permit, "request_extension", map[string]any{"days": 10, "kind": "expert_review", "basis": "委托专家评审", "notice": "需时 10 个工作日"})
			o.now = due.Add(2 * time.Minute)
			o.work()
			events := o.view(auditor, permit).Ledger
			if now := ledger(o.view(auditor, permit)); !strings.HasPrefix(now, was) {
				t.Errorf("the ledger was\n%s\nand is\n%s", was, now)
			}
			fired := map[string]int{}
			for i, e := range events {
				if i > 0 && e.At.Before(events[i-1].At) {
					t.Errorf("event %d takes effect at %s, before the one before it, at %s", e.Seq, e.At, events[i-1].At)
				}
				if e.By.Role == "clock" {
					fired[fmt.Sprint(e.Do, e.At)]++
				}
			}
			for what, n := range fired {
				if n != 1 {
					t.Errorf("%s happened %d times", what, n)
				}
			}
			if faults, _ := check(t, o, false); len(faults) > 0 {
				t.Errorf("found %q", faults)
			}
		})
	}
}
