package sqlite

import (
	"context"
	"database/sql"
	"sync"
)

// maxStatements bounds those kept; queries vary by the fields that restrict them,
// so there are some dozens.
const maxStatements = 500

// statements prepares each query once and keeps it.
type statements struct {
	on interface {
		PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	}
	// brief statements are not broken off when their context ends: an index makes
	// them short, and to be able to would cost more than they do (a goroutine each,
	// and a lock for every row).
	brief bool

	mu   sync.RWMutex
	kept map[string]*sql.Stmt
}

// with calls do with the prepared query.
func (s *statements) with(ctx context.Context, query string, do func(context.Context, *sql.Stmt) error) error {
	if s.brief {
		if err := ctx.Err(); err != nil {
			return err
		}
		ctx = context.WithoutCancel(ctx)
	}
	s.mu.RLock()
	stmt := s.kept[query]
	s.mu.RUnlock()
	if stmt == nil {
		var err error
		if stmt, err = s.on.PrepareContext(ctx, query); err != nil {
			return explain(err)
		}
		if !s.keep(query, stmt) {
			defer stmt.Close()
		}
	}
	return explain(do(ctx, stmt))
}

func (s *statements) keep(query string, stmt *sql.Stmt) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil {
		s.kept = map[string]*sql.Stmt{}
	}
	if s.kept[query] != nil || len(s.kept) >= maxStatements {
		return false
	}
	s.kept[query] = stmt
	return true
}

// close frees what is kept; a connection is not gone before its statements are.
func (s *statements) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, stmt := range s.kept {
		stmt.Close() //nolint:errcheck // nothing is lost by it
	}
	s.kept = nil
}

// exec runs a statement and says how many rows it changed.
func (s *statements) exec(ctx context.Context, query string, args ...any) (changed int64, err error) {
	err = s.with(ctx, query, func(ctx context.Context, stmt *sql.Stmt) error {
		r, err := stmt.ExecContext(ctx, args...)
		if err != nil {
			return err
		}
		changed, err = r.RowsAffected()
		return err
	})
	return changed, err
}

// row reads one row into dest: sql.ErrNoRows when there is none.
func (s *statements) row(ctx context.Context, query string, args []any, dest ...any) error {
	return s.with(ctx, query, func(ctx context.Context, stmt *sql.Stmt) error {
		return stmt.QueryRowContext(ctx, args...).Scan(dest...)
	})
}

// rows calls each for every row.
func (s *statements) rows(ctx context.Context, query string, args []any, each func(scan) error) error {
	return s.with(ctx, query, func(ctx context.Context, stmt *sql.Stmt) error {
		rows, err := stmt.QueryContext(ctx, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := each(rows.Scan); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

// scan reads the current row.
type scan func(dest ...any) error
