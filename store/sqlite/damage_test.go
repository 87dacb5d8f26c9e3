package sqlite_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"banli/store"
	"banli/store/sqlite"
)

var damageRounds = flag.Int("damage", 60, "how many damaged copies of a database the damage test looks at")

// furnish keeps something of every kind, no two alike, and gives the records by their keys.
func furnish(t *testing.T, s *sqlite.Store) map[string]string {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	words := func(n int) json.RawMessage {
		text := make([]rune, n)
		for i := range text {
			text[i] = '一' + r.Int32N(5000)
		}
		j, _ := json.Marshal(string(text))
		return j
	}
	for i := range 40 {
		c := realistic(i)
		c.Project, c.Marks, c.Body, c.Folded = fmt.Sprint("p", i), []string{fmt.Sprint("mark", i%3)}, words(300), words(100)
		c.Outbox = []store.Line{{ID: c.ID + "/1", Kind: "spawn", Data: words(20)}}
		if err := s.InsertCase(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		for rev := int64(1); rev < 4; rev++ {
			act(t, s, i, rev, c)
		}
		p := &store.Project{ID: fmt.Sprint("p", i), Code: fmt.Sprint("code", i), Name: string(words(9)), Text: string(words(20)), Answers: words(100), CreatedAt: start}
		if err := s.InsertProject(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		if err := s.Docs("drafts").Insert(t.Context(), &store.Doc{ID: fmt.Sprint("d", i), Data: words(10 * i)}); err != nil {
			t.Fatal(err)
		}
	}
	records := map[string]string{}
	for rec, err := range s.Dump(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		records[rec.Key()] = line(t, rec)
	}
	return records
}

func line(t *testing.T, r store.Record) string {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		return err.Error() // such as an instant in the year 70,000
	}
	return string(b)
}

// ask reads one record by its key, as a page of the platform would.
func ask(t *testing.T, s *sqlite.Store, key string) (got store.Record, err error) {
	kind, id, _ := strings.Cut(key, "\x00")
	switch kind {
	case "1":
		collection, id, _ := strings.Cut(id, "\x00")
		var d *store.Doc
		if d, err = s.Docs(collection).Get(t.Context(), id); err == nil {
			got.Doc = &store.Filed{Collection: collection, Doc: *d}
		}
	case "2":
		got.Project, err = s.Project(t.Context(), id)
	case "3":
		got.Case, err = s.Case(t.Context(), id)
	}
	return got, err
}

// TestDamagedPages changes a database on the disk: some bits, some bytes, a page that is zeroed, or one that was
// written to the place of another. What is then read is what was written, or an error that says so; and Verify finds
// whatever has any effect.
func TestDamagedPages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "banli.db")
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	want := furnish(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	pages, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	refused, told, harmless := 0, 0, 0
	for round := range *damageRounds {
		copied := filepath.Join(t.TempDir(), "banli.db")
		what, damaged := damage(rand.New(rand.NewPCG(uint64(round), 7)), pages)
		if err := os.WriteFile(copied, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := sqlite.Open(t.Context(), copied)
		if err != nil {
			refused++
			continue
		}
		complaints, wrong := 0, 0
		for key, line0 := range want {
			switch got, err := ask(t, s, key); {
			case err != nil:
				complaints++
			case line(t, got) != withoutLines(t, line0):
				wrong++
				// What an event says beside its checksum is sealed by the chain alone, which is checked by who asks for it.
				if got.Case == nil || store.Verify(got.Case.Events) == nil {
					t.Errorf("%s: %q is read as\n%s\nand was\n%s", what, key, line(t, got), line0)
				}
			}
		}
		faults := []string{}
		if err := s.Verify(t.Context(), func(fault string) { faults = append(faults, fault) }); err != nil {
			faults = append(faults, err.Error())
		}
		switch {
		case len(faults) > 0:
			told++
		case complaints+wrong > 0:
			t.Errorf("%s: %d records cannot be read and %d are read wrong, and Verify finds nothing", what, complaints, wrong)
		default:
			harmless++
			same(t, s, what, want)
		}
		if err := s.Close(); err != nil && len(faults) == 0 {
			t.Errorf("%s: %v", what, err)
		}
	}
	t.Logf("of %d damaged files %d were refused, %d named by Verify, %d as good as before", *damageRounds, refused, told, harmless)
}

// same checks that a dump has what there was.
func same(t *testing.T, s *sqlite.Store, what string, want map[string]string) {
	t.Helper()
	left := maps.Clone(want)
	for rec, err := range s.Dump(t.Context()) {
		if err != nil || line(t, rec) != left[rec.Key()] {
			t.Errorf("%s: Verify finds nothing, and the dump has %q otherwise (%v)", what, rec.Key(), err)
		}
		delete(left, rec.Key())
	}
	if len(left) > 0 {
		t.Errorf("%s: Verify finds nothing, and the dump lacks %q", what, slices.Collect(maps.Keys(left)))
	}
}

// withoutLines is a record as it is asked for: a case comes without its lines.
func withoutLines(t *testing.T, l string) string {
	var r store.Record
	if err := json.Unmarshal([]byte(l), &r); err != nil {
		t.Fatal(err)
	}
	if r.Case != nil {
		r.Case.Outbox = nil
	}
	return line(t, r)
}

func damage(r *rand.Rand, pages []byte) (what string, damaged []byte) {
	const size = 4096
	damaged = slices.Clone(pages)
	n := r.IntN(len(pages) / size)
	page := damaged[n*size : (n+1)*size]
	switch r.IntN(4) {
	case 0:
		at := r.IntN(size)
		page[at] ^= 1 << r.IntN(8)
		return fmt.Sprintf("page %d, byte %d: a bit", n+1, at), damaged
	case 1:
		at := r.IntN(size - 16)
		for i := range 16 {
			page[at+i] = byte(r.IntN(256))
		}
		return fmt.Sprintf("page %d: 16 bytes from %d", n+1, at), damaged
	case 2:
		clear(page)
		return fmt.Sprintf("page %d: zeroed", n+1), damaged
	default:
		from := r.IntN(len(pages) / size)
		copy(page, pages[from*size:])
		return fmt.Sprintf("page %d: written over by page %d", n+1, from+1), damaged
	}
}

// A folder or a file that cannot be written is said to be so, and nothing is made there.
func TestReadOnly(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root writes where it likes; see the test of a read-only disk")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "banli.db")
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Chmod(path, 0o400), os.Chmod(dir, 0o500)); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o700)
	if _, err := openErr(t, path); err == nil || !strings.Contains(err.Error(), "cannot be written: check the permissions") && !errors.Is(err, fs.ErrPermission) {
		t.Errorf("opened: %v", err)
	}
}
