package desk_test

import (
	"net/url"
	"strings"
	"testing"

	"banli/server/servertest"
)

// TestMandates: a leader entrusts a colleague, who then grants on that mandate; the ledger says for whom.
func TestMandates(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	p := d.Register("RATIFICATION", nil)
	k := d.Apply(p.ID, "GH02")
	d.Act("gh-window", k.ID, "pass_pre_review", nil)
	d.Act("gh-handler", k.ID, "accept", nil)
	leader, handler := d.As("gh-leader"), d.As("gh-handler")
	if got := handler.Get("/cases/" + k.ID + "/acts/grant?for=" + d.Actor("gh-leader").User).Status; got != 404 {
		t.Errorf("without a mandate: %d", got)
	}
	form := leader.Get("/desk/mandates").Form("form[aria-labelledby=give-h]")
	form.Set("to", d.Actor("gh-handler").User)
	form.Set("until", "2026-11-20")
	if page := leader.Post("/desk/mandates", form); page.Status != 422 || page.Count("#until[aria-invalid]") != 1 {
		t.Errorf("a day that is over: %d", page.Status)
	}
	form.Set("until", "2026-11-24")
	leader.Follow(leader.Post("/desk/mandates", form))
	if got := handler.Get("/desk/mandates").Text("section[aria-labelledby=has-h]"); !strings.Contains(got, "GH部门负责人") || !strings.Contains(got, "至 2026-11-24") {
		t.Errorf("the handler sees %q", got)
	}
	page := handler.Get("/cases/" + k.ID)
	href := page.Attr("a[href*='/acts/grant?for=']", "href")
	if href == "" || !strings.Contains(page.Text("section[aria-labelledby=acts-h] h3"), "代 GH部门负责人") {
		t.Fatalf("offered %q", page.Text("section[aria-labelledby=acts-h]"))
	}
	act := handler.Get(href)
	answer := act.Form("main form")
	answer.Set(act.Attr("main form textarea", "name"), "准予建设用地规划许可")
	if got := handler.Post("/cases/"+k.ID+"/acts/grant", answer); got.Location == "" {
		t.Fatalf("%d %s", got.Status, got.Text("main"))
	}
	if got := handler.Get("/cases/" + k.ID).Text(".ledger li"); !strings.Contains(got, "代 GH部门负责人") {
		t.Errorf("the ledger says %q", got)
	}
	leader.Post("/desk/mandates", url.Values{"to": {d.Actor("gh-handler").User}, "do": {"end"}})
	if got := leader.Get("/desk/mandates").Text("section[aria-labelledby=gave-h]"); !strings.Contains(got, "没有") {
		t.Errorf("taken back: %q", got)
	}
}
