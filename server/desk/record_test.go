package desk_test

import (
	"net/url"
	"strings"
	"testing"

	"banli/server/servertest"
)

// TestRecord: a case from before the platform is kept for the record, by the page alone, and is marked so wherever it shows.
func TestRecord(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	p := d.Register("RATIFICATION", nil)
	c := d.As("gh-window")
	if got := d.As("gh-leader").Get("/desk/record").Status; got != 404 {
		t.Errorf("the leader, whom the flow does not let: %d", got)
	}
	if got := c.Get("/desk").Count("nav a[href='/desk/record']"); got == 0 {
		t.Error("the menu does not lead to it")
	}
	found := c.Get("/desk/record?item=GH02&q=" + url.QueryEscape(p.Name))
	href := found.Attr("section[aria-labelledby=found-h] a", "href")
	page := c.Get(href)
	form := page.Form("main form")
	day := page.Attr("main form input[name*=accepted_on]", "name")
	for on, want := range map[string]string{"": "受理日期", "2018-05-01": "不符合补录条件"} {
		form.Set(day, on)
		if got := c.Post(href, form); got.Status != 422 || !strings.Contains(got.Text(".err-sum, [role=alert]"), want) {
			t.Errorf("accepted on %q: %d %q", on, got.Status, got.Text("main"))
		}
	}
	form.Set(day, "2018-04-27")
	kept := c.Follow(c.Post(href, form))
	if got := kept.Text("main"); !strings.Contains(got, "补录") || !strings.Contains(got, "2018-04-27") {
		t.Errorf("the case says %q", got)
	}
	if got := c.Get("/desk").Text("tbody tr"); !strings.Contains(got, "补录") || !strings.Contains(got, "未起算") {
		t.Errorf("the list says %q", got)
	}
	if got := c.Post(href, c.Get(href).Form("main form")); got.Status != 422 {
		t.Errorf("a second one: %d", got.Status)
	}
	c.Get("/?_lang=en")
	if got := c.Get(href).Text("main"); !strings.Contains(got, "Accepted on") || !strings.Contains(got, "nothing is timed") {
		t.Errorf("in English: %q", got)
	}
}
