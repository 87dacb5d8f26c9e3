package sqlite

import (
	"context"
	"math"
	"time"

	"banli/store"
)

// Lamps change as time passes, and what they say is never stored as the truth: an
// open case keeps a lamp it had at some instant and the instant of its next turn.
// Totals by lamp are kept of these, and whoever asks corrects them by the few cases
// that turned since. Now and then those are brought forward, up to an instant kept
// in the table swept; for questions about times before it, cases are walked.

// firstLamp is the lamp of a case before all time, and its first turn (NULL: none).
func firstLamp(h *store.Head) (lamp string, turn any) {
	return lampAt(h, math.MinInt64), turnAfter(h, math.MinInt64)
}

func lampAt(h *store.Head, us int64) string { return h.Lamp(time.UnixMicro(us)) }

// turnAfter is the first instant after another at which the lamp may be another one.
func turnAfter(h *store.Head, us int64) any {
	if store.Rank(h) >= store.RankPaused {
		return nil
	}
	next := int64(math.MaxInt64)
	for _, at := range [...]time.Time{h.WarnAt, h.UrgentAt, h.Due.Add(time.Microsecond)} {
		if t := at.UnixMicro(); !at.IsZero() && t > us {
			next = min(next, t)
		}
	}
	if next == math.MaxInt64 {
		return nil
	}
	return next
}

// sameLamps reports whether two heads have the same lamp at any time.
func sameLamps(a, b *store.Head) bool {
	return store.Rank(a) == store.Rank(b) && a.WarnAt.Equal(b.WarnAt) && a.UrgentAt.Equal(b.UrgentAt)
}

// standsSo reports whether a kept lamp and turn follow from a head.
func standsSo(h *store.Head, lamp string, turn any) bool {
	at, turns := turn.(int64)
	if !turns {
		return turn == nil && lamp == lampAt(h, math.MaxInt64)
	}
	return lamp == lampAt(h, at-1) && turn == turnAfter(h, at-1)
}

// sweepLamps brings cases that turned before an instant forward to it. It says
// whether there may be more.
func sweepLamps(t *tx, before time.Time) (more bool, err error) {
	ctx, now := context.Background(), before.UnixMicro()
	type turned struct {
		n    int64
		lamp string
		head store.Head
	}
	var all []turned
	err = t.rows(ctx, "SELECT n, lamp, head FROM cases WHERE turn <= ? ORDER BY turn LIMIT ?", []any{now, maxGroup}, func(row scan) error {
		all = append(all, turned{})
		c := &all[len(all)-1]
		return row(&c.n, &c.lamp, (*record)(&c.head))
	})
	if err != nil || len(all) == 0 {
		return false, err
	}
	if _, err := t.exec(ctx, "UPDATE swept SET at = max(at, ?)", now); err != nil {
		return false, err
	}
	for i := range all {
		c := &all[i]
		lamp := lampAt(&c.head, now)
		if _, err := t.exec(ctx, "UPDATE cases SET lamp = ?, turn = ? WHERE n = ?", lamp, turnAfter(&c.head, now), c.n); err != nil {
			return false, err
		}
		t.count(&c.head, c.lamp, -1)
		t.count(&c.head, lamp, +1)
	}
	return len(all) == maxGroup, nil
}
