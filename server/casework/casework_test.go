package casework_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"banli/definitions/catalogue"
	"banli/engine/flow"
	"banli/server/casework"
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
	p, err := o.Register(o.t.Context(), owner, casework.Registration{Answers: registration(regime, with), Key: o.nextKey()})
	if err != nil {
		o.t.Fatal(explain(err))
	}
	return p
}

func (o *office) act(who flow.Actor, id, do string, input map[string]any) *casework.CaseView {
	o.t.Helper()
	v, err := o.Act(o.t.Context(), who, id, casework.ActCmd{Do: do, Input: input, Key: o.nextKey()})
	if err != nil {
		o.t.Fatalf("%s: %s", do, explain(err))
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
		o.t.Fatalf("apply for %s: %s", item, explain(err))
	}
	return v
}

func (o *office) application(project, item string) casework.Application {
	return o.applicationBy(owner, project, item)
}

func (o *office) applicationBy(who flow.Actor, project, item string) casework.Application {
	o.t.Helper()
	a := casework.Application{Key: o.nextKey(), Answers: applicationAnswers(), Files: map[string][]casework.FileRef{}}
	states, err := o.CheckMaterials(o.t.Context(), who, project, item, a)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, m := range states {
		if m.Needed && !m.Shared {
			f, err := o.PutFile(o.t.Context(), who, m.ID+".pdf", strings.NewReader("%PDF-1.7 "+m.ID))
			if err != nil {
				o.t.Fatal(err)
			}
			a.Files[m.ID] = append(a.Files[m.ID], f)
		}
	}
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

// explain words an error with every problem it holds.
func explain(err error) string {
	b, _ := json.Marshal(err)
	return err.Error() + " " + string(b)
}

func applicationAnswers() map[string]any {
	return map[string]any{
		"agent_name": "王五", "agent_mobile": "13800000001", "statement": "申请办理本事项", "delivery_method": "electronic", "declare_true": true,
	}
}

// registration is a complete form for a regime.
func registration(regime string, with map[string]any) map[string]any {
	n := func(s string) json.Number { return json.Number(s) }
	a := map[string]any{
		"is_classified": false, "regime": regime, "project_category": "01", "name": "仁和区示范标准厂房新建项目",
		"nature": "0", "works_type": "building", "industry_code": "47", "scale_content": "新建标准厂房 2 栋，建筑面积 12000 平方米",
		"planned_start": "2030-01", "planned_end": "2031-06", "already_started": false,
		"division_code": "510411", "place_code": []any{"510411"}, "place_detail": "仁和区南山工业园区一号路 8 号",
		"in_dev_zone": false, "land_mode": "2", "land_area": n("20000"), "new_land_area": n("0"),
		"total_investment": n("5000"), "energy_tce": n("0"), "power_kwh": n("0"), "eia_class": "form", "scenario_flags": []any{"none"},
		"owner_name": "攀枝花示范实业有限公司", "owner_cert_type": "A05300", "owner_cert_no": "91510411MA65ABCDX9",
		"investor_type": "3", "legal_rep": "赵六", "legal_rep_id_type": "111", "legal_rep_id_no": "510411190001010018",
		"principal": "钱七", "principal_mobile": "13800000002", "contact_name": "孙八", "contact_mobile": "13800000003",
		"declare_true": true, "declare_report": true, "declare_policy": true,
		"permit_industry": "01", "permit_item_code": "城建：城市道路桥梁", "policy_class": "permitted",
		"land_agricultural": n("0"), "land_forest": n("0"), "land_grass": n("0"), "land_basic_farmland": n("0"),
		"floor_area": n("12000"), "fund_lines": []any{map[string]any{"source": "06", "amount": n("5000")}}, "capital": n("2000"),
		"disturb_area": n("0.5"), "earthwork": n("0.2"), "owner_place": "攀枝花市仁和区", "business_scope": "通用设备制造",
		"share_lines": []any{map[string]any{"holder": "赵六", "ratio": n("100")}},
	}
	for k, v := range with {
		a[k] = v
	}
	return a
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
