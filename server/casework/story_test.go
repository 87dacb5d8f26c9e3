package casework_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"banli/engine/flow"
)

// TestStory carries a ratified project through the main job on the dates of the calendar of 2025, with the National
// Day holiday in the middle and without any worker until a page or an act asks.
func TestStory(t *testing.T) {
	o := newOffice(t, "2025-09-26 16:40")
	p := o.register("RATIFICATION", nil)
	reg := o.find(p.ID, "registration", "")
	wantDue(t, o.view(window, reg), "window", "2025-09-28 16:40")

	o.at("2025-09-28 09:15")
	o.act(window, reg, "dispatch", map[string]any{"stage": "S1", "departments": []any{"FG", "GT", "GH"}})
	wantStatus(t, o, p.ID, "dispatched")
	fg, gt, gh := o.find(p.ID, "reply", "FG"), o.find(p.ID, "reply", "GT"), o.find(p.ID, "reply", "GH")
	for _, id := range []string{fg, gt, gh} {
		wantDue(t, o.view(auditor, id), "reply", "2025-10-09 09:15")
	}

	o.at("2025-09-28 10:00")
	o.act(of("FG", "dept_window"), fg, "reply", map[string]any{"items": []any{"FG04"}})
	o.at("2025-09-29 09:00")
	o.act(of("GT", "handler"), gt, "reply", map[string]any{})
	wantStatus(t, o, p.ID, "dispatched")

	// T4: nobody of GH answers. The case shows it although no worker ran.
	o.at("2025-10-09 10:00")
	late := o.view(of("GH", "handler"), gh)
	if late.View.State != "auto_replied" || !slices.Contains(late.View.Marks, "overdue_no_reply") {
		t.Errorf("reply of GH is %s with marks %v, want auto_replied with overdue_no_reply", late.View.State, late.View.Marks)
	}
	if late.Head.State != "waiting" {
		t.Errorf("a look wrote: stored state is %s", late.Head.State)
	}
	o.work()
	wantLedger(t, o.view(window, reg), `
		2025-09-26 16:40 submit owner
		2025-09-28 09:15 dispatch general_window
		2025-09-28 10:00 note_reply signal
		2025-09-29 09:00 note_reply signal
		2025-10-09 09:15 note_reply signal
		2025-10-09 09:15 complete_dispatch engine`)
	wantStatus(t, o, p.ID, "replied")
	replies := o.view(window, reg).Replies
	if len(replies) != 3 || !replies[2].Auto || replies[0].Auto || !slices.Equal(replies[0].Items, []string{"FG04"}) || replies[0].Stage != "S1" {
		t.Errorf("replies: %+v", replies)
	}

	// Two items in parallel.
	o.at("2025-10-10 10:00")
	ratify, land := o.apply(p.ID, "FG04").ID, o.apply(p.ID, "GH02").ID
	wantStatus(t, o, p.ID, "in_progress")
	o.at("2025-10-10 11:00")
	o.act(of("FG", "dept_window"), ratify, "pass_pre_review", nil)
	wantDue(t, o.act(of("GH", "dept_window"), land, "pass_pre_review", nil), "intake", "2025-10-17 00:00")

	// One is corrected once, supplied, accepted, extended, granted.
	o.at("2025-10-13 10:00")
	v := o.act(of("FG", "dept_window"), ratify, "issue_correction", map[string]any{"items": []any{"项目申请书缺少第三章"}})
	if a := v.Act("issue_correction"); a == nil || a.Refused == nil {
		t.Errorf("a second correction is offered: %+v", a)
	}
	o.at("2025-10-14 09:00")
	wantDue(t, o.act(owner, ratify, "supplement", nil), "intake", "2025-10-22 00:00")
	o.at("2025-10-14 15:00")
	wantDue(t, o.act(of("FG", "handler"), ratify, "accept", nil), "promised", "2025-10-29 00:00")
	extend := map[string]any{"days": 10, "kind": "expert_review", "basis": "委托专家评审", "notice": "需时 10 个工作日"}
	o.at("2025-10-20 10:00")
	o.act(of("FG", "handler"), ratify, "request_extension", extend)
	o.at("2025-10-20 11:00")
	o.act(of("FG", "dept_leader"), ratify, "open_extension", extend)

	// The other is left until it is deemed accepted, retroactively (T17); then it waits for the first (T24).
	o.at("2025-10-17 10:00")
	wantDue(t, o.view(of("GH", "handler"), land), "promised", "2025-10-21 00:00")
	v = o.act(of("GH", "handler"), land, "open_wait", map[string]any{"items": []any{"FG04"}, "reason": "等待项目核准"})
	wantLedger(t, v, `
		2025-10-10 10:00 submit owner
		2025-10-10 11:00 pass_pre_review dept_window
		2025-10-17 00:00 deem_accepted clock
		2025-10-17 10:00 open_wait handler`)
	if at, _ := v.View.Facts["accepted_at"].(time.Time); !at.Equal(instant(t, "2025-10-10 11:00")) {
		t.Errorf("accepted at %s, want the instant it was taken in (T17)", at)
	}
	if !slices.Contains(v.View.Marks, "deemed_acceptance") || v.Lamp(o.now) != flow.LampPaused {
		t.Errorf("marks %v, lamp %s", v.View.Marks, v.Lamp(o.now))
	}

	o.at("2025-11-06 10:00")
	v = o.act(of("FG", "dept_leader"), ratify, "grant", map[string]any{"conclusion": "准予核准"})
	wantLedger(t, v, `
		2025-10-10 10:00 submit owner
		2025-10-10 11:00 pass_pre_review dept_window
		2025-10-13 10:00 issue_correction dept_window
		2025-10-14 09:00 supplement owner
		2025-10-14 15:00 accept handler
		2025-10-20 10:00 request_extension handler
		2025-10-20 11:00 open_extension dept_leader
		2025-11-04 00:00 close_extension clock
		2025-11-06 10:00 grant dept_leader`)
	wantLedger(t, o.view(owner, land), `
		2025-10-10 10:00 submit owner
		2025-10-10 11:00 pass_pre_review dept_window
		2025-10-17 00:00 deem_accepted clock
		2025-10-17 10:00 open_wait handler
		2025-11-06 10:00 note_grant signal
		2025-11-06 10:00 close_wait engine`)
	wantDue(t, o.view(owner, land), "promised", "2025-11-08 00:00")

	// Every document is there, rendered with what the case was then.
	var titles []string
	for _, d := range v.Documents {
		titles = append(titles, d.Document)
		if d.Title == "" || d.Body == "" {
			t.Errorf("document %s is empty", d.Document)
		}
	}
	if want := []string{"correction-notice", "acceptance-notice", "extension-approval", "extension-notice", "grant-decision"}; !slices.Equal(titles, want) {
		t.Errorf("documents %v, want %v", titles, want)
	}

	// The public sees it, and the explanation adds up.
	pub, err := o.PublicProject(t.Context(), p.Code)
	if err != nil || len(pub.Cases) != 6 || pub.Name != p.Name || !pub.Test {
		t.Errorf("public view: %+v, %v", pub, err)
	}
	ex, err := o.Explain(t.Context(), owner, land, "promised")
	if err != nil {
		t.Fatal(err)
	}
	if ex.Explanation.Sum != 7 || len(ex.Events) == 0 || !strings.Contains(ex.Rules[0].Source, "承诺时限") {
		t.Errorf("explanation: sum %v of 7, %d events, rules %v", ex.Explanation.Sum, len(ex.Events), ex.Rules)
	}
	if fired := o.work(); fired != 0 {
		t.Errorf("the worker still found %d cases to move", fired)
	}
	poison, err := o.Store.PoisonLines(t.Context(), 10)
	if err != nil || len(poison) > 0 {
		t.Errorf("poison lines: %v %v", poison, err)
	}
}

