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

// appendRace lets 64 goroutines act on the same revision of one case, a few times:
// each time one wins and its event is the one that is there.
func appendRace(t *testing.T, s store.Store) {
	const goroutines, rounds = 64, 4
	c := insert(t, s, newCase("k1"))
	for rev := int64(1); rev <= rounds; rev++ {
		winners := make(chan string, goroutines)
		together(goroutines, func(g int) {
			key := fmt.Sprintf("r%d-g%d", rev, g)
			switch err := s.Append(t.Context(), "k1", rev, &store.Change{Head: c.Head, Events: []store.Event{newEvent("act", key)}}); {
			case err == nil:
				winners <- key
			case !errors.Is(err, store.ErrConflict):
				t.Error(err)
			}
		})
		if len(winners) != 1 {
			t.Fatalf("%d won at revision %d, expected one", len(winners), rev)
		}
		got, err := s.Case(t.Context(), "k1")
		must(t, err)
		must(t, store.Verify(got.Events))
		winner := <-winners
		if last := got.Events[len(got.Events)-1]; got.Rev != rev+1 || len(got.Events) != int(rev)+1 || last.Key != winner {
			t.Fatalf("revision %d with %d events, the last by %s; expected %d with %d, the last by the winner %s",
				got.Rev, len(got.Events), last.Key, rev+1, rev+1, winner)
		}
	}
}

// appendRetries lets goroutines read again and retry until each has done its
// share: no event is lost.
func appendRetries(t *testing.T, s store.Store) {
	const goroutines, each = 8, 5
	insert(t, s, newCase("k1"))
	together(goroutines, func(g int) {
		for i := range each {
			for {
				head, err := s.Head(t.Context(), "k1")
				if err == nil {
					err = s.Append(t.Context(), "k1", head.Rev, &store.Change{Head: *head, Events: []store.Event{newEvent("act", fmt.Sprintf("g%d-%d", g, i))}})
				}
				if err == nil {
					break
				} else if !errors.Is(err, store.ErrConflict) {
					t.Error(err)
					return
				}
			}
		}
	})
	got, err := s.Case(t.Context(), "k1")
	must(t, err)
	must(t, store.Verify(got.Events))
	keys := map[string]bool{}
	for _, e := range got.Events {
		keys[e.Key] = true
	}
	if want := goroutines*each + 1; len(got.Events) != want || len(keys) != want || got.Rev != int64(want) {
		t.Errorf("%d events, %d keys, revision %d; expected %d of each", len(got.Events), len(keys), got.Rev, want)
	}
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
