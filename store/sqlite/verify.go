package sqlite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"banli/store"
)

// Verify implements [store.Store]. It sees the database as it is at one moment,
// whatever is written meanwhile.
func (s *Store) Verify(ctx context.Context, fault func(string)) error {
	moment, err := s.moment(ctx)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	defer moment.Rollback() //nolint:errcheck // it only read
	v := &verifier{&statements{on: moment}, fault}
	contents := func(ctx context.Context) error { return v.contents(ctx, s) }
	if err := first(ctx, v.pages, v.chains, v.derived, v.references, contents); err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	return nil
}

type verifier struct {
	*statements
	fault func(string)
}

// pages has SQLite compare every index with its table.
func (v *verifier) pages(ctx context.Context) error {
	return v.rows(ctx, "PRAGMA integrity_check", nil, func(row scan) error {
		var found string
		err := row(&found)
		if err == nil && found != "ok" {
			v.fault("the database file is damaged: " + found + "; restore a backup")
		}
		return err
	})
}

// chains checks the events of every case, in one walk.
func (v *verifier) chains(ctx context.Context) error {
	var events []store.Event
	id, expected := "", 0
	finish := func() {
		if err := store.Verify(events); err != nil {
			v.fault(fmt.Sprintf("case %s: %v", id, err))
		} else if len(events) != expected {
			v.fault(fmt.Sprintf("case %s has %d events, expected %d: the last ones are missing", id, len(events), expected))
		}
	}
	err := v.rows(ctx, "SELECT "+eventColumns+", c.id, c.events FROM (SELECT n, id, events FROM cases) c JOIN events USING (n) ORDER BY n, seq", nil, func(row scan) error {
		var of string
		var total int
		e, err := scanEvent(row, &of, &total)
		if of != id {
			finish()
			id, expected, events = of, total, nil
		}
		events = append(events, e)
		return err
	})
	finish()
	if err != nil {
		return err
	}
	return v.each(ctx, "SELECT id FROM cases c WHERE events > 0 AND NOT EXISTS (SELECT 1 FROM events e WHERE e.n = c.n)", "case %s has lost all its events")
}

// derived checks what is kept twice for speed: see [Store.Repair].
func (v *verifier) derived(ctx context.Context) error {
	err := v.all(ctx, []check{
		{`SELECT department || '/' || flow || '/' || item || '/' || state FROM (
			SELECT department, flow, item, state, open, cases FROM counts
			UNION ALL SELECT department, flow, item, state, open, -count(*) FROM cases GROUP BY 1, 2, 3, 4, 5
			) GROUP BY department, flow, item, state, open HAVING sum(cases) <> 0`, "the total of cases %s is not their number"},
		{`SELECT id FROM cases c WHERE EXISTS (SELECT 1 FROM json_each(c.marks) j WHERE NOT EXISTS
			(SELECT 1 FROM marks m WHERE m.mark = j.value AND m.n = c.n))`, "case %s is not listed under its marks"},
		{`SELECT m.mark || ' of case number ' || m.n FROM marks m LEFT JOIN cases c USING (n)
			WHERE c.n IS NULL OR m.mark NOT IN (SELECT value FROM json_each(c.marks))`, "the list of marks has %s, which has it not"},
	})
	if err != nil {
		return err
	}
	return v.ranks(ctx, func(_ int64, h *store.Head, found int64) {
		v.fault(fmt.Sprintf("case %s is sorted by %d, expected %d", h.ID, found, store.Rank(h)))
	})
}

// ranks calls wrong for each case that lists sort by something else than its legal time left.
func (v *verifier) ranks(ctx context.Context, wrong func(n int64, h *store.Head, found int64)) error {
	return v.rows(ctx, "SELECT "+headColumns+", c.rank FROM cases c", nil, func(row scan) error {
		var h store.Head
		var n, found int64
		err := row(append(headDest(&n, &h), &found)...)
		if err == nil && found != store.Rank(&h) {
			wrong(n, &h, found)
		}
		return err
	})
}

// references checks that the parts of a case are together.
func (v *verifier) references(ctx context.Context) error {
	return v.all(ctx, []check{
		{`SELECT id FROM cases WHERE n NOT IN (SELECT n FROM states) OR n NOT IN (SELECT n FROM bodies)`, "case %s has lost its state or its body: restore a backup"},
		{`SELECT DISTINCT e.n FROM events e LEFT JOIN cases c USING (n) WHERE c.n IS NULL`, "there are events of case number %s, which is not there: restore a backup"},
		{`SELECT id || ' is of case ' || kase FROM outbox WHERE kase NOT IN (SELECT id FROM cases)`, "outbox line %s, which is not there"},
	})
}

type check struct{ query, fault string }

// all tells one fault for every row of each check.
func (v *verifier) all(ctx context.Context, checks []check) error {
	for _, c := range checks {
		if err := v.each(ctx, c.query, c.fault); err != nil {
			return err
		}
	}
	return nil
}

// each tells one fault for every row of a query.
func (v *verifier) each(ctx context.Context, query, format string) error {
	return v.rows(ctx, query, nil, func(row scan) error {
		var what string
		err := row(&what)
		v.fault(fmt.Sprintf(format, what))
		return err
	})
}

// contents reads every file.
func (v *verifier) contents(ctx context.Context, s *Store) error {
	return v.rows(ctx, "SELECT digest FROM files", nil, func(row scan) error {
		var digest string
		if err := row(&digest); err != nil {
			return err
		}
		found, err := digestOf(s.filePath(digest))
		switch {
		case err != nil:
			v.fault(fmt.Sprintf("file %s cannot be read: %v", digest, err))
		case found != digest:
			v.fault(fmt.Sprintf("file %s has other content than was kept (%s): restore it from a backup", digest, found))
		}
		return nil
	})
}

func digestOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	return hex.EncodeToString(sum.Sum(nil)), err
}
