package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"banli/store"
)

// Dump implements [store.Store]. It sees the database as it is at one moment. The
// log cannot start again from its beginning before the dump ends, so it grows by
// what is written meanwhile.
func (s *Store) Dump(ctx context.Context) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		err := s.dump(ctx, func(r store.Record) error {
			if !yield(r, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(store.Record{}, fmt.Errorf("dump: %w", err))
		}
	}
}

var errStop = errors.New("the reader has seen enough")

func (s *Store) dump(ctx context.Context, yield func(store.Record) error) error {
	moment, err := s.moment(ctx)
	if err != nil {
		return err
	}
	defer moment.Rollback() //nolint:errcheck // it only read
	d := &dumper{&statements{on: moment}, yield}
	return first(ctx, d.docs, d.projects, d.cases, d.files)
}

// moment is the database as it is now, whatever is written meanwhile.
func (s *Store) moment(ctx context.Context) (*sql.Tx, error) {
	moment, err := s.reads.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	return moment, explain(err)
}

// first runs steps until one fails.
func first(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

type dumper struct {
	*statements
	yield func(store.Record) error
}

func (d *dumper) docs(ctx context.Context) error {
	return d.rows(ctx, "SELECT collection, "+docColumns+" FROM docs ORDER BY collection, id", nil, func(row scan) error {
		f := &store.Filed{}
		if err := row(append([]any{&f.Collection}, docDest(&f.Doc)...)...); err != nil {
			return err
		}
		return d.yield(store.Record{Doc: f})
	})
}

func (d *dumper) projects(ctx context.Context) error {
	return d.rows(ctx, "SELECT "+projectColumns+" FROM projects ORDER BY id", nil, func(row scan) error {
		p := &store.Project{}
		if _, err := scanProject(row, p); err != nil {
			return err
		}
		return d.yield(store.Record{Project: p})
	})
}

func (d *dumper) cases(ctx context.Context) error {
	lines := map[string][]store.Line{} // the outbox is short: it holds what was not delivered yet
	err := d.rows(ctx, "SELECT "+lineColumns+" FROM outbox ORDER BY n", nil, func(row scan) error {
		l, err := scanLine(row)
		lines[l.Case] = append(lines[l.Case], l)
		return err
	})
	if err != nil {
		return err
	}
	return d.rows(ctx, "SELECT "+caseColumns+" FROM cases c LEFT JOIN states s USING (n) LEFT JOIN bodies b USING (n) ORDER BY c.id", nil, func(row scan) error {
		c := &keptCase{}
		err := c.scan(row)
		if err != nil {
			return err
		}
		c.Outbox = lines[c.ID]
		c.Events, err = d.events(ctx, c.n, maxEvents)
		if err = cmp.Or(err, rechain(c.Events, c.kept, c.hash)); err != nil {
			return err
		}
		return d.yield(store.Record{Case: &c.Case})
	})
}

func (d *dumper) files(ctx context.Context) error {
	return d.rows(ctx, "SELECT digest, size, type FROM files ORDER BY digest", nil, func(row scan) error {
		f := &store.FileInfo{}
		if err := row(&f.Digest, &f.Size, &f.Type); err != nil {
			return err
		}
		return d.yield(store.Record{File: f})
	})
}

// Load implements [store.Store]: all of the records or, with an error, none.
func (s *Store) Load(ctx context.Context, records []store.Record) error {
	records = slices.Clone(records)
	err := s.writer.write(ctx, func(t *tx) error {
		for i := range records {
			err := t.load(context.Background(), &records[i])
			if errors.Is(err, store.ErrExists) { // not as it is: a refusal would have changed nothing
				err = errors.New("another one has its code or its key")
			}
			if err != nil {
				return fmt.Errorf("%s: %w", strings.ReplaceAll(records[i].Key()[2:], "\x00", " "), err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	return nil
}

func (t *tx) load(ctx context.Context, r *store.Record) error {
	switch {
	case r.Doc != nil:
		d := r.Doc
		_, err := t.exec(ctx, `INSERT OR REPLACE INTO docs (collection, `+docColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			d.Collection, d.ID, d.Rev, d.Index[0], d.Index[1], d.Index[2], micros(d.Expires), packed(ofDoc, d.Data))
		return err
	case r.Project != nil:
		p := r.Project
		if _, err := t.exec(ctx, "DELETE FROM projects WHERE id = ?", p.ID); err != nil {
			return err
		}
		return t.insertNew(insertProject, append([]any{p.ID, p.Rev}, projectArgs(p)...)...)
	case r.Case != nil:
		if err := t.dropCase(ctx, r.Case.ID); err != nil {
			return err
		}
		return rowsOf(r.Case, r.Case.Rev, cloneEvents(r.Case.Events)).insert(t)
	}
	return nil
}

// dropCase makes room for a case that is loaded again.
func (t *tx) dropCase(ctx context.Context, id string) error {
	old, err := t.loadOld(ctx, id, nil)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	t.count(&old.head, old.lamp, -1)
	if _, err := t.exec(ctx, "DELETE FROM events WHERE place BETWEEN ?1 << 20 AND ?1 << 20 | ?2", old.n, maxEvents); err != nil {
		return err
	}
	for _, table := range []string{"marks", "bodies", "states", "cases"} {
		if _, err := t.exec(ctx, "DELETE FROM "+table+" WHERE n = ?", old.n); err != nil {
			return err
		}
	}
	_, err = t.exec(ctx, "DELETE FROM outbox WHERE kase = ?", id)
	return err
}
