package sqlite

import (
	"context"
	"fmt"
	"strings"

	"banli/store"
)

// Repair implements [store.Store]. It mends totals, lists and the order of lists in
// one transaction, then indexes. Whoever writes meanwhile waits.
func (s *Store) Repair(ctx context.Context, mended func(string)) error {
	var told []string
	tell := func(format string) func(string) {
		return func(what string) { told = append(told, strings.TrimSuffix(fmt.Sprintf(format, what), " ")) }
	}
	err := s.writer.write(ctx, func(t *tx) error {
		told = nil
		ctx := context.Background()
		if err := t.writeCounts(ctx); err != nil { // those of the actions that share the transaction
			return err
		}
		clear(t.counts)
		find := &verifier{t.statements, tell("%s: listed and counted anew")}
		if err := find.derived(ctx); err != nil || len(told) == 0 {
			return err
		}
		return t.derive(ctx)
	})
	if err == nil {
		err = s.reindex(ctx, tell("indexes built anew: %s"))
	}
	for _, what := range told {
		mended(what)
	}
	if err != nil {
		return fmt.Errorf("repair: %w", err)
	}
	return nil
}

// derive makes anew all that follows from the rows of cases.
func (t *tx) derive(ctx context.Context) error {
	wrong := map[int64]*store.Head{}
	find := &verifier{t.statements, nil}
	if err := find.heads(ctx, func(n int64, h *store.Head, _ string) { wrong[n] = h }); err != nil {
		return err
	}
	for n, h := range wrong {
		if h == nil {
			continue // a backup has it
		}
		lamp, turn := firstLamp(h)
		sets, args := "UPDATE cases SET rev = ?, lamp = ?, turn = ?", []any{h.Rev, lamp, turn}
		for _, c := range columns {
			sets, args = sets+", "+c.name+" = ?", append(args, c.value(h))
		}
		if _, err := t.exec(ctx, sets+" WHERE n = ?", append(args, n)...); err != nil {
			return err
		}
	}
	for _, statement := range []string{
		"DELETE FROM marks",
		"INSERT INTO marks (mark, n) SELECT DISTINCT j.value, c.n FROM cases c, json_each(c.marks) j",
		"DELETE FROM counts",
		"INSERT INTO counts (department, state, flow, item, open, lamp, cases) SELECT department, state, flow, item, open, lamp, count(*) FROM cases GROUP BY 1, 2, 3, 4, 5, 6",
		"DELETE FROM totals",
		"INSERT INTO totals (department, open, lamp, cases) SELECT department, open, lamp, count(*) FROM cases GROUP BY 1, 2, 3",
	} {
		if _, err := t.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// reindex builds the indexes anew when some do not agree with their tables.
func (s *Store) reindex(ctx context.Context, mended func(string)) error {
	var faults []string
	find := &verifier{s.read, func(fault string) { faults = append(faults, fault) }}
	if err := find.pages(ctx); err != nil || len(faults) == 0 {
		return err
	}
	err := s.writer.write(ctx, func(t *tx) error {
		_, err := t.exec(context.Background(), "REINDEX")
		return err
	})
	if err == nil {
		mended(strings.Join(faults, "; "))
	}
	return err
}
