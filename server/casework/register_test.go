package casework_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"banli/engine/flow"
	"banli/forms"
	"banli/server/casework"
	"banli/server/servertest"
	"banli/store"
)

// TestProjectCodes: the form of the code follows the day, its parts the answers, and its digit checks.
func TestProjectCodes(t *testing.T) {
	for name, tt := range map[string]struct {
		at, regime string
		with       map[string]any
		want       string
	}{
		"construction, today's form":   {"2025-12-03 09:00", "RATIFICATION", nil, "2512-510411-04-01-"},
		"technical transformation":     {"2021-05-06 09:00", "FILING", map[string]any{"project_category": "02"}, "2105-510411-07-02-"},
		"the first day of the new one": {"2020-12-01 00:00", "RATIFICATION", nil, "2012-510411-04-01-"},
		"the last day of the old one":  {"2020-11-30 23:59", "RATIFICATION", nil, "2020-510411-47-02-"},
		"the old form of a filing":     {"2018-06-13 10:00", "FILING", nil, "2018-510411-47-03-"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, tt.at)
			p := o.register(tt.regime, tt.with)
			if !strings.HasPrefix(p.Code, tt.want) || len(p.Code) != 24 {
				t.Errorf("code %s, want %s…", p.Code, tt.want)
			}
			if fault := forms.CheckProjectCode(p.Code); fault != forms.CodeOK {
				t.Errorf("code %s: %s", p.Code, fault)
			}
			again := o.register(tt.regime, tt.with)
			if again.Code == p.Code {
				t.Error("the same code twice")
			}
			if v, err := o.PublicProject(t.Context(), p.Code); err != nil || v.Code != p.Code || !v.Test {
				t.Errorf("by its code: %+v, %v", v, err)
			}
		})
	}
}

// TestClassified: nothing of a state secret is stored (T31).
func TestClassified(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	_, err := o.Register(t.Context(), owner, casework.Registration{Answers: servertest.Registration("APPROVAL", map[string]any{"is_classified": true}), Key: "k"})
	if stop, ok := errors.AsType[*casework.Classified](err); !ok || stop.Problem.Pointer != "/is_classified" {
		t.Errorf("got %v", err)
	}
	empty(t, o)
}

func TestIncompleteRegistration(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	_, err := o.Register(t.Context(), owner, casework.Registration{Answers: servertest.Registration("FILING", map[string]any{"name": ""}), Key: "k"})
	bad, ok := errors.AsType[*casework.Invalid](err)
	if !ok || bad.Form != casework.RegistrationForm || !slices.ContainsFunc(bad.Problems, func(p forms.Problem) bool { return p.Pointer == "/name" }) {
		t.Errorf("got %v", err)
	}
	_, err = o.Register(t.Context(), window, casework.Registration{Answers: servertest.Registration("FILING", nil), Key: "k"})
	if r, ok := errors.AsType[*flow.Refusal](err); !ok || r.Code != "wrong-role" {
		t.Errorf("registered by the window: %v", err)
	}
	page, err := o.Store.Cases(t.Context(), store.CaseQuery{})
	if err != nil || len(page.Rows) > 0 {
		t.Errorf("%d cases, %v", len(page.Rows), err)
	}
}

func empty(t *testing.T, o *office) {
	t.Helper()
	projects, err := o.Store.Projects(t.Context(), store.ProjectQuery{})
	if err != nil || len(projects.Rows) > 0 {
		t.Errorf("%d projects, %v", len(projects.Rows), err)
	}
	for _, collection := range []string{"codes", "drafts", "documents", "audit"} {
		docs, err := o.Store.Docs(collection).Find(t.Context(), store.DocQuery{})
		if err != nil || len(docs.Rows) > 0 {
			t.Errorf("%d %s, %v", len(docs.Rows), collection, err)
		}
	}
}

