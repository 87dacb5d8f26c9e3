package server_test

import (
	"strings"
	"testing"
)

// A project that needs ratification goes the whole way.
func TestRatifiedProject(t *testing.T) {
	d := newDistrict(t)
	story{
		registration: registration.with(answers{
			"/regime": {"RATIFICATION"}, "/name": {"金沙江阳光康养旅游综合体项目"}, "/land_mode": {"1"},
			"/permit_item_code": {"城建：由县级政府核准的项目"}, "/capital": {"9000"}, "/must_tender": {"false"},
			"/land_agricultural": {"0"}, "/land_forest": {"0"}, "/land_grass": {"0"}, "/land_basic_farmland": {"0"},
			"/disturb_area": {"0.4"}, "/earthwork": {"0.05"},
			"/share_lines/0/holder": {"王建国"}, "/share_lines/0/ratio": {"100"},
			"/fund_lines/0/source": {"06"}, "/fund_lines/0/amount": {"30000"},
		}),
		asked:     []string{"GT", "GH", "SW"},
		corrected: itemOf{"GT01", "建设项目用地预审", "gt"},
		deemed:    itemOf{"GH01", "建设项目选址意见书", "gh"},
	}.play(d)
}

// A project that is only filed goes the whole way, beside its filing.
func TestFiledProject(t *testing.T) {
	d := newDistrict(t)
	story{
		registration: registration.with(answers{"/regime": {"FILING"}, "/name": {"芒果精深加工及包装生产线项目"}}),
		filed:        true,
		asked:        []string{"GH", "HB", "SW"},
		corrected:    itemOf{"GH02", "建设用地规划许可证", "gh"},
		deemed:       itemOf{"HB02", "环境影响报告表审批", "hb"},
	}.play(d)
}

// registration is what every project says of itself.
var registration = answers{
	"/project_category": {"01"}, "/nature": {"0"}, "/works_type": {"building"},
	"/industry_code": {"90"}, "/permit_industry": {"10"}, "/policy_class": {"permitted"},
	"/scale_content": {"新建康养公寓及配套设施，总建筑面积 42000 平方米"},
	"/planned_start": {"2030-03"}, "/planned_end": {"2032-10"}, "/already_started": {"false"},
	"/division_code": {"510411"}, "/place_code": {"510411107"}, "/place_detail": {"前进镇普达村"}, "/in_dev_zone": {"false"},
	"/land_area": {"52000"}, "/new_land_area": {"52000"}, "/floor_area": {"42000"}, "/area_assessed": {"false"}, "/land_mode": {"2"},
	"/total_investment": {"30000"}, "/energy_tce": {"320"}, "/power_kwh": {"180"}, "/eia_class": {"form"}, "/scenario_flags": {"none"},
	"/owner_name": {"攀枝花市阳光谷文旅发展有限公司"}, "/owner_cert_type": {"A05300"}, "/owner_cert_no": {"91510411MA65ABCDX9"},
	"/investor_type": {"3"}, "/owner_place": {"攀枝花市仁和区前进镇普达村"}, "/business_scope": {"康养旅游项目开发与运营"},
	"/legal_rep": {"王建国"}, "/legal_rep_id_type": {"111"}, "/legal_rep_id_no": {"11010519491231002X"},
	"/principal": {"李晓梅"}, "/principal_mobile": {"13800000001"}, "/contact_name": {"罗志强"}, "/contact_mobile": {"13800000002"},
	"/declare_true": {"true"}, "/declare_policy": {"true"}, "/declare_report": {"true"},
}

// correction asks for one thing.
var correction = answers{"/items/0": {"补充经盖章的总平面图"}, "/reason": {"不符合受理条件所列的形式要求"}}

