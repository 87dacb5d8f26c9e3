package sqlite_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"banli/store"
	"banli/store/sqlite"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.FixedZone("CST", 8*3600))

// realistic is a case as a permit leaves it: small head, 3 KB of answers, 1 KB of state.
func realistic(i int) *store.Case {
	r := rand.New(rand.NewPCG(1, uint64(i)))
	pad := func(n int) json.RawMessage {
		b, _ := json.Marshal(fmt.Sprintf("%0*d", n, i))
		return b
	}
	due := start.Add(time.Duration(r.IntN(40*24)) * time.Hour)
	return &store.Case{
		Head: store.Head{
			ID: fmt.Sprintf("case-%08d", i), Project: fmt.Sprintf("project-%07d", i/10), Key: fmt.Sprintf("project-%07d/permit/%d", i/10, i), Flow: "permit",
			Item: fmt.Sprintf("GH%02d", r.IntN(20)), Department: fmt.Sprintf("dept%02d", r.IntN(19)), Code: fmt.Sprintf("2026-510411-48-03-%06d", i/10),
			Title: "仁和区工业园污水处理厂及配套管网工程", OwnerName: "攀枝花市仁和水务有限公司", Owner: fmt.Sprintf("user-%05d", i/20), State: "accepted", Open: true,
			OpenedAt: start, UpdatedAt: start, Clock: "promised", Due: due, WarnAt: due.Add(-72 * time.Hour), UrgentAt: due.Add(-24 * time.Hour), NextDue: due,
		},
		Pins: pad(100), Body: pad(3000), Folded: pad(1000), Events: []store.Event{actEvent(i, 0)},
	}
}

func actEvent(i, n int) store.Event {
	return store.Event{
		Do: "issue_correction", At: start, RecordedAt: start, By: "handler", User: "user-00042", Department: "dept07", Key: fmt.Sprintf("%08x-%08x", i, n),
		Data: json.RawMessage(`{"do":"issue_correction","input":{"materials":["general-plan","soil-report"],"reason":"总平面图缺少红线坐标"},"marks":[]}`),
	}
}

// act is what one step of a handler writes.
func act(b testing.TB, s store.Store, i int, rev int64, c *store.Case) {
	h := c.Head
	h.Due = h.Due.Add(time.Duration(rev) * time.Minute)
	h.NextDue, h.UpdatedAt = h.Due, start.Add(time.Duration(rev)*time.Second)
	if err := s.Append(b.Context(), h.ID, rev, &store.Change{Head: h, Folded: c.Folded, Events: []store.Event{actEvent(i, int(rev))}}); err != nil {
		b.Fatal(err)
	}
}

func fill(b testing.TB, s store.Store, n int) {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for i := int(next.Add(1) - 1); i < n; i = int(next.Add(1) - 1) {
				c := realistic(i)
				c.Open = i%20 == 0 || n <= 20000
				if !c.Open {
					c.NextDue, c.State = time.Time{}, "delivered"
				}
				if err := s.InsertCase(b.Context(), c); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkActions(b *testing.B) {
	for _, writers := range []int{1, 64, 256} {
		b.Run(fmt.Sprint("writers=", writers), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "banli.db"))
			fill(b, s, 2000)
			b.ReportAllocs()
			b.ResetTimer()
			var left atomic.Int64
			left.Store(int64(b.N))
			var mu sync.Mutex
			var took []time.Duration
			var wg sync.WaitGroup
			for w := range writers {
				wg.Go(func() {
					own := make([]*store.Case, 0, 8)
					for k := range 2000 / 256 {
						own = append(own, realistic(w+256*k))
					}
					var mine []time.Duration
					for n := 0; left.Add(-1) >= 0; n++ {
						began := time.Now()
						act(b, s, w, int64(1+n/len(own)), own[n%len(own)])
						mine = append(mine, time.Since(began))
					}
					mu.Lock()
					took = append(took, mine...)
					mu.Unlock()
				})
			}
			wg.Wait()
			slices.Sort(took)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "actions/s")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}

func BenchmarkReads(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "banli.db"))
	fill(b, s, 10000)
	yes := true
	department := store.CaseQuery{Department: "dept07", Open: &yes, Limit: 50, Now: start.Add(20 * 24 * time.Hour)}
	first, err := s.Cases(b.Context(), department)
	if err != nil {
		b.Fatal(err)
	}
	later := department
	later.After = first.Next
	for _, bb := range []struct {
		name string
		run  func(*sqlite.Store) error
	}{
		{"list page", func(s *sqlite.Store) error { _, err := s.Cases(b.Context(), department); return err }},
		{"next page", func(s *sqlite.Store) error { _, err := s.Cases(b.Context(), later); return err }},
		{"count", func(s *sqlite.Store) error {
			_, err := s.CountCases(b.Context(), store.CaseQuery{Department: "dept07"})
			return err
		}},
		{"tally of a department", func(s *sqlite.Store) error { _, err := s.Tally(b.Context(), department, ""); return err }},
		{"tally by department", func(s *sqlite.Store) error {
			_, err := s.Tally(b.Context(), store.CaseQuery{Now: start}, "department")
			return err
		}},
		{"idle due", func(s *sqlite.Store) error { _, err := s.Due(b.Context(), start.Add(-time.Hour), 500); return err }},
		{"next due", func(s *sqlite.Store) error { _, err := s.NextDue(b.Context()); return err }},
		{"head", func(s *sqlite.Store) error { _, err := s.Head(b.Context(), "case-00000042"); return err }},
		{"case", func(s *sqlite.Store) error { _, err := s.Case(b.Context(), "case-00000042"); return err }},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := bb.run(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
