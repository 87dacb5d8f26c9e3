package care

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"math"
	"time"

	"banli/store"
)

// Migrated says what a migration did.
type Migrated struct {
	Copied Counts // by this run
	Total  Counts // in both stores, compared one by one at the end
}

// Migrate copies everything of one store into another, which has to be empty or
// half filled from the same source. source names it. What is there already and the
// same is not copied again, so a run that was broken off is simply begun again. At
// the end both stores are read once more and compared, record by record.
func Migrate(ctx context.Context, from, to store.Store, source string) (*Migrated, error) {
	if err := Unfinished(ctx, from); err != nil {
		return nil, err
	}
	if err := begin(ctx, to, mark{"migrate", source}); err != nil {
		return nil, err
	}
	var m Migrated
	f := &filler{to: to}
	err := pair(ctx, from, to, func(want, have *store.Record, size int) error { return m.copy(ctx, from, f, want, have, size) })
	if err == nil {
		err = f.flush(ctx)
	}
	if err != nil {
		return nil, err
	}
	differ := 0
	err = pair(ctx, from, to, func(_, _ *store.Record, _ int) error { differ++; return nil }, &m.Total)
	if err != nil {
		return nil, err
	}
	if differ > 0 {
		return nil, fmt.Errorf("%d records changed while they were copied: stop every server that uses the two stores and run it again", differ)
	}
	return &m, finish(ctx, to)
}

// copy makes the other store have what one has.
func (m *Migrated) copy(ctx context.Context, from store.Store, f *filler, want, have *store.Record, size int) error {
	switch {
	case want == nil && have.Doc != nil: // deleted since a run before this
		return f.to.Docs(have.Doc.Collection).Delete(ctx, have.Doc.ID)
	case want == nil && have.File != nil: // swept since
		return nil
	case want == nil:
		return fmt.Errorf("the store to fill has %s, which the other has not: it is not filled from the same; choose an empty one", name(have))
	}
	m.Copied.add(want)
	if want.File == nil {
		return f.add(ctx, want, size)
	}
	content, _, err := from.OpenFile(ctx, want.File.Digest)
	if err != nil {
		return err
	}
	defer content.Close()
	info, err := f.to.PutFile(ctx, content, math.MaxInt64)
	if err == nil && info.Digest != want.File.Digest {
		err = fmt.Errorf("file %s has other content than was kept (%s): run banli verify, and mend it from a backup first", want.File.Digest, info.Digest)
	}
	return err
}

// pair walks two stores side by side and calls differs for each record that one has
// and the other has not, or has otherwise. counts adds up what the first has.
func pair(ctx context.Context, a, b store.Store, differs func(inA, inB *store.Record, size int) error, counts ...*Counts) error {
	left, stopLeft := pull(everything(ctx, a))
	defer stopLeft()
	right, stopRight := pull(everything(ctx, b))
	defer stopRight()
	l, err := left()
	if err != nil {
		return err
	}
	r, err := right()
	if err != nil {
		return err
	}
	for l != nil || r != nil {
		inA, inB := l, r
		switch {
		case r == nil || l != nil && l.Key() < r.Key():
			inB = nil
		case l == nil || r.Key() < l.Key():
			inA = nil
		}
		size, same, err := compare(inA, inB)
		if err == nil && !same {
			err = differs(inA, inB, size)
		}
		if err != nil {
			return err
		}
		if inA != nil {
			for _, c := range counts {
				c.add(inA)
			}
			if l, err = left(); err != nil {
				return err
			}
		}
		if inB != nil {
			if r, err = right(); err != nil {
				return err
			}
		}
	}
	return nil
}

// compare says whether two records are the same, and how large the first is. A
// document that expired is as good as none; a file is its digest.
func compare(a, b *store.Record) (size int, same bool, err error) {
	now := time.Now()
	gone := func(r *store.Record) bool {
		return r == nil || r.Doc != nil && !r.Doc.Expires.IsZero() && !r.Doc.Expires.After(now)
	}
	if a == nil || b == nil {
		if gone(a) && gone(b) {
			return 0, true, nil
		}
	} else if a.File != nil {
		return 0, a.File.Size == b.File.Size, nil
	}
	if a == nil {
		return 0, false, nil
	}
	lineA, err := a.MarshalJSON()
	if err != nil || b == nil {
		return len(lineA), false, err
	}
	lineB, err := b.MarshalJSON()
	return len(lineA), bytes.Equal(lineA, lineB), err
}

// pull reads a dump one record at a time: nil at its end.
func pull(all iter.Seq2[store.Record, error]) (next func() (*store.Record, error), stop func()) {
	one, stop := iter.Pull2(all)
	return func() (*store.Record, error) {
		r, err, ok := one()
		if !ok || err != nil {
			return nil, err
		}
		return &r, nil
	}, stop
}
