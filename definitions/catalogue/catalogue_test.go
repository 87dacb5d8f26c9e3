package catalogue_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"banli/definitions"
	"banli/definitions/catalogue"
	"banli/engine/calendar"
	"banli/forms"
)

var once = sync.OnceValues(func() (*definitions.Catalogue, definitions.Faults) { return definitions.Load(catalogue.Renhe) })

// load gives the shipped catalogue, which has neither faults nor warnings.
func load(t *testing.T) *definitions.Catalogue {
	t.Helper()
	c, faults := once()
	for _, f := range faults {
		t.Error(f)
	}
	if c == nil {
		t.FailNow()
	}
	return c
}

func TestTestsBesideTheRulesPass(t *testing.T) {
	for _, r := range definitions.RunTests(load(t)) {
		if !r.Passed() {
			t.Error(r)
		}
	}
}

func TestEveryWorkedDateIsATest(t *testing.T) {
	c := load(t)
	for n := 1; n <= 44; n++ {
		name := fmt.Sprintf("E%d ", n)
		if !slices.ContainsFunc(c.Tests, func(x definitions.Test) bool { return strings.HasPrefix(x.Name, name) }) {
			t.Errorf("no test of worked date %s", name)
		}
	}
}

func TestEveryActIsPlayed(t *testing.T) {
	c := load(t)
	played := map[string]bool{}
	for _, x := range c.Tests {
		id := x.Flow
		if it := c.Item(x.Item, x.At); id == "" && it != nil {
			id = it.Flow
		}
		for _, e := range x.Events {
			played[id+" "+e.Do] = true
		}
	}
	for _, f := range c.Flows {
		for _, a := range f.Spec.Actions {
			byItself := slices.Contains(a.By, "clock") || slices.Contains(a.By, "engine")
			if !byItself && !played[f.Spec.ID+" "+a.ID] {
				t.Errorf("no test takes %s %s", f.Spec.ID, a.ID)
			}
		}
	}
}

// The figures of the State Council's notices: 314 listed days, and so many working days in each year.
func TestCalendar(t *testing.T) {
	cal := load(t).Calendar
	if n := len(cal.Exceptions()); n != 314 {
		t.Errorf("%d listed days, expected 314", n)
	}
	for i, want := range []int{250, 250, 249, 250, 249, 249, 251, 248, 248} {
		year := 2018 + i
		if got := cal.Count(calendar.NewDate(year, time.January, 1), calendar.NewDate(year+1, time.January, 1)); got != want {
			t.Errorf("%d has %d working days, expected %d", year, got, want)
		}
	}
}

func TestComplete(t *testing.T) {
	c := load(t)
	items, departments := map[string]bool{}, map[string]bool{}
	for _, it := range c.Items {
		items[it.ID], departments[it.Department] = true, true
	}
	sections := 0
	for _, code := range c.CodeLists["industry"].Codes {
		if code.Parent == "" {
			sections++
		}
	}
	got := []int{len(items), len(departments), len(c.Departments), sections, len(c.CodeLists["industry"].Codes) - sections}
	if want := []int{84, 19, 19, 20, 97}; !slices.Equal(got, want) {
		t.Errorf("items, departments with items, departments, industry sections and divisions: %v, expected %v", got, want)
	}
}

// works is what the registrations of the tests have in common; each adds its own.
const works = `"is_classified": false, "nature": "0", "works_type": "building", "industry_code": "47", "already_started": false,
	"scale_content": "新建教学楼一栋，建筑面积 8000 平方米", "planned_start": "2026-06", "planned_end": "2027-12",
	"division_code": "510411100", "place_code": ["510411100"], "place_detail": "仁和镇", "in_dev_zone": false,
	"land_area": 12000, "new_land_area": 12000, "total_investment": 3200.5, "energy_tce": 120, "power_kwh": 60,
	"eia_class": "form", "owner_cert_type": "A05300", "owner_cert_no": "11510411MB00000196", "legal_rep": "张三",
	"legal_rep_id_type": "111", "legal_rep_id_no": "11010519491231002X", "principal": "李四", "principal_mobile": "13800000000",
	"contact_name": "王五", "contact_mobile": "13900000000", "declare_true": true, "declare_report": true,
	"permit_industry": "10", "land_agricultural": 0, "land_forest": 0, "land_grass": 0, "land_basic_farmland": 0,
	"floor_area": 8000, "disturb_area": 1.2, "earthwork": 0.8, `

