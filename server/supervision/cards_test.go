package supervision_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"
)

// TestCardsPage: each card with the case and the clock that gave it, counted as it is listed.
func TestCardsPage(t *testing.T) {
	d := watched(t)
	if _, err := d.Tick(t.Context(), d.Now()); err != nil {
		t.Fatal(err)
	}
	c := d.As("supervisor")
	for i, mark := range []string{"red_card", "yellow_card"} {
		page := c.Get("/supervision/cards?mark=" + mark)
		if n := page.Text(".kpi[aria-current] b"); n != page.All(".kpi b")[i] || n == "0" {
			t.Fatalf("%s counts %q", mark, n)
		}
		whys := page.Attrs("tbody td:nth-child(2) a", "href")
		if len(whys) == 0 || !strings.Contains(page.Text("tbody td:nth-child(2)"), "规则 T27") {
			t.Fatalf("%s: %q", mark, page.Text("main"))
		}
		for _, href := range append(whys, page.Attrs("tbody td:nth-child(4) a", "href")...) {
			if got := c.Get(href); got.Status != 200 {
				t.Errorf("%s: %d", href, got.Status)
			}
		}
	}
	page := c.Get("/supervision/cards?mark=yellow_card")
	case1 := c.Get(page.Attr("tbody td:nth-child(4) a", "href"))
	if got := case1.Text("section[aria-labelledby=cards-h] .tag"); got != "黄牌" && got != "红牌" {
		t.Errorf("the case shows %q", case1.Text("section[aria-labelledby=cards-h]"))
	}
	file := c.Get(page.Attr("a[href*='format=csv']", "href"))
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.Body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != page.Count(".card-plain tbody tr")+1 || !slices.Contains(rows[0], "亮牌时间") {
		t.Errorf("%d lines in the file, %v: %q", len(rows), err, rows)
	}
	if list := c.Get("/supervision/cases?format=csv"); !strings.HasPrefix(list.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("the list as a file: %s", list.Header)
	}
}
