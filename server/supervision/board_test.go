package supervision_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"banli/server/servertest"
)

// watched is a district with something overdue at the window and at a department, a reply that did not come, a case
// deemed accepted, and one on hold.
func watched(t *testing.T) *servertest.District {
	t.Helper()
	d := servertest.New(t, "2026-11-02 09:00")
	p := d.Register("RATIFICATION", map[string]any{"name": "仁和区示范厂房一期项目"})
	d.Act("general_window", d.Find(p.ID, "registration", ""), "dispatch", map[string]any{"stage": "S1", "departments": []any{"GH", "SW"}})
	d.Act("gh-handler", d.Find(p.ID, "reply", "GH"), "reply", map[string]any{"items": []any{"GH02"}})
	k := d.Apply(p.ID, "GH02")
	d.Act("gh-handler", k.ID, "pass_pre_review", nil)
	d.At("2026-11-10 09:00") // the intake of five days is over, and SW did not reply
	if _, err := d.Tick(t.Context(), d.Now()); err != nil {
		t.Fatal(err)
	}
	d.Register("FILING", map[string]any{"name": "仁和区示范厂房二期项目"})
	q := d.Register("RATIFICATION", map[string]any{"name": "仁和区示范厂房三期项目"})
	d.Act("general_window", d.Find(q.ID, "registration", ""), "dispatch", map[string]any{"stage": "S1", "departments": []any{"GH"}})
	d.Act("gh-handler", d.Find(q.ID, "reply", "GH"), "reply", map[string]any{"items": []any{"GH02"}})
	held := d.Apply(q.ID, "GH02")
	for _, do := range []string{"pass_pre_review", "accept"} {
		d.Act("gh-handler", held.ID, do, nil)
	}
	d.Act("gh-handler", held.ID, "open_wait", map[string]any{"items": []any{"FG04"}, "reason": "等待核准文件"})
	d.At("2026-11-23 09:00")
	return d
}

// TestEveryNumberOpensItsRows follows every figure of the board.
func TestEveryNumberOpensItsRows(t *testing.T) {
	d := watched(t)
	c := d.As("supervisor")
	board := c.Get("/supervision")
	if got := board.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	follow := func(texts, hrefs []string) {
		t.Helper()
		if len(texts) != len(hrefs) || len(texts) == 0 {
			t.Fatalf("%d figures, %d links", len(texts), len(hrefs))
		}
		for i, href := range hrefs {
			list := c.Get(href)
			rows := list.Count("tbody tr")
			if fmt.Sprint(rows) != texts[i] {
				t.Errorf("%s says %s and opens %d rows", href, texts[i], rows)
			}
			if rows > 0 && !strings.Contains(list.Text(".pager"), fmt.Sprintf("共 %d 件", rows)) {
				t.Errorf("%s has %d rows and says %q", href, rows, list.Text(".pager"))
			}
		}
	}
	follow(board.All(".board td a"), board.Attrs(".board td a", "href"))
	follow(board.All(".kpi b"), board.Attrs(".kpi", "href"))
	if got := board.All(".board thead th"); !slices.Equal(got[len(got)-5:], []string{"期满视为备案", "视为受理", "逾期未回复", "黄牌", "红牌"}) {
		t.Errorf("marks are named %q", got)
	}
	for _, want := range []string{"区水务局", "规划分局", "综合窗口"} {
		if !slices.Contains(board.All(".board tbody th"), want) {
			t.Errorf("no row of %s in %q", want, board.All(".board tbody th"))
		}
	}
}

// TestNamesOnly looks for raw codes where people read.
func TestNamesOnly(t *testing.T) {
	d := watched(t)
	c := d.As("supervisor")
	for _, lang := range []string{"zh-CN", "en"} {
		c.Get("/supervision?_lang=" + lang)
		for _, path := range []string{"/supervision", "/supervision/cases", "/supervision/cases?mark=overdue_no_reply", "/supervision/cards", "/supervision/cards?mark=yellow_card&month=2026-11"} {
			text := c.Get(path).Text("main")
			for _, raw := range []string{"deemed", "overdue_no", "dept_", "supervision.", "list.", "GH02"} {
				if strings.Contains(text, raw) && (lang != "en" || raw != "deemed") {
					t.Errorf("%s in %s shows %q", path, lang, raw)
				}
			}
		}
	}
}

func TestFilters(t *testing.T) {
	d := watched(t)
	c := d.As("supervisor")
	if got := c.Get("/supervision/cases?mark=overdue_no_reply").All("tbody tr td:nth-child(3)"); !slices.Equal(got, []string{"区水务局"}) {
		t.Errorf("without reply: %q", got)
	}
	if got := c.Get("/supervision/cases?lamp=paused&department=GH").Text("tbody .clk"); got != "暂停 等待前置" {
		t.Errorf("on hold: %q", got)
	}
	page := c.Get("/supervision/cases?flow=filing")
	if got := page.All("tbody tr td:nth-child(2)"); !slices.Equal(got, []string{"企业投资项目备案"}) {
		t.Errorf("filings: %q", got)
	}
	if got := page.Attr("select[name=flow] option[selected]", "value"); got != "filing" {
		t.Errorf("the filter shows %q", got)
	}
}

func TestWhoWatches(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	for login, want := range map[string]int{
		"supervisor": 200, "leading_group": 200, "platform_admin": 200, "service_center": 200, "auditor": 200,
		"owner": 404, "liaison": 404, "general_window": 404, "fg-window": 404, "fg-handler": 404, "fg-leader": 404, "system_admin": 404, "rule_designer": 404,
	} {
		c := d.As(login)
		for _, path := range []string{"/supervision", "/supervision/cases", "/supervision/cards"} {
			if got := c.Get(path).Status; got != want {
				t.Errorf("%s at %s: %d, want %d", login, path, got, want)
			}
		}
	}
}