var registrations = map[string]string{
	"APPROVAL": works + `"regime": "APPROVAL", "project_category": "01", "name": "仁和镇中心小学教学楼", "land_mode": "1", "investor_type": "1",
		"owner_name": "仁和区教育局", "permit_item_code": "区级预算内投资", "fiscal_amount": 3200.5, "must_tender": true,
		"bidding_mode": "public", "bidding_agency": "agency", "scenario_flags": ["fire"],
		"fund_lines": [{"source": "04", "amount": 2000}, {"source": "03", "amount": 1200.5}]`,
	"RATIFICATION": works + `"regime": "RATIFICATION", "project_category": "01", "name": "仁和镇独立焦化改造", "land_mode": "2", "investor_type": "3",
		"owner_name": "仁和某某实业有限公司", "permit_item_code": "原材料：目录条目", "policy_class": "permitted", "capital": 1000,
		"owner_place": "仁和镇", "business_scope": "焦化产品生产", "declare_policy": true, "scenario_flags": ["none"],
		"share_lines": [{"holder": "某某集团", "ratio": 100}], "fund_lines": [{"source": "06", "amount": 3200.5}]`,
	"FILING": works + `"regime": "FILING", "project_category": "02", "name": "仁和镇机加车间技术改造", "land_mode": "5", "investor_type": "3",
		"owner_name": "仁和某某机械有限公司", "policy_class": "encouraged", "policy_item": "机械类", "owner_place": "仁和镇",
		"business_scope": "机械加工", "declare_policy": true, "scenario_flags": ["none"]`,
}

func answers(t *testing.T, regime string, change ...string) map[string]any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader("{" + registrations[regime] + "}"))
	dec.UseNumber()
	a := map[string]any{}
	if err := dec.Decode(&a); err != nil {
		t.Fatal(err)
	}
	for _, c := range change {
		dec := json.NewDecoder(strings.NewReader("{" + c + "}"))
		dec.UseNumber()
		if err := dec.Decode(&a); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func TestRegistrationForm(t *testing.T) {
	f := load(t).Forms["registration"]
	for name, tt := range map[string]struct {
		regime, change string
		want           []string // pointers and codes of the problems
	}{
		"a government investment":                   {"APPROVAL", ``, nil},
		"an investment in the catalogue":            {"RATIFICATION", ``, nil},
		"a filing":                                  {"FILING", ``, nil},
		"funds must add up to the total":            {"APPROVAL", `"total_investment": 3000`, []string{"/fund_lines sum"}},
		"completion not before the start":           {"FILING", `"planned_end": "2026-05"`, []string{"/planned_end not-before"}},
		"what is prohibited cannot be registered":   {"FILING", `"policy_class": "eliminated"`, []string{"/policy_class follow"}},
		"the check digit of the credit code":        {"FILING", `"owner_cert_no": "91350100M000100Y44"`, []string{"/owner_cert_no uscc.digit"}},
		"the check digit of the identity number":    {"FILING", `"legal_rep_id_no": "110105194912310021"`, []string{"/legal_rep_id_no resident-id.digit"}},
		"another district's project":                {"FILING", `"division_code": "510402"`, []string{"/division_code follow"}},
		"an industry down to its division":          {"FILING", `"industry_code": "C"`, []string{"/industry_code follow"}},
		"a total of nothing is explained":           {"FILING", `"total_investment": 0`, []string{"/total_investment_note required"}},
		"a foreign investor says from where":        {"FILING", `"investor_type": "4"`, []string{"/foreign_country required", "/foreign_share required"}},
		"who must tender says how":                  {"APPROVAL", `"bidding_mode": null`, []string{"/bidding_mode required"}},
		"the declaration of policy cannot be left":  {"FILING", `"declare_policy": false`, []string{"/declare_policy required"}},
		"money has four decimals":                   {"FILING", `"total_investment": 0.00001`, []string{"/total_investment number"}},
		"a development zone has a name":             {"FILING", `"in_dev_zone": true`, []string{"/dev_zone_name required"}},
		"an old certificate has its own check":      {"FILING", `"owner_cert_type": "A05201", "owner_org_code": "M000100Y4"`, nil},
		"what is not asked of a filing is not kept": {"FILING", `"must_tender": true`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			a := f.Prune(answers(t, tt.regime, tt.change))
			var got []string
			for _, p := range f.Check(a, forms.Context{Today: "2026-05-06"}) {
				got = append(got, p.Pointer+" "+p.Code)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("problems %q, expected %q", got, tt.want)
			}
		})
	}
}

func TestClassifiedProjectStops(t *testing.T) {
	f := load(t).Forms["registration"]
	if _, stop := f.Stop(answers(t, "FILING", `"is_classified": true`)); !stop {
		t.Error("a classified project goes on")
	}
	if _, stop := f.Stop(answers(t, "FILING")); stop {
		t.Error("a project that is not classified stops")
	}
}

