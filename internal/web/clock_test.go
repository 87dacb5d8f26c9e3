package web_test

import (
	"testing"
	"time"

	"banli/internal/web"
)

var beijing = time.FixedZone("CST", 8*3600)

func TestClockBadge(t *testing.T) {
	now := time.Date(2026, 11, 23, 20, 46, 0, 0, beijing)
	at := func(s string) *time.Time {
		due, err := time.ParseInLocation("2006-01-02T15:04", s, beijing)
		if err != nil {
			t.Fatal(err)
		}
		return &due
	}
	for name, tt := range map[string]struct {
		in     web.Clock
		zh, en string
		live   int // minutes the browser may count down
	}{
		"not started":                        {web.Clock{Lamp: "idle"}, "未起算", "Not started", 0},
		"hours left, all of them counted":    {web.Clock{Lamp: "ok", Unit: "hours", Left: 68*time.Hour + 5*time.Minute, Due: at("2026-11-26T16:51")}, "正常 余 68 小时 5 分", "On time 68 h 5 min left", 4085},
		"hours left, a weekend in between":   {web.Clock{Lamp: "ok", Unit: "hours", Left: 68*time.Hour + 5*time.Minute, Due: at("2026-11-28T16:51")}, "正常 余 68 小时 5 分", "On time 68 h 5 min left", 0},
		"under an hour":                      {web.Clock{Lamp: "urgent", Unit: "hours", Left: 42 * time.Minute, Due: at("2026-11-23T21:28")}, "紧急 余 0 小时 42 分", "Urgent 0 h 42 min left", 42},
		"days left":                          {web.Clock{Lamp: "ok", Unit: "days", LeftDays: 9, Due: at("2026-12-05T00:00")}, "正常 余 9 个工作日，12-04 止", "On time 9 working days left, until 12-04", 0},
		"one day left":                       {web.Clock{Lamp: "soon", Unit: "days", LeftDays: 1, Due: at("2026-11-25T00:00")}, "预警 余 1 个工作日，11-24 止", "Due soon 1 working day left, until 11-24", 0},
		"due next year, not confirmed":       {web.Clock{Lamp: "ok", Unit: "days", LeftDays: 40, Due: at("2027-01-19T00:00"), Provisional: true}, "正常 余 40 个工作日，2027-01-18 止（暂定）", "On time 40 working days left, until 2027-01-18 (provisional)", 0},
		"due on the last day of the year":    {web.Clock{Lamp: "ok", Unit: "days", LeftDays: 27, Due: at("2027-01-01T00:00")}, "正常 余 27 个工作日，12-31 止", "On time 27 working days left, until 12-31", 0},
		"due today":                          {web.Clock{Lamp: "urgent", Unit: "days", Due: at("2026-11-24T00:00")}, "紧急 今日 24:00 止", "Urgent until 24:00 today", 0},
		"over by hours":                      {web.Clock{Lamp: "over", Unit: "hours", Left: -27 * time.Hour}, "逾期 1 天 3 小时", "Overdue 1 day 3 h", 0},
		"over by two days of hours":          {web.Clock{Lamp: "over", Unit: "hours", Left: -48 * time.Hour}, "逾期 2 天 0 小时", "Overdue 2 days 0 h", 0},
		"over by under a day":                {web.Clock{Lamp: "over", Unit: "hours", Left: -3 * time.Hour}, "逾期 3 小时", "Overdue 3 h", 0},
		"over by minutes":                    {web.Clock{Lamp: "over", Unit: "hours", Left: -90 * time.Second}, "逾期 1 分", "Overdue 1 min", 0},
		"over by working days":               {web.Clock{Lamp: "over", Unit: "days", LeftDays: -2}, "逾期 2 个工作日", "Overdue 2 working days", 0},
		"over, no working day counted since": {web.Clock{Lamp: "over", Unit: "days"}, "逾期 不足 1 个工作日", "Overdue less than 1 working day", 0},
		"paused":                             {web.Clock{Lamp: "paused", Unit: "days", LeftDays: 5, Reason: "等待用地预审"}, "暂停 · 等待用地预审", "Paused · 等待用地预审", 0},
		"stopped by a reply":                 {web.Clock{Lamp: "done", Done: "已回复"}, "已回复", "已回复", 0},
		"stopped":                            {web.Clock{Lamp: "done"}, "已办结", "Completed", 0},
	} {
		t.Run(name, func(t *testing.T) {
			tt.in.Now = now
			zh, en := tt.in.Badge(web.Chinese), tt.in.Badge(web.English)
			if zh.String() != tt.zh {
				t.Errorf("zh-CN: %q, want %q", zh, tt.zh)
			}
			if en.String() != tt.en {
				t.Errorf("en: %q, want %q", en, tt.en)
			}
			if zh.LeftMin != tt.live || zh.State != tt.in.Lamp {
				t.Errorf("state %s, browser counts %d, want %s, %d", zh.State, zh.LeftMin, tt.in.Lamp, tt.live)
			}
		})
	}
}
