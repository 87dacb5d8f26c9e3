// Package sqlite keeps everything in one SQLite file beside a folder of files.
//
// It is the embedded store: WAL, durable commits, no cgo. One goroutine owns the
// writing connection and commits whatever is waiting as a group, so that many
// writers share one wait for the disk; readers have connections of their own and
// wait for nobody. Several processes may open the same file. What it promises is
// what package store says.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"banli/store"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	readers = 4 // connections for reading
	// walLimit is the size of the log from which it is copied into the file.
	walLimit = 64 << 20
)

// Store is an open database.
type Store struct {
	path   string
	files  string      // folder of contents
	remove string      // folder to remove at Close
	read   *statements // brief
	walk   *statements
	reads  *sql.DB
	pools  []*sql.DB
	writer *writer
	close  sync.Once
	closed error
}

var _ store.Store = (*Store)(nil)

// Open opens the database at path and creates it when there is none; its files
// live in the folder path + ".files". ":memory:" is for tests: a temporary folder,
// without waits for the disk, removed at Close. Data of an older version is brought
// to that of this program.
func Open(ctx context.Context, path string) (*Store, error) { return openWith(ctx, path, true) }

// OpenBeside is Open for a program that works beside the servers of a store: data of
// an older version, which they may still write, is refused.
func OpenBeside(ctx context.Context, path string) (*Store, error) { return openWith(ctx, path, false) }

func openWith(ctx context.Context, path string, forwards bool) (*Store, error) {
	s := &Store{path: path}
	synchronous := "FULL"
	if path == ":memory:" {
		dir, err := os.MkdirTemp("", "banli-")
		if err != nil {
			return nil, fmt.Errorf("open store: %w", err)
		}
		s.path, s.remove, synchronous = filepath.Join(dir, "banli.db"), dir, "OFF"
	}
	if err := s.open(ctx, synchronous, forwards); err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, errors.Join(err, s.release()))
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, synchronous string, forwards bool) error {
	path, err := filepath.Abs(s.path)
	if err != nil {
		return err
	}
	s.path, s.files = path, path+".files"
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	pool := func(conns int, pragmas ...string) (*sql.DB, error) {
		q := url.Values{"_pragma": append([]string{"busy_timeout(10000)", "synchronous(" + synchronous + ")"}, pragmas...)}
		db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String())
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(conns)
		db.SetMaxIdleConns(conns)
		s.pools = append(s.pools, db)
		return db, nil
	}
	writing, err := pool(1, "wal_autocheckpoint(0)", fmt.Sprintf("journal_size_limit(%d)", walLimit), "cache_size(-16000)")
	if err != nil {
		return err
	}
	conn, err := writing.Conn(ctx)
	if err != nil {
		return explain(err)
	}
	if err := migrate(ctx, conn, forwards); err != nil {
		return errors.Join(err, conn.Close())
	}
	if err := os.MkdirAll(s.files, 0o700); err != nil {
		return errors.Join(err, conn.Close())
	}
	reading, err := pool(readers, "query_only(1)", "cache_size(-12000)")
	if err != nil {
		return err
	}
	s.read, s.walk, s.reads = &statements{on: reading, brief: true}, &statements{on: reading}, reading
	checkpoints, err := pool(1, "wal_autocheckpoint(0)")
	if err != nil {
		return err
	}
	s.writer = startWriter(conn, checkpoints, path+"-wal")
	return nil
}

// Close waits for the writes under way, copies the log into the file and closes it.
func (s *Store) Close() error {
	s.close.Do(func() {
		s.writer.stop()
		s.closed = s.release()
	})
	return s.closed
}

func (s *Store) release() error {
	var errs []error
	for _, p := range slices.Backward(s.pools) { // the writing one last: it leaves no log behind
		errs = append(errs, p.Close())
	}
	if s.remove != "" {
		errs = append(errs, os.RemoveAll(s.remove))
	}
	return errors.Join(errs...)
}

// explain adds to an error of the database what an operator should do about it.
func explain(err error) error {
	e, ok := errors.AsType[*driver.Error](err)
	if !ok {
		return err
	}
	advice := map[int]string{
		sqlite3.SQLITE_FULL:     "the disk is full; nothing was changed: free some space and try again",
		sqlite3.SQLITE_READONLY: "the database cannot be written: check the permissions of file and folder",
		sqlite3.SQLITE_CORRUPT:  "the database is damaged: stop, keep the file, and restore a backup",
		sqlite3.SQLITE_NOTADB:   "this is no SQLite database: check the path",
		sqlite3.SQLITE_IOERR:    "the disk failed to read or write; nothing was changed: check it and start again",
		sqlite3.SQLITE_CANTOPEN: "the file cannot be opened: check that its folder exists and can be written",
		sqlite3.SQLITE_BUSY:     "another program kept the database locked for too long; nothing was changed: try again",
	}[e.Code()&0xff]
	if advice == "" {
		return err
	}
	return fmt.Errorf("%s (%w)", advice, err)
}

// isDamage reports whether the file is not as SQLite wrote it.
func isDamage(err error) bool {
	e, ok := errors.AsType[*driver.Error](err)
	return ok && slices.Contains([]int{sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR}, e.Code()&0xff)
}

// isConstraint reports whether a statement was refused, alone, by a unique index.
func isConstraint(err error) bool {
	e, ok := errors.AsType[*driver.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_CONSTRAINT
}
