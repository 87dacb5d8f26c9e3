package casework_test

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"banli/engine/flow"
	"banli/server/casework"
	"banli/store"

	"pgregory.net/rapid"
)

// step is one thing that happens in a random history: somebody does something to a project of three replies and one
// application, or only time passes.
type step struct {
	after time.Duration
	what  int
}

// play lets a history happen to a new project, and two months pass. It gives what the ledgers are in the end.
func play(t testing.TB, o *office, start time.Time, steps []step, each func(*office)) []string {
	project := playUntil(t, o, start, steps, each)
	o.now = o.now.Add(60 * 24 * time.Hour)
	o.work()
	v, err := o.Project(t.Context(), auditor, project)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range v.Cases {
		kase := o.view(auditor, c.ID)
		out = append(out, fmt.Sprintf("%s %s opened %s\n%sdue %v late %v\n", c.Flow, c.Department+c.Item, c.OpenedAt.UTC(), ledger(kase), c.Due.UTC(), c.Late))
	}
	slices.Sort(out)
	return append(out, v.Status)
}

// playUntil lets a history happen to a new project, up to its last step; each runs before every step.
func playUntil(t testing.TB, o *office, start time.Time, steps []step, each func(*office)) (project string) {
	o.now = start
	p := o.register("RATIFICATION", nil)
	do := func(who flow.Actor, id, act string, input map[string]any) {
		if id == "" {
			return
		}
		// What is not lawful any more is refused in both histories, or it would show in the ledgers.
		_, _ = o.Act(t.Context(), who, id, casework.ActCmd{Do: act, Input: input, Key: o.nextKey()})
	}
	one := func(flowID, which string) string {
		v, err := o.Project(t.Context(), auditor, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range slices.Backward(v.Cases) {
			if c.Flow == flowID && (which == "" || c.Item == which || c.Department == which) {
				return c.ID
			}
		}
		return ""
	}
	for _, s := range steps {
		o.now = o.now.Add(s.after)
		each(o)
		switch s.what {
		case 0:
			do(window, one("registration", ""), "dispatch", map[string]any{"stage": "S1", "departments": []any{"FG", "GT", "GH"}})
		case 1:
			do(window, one("registration", ""), "confirm", nil)
		case 2:
			do(of("FG", "handler"), one("reply", "FG"), "reply", map[string]any{"items": []any{"FG04"}})
		case 3:
			do(of("GT", "handler"), one("reply", "GT"), "reply", map[string]any{})
		case 4:
			_, _ = o.Apply(t.Context(), owner, p.ID, "GH02", o.application(p.ID, "GH02"))
		case 5:
			do(of("GH", "dept_window"), one("permit", "GH02"), "pass_pre_review", nil)
		case 6:
			do(of("GH", "dept_window"), one("permit", "GH02"), "issue_correction", map[string]any{"items": []any{"缺少附图"}})
		case 7:
			do(owner, one("permit", "GH02"), "supplement", nil)
		case 8:
			do(of("GH", "handler"), one("permit", "GH02"), "accept", nil)
		case 9:
			do(of("GH", "dept_leader"), one("permit", "GH02"), "open_extension", map[string]any{"days": 2, "kind": "testing", "basis": "委托检测", "notice": "需时两个工作日"})
		case 12:
			o.holiday(o.now.AddDate(0, 0, 2))
		case 10:
			do(window, one("registration", ""), "cancel", map[string]any{"reason_code": "duplicate", "note": "与另一项目重复"})
		}
	}
	return p.ID
}

// holiday publishes a day off, or takes it back.
func (o *office) holiday(at time.Time) {
	line := "  - {date: " + at.Format(time.DateOnly) + ", kind: holiday, name: 临时放假}\n"
	files := maps.Clone(o.Catalogues.Current().Files)
	text := string(files["calendar.yaml"])
	with := strings.Replace(text, line, "", 1)
	if with == text {
		with = strings.Replace(text, "days:\n", "days:\n"+line, 1)
	}
	files["calendar.yaml"] = []byte(with)
	_, _ = o.Publish(o.t.Context(), designer, files, line) // days of the tests are refused in both histories
}

// quick runs a property so often, where the flag does not ask for more.
func quick(t *testing.T, checks string) {
	t.Helper()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		if err := f.Value.Set(checks); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Value.Set(f.DefValue) })
	}
}

// TestLateWorkerChangesNothing: a history in which a worker did everything on time and one in which none ran until the
// end have the same ledgers, to the instant (D7, promise 2).
func TestLateWorkerChangesNothing(t *testing.T) {
	prompt, late := newOffice(t, "2025-03-03 08:00"), newOffice(t, "2025-03-03 08:00")
	starts := []string{"2025-03-03 08:00", "2025-04-30 17:00", "2025-09-29 10:00", "2026-02-12 09:30"}
	quick(t, "25") // a check is two offices at work
	rapid.Check(t, func(rt *rapid.T) {
		start := instant(t, rapid.SampledFrom(starts).Draw(rt, "start"))
		lateAndPrompt(rt, prompt, late, start, []int{0, 0, 1, 2, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 11})
	})
}

