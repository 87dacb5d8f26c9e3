package main

import (
	"fmt"
	"net/http"
	"runtime"
)

// measured answers /metrics for the operator's monitoring, and leaves the rest to
// the site. It tells numbers only: nothing of anybody's case.
func (p *platform) measured(site http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/metrics" {
			site.ServeHTTP(w, r)
			return
		}
		aside, err := p.Cases.SetAside(r.Context(), 1000)
		if err != nil {
			p.Log.ErrorContext(r.Context(), "metrics", "err", err)
			http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		if err := p.worker.Metrics(w); err != nil {
			return // nobody listens any more
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		for _, g := range []struct {
			name, help string
			value      float64
		}{
			{"banli_outbox_set_aside", "Effects set aside after too many attempts, 1000 at most.", float64(len(aside))},
			{"go_goroutines", "Goroutines that exist.", float64(runtime.NumGoroutine())},
			{"go_memstats_heap_inuse_bytes", "Bytes of the heap in use.", float64(m.HeapInuse)},
		} {
			fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s gauge\n%s %g\n", g.name, g.help, g.name, g.name, g.value)
		}
	})
}
