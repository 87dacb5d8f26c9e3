package storebench

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"banli/store"
	"banli/store/sqlite"
)

// looks are how long the questions took that are asked all day.
type looks struct{ first, later, count, tally, tick, head, kase latencies }

// look asks them in turn for a while: pages of fifty of a department's queue.
func (b *bench) look(ctx context.Context, s store.Store, long time.Duration) (looks, error) {
	yes, now := true, time.Now()
	var l looks
	var failed error
	timed := func(into *latencies, ask func() error) {
		at := time.Now()
		if err := ask(); err != nil {
			failed = err
		}
		*into = append(*into, time.Since(at))
	}
	after := map[string]string{} // the tenth page of each department
	for _, d := range departments {
		q := store.CaseQuery{Department: d, Open: &yes, Limit: 50, Now: now}
		for range 10 {
			page, err := s.Cases(ctx, q)
			if err != nil {
				return l, err
			}
			if page.Next == "" {
				break
			}
			q.After = page.Next
		}
		after[d] = q.After
	}
	for i, end := 0, time.Now().Add(long); time.Now().Before(end) && failed == nil; i++ {
		d := departments[i%len(departments)]
		q := store.CaseQuery{Department: d, Open: &yes, Limit: 50, Now: now}
		id := b.open[i%len(b.open)].head.ID
		timed(&l.first, func() error { _, err := s.Cases(ctx, q); return err })
		timed(&l.count, func() error {
			_, err := s.CountCases(ctx, store.CaseQuery{Department: d, Open: &yes})
			return err
		})
		timed(&l.tally, func() error { _, err := s.Tally(ctx, q, ""); return err })
		q.After = after[d]
		timed(&l.later, func() error { _, err := s.Cases(ctx, q); return err })
		timed(&l.tick, func() error { _, err := s.Due(ctx, began, 500); return err })
		timed(&l.head, func() error { _, err := s.Head(ctx, id); return err })
		timed(&l.kase, func() error { _, err := s.Case(ctx, id); return err })
	}
	return l, failed
}

func (b *bench) reads(ctx context.Context) error {
	info, err := os.Stat(b.path)
	if err != nil {
		return err
	}
	b.report.atMost("size of a case of 20 events", "KB", float64(info.Size())/float64(b.Cases)/1024, 6)
	return b.with(ctx, func(s *sqlite.Store) error {
		if _, err := b.look(ctx, s, 3*time.Second); err != nil { // warm, and lamps brought forward
			return err
		}
		l, err := b.look(ctx, s, b.long())
		if err != nil {
			return err
		}
		b.report.atMost("list page of 50, p50", "µs", l.first.at(0.5), 150)
		b.report.atMost("list page of 50, p99", "µs", l.first.at(0.99), 1000)
		b.report.atMost("tenth page / first, p50", "×", l.later.at(0.5)/l.first.at(0.5), 1.3)
		b.report.atMost("count of a department, p50", "µs", l.count.at(0.5), 20)
		b.report.add("count of a department, p99", "µs", l.count.at(0.99))
		b.report.atMost("lamps of a department, p50", "µs", l.tally.at(0.5), 20)
		b.report.atMost("idle tick, p50", "µs", l.tick.at(0.5), 10)
		b.report.add("head of a case, p50", "µs", l.head.at(0.5))
		b.report.add("case with its events, p50", "µs", l.kase.at(0.5))
		b.report.add("memory in use", "MB", resident())
		return nil
	})
}

// resident is the memory of this process, in MB; 0 where the system does not say.
func resident() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmRSS: %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}
