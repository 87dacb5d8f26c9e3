package gallery

import (
	"banli/forms"
	"banli/internal/web"
)

// field fills in the ids of a made-up field as package forms would.
func field(id string, f forms.FieldView) forms.FieldView {
	f.ID, f.Name, f.Pointer, f.Shown = id, "/"+id, "/"+id, true
	f.LabelID, f.HintID, f.UnitID, f.ProblemID = id+"-l", id+"-h", id+"-u", id+"-e"
	add := func(on bool, ref string) {
		if on && f.DescribedBy != "" {
			f.DescribedBy += " "
		}
		if on {
			f.DescribedBy += ref
		}
	}
	add(f.Hint != "", f.HintID)
	add(f.Problem != "", f.ProblemID)
	add(f.Unit != "", f.UnitID)
	return f
}

func options(id string, chosen string, pairs ...string) []forms.Option {
	var list []forms.Option
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, forms.Option{ID: id + "-" + pairs[i], Value: pairs[i], Label: pairs[i+1], Selected: pairs[i] == chosen})
	}
	return list
}

func sampleForm(r *web.Request, wrong bool) formView {
	say := func(text string) string {
		if wrong {
			return text
		}
		return ""
	}
	v := formView{
		Crumbs: []web.Link{{Text: "办事指南", Href: "/"}, {Text: "企业投资项目备案", Href: "/gallery"}, {Text: "填写申报表"}},
		Steps:  web.Steps(2, "确认事项", "项目单位", "项目信息与材料", "核对并提交"),
		Saved:  "草稿已保存 20:41 · 保留至 2026-12-23",
		Limits: []web.Pair{{Label: "法定时限", Text: "20 个工作日"}, {Label: "承诺时限", Text: "3 个工作日"}, {Label: "收费", Text: "不收费"}, {Label: "办事指南", Text: "查看", Href: "/gallery"}},
		Form:   forms.View{Title: "企业投资项目备案申报", Sections: []forms.Section{basics(say), choices(say), funding(r.Lang, say)}},
	}
	v.Materials = sampleMaterials(say)
	if wrong {
		v.Form.Problems = []forms.ProblemLink{
			{Target: "uscc", Text: "请填写 18 位统一社会信用代码"},
			{Target: "land", Text: "请选择是否新增建设用地"},
			{Target: "amount-1", Text: "第 2 行：请填写金额"},
			{Target: "m-land", Text: "请上传“项目用地意见”，或选择容缺后补"},
			{Target: "orgcode", Text: "组织机构代码校验位不符，请核对证照", Warning: true},
		}
	}
	return v
}

func basics(say func(string) string) forms.Section {
	return forms.Section{ID: "basics", Title: "一、项目基本信息", Shown: true, Fields: []forms.FieldView{
		field("pname", forms.FieldView{Kind: forms.Text, Label: "项目名称", Hint: "与立项文件一致，不超过 60 字", Required: true, Value: "仁和区高标准农田节水灌溉示范项目", MaxLength: 60}),
		field("uscc", forms.FieldView{Kind: forms.Text, Label: "统一社会信用代码", Hint: "营业执照右上角 18 位数字或大写字母，例如 91510411MA6XXXXX0X", Required: true, Value: "91510411MA6", Width: 18, MaxLength: 18, Problem: say("请填写 18 位统一社会信用代码")}),
		field("orgcode", forms.FieldView{Kind: forms.Text, Label: "组织机构代码", Width: 10, Value: "MA6XXXXX0", Problem: say("组织机构代码校验位不符，请核对证照"), Warning: true}),
		field("inv", forms.FieldView{Kind: forms.Money, Label: "总投资", Hint: "以万元为单位，最多四位小数", Required: true, Value: "1,280.50", Unit: "万元", Width: 12, InputMode: "decimal"}),
		field("start", forms.FieldView{Kind: forms.Date, Label: "拟开工日期", Width: 12, Value: "2026-12-01"}),
		field("owner", forms.FieldView{Kind: forms.Text, Label: "项目单位", ReadOnly: true, Display: "仁和区沃野现代农业发展有限公司", Source: "来自项目登记"}),
		field("scope", forms.FieldView{Kind: forms.TextArea, Label: "建设规模及内容", Hint: "逐项写明建设地点、规模、主要内容", Required: true, Lines: 4, MaxLength: 500, Value: "新建高效节水灌溉面积 1,200 亩，配套首部枢纽 3 座、田间管网 18.6 公里，改造提灌站 1 座。"}),
	}}
}