// TestLateCalendarChangesNothing: the same where calendars are published on the way (T30).
func TestLateCalendarChangesNothing(t *testing.T) {
	quick(t, "4") // a check opens two offices
	rapid.Check(t, func(rt *rapid.T) {
		const start = "2025-03-03 08:00"
		lateAndPrompt(rt, newOffice(t, start), newOffice(t, start), instant(t, start), []int{0, 0, 2, 3, 4, 4, 5, 5, 6, 7, 8, 9, 11, 12, 12})
	})
}

func lateAndPrompt(rt *rapid.T, prompt, late *office, start time.Time, what []int) {
	const day = 24 * time.Hour
	gaps := []time.Duration{0, time.Minute, 5 * time.Hour, day, 2 * day, 3 * day, 4 * day, 9 * day, 20 * day}
	steps := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) step {
		return step{after: rapid.SampledFrom(gaps).Draw(rt, "after"), what: rapid.SampledFrom(what).Draw(rt, "what")}
	}), 1, 12).Draw(rt, "steps")
	t := prompt.t
	onTime := play(t, prompt, start, steps, func(o *office) {
		end := o.now
		for { // stop at every due instant on the way
			next, err := o.Store.NextDue(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if next.IsZero() || !next.Before(end) {
				break
			}
			o.now = next.Add(time.Microsecond)
			o.work()
		}
		o.now = end
		o.work()
	})
	if never := play(t, late, start, steps, func(*office) {}); !slices.Equal(onTime, never) {
		rt.Fatalf("with a worker on time:\n%s\nwithout one:\n%s", onTime, never)
	}
}

// TestRace lets workers, two servers and two people at one case loose at once. Everything happens once, and the chain
// of every ledger holds.
func TestRace(t *testing.T) {
	a := newOffice(t, "2025-03-03 09:00")
	b := openOffice(t, a.Store, "2025-03-03 09:00")
	p := a.register("RATIFICATION", nil)
	reg := a.find(p.ID, "registration", "")
	a.act(window, reg, "dispatch", map[string]any{"stage": "S1", "departments": []any{"FG", "GT", "GH", "HB", "SW", "ZJ"}})
	a.at("2025-03-10 09:00")
	b.at("2025-03-10 09:00")
	var wg sync.WaitGroup
	for _, o := range []*office{a, b, a, b} {
		wg.Go(func() {
			if _, err := o.Tick(t.Context(), o.now); err != nil {
				t.Error(err)
			}
			if _, err := o.Deliver(t.Context(), o.now); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			_, err := o.Act(t.Context(), window, reg, casework.ActCmd{
				Do: "dispatch", Key: "the same", Input: map[string]any{"stage": "S2", "departments": []any{"GH"}},
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	a.work()
	v := a.view(window, reg)
	counts := map[string]int{}
	for _, e := range v.Ledger {
		counts[e.Do]++
	}
	if counts["note_reply"] != 6 || counts["dispatch"] != 2 || counts["complete_dispatch"] != 1 || len(v.Children) != 7 {
		t.Errorf("events %v, %d children\n%s", counts, len(v.Children), ledger(v))
	}
	if e := v.Ledger[8]; e.Do != "complete_dispatch" || !e.At.Equal(instant(t, "2025-03-06 09:00")) {
		t.Errorf("whoever was first, the first dispatch was complete before the second:\n%s", ledger(v))
	}
	page, err := a.Store.Cases(t.Context(), store.CaseQuery{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range page.Rows {
		c, err := a.Store.Case(t.Context(), h.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Verify(c.Events); err != nil {
			t.Errorf("%s: %v", h.Flow, err)
		}
	}
}

// TestLateReport: after an outage it is told what was done late, and by how much.
func TestLateReport(t *testing.T) {
	o := newOffice(t, "2025-09-26 16:40")
	p := o.register("RATIFICATION", nil)
	reg := o.find(p.ID, "registration", "")
	o.act(window, reg, "dispatch", map[string]any{"stage": "S1", "departments": []any{"FG", "GT"}})
	o.at("2025-10-20 09:00") // both replies fell due long ago
	if n := o.work(); n != 2 {
		t.Fatalf("moved %d cases, want 2", n)
	}
	reports, err := o.LateReports(t.Context(), 10)
	if err != nil || len(reports) != 1 {
		t.Fatalf("%d reports, %v, want 1", len(reports), err)
	}
	r := reports[0]
	if r.Count != 2 || len(r.Cases) != 2 || !r.At.Equal(o.now) || r.Worst != o.now.Sub(r.Earliest) || r.Cases[0].Due.IsZero() {
		t.Errorf("%+v", r)
	}
	o.work()
	if again, err := o.LateReports(t.Context(), 10); err != nil || len(again) != 1 {
		t.Errorf("%d reports after nothing was late, %v", len(again), err)
	}
}
