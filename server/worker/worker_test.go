package worker_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"banli/engine/flow"
	"banli/server/casework"
	"banli/server/worker"
	"banli/store"
	"banli/store/sqlite"
)

var (
	owner  = flow.Actor{User: "o", Role: "owner"}
	window = flow.Actor{User: "w", Role: "general_window"}
)

// office is casework on a store of its own in a bubble, whose time begins at midnight UTC of 2000-01-01, a Saturday.
func office(t *testing.T) *casework.Service {
	t.Helper()
	st, err := sqlite.Open(t.Context(), ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	cats, err := casework.OpenCatalogues(t.Context(), st, os.DirFS("testdata/office"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return &casework.Service{Store: st, Catalogues: cats, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
}

func register(t *testing.T, s *casework.Service, key string) {
	t.Helper()
	_, err := s.Register(t.Context(), owner, casework.Registration{Answers: map[string]any{"name": key}, Key: key})
	if err != nil {
		t.Fatal(err)
	}
}

// run runs a worker until stop is called.
func run(t *testing.T, s *casework.Service, cases worker.Cases) (w *worker.Worker, stop func()) {
	w = worker.New(cases, time.Now)
	w.Log = s.Log
	s.Wake = w.Wake
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { w.Run(ctx) })
	return w, func() { cancel(); wg.Wait() }
}

// TestRun lets time pass over one registration: what is due is written at its due instant, within a moment of it.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := office(t)
		w, stop := run(t, s, s)
		defer stop()
		time.Sleep(56 * time.Hour) // Monday, 16:00 in the calendar's zone
		register(t, s, "a")
		due := time.Now().Add(time.Hour)
		time.Sleep(time.Hour)
		synctest.Wait()
		if got := states(t, s); !slices.Equal(got, []string{"submitted"}) {
			t.Errorf("at the due instant: %v, but an answer would be on time still", got)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if got := states(t, s); !slices.Equal(got, []string{"answered"}) {
			t.Errorf("a second later: %v", got)
		}
		c := only(t, s)
		if e := c.Events[1]; !e.At.Equal(due) || e.RecordedAt.Sub(due) > time.Second {
			t.Errorf("effective %s, recorded %s; due was %s", e.At, e.RecordedAt, due)
		}
		if w.Fired() != 1 || w.Lag() > time.Second {
			t.Errorf("fired %d, lag %s", w.Fired(), w.Lag())
		}
	})
}

// TestTwoWorkers runs two on one store: every case moves once.
func TestTwoWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := office(t)
		a, stopA := run(t, s, s)
		defer stopA()
		b, stopB := run(t, s, s)
		defer stopB()
		time.Sleep(56 * time.Hour)
		for _, key := range []string{"a", "b", "c", "d", "e", "f"} {
			register(t, s, key)
		}
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		if got := states(t, s); !slices.Equal(got, slices.Repeat([]string{"answered"}, 6)) {
			t.Errorf("states %v", got)
		}
		if n := a.Fired() + b.Fired(); n != 6 {
			t.Errorf("moved %d times, want 6", n)
		}
	})
}

// away is a store that cannot be reached for a while.
type away struct {
	*casework.Service
	until time.Time
}

func (a away) Tick(ctx context.Context, now time.Time) (casework.Ticked, error) {
	if now.Before(a.until) {
		return casework.Ticked{}, errors.New("no route to host")
	}
	return a.Service.Tick(ctx, now)
}

// TestOutage: after an outage what was due is done, with the instant it was due at.
func TestOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := office(t)
		time.Sleep(56 * time.Hour)
		register(t, s, "a")
		due := time.Now().Add(time.Hour)
		_, stop := run(t, s, away{s, time.Now().Add(5 * time.Hour)})
		defer stop()
		time.Sleep(6 * time.Hour)
		synctest.Wait()
		c := only(t, s)
		if c.State != "answered" || !c.Events[1].At.Equal(due) || c.Events[1].RecordedAt.Before(due.Add(4*time.Hour)) {
			t.Errorf("state %s, events %+v", c.State, c.Events)
		}
		// T19: afterwards the window is told so, and nothing changes.
		_, err := s.Act(t.Context(), window, c.ID, casework.ActCmd{Do: "answer"})
		if r, ok := errors.AsType[*flow.Refusal](err); !ok || r.Code != "final" {
			t.Errorf("answer after the due instant: %v", err)
		}
	})
}

func states(t *testing.T, s *casework.Service) []string {
	t.Helper()
	page, err := s.Store.Cases(t.Context(), store.CaseQuery{})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, h := range page.Rows {
		out = append(out, h.State)
	}
	return out
}

func only(t *testing.T, s *casework.Service) *store.Case {
	t.Helper()
	page, err := s.Store.Cases(t.Context(), store.CaseQuery{})
	if err != nil || len(page.Rows) != 1 {
		t.Fatalf("%d cases, want 1: %v", len(page.Rows), err)
	}
	c, err := s.Store.Case(t.Context(), page.Rows[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
