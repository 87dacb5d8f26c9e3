package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"banli/store"
)

// counted reports whether totals can answer: nothing restricts the query but what
// they are kept by.
func counted(q *store.CaseQuery) bool {
	return q.Project == "" && q.Parent == "" && q.Owner == "" && q.Assignee == "" && q.Mark == "" && q.Text == "" && q.Since.IsZero() && q.Until.IsZero()
}

// totals is the smallest table of totals that can answer.
func totals(q *store.CaseQuery, by string) string {
	if (by == "" || by == "department") && q.Flow == "" && q.Item == "" && q.State == "" && len(q.Flows) == 0 && len(q.States) == 0 {
		return "totals"
	}
	return "counts"
}

// CountCases implements [store.Store].
func (s *Store) CountCases(ctx context.Context, q store.CaseQuery) (int, error) {
	total, err := s.countCases(ctx, &q)
	if err != nil {
		return 0, fmt.Errorf("count cases: %w", err)
	}
	return total, nil
}

func (s *Store) countCases(ctx context.Context, q *store.CaseQuery) (total int, err error) {
	if q.Lamp != "" && counted(q) {
		tally, err := s.tally(ctx, q, "")
		all := tally[""]
		return all.Total(), err
	}
	c, opens, err := restrict(q)
	if err != nil {
		return 0, err
	}
	for _, part := range c.byOpen(opens) {
		from, query := s.walk, "SELECT count(*) FROM cases"
		if counted(q) {
			from, query = s.read, "SELECT ifnull(sum(cases), 0) FROM "+totals(q, "")
		}
		var n int
		if err := from.row(ctx, query+part.where(), part.args, &n); err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

// Tally implements [store.Store].
func (s *Store) Tally(ctx context.Context, q store.CaseQuery, by string) (map[string]store.LampCounts, error) {
	tally, err := s.tally(ctx, &q, by)
	if err != nil {
		return nil, fmt.Errorf("tally cases: %w", err)
	}
	return tally, nil
}

func (s *Store) tally(ctx context.Context, q *store.CaseQuery, by string) (map[string]store.LampCounts, error) {
	field, ok := map[string]string{"": "''", "department": "department", "flow": "flow", "item": "item", "state": "state"}[by]
	if !ok {
		return nil, fmt.Errorf("cases are not tallied by %q, only by department, flow, item or state", by)
	}
	if counted(q) {
		tally, kept, err := s.keptTally(ctx, q, by, field)
		if kept || err != nil {
			return tally, err
		}
	}
	return s.walkedTally(ctx, q, field)
}

// keptTally is a tally from the totals, as far as they go back: see sweepLamps.
func (s *Store) keptTally(ctx context.Context, q *store.CaseQuery, by, field string) (tally map[string]store.LampCounts, kept bool, err error) {
	every := *q
	every.Lamp = ""
	if q.Lamp != "" && (&store.LampCounts{}).Of(q.Lamp) == nil {
		return nil, false, nil // the walk says what is wrong with it
	}
	c, opens, err := restrict(&every)
	if err != nil || len(opens) == 0 {
		return nil, err == nil, err
	}
	if q.Open != nil {
		c = c.byOpen(opens)[0]
	}
	now := q.Now.UnixMicro()
	turned := c.with("turn <= ?", now)
	tally, kept = map[string]store.LampCounts{}, true
	add := func(value, lamp string, n int) {
		if q.Lamp == "" || q.Lamp == lamp {
			counts := tally[value]
			*counts.Of(lamp) += n
			tally[value] = counts
		}
	}
	// One statement, so that all of it is of one moment.
	err = s.read.rows(ctx, "SELECT '', '', at, NULL FROM swept"+
		" UNION ALL SELECT "+field+", lamp, sum(cases), NULL FROM "+totals(q, by)+c.where()+" GROUP BY 1, 2"+
		" UNION ALL SELECT "+field+", lamp, 1, head FROM cases INDEXED BY cases_turn"+turned.where(), append(slices.Clone(c.args), turned.args...), func(row scan) error {
		var value, lamp string
		var n int64
		var head []byte
		if err := row(&value, &lamp, &n, &head); err != nil {
			return err
		}
		switch {
		case lamp == "":
			kept = n <= now
		case head == nil:
			add(value, lamp, int(n))
		default:
			var h store.Head
			if err := (*record)(&h).Scan(head); err != nil {
				return err
			}
			add(value, lamp, -1)
			add(value, h.Lamp(q.Now), +1)
		}
		return nil
	})
	maps.DeleteFunc(tally, func(_ string, counts store.LampCounts) bool { return counts == store.LampCounts{} })
	return tally, kept, err
}

// walkedTally looks at every case.
func (s *Store) walkedTally(ctx context.Context, q *store.CaseQuery, field string) (map[string]store.LampCounts, error) {
	c, opens, err := restrict(q)
	if err != nil {
		return nil, err
	}
	tally := map[string]store.LampCounts{}
	now := q.Now.UnixMicro()
	for _, part := range c.byOpen(opens) {
		err := s.walk.rows(ctx, "SELECT "+field+", "+lampOf+", count(*) FROM cases"+part.where()+" GROUP BY 1, 2", append([]any{now, now, now}, part.args...), func(row scan) error {
			var value, lamp string
			var n int
			if err := row(&value, &lamp, &n); err != nil {
				return err
			}
			counts := tally[value]
			*counts.Of(lamp) += n
			tally[value] = counts
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return tally, nil
}

// Due implements [store.Store].
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]store.DueCase, error) {
	var due []store.DueCase
	err := s.read.rows(ctx, "SELECT id, project, next_due FROM cases WHERE next_due < ? ORDER BY next_due LIMIT ?", []any{now.UnixMicro(), limit}, func(row scan) error {
		var d store.DueCase
		err := row(&d.ID, &d.Project, (*instant)(&d.Due))
		due = append(due, d)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list due cases: %w", err)
	}
	return due, nil
}

// NextDue implements [store.Store].
func (s *Store) NextDue(ctx context.Context) (time.Time, error) {
	var next time.Time
	err := s.read.row(ctx, "SELECT next_due FROM cases WHERE next_due IS NOT NULL ORDER BY next_due LIMIT 1", nil, (*instant)(&next))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, fmt.Errorf("next due case: %w", err)
	}
	return next, nil
}
