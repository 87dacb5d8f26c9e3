package main

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"banli/store/sqlite"
)

// TestMetrics: monitoring learns how late due work is done, and what waits for a person.
func TestMetrics(t *testing.T) {
	st, err := sqlite.Open(t.Context(), ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	p, err := assemble(t.Context(), st, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	site, err := p.Handler()
	if err != nil {
		t.Fatal(err)
	}
	page := httptest.NewRecorder()
	p.measured(site).ServeHTTP(page, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	for _, want := range []string{"\nbanli_due_lag_seconds 0\n", "\nbanli_outbox_set_aside 0\n", "\nbanli_worker_faults_total 0\n"} {
		if page.Code != 200 || !strings.Contains(page.Body.String(), want) {
			t.Errorf("%d, no %q in\n%s", page.Code, want, page.Body)
		}
	}
}
