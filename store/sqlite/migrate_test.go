package sqlite_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"banli/store"
	"banli/store/sqlite"
)

// version1 makes a database as version 1 of the layout left it.
func version1(t *testing.T) (path string) {
	t.Helper()
	script, err := os.ReadFile("testdata/version1.sql")
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "banli.db")
	edit(t, path, string(script))
	digest := "b43c71094c98a4beabff20cd79897aa87010d2b367fb7a461f122af142cd8520"
	content := filepath.Join(path+".files", digest[:2], digest[2:])
	if err := os.MkdirAll(filepath.Dir(content), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(content, []byte("%PDF-1.7 plan"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFormerLayout(t *testing.T) {
	path := version1(t)
	s := open(t, path)
	if faults := faultsOf(t, s); len(faults) > 0 {
		t.Errorf("found %q", faults)
	}
	counts := map[string]int{}
	for r, err := range s.Dump(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		counts[r.Key()[:1]]++
	}
	if counts["1"] != 2 || counts["2"] != 1 || counts["3"] != 2 || counts["4"] != 1 {
		t.Errorf("a dump has %v, expected 2 documents, 1 project, 2 cases and 1 file", counts)
	}
	c, err := s.Case(t.Context(), "case-00000001")
	if err != nil {
		t.Fatal(err)
	}
	act(t, s, 1, c.Rev, c) // work goes on
	if c, err = s.Case(t.Context(), "case-00000001"); err != nil || len(c.Events) != 3 {
		t.Errorf("%d events, %v, expected 3", len(c.Events), err)
	} else if err := store.Verify(c.Events); err != nil {
		t.Error(err)
	}
	fresh := filepath.Join(t.TempDir(), "banli.db")
	open(t, fresh)
	if got, want := layout(t, path), layout(t, fresh); got != want {
		t.Errorf("brought forward, the layout is\n%s\na new database has\n%s", got, want)
	}
}

func layout(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var all string
	if err := db.QueryRow("SELECT group_concat(sql, char(10)) FROM (SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name)").Scan(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// A command beside running servers leaves their data as they know it.
func TestFormerLayoutIsLeftBesideServers(t *testing.T) {
	path := version1(t)
	before := layout(t, path)
	s, err := sqlite.OpenBeside(t.Context(), path)
	if err == nil {
		s.Close()
		t.Fatal("it was opened")
	}
	if !strings.Contains(err.Error(), "its data has version 1") || !strings.Contains(err.Error(), "start the server of this version first") {
		t.Errorf("got %v, expected that the server is to be started first", err)
	}
	if layout(t, path) != before {
		t.Error("the refused file was changed")
	}
	open(t, path) // the server brings it forward
	if s, err = sqlite.OpenBeside(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestFormerLayoutIsCheckedBefore(t *testing.T) {
	path := version1(t)
	edit(t, path, "VACUUM")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	pages := bytes.Clone(before)
	at := bytes.Index(pages, []byte("\x01\x75\xbd\x40\x30\xcd")) // the first event
	page := at / 4096 * 4096
	for i := page + 12; i < page+40; i++ { // the list of cells of the page that holds events
		pages[i] ^= 0xff
	}
	if err := os.WriteFile(path, pages, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = openErr(t, path)
	if err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Fatalf("got %v, expected that it is damaged", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(after, pages) {
		t.Error("the refused file was changed")
	}
}