func choices(say func(string) string) forms.Section {
	area := field("area", forms.FieldView{Kind: forms.Number, Label: "用地面积", Required: true, Value: "36.8", Unit: "亩", Width: 8, InputMode: "decimal", Level: 1, ShowWhen: `[[{"name":"/land","in":["true"]}]]`})
	land := field("land", forms.FieldView{Kind: forms.YesNo, Label: "是否新增建设用地", Hint: "选“是”时需要填写用地面积并上传用地意见", Required: true, Problem: say("请选择是否新增建设用地"), Options: options("land", "true", "true", "是", "false", "否")})
	address := field("address", forms.FieldView{Kind: forms.Group, Label: "建设地点", Required: true, Fields: []forms.FieldView{
		field("town", forms.FieldView{Kind: forms.Autocomplete, Label: "乡镇街道", Required: true, Value: "510411002", Options: options("town", "510411002", "510411001", "大河中路街道", "510411002", "前进镇", "510411003", "平地镇", "510411004", "大田镇")}),
		field("street", forms.FieldView{Kind: forms.Text, Label: "详细地址"}),
	}})
	return forms.Section{ID: "choices", Title: "二、用地与地点", Shown: true, Fields: []forms.FieldView{
		land, area,
		field("mode", forms.FieldView{Kind: forms.Radios, Label: "建设性质", Required: true, Options: options("mode", "new", "new", "新建", "extend", "扩建", "rebuild", "改建")}),
		field("kinds", forms.FieldView{Kind: forms.Checkboxes, Label: "涉及的设施", Options: options("kinds", "w", "w", "取水口", "r", "道路开口", "p", "高压线路")}),
		field("industry", forms.FieldView{Kind: forms.Select, Label: "所属行业", Required: true, Width: 24, Options: options("industry", "A", "A", "农、林、牧、渔业", "C", "制造业", "D", "电力、热力、燃气及水生产和供应业")}),
		address,
		field("promise", forms.FieldView{Kind: forms.Confirm, Label: "以上内容真实、准确、完整", Required: true}),
	}}
}

func funding(l web.Lang, say func(string) string) forms.Section {
	source := func(i, chosen string) forms.FieldView {
		return field("src-"+i, forms.FieldView{Kind: forms.Select, Label: "来源", Required: true, Options: options("src-"+i, chosen, "self", "企业自筹", "loan", "银行贷款")})
	}
	row := func(i, label, chosen, unit, amount, problem string) forms.RowView {
		return forms.RowView{ID: "row-" + i, Label: label, RemoveName: "_remove", RemoveValue: "/funding/" + i, RemoveLabel: web.T(l, "form.rows.remove") + " " + label, Fields: []forms.FieldView{
			source(i, chosen),
			field("by-"+i, forms.FieldView{Kind: forms.Text, Label: "出资单位", Required: true, Value: unit}),
			field("amount-"+i, forms.FieldView{Kind: forms.Money, Label: "金额", Required: true, Value: amount, InputMode: "decimal", Problem: problem}),
		}}
	}
	return forms.Section{ID: "funding-s", Title: "三、资金来源", Shown: true, Fields: []forms.FieldView{
		field("funding", forms.FieldView{
			Kind: forms.Rows, Label: "资金构成", Hint: "各项之和应等于总投资", Required: true, AddName: "_add", AddValue: "/funding", AddID: "funding-add", Table: true,
			Columns: []forms.Column{{Label: "来源"}, {Label: "出资单位"}, {Label: "金额", Unit: "万元", Numeric: true, Total: "1,280.50"}},
			Rows: []forms.RowView{
				row("0", "第 1 行", "self", "沃野现代农业发展有限公司", "880.50", ""),
				row("1", "第 2 行", "loan", "农业银行仁和支行", "400.00", say("请填写金额")),
			},
			Totals: []forms.Total{{Label: "金额", Value: "1,280.50", Unit: "万元"}},
		}),
		field("partners", forms.FieldView{
			Kind: forms.Rows, Label: "参建单位", AddName: "_add", AddValue: "/partners", AddID: "partners-add",
			Rows: []forms.RowView{{ID: "partner-0", Label: "第 1 家", RemoveName: "_remove", RemoveValue: "/partners/0", RemoveLabel: web.T(l, "form.rows.remove") + " 第 1 家", Fields: []forms.FieldView{
				field("partner-name", forms.FieldView{Kind: forms.Text, Label: "单位名称", Required: true, Value: "四川省水利设计院"}),
				field("partner-role", forms.FieldView{Kind: forms.Radios, Label: "承担工作", Required: true, Options: options("partner-role", "d", "d", "设计", "b", "施工")}),
			}}},
		}),
		field("capital", forms.FieldView{Kind: forms.Output, Label: "资本金比例", Hint: "由资金构成自动计算", Required: true, Display: "68.8", Unit: "%"}),
	}}
}

func sampleMaterials(say func(string) string) []web.Material {
	must, later := web.Tag{Text: "必交", Kind: "req"}, web.Tag{Text: "可容缺", Kind: "tol"}
	return []web.Material{
		{ID: "m-form", Name: "项目备案申请表", Hint: "系统按上文自动生成，提交时签章", Tags: []web.Tag{must}, State: "done", Status: "已生成", Files: []web.File{{Name: "预览", Href: "/gallery", Size: web.Bytes(86_000)}}},
		{ID: "m-lic", Name: "营业执照", Hint: "PDF / JPG，单个不超过 20 MB", Tags: []web.Tag{must}, State: "done", Status: "已提交", Input: "m-lic", Accept: ".pdf,.jpg", Many: true, Files: []web.File{
			{Name: "营业执照副本.pdf", Href: "/gallery", Size: web.Bytes(2_411_724), Note: "已通过安全检查", RemoveName: "_drop", RemoveValue: "m-lic/1"},
		}},
		{ID: "m-land", Name: "项目用地意见", Hint: "自然资源部门出具，PDF / OFD / JPG，单个不超过 20 MB", Tags: []web.Tag{must, later}, State: "urgent", Status: "未提交", Input: "m-land", Accept: ".pdf,.ofd,.jpg", Defer: "defer-m-land", DeferBy: "承诺受理前补齐", Problem: say("请上传，或选择容缺后补")},
		{ID: "m-proxy", Name: "委托书", Tags: []web.Tag{{Text: "委托办理时提交"}}, Status: "不需要"},
	}
}
