package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"banli/server/demo"
	"banli/store"
	"banli/store/mongo/mongotest"
)

// today is the present of these tests.
var today = time.Date(2026, 3, 2, 10, 0, 0, 0, time.FixedZone("CST", 8*3600))

// live plays the past of one project on a store, up to today. Identifiers are
// counted, so that two stores can be compared.
func live(t *testing.T, address string, seed uint64) (*platform, store.Store) {
	t.Helper()
	p, st := join(t, address)
	ids := 0
	p.Cases.NewID = func() string { ids++; return fmt.Sprintf("id%04d", ids) }
	sum, err := demo.Seeding{Cases: p.Cases, Now: today, People: demo.People(p.Cases.Catalogues.Current()), Projects: 1, Seed: seed}.Fill(t.Context())
	if err != nil || len(sum.Refused) > 0 || sum.Acts < 3 {
		t.Fatalf("%+v, %v", sum, err)
	}
	return p, st
}

func join(t *testing.T, address string) (*platform, store.Store) {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	st, err := openStore(t.Context(), address, quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	p, err := assemble(t.Context(), st, func() time.Time { return today }, quiet)
	if err != nil {
		t.Fatal(err)
	}
	return p, st
}

// ledger is everything about projects and cases, one line each. The code of the
// project is drawn by chance.
func ledger(t *testing.T, st store.Store) (lines []string) {
	t.Helper()
	code := ""
	for r, err := range st.Dump(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Doc == nil {
			line, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			if r.Project != nil {
				code = r.Project.Code
			}
			lines = append(lines, strings.ReplaceAll(string(line), code, "CODE"))
		}
	}
	return lines
}

// A lived past leaves the same bytes in both stores.
func TestLivedPastOnBothStores(t *testing.T) {
	mongodb := mongotest.Start(t, 1)
	for seed := range uint64(2) {
		_, want := live(t, "sqlite::memory:", seed)
		_, got := live(t, mongodb.Database(t)+"&maxPoolSize=1", seed)
		a, b := ledger(t, want), ledger(t, got)
		if len(a) != len(b) || len(a) < 8 {
			t.Fatalf("seed %d: %d records on SQLite, %d on %s", seed, len(a), len(b), mongodb.Name)
		}
		for i := range a {
			if a[i] != b[i] {
				t.Errorf("seed %d: on SQLite\n%s\non %s\n%s", seed, a[i], mongodb.Name, b[i])
			}
		}
	}
}

// What falls due is done once, at its instant, however many servers do it at once:
// as one server does it.
func TestManyServersFireOnce(t *testing.T) {
	mongodb := mongotest.Start(t, 1)
	const seed = 1
	later := today.AddDate(0, 6, 0)
	fire := func(servers ...*platform) {
		t.Helper()
		var all sync.WaitGroup
		for _, p := range servers {
			all.Go(func() {
				for range 3 { // what one delivers makes the next due
					if _, err := p.Cases.Tick(t.Context(), later); err != nil {
						t.Error(err)
					}
					if _, err := p.Cases.Deliver(t.Context(), later); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
	}
	one, alone := live(t, "sqlite::memory:", seed)
	fire(one)
	address := mongodb.Database(t) + "&maxPoolSize=1"
	first, shared := live(t, address, seed)
	servers := []*platform{first}
	for range 3 {
		p, _ := join(t, address)
		servers = append(servers, p)
	}
	fire(servers...)
	want, got := happened(t.Context(), t, alone), happened(t.Context(), t, shared)
	if !slices.ContainsFunc(want, func(s string) bool { return strings.Contains(s, " by clock") }) {
		t.Fatal("nothing was due")
	}
	if !slices.Equal(want, got) {
		t.Errorf("%d servers:\n%s\nexpected, as one does it:\n%s", len(servers), strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// happened are the events of all cases, but for when they were written down and the
// identifiers of what they opened.
func happened(ctx context.Context, t *testing.T, st store.Store) (events []string) {
	t.Helper()
	for r, err := range st.Dump(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Case == nil {
			continue
		}
		if err := store.Verify(r.Case.Events); err != nil {
			t.Error(err)
		}
		for _, e := range r.Case.Events {
			events = append(events, fmt.Sprintf("%s %s %s: %d %s at %s by %s", r.Case.Flow, r.Case.Item, r.Case.Department, e.Seq, e.Do, e.At.Format(time.RFC3339), e.By))
		}
	}
	slices.Sort(events)
	return events
}

// Commands that work beside running servers leave data of an older version to them; a server of this version brings it
// forward.
func TestOlderDataIsLeftBesideServers(t *testing.T) {
	script, err := os.ReadFile("store/sqlite/testdata/version1.sql")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "banli.db")
	db, err := sql.Open("sqlite", path)
	if err == nil {
		_, err = db.Exec(string(script))
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	const want = "start the server of this version first"
	commands := [][]string{
		{"backup", filepath.Join(dir, "saved")},
		{"verify"},
		{"verify", "--repair"},
		{"late"},
		{"explain", "case-00000001"},
		{"sweep"},
		{"user", "list"},
		{"user", "add", "wang"},
	}
	for _, args := range commands {
		if told := banli(t, 2, append(args, "--store", "sqlite:"+path)...); !strings.Contains(told, want) {
			t.Errorf("banli %s: %s\nexpected %q", strings.Join(args, " "), told, want)
		}
	}
	if _, served := join(t, "sqlite:"+path); served == nil {
		t.Fatal("a server does not start")
	}
	banli(t, 0, "late", "--store", "sqlite:"+path)
}
