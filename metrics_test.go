package main

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"banli/store"
	"banli/store/sqlite"
)

// scrape is what monitoring is told.
func scrape(t *testing.T, p *platform) string {
	t.Helper()
	site, err := p.Handler()
	if err != nil {
		t.Fatal(err)
	}
	page := httptest.NewRecorder()
	p.measured(site).ServeHTTP(page, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	if page.Code != 200 {
		t.Fatalf("status %d, %s", page.Code, page.Body)
	}
	return page.Body.String()
}

func hasLines(t *testing.T, text string, lines ...string) {
	t.Helper()
	for _, want := range lines {
		if !strings.Contains(text, "\n"+want+"\n") {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// TestMetrics: monitoring learns how late due work is done, how long work has been due that nobody did, and what
// waits for a person.
func TestMetrics(t *testing.T) {
	st, err := sqlite.Open(t.Context(), ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	now := today
	p, err := assemble(t.Context(), st, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	text := scrape(t, p)
	hasLines(t, text, "banli_due_lag_seconds 0", "banli_due_waiting_seconds 0", "banli_outbox_set_aside 0", "banli_worker_faults_total 0")
	for _, name := range []string{"go_goroutines", "go_memstats_heap_inuse_bytes"} {
		if strings.Contains(text, "\n"+name+" 0\n") || !strings.Contains(text, "\n"+name+" ") {
			t.Errorf("no %s in\n%s", name, text)
		}
	}

	// A case that cannot be moved, since nothing says what it is.
	err = st.InsertCase(t.Context(), &store.Case{Head: store.Head{ID: "k1", Project: "p1", Flow: "none", Open: true, NextDue: now.Add(time.Minute)}})
	if err != nil {
		t.Fatal(err)
	}
	hasLines(t, scrape(t, p), "banli_due_waiting_seconds 0") // it is due, but not yet
	for _, want := range []string{"banli_due_waiting_seconds 90", "banli_due_waiting_seconds 240"} {
		now = now.Add(150 * time.Second)
		if _, err := p.Cases.Tick(t.Context(), now); err == nil {
			t.Fatal("the case was moved")
		}
		hasLines(t, scrape(t, p), want, "banli_due_lag_seconds 0")
	}
}
