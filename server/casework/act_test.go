package casework_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"banli/engine/flow"
	"banli/server/casework"
	"banli/server/servertest"
	"banli/store"
)

// TestStale: a person who acts on what is not so any more is told what changed; one whom the change does not concern
// is not bothered.
func TestStale(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	p := o.register("RATIFICATION", nil)
	reg := o.find(p.ID, "registration", "")
	seen := o.view(window, reg).Rev
	o.act(window, reg, "dispatch", map[string]any{"stage": "S1", "departments": []any{"FG", "GT"}})

	_, err := o.Act(t.Context(), window, reg, casework.ActCmd{Do: "confirm", Rev: seen})
	stale, ok := errors.AsType[*casework.Stale](err)
	if !ok || !errors.Is(err, store.ErrConflict) {
		t.Fatalf("a colleague was first: %v", err)
	}
	if stale.Old.State != "submitted" || stale.New.State != "dispatched" || len(stale.Since) != 1 || stale.Since[0].By.Name != window.Name {
		t.Errorf("told: %s → %s, since %+v", stale.Old.State, stale.New.State, stale.Since)
	}

	// A reply comes in between: nothing the window looks at has changed.
	seen = o.view(window, reg).Rev
	o.act(of("FG", "handler"), o.find(p.ID, "reply", "FG"), "reply", nil)
	if now := o.view(window, reg).Rev; now == seen {
		t.Fatal("the reply did not reach the registration")
	}
	again := map[string]any{"stage": "S1", "departments": []any{"GH"}}
	if _, err := o.Act(t.Context(), window, reg, casework.ActCmd{Do: "dispatch", Rev: seen, Input: again}); err != nil {
		t.Errorf("only a reply came in between: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	p := o.register("RATIFICATION", nil)
	reg := o.find(p.ID, "registration", "")
	permit := o.apply(p.ID, "GH02").ID
	taken := o.apply(p.ID, "FG04").ID
	o.act(of("FG", "dept_window"), taken, "pass_pre_review", nil)
	dispatch := map[string]any{"stage": "S1", "departments": []any{"FG"}}
	for name, tt := range map[string]struct {
		who     flow.Actor
		id, do  string
		input   map[string]any
		refused string // code of a refusal
		invalid string // pointer and code of a problem
	}{
		"an owner does not dispatch":              {owner, reg, "dispatch", dispatch, "wrong-role", ""},
		"a state that does not allow it":          {of("GH", "handler"), permit, "accept", nil, "wrong-state", ""},
		"no such act":                             {window, reg, "promote", nil, "unknown-action", ""},
		"the clock is nobody":                     {window, taken, "deem_accepted", nil, "wrong-role", ""},
		"a dispatch to nobody":                    {window, reg, "dispatch", map[string]any{"stage": "S1"}, "", "/departments required"},
		"a dispatch to an unknown department":     {window, reg, "dispatch", map[string]any{"stage": "S1", "departments": []any{"XX"}}, "", "/departments choose"},
		"the role is said before the form's need": {owner, reg, "dispatch", nil, "wrong-role", ""},
	} {
		t.Run(name, func(t *testing.T) {
			before := o.view(auditor, tt.id).Rev
			_, err := o.Act(t.Context(), tt.who, tt.id, casework.ActCmd{Do: tt.do, Input: tt.input})
			if r, ok := errors.AsType[*flow.Refusal](err); ok != (tt.refused != "") || ok && r.Code != tt.refused {
				t.Errorf("got %v, want refusal %q", err, tt.refused)
			}
			bad, ok := errors.AsType[*casework.Invalid](err)
			if ok != (tt.invalid != "") || ok && bad.Problems[0].Pointer+" "+bad.Problems[0].Code != tt.invalid {
				t.Errorf("got %v, want problem %q", err, tt.invalid)
			}
			if after := o.view(auditor, tt.id).Rev; after != before {
				t.Error("something was written")
			}
		})
	}
}

func TestRepeatedKey(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	p := o.register("RATIFICATION", nil)
	reg := o.find(p.ID, "registration", "")
	cmd := casework.ActCmd{Do: "dispatch", Key: "k", Input: map[string]any{"stage": "S1", "departments": []any{"FG"}}}
	first, err := o.Act(t.Context(), window, reg, cmd)
	if err != nil {
		t.Fatal(err)
	}
	o.at("2025-03-03 15:00")
	again, err := o.Act(t.Context(), window, reg, cmd)
	if err != nil || again.Rev != first.Rev || len(again.Children) != 1 {
		t.Errorf("the same key again: revision %d, %d children, %v", again.Rev, len(again.Children), err)
	}
	// Keys belong to people: another person's same key is another command.
	colleague := flow.Actor{User: "u-window-2", Role: "general_window"}
	if v, err := o.Act(t.Context(), colleague, reg, cmd); err != nil || len(v.Children) != 2 {
		t.Errorf("a colleague's same key: %v", err)
	}

	a := o.application(p.ID, "GH02")
	one, err := o.Apply(t.Context(), owner, p.ID, "GH02", a)
	if err != nil {
		t.Fatal(err)
	}
	two, err := o.Apply(t.Context(), owner, p.ID, "GH02", a)
	if err != nil || one.ID != two.ID {
		t.Errorf("the same application again: %v", err)
	}
	a.Key = "another"
	_, err = o.Apply(t.Context(), owner, p.ID, "GH02", a)
	if r, ok := errors.AsType[*flow.Refusal](err); !ok || r.Code != casework.RefusedOpenAlready {
		t.Errorf("a second open application: %v", err)
	}
	o.act(owner, one.ID, "withdraw", map[string]any{"reason": "改期再办"})
	three, err := o.Apply(t.Context(), owner, p.ID, "GH02", o.application(p.ID, "GH02"))
	if err != nil || three.ID == one.ID {
		t.Errorf("after a withdrawal: %v", err)
	}
}

// TestOverdueReplyIsMended: T5. The mark stays; what a department missed is added by dispatching again, and the owner
// may apply in any case.
func TestOverdueReplyIsMended(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	p := o.register("RATIFICATION", nil)
	reg := o.find(p.ID, "registration", "")
	dispatch := map[string]any{"stage": "S1", "departments": []any{"GH"}}
	o.act(window, reg, "dispatch", dispatch)
	first := o.find(p.ID, "reply", "GH")
	o.at("2025-03-07 09:00")
	_, err := o.Act(t.Context(), of("GH", "handler"), first, casework.ActCmd{Do: "reply", Input: map[string]any{"items": []any{"GH02"}}})
	if r, ok := errors.AsType[*flow.Refusal](err); !ok || r.Code != "final" {
		t.Errorf("a reply after the automatic one: %v", err)
	}
	if v := o.apply(p.ID, "GH02"); v.View.State != "pre_review" {
		t.Errorf("the owner's application is %s", v.View.State)
	}
	o.act(window, reg, "dispatch", dispatch)
	v := o.view(window, reg)
	if len(v.Replies) != 2 {
		t.Fatalf("%d replies", len(v.Replies))
	}
	second := v.Replies[1]
	if v.Replies[0].ID != first || v.Replies[0].Round != 2 || second.Round <= 2 {
		t.Errorf("rounds %d and %d, want the second dispatch after event 2", v.Replies[0].Round, second.Round)
	}
	wantDue(t, o.view(auditor, second.ID), "reply", "2025-03-12 09:00")
	o.act(of("GH", "handler"), second.ID, "reply", map[string]any{"items": []any{"GH02"}})
	if marks := o.view(auditor, first).View.Marks; !slices.Contains(marks, "overdue_no_reply") {
		t.Errorf("the mark is gone: %v", marks)
	}
}

// TestMaterials: what is needed must be there or lawfully promised; types and sizes are looked up in the content; and
// what was promised must be there before the act it was promised for.
func TestMaterials(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	p := o.register("RATIFICATION", nil)
	file := func(who flow.Actor, content string) casework.FileRef {
		f, err := o.PutFile(t.Context(), who, `C:\申请表.pdf`, strings.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	full := o.application(p.ID, "FG04")
	for name, tt := range map[string]struct {
		change func(*casework.Application)
		want   string
	}{
		"one is missing": {func(a *casework.Application) { delete(a.Files, "project-report") }, "/materials/project-report material-missing"},
		"it may not follow later": {func(a *casework.Application) {
			delete(a.Files, "project-report")
			a.Deferred = []string{"project-report"}
		}, "/materials/project-report material-not-deferrable"},
		"it is a program": {func(a *casework.Application) {
			a.Files["project-report"] = []casework.FileRef{file(owner, "MZ\x90\x00 program")}
		}, "/materials/project-report material-type"},
		"it only says that it is a PDF": {func(a *casework.Application) {
			f := file(owner, "<script>")
			f.Type = "application/pdf"
			a.Files["project-report"] = []casework.FileRef{f}
		}, "/materials/project-report material-type"},
		"nobody asked for this":          {func(a *casework.Application) { a.Files["love-letter"] = []casework.FileRef{file(owner, "%PDF-1.7")} }, "/materials/love-letter material-unknown"},
		"the answers are checked before": {func(a *casework.Application) { a.Answers = map[string]any{} }, "/statement required"},
	} {
		t.Run(name, func(t *testing.T) {
			a := full
			a.Files = map[string][]casework.FileRef{}
			for id, refs := range full.Files {
				a.Files[id] = refs
			}
			tt.change(&a)
			_, err := o.Apply(t.Context(), owner, p.ID, "FG04", a)
			got := ""
			if bad, ok := errors.AsType[*casework.Invalid](err); ok {
				got = bad.Problems[0].Pointer + " " + bad.Problems[0].Code
			} else if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	delete(full.Files, "authorisation")
	full.Deferred = []string{"authorisation"} // 可容缺
	if _, err := o.Apply(t.Context(), owner, p.ID, "FG04", full); err != nil {
		t.Fatal(servertest.Explain(err))
	}
	id := o.find(p.ID, "permit", "FG04")
	o.act(of("FG", "dept_window"), id, "pass_pre_review", nil)
	_, err := o.Act(t.Context(), of("FG", "handler"), id, casework.ActCmd{Do: "accept"})
	if bad, ok := errors.AsType[*casework.Invalid](err); !ok || bad.Problems[0].Code != "material-deferred" {
		t.Errorf("accepted without what was promised: %v", err)
	}
	o.act(of("FG", "dept_window"), id, "issue_correction", map[string]any{"items": []any{"授权委托书"}})
	stolen := file(other, "%PDF-1.7 of somebody else")
	if _, err := o.Act(t.Context(), owner, id, casework.ActCmd{Do: "supplement", Files: map[string][]casework.FileRef{"authorisation": {stolen}}}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("handed in a file that somebody else uploaded: %v", err)
	}
	mine := file(owner, "%PDF-1.7 authorisation")
	v, err := o.Act(t.Context(), owner, id, casework.ActCmd{Do: "supplement", Files: map[string][]casework.FileRef{"authorisation": {mine}}})
	if err != nil {
		t.Fatal(err)
	}
	if mine.Name != "申请表.pdf" {
		t.Errorf("name kept as %q", mine.Name)
	}
	r, ref, err := o.OpenFile(t.Context(), of("FG", "handler"), v.ID, mine.Digest)
	if err != nil || ref.Type != "application/pdf" {
		t.Fatalf("open: %+v %v", ref, err)
	}
	_ = r.Close()
	if _, _, err := o.OpenFile(t.Context(), of("GT", "handler"), v.ID, mine.Digest); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another department opened it: %v", err)
	}
	o.act(of("FG", "handler"), id, "accept", nil)
}
