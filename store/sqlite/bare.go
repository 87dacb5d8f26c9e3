package sqlite

import (
	"context"
	"fmt"

	"banli/store"
)

// Bare makes the writes of actions with the statements the store makes them with,
// and little around them: no queue, no look at the case before, no totals. It is
// what the driver alone can do, to measure the store by.
type Bare struct {
	Totals bool // keep them after all

	s     *Store
	cases map[string]*oldCase
}

// OpenBare opens a database, and looks at the cases that will be written.
func OpenBare(ctx context.Context, path string, ids []string) (*Bare, error) {
	s, err := Open(ctx, path)
	if err != nil {
		return nil, err
	}
	b := &Bare{s: s, cases: map[string]*oldCase{}}
	return b, s.writer.write(ctx, func(t *tx) error {
		for _, id := range ids {
			old, err := t.loadOld(ctx, id, nil)
			if err != nil {
				return fmt.Errorf("case %s: %w", id, err)
			}
			b.cases[id] = old
		}
		return nil
	})
}

// BareChange is a change that is ready to be written.
type BareChange struct {
	old    *oldCase
	head   store.Head
	rows   *changeRows
	events []store.Event
}

// Prepare makes ready what comes next in a case. Changes are to be written in the
// order they were prepared in.
func (b *Bare) Prepare(id string, ch *store.Change) (BareChange, error) {
	old := b.cases[id]
	events := cloneEvents(ch.Events)
	if err := store.Chain(old.last, events); err != nil {
		return BareChange{}, err
	}
	h := ch.Head
	h.ID, h.Key, h.Rev = id, old.head.Key, old.head.Rev+1
	next := &oldCase{n: old.n, head: h, lamp: old.lamp, last: old.last}
	if !sameLamps(&old.head, &h) {
		next.lamp, _ = firstLamp(&h)
	}
	if n := len(events); n > 0 {
		next.last = events[n-1]
	}
	b.cases[id] = next
	return BareChange{old, h, changed(id, ch), events}, nil
}

// Write writes changes in one transaction.
func (b *Bare) Write(changes []BareChange) error {
	return b.s.writer.write(context.Background(), func(t *tx) error {
		for i := range changes {
			c := &changes[i]
			if err := c.rows.write(t, c.old, &c.head, c.events); err != nil {
				return err
			}
		}
		if !b.Totals {
			clear(t.counts)
		}
		return nil
	})
}

// Close closes the database.
func (b *Bare) Close() error { return b.s.Close() }
