package hall_test

import (
	"net/url"
	"testing"

	"banli/internal/browser"
	"banli/server/servertest"
)

func TestInBrowser(t *testing.T) {
	b := browser.Start(t)
	d := servertest.New(t, "2026-11-23 09:00")
	p := d.Register("RATIFICATION", nil)
	draft := d.As("owner").Post("/projects/new", url.Values{"/is_classified": {"false"}}).Location
	d.Look(b, "", "/", "/guides?q=GH", "/guides/GH02", "/lookup?code=1", "/p/"+p.Code)
	d.Look(b, "owner", "/my", "/projects/new", draft, draft+"/check", "/projects/"+p.ID+"/receipt", "/projects/"+p.ID+"/apply/GH02")
}
