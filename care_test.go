package main

import (
	"bytes"
	"database/sql"
	"log/slog"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"banli/server/demo"
	"banli/store"
	"banli/store/sqlite"
)

// banli runs a command and gives what it printed.
func banli(t *testing.T, code int, args ...string) string {
	t.Helper()
	var out, err bytes.Buffer
	if got := run(t.Context(), args, streams{strings.NewReader(""), &out, &err}, func(string) (string, bool) { return "", false }); got != code {
		t.Fatalf("banli %s: exit code %d, expected %d\n%s%s", strings.Join(args, " "), got, code, &out, &err)
	}
	return out.String() + err.String()
}

// misfile lets the lists show a case in a state that is not that of its events.
func misfile(t *testing.T, path string) {
	t.Helper()
	st, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for r, err := range st.Dump(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Case != nil {
			r.Case.State = "elsewhere"
			if err := st.Load(t.Context(), []store.Record{r}); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
}

// A district goes through the hands of its operator: saved, checked, damaged, mended, lost and restored.
func TestCareOfADistrict(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "banli.db")
	address, saved := "sqlite:"+path, filepath.Join(dir, "saved")
	st, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	then := time.Now().Add(-14 * 24 * time.Hour)
	p, err := assemble(t.Context(), st, func() time.Time { return then }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	district := demo.Seeding{Cases: p.Cases, Now: then, People: demo.People(p.Cases.Catalogues.Current()), Projects: 6, Seed: 1}
	if _, err := district.Fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	edit := func(statement string) {
		t.Helper()
		db, err := sql.Open("sqlite", path)
		if err == nil {
			_, err = db.Exec(statement)
			db.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	has := func(text, pattern string) {
		t.Helper()
		if !regexp.MustCompile("(?m)" + pattern).MatchString(text) {
			t.Errorf("expected %q in\n%s", pattern, text)
		}
	}

	has(banli(t, 0, "verify", "--store", address), "^核验通过 · sound$")
	has(banli(t, 0, "backup", saved, "--store", address), `^\S+saved: 6 projects, \d+ cases with \d+ events`)

	// Two weeks later: what fell due since is told case by case, in both languages.
	for lang, want := range map[string]string{"zh": "^备份之后到期的计时", "en": "^Clocks that fell due since the backup"} {
		restored := banli(t, 0, "restore", saved, "--store", "sqlite:"+filepath.Join(dir, lang, "banli.db"), "--lang", lang)
		has(restored, want)
		has(restored, `^  20\d\d-\d\d-\d\d \d\d:\d\d  \S.* T\d+$`)
		has(banli(t, 0, "verify", "--store", "sqlite:"+filepath.Join(dir, lang, "banli.db")), "^核验通过 · sound$")
	}

	// What follows from events is mended.
	edit("UPDATE counts SET cases = cases + 1; UPDATE cases SET rank = 7 WHERE n = 2; DELETE FROM marks")
	misfile(t, path)
	found := banli(t, 1, "verify", "--store", address)
	has(found, "^the total of cases .* is not their number$")
	has(found, "^case .* is listed by another rank than it has$")
	has(found, "^case .* is listed with another State")
	has(found, `^发现 \d+ 处问题 · \d+ faults$`)
	mended := banli(t, 0, "verify", "--repair", "--store", address)
	has(mended, "^已修复 mended: case .* is listed with another State")
	has(mended, "^核验通过 · sound$")
	has(banli(t, 0, "verify", "--store", address), "^核验通过 · sound$")

	// Events are not: a restored backup is the way.
	edit(`DELETE FROM events WHERE n = (SELECT min(n) FROM events WHERE seq = 2) AND seq = 1`)
	has(banli(t, 1, "verify", "--repair", "--store", address), "^case .*: event 1 has number 2: an event is missing or out of place")
	has(banli(t, 1, "backup", saved+"2", "--store", address), "^case .*: event 1 has number 2: an event is missing or out of place")
	has(banli(t, 1, "restore", saved+"2", "--store", "sqlite:"+filepath.Join(dir, "damaged", "banli.db")), "^case .*: event 1 has number 2: an event is missing or out of place")
}
