package sqlite_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"banli/store"
	"banli/store/sqlite"
)

// edit changes a database behind the store's back.
func edit(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		prepare func(t *testing.T, path string)
		want    string
	}{
		"data of a newer program": {
			func(t *testing.T, path string) { edit(t, path, "PRAGMA user_version = 99") },
			"its data has version 99, this program knows versions up to 2: start the newer program that wrote it",
		},
		"a database of another program": {
			func(t *testing.T, path string) { edit(t, path, "CREATE TABLE songs (title)") },
			"it is a database of another program (1 tables, no version): choose another file",
		},
		"a file that is no database": {
			func(t *testing.T, path string) {
				if err := os.WriteFile(path, []byte(strings.Repeat("holiday photographs ", 500)), 0o600); err != nil {
					t.Fatal(err)
				}
			},
			"this is no SQLite database: check the path",
		},
		"a folder": {
			func(t *testing.T, path string) {
				if err := os.Mkdir(path, 0o700); err != nil {
					t.Fatal(err)
				}
			},
			"the file cannot be opened: check that its folder exists and can be written",
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "banli.db")
			tt.prepare(t, path)
			before, _ := os.ReadFile(path)
			s, err := sqlite.Open(t.Context(), path)
			if err == nil {
				s.Close()
				t.Fatal("it was opened")
			}
			if !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %q, expected the path and %q", err, tt.want)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the refused file was changed")
			}
		})
	}
}

func TestOpenAgain(t *testing.T) {
	// Signs that mean something in a URL are plain letters in a path.
	path := filepath.Join(t.TempDir(), "办理 100% #1?", "banli.db")
	first := open(t, path)
	if err := first.InsertCase(t.Context(), realistic(1)); err != nil {
		t.Fatal(err)
	}
	second := open(t, path) // another process may have it open as well
	if err := second.InsertCase(t.Context(), realistic(2)); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*sqlite.Store{first, second} {
		if n, err := s.CountCases(t.Context(), store.CaseQuery{}); n != 2 || err != nil {
			t.Errorf("%d cases, %v, expected 2", n, err)
		}
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); !os.IsNotExist(err) {
		t.Errorf("a closed database leaves a log behind: %v", err)
	}
	if n, err := open(t, path).CountCases(t.Context(), store.CaseQuery{}); n != 2 || err != nil {
		t.Errorf("%d cases after opening again, %v, expected 2", n, err)
	}
}

func TestMemoryLeavesNothing(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s, err := sqlite.Open(t.Context(), ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutFile(t.Context(), strings.NewReader("x"), 9); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(os.TempDir()); len(left) != 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestVerifyFinds(t *testing.T) {
	for name, tt := range map[string]struct{ statement, want string }{
		"a changed event":    {`UPDATE events SET event = (SELECT event FROM events e WHERE e.n = events.n AND e.seq = 1) WHERE seq = 2`, "case case-00000001: event 3 (issue_correction) has hash"},
		"a changed document": {`UPDATE events SET event = substr(event, 1, 20) WHERE seq = 2`, "case case-00000001: event 2: it is not what was written"},
		"a changed head":     {`UPDATE cases SET head = CAST(replace(CAST(head AS TEXT), 'dept', 'tped') AS BLOB)`, "the head of case number 1: it is not what was written"},
		"a changed body":     {`UPDATE bodies SET body = (SELECT folded FROM states s WHERE s.n = bodies.n)`, "case case-00000001: it is not what was written"},
		"a removed event":    {`DELETE FROM events WHERE seq = 2`, "case case-00000001: event 2 has number 3: an event is missing or out of place"},
		"a removed last one": {`DELETE FROM events WHERE seq = 3`, "case case-00000001 has 2 events, expected 3: the last ones are missing"},
		"all events removed": {`DELETE FROM events`, "case case-00000001 has lost all its events"},
		"a wrong total":      {`UPDATE counts SET cases = 7`, "the total of cases"},
		"a lost mark":        {`DELETE FROM marks`, "case case-00000001 is not listed under its marks"},
		"a foreign mark":     {`INSERT INTO marks VALUES ('x', 1)`, "the list of marks has x of case number 1, which has it not"},
		"a lost body":        {`DELETE FROM bodies`, "case case-00000001 has lost its state or its body"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "banli.db")
			s := open(t, path)
			c := realistic(1)
			c.Marks = []string{"late"}
			if err := s.InsertCase(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			for rev := int64(1); rev < 3; rev++ {
				act(t, s, 1, rev, c)
			}
			edit(t, path, tt.statement)
			faults := faultsOf(t, s)
			if len(faults) != 1 || !strings.HasPrefix(faults[0], tt.want) {
				t.Errorf("found %q, expected one fault: %q", faults, tt.want)
			}
		})
	}
	t.Run("changed content", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "banli.db")
		s := open(t, path)
		info, err := s.PutFile(t.Context(), strings.NewReader("plan"), 9)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(path+".files", info.Digest[:2], info.Digest[2:]), []byte("forged"), 0o600); err != nil {
			t.Fatal(err)
		}
		if faults := faultsOf(t, s); len(faults) != 1 || !strings.Contains(faults[0], "has other content than was kept") {
			t.Errorf("found %q", faults)
		}
	})
}

// An event whose number would lead to the place of another case's is refused.
func TestPlacesOfEvents(t *testing.T) {
	s := open(t, ":memory:")
	for _, seq := range []int{-1, 0, 1 << 20} {
		c := realistic(1)
		c.Events = []store.Event{{Seq: seq, Do: "x", At: start}}
		if err := s.Load(t.Context(), []store.Record{{Case: c}}); err == nil || !strings.Contains(err.Error(), "1 to 1048575") {
			t.Errorf("event %d: %v", seq, err)
		}
		if _, err := s.Case(t.Context(), c.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("event %d: the case is there: %v", seq, err)
		}
	}
}

func faultsOf(t *testing.T, s store.Store) (faults []string) {
	t.Helper()
	if err := s.Verify(t.Context(), func(fault string) { faults = append(faults, fault) }); err != nil {
		t.Fatal(err)
	}
	return faults
}
