package casework_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"banli/definitions"
	"banli/engine/flow"
	"banli/server/casework"
	"banli/server/servertest"
	"banli/store"
)

var designer = flow.Actor{User: "u-admin", Name: "平台管理", Role: "platform_admin"}

// edited is the files in force with one text replaced.
func edited(t *testing.T, o *office, file, old, new string) map[string][]byte {
	t.Helper()
	files := maps.Clone(o.Catalogues.Current().Files)
	text := string(files[file])
	if strings.Count(text, old) != 1 {
		t.Fatalf("%s has %q %d times", file, old, strings.Count(text, old))
	}
	files[file] = []byte(strings.Replace(text, old, new, 1))
	return files
}

// TestPublish: new cases use a new revision; a running clock keeps the limit it was armed with; an item is taken anew
// at acceptance (T15), as it is in force at that instant.
func TestPublish(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	p := o.register("RATIFICATION", nil)
	reg := o.find(p.ID, "registration", "")
	o.act(window, reg, "dispatch", map[string]any{"stage": "S1", "departments": []any{"FG"}})
	before := o.find(p.ID, "reply", "FG")
	permit := o.apply(p.ID, "GH02").ID
	o.act(of("GH", "dept_window"), permit, "pass_pre_review", nil)
	old := o.Catalogues.Current()

	o.at("2025-03-03 10:00")
	files := edited(t, o, "catalogue.yaml", "  reply_hours:\n    value: 72", "  reply_hours:\n    value: 48")
	item := string(files["items/GH02.yaml"])
	promised := item[strings.Index(item, "promised:"):]
	days := promised[strings.Index(promised, "days:"):strings.Index(promised, "\n  source")]
	files["items/GH02.yaml"] = []byte(strings.Replace(item, "promised:\n  "+days, "promised:\n  days: 3", 1))
	r, err := o.Catalogues.Publish(t.Context(), designer, files, "回复时限改为 48 小时，GH02 承诺改为 3 日")
	if err != nil {
		t.Fatal(servertest.Explain(err))
	}
	if cur := o.Catalogues.Current(); cur.Revision != r.ID || cur.Param("reply_hours") != 48 || r.No != 2 {
		t.Errorf("in force: %.12s no %d, reply_hours %d", cur.Revision, r.No, cur.Param("reply_hours"))
	}

	o.at("2025-03-03 11:00")
	o.act(window, reg, "dispatch", map[string]any{"stage": "S1", "departments": []any{"GT"}})
	wantDue(t, o.view(auditor, before), "reply", "2025-03-06 09:00")
	wantDue(t, o.view(auditor, o.find(p.ID, "reply", "GT")), "reply", "2025-03-05 11:00")
	if v := o.view(auditor, before); v.Catalogue.Revision != old.Revision {
		t.Errorf("a running case moved to revision %.12s", v.Catalogue.Revision)
	}
	v := o.act(of("GH", "handler"), permit, "accept", nil)
	wantDue(t, v, "promised", "2025-03-07 00:00") // 3 days from Monday
	if v.Item.Promised.Days != 3 {
		t.Errorf("the case shows a promise of %d days", v.Item.Promised.Days)
	}

	// Taken back: the next acceptance is as before, this one is not.
	if _, err := o.Catalogues.Publish(t.Context(), designer, old.Files, "撤回"); err != nil {
		t.Fatal(servertest.Explain(err))
	}
	wantDue(t, o.view(auditor, permit), "promised", "2025-03-07 00:00")
	history, err := o.Catalogues.History(t.Context())
	if err != nil || len(history) != 3 || history[0].ID != history[2].ID || history[1].By != designer || history[1].Note == "" {
		t.Errorf("history: %+v %v", history, err)
	}
}

// TestLatePublication: a worker that comes after a publication takes the item as it was when the case was deemed
// accepted, not as it is when it gets there.
func TestLatePublication(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	p := o.register("RATIFICATION", nil)
	permit := o.apply(p.ID, "GH02").ID
	o.act(of("GH", "dept_window"), permit, "pass_pre_review", nil)
	days := o.view(auditor, permit).Item.Promised.Days
	o.at("2025-03-20 09:00") // deemed accepted on the 11th, 0:00
	item := string(o.Catalogues.Current().Files["items/GH02.yaml"])
	i := strings.Index(item, "promised:\n  days: ")
	files := edited(t, o, "items/GH02.yaml", item[i:i+len("promised:\n  days: 7")], "promised:\n  days: 2")
	if _, err := o.Catalogues.Publish(t.Context(), designer, files, "缩短"); err != nil {
		t.Fatal(servertest.Explain(err))
	}
	o.work()
	v := o.view(auditor, permit)
	if v.View.State != "accepted" || v.Item.Promised.Days != days {
		t.Errorf("%s with a promise of %d days, want accepted with %d", v.View.State, v.Item.Promised.Days, days)
	}
}

func TestPublishRefuses(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	second := openOffice(t, o.Store, "2025-03-03 09:00")
	revision := o.Catalogues.Current().Revision

	files := edited(t, o, "flows/reply.yaml", "on_due: auto_reply", "on_due: auto_rply")
	_, err := o.Catalogues.Publish(t.Context(), designer, files, "")
	if faults, ok := errors.AsType[definitions.Faults](err); !ok || len(faults) == 0 || faults[0].File != "flows/reply.yaml" || faults[0].Line == 0 {
		t.Errorf("a fault: %v", err)
	}
	files = edited(t, o, "flows/filing.yaml", "    again: restart\n", "    again: resume\n")
	_, err = o.Catalogues.Publish(t.Context(), designer, files, "")
	if failed, ok := errors.AsType[*casework.FailedTests](err); !ok || len(failed.Failed) == 0 {
		t.Errorf("a rule whose tests fail: %v", err)
	}
	if o.Catalogues.Current().Revision != revision {
		t.Error("a refused publication is in force")
	}

	files = edited(t, o, "catalogue.yaml", "  reply_hours:\n    value: 72", "  reply_hours:\n    value: 71")
	if _, err := o.Catalogues.Publish(t.Context(), designer, files, "first"); err != nil {
		t.Fatal(servertest.Explain(err))
	}
	if _, err := second.Catalogues.Publish(t.Context(), designer, files, "at the same time"); !errors.Is(err, store.ErrConflict) {
		t.Errorf("two at once: %v", err)
	}
	// A case opened on the first server is at home on the second, before that was told anything.
	p := o.register("RATIFICATION", nil)
	second.view(window, second.find(p.ID, "registration", ""))
	if err := second.Catalogues.Refresh(t.Context()); err != nil || second.Catalogues.Current().Param("reply_hours") != 71 {
		t.Errorf("the second server uses %d: %v", second.Catalogues.Current().Param("reply_hours"), err)
	}
}
