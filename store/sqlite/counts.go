package sqlite

import (
	"context"

	"banli/store"
)

// standing is what cases are counted by. Totals of a department have no flow, item
// and state.
type standing struct {
	department, state, flow, item string
	open                          int64
	lamp                          string
}

// count changes by how many cases stand so, once the transaction is about to commit.
func (t *tx) count(h *store.Head, lamp string, by int) {
	t.counts[standing{h.Department, h.State, h.Flow, h.Item, bit(h.Open), lamp}] += by
}

func (t *tx) writeCounts(ctx context.Context) error {
	totals := map[standing]int{}
	for s, by := range t.counts {
		if by == 0 {
			continue
		}
		totals[standing{department: s.department, open: s.open, lamp: s.lamp}] += by
		if _, err := t.exec(ctx, `INSERT INTO counts (department, state, flow, item, open, lamp, cases) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET cases = cases + excluded.cases`, s.department, s.state, s.flow, s.item, s.open, s.lamp, by); err != nil {
			return err
		}
	}
	for s, by := range totals {
		if by == 0 {
			continue
		}
		if _, err := t.exec(ctx, `INSERT INTO totals (department, open, lamp, cases) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET cases = cases + excluded.cases`, s.department, s.open, s.lamp, by); err != nil {
			return err
		}
	}
	return nil
}
