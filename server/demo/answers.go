package demo

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"
)

// registration fills in the registration form for a project of this kind; see schedule for its dates.
func registration(r *rand.Rand, v venture, p place, u unit) map[string]any {
	spot := pick(r, p.spots)
	floor := between(r, v.floor)
	yuan := floor * between(r, v.price) / 10_000 * 10_000
	land := floor * (12 + r.IntN(14)) / 10
	total := money(yuan)

	a := map[string]any{
		"is_classified": false, "regime": v.regime, "project_category": v.category,
		"name": u.name + fmt.Sprintf(v.name, spot), "nature": v.nature, "works_type": v.works,
		"industry_code": v.industry, "permit_industry": v.permitIndustry,
		"scale_content":   fmt.Sprintf(v.scale, floor),
		"already_started": false,

		"division_code": region, "place_code": []any{p.code}, "place_detail": p.name + spot,
		"in_dev_zone": false, "land_mode": "2", "area_assessed": false,
		"land_area": area(land), "new_land_area": area(land), "floor_area": area(floor),
		"floor_area_above": area(floor), "floor_area_below": area(0),
		"land_agricultural": area(0), "land_arable": area(0), "land_forest": area(0),
		"land_grass": area(0), "land_basic_farmland": area(0),

		"total_investment": json.Number(total),
		"energy_tce":       json.Number(fmt.Sprint(60 + r.IntN(640))),
		"power_kwh":        json.Number(fmt.Sprint(20 + r.IntN(380))),
		"disturb_area":     json.Number("0.42"), "earthwork": json.Number("0.08"),
		"eia_class": "form", "scenario_flags": []any{"none"},

		"owner_name": u.name, "owner_cert_type": "A05300", "owner_cert_no": u.code,
		"investor_type": u.investor, "owner_place": u.address, "business_scope": u.scope,
		"legal_rep": u.boss, "legal_rep_id_type": "111", "legal_rep_id_no": u.bossID,
		"principal": person(r), "principal_mobile": mobile(r),
		"contact_name": person(r), "contact_mobile": mobile(r),
		"declare_true": true, "declare_report": true,
	}
	if p.code == "510411105" {
		a["in_dev_zone"], a["dev_zone_name"] = true, "攀枝花钒钛高新技术产业开发区"
	}
	if v.nature == "2" || v.category == "02" || v.category == "04" { // inside what is there already
		a["land_mode"], a["new_land_area"] = "5", area(0)
	}
	switch v.regime {
	case "APPROVAL":
		a["permit_item_code"] = "区级政府投资项目，由区发展和改革局审批"
		a["fiscal_amount"] = json.Number(total)
		a["fund_lines"] = split(r, yuan, "03", "04")
		a["must_tender"], a["bidding_mode"], a["bidding_agency"] = true, "public", "agency"
		if v.nature != "2" {
			a["land_mode"] = "1"
		}
	case "RATIFICATION":
		a["permit_item_code"] = "政府核准的投资项目目录（四川省 2017 年本），由县级政府核准的项目"
		a["policy_class"], a["policy_item"] = "encouraged", "鼓励类 第五类"
		a["capital"] = json.Number(money(yuan / 100 * 30))
		a["fund_lines"] = split(r, yuan, "06", "07")
		a["must_tender"], a["declare_policy"] = false, true
		a["share_lines"] = shares(r)
	case "FILING":
		a["policy_class"], a["declare_policy"] = "permitted", true
		a["fund_lines"] = split(r, yuan, "06", "07")
		a["share_lines"] = shares(r)
	}
	return a
}

// schedule plans the works for after an instant in the district's zone.
func schedule(r *rand.Rand, answers map[string]any, registered time.Time) {
	start := registered.AddDate(0, 2+r.IntN(5), 0)
	answers["planned_start"] = start.Format("2006-01")
	answers["planned_end"] = start.AddDate(0, 9+r.IntN(18), 0).Format("2006-01")
}

// split divides an amount between two sources, to the cent.
func split(r *rand.Rand, yuan int, first, second string) []any {
	part := yuan / 100 * (30 + r.IntN(40))
	return []any{
		map[string]any{"source": first, "amount": json.Number(money(part))},
		map[string]any{"source": second, "amount": json.Number(money(yuan - part))},
	}
}

func shares(r *rand.Rand) []any {
	part := 51 + r.IntN(40)
	return []any{
		map[string]any{"holder": person(r), "ratio": json.Number(fmt.Sprint(part))},
		map[string]any{"holder": person(r), "ratio": json.Number(fmt.Sprint(100 - part))},
	}
}

func area(squareMetres int) json.Number { return json.Number(fmt.Sprint(squareMetres)) }

// application fills in the form of an item; the rest of it comes from the registration.
func application(registered map[string]any, item string) map[string]any {
	return map[string]any{
		"project_name": registered["name"], "applicant_name": registered["owner_name"],
		"applicant_cert_no": registered["owner_cert_no"],
		"agent_name":        registered["contact_name"], "agent_mobile": registered["contact_mobile"],
		"statement":       "申请办理" + item + "，建设内容和主要指标与项目登记一致。",
		"delivery_method": "electronic", "declare_true": true,
	}
}
