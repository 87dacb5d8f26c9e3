package sqlite

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"banli/store"
)

// InsertCase implements [store.Store].
func (s *Store) InsertCase(ctx context.Context, c *store.Case) error {
	events := cloneEvents(c.Events)
	if err := errors.Join(store.CheckEvents(events), store.Chain(store.Event{}, events)); err != nil {
		return fmt.Errorf("insert case %s: %w", c.ID, err)
	}
	rows := rowsOf(c, 1, events)
	if err := s.writer.write(ctx, rows.insert); err != nil {
		return fmt.Errorf("insert case %s: %w", c.ID, err)
	}
	c.Rev, c.Events = 1, events
	return nil
}

// caseRows is a case as its tables take it, apart from what the caller may change.
type caseRows struct {
	head               store.Head
	args               []any // of insertCase
	pins, folded, body any
	events             []store.Event
	lines              []store.Line
}

// rowsOf is a case at a revision; its events are sealed, and belong to the rows.
func rowsOf(c *store.Case, rev int64, events []store.Event) *caseRows {
	r := &caseRows{c.Head, nil, raw(c.Pins), raw(c.Folded), raw(c.Body), events, linesOf(c.Outbox, c.ID)}
	r.head.Marks = slices.Clone(r.head.Marks)
	last := 0
	if len(events) > 0 {
		last = events[len(events)-1].Seq
	}
	r.args = []any{c.ID, c.Key, rev, last}
	for _, col := range columns {
		r.args = append(r.args, col.value(&r.head))
	}
	return r
}

func (r *caseRows) insert(t *tx) error {
	ctx := context.Background()
	if err := t.insertNew(insertCase, r.args...); err != nil {
		return err
	}
	var n int64
	if err := t.row(ctx, "SELECT n FROM cases WHERE id = ?", []any{r.head.ID}, &n); err != nil {
		return err
	}
	if _, err := t.exec(ctx, "INSERT INTO states (n, pins, folded) VALUES (?, ?, ?)", n, r.pins, r.folded); err != nil {
		return err
	}
	if _, err := t.exec(ctx, "INSERT INTO bodies (n, body) VALUES (?, ?)", n, r.body); err != nil {
		return err
	}
	t.count(&r.head, +1)
	return errors.Join(t.insertMarks(ctx, n, r.head.Marks), t.insertEvents(ctx, n, r.events), t.insertLines(ctx, r.lines))
}

var insertCase = "INSERT INTO cases (id, key, rev, events, " + oldColumns + ") VALUES (?, ?, ?, ?" +
	strings.Repeat(", ?", len(columns)) + ") ON CONFLICT DO NOTHING"

var selectOld = `SELECT n, rev, events, (SELECT hash FROM events e WHERE e.n = cases.n AND e.seq = cases.events), ` +
	oldColumns + ` FROM cases WHERE id = ?`

// Append implements [store.Store].
func (s *Store) Append(ctx context.Context, id string, rev int64, ch *store.Change) error {
	h := ch.Head
	h.Marks = slices.Clone(h.Marks)
	pins, folded, body := raw(ch.Pins), raw(ch.Folded), raw(ch.Body)
	events, lines := cloneEvents(ch.Events), linesOf(ch.Outbox, id)
	if err := store.CheckEvents(events); err != nil {
		return fmt.Errorf("append to case %s: %w", id, err)
	}
	var sealed []store.Event
	err := s.writer.write(ctx, func(t *tx) error {
		ctx := context.Background()
		old, err := t.loadOld(ctx, id)
		if err != nil {
			return err
		}
		for _, e := range events {
			if dup, err := t.hasKey(ctx, old.n, e.Key); err != nil {
				return err
			} else if dup {
				return store.ErrDuplicate
			}
		}
		if old.rev != rev {
			return store.ErrConflict
		}
		news := slices.Clone(events)
		if err := store.Chain(old.last, news); err != nil {
			return err
		}
		if err := t.updateHead(ctx, old, &h, len(news)); err != nil {
			return err
		}
		if pins != nil || folded != nil {
			if _, err := t.exec(ctx, "UPDATE states SET pins = coalesce(?, pins), folded = coalesce(?, folded) WHERE n = ?", pins, folded, old.n); err != nil {
				return err
			}
		}
		if body != nil {
			if _, err := t.exec(ctx, "UPDATE bodies SET body = ? WHERE n = ?", body, old.n); err != nil {
				return err
			}
		}
		sealed = news
		return errors.Join(t.insertEvents(ctx, old.n, news), t.insertLines(ctx, lines))
	})
	if err != nil {
		return fmt.Errorf("append to case %s: %w", id, err)
	}
	ch.Head.Rev, ch.Events = rev+1, sealed
	return nil
}

// cloneEvents copies what the caller may change once the call has returned.
func cloneEvents(events []store.Event) []store.Event {
	events = slices.Clone(events)
	for i := range events {
		events[i].Data = slices.Clone(events[i].Data)
	}
	return events
}

// oldCase is what an action finds.
type oldCase struct {
	n, rev int64
	last   store.Event // number and hash only
	values []any       // of columns
}

