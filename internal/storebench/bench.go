// Package storebench measures the embedded store at the scale of a city, beside
// what bounds it from below, in one run.
//
// Every figure that has one stands beside its floor: the driver alone making the
// same writes with the same statements, one action a commit, plain appends with a
// wait for the disk, and bbolt. Only the ratios mean anything on another machine.
// Its second mode runs several servers on one store, kills one of them now and
// then, and looks for events lost or doubled.
package storebench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"banli/store/sqlite"
)

// Options say what to measure.
type Options struct {
	Cases   int          // of these one in twenty is open
	Dir     string       // empty: a temporary folder, removed afterwards
	Seconds float64      // of each measure that runs for a while
	Due     []int        // cases due at the same instant
	Out     io.Writer    // the table
	Log     func(string) // progress
	started time.Time
}

// Run fills a store and measures it.
func Run(ctx context.Context, o Options) error {
	dir := o.Dir
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "banli-bench-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	o.started = time.Now()
	b := &bench{Options: o, dir: dir, path: filepath.Join(dir, "banli.db"), report: &report{}}
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"fill", b.fill},
		{"read", b.reads},
		{"write", b.writes},
		{"read and write", b.steady},
		{"floors", b.contest},
		{"due work", b.due},
	} {
		b.say("%s", step.name)
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return b.report.print(o.Out)
}

// bench is one run.
type bench struct {
	Options
	dir, path string
	open      []*live // the open cases
	report    *report
}

func (b *bench) say(format string, args ...any) {
	if b.Log != nil {
		b.Log(fmt.Sprintf("%6.0f s  ", time.Since(b.started).Seconds()) + fmt.Sprintf(format, args...))
	}
}

func (b *bench) long() time.Duration { return time.Duration(b.Seconds * float64(time.Second)) }

// with opens the store for one measure, so that none inherits what another left in memory.
func (b *bench) with(ctx context.Context, do func(*sqlite.Store) error) error {
	s, err := sqlite.Open(ctx, b.path)
	if err != nil {
		return err
	}
	err = do(s)
	return errors.Join(err, s.Close())
}
