package casework_test

import (
	"errors"
	"fmt"
	"testing"

	"banli/engine/flow"
	"banli/server/casework"
	"banli/store"
)

// TestAccess is the table of role × record: who sees what, by every way in. What somebody may not see looks as if it
// were not there.
func TestAccess(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	p := o.register("RATIFICATION", nil)
	reg := o.find(p.ID, "registration", "")
	o.act(window, reg, "dispatch", map[string]any{"stage": "S1", "departments": []any{"FG", "GH"}})
	reply, permit := o.find(p.ID, "reply", "FG"), o.apply(p.ID, "GH02").ID
	o.act(of("GH", "dept_window"), permit, "pass_pre_review", nil)
	liaison, stranger := flow.Actor{User: "u-liaison", Role: "liaison"}, flow.Actor{User: "u-stranger", Role: "liaison"}
	if err := o.Mandate(t.Context(), owner, p.ID, liaison.User, true); err != nil {
		t.Fatal(err)
	}
	if err := o.Mandate(t.Context(), stranger, p.ID, stranger.User, true); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a mandate given to oneself: %v", err)
	}

	const all = "project registration reply permit"
	for _, tt := range []struct {
		who  flow.Actor
		sees string
	}{
		{owner, all},
		{other, ""},
		{liaison, all},
		{stranger, ""},
		{flow.Actor{User: "", Role: "owner"}, ""},
		{flow.Actor{}, ""},
		{window, all},
		{of("FG", "dept_window"), "project reply"},
		{of("FG", "handler"), "project reply"},
		{of("GH", "dept_leader"), "project permit"},
		{of("", "handler"), ""},
		{of("SW", "handler"), ""},
		{flow.Actor{User: "a", Role: "platform_admin"}, all},
		{flow.Actor{User: "a", Role: "service_center"}, all},
		{flow.Actor{User: "a", Role: "supervisor"}, all},
		{flow.Actor{User: "a", Role: "leading_group"}, all},
		{auditor, all},
		{flow.Actor{User: "a", Role: "rule_designer"}, ""},
		{flow.Actor{User: "a", Role: "system_admin"}, ""},
		{flow.Actor{User: "a", Role: "nobody"}, ""},
	} {
		t.Run(fmt.Sprint(tt.who.Role, " ", tt.who.Department, " ", tt.who.User), func(t *testing.T) {
			got := ""
			add := func(name string, err error) {
				switch {
				case err == nil:
					got += name + " "
				case !errors.Is(err, store.ErrNotFound):
					t.Errorf("%s: %v", name, err)
				}
			}
			_, err := o.Project(t.Context(), tt.who, p.ID)
			add("project", err)
			for _, c := range []struct{ name, id, clock string }{{"registration", reg, "window"}, {"reply", reply, "reply"}, {"permit", permit, "intake"}} {
				_, err := o.Case(t.Context(), tt.who, c.id)
				add(c.name, err)
				_, err2 := o.Explain(t.Context(), tt.who, c.id, c.clock)
				_, _, err3 := o.OpenFile(t.Context(), tt.who, c.id, "0")
				_, err4 := o.Act(t.Context(), tt.who, c.id, casework.ActCmd{Do: "no such act"})
				hidden := errors.Is(err, store.ErrNotFound)
				if errors.Is(err2, store.ErrNotFound) != hidden || errors.Is(err4, store.ErrNotFound) != hidden || !errors.Is(err3, store.ErrNotFound) {
					t.Errorf("%s: seen otherwise by other ways: %v; %v; %v; %v", c.name, err, err2, err3, err4)
				}
			}
			if want := tt.sees; got != "" && got[:len(got)-1] != want || got == "" && want != "" {
				t.Errorf("sees %q, want %q", got, want)
			}
			// Lists hold nothing that a look at the case would hide.
			page, counts, err := o.Queue(t.Context(), tt.who, store.CaseQuery{})
			if err != nil || counts.Total() != len(page.Rows) {
				t.Errorf("queue: %d rows, %d counted, %v", len(page.Rows), counts.Total(), err)
			}
			for _, l := range page.Rows {
				if _, err := o.Case(t.Context(), tt.who, l.ID); err != nil {
					t.Errorf("the queue shows %s: %v", l.Flow, err)
				}
			}
			projects, err := o.Projects(t.Context(), tt.who, store.ProjectQuery{})
			if err != nil {
				t.Error(err)
			}
			for _, l := range projects.Rows {
				if _, err := o.Project(t.Context(), tt.who, l.ID); err != nil {
					t.Errorf("the list shows project %s: %v", l.ID, err)
				}
			}
		})
	}
	if _, err := o.Apply(t.Context(), other, p.ID, "FG04", casework.Application{}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody else applied: %v", err)
	}
	if _, err := o.Amend(t.Context(), other, p.ID, casework.Registration{}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody else amended: %v", err)
	}
}

func TestAuditLog(t *testing.T) {
	o := newOffice(t, "2025-03-03 09:00")
	admin := flow.Actor{User: "a", Role: "system_admin"}
	for _, kind := range []string{"user-add", "user-disable"} {
		if err := o.Audit(t.Context(), admin, kind, map[string]string{"login": "x"}); err != nil {
			t.Fatal(err)
		}
		o.at("2025-03-03 10:00")
	}
	page, err := o.AuditLog(t.Context(), auditor, "")
	if err != nil || len(page.Rows) != 2 || page.Rows[0].Kind != "user-disable" || page.Rows[0].By != admin {
		t.Errorf("audit log: %+v %v", page, err)
	}
	if _, err := o.AuditLog(t.Context(), window, ""); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the window reads the audit log: %v", err)
	}
}
