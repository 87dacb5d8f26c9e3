package casework_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"banli/definitions/catalogue"
	"banli/engine/flow"
	"banli/server/casework"
	"banli/server/servertest"
	"banli/store"
	"banli/store/sqlite"
)

// office is a whole office on the embedded store, with a clock that a test moves.
type office struct {
	*casework.Service
	t   testing.TB
	now time.Time
	key int
}

var (
	owner   = flow.Actor{User: "u-owner", Name: "张三", Role: "owner"}
	other   = flow.Actor{User: "u-other", Name: "李四", Role: "owner"}
	window  = flow.Actor{User: "u-window", Name: "综窗", Role: "general_window"}
	auditor = flow.Actor{User: "u-audit", Name: "审计", Role: "auditor"}
)

// of is somebody of a department.
func of(department, role string) flow.Actor {
	return flow.Actor{User: "u-" + department + "-" + role, Name: role, Role: role, Department: department}
}

func newOffice(t testing.TB, at string) *office {
	t.Helper()
	st, err := sqlite.Open(context.Background(), ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return openOffice(t, st, at)
}

func openOffice(t testing.TB, st store.Store, at string) *office {
	t.Helper()
	o := &office{t: t, now: instant(t, at)}
	now := func() time.Time { return o.now }
	cats, err := casework.OpenCatalogues(context.Background(), st, catalogue.Renhe, now)
	if err != nil {
		t.Fatal(err)
	}
	o.Service = &casework.Service{Store: st, Catalogues: cats, Now: now, Log: slog.New(slog.DiscardHandler)}
	return o
}

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, time.FixedZone("CST", 8*3600))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// at moves the clock. Nothing else happens: no worker runs.
func (o *office) at(s string) { o.now = instant(o.t, s) }

// work does what a worker does.
func (o *office) work() int {
	o.t.Helper()
	ticked, err := o.Tick(o.t.Context(), o.now)
	if err != nil {
		o.t.Fatal(err)
	}
	if _, err := o.Deliver(o.t.Context(), o.now); err != nil {
		o.t.Fatal(err)
	}
	return ticked.Fired
}

func (o *office) nextKey() string { o.key++; return fmt.Sprintf("k%d", o.key) }

func (o *office) register(regime string, with map[string]any) *store.Project {
	o.t.Helper()
	p, err := o.Register(o.t.Context(), owner, casework.Registration{Answers: servertest.Registration(regime, with), Key: o.nextKey()})
	if err != nil {
		o.t.Fatal(servertest.Explain(err))
	}
	return p
}

func (o *office) act(who flow.Actor, id, do string, input map[string]any) *casework.CaseView {
	o.t.Helper()
	v, err := o.Act(o.t.Context(), who, id, casework.ActCmd{Do: do, Input: input, Key: o.nextKey()})
	if err != nil {
		o.t.Fatalf("%s: %s", do, servertest.Explain(err))
	}
	return v
}

func (o *office) view(who flow.Actor, id string) *casework.CaseView {
	o.t.Helper()
	v, err := o.Case(o.t.Context(), who, id)
	if err != nil {
		o.t.Fatal(err)
	}
	return v
}

// find is the one case of a project with this flow and item or department.
func (o *office) find(project, flowID, which string) string {
	o.t.Helper()
	v, err := o.Project(o.t.Context(), auditor, project)
	if err != nil {
		o.t.Fatal(err)
	}
	var ids []string
	for _, c := range v.Cases {
		if c.Flow == flowID && (which == "" || c.Item == which || c.Department == which) {
			ids = append(ids, c.ID)
		}
	}
	if len(ids) != 1 {
		o.t.Fatalf("project has %d cases of %s %s, want 1", len(ids), flowID, which)
	}
	return ids[0]
}

// apply applies for an item with every material it needs.
func (o *office) apply(project, item string) *casework.CaseView {
	o.t.Helper()
	v, err := o.Apply(o.t.Context(), owner, project, item, o.application(project, item))
	if err != nil {
		o.t.Fatalf("apply for %s: %s", item, servertest.Explain(err))
	}
	return v
}

func (o *office) application(project, item string) casework.Application {
	return o.applicationBy(owner, project, item)
}

func (o *office) applicationBy(who flow.Actor, project, item string) casework.Application {
	o.t.Helper()
	a := servertest.Complete(o.t, o.Service, who, project, item)
	a.Key = o.nextKey()
	return a
}

// ledger is the events of a case, one a line: what, when it took effect, by whom.
func ledger(v *casework.CaseView) string {
	var b strings.Builder
	for _, e := range v.Ledger {
		fmt.Fprintf(&b, "%s %s %s\n", e.At.In(time.FixedZone("CST", 8*3600)).Format("2006-01-02 15:04"), e.Do, e.By.Role)
	}
	return b.String()
}

func wantDue(t *testing.T, v *casework.CaseView, clock, want string) {
	t.Helper()
	for _, c := range v.View.Clocks {
		if c.ID != clock {
			continue
		}
		if c.Due == nil || !c.Due.Equal(instant(t, want)) {
			t.Errorf("clock %s is due %v, want %s", clock, c.Due, want)
		}
		return
	}
	t.Errorf("no clock %s", clock)
}

func wantStatus(t *testing.T, o *office, project, want string) {
	t.Helper()
	p, err := o.Store.Project(t.Context(), project)
	if err != nil || p.Status != want {
		t.Errorf("project is %s, want %s (%v)", p.Status, want, err)
	}
}

func wantLedger(t *testing.T, v *casework.CaseView, want string) {
	t.Helper()
	want = strings.ReplaceAll(strings.TrimPrefix(want, "\n"), "\t", "") + "\n"
	if got := ledger(v); got != want {
		t.Errorf("ledger:\n%swant:\n%s", got, want)
	}
}

func queueLine(t *testing.T, o *office, who flow.Actor, id string) casework.CaseLine {
	t.Helper()
	page, _, err := o.Queue(t.Context(), who, store.CaseQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range page.Rows {
		if l.ID == id {
			return l
		}
	}
	t.Fatalf("case %s is not in the queue of %s", id, who.Role)
	return casework.CaseLine{}
}
