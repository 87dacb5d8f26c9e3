package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"banli/store"
)

// counted reports whether the counts table can answer: nothing restricts the query
// but what it is kept by.
func counted(q *store.CaseQuery) bool {
	return q.Project == "" && q.Parent == "" && q.Owner == "" && q.Mark == "" && q.Text == "" && q.Lamp == "" &&
		q.Since.IsZero() && q.Until.IsZero()
}

// CountCases implements [store.Store].
func (s *Store) CountCases(ctx context.Context, q store.CaseQuery) (int, error) {
	c, opens, err := restrict(&q)
	if err != nil {
		return 0, fmt.Errorf("count cases: %w", err)
	}
	total := 0
	for _, open := range opens {
		part := c.with("open = " + strconv.FormatInt(open, 10))
		query := "SELECT count(*) FROM cases"
		if counted(&q) {
			query = "SELECT ifnull(sum(cases), 0) FROM counts"
		}
		var n int
		if err := s.read.row(ctx, query+part.where(), part.args, &n); err != nil {
			return 0, fmt.Errorf("count cases: %w", err)
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
	c, opens, err := restrict(q)
	if err != nil {
		return nil, err
	}
	tally := map[string]store.LampCounts{}
	add := func(row scan) error {
		var value, lamp string
		var n int
		if err := row(&value, &lamp, &n); err != nil {
			return err
		}
		counts := tally[value]
		*counts.Of(lamp) += n
		tally[value] = counts
		return nil
	}
	now := q.Now.UnixMicro()
	for _, open := range opens {
		part := c.with("open = " + strconv.FormatInt(open, 10))
		query, args := "SELECT "+field+", "+lampOf+", count(*) FROM cases", []any{now, now, now}
		switch {
		case open == 0 && counted(q):
			query, args = "SELECT "+field+", 'done', sum(cases) FROM counts", nil
			part = part.with("cases > 0")
		case open == 0:
			query, args = "SELECT "+field+", 'done', count(*) FROM cases", nil
		}
		if err := s.read.rows(ctx, query+part.where()+" GROUP BY 1, 2", append(args, part.args...), add); err != nil {
			return nil, err
		}
	}
	return tally, nil
}

// Due implements [store.Store].
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]store.DueCase, error) {
	var due []store.DueCase
	err := s.read.rows(ctx, "SELECT id, next_due FROM cases WHERE next_due < ? ORDER BY next_due LIMIT ?", []any{now.UnixMicro(), limit}, func(row scan) error {
		var d store.DueCase
		err := row(&d.ID, (*instant)(&d.Due))
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
