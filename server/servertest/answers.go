package servertest

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"banli/engine/flow"
	"banli/server/casework"
)

// Complete is an application for an item of a project with every material it needs.
func Complete(t testing.TB, s *casework.Service, who flow.Actor, project, item string) casework.Application {
	t.Helper()
	a := casework.Application{Answers: Application(), Files: map[string][]casework.FileRef{}}
	states, err := s.CheckMaterials(t.Context(), who, project, item, a)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range states {
		if m.Needed && !m.Shared {
			f, err := s.PutFile(t.Context(), who, m.ID+".pdf", strings.NewReader("%PDF-1.7 "+m.ID))
			if err != nil {
				t.Fatal(err)
			}
			a.Files[m.ID] = append(a.Files[m.ID], f)
		}
	}
	return a
}

// Application is what an item asks beside materials.
func Application() map[string]any {
	return map[string]any{
		"agent_name": "王五", "agent_mobile": "13800000001", "statement": "申请办理本事项", "delivery_method": "electronic", "declare_true": true,
	}
}

// Registration is a complete registration form for a regime: APPROVAL, RATIFICATION or FILING.
func Registration(regime string, with map[string]any) map[string]any {
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
	maps.Copy(a, with)
	return a
}

// Explain words an error with every problem it holds.
func Explain(err error) string {
	b, _ := json.Marshal(err)
	return err.Error() + " " + string(b)
}