// TestAmend: a cancelled registration is changed and sent again (T2): same project, same code, a new 24 hours, and
// the record, the lists and the filing's guard follow the new answers.
func TestAmend(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	p := o.register("RATIFICATION", nil)
	reg := o.find(p.ID, "registration", "")
	o.at("2025-03-03 15:00")
	o.act(window, reg, "cancel", map[string]any{"reason_code": "wrong_regime", "note": "本项目应当备案"})
	wantStatus(t, o, p.ID, "cancelled")
	if _, err := o.Apply(t.Context(), owner, p.ID, "GH02", casework.Application{}); !errors.As(err, new(*flow.Refusal)) {
		t.Errorf("applied for an item of a cancelled project: %v", err)
	}
	o.at("2025-03-04 10:00")
	if _, err := o.Amend(t.Context(), owner, p.ID, casework.Registration{Answers: map[string]any{}}); !errors.As(err, new(*casework.Invalid)) {
		t.Errorf("amended with nothing: %v", err)
	}
	amended := casework.Registration{Answers: servertest.Registration("FILING", map[string]any{"name": "仁和区标准厂房备案项目"}), Key: "again"}
	for range 2 { // pressed twice
		q, err := o.Amend(t.Context(), owner, p.ID, amended)
		if err != nil {
			t.Fatal(servertest.Explain(err))
		}
		if q.ID != p.ID || q.Code != p.Code || q.Name != "仁和区标准厂房备案项目" || q.Regime != "FILING" || q.Status != "submitted" {
			t.Errorf("amended: %+v", q)
		}
	}
	v := o.view(window, reg)
	wantDue(t, v, "window", "2025-03-05 10:00")
	if len(v.Former) != 1 || v.Former[0].Until != 2 || v.Former[0].Answers["regime"] != "RATIFICATION" || v.ProjectAnswers["regime"] != "FILING" {
		t.Errorf("what was registered before: %+v", v.Former)
	}
	wantDue(t, o.view(auditor, o.find(p.ID, "filing", "FG05")), "filing", "2025-03-07 10:00")
	found, err := o.Projects(t.Context(), auditor, store.ProjectQuery{Text: "标准厂房备案"})
	if err != nil || len(found.Rows) != 1 {
		t.Errorf("found %d by the new name: %v", len(found.Rows), err)
	}
}

func TestDrafts(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	d, err := o.SaveDraft(t.Context(), owner, casework.Draft{Kind: "registration", Answers: map[string]any{"name": "半个项目"}})
	if err != nil || d.ID == "" || d.Rev == 0 {
		t.Fatalf("%+v %v", d, err)
	}
	d.Answers["name"] = "大半个项目"
	saved, err := o.SaveDraft(t.Context(), owner, *d)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.SaveDraft(t.Context(), owner, *d); !errors.Is(err, store.ErrConflict) {
		t.Errorf("saved over a newer one: %v", err)
	}
	got, err := o.Draft(t.Context(), owner, d.ID)
	if err != nil || got.Answers["name"] != "大半个项目" || got.Rev != saved.Rev {
		t.Errorf("%+v %v", got, err)
	}
	for name, err := range map[string]error{
		"read":    func() error { _, err := o.Draft(t.Context(), other, d.ID); return err }(),
		"written": func() error { _, err := o.SaveDraft(t.Context(), other, *saved); return err }(),
		"deleted": o.DeleteDraft(t.Context(), other, d.ID),
		"nobody":  func() error { _, err := o.SaveDraft(t.Context(), flow.Actor{}, casework.Draft{}); return err }(),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s by somebody else: %v", name, err)
		}
	}
	if list, err := o.Drafts(t.Context(), owner); err != nil || len(list) != 1 {
		t.Errorf("list: %v %v", list, err)
	}
	if err := o.DeleteDraft(t.Context(), owner, d.ID); err != nil {
		t.Error(err)
	}
	if list, err := o.Drafts(t.Context(), owner); err != nil || len(list) != 0 {
		t.Errorf("list after deleting: %v %v", list, err)
	}
}