// TestFilingStory: the filing authority's time and the window's begin with the same submission (T10), stop each for
// itself, and start anew after a correction (T8).
func TestFilingStory(t *testing.T) {
	o := newOffice(t, "2021-09-17 15:00")
	p := o.register("FILING", map[string]any{"planned_start": "2022-01", "planned_end": "2023-01"})
	reg, filing := o.find(p.ID, "registration", ""), o.find(p.ID, "filing", "FG05")
	fg := of("FG", "handler")
	wantDue(t, o.view(fg, filing), "filing", "2021-09-23 15:00")
	wantDue(t, o.view(window, reg), "window", "2021-09-18 15:00")

	o.at("2021-09-18 10:00")
	o.act(window, reg, "confirm", nil)
	wantStatus(t, o, p.ID, "confirmed")
	o.at("2021-09-18 11:00")
	o.act(fg, filing, "issue_correction", map[string]any{"items": []any{"建设规模缺少单位"}})
	o.at("2021-09-24 17:00")
	wantDue(t, o.act(owner, filing, "supplement", nil), "filing", "2021-09-28 17:00") // E15

	o.at("2021-09-29 09:00") // a day late: nothing happens by itself (T9)
	if fired := o.work(); o.view(fg, filing).View.State != "submitted" {
		t.Errorf("the filing moved by itself (%d)", fired)
	}
	if line := queueLine(t, o, fg, filing); line.Lamp != flow.LampOver || line.Leading == nil || !line.Leading.Overdue {
		t.Errorf("lamp %s in the queue, want over: %+v", line.Lamp, line.Leading)
	}
	v := o.act(fg, filing, "file", nil)
	if !v.Head.Late || v.Head.Open {
		t.Errorf("filed late: Late %v Open %v", v.Head.Late, v.Head.Open)
	}
	wantLedger(t, o.view(window, reg), `
		2021-09-17 15:00 submit owner
		2021-09-18 10:00 confirm general_window
		2021-09-29 09:00 note_filing signal`)
	if pv, err := o.Project(t.Context(), owner, p.ID); err != nil || !slices.Equal(pv.Granted, []string{"FG05"}) {
		t.Errorf("granted: %v %v", pv.Granted, err)
	}
	if next := o.work(); next != 0 {
		t.Errorf("the worker moved %d cases", next)
	}
}
