// Package worker lets time pass: it does what is due and delivers what was left,
// for as long as it runs.
//
// It decides nothing. What is due, and what happens then, casework and the engine
// know; an event takes effect at its due instant whenever a worker gets to it, and
// every command and page brings its case up to date by itself, so that a stopped
// worker delays notices and lists, and never an outcome. Any number of workers may
// run on one store.
package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"sync/atomic"
	"time"

	"banli/server/casework"
)

// Cases is what a worker drives; *casework.Service does it.
type Cases interface {
	Tick(ctx context.Context, now time.Time) (casework.Ticked, error)
	Deliver(ctx context.Context, now time.Time) (delivered int, err error)
}

// longest is the longest sleep: lines that wait for another attempt, and clocks that others move, are looked at then.
const longest = time.Minute

// Worker does due work. Its fields are set before Run.
type Worker struct {
	Cases Cases
	Now   func() time.Time
	Log   *slog.Logger // slog's default when nil

	wake                  chan struct{}
	lag, fired, delivered atomic.Int64
	faults                atomic.Int64
	until                 atomic.Int64 // the instant it sleeps until, in microseconds; late while it works
	looked                atomic.Int64 // microseconds
}

// New makes a worker.
func New(cases Cases, now func() time.Time) *Worker {
	w := &Worker{Cases: cases, Now: now, wake: make(chan struct{}, 1)}
	w.until.Store(math.MaxInt64)
	return w
}

// Wake tells the worker of an instant at which there is something to do. When it would have slept longer, it looks
// again at once. It never waits.
func (w *Worker) Wake(at time.Time) {
	if at.UnixMicro() >= w.until.Load() {
		return
	}
	select {
	case w.wake <- struct{}{}:
	default: // it is awake already
	}
}

// Lag is how long after its due instant the latest case of the last look was moved; zero when nothing was due.
func (w *Worker) Lag() time.Duration { return time.Duration(w.lag.Load()) }

// Fired counts the cases the worker moved.
func (w *Worker) Fired() int64 { return w.fired.Load() }

// Metrics writes what the worker did in the text format of Prometheus.
func (w *Worker) Metrics(out io.Writer) error {
	for _, m := range []struct {
		name, kind, help string
		value            float64
	}{
		{"banli_due_lag_seconds", "gauge", "How long after its due instant the latest case of the last look was moved.", w.Lag().Seconds()},
		{"banli_due_fired_total", "counter", "Cases moved because an instant was reached.", float64(w.fired.Load())},
		{"banli_outbox_delivered_total", "counter", "Effects delivered by the worker.", float64(w.delivered.Load())},
		{"banli_worker_faults_total", "counter", "Looks that ended with an error.", float64(w.faults.Load())},
		{"banli_worker_looked_timestamp_seconds", "gauge", "When the worker looked last.", float64(w.looked.Load()) / 1e6},
	} {
		if _, err := fmt.Fprintf(out, "# HELP %s %s\n# TYPE %s %s\n%s %g\n", m.name, m.help, m.name, m.kind, m.name, m.value); err != nil {
			return err
		}
	}
	return nil
}

// Run works until ctx ends. An error is logged and tried again: a store that is away comes back.
func (w *Worker) Run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-w.wake:
		}
		w.until.Store(math.MaxInt64)
		sleep := w.sleep(w.work(ctx))
		w.until.Store(w.Now().Add(sleep).UnixMicro())
		timer.Reset(sleep)
	}
}

// again is how soon a look that failed is made again.
const again = 5 * time.Second

// work does everything due now, and gives the instant to look next; zero when nothing is known to be due.
func (w *Worker) work(ctx context.Context) time.Time {
	now := w.Now()
	ticked, err := w.Cases.Tick(ctx, now)
	w.fired.Add(int64(ticked.Fired))
	w.lag.Store(int64(ticked.Lag))
	delivered, deliverErr := w.Cases.Deliver(ctx, now)
	w.delivered.Add(int64(delivered))
	w.looked.Store(now.UnixMicro())
	if err = errors.Join(err, deliverErr); err == nil || ctx.Err() != nil {
		return ticked.Next
	}
	w.faults.Add(1)
	w.log().ErrorContext(ctx, "due work", "err", err)
	return now.Add(again)
}

// sleep is until just after the next due instant: at that instant itself a case is still on time. What is due already
// came up meanwhile, or another worker is at it.
func (w *Worker) sleep(next time.Time) time.Duration {
	left := next.Sub(w.Now())
	switch {
	case next.IsZero() || left > longest:
		return longest
	case left < 0:
		return 50 * time.Millisecond
	}
	return left + time.Millisecond
}

func (w *Worker) log() *slog.Logger {
	if w.Log == nil {
		return slog.Default()
	}
	return w.Log
}
