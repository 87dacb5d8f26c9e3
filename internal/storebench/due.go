package storebench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"banli/definitions/catalogue"
	"banli/server/casework"
	"banli/server/demo"
	"banli/server/worker"
	"banli/store"
	"banli/store/sqlite"
)

// due has many cases reach their due instant at once, and lets the real worker with
// the real engine do what is due, while people go on acting.
func (b *bench) due(ctx context.Context) error {
	like, err := exemplar(ctx)
	if err != nil {
		return err
	}
	for _, n := range b.Due {
		if err := b.with(ctx, func(s *sqlite.Store) error { return b.burst(ctx, s, like, n) }); err != nil {
			return fmt.Errorf("%d at once: %w", n, err)
		}
	}
	return nil
}

// example is a case in which the clock will act, with its project.
type example struct {
	kase    *store.Case
	project *store.Project
}

// exemplar plays a district and takes an application from it that nobody accepted yet.
func exemplar(ctx context.Context) (*example, error) {
	s, err := sqlite.Open(ctx, ":memory:")
	if err != nil {
		return nil, err
	}
	defer s.Close()
	cases, err := service(ctx, s, time.Now)
	if err != nil {
		return nil, err
	}
	cat := cases.Catalogues.Current()
	if _, err := (demo.Seeding{Cases: cases, Now: time.Now(), People: demo.People(cat), Projects: 30, Seed: 1}).Fill(ctx); err != nil {
		return nil, err
	}
	page, err := s.Cases(ctx, store.CaseQuery{Flow: "permit", State: "intake", Limit: 200})
	if err != nil {
		return nil, err
	}
	for _, h := range page.Rows {
		if h.NextDue.After(time.Now()) {
			c, err := s.Case(ctx, h.ID)
			if err != nil {
				return nil, err
			}
			p, err := s.Project(ctx, h.Project)
			return &example{c, p}, err
		}
	}
	return nil, errors.New("the district played has no application that waits for acceptance")
}

func service(ctx context.Context, s store.Store, now func() time.Time) (*casework.Service, error) {
	quiet := slog.New(slog.DiscardHandler)
	cats, err := casework.OpenCatalogues(ctx, s, catalogue.Renhe, now)
	if err != nil {
		return nil, err
	}
	return &casework.Service{Store: s, Catalogues: cats, Now: now, Log: quiet}, nil
}

// plant makes n cases like the example, each in a project of its own.
func (e *example) plant(ctx context.Context, s store.Store, name string, n int) error {
	return numbered(n, func(i int) error {
		c, p := *e.kase, *e.project
		c.ID, p.ID = fmt.Sprintf("%s-%06d", name, i), fmt.Sprintf("%s-project-%06d", name, i)
		p.Code, c.Project, c.Key = p.ID, p.ID, p.ID+"/permit"
		c.Events = append([]store.Event(nil), e.kase.Events...)
		if err := s.InsertProject(ctx, &p); err != nil {
			return err
		}
		return s.InsertCase(ctx, &c)
	})
}

// clock stands a moment after an instant and goes on from there.
func clock(at time.Time) func() time.Time {
	begun := time.Now()
	return func() time.Time { return at.Add(time.Millisecond + time.Since(begun)) }
}

func (b *bench) burst(ctx context.Context, s store.Store, like *example, n int) error {
	name := fmt.Sprintf("due%d", n)
	if err := like.plant(ctx, s, name, n); err != nil {
		return err
	}
	now := clock(like.kase.NextDue)
	cases, err := service(ctx, s, now)
	if err != nil {
		return err
	}
	w := worker.New(cases, now)
	w.Log = cases.Log
	working, stop := context.WithCancel(ctx)
	defer stop()
	acted := make(chan latencies, 1)
	failed := make(chan error, 1)
	go func() {
		took, err := b.arrivals(working, s, 100)
		acted <- took
		failed <- err
	}()
	begun := time.Now()
	go w.Run(working)
	if err := emptied(func() ([]store.DueCase, error) { return s.Due(ctx, now(), 1) }); err != nil {
		return err
	}
	fired := time.Since(begun)
	goal := map[int]float64{33_000: 8, 100_000: 20}[n]
	if goal > 0 {
		b.report.atMost(fmt.Sprintf("%d due at once: all fired", n), "s", fired.Seconds(), goal)
	} else {
		b.report.add(fmt.Sprintf("%d due at once: all fired", n), "s", fired.Seconds())
	}
	if err := emptied(func() ([]store.Line, error) { return s.Outbox(ctx, now().Add(time.Hour), 1) }); err != nil {
		return err
	}
	b.report.add(fmt.Sprintf("%d due at once: documents issued too", n), "s", time.Since(begun).Seconds())
	stop()
	took := <-acted
	if err := <-failed; err != nil {
		return err
	}
	b.report.atMost(fmt.Sprintf("%d due at once: acts meanwhile, p99", n), "ms", took.at(0.99)/1000, 200)
	b.report.add("memory in use afterwards", "MB", resident())
	return once(ctx, s, like, name, n)
}

// emptied waits until nothing is left.
func emptied[T any](list func() ([]T, error)) error {
	for {
		left, err := list()
		if err != nil || len(left) == 0 {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// once looks at every case: the clock acted in it once, at the due instant.
func once(ctx context.Context, s store.Store, like *example, name string, n int) error {
	for i := 1; i <= n; i++ {
		c, err := s.Case(ctx, fmt.Sprintf("%s-%06d", name, i))
		if err != nil {
			return err
		}
		had := len(like.kase.Events)
		if len(c.Events) != had+1 || !c.Events[had].At.Equal(like.kase.NextDue) {
			return fmt.Errorf("case %s has %d events, expected %d, the last at %s", c.ID, len(c.Events), had+1, like.kase.NextDue)
		}
	}
	return nil
}
