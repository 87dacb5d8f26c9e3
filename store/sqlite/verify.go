package sqlite

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
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
	for _, step := range []func(context.Context) error{v.pages, v.chains, v.documents, v.derived, v.references, contents} {
		err := step(ctx)
		if isDamage(err) || errors.Is(err, errAltered) {
			fault(fmt.Sprintf("what follows could not be checked to its end: %v", err))
		} else if err != nil {
			return fmt.Errorf("verify: %w", err)
		}
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
	var altered error
	id, expected, hash := "", 0, []byte(nil)
	finish := func() {
		if altered != nil {
			v.fault(fmt.Sprintf("case %s: %v", id, altered))
		} else if err := cmp.Or(rechain(events, expected, hash), store.Verify(events)); err != nil {
			v.fault(fmt.Sprintf("case %s: %v", id, err))
		} else if len(events) != expected {
			v.fault(fmt.Sprintf("case %s has %d events, expected %d: the last ones are missing", id, len(events), expected))
		}
	}
	err := v.rows(ctx, "SELECT c.id, c.events, c.hash, "+eventColumns+" FROM events e CROSS JOIN cases c ON c.n = e.n ORDER BY place", nil, func(row scan) error {
		var of string
		var total int
		var end []byte
		e, err := scanEvent(func(dest ...any) error { return row(append([]any{&of, &total, &end}, dest...)...) })
		if of != id {
			finish()
			id, expected, hash, events, altered = of, total, end, nil, nil
		}
		events = append(events, e)
		if errors.Is(err, errAltered) {
			altered, err = cmp.Or(altered, fmt.Errorf("event %d: %w", len(events), errAltered)), nil
		}
		return err
	})
	finish()
	if err != nil {
		return err
	}
	return v.each(ctx, "SELECT id FROM cases c WHERE events > 0 AND NOT EXISTS (SELECT 1 FROM events e WHERE place BETWEEN c.n << 20 AND c.n << 20 | c.events)", "case %s has lost all its events")
}

// documents reads every document against its checksum.
func (v *verifier) documents(ctx context.Context) error {
	for _, d := range []struct {
		query string
		of    []byte // the documents that follow the name
	}{
		{"SELECT 'case ' || id, pins, folded, body FROM cases LEFT JOIN states USING (n) LEFT JOIN bodies USING (n)", []byte{ofPins, ofFolded, ofBody}},
		{"SELECT collection || ' ' || id, data FROM docs", []byte{ofDoc}},
		{"SELECT 'outbox line ' || id, data FROM outbox", []byte{ofLine}},
	} {
		err := v.rows(ctx, d.query, nil, func(row scan) error {
			var what string
			kept := make([]any, len(d.of))
			dest := []any{&what}
			for i := range kept {
				dest = append(dest, &kept[i])
			}
			if err := row(dest...); err != nil {
				return err
			}
			for i, k := range kept {
				if err := (&unpack{d.of[i], new(json.RawMessage)}).Scan(k); err != nil {
					v.fault(fmt.Sprintf("%s: %v", what, err))
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return v.rows(ctx, "SELECT "+projectColumns+" FROM projects", nil, func(row scan) error {
		_, err := scanProject(row, &store.Project{})
		if errors.Is(err, errAltered) {
			v.fault(err.Error())
			return nil
		}
		return err
	})
}

// derived checks what is kept twice for speed: see [Store.Repair].
func (v *verifier) derived(ctx context.Context) error {
	err := v.all(ctx, []check{
		{`SELECT department || '/' || flow || '/' || item || '/' || state FROM (
			SELECT department, state, flow, item, open, lamp, cases FROM counts
			UNION ALL SELECT department, state, flow, item, open, lamp, -count(*) FROM cases GROUP BY 1, 2, 3, 4, 5, 6
			) GROUP BY department, state, flow, item, open, lamp HAVING sum(cases) <> 0`, "the total of cases %s is not their number"},
		{`SELECT department FROM (
			SELECT department, open, lamp, cases FROM totals
			UNION ALL SELECT department, open, lamp, -count(*) FROM cases GROUP BY 1, 2, 3
			) GROUP BY department, open, lamp HAVING sum(cases) <> 0`, "the total of department %s is not the number of its cases"},
		{`SELECT id FROM cases c WHERE EXISTS (SELECT 1 FROM json_each(c.marks) j WHERE NOT EXISTS
			(SELECT 1 FROM marks m WHERE m.mark = j.value AND m.n = c.n))`, "case %s is not listed under its marks"},
		{`SELECT m.mark || ' of case number ' || m.n FROM marks m LEFT JOIN cases c USING (n)
			WHERE c.n IS NULL OR m.mark NOT IN (SELECT value FROM json_each(c.marks))`, "the list of marks has %s, which has it not"},
	})
	if err != nil {
		return err
	}
	return v.heads(ctx, func(n int64, h *store.Head, column string) {
		if h == nil {
			v.fault(fmt.Sprintf("the head of case number %d: %v", n, errAltered))
			return
		}
		v.fault(fmt.Sprintf("case %s is listed by another %s than it has", h.ID, column))
	})
}

// heads calls wrong for each column of a case that does not follow from its record, and with nil for a record that
// cannot be read.
func (v *verifier) heads(ctx context.Context, wrong func(n int64, h *store.Head, column string)) error {
	return v.rows(ctx, "SELECT n, rev, head, lamp, turn, "+columnNames+" FROM cases", nil, func(row scan) error {
		var n, rev int64
		var h store.Head
		var lamp string
		var turn any
		found := make([]any, len(columns))
		dest := []any{&n, &rev, (*record)(&h), &lamp, &turn}
		for i := range found {
			dest = append(dest, &found[i])
		}
		if err := row(dest...); errors.Is(err, errAltered) {
			wrong(n, nil, "")
			return nil
		} else if err != nil {
			return err
		}
		if rev != h.Rev {
			wrong(n, &h, "revision")
		}
		if !standsSo(&h, lamp, turn) {
			wrong(n, &h, "lamp")
		}
		for i, c := range columns {
			if found[i] != c.value(&h) {
				wrong(n, &h, c.name)
			}
		}
		return nil
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
		if len(digest) != 2*sha256.Size {
			v.fault(fmt.Sprintf("file %q has no digest: restore a backup", digest))
			return nil
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
