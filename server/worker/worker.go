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
	"log/slog"
	"sync/atomic"
	"time"
)

// Cases is what a worker drives; *casework.Service does it.
type Cases interface {
	Tick(ctx context.Context, now time.Time) (fired int, next time.Time, err error)
	Deliver(ctx context.Context, now time.Time) (delivered int, err error)
}

// longest is the longest sleep: lines that wait for another attempt, and clocks that others move, are looked at then.
const longest = time.Minute

// lagging is how late an event may be done without a word in the log.
const lagging = 5 * time.Second

// Worker does due work. Its fields are set before Run.
type Worker struct {
	Cases Cases
	Now   func() time.Time
	Log   *slog.Logger // slog's default when nil

	wake  chan struct{}
	lag   atomic.Int64
	fired atomic.Int64
}

// New makes a worker.
func New(cases Cases, now func() time.Time) *Worker {
	return &Worker{Cases: cases, Now: now, wake: make(chan struct{}, 1)}
}

// Wake makes the worker look again at once: after a write that may be due earlier than anything before, or when its
// clock was moved. It never waits.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default: // it is awake already
	}
}

// Lag is how late the worker was when it last found something due; zero when it found nothing.
func (w *Worker) Lag() time.Duration { return time.Duration(w.lag.Load()) }

// Fired counts the cases the worker moved.
func (w *Worker) Fired() int64 { return w.fired.Load() }

// Run works until ctx ends. An error is logged and tried again: a store that is away comes back.
func (w *Worker) Run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	due := time.Time{} // the earliest instant something was known to be due
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-w.wake:
		}
		due = w.work(ctx, due)
		timer.Reset(w.sleep(due))
	}
}

// work does everything due now, and gives the next due instant.
func (w *Worker) work(ctx context.Context, due time.Time) time.Time {
	now := w.Now()
	fired, next, err := w.Cases.Tick(ctx, now)
	w.fired.Add(int64(fired))
	lag := time.Duration(0)
	if fired > 0 && !due.IsZero() && due.Before(now) {
		lag = now.Sub(due)
	}
	w.lag.Store(int64(lag))
	if lag > lagging {
		w.log().WarnContext(ctx, "due work was done late", "cases", fired, "lag", lag)
	}
	if err != nil && ctx.Err() == nil {
		w.log().ErrorContext(ctx, "due work", "err", err)
	}
	if _, err := w.Cases.Deliver(ctx, now); err != nil && ctx.Err() == nil {
		w.log().ErrorContext(ctx, "deliver effects", "err", err)
	}
	return next
}

// sleep is until just after the next due instant: at that instant itself a case is still on time. What is due
// already could not be done; it is tried again in a second.
func (w *Worker) sleep(next time.Time) time.Duration {
	left := next.Sub(w.Now())
	switch {
	case next.IsZero() || left > longest:
		return longest
	case left < 0:
		return time.Second
	}
	return left + time.Millisecond
}

func (w *Worker) log() *slog.Logger {
	if w.Log == nil {
		return slog.Default()
	}
	return w.Log
}
