package admin_test

import (
	"strings"
	"testing"
	"time"
)

// TestCalendarIsPublished: a notice is typed, the page says whose limits would move, and publishing moves just those.
func TestCalendarIsPublished(t *testing.T) {
	o := newOffice(t) // Monday 2025-11-03 09:00
	id := o.dispatched("k1")
	o.now = o.now.Add(time.Hour)
	c := o.as("platform_admin")
	page := c.Get("/admin/calendar?year=2025")
	has(t, "the year", page.Text("main"), "2025-04-04星期五放假（清明节）", "2025-02-08星期六上班（春节）", "放假安排已公布至 2026-12-31")
	form := page.Form("form[aria-labelledby=edit-h]")
	form.Set("reason", "区政府通知")
	for typed, problem := range map[string]string{"2025-11-05 休": "第 1 行", "2025-02-30 放假 x": "没有 2025-02-30", "2025-11-05 放假": "是什么假", "": "请填写改动的日子"} {
		form.Set("days", typed)
		if page := c.Post("/admin/calendar", form); page.Status != 422 || !strings.Contains(page.Text("main"), problem) {
			t.Errorf("%q: %d %s", typed, page.Status, page.Text(".err"))
		}
	}
	form.Set("days", "2025-11-05 放假 临时\n\n2025-11-08 上班 临时\n")
	page = c.Follow(c.Post("/admin/calendar", form))
	has(t, "what would move", page.Text("#published"), "在办共 2 件，已全部试算", "移动 1 个期限", "11-06", "11-07")
	if page.Count("#under") != 0 || page.Count("#published tbody tr") != 1 {
		t.Errorf("%d rows; %q", page.Count("#published tbody tr"), page.Text("#under"))
	}
	done := publish(t, c)
	if _, err := o.Tick(t.Context(), o.now); err != nil {
		t.Fatal(err)
	}
	has(t, "the revision", c.Get("/admin/revisions/2").Text("main"), "新日历已用于全部在办件：共 2 件，移动 1 件", "calendar.yaml")
	has(t, "after publishing", done.Text("main"), "按星期", "放假（临时）")
	v, err := o.Case(t.Context(), window, id)
	if err != nil {
		t.Fatal(err)
	}
	if due := v.View.Clocks[0].Due.In(o.now.Location()).Format("2006-01-02 15:04"); due != "2025-11-07 09:00" {
		t.Errorf("due %s", due)
	}
	// Taken back, in the draft, by the same page as any other setting.
	back := c.Get("/admin/revisions/2").Form("form[aria-labelledby=back-h]")
	has(t, "taken back", c.Follow(c.Post("/admin/revisions/2/take-back", back)).Text("main"), "日历 2025-11-05", "日历 2025-11-08")
}

// TestWhatIfUnder: a changed number moves nobody, and the page says how those under way would stand.
func TestWhatIfUnder(t *testing.T) {
	o := newOffice(t)
	o.dispatched("k1")
	c := o.as("platform_admin")
	set(t, c, "/admin/parameters/reply_hours", "24")
	o.now = o.now.Add(time.Hour)
	page := c.Get("/admin/check")
	has(t, "under the draft", page.Text("#under"), "仅供比较", "移动 1 个期限", "11-06 09:00（72 小时）", "11-04 09:00（24 小时）")
	if page.Count("#published") != 0 {
		t.Error("publishing a number moves clocks")
	}
	if got := c.Get("/admin/check?format=csv&moves=published").Status; got != 404 {
		t.Errorf("a file of what was not asked: %d", got)
	}
	file := c.Get(page.Attr("#under a[href*=csv]", "href"))
	has(t, "the file", file.Body, "现在的限额", "2025-11-06 09:00:00,72 小时,2025-11-04 09:00:00,24 小时,,")
	if got := file.Header.Get("Content-Type"); got != "text/csv; charset=utf-8" || strings.Count(file.Body, "\n") != 2 {
		t.Errorf("%s, %d lines", got, strings.Count(file.Body, "\n"))
	}
}

// TestReadingsHaveNames: policies are chosen by name in both languages.
func TestReadingsHaveNames(t *testing.T) {
	o := newOffice(t)
	c := o.as("platform_admin")
	has(t, "a policy", c.Get("/admin/policies/filing_expiry").Text("main"), "只记逾期", "期满视为备案")
	c.Get("/admin?_lang=en")
	has(t, "in English", c.Get("/admin/policies/filing_expiry").Text("main"), "Only recorded as overdue", "Deemed filed")
}