func TestNeededItems(t *testing.T) {
	c := load(t)
	at := time.Date(2026, 6, 1, 9, 0, 0, 0, c.Calendar.Zone())
	for name, tt := range map[string]struct {
		answers map[string]any
		want    string
	}{
		"a school": {answers(t, "APPROVAL"), "FG01 FG02 FG07 GH01 GH02 GT01 GT02 FG03 GH03 GH04 CG04 HB02 SW02 ZJ01 ZJ02 ZJ03 " +
			"GH07 GT06 GT07 SW08 ZJ04 ZJ05 ZJ07"},
		"a works on land granted for a price": {answers(t, "RATIFICATION"), "FG04 GH02 GT01 GH03 GH04 CG04 HB02 SW02 ZJ01 ZJ02 GH07 GT06 GT07 SW08 ZJ05 ZJ07"},
		"new machines in an old hall": {
			answers(t, "FILING", `"works_type": "industry", "nature": "2", "new_land_area": 0, "disturb_area": 0, "earthwork": 0, "eia_class": "registration"`),
			"JX01 GH03 GH04 CG04 HB03 ZJ01 ZJ02 GH07 GT07 SW08 ZJ05",
		},
		"a large user of energy in a river": {
			answers(t, "FILING", `"project_category": "01", "power_kwh": 500, "scenario_flags": ["river", "water_intake"]`),
			"FG05 FG06 GH03 GH04 CG04 HB02 SW02 SW03 SW04 ZJ01 ZJ02 GH07 GT06 GT07 SW08 ZJ05 ZJ07",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, n := range c.Needed(at, definitions.Data{Project: tt.answers}) {
				if n.Status != definitions.Needed {
					t.Errorf("%s is %s for want of %s", n.Item.ID, n.Status, n.Missing)
				}
				got = append(got, n.Item.ID)
			}
			if g := strings.Join(got, " "); g != tt.want {
				t.Errorf("needed %s\nexpected %s", g, tt.want)
			}
		})
	}
}

// Every document can be issued, with names in place of codes and nothing left open.
func TestDocuments(t *testing.T) {
	c := load(t)
	at := time.Date(2018, 6, 13, 10, 20, 0, 0, c.Calendar.Zone())
	data := definitions.DocumentData{
		Project:    definitions.DocumentProject{Code: "2018-510411-47-01-000001", Name: "仁和镇中心小学教学楼", OwnerName: "仁和区教育局"},
		Item:       definitions.DocumentItem{ID: "GH02", Name: "建设用地规划许可证"},
		Department: definitions.DocumentDepartment{ID: "GH", Name: "攀枝花市规划局仁和区分局", Window: "03 号窗口", Phone: "0812-0000003"},
		Case:       definitions.DocumentCase{ID: "B-1"}, At: at,
		Input: map[string]any{
			"stage": "S1", "departments": []any{"GH", "GT"}, "items": []any{"GH02", "GT01"}, "note": "说明", "reason": "理由一",
			"opinion": "改图", "remedy": "可以申请行政复议", "reasons": "不符合规划", "conclusion": "准予许可", "days": 30, "basis": "依据",
			"notice": "专家评审", "receiver": "王五", "advice": "按核准办理", "reason_code": "duplicate", "kind": "expert_review", "method": "post",
		},
		Facts: map[string]any{"accepted_at": at, "submitted_at": at, "decided_at": at, "dispatched_at": at},
		Param: c.Params(),
	}
	want := map[string]string{
		"dispatch-sheet":             "批分部门：攀枝花市规划局仁和区分局；攀枝花市国土资源局仁和区分局",
		"reply-sheet":                "本阶段需办事项：建设用地规划许可证；建设项目用地预审",
		"auto-reply-sheet":           "【逾期未回复】该部门在 72 小时",
		"registration-cancel-notice": "理由：重复登记",
		"correction-notice":          "1. GH02",
		"acceptance-notice":          "受理时间：2018年6月13日10时20分",
		"deemed-acceptance-notice":   "【视为受理】",
		"extension-notice":           "因专家评审需要时间，经本部门负责人批准，所需时间为 30 个工作日",
		"denial-decision":            "可以申请行政复议",
		"non-acceptance-notice":      "可以申请行政复议",
		"delivery-receipt":           "送达方式：邮寄",
		"filing-certificate":         "该项目已备案",
	}
	for id, d := range c.Documents {
		title, body, err := d.Render(data)
		switch {
		case err != nil:
			t.Error(err)
		case title == "" || strings.Contains(title+body, "<no value>") || strings.Contains(title+body, "[]"):
			t.Errorf("%s leaves something open:\n%s\n%s", id, title, body)
		case !strings.Contains(body, want[id]):
			t.Errorf("%s does not say %q:\n%s", id, want[id], body)
		}
		delete(want, id)
	}
	for id := range want {
		t.Errorf("no document %s", id)
	}
	_, body, _ := c.Documents["reply-sheet"].Render(definitions.DocumentData{At: at})
	if !strings.Contains(body, "本阶段需办事项：无\n") {
		t.Errorf("a reply without items does not say so:\n%s", body)
	}
}
