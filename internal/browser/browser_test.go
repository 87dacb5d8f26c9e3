package browser

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

func TestRequired(t *testing.T) {
	for list, want := range map[string]bool{"": false, "chromium": true, "mongo,chromium": true, "mongo chromium": true, "chrome": false} {
		t.Setenv("BANLI_REQUIRE", list)
		if got := Required("chromium"); got != want {
			t.Errorf("BANLI_REQUIRE=%q: %v, want %v", list, got, want)
		}
	}
}

// A page with known faults: an image without words, an error in script, a request elsewhere,
// content that sticks out.
const faulty = `<!doctype html><html lang="en"><title>t</title><meta name="viewport" content="width=device-width">
<main><h1>Faulty</h1><img src="/x.png" width="900" height="9"></main>
<script>console.error("said"); document.createElement("img").src = "http://127.0.0.2:9/x.png"; missing()</script>`

func TestFaultsAreSeen(t *testing.T) {
	b := Start(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/" {
			w.Write([]byte(faulty)) //nolint:errcheck // the test sees the page is missing
		}
	}))
	t.Cleanup(server.Close)
	tab := b.Tab(t, Phone)
	tab.Open(server.URL + "/")
	if got := tab.Text("h1"); got != "Faulty" {
		t.Errorf("heading %q", got)
	}
	found := tab.Axe()
	if !slices.ContainsFunc(found, func(v Violation) bool { return v.ID == "image-alt" && v.Serious() }) {
		t.Errorf("axe found %v", found)
	}
	all := strings.Join(tab.Faults(), "\n")
	for _, want := range []string{"said", "missing is not defined", "127.0.0.2"} {
		if !strings.Contains(all, want) {
			t.Errorf("no fault says %q: %s", want, all)
		}
	}
	if out := tab.sticksOut(); len(out) != 1 || !strings.Contains(out[0], "<img") {
		t.Errorf("wider than the window: %q", out)
	}
}
