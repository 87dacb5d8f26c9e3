package storebench

import (
	"context"
	"fmt"
	"sync"
	"time"

	"banli/store"
	"banli/store/sqlite"
)

// writers act as fast as the store takes it, each in its own cases, for a while.
func (b *bench) writers(ctx context.Context, s store.Store, n int) (perSecond float64, took latencies, err error) {
	var mu sync.Mutex
	begun := time.Now()
	err = together(n, func(w int) error {
		var mine latencies
		for k := w; time.Since(begun) < b.long(); k += n {
			at := time.Now()
			if err := b.open[k%(len(b.open)/n*n)].act(ctx, s); err != nil {
				return err
			}
			mine = append(mine, time.Since(at))
		}
		mu.Lock()
		took = append(took, mine...)
		mu.Unlock()
		return nil
	})
	return float64(len(took)) / time.Since(begun).Seconds(), took, err
}

func (b *bench) writes(ctx context.Context) error {
	for _, n := range []int{1, min(256, len(b.open))} {
		err := b.with(ctx, func(s *sqlite.Store) error {
			rate, took, err := b.writers(ctx, s, n)
			name := fmt.Sprintf("%d writers", n)
			if n == 1 {
				name = "1 writer"
			}
			b.report.add(name, "actions/s", rate)
			b.report.add(name+", p99", "ms", took.at(0.99)/1000)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// arrivals acts at a rate, whether the store keeps up or not: an act that had to
// wait counts from when it should have begun. It ends with ctx.
func (b *bench) arrivals(ctx context.Context, s store.Store, rate int) (took latencies, err error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed error
	begun, gap := time.Now(), time.Second/time.Duration(rate)
	half := len(b.open) / 2
	for k := 0; ctx.Err() == nil; k++ {
		due := begun.Add(time.Duration(k) * gap)
		time.Sleep(time.Until(due))
		wg.Go(func() {
			err := b.open[half+k%half].act(context.WithoutCancel(ctx), s)
			mu.Lock()
			took = append(took, time.Since(due))
			if err != nil {
				failed = err
			}
			mu.Unlock()
		})
	}
	wg.Wait()
	return took, failed
}

// steady measures acts at a steady rate, and lists meanwhile.
func (b *bench) steady(ctx context.Context) error {
	for _, pace := range []struct {
		rate int
		goal float64
	}{{300, 15}, {1000, 30}} {
		err := b.with(ctx, func(s *sqlite.Store) error {
			busy, stop := context.WithTimeout(ctx, b.long())
			defer stop()
			took, err := b.arrivals(busy, s, pace.rate)
			b.report.add(fmt.Sprintf("at %d/s, p50", pace.rate), "ms", took.at(0.5)/1000)
			b.report.atMost(fmt.Sprintf("at %d/s, p99", pace.rate), "ms", took.at(0.99)/1000, pace.goal)
			return err
		})
		if err != nil {
			return err
		}
	}
	return b.with(ctx, func(s *sqlite.Store) error {
		busy, stop := context.WithCancel(ctx)
		acting := make(chan error, 1)
		go func() {
			_, err := b.arrivals(busy, s, 1000)
			acting <- err
		}()
		l, err := b.look(ctx, s, b.long())
		stop()
		if acted := <-acting; err == nil {
			err = acted
		}
		b.report.atMost("list page, p99, during 1000/s", "µs", l.first.at(0.99), 2000)
		b.report.add("list page, p50, during 1000/s", "µs", l.first.at(0.5))
		b.report.add("count, p99, during 1000/s", "µs", l.count.at(0.99))
		return err
	})
}
