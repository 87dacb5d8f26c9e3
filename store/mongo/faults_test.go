package mongo_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"banli/store"
	"banli/store/mongo"
	"banli/store/mongo/mongotest"
	"banli/store/sqlite"
	"banli/store/storetest"
)

func event(key string) store.Event {
	return store.Event{Do: "act", At: time.Unix(1528856400, 0), RecordedAt: time.Unix(1528856401, 0), By: "handler", Key: key}
}

// TestLostAnswers: whatever happens to one action on its way, repeated with its key
// it is done once.
func TestLostAnswers(t *testing.T) {
	server := mongotest.Start(t, 1)
	uri := server.Database(t)
	clean := openAt(t, uri)
	proxy, by := server.Through(t, uri)
	s := openAt(t, by)
	c := &store.Case{Head: store.Head{ID: "k1", Project: "p1", Open: true}}
	if err := clean.InsertCase(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	for i, fault := range mongotest.Faults {
		for _, command := range []string{"find cases", "update cases"} {
			t.Run(fault.String()+" "+command, func(t *testing.T) {
				met := 0
				proxy.Plan(func(at string) mongotest.Fault {
					if at == command && met == 0 {
						met++
						return fault
					}
					return mongotest.None
				})
				defer proxy.Plan(nil)
				key := fmt.Sprint("cmd-", i, command)
				before := read(t, clean, "k1")
				ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond) // silence has no other end
				first := s.Append(ctx, "k1", before.Rev, &store.Change{Head: before.Head, Events: []store.Event{event(key)}})
				cancel()
				if met == 0 {
					t.Fatal("the fault was not met")
				}
				again := s.Append(t.Context(), "k1", before.Rev, &store.Change{Head: before.Head, Events: []store.Event{event(key)}})
				done := first == nil || (command == "update cases" && fault != mongotest.Lost)
				if done != errors.Is(again, store.ErrDuplicate) || !done && again != nil {
					t.Errorf("first %v, then %v; expected it to be done the first time: %v", first, again, done)
				}
				after := read(t, clean, "k1")
				if after.Rev != before.Rev+1 || len(after.Events) != len(before.Events)+1 || after.Events[len(after.Events)-1].Key != key {
					t.Errorf("revision %d with %d events after %d with %d, expected one more of each", after.Rev, len(after.Events), before.Rev, len(before.Events))
				}
				if err := store.Verify(after.Events); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func read(t *testing.T, s store.Store, id string) *store.Case {
	t.Helper()
	c, err := s.Case(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestRandomFaults lets several servers work while connections are lost at random:
// each repeats what it does until it is told that it is done. No event, line,
// number or file is lost or doubled.
func TestRandomFaults(t *testing.T) {
	server := mongotest.Start(t, 1)
	uri := server.Database(t)
	clean := openAt(t, uri)
	const servers, actions, cases = 3, 25, 4
	var told atomic.Int64
	var numbers sync.Map
	work := func(n int, s *mongo.Store, r *rand.Rand) error {
		for i := range actions {
			id, key := fmt.Sprint("k", r.IntN(cases)), fmt.Sprint("s", n, "-", i)
			err := insist(t, func(ctx context.Context) error {
				head, err := s.Head(ctx, id)
				if errors.Is(err, store.ErrNotFound) {
					err = s.InsertCase(ctx, &store.Case{Head: store.Head{ID: id, Key: "key " + id, Project: "p1", Open: true}})
					return orElse(err, errors.New("now act"))
				} else if err != nil {
					return err
				}
				return s.Append(ctx, id, head.Rev, &store.Change{Head: *head, Events: []store.Event{event(key)}, Outbox: []store.Line{{ID: "line " + key}}})
			}, store.ErrDuplicate)
			if err != nil {
				return err
			}
			told.Add(1)
			err = insist(t, func(ctx context.Context) error {
				number, err := s.Docs("numbers").Next(ctx, "code")
				if _, twice := numbers.LoadOrStore(number, key); err == nil && twice {
					t.Errorf("number %d is given twice", number)
				}
				return err
			})
			if err != nil {
				return err
			}
		}
		content := strings.Repeat(fmt.Sprint("material ", n, "\n"), 40000) // two chunks
		return insist(t, func(ctx context.Context) error {
			info, err := s.PutFile(ctx, strings.NewReader(content), 1<<20)
			if err != nil {
				return err
			}
			if want := "text/plain; charset=utf-8"; info.Type != want {
				t.Errorf("a file is kept as %s, expected %s", info.Type, want)
			}
			f, _, err := s.OpenFile(ctx, info.Digest)
			if err != nil {
				return err
			}
			defer f.Close()
			if b, err := io.ReadAll(f); err != nil || string(b) == content {
				return err
			}
			t.Error("a file came back different")
			return nil
		})
	}
	var wg sync.WaitGroup
	for n := range servers {
		proxy, by := server.Through(t, uri)
		s := openAt(t, by)
		r := rand.New(rand.NewPCG(uint64(n), 5))
		often := rand.New(rand.NewPCG(uint64(n), 6))
		proxy.Plan(func(string) mongotest.Fault {
			if often.IntN(8) > 0 {
				return mongotest.None
			}
			return mongotest.Faults[often.IntN(len(mongotest.Faults))]
		})
		wg.Go(func() {
			if err := work(n, s, r); err != nil {
				t.Error(err)
			}
			proxy.Plan(nil)
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	keys := map[string]int{}
	for n := range cases {
		for _, e := range read(t, clean, fmt.Sprint("k", n)).Events {
			keys[e.Key]++
		}
	}
	lines, err := clean.Outbox(t.Context(), time.Now(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		keys[strings.TrimPrefix(l.ID, "line ")]++
	}
	if len(keys) != servers*actions || told.Load() != servers*actions {
		t.Errorf("%d actions were done and %d told, expected %d", len(keys), told.Load(), servers*actions)
	}
	for key, n := range keys {
		if n != 2 {
			t.Errorf("%s has %d events and lines, expected one of each", key, n)
		}
	}
	if err := clean.Verify(t.Context(), func(fault string) { t.Error(fault) }); err != nil {
		t.Error(err)
	}
}

// insist repeats until it is done, for a minute at most.
func insist(t *testing.T, do func(context.Context) error, done ...error) (err error) {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		err = do(ctx)
		cancel()
		if err == nil || slices.ContainsFunc(done, func(d error) bool { return errors.Is(err, d) }) {
			return nil
		}
	}
	return fmt.Errorf("not done in a minute: %w", err)
}

func orElse(err, other error) error {
	if err == nil {
		return other
	}
	return err
}

// TestSameLedgers: the same history leaves the same bytes in both stores.
func TestSameLedgers(t *testing.T) {
	server := mongotest.Start(t, 1)
	number := rand.Uint64N(1000)
	other, err := sqlite.Open(t.Context(), ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	want := storetest.Ledger(t, other, number)
	if got := storetest.Ledger(t, openAt(t, server.Database(t)), number); got != want {
		t.Errorf("history %d has the ledger %s on %s, expected %s as in SQLite", number, got, server.Name, want)
	}
}
