package gallery

import (
	"time"

	"banli/internal/web"
)

func sampleList(r *web.Request) listView {
	now := r.Now
	in := func(d time.Duration) *time.Time { t := now.Add(d); return &t }
	hours := func(lamp string, left time.Duration) web.Clock {
		return web.Clock{Lamp: lamp, Unit: "hours", Left: left, Due: in(left), Now: now, Href: "/gallery#strips-h"}
	}
	day := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location())
	days := func(lamp string, left int) web.Clock {
		due := day.AddDate(0, 0, left*7/5)
		return web.Clock{Lamp: lamp, Unit: "days", LeftDays: left, Due: &due, Now: now, Href: "/gallery#strips-h"}
	}
	replied := web.Clock{Lamp: "done", Done: web.T(r.Lang, "clock.state.replied")}
	idle := web.Clock{Lamp: "idle"}
	paused := web.Clock{Lamp: "paused", Reason: "等待用地预审", Now: now, Href: "/gallery#strips-h"}
	provisional := days("ok", 40)
	provisional.Provisional = true
	named := days("soon", 1)
	named.Name = "承诺时限"

	return listView{
		Now: now,
		Tiles: []web.Tile{
			{State: "over", Text: web.T(r.Lang, "clock.state.over"), N: 1, Href: "/gallery?lamp=over", Current: true},
			{State: "urgent", Text: web.T(r.Lang, "clock.state.urgent"), N: 3, Href: "/gallery?lamp=urgent"},
			{State: "soon", Text: web.T(r.Lang, "clock.state.soon"), N: 5, Href: "/gallery?lamp=soon"},
			{State: "ok", Text: web.T(r.Lang, "clock.state.ok"), N: 1012, Href: "/gallery?lamp=ok"},
			{State: "paused", Text: web.T(r.Lang, "clock.state.paused"), N: 6, Href: "/gallery?lamp=paused"},
			{State: "done", Text: web.T(r.Lang, "clock.state.done"), N: 0},
		},
		Filters: web.Filters{
			Label: "筛选待办", Action: "/gallery", Clear: "/gallery",
			Fields: []web.Filter{
				{Name: "q", Label: "项目代码 / 名称 / 单位"},
				{Name: "stage", Label: "办理环节", Options: web.Options("", "", "全部", "reply", "部门回复", "accepted", "办理中")},
				{Name: "lamp", Label: "计时状态", Options: web.Options("over", "", "全部", "over", "逾期", "paused", "暂停")},
				{Name: "since", Label: "申报日期自", Type: "date"},
			},
		},
		Rows: []row{
			{"2026-510411-47-01-000318", "仁和区沃野现代农业发展有限公司", "超限额内资企业投资项目备案", "备案处理", "李晓梅", replied, hours("over", -27*time.Hour), true},
			{"2026-510411-84-01-000327", "仁和区教育和体育局", "政府投资项目可行性研究报告审批", "部门回复", "李晓梅", hours("urgent", 42*time.Minute), idle, false},
			{"2026-510411-77-03-000301", "攀枝花市清源水务有限责任公司", "取水许可审批", "接件", "王 强", replied, days("urgent", 0), false},
			{"2026-510411-26-03-000335", "攀西钒钛新材料科技股份有限公司", "固定资产投资项目节能审查", "办理中", "王 强", replied, days("soon", 1), false},
			{"2026-510411-83-01-000342", "仁和区育才实验学校（筹）", "民办学校筹设审批", "部门回复", "", hours("ok", 68*time.Hour+5*time.Minute), idle, false},
			{"2026-510411-48-01-000333", "四川金沙江畔置业有限公司", "建设工程规划许可证核发", "等待前置", "", replied, paused, false},
		},
		Pager: web.NewPager(r, 20, 6, 327, "k"),
		Badges: []web.Clock{
			idle, hours("ok", 68*time.Hour+5*time.Minute), days("ok", 9), provisional, named, hours("urgent", 42*time.Minute),
			days("urgent", 0), hours("over", -27*time.Hour), hours("over", -12*time.Minute), days("over", -2), days("over", 0), paused, replied,
			{Lamp: "done"},
		},
		Tags: []web.Tag{{Text: "必交", Kind: "req"}, {Text: "可容缺", Kind: "tol"}, {Text: "视情况", Kind: ""}, {Text: "预警", Kind: "warn"}, {Text: "逾期未回复", Kind: "bad"}, {Text: "测试", Kind: "test"}},
		Strips: []web.Strip{
			sampleStrip("strip-a", day, now),
		},
		Empty: []web.Empty{
			{Text: "没有待办。", Next: "下一件预计 11-24 到期。"},
			{Text: "没有符合条件的办件。", Next: "条件：计时状态 = 逾期", Link: web.Link{Text: web.T(r.Lang, "filters.clear"), Href: "/gallery"}},
		},
	}
}

func sampleStrip(id string, day, now time.Time) web.Strip {
	start := day.AddDate(0, 0, -9).Add(10 * time.Hour)
	at := func(n int) time.Time { return day.AddDate(0, 0, n) }
	due := at(6)
	return web.Strip{
		ID: id, Title: "承诺时限：8 个工作日", Find: "延期 3 日期间暂停，截止日顺延", Unit: "days", Due: &due, Now: now, Limit: "8", Sum: "8",
		Spans: []web.Span{
			{From: start, To: at(-8), Kind: "start_day", Event: "受理", EventURL: "/gallery", Rule: "D3"},
			{From: at(-8), To: at(-5), Kind: "counted", Units: "3"},
			{From: at(-5), To: at(-3), Kind: "off", Reason: "周末", Rule: "D1"},
			{From: at(-3), To: at(0), Kind: "paused", Reason: "特别处置延期", Event: "批准延期", Rule: "T22", RuleURL: "/gallery"},
			{From: at(0), To: at(2), Kind: "counted", Units: "2"},
			{From: at(2), To: at(3), Kind: "off", Reason: "元旦", Rule: "D1"},
			{From: at(3), To: at(6), Kind: "counted", Units: "3"},
			{From: at(6), To: at(7), Kind: "over"},
		},
	}
}