func (t *tx) loadOld(ctx context.Context, id string) (*oldCase, error) {
	old := &oldCase{values: make([]any, len(columns))}
	var hash []byte
	dest := []any{&old.n, &old.rev, &old.last.Seq, &hash}
	for i := range old.values {
		dest = append(dest, &old.values[i])
	}
	if err := t.row(ctx, selectOld, []any{id}, dest...); errors.Is(err, sql.ErrNoRows) {
		return nil, store.ErrNotFound
	} else if err != nil {
		return nil, err
	}
	old.last.Hash = hex.EncodeToString(hash)
	return old, nil
}

func (t *tx) hasKey(ctx context.Context, n int64, key string) (found bool, err error) {
	if key == "" {
		return false, nil
	}
	err = t.row(ctx, "SELECT EXISTS (SELECT 1 FROM events WHERE n = ? AND key = ?)", []any{n, key}, &found)
	return found, err
}

// updateHead sets the columns that changed and no others: naming an indexed column
// in an UPDATE rewrites its index even when the value is the same.
func (t *tx) updateHead(ctx context.Context, old *oldCase, h *store.Head, events int) error {
	sets, args := "UPDATE cases SET rev = rev + 1", []any{}
	if events > 0 {
		sets, args = sets+", events = ?", append(args, old.last.Seq+events)
	}
	counted, marked := false, false
	for i, c := range columns {
		v := c.value(h)
		if v == old.values[i] {
			continue
		}
		sets, args = sets+", "+c.name+" = ?", append(args, v)
		counted = counted || countColumns[c.name]
		marked = marked || c.name == "marks"
	}
	changed, err := t.exec(ctx, sets+" WHERE n = ? AND rev = ?", append(args, old.n, old.rev)...)
	if err != nil {
		return err
	} else if changed != 1 {
		return fmt.Errorf("case number %d: %d rows changed, expected 1", old.n, changed)
	}
	if counted {
		t.countOld(old, -1)
		t.count(h, +1)
	}
	if marked {
		if _, err := t.exec(ctx, "DELETE FROM marks WHERE n = ?1 AND mark IN (SELECT value FROM json_each(?2))", old.n, old.value("marks")); err != nil {
			return err
		}
		return t.insertMarks(ctx, old.n, h.Marks)
	}
	return nil
}

func (old *oldCase) value(name string) any {
	return old.values[slices.IndexFunc(columns, func(c column) bool { return c.name == name })]
}

func (t *tx) insertMarks(ctx context.Context, n int64, marks []string) error {
	for _, m := range marks {
		if _, err := t.exec(ctx, "INSERT INTO marks (mark, n) VALUES (?, ?) ON CONFLICT DO NOTHING", m, n); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) insertEvents(ctx context.Context, n int64, events []store.Event) error {
	for _, e := range events {
		hash, err := hex.DecodeString(e.Hash)
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `INSERT INTO events (n, seq, do, at, recorded_at, by, user, department, key, data, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			n, e.Seq, e.Do, micros(e.At), micros(e.RecordedAt), e.By, e.User, e.Department, e.Key, raw(e.Data), hash); err != nil {
			return err
		}
	}
	return nil
}

// Head implements [store.Store].
func (s *Store) Head(ctx context.Context, id string) (*store.Head, error) {
	h := &store.Head{}
	if err := s.one(ctx, "head of case "+id, "SELECT "+headColumns+" FROM cases c WHERE id = ?", id, func(row scan) error {
		var n int64
		return row(headDest(&n, h)...)
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

// kase reads a case with two statements and no transaction: events are only ever
// added, so the first so many of them are those of the head just read.
func (s *Store) kase(ctx context.Context, what, where, arg string) (*store.Case, error) {
	c := &store.Case{}
	var n int64
	var events int
	err := s.one(ctx, what, "SELECT "+headColumns+`, c.events, s.pins, s.folded, b.body
		FROM cases c JOIN states s ON s.n = c.n JOIN bodies b ON b.n = c.n WHERE `+where, arg,
		func(row scan) error {
			return row(append(headDest(&n, &c.Head), &events, rawDest(&c.Pins), rawDest(&c.Folded), rawDest(&c.Body))...)
		})
	if err != nil {
		return nil, err
	}
	c.Events = make([]store.Event, 0, events)
	err = s.read.rows(ctx, "SELECT "+eventColumns+" FROM events WHERE n = ? AND seq <= ? ORDER BY seq", []any{n, events}, func(row scan) error {
		e, err := scanEvent(row)
		c.Events = append(c.Events, e)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return c, nil
}

const eventColumns = "seq, do, at, recorded_at, by, user, department, key, data, hash"

// scanEvent reads eventColumns, and more after them.
func scanEvent(row scan, more ...any) (e store.Event, err error) {
	var hash []byte
	err = row(append([]any{
		&e.Seq, &e.Do, (*instant)(&e.At), (*instant)(&e.RecordedAt), &e.By, &e.User, &e.Department, &e.Key, rawDest(&e.Data), &hash,
	}, more...)...)
	e.Hash = hex.EncodeToString(hash)
	return e, err
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
