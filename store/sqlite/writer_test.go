package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"banli/store"
)

func openFile(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "banli.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func docCount(t *testing.T, s *Store) (n int) {
	t.Helper()
	if err := s.read.row(t.Context(), "SELECT count(*) FROM docs", nil, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// insertDoc is an action as Docs.Insert makes it.
func insertDoc(id string) func(*tx) error {
	return func(t *tx) error {
		return t.insertNew("INSERT INTO docs (collection, id, rev, i1, i2, i3) VALUES ('c', ?, 1, '', '', '') ON CONFLICT DO NOTHING", id)
	}
}

func TestGroupKeepsTheGoodOnes(t *testing.T) {
	s := openFile(t)
	broken := errors.New("cannot be written")
	actions := []action{
		{insertDoc("a"), make(chan error, 1)},
		{insertDoc("a"), make(chan error, 1)}, // refused
		{func(t *tx) error { return errors.Join(insertDoc("half")(t), broken) }, make(chan error, 1)},
		{insertDoc("b"), make(chan error, 1)},
	}
	// The writer's connection is taken from it for one settled group.
	done := make(chan struct{})
	go s.writer.write(context.Background(), func(*tx) error { <-done; return nil }) //nolint:errcheck // a pause
	for _, a := range actions {
		s.writer.actions <- a
	}
	close(done)
	for i, want := range []error{nil, store.ErrExists, broken, nil} {
		if err := <-actions[i].done; !errors.Is(err, want) || (want == nil) != (err == nil) {
			t.Errorf("action %d: got %v, expected %v", i, err, want)
		}
	}
	if n := docCount(t, s); n != 2 {
		t.Errorf("%d documents, expected a and b", n)
	}
}

func TestDiskFull(t *testing.T) {
	s := openFile(t)
	limit := func(pragma string) {
		t.Helper()
		// Between groups nobody uses the connection; the answer to a write is such a moment.
		if err := s.writer.write(t.Context(), func(*tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := s.writer.tx.conn.ExecContext(t.Context(), pragma); err != nil {
			t.Fatal(err)
		}
	}
	docs := s.Docs("c")
	limit("PRAGMA max_page_count = 120")
	noise := make([]byte, 1<<19) // which no packing makes small
	for i := range noise {
		noise[i] = byte(rand.N(256))
	}
	big := &store.Doc{ID: "big", Data: json.RawMessage(fmt.Sprintf(`"%x"`, noise))}
	err := docs.Insert(t.Context(), big)
	if err == nil || !strings.Contains(err.Error(), "the disk is full; nothing was changed: free some space and try again") {
		t.Errorf("got %v, expected to be told that the disk is full", err)
	}
	if big.Rev != 0 {
		t.Errorf("a refused document has revision %d", big.Rev)
	}
	if err := docs.Insert(t.Context(), &store.Doc{ID: "small"}); err != nil {
		t.Errorf("what still fits is refused: %v", err)
	}
	limit("PRAGMA max_page_count = 1000000")
	if err := docs.Insert(t.Context(), big); err != nil {
		t.Errorf("after space was freed: %v", err)
	}
}

// TestLogStaysSmall writes many times the limit under constant load, with readers
// about: the log must start again from its beginning now and then.
func TestLogStaysSmall(t *testing.T) {
	s := openFile(t)
	const limit = 1 << 20
	if err := s.writer.write(t.Context(), func(*tx) error { s.writer.limit = limit; return nil }); err != nil {
		t.Fatal(err)
	}
	data := json.RawMessage(`"` + strings.Repeat("x", 20000) + `"`)
	var wg sync.WaitGroup
	largest := int64(0)
	for w := range 4 {
		wg.Go(func() {
			for i := range 250 {
				id := fmt.Sprint(w, "-", i)
				if err := s.Docs("c").Insert(t.Context(), &store.Doc{ID: id, Data: data}); err != nil {
					t.Error(err)
				}
				if _, err := s.Docs("c").Get(t.Context(), id); err != nil {
					t.Error(err)
				}
				if info, err := os.Stat(s.path + "-wal"); w == 0 && err == nil {
					largest = max(largest, info.Size())
				}
			}
		})
	}
	wg.Wait()
	if largest > 8*limit {
		t.Errorf("the log grew to %d MB at a limit of %d MB, while 20 MB were written", largest>>20, limit>>20)
	}
	t.Logf("largest log: %d KB", largest>>10)
}
