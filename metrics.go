package main

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"runtime/metrics"
	"time"
)

// measured answers /metrics for the operator's monitoring, and leaves the rest to
// the site. It tells numbers only: nothing of anybody's case.
func (p *platform) measured(site http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/metrics" {
			site.ServeHTTP(w, r)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		aside, err := p.Cases.SetAside(ctx, 1000)
		var next time.Time
		if err == nil {
			next, err = p.Cases.Store.NextDue(ctx)
		}
		if err != nil {
			p.Log.ErrorContext(r.Context(), "metrics", "err", err)
			http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		if err := p.worker.Metrics(w); err != nil {
			return // nobody listens any more
		}
		waiting := time.Duration(0)
		if !next.IsZero() {
			waiting = max(0, p.Cases.Now().Sub(next))
		}
		heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}}
		metrics.Read(heap) // unlike runtime.ReadMemStats, it stops nobody
		for _, g := range []struct {
			name, help string
			value      float64
		}{
			{"banli_due_waiting_seconds", "How long the earliest due instant that nothing has been done at lies behind.", waiting.Seconds()},
			{"banli_outbox_set_aside", "Effects set aside after too many attempts, 1000 at most.", float64(len(aside))},
			{"go_goroutines", "Goroutines that exist.", float64(runtime.NumGoroutine())},
			{"go_memstats_heap_inuse_bytes", "Bytes of the heap in use.", float64(heap[0].Value.Uint64() + heap[1].Value.Uint64())},
		} {
			fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s gauge\n%s %g\n", g.name, g.help, g.name, g.name, g.value)
		}
	})
}
