package sqlite

import (
	"context"
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
	lamp               string
	pins, folded, body any
	events             []store.Event
	lines              []store.Line
}

// rowsOf is a case at a revision; its events are sealed, and belong to the rows.
func rowsOf(c *store.Case, rev int64, events []store.Event) *caseRows {
	r := &caseRows{
		head: c.Head, pins: packed(ofPins, c.Pins), folded: packed(ofFolded, c.Folded), body: packed(ofBody, c.Body),
		events: events, lines: linesOf(c.Outbox, c.ID),
	}
	r.head.Rev, r.head.Marks = rev, slices.Clone(c.Marks)
	var last store.Event
	if len(events) > 0 {
		last = events[len(events)-1]
	}
	lamp, turn := firstLamp(&r.head)
	r.lamp = lamp
	r.args = []any{c.ID, c.Key, rev, last.Seq, hashOf(last), encode(&r.head), lamp, turn}
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
	t.count(&r.head, r.lamp, +1)
	return errors.Join(t.insertMarks(ctx, n, r.head.Marks), t.insertEvents(ctx, n, r.events), t.insertLines(ctx, r.lines))
}

var insertCase = "INSERT INTO cases (id, key, rev, events, hash, head, lamp, turn, " + columnNames + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?" +
	strings.Repeat(", ?", len(columns)) + ") ON CONFLICT DO NOTHING"

// Append implements [store.Store].
func (s *Store) Append(ctx context.Context, id string, rev int64, ch *store.Change) error {
	h := ch.Head
	h.ID, h.Rev, h.Marks = id, rev+1, slices.Clone(h.Marks)
	events, rows := cloneEvents(ch.Events), changed(id, ch)
	if err := store.CheckEvents(events); err != nil {
		return fmt.Errorf("append to case %s: %w", id, err)
	}
	var sealed []store.Event
	err := s.writer.write(ctx, func(t *tx) error {
		old, err := t.loadOld(context.Background(), id, events)
		if err != nil {
			return err
		}
		if old.head.Rev != rev {
			return store.ErrConflict
		}
		news := slices.Clone(events)
		if err := store.Chain(old.last, news); err != nil {
			return err
		}
		h := h
		h.Key = old.head.Key
		sealed = news
		return rows.write(t, old, &h, news)
	})
	if err != nil {
		return fmt.Errorf("append to case %s: %w", id, err)
	}
	ch.Head.Rev, ch.Events = rev+1, sealed
	return nil
}

// changeRows is a change as the tables take it, apart from what depends on the case.
type changeRows struct {
	pins, folded, body any
	lines              []store.Line
}

func changed(id string, ch *store.Change) *changeRows {
	return &changeRows{packed(ofPins, ch.Pins), packed(ofFolded, ch.Folded), packed(ofBody, ch.Body), linesOf(ch.Outbox, id)}
}

// write changes a case and adds the events, which are sealed.
func (r *changeRows) write(t *tx, old *oldCase, h *store.Head, events []store.Event) error {
	ctx := context.Background()
	if err := t.updateHead(ctx, old, h, events); err != nil {
		return err
	}
	if r.pins != nil || r.folded != nil {
		if _, err := t.exec(ctx, "UPDATE states SET pins = coalesce(?, pins), folded = coalesce(?, folded) WHERE n = ?", r.pins, r.folded, old.n); err != nil {
			return err
		}
	}
	if r.body != nil {
		if _, err := t.exec(ctx, "UPDATE bodies SET body = ? WHERE n = ?", r.body, old.n); err != nil {
			return err
		}
	}
	return errors.Join(t.insertEvents(ctx, old.n, events), t.insertLines(ctx, r.lines))
}

// oldCase is what an action finds.
type oldCase struct {
	n    int64
	head store.Head
	lamp string
	last store.Event // number and hash only
}

// loadOld reads a case before a change that adds events: ErrDuplicate when it has the key of one of them.
func (t *tx) loadOld(ctx context.Context, id string, events []store.Event) (*oldCase, error) {
	old := &oldCase{}
	var hash []byte
	keyed := slices.DeleteFunc(slices.Clone(events), func(e store.Event) bool { return e.Key == "" })
	var mark any // of the first; more than one is rare
	if len(keyed) > 0 {
		mark = keyMark(keyed[0].Key)
	}
	var marked bool
	err := t.row(ctx, `SELECT n, events, hash, head, lamp,
		EXISTS (SELECT 1 FROM events e WHERE e.place BETWEEN c.n << 20 AND c.n << 20 | c.events AND e.mark = ?1) FROM cases c WHERE id = ?2`,
		[]any{mark, id}, &old.n, &old.last.Seq, &hash, (*record)(&old.head), &old.lamp, &marked)
	if err != nil {
		return nil, notFound(err)
	}
	old.last.Hash = hex.EncodeToString(hash)
	for i := range keyed {
		if i == 0 && !marked {
			continue
		}
		if done, err := t.hasKey(ctx, old, keyed[i].Key); err != nil {
			return nil, err
		} else if done {
			return nil, store.ErrDuplicate
		}
	}
	return old, nil
}

// updateHead writes the record and the columns that changed, no others: naming an
// indexed column in an UPDATE rewrites its index even when the value is the same.
func (t *tx) updateHead(ctx context.Context, old *oldCase, h *store.Head, events []store.Event) error {
	sets, args := "UPDATE cases SET rev = ?, head = ?", []any{h.Rev, encode(h)}
	set := func(column string, v any) { sets, args = sets+", "+column+" = ?", append(args, v) }
	if n := len(events); n > 0 {
		set("events", events[n-1].Seq)
		set("hash", hashOf(events[n-1]))
	}
	for _, c := range columns {
		if v := c.value(h); v != c.value(&old.head) {
			set(c.name, v)
		}
	}
	lamp := old.lamp
	if !sameLamps(&old.head, h) {
		first, turn := firstLamp(h)
		lamp = first
		set("lamp", lamp)
		set("turn", turn)
	}
	changed, err := t.exec(ctx, sets+" WHERE n = ? AND rev = ?", append(args, old.n, old.head.Rev)...)
	if err != nil {
		return err
	} else if changed != 1 {
		return fmt.Errorf("case number %d: %d rows changed, expected 1", old.n, changed)
	}
	t.count(&old.head, old.lamp, -1)
	t.count(h, lamp, +1)
	if slices.Equal(old.head.Marks, h.Marks) {
		return nil
	}
	if _, err := t.exec(ctx, "DELETE FROM marks WHERE n = ?1 AND mark IN (SELECT value FROM json_each(?2))", old.n, string(list(old.head.Marks))); err != nil {
		return err
	}
	return t.insertMarks(ctx, old.n, h.Marks)
}

func (t *tx) insertMarks(ctx context.Context, n int64, marks []string) error {
	for _, m := range marks {
		if _, err := t.exec(ctx, "INSERT INTO marks (mark, n) VALUES (?, ?) ON CONFLICT DO NOTHING", m, n); err != nil {
			return err
		}
	}
	return nil
}
