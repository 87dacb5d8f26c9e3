package sqlite

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"banli/store"
)

const (
	eventColumns = "seq, event"
	selectEvents = "SELECT " + eventColumns + " FROM events WHERE place BETWEEN ?1 << 20 AND ?1 << 20 | ?2" // case, how many
	maxEvents    = 1<<20 - 1                                                                                // of one case
)

// events reads the events of a case, up to a number, without their hashes.
func (s *statements) events(ctx context.Context, n int64, upTo int) ([]store.Event, error) {
	events := make([]store.Event, 0, max(0, min(upTo, 100)))
	err := s.rows(ctx, selectEvents+" ORDER BY place", []any{n, upTo}, func(row scan) error {
		e, err := scanEvent(row)
		events = append(events, e)
		return err
	})
	return events, err
}

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

// hasKey looks through the events of a case, which lie together: that costs less than to keep an index of keys.
func (t *tx) hasKey(ctx context.Context, old *oldCase, key string) (found bool, err error) {
	err = t.rows(ctx, selectEvents+" AND mark = ?3", []any{old.n, old.last.Seq, keyMark(key)}, func(row scan) error {
		e, err := scanEvent(row)
		found = found || e.Key == key
		return err
	})
	return found, err
}

// cloneEvents copies what the caller may change once the call has returned.
func cloneEvents(events []store.Event) []store.Event {
	events = slices.Clone(events)
	for i := range events {
		events[i].Data = slices.Clone(events[i].Data)
	}
	return events
}
