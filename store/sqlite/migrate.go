package sqlite

import (
	"context"
	"database/sql"
	"fmt"
)

// migrate brings the database to the newest version in one transaction, so that
// of two programs starting at once one waits and finds the work done, and that
// whatever goes wrong leaves it as it was. Data of an older version is checked
// before, and counted before and after; it is refused unless forwards says to go on.
func migrate(ctx context.Context, c *sql.Conn, forwards bool) error {
	if _, err := c.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return explain(err)
	}
	defer c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") //nolint:errcheck // nothing to roll back after COMMIT
	var version, tables int
	if err := c.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return explain(err)
	}
	if err := c.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return explain(err)
	}
	switch {
	case version > len(migrations):
		return fmt.Errorf("its data has version %d, this program knows versions up to %d: start the newer program that wrote it", version, len(migrations))
	case version == 0 && tables > 0:
		return fmt.Errorf("it is a database of another program (%d tables, no version): choose another file", tables)
	case version > 0 && version < len(migrations) && !forwards:
		return fmt.Errorf("its data has version %d, this program works with version %d: start the server of this version first, which brings it forward, once those of the older version have ended", version, len(migrations))
	case version < len(migrations):
		if err := forward(ctx, c, version); err != nil {
			return err
		}
	}
	if _, err := c.ExecContext(ctx, "COMMIT"); err != nil {
		return explain(err)
	}
	// Remembered in the file, and not set before it is known to be ours.
	var mode string
	if err := c.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return explain(err)
	} else if mode != "wal" {
		return fmt.Errorf("its folder does not allow a write-ahead log (journal mode is %q): put it on a local disk", mode)
	}
	return nil
}

// forward applies the migrations from a version on.
func forward(ctx context.Context, c *sql.Conn, version int) error {
	before := ""
	if version > 0 {
		var found string
		if err := c.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found); err != nil {
			return explain(err)
		} else if found != "ok" {
			return fmt.Errorf("its data has version %d and is damaged (%s), so it was not brought to version %d: restore a backup", version, found, len(migrations))
		}
		var err error
		if before, err = census(ctx, c); err != nil {
			return err
		}
	}
	for from := version; version < len(migrations); version++ {
		if _, err := c.ExecContext(ctx, migrations[version]); err != nil {
			return fmt.Errorf("from version %d to %d, nothing was changed: %w", from, version+1, explain(err))
		}
		if _, err := c.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version+1)); err != nil {
			return explain(err)
		}
	}
	if before == "" {
		return nil
	}
	if after, err := census(ctx, c); err != nil {
		return err
	} else if after != before {
		return fmt.Errorf("it had %s and would have %s at version %d; nothing was changed: go on with the program that wrote it", before, after, version)
	}
	return nil
}

// census counts what a migration keeps.
func census(ctx context.Context, c *sql.Conn) (counted string, err error) {
	err = c.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM projects) || ' projects, ' || (SELECT count(*) FROM cases) || ' cases, ' ||
		(SELECT count(*) FROM events) || ' events, ' || (SELECT count(*) FROM outbox) || ' outbox lines, ' ||
		(SELECT count(*) FROM docs) || ' documents, ' || (SELECT count(*) FROM files) || ' files'`).Scan(&counted)
	return counted, explain(err)
}
