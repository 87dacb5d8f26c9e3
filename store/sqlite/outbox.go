package sqlite

import (
	"context"
	"fmt"
	"slices"
	"time"

	"banli/store"
)

// linesOf copies the lines of a case's change and names the case in them.
func linesOf(lines []store.Line, kase string) []store.Line {
	out := make([]store.Line, len(lines))
	for i, l := range lines {
		l.Case, l.Data = kase, slices.Clone(l.Data)
		out[i] = l
	}
	return out
}

func (t *tx) insertLines(ctx context.Context, lines []store.Line) error {
	for _, l := range lines {
		if _, err := t.exec(ctx, `INSERT INTO outbox (`+lineColumns+`)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			l.ID, l.Case, l.Kind, packed(ofLine, l.Data), micros(l.CreatedAt), sortMicros(l.NotBefore), l.Attempts, l.Problem, bit(l.Poison)); err != nil {
			return err
		}
	}
	return nil
}

// Outbox implements [store.Store].
func (s *Store) Outbox(ctx context.Context, now time.Time, limit int) ([]store.Line, error) {
	return s.lines(ctx, "poison = 0 AND not_before <= ? ORDER BY not_before, n LIMIT ?", now.UnixMicro(), limit)
}

// PoisonLines implements [store.Store].
func (s *Store) PoisonLines(ctx context.Context, limit int) ([]store.Line, error) {
	return s.lines(ctx, "poison = 1 ORDER BY n LIMIT ?", limit)
}

const lineColumns = "id, kase, kind, data, created_at, not_before, attempts, problem, poison"

func scanLine(row scan) (l store.Line, err error) {
	err = row(&l.ID, &l.Case, &l.Kind, &unpack{ofLine, &l.Data}, (*instant)(&l.CreatedAt), (*instant)(&l.NotBefore), &l.Attempts, &l.Problem, &l.Poison)
	return l, err
}

func (s *Store) lines(ctx context.Context, where string, args ...any) ([]store.Line, error) {
	var lines []store.Line
	err := s.read.rows(ctx, "SELECT "+lineColumns+" FROM outbox WHERE "+where, args, func(row scan) error {
		l, err := scanLine(row)
		lines = append(lines, l)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list outbox: %w", err)
	}
	return lines, nil
}

// DoneLine implements [store.Store].
func (s *Store) DoneLine(ctx context.Context, id string) error {
	err := s.writer.write(ctx, func(t *tx) error {
		_, err := t.exec(context.Background(), "DELETE FROM outbox WHERE id = ?", id)
		return err
	})
	if err != nil {
		return fmt.Errorf("outbox line %s: %w", id, err)
	}
	return nil
}

// DelayLine implements [store.Store].
func (s *Store) DelayLine(ctx context.Context, id string, notBefore time.Time, problem string, poison bool) error {
	err := s.writer.write(ctx, func(t *tx) error {
		changed, err := t.exec(context.Background(), "UPDATE outbox SET attempts = attempts + 1, not_before = ?, problem = ?, poison = ? WHERE id = ?",
			sortMicros(notBefore), problem, bit(poison), id)
		if err == nil && changed == 0 {
			err = store.ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("outbox line %s: %w", id, err)
	}
	return nil
}
