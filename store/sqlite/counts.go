package sqlite

import (
	"context"

	"banli/store"
)

// countKey is one line of the counts table.
type countKey struct {
	department, flow, item, state string
	open                          int64
}

var countColumns = map[string]bool{"department": true, "flow": true, "item": true, "state": true, "open": true}

func (t *tx) count(h *store.Head, by int) {
	t.counts[countKey{h.Department, h.Flow, h.Item, h.State, bit(h.Open)}] += by
}

func (t *tx) countOld(old *oldCase, by int) {
	var k countKey
	k.department, _ = old.value("department").(string)
	k.flow, _ = old.value("flow").(string)
	k.item, _ = old.value("item").(string)
	k.state, _ = old.value("state").(string)
	k.open, _ = old.value("open").(int64)
	t.counts[k] += by
}

func (t *tx) writeCounts(ctx context.Context) error {
	for k, by := range t.counts {
		if by == 0 {
			continue
		}
		if _, err := t.exec(ctx, `INSERT INTO counts (department, flow, item, state, open, cases) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET cases = cases + excluded.cases`, k.department, k.flow, k.item, k.state, k.open, by); err != nil {
			return err
		}
	}
	return nil
}
