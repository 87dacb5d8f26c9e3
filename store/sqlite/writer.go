package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"runtime"
	"time"

	"banli/store"
)

const (
	maxGroup   = 512         // actions in one commit
	sweepEvery = time.Minute // expired documents are removed this often
)

var errClosed = errors.New("the store is closed")

// action is one caller's write. do runs inside a transaction shared with others
// and may run again in one of its own, so it changes nothing but the database; if
// it refuses (with one of the errors of package store), it has changed nothing.
type action struct {
	do   func(*tx) error
	done chan error
}

// writer runs all writes of this process on one connection, in groups: it takes
// one action, then what waits and what comes meanwhile, and answers all of them
// after one commit. Nobody waits for a timer: while the disk works, the next group
// gathers.
type writer struct {
	tx      *tx
	actions chan action
	closing chan struct{}
	stopped chan struct{}

	wal         string  // path of the log
	limit       int64   // its size from which it is copied into the file
	checkpoints *sql.DB // copies the log into the file
	copying     bool
	copied      chan struct{}
}

// tx is the transaction under way.
type tx struct {
	*statements
	conn   *sql.Conn
	counts map[standing]int // changes of totals, written before the commit
}

func startWriter(conn *sql.Conn, checkpoints *sql.DB, wal string) *writer {
	w := &writer{
		tx:      &tx{statements: &statements{on: conn}, conn: conn, counts: map[standing]int{}},
		actions: make(chan action, maxGroup),
		closing: make(chan struct{}),
		stopped: make(chan struct{}),

		wal:         wal,
		limit:       walLimit,
		checkpoints: checkpoints,
		copied:      make(chan struct{}, 1),
	}
	go w.run()
	return w
}

// write has do run and waits until its effect is durable. A caller whose context
// ends is not told the outcome; the action may still happen, once.
func (w *writer) write(ctx context.Context, do func(*tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	a := action{do, make(chan error, 1)}
	select {
	case <-w.closing:
		return errClosed
	case w.actions <- a:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-a.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-w.stopped:
	}
	select {
	case err := <-a.done:
		return err
	default:
		return errClosed
	}
}

func (w *writer) stop() {
	close(w.closing)
	<-w.stopped
}

func (w *writer) run() {
	defer close(w.stopped)
	sweep := time.NewTimer(time.Second)
	defer sweep.Stop()
	for {
		select {
		case a := <-w.actions:
			w.group(a, maxGroup)
		case <-sweep.C:
			w.sweep()
			sweep.Reset(sweepEvery)
		case <-w.copied:
			// Only what was written since the copy began is left to do, so this is short;
			// when it catches up, the log starts again from its beginning.
			w.tx.conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)") //nolint:errcheck // tried again when the log has grown
			w.copying = false
			continue
		case <-w.closing:
			for len(w.actions) > 0 {
				w.group(<-w.actions, maxGroup)
			}
			if w.copying {
				<-w.copied
			}
			w.tx.close()
			w.tx.conn.Close() //nolint:errcheck // closing the pool reports it
			return
		}
		w.copyLog()
	}
}

// sweep does what has to be done now and then, in the groups of other actions.
func (w *writer) sweep() {
	before := time.Now().Add(-sweepEvery) // by then all clocks of servers are past it
	w.group(action{sweepDocs, make(chan error, 1)}, maxGroup)
	for more := true; more; {
		more = false
		w.group(action{func(t *tx) (err error) {
			more, err = sweepLamps(t, before)
			return err
		}, make(chan error, 1)}, maxGroup)
	}
}

// group commits one action together with those waiting, and those that come while
// it runs them, up to most. When a group cannot be written, each is tried alone, so
// that one bad action does not take the others with it.
func (w *writer) group(first action, most int) {
	group := []action{first}
	answers, err := w.tx.commit(func(i int) (func(*tx) error, bool) {
		if i == len(group) && i < most {
			if len(w.actions) == 0 {
				runtime.Gosched() // those just answered may have more to write
			}
			select {
			case a := <-w.actions:
				group = append(group, a)
			default:
			}
		}
		if i == len(group) {
			return nil, false
		}
		return group[i].do, true
	})
	if err != nil && len(group) > 1 {
		for _, a := range group {
			w.group(a, 1)
		}
		return
	}
	for i, a := range group {
		if err != nil {
			a.done <- err
		} else {
			a.done <- answers[i]
		}
	}
}

// commit runs actions in one transaction and returns each one's own answer, or the
// error for which nothing of them was written.
func (t *tx) commit(next func(i int) (do func(*tx) error, more bool)) (answers []error, err error) {
	ctx := context.Background()
	clear(t.counts)
	if _, err := t.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
	err = func() error {
		for do, more := next(0); more; do, more = next(len(answers)) {
			answer := do(t)
			if answer != nil && !refused(answer) {
				return answer
			}
			answers = append(answers, answer)
		}
		if err := t.writeCounts(ctx); err != nil {
			return err
		}
		_, err := t.exec(ctx, "COMMIT")
		return err
	}()
	if err != nil {
		t.exec(ctx, "ROLLBACK") //nolint:errcheck // the error that led here is the one to tell
		return nil, err
	}
	return answers, nil
}

// refused reports whether an action was refused without having changed anything.
func refused(err error) bool {
	return errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrConflict) ||
		errors.Is(err, store.ErrExists) || errors.Is(err, store.ErrDuplicate)
}

// copyLog starts copying the log into the file when it has grown large. The bulk
// is done on another connection, so that no action waits for it.
func (w *writer) copyLog() {
	info, err := os.Stat(w.wal)
	if err != nil || info.Size() <= w.limit || w.copying {
		return
	}
	w.copying = true
	go func() {
		w.checkpoints.Exec("PRAGMA wal_checkpoint(PASSIVE)") //nolint:errcheck // tried again when the log has grown
		w.copied <- struct{}{}
	}()
}