// TestQueue: by legal time left, with the lamps of the moment, while nothing runs.
func TestQueue(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	for _, at := range []string{"2025-03-03 09:00", "2025-03-03 20:00", "2025-03-04 06:00"} {
		o.at(at)
		o.register("RATIFICATION", nil)
	}
	for _, tt := range []struct {
		at    string
		lamps []string
	}{
		{"2025-03-04 07:00", []string{"urgent", "ok", "ok"}},
		{"2025-03-04 09:00", []string{"urgent", "ok", "ok"}}, // at its due instant it is still on time (D5)
		{"2025-03-04 18:30", []string{"over", "urgent", "ok"}},
		{"2025-03-05 02:00", []string{"over", "over", "soon"}},
	} {
		o.at(tt.at)
		page, counts, err := o.Queue(t.Context(), window, store.CaseQuery{Flow: "registration"})
		if err != nil {
			t.Fatal(err)
		}
		var lamps []string
		for _, l := range page.Rows {
			lamps = append(lamps, l.Lamp)
			if l.Leading == nil || l.Leading.Lamp != l.Lamp || l.StateName != "待窗口处理" {
				t.Errorf("%s: line %+v", tt.at, l)
			}
			v := o.view(window, l.ID)
			if v.View.Clocks[0].Left != l.Leading.Left || v.View.Clocks[0].Lamp != l.Lamp {
				t.Errorf("%s: the list says %s left, the case %s", tt.at, l.Leading.Left, v.View.Clocks[0].Left)
			}
		}
		if !slices.Equal(lamps, tt.lamps) || counts.Total() != 3 {
			t.Errorf("%s: lamps %v, want %v; counts %+v", tt.at, lamps, tt.lamps, counts)
		}
	}
}

// TestDaysLeftInLists: a list says as many days left, or over, as the case does, whatever the hour.
func TestDaysLeftInLists(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	_, id := permitOn(o)
	overdue := 0
	for end := o.now.AddDate(0, 1, 0); o.now.Before(end); o.now = o.now.Add(7 * time.Hour) {
		l, v := queueLine(t, o, of("GH", "handler"), id).Leading, o.view(auditor, id).View
		for _, c := range v.Clocks {
			if c.ID == v.Leading && (l == nil || l.ID != c.ID || l.LeftDays != c.LeftDays || l.Overdue != c.Overdue) {
				t.Errorf("%v: the list says %+v, the case %d days of %s", o.now, l, c.LeftDays, c.ID)
			}
			if c.ID == v.Leading && c.LeftDays < -1 {
				overdue++
			}
		}
	}
	if overdue == 0 {
		t.Error("the clock was never over by more than a day")
	}
}

// TestTimeTravel moves the clock a year ahead in one step: everything that was due is done, in order, at its instants.
func TestTimeTravel(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	p := o.register("RATIFICATION", nil)
	reg := o.find(p.ID, "registration", "")
	o.act(window, reg, "dispatch", map[string]any{"stage": "S1", "departments": []any{"FG", "GT", "GH"}})
	permit := o.apply(p.ID, "GH02").ID
	o.act(of("GH", "dept_window"), permit, "pass_pre_review", nil)
	o.at("2026-03-03 09:00")
	if fired := o.work(); fired != 6 {
		t.Errorf("%d writes, want three replies, one permit, and two cards of it", fired)
	}
	if fired := o.work(); fired != 0 {
		t.Errorf("then %d more", fired)
	}
	wantLedger(t, o.view(window, reg), `
		2025-03-03 09:00 submit owner
		2025-03-03 09:00 dispatch general_window
		2025-03-06 09:00 note_reply signal
		2025-03-06 09:00 note_reply signal
		2025-03-06 09:00 note_reply signal
		2025-03-06 09:00 complete_dispatch engine`)
	wantLedger(t, o.view(owner, permit), `
		2025-03-03 09:00 submit owner
		2025-03-03 09:00 pass_pre_review dept_window
		2025-03-11 00:00 deem_accepted clock`)
	h, err := o.Store.Head(t.Context(), permit)
	if err != nil || h.Lamp(o.now) != "over" || h.Late {
		t.Errorf("lamp %s: %+v %v", h.Lamp(o.now), h, err)
	}
}
