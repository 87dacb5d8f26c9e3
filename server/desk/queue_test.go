package desk_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"

	"banli/server/servertest"
)

// fourRegistrations is a Monday at nine with registrations at every distance from their due instant.
func fourRegistrations(t *testing.T) (d *servertest.District, codes []string) {
	t.Helper()
	d = servertest.New(t, "2026-11-19 09:00")
	for i, at := range []string{"2026-11-19 09:00", "2026-11-20 10:00", "2026-11-20 13:00", "2026-11-23 08:00"} {
		d.At(at)
		p := d.Register("RATIFICATION", map[string]any{"name": fmt.Sprintf("仁和区示范厂房 %d 期项目", i+1)})
		codes = append(codes, p.Code)
	}
	d.At("2026-11-23 09:00")
	return d, codes
}

func TestQueueByLegalTimeLeft(t *testing.T) {
	d, codes := fourRegistrations(t)
	page := d.As("general_window").Get("/desk")
	if got := page.All("tbody tr td:first-child a"); !slices.Equal(got, codes) {
		t.Errorf("order %q, want %q", got, codes)
	}
	want := []string{"逾期 1 天 0 小时", "紧急 余 1 小时 0 分", "预警 余 4 小时 0 分", "正常 余 23 小时 0 分"}
	if got := page.All("tbody .clk"); !slices.Equal(got, want) {
		t.Errorf("clocks %q, want %q", got, want)
	}
	if n := page.Count("tbody tr.is-over"); n != 1 {
		t.Errorf("%d rows are marked overdue", n)
	}
	if got := page.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	latest := d.As("general_window").Get("/desk?sort=-opened")
	slices.Reverse(codes)
	if got := latest.All("tbody tr td:first-child a"); !slices.Equal(got, codes) {
		t.Errorf("newest first: %q, want %q", got, codes)
	}
}

// TestTilesCountRows follows every tile: as many rows as it counts, and the pager and the menu say the same.
func TestTilesCountRows(t *testing.T) {
	d, _ := fourRegistrations(t)
	c := d.As("general_window")
	page := c.Get("/desk")
	counts, total := page.All(".kpi b"), 0
	for i, href := range page.Attrs(".kpi", "href") {
		part := c.Get(href)
		if n := part.Count("tbody tr"); counts[i] != fmt.Sprint(n) {
			t.Errorf("%s counts %s and leads to %d rows", href, counts[i], n)
		}
		if part.Attr(".kpi[aria-current]", "data-s") == "" {
			t.Errorf("%s does not say which lamp is chosen", href)
		}
		total += part.Count("tbody tr")
	}
	if total != 4 || page.Count("tbody tr") != 4 || page.Text("nav a[aria-current] ~ *, nav a[aria-current]") == "" {
		t.Errorf("tiles add up to %d of %d rows", total, page.Count("tbody tr"))
	}
	if got := c.Get("/desk?q=" + url.QueryEscape("2 期")).Count("tbody tr"); got != 1 {
		t.Errorf("%d rows found by name", got)
	}
	none := c.Get("/desk?q=" + url.QueryEscape("没有这样的项目"))
	if none.Count("tbody tr") != 0 || none.Attr(".empty a", "href") != "/desk" {
		t.Errorf("nothing found: %q", none.Text(".empty"))
	}
}

func TestQueuePages(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	for i := range 23 {
		d.Register("RATIFICATION", map[string]any{"name": fmt.Sprintf("仁和区示范厂房 %02d 号项目", i)})
	}
	c, seen := d.As("general_window"), map[string]bool{}
	page := c.Get("/desk")
	for _, want := range []struct {
		rows int
		text string
	}{{20, "第 1–20 件，共 23 件"}, {3, "第 21–23 件，共 23 件"}} {
		if got := page.All("tbody tr td:first-child a"); len(got) != want.rows {
			t.Errorf("%d rows, want %d", len(got), want.rows)
		} else {
			for _, code := range got {
				seen[code] = true
			}
		}
		if got := page.Text(".pager span"); len(got) < len(want.text) || got[:len(want.text)] != want.text {
			t.Errorf("pager %q, want %q", got, want.text)
		}
		if next := page.Attr(".pager a[rel=next]", "href"); next != "" {
			page = c.Get(next)
		}
	}
	if len(seen) != 23 {
		t.Errorf("%d cases in all, want each of 23 once", len(seen))
	}
	if n := c.Get("/desk?size=50").Count("tbody tr"); n != 23 {
		t.Errorf("%d rows of 50", n)
	}
}

// TestListsFollowTheCase moves a registration through the lists of the window and of a department.
func TestListsFollowTheCase(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	p := d.Register("RATIFICATION", nil)
	window, gh, fg := d.As("general_window"), d.As("gh-handler"), d.As("fg-handler")
	rows := func(want map[string]int) {
		t.Helper()
		for path, n := range want {
			if got := window.Get(path).Count("tbody tr"); got != n {
				t.Errorf("%s has %d rows, want %d", path, got, n)
			}
		}
	}
	rows(map[string]int{"/desk": 1, "/desk/after": 0})
	d.Act("general_window", d.Find(p.ID, "registration", ""), "dispatch", map[string]any{"stage": "S1", "departments": []any{"GH"}})
	rows(map[string]int{"/desk": 0, "/desk/after": 1})
	if a, b := gh.Get("/desk").Count("tbody tr"), fg.Get("/desk").Count("tbody tr"); a != 1 || b != 0 {
		t.Errorf("the department asked sees %d, another %d", a, b)
	}
	d.Act("gh-handler", d.Find(p.ID, "reply", "GH"), "reply", map[string]any{"items": []any{"GH02"}})
	if a, b := gh.Get("/desk").Count("tbody tr"), gh.Get("/desk/done").Count("tbody tr"); a != 0 || b != 1 {
		t.Errorf("replied: %d to do, %d done", a, b)
	}

	// A case on hold says what holds it.
	k := d.Apply(p.ID, "GH02")
	for _, do := range []string{"pass_pre_review", "accept"} {
		d.Act("gh-handler", k.ID, do, nil)
	}
	d.Act("gh-handler", k.ID, "open_wait", map[string]any{"items": []any{"FG04"}, "reason": "等待核准文件"})
	if got := gh.Get("/desk?lamp=paused").Text("tbody .clk"); got != "暂停 等待前置" {
		t.Errorf("on hold: %q", got)
	}
}

func TestWhoseDesk(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	for login, want := range map[string]int{
		"general_window": 200, "fg-window": 200, "fg-handler": 200, "fg-leader": 200,
		"owner": 404, "liaison": 404, "supervisor": 404, "auditor": 404, "system_admin": 404,
	} {
		c := d.As(login)
		for _, path := range []string{"/desk", "/desk/done"} {
			if got := c.Get(path).Status; got != want {
				t.Errorf("%s at %s: %d, want %d", login, path, got, want)
			}
		}
	}
	if got := d.Visit().Get("/desk"); got.Status != 303 || got.Location != "/login?next=%2Fdesk" {
		t.Errorf("somebody not signed in: %d %s", got.Status, got.Location)
	}
	if got := d.As("general_window").Get("/desk/nothing").Status; got != 404 {
		t.Errorf("a list that is not there: %d", got)
	}
}
