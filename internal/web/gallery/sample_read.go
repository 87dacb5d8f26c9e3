package gallery

import (
	"banli/forms"
	"banli/internal/web"
)

func sampleRead(r *web.Request) readView {
	return readView{
		Receipt: web.Receipt{
			Title: "项目登记已提交", NumberLabel: "项目代码（测试）", Number: "2026-510411-01-01-000344", At: r.Now,
			Rows: []web.Pair{{Label: "项目名称", Text: "仁和区高标准农田节水灌溉示范项目"}, {Label: "项目单位", Text: "仁和区沃野现代农业发展有限公司"}},
			Next: []string{"综合窗口在 24 小时内确认或批分", "各部门在 72 小时内回复所需事项"},
		},
		Answers: []forms.SummaryRow{
			{Section: "一、项目基本信息", Label: "项目名称", Value: "仁和区高标准农田节水灌溉示范项目"},
			{Label: "总投资", Value: "1,280.50 万元"},
			{Label: "组织机构代码", Empty: true},
			{Section: "二、资金来源", Label: "第 1 行", Heading: true},
			{Label: "来源", Value: "企业自筹", Level: 1},
			{Label: "金额", Value: "880.50 万元", Level: 1},
		},
		Diff: []forms.DiffRow{
			{Label: "总投资", Change: forms.Changed, Word: "已改", Old: "1,200.00 万元", New: "1,280.50 万元"},
			{Label: "资金构成 › 第 2 行 › 金额", Change: forms.Added, Word: "新增", New: "400.00 万元"},
			{Label: "涉及的设施", Change: forms.Removed, Word: "删除", Old: "高压线路"},
		},
		Flashes: []web.Flash{{Kind: "ok", Text: "已受理，承诺时限自今日起算。"}, {Kind: "warn", Text: "草稿将于 3 日后删除。"}, {Kind: "bad", Text: "文件未通过安全检查，未保存。"}},
	}
}
