package sqlite

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"banli/store"
)

// Head implements [store.Store].
func (s *Store) Head(ctx context.Context, id string) (*store.Head, error) {
	h := &store.Head{}
	if err := s.one(ctx, "head of case "+id, "SELECT head FROM cases WHERE id = ?", id, func(row scan) error {
		err := row((*record)(h))
		return cmp.Or(err, asked(id, h.ID))
	}); err != nil {
		return nil, err
	}
	return h, nil
}

// Case implements [store.Store].
func (s *Store) Case(ctx context.Context, id string) (*store.Case, error) {
	return s.kase(ctx, "case "+id, "c.id = ?", id)
}

// CaseByKey implements [store.Store].
func (s *Store) CaseByKey(ctx context.Context, key string) (*store.Case, error) {
	return s.kase(ctx, "case with key "+key, "c.key = ? AND c.key <> ''", key)
}

// caseColumns are what is kept of a case, of the tables cases c, states s and bodies b.
const caseColumns = "c.n, c.head, c.events, c.hash, s.pins, s.folded, b.body"

// keptCase is a row of them.
type keptCase struct {
	store.Case
	n    int64
	kept int    // number of the last event
	hash []byte // and its hash
}

func (c *keptCase) scan(row scan) error {
	return row(&c.n, (*record)(&c.Head), &c.kept, &c.hash, &unpack{ofPins, &c.Pins}, &unpack{ofFolded, &c.Folded}, &unpack{ofBody, &c.Body})
}

// kase reads a case with two statements and no transaction: events are only ever
// added, so the first so many of them are those of the head just read.
func (s *Store) kase(ctx context.Context, what, where, arg string) (*store.Case, error) {
	c := &keptCase{}
	err := s.one(ctx, what, "SELECT "+caseColumns+" FROM cases c JOIN states s ON s.n = c.n JOIN bodies b ON b.n = c.n WHERE "+where, arg,
		func(row scan) error {
			err := c.scan(row)
			return cmp.Or(err, asked(arg, c.ID, c.Key))
		})
	if err != nil {
		return nil, err
	}
	c.Events, err = s.read.events(ctx, c.n, c.kept)
	if err == nil && len(c.Events) != c.kept {
		err = errAltered
	}
	if err = cmp.Or(err, rechain(c.Events, c.kept, c.hash)); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return &c.Case, nil
}

// one reads the row that arg selects: ErrNotFound when there is none.
func (s *Store) one(ctx context.Context, what, query, arg string, read func(scan) error) error {
	found := false
	err := s.read.rows(ctx, query, []any{arg}, func(row scan) error {
		found = true
		return read(row)
	})
	if err == nil && !found {
		err = store.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// asked is an error when an index led to a row that has another name than the one looked for.
func asked(name string, found ...string) error {
	if slices.Contains(found, name) {
		return nil
	}
	return errAltered
}
