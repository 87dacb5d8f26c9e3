package sqlite

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
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

// hasKey looks through the events of a case, which lie together: that costs less than to keep an index of keys.
func (t *tx) hasKey(ctx context.Context, old *oldCase, key string) (found bool, err error) {
	err = t.rows(ctx, selectEvents+" AND mark = ?3", []any{old.n, old.last.Seq, keyMark(key)}, func(row scan) error {
		e, err := scanEvent(row)
		found = found || e.Key == key
		return err
	})
	return found, err
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

func (t *tx) insertEvents(ctx context.Context, n int64, events []store.Event) error {
	for i := range events {
		e := &events[i]
		if e.Seq < 1 || e.Seq > maxEvents {
			return fmt.Errorf("event %d: a case has events 1 to %d at most", e.Seq, maxEvents)
		}
		if _, err := t.exec(ctx, `INSERT INTO events (place, mark, event) VALUES (? << 20 | ?, ?, ?)`,
			n, e.Seq, keyMark(e.Key), packed(ofEvent, encodeFields(eventFields(e)))); err != nil {
			return err
		}
	}
	return nil
}

// Head implements [store.Store].
func (s *Store) Head(ctx context.Context, id string) (*store.Head, error) {
	h := &store.Head{}
	if err := s.one(ctx, "head of case "+id, "SELECT head FROM cases WHERE id = ?", id, func(row scan) error {
		return cmp.Or(row((*record)(h)), asked(id, h.ID))
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
	var hash []byte
	err := s.one(ctx, what, `SELECT c.n, c.head, c.events, c.hash, s.pins, s.folded, b.body
		FROM cases c JOIN states s ON s.n = c.n JOIN bodies b ON b.n = c.n WHERE `+where, arg,
		func(row scan) error {
			err := row(&n, (*record)(&c.Head), &events, &hash, &unpack{ofPins, &c.Pins}, &unpack{ofFolded, &c.Folded}, &unpack{ofBody, &c.Body})
			return cmp.Or(err, asked(arg, c.ID, c.Key))
		})
	if err != nil {
		return nil, err
	}
	c.Events = make([]store.Event, 0, max(0, min(events, 100)))
	err = s.read.rows(ctx, selectEvents+" ORDER BY place", []any{n, events}, func(row scan) error {
		e, err := scanEvent(row)
		c.Events = append(c.Events, e)
		return err
	})
	if err == nil && len(c.Events) != events {
		err = errAltered
	}
	if err = cmp.Or(err, rechain(c.Events, events, hash)); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return c, nil
}

const (
	eventColumns = "seq, event"
	selectEvents = "SELECT " + eventColumns + " FROM events WHERE place BETWEEN ?1 << 20 AND ?1 << 20 | ?2" // case, how many
	maxEvents    = 1<<20 - 1                                                                                // of one case
)

// scanEvent reads eventColumns: all but the hash.
func scanEvent(row scan) (e store.Event, err error) {
	var event json.RawMessage
	if err := row(&e.Seq, &unpack{ofEvent, &event}); err != nil {
		return e, err
	}
	return e, decodeFields(event, eventFields(&e))
}

// rechain gives events their hashes again, up to a gap; the last of as many as were
// kept has the one that was kept, so that [store.Verify] sees what was changed.
func rechain(events []store.Event, kept int, hash []byte) error {
	whole := 0
	for whole < len(events) && events[whole].Seq == whole+1 {
		whole++
	}
	if whole > 0 && whole == kept {
		events[whole-1].Hash = hex.EncodeToString(hash)
		whole--
	}
	return store.Chain(store.Event{}, events[:whole])
}

// hashOf is the hash of the last event of a case as it is kept: NULL without one.
func hashOf(last store.Event) any {
	if hash, err := hex.DecodeString(last.Hash); err == nil && len(hash) > 0 {
		return hash
	}
	return nil
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