func (a answers) with(more answers) answers {
	all := answers{}
	for _, m := range []answers{a, more} {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}

// itemOf is an item of a story: its id, its name, and the beginning of its department's accounts.
type itemOf struct{ id, name, staff string }

// story is the life of one project.
type story struct {
	registration answers
	filed        bool     // there is a filing beside the registration
	asked        []string // departments; the last one lets its time pass
	corrected    itemOf   // corrected once, supplemented, accepted, extended, granted
	deemed       itemOf   // left until it is deemed accepted
}

func (s story) play(d *district) {
	owner, window := d.enter("owner"), d.enter("window")
	project, code := s.register(owner)

	owner.open(project)
	registrationCase := owner.link("项目登记")
	if s.filed {
		s.file(d, owner, owner.link("备案"))
	}

	// The window dispatches to three departments; two reply, the third lets 72 hours pass.
	window.open("/desk")
	window.sees(code)
	window.shot("desk-window-" + s.corrected.id)
	window.act(registrationCase, "dispatch", answers{"/stage": {"S1"}, "/departments": s.asked, "/note": {"请回复本阶段需办事项"}})
	for i, it := range []itemOf{s.corrected, s.deemed} {
		dept := d.enter(strings.ToLower(s.asked[i]) + "-window")
		dept.open("/desk")
		dept.sees(code)
		dept.act(dept.firstCase(), "reply", answers{"/items": {it.id}})
	}
	window.open(registrationCase)
	window.sees("已批分，待部门回复")
	window.later(4)
	window.open(registrationCase)
	window.sees("批分完成", "逾期未回复")
	window.shot("case-registration-" + s.corrected.id)

	// Two applications in parallel.
	corrected := s.apply(owner, project, s.corrected)
	deemed := s.apply(owner, project, s.deemed)

	// One is left after it was taken in: five working days later it counts as accepted, as of the taking in.
	passer := d.enter(s.deemed.staff + "-window")
	passer.act(deemed, "pass_pre_review", nil)
	taken := passer.clock("接件计时")[2]

	// The other is corrected once, supplemented, accepted, extended and granted.
	dept, handler, leader := d.enter(s.corrected.staff+"-window"), d.enter(s.corrected.staff+"-handler"), d.enter(s.corrected.staff+"-leader")
	dept.act(corrected, "pass_pre_review", nil)
	dept.act(corrected, "issue_correction", correction)
	if dept.Has("#act-issue_correction .btn") {
		d.t.Error("a second correction is offered")
	}
	dept.later(1)
	owner.act(corrected, "supplement", nil)
	dept.act(corrected, "accept", nil)
	dept.sees("办理中", "承诺时限")
	extension := answers{"/days": {"5"}, "/kind": {"expert_review"}, "/basis": {"专家评审会议安排"}, "/notice": {"专家评审需五个工作日"}}
	handler.act(corrected, "request_extension", extension)
	leader.act(corrected, "open_extension", extension)
	if paused := leader.clock("承诺时限")[1]; !strings.Contains(paused, "暂停") {
		d.t.Errorf("the promised limit is %q during an extension, want it paused", paused)
	}
	leader.shot("case-extended-" + s.corrected.id)
	leader.later(6)
	leader.act(corrected, "grant", answers{"/conclusion": {"经审查符合条件，准予许可"}})
	leader.sees("已办结")

	owner.open(deemed)
	owner.sees("办理中", "视为受理")
	if start := owner.clock("承诺时限")[2]; start != taken {
		d.t.Errorf("deemed accepted as of %s, want %s, when it was taken in", start, taken)
	}
	owner.shot("case-deemed-" + s.deemed.id)

	// Everybody sees it, and why.
	owner.open(deemed + "/clocks/promised")
	owner.sees(taken, "视为受理", "T20")
	owner.shot("clock-" + s.deemed.id)
	public := d.visit()
	public.open("/lookup")
	public.Fill("#code", code)
	public.Click("main form button[type=submit]")
	public.sees(s.registration["/name"][0], s.corrected.name, s.deemed.name, "视为受理", "逾期未回复", "测试")
	public.shot("public-" + s.corrected.id)
}

// register fills in the registration and gives the project's page and code.
func (s story) register(owner *person) (project, code string) {
	owner.open("/projects/new")
	owner.answer(answers{"/is_classified": {"false"}})
	owner.send()
	owner.answer(answers{"/regime": s.registration["/regime"]}) // shows its questions
	owner.addRows(s.registration)
	owner.answer(s.registration)
	owner.shot("register-" + s.corrected.id)
	owner.send()
	owner.sees(s.registration["/name"][0])
	owner.shot("register-check-" + s.corrected.id)
	owner.send()
	owner.shot("register-receipt-" + s.corrected.id)
	owner.open("/my")
	project = owner.link(s.registration["/name"][0])
	owner.open(project)
	return project, owner.Text("main .ap-head .num")
}

// file lets the authority ask for a correction and then file the project.
func (s story) file(d *district, owner *person, filing string) {
	handler := d.enter("fg-handler")
	handler.open("/desk")
	handler.sees(s.registration["/name"][0])
	handler.act(filing, "issue_correction", correction)
	owner.act(filing, "supplement", nil)
	handler.act(filing, "file", nil)
	handler.sees("已备案")
	handler.shot("case-filed")
}

// apply applies for an item and gives the page of its case.
func (s story) apply(owner *person, project string, it itemOf) string {
	owner.open(project)
	owner.Click(`a[href="` + project + `/apply/` + it.id + `"]`)
	owner.answer(answers{"/statement": {"申请办理" + it.name}, "/delivery_method": {"electronic"}, "/declare_true": {"true"}})
	owner.handIn()
	owner.shot("apply-" + it.id)
	owner.send()
	owner.send()
	owner.shot("apply-receipt-" + it.id)
	owner.open(project)
	return owner.link(it.name)
}
