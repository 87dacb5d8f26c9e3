package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"banli/store"
)

func isDuplicate(err error) bool { return errors.Is(err, store.ErrDuplicate) }

// together runs n goroutines that start at the same moment.
func together(n int, run func(i int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			run(i)
		})
	}
	close(start)
	wg.Wait()
}

// appendRace lets 64 goroutines act on one case until each has done its share.
func appendRace(t *testing.T, s store.Store) {
	const goroutines, each = 64, 3
	insert(t, s, newCase("k1"))
	var won, lost atomic.Int64
	var mu sync.Mutex
	winners := map[int64]string{} // by the revision acted on
	together(goroutines, func(g int) {
		for i := range each {
			key := fmt.Sprintf("g%d-%d", g, i)
			for {
				head, err := s.Head(t.Context(), "k1")
				if err != nil {
					t.Error(err)
					return
				}
				rev := head.Rev
				err = s.Append(t.Context(), "k1", rev, &store.Change{Head: *head, Events: []store.Event{newEvent("act", key)}})
				if errors.Is(err, store.ErrConflict) {
					lost.Add(1)
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				won.Add(1)
				mu.Lock()
				if other := winners[rev]; other != "" {
					t.Errorf("%s and %s both acted on revision %d", other, key, rev)
				}
				winners[rev] = key
				mu.Unlock()
				break
			}
		}
	})
	c, err := s.Case(t.Context(), "k1")
	must(t, err)
	must(t, store.Verify(c.Events))
	if c.Rev != goroutines*each+1 || len(c.Events) != goroutines*each+1 {
		t.Fatalf("revision %d and %d events after %d actions", c.Rev, len(c.Events), won.Load())
	}
	for i, e := range c.Events[1:] {
		if e.Key != winners[int64(i+1)] {
			t.Errorf("event %d is %s, but %s was told that it won", e.Seq, e.Key, winners[int64(i+1)])
		}
	}
	t.Logf("%d won, %d lost", won.Load(), lost.Load())
}

func insertRace(t *testing.T, s store.Store) {
	var won atomic.Int64
	together(32, func(g int) {
		c := newCase(fmt.Sprint("k", g))
		c.Key = "the key"
		switch err := s.InsertCase(context.Background(), c); {
		case err == nil:
			won.Add(1)
		case !errors.Is(err, store.ErrExists):
			t.Error(err)
		}
	})
	if n, err := s.CountCases(t.Context(), store.CaseQuery{}); won.Load() != 1 || n != 1 || err != nil {
		t.Errorf("%d won, %d cases, %v; expected one", won.Load(), n, err)
	}
}
