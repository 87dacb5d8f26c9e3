package care_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"banli/store"
	"banli/store/care"
	"banli/store/sqlite"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

func open(t *testing.T) *sqlite.Store {
	t.Helper()
	return openAt(t, ":memory:")
}

func openAt(t *testing.T, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func aCase(i int) *store.Case {
	due := noon.Add(time.Duration(i) * time.Hour)
	return &store.Case{
		Head: store.Head{
			ID: fmt.Sprintf("k%06d", i), Project: "p1", Key: fmt.Sprint("key", i), Flow: "permit", Item: "GH02", Department: fmt.Sprint("d", i%3), State: "accepted",
			Open: true, OpenedAt: noon, UpdatedAt: noon, Marks: []string{"late"}, Due: due, NextDue: due,
		},
		Pins: json.RawMessage(`{"catalogue":"r1"}`), Body: json.RawMessage(`{"answers":{"总投资":500.5}}`), Folded: json.RawMessage(`{}`),
		Events: []store.Event{{Do: "submit", At: noon, RecordedAt: noon, By: "owner", Key: "cmd", Data: json.RawMessage(`{"do":"submit"}`)}},
		Outbox: []store.Line{{ID: fmt.Sprint("line", i), Kind: "spawn"}},
	}
}

// furnish keeps some of everything, and a file that a case names.
func furnish(t *testing.T, s store.Store, cases int) (file string) {
	t.Helper()
	ctx := t.Context()
	noise := make([]byte, 300_000)
	for i := range noise {
		noise[i] = byte(rand.N(256))
	}
	info, err := s.PutFile(ctx, bytes.NewReader(noise), 1<<20)
	must(t, err)
	must(t, s.InsertProject(ctx, &store.Project{ID: "p1", Code: "c1", CreatedAt: noon}))
	must(t, s.Docs("users").Insert(ctx, &store.Doc{ID: "u1", Data: json.RawMessage(`{}`)}))
	must(t, s.Docs("sessions").Insert(ctx, &store.Doc{ID: "s1", Expires: time.Now().Add(time.Hour)}))
	all := make([]store.Record, cases)
	for i := range cases {
		c := aCase(i)
		if i == 0 {
			c.Body = json.RawMessage(`{"materials":{"plan":[{"digest":"` + info.Digest + `"}]}}`)
		}
		must(t, store.Chain(store.Event{}, c.Events))
		c.Rev, all[i].Case = 1, c
	}
	must(t, s.Load(ctx, all)) // at once, which is faster than one by one
	return info.Digest
}

func backup(t *testing.T, s store.Store) []byte {
	t.Helper()
	var b bytes.Buffer
	sum, err := care.Backup(t.Context(), s, &b, care.Manifest{Taken: noon, Program: "test", Store: "here"})
	must(t, err)
	if len(sum.Faults) > 0 {
		t.Fatalf("faults: %q", sum.Faults)
	}
	return b.Bytes()
}

// text is a dump, to compare.
func text(t *testing.T, s store.Store) string {
	t.Helper()
	var b strings.Builder
	for r, err := range s.Dump(t.Context()) {
		must(t, err)
		line, err := json.Marshal(r)
		must(t, err)
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.String()
}

func sound(t *testing.T, s store.Store) {
	t.Helper()
	must(t, s.Verify(t.Context(), func(fault string) { t.Error(fault) }))
}

func TestBackupAndRestore(t *testing.T) {
	s := open(t)
	furnish(t, s, 1200)
	saved := backup(t, s)
	if again := backup(t, s); !bytes.Equal(again, saved) {
		t.Error("two backups of the same data differ")
	}
	other := open(t)
	c, err := care.Restore(t.Context(), bytes.NewReader(saved), other)
	must(t, err)
	want := care.Counts{Docs: 2, Projects: 1, Cases: 1200, Events: 1200, Files: 1, Bytes: 300_000}
	if c.Counts != want || !c.Taken.Equal(noon) {
		t.Errorf("restored %+v, expected %+v", c.Counts, want)
	}
	if text(t, other) != text(t, s) {
		t.Error("the restored store differs")
	}
	sound(t, other)
	must(t, care.Unfinished(t.Context(), other))
	_, err = care.Restore(t.Context(), bytes.NewReader(saved), other)
	if err == nil || !strings.Contains(err.Error(), "the store is not empty, it has sessions s1") {
		t.Errorf("restored over data: %v", err)
	}
}

// Whatever byte of a backup changes, and wherever it is cut off: it is refused, before anything of it is stored.
func TestDamagedBackup(t *testing.T) {
	s := open(t)
	furnish(t, s, 20)
	saved := backup(t, s)
	refused := func(t *testing.T, what string, damaged []byte) {
		if _, err := care.Check(bytes.NewReader(damaged)); err == nil {
			t.Errorf("%s: it was believed", what)
		}
	}
	for range 60 {
		at := rand.N(len(saved))
		if at >= 4 && at <= 8 || at == 9 {
			continue // of gzip's head: a time and the name of a system, which mean nothing
		}
		damaged := bytes.Clone(saved)
		damaged[at] ^= 1 << rand.N(8)
		refused(t, fmt.Sprintf("byte %d of %d changed", at, len(saved)), damaged)
	}
	for range 30 {
		at := rand.N(len(saved))
		refused(t, fmt.Sprintf("cut off at %d of %d", at, len(saved)), saved[:at])
		if _, err := care.Check(bytes.NewReader(saved[:at])); err != nil && !strings.Contains(err.Error(), "nothing in it is to be believed") && !strings.Contains(err.Error(), "this is no backup") {
			t.Errorf("cut off at %d of %d: %v, which does not say what to do", at, len(saved), err)
		}
	}
	refused(t, "something else", []byte("holiday photographs"))
	to := open(t)
	if _, err := care.Restore(t.Context(), bytes.NewReader(saved[:len(saved)-9]), to); err == nil || !strings.Contains(err.Error(), "nothing in it is to be believed") {
		t.Errorf("cut off by nine bytes: %v", err)
	}
	for r := range to.Dump(t.Context()) {
		t.Errorf("a refused backup stored %s", r.Key())
	}
}

// A case whose chain is broken, and content that was changed on the disk, are saved as they are, and said to be wrong.
func TestBackupOfDamagedData(t *testing.T) {
	s := open(t)
	digest := furnish(t, s, 3)
	broken := aCase(7)
	must(t, store.Chain(store.Event{}, broken.Events))
	broken.Events[0].Data, broken.Rev = json.RawMessage(`{"do":"forged"}`), 1
	must(t, s.Load(t.Context(), []store.Record{{Case: broken}}))
	var b bytes.Buffer
	sum, err := care.Backup(t.Context(), forged{s, digest}, &b, care.Manifest{Taken: noon})
	must(t, err)
	if len(sum.Faults) != 2 || !strings.HasPrefix(sum.Faults[0], "case k000007: event 1 (submit) has hash") || sum.Faults[1] != "file "+digest+" is shorter than it was" {
		t.Errorf("faults: %q", sum.Faults)
	}
	other := open(t)
	c, err := care.Restore(t.Context(), bytes.NewReader(b.Bytes()), other)
	must(t, err)
	if len(c.Faults) != 2 || c.Lost[0] != digest {
		t.Errorf("faults of the restored: %q, lost %q", c.Faults, c.Lost)
	}
	if _, _, err := other.OpenFile(t.Context(), digest); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("forged content was restored: %v", err)
	}
	if _, err := other.Case(t.Context(), "k000007"); err != nil {
		t.Error(err)
	}
}

// forged is a store whose disk gives other content for a file.
type forged struct {
	store.Store
	digest string
}

type closing struct{ io.ReadSeeker }

func (closing) Close() error { return nil }

func (f forged) OpenFile(ctx context.Context, digest string) (io.ReadSeekCloser, store.FileInfo, error) {
	r, info, err := f.Store.OpenFile(ctx, digest)
	if digest == f.digest && err == nil {
		r.Close()
		r = closing{strings.NewReader("short and forged")}
	}
	return r, info, err
}

// A backup taken while others write is what was there at one moment.
func TestBackupWhileWriting(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "banli.db"))
	furnish(t, s, 100)
	ctx, stop := context.WithCancel(t.Context())
	written := make(chan int)
	go func() {
		n := 0
		for ; ctx.Err() == nil; n++ {
			// Two cases that belong together, the second after the first.
			must(t, s.InsertCase(t.Context(), aCase(1000+2*n)))
			must(t, s.InsertCase(t.Context(), aCase(1001+2*n)))
		}
		written <- n
	}()
	for range 5 {
		other := open(t)
		c, err := care.Restore(t.Context(), bytes.NewReader(backup(t, s)), other)
		must(t, err)
		firsts := map[bool]int{}
		for r, err := range other.Dump(t.Context()) {
			must(t, err)
			if r.Case != nil && r.Case.ID >= "k001000" {
				firsts[strings.ContainsAny(r.Case.ID[len(r.Case.ID)-1:], "02468")]++
			}
		}
		if d := firsts[true] - firsts[false]; d != 0 && d != 1 {
			t.Errorf("a backup of %s has %d firsts and %d seconds", c.Counts, firsts[true], firsts[false])
		}
		sound(t, other)
	}
	stop()
	if n := <-written; n == 0 {
		t.Error("nothing was written meanwhile")
	}
}

// failing breaks off after some loads.
type failing struct {
	store.Store
	loads int
}

var errKilled = errors.New("killed")

func (f *failing) Load(ctx context.Context, records []store.Record) error {
	if f.loads--; f.loads < 0 {
		return errKilled
	}
	return f.Store.Load(ctx, records)
}

func TestRestoreGoesOn(t *testing.T) {
	s := open(t)
	furnish(t, s, 1200)
	saved := backup(t, s)
	to := open(t)
	_, err := care.Restore(t.Context(), bytes.NewReader(saved), &failing{to, 1})
	if !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	if err := care.Unfinished(t.Context(), to); err == nil || !strings.Contains(err.Error(), "banli restore from backup") {
		t.Errorf("half restored, it says %v", err)
	}
	must(t, s.InsertCase(t.Context(), aCase(5000)))
	if _, err = care.Restore(t.Context(), bytes.NewReader(backup(t, s)), to); err == nil || !strings.Contains(err.Error(), "the store is not whole") {
		t.Errorf("another backup into a half restored store: %v", err)
	}
	if _, err := care.Migrate(t.Context(), to, open(t), "there"); err == nil || !strings.Contains(err.Error(), "the store is not whole") {
		t.Errorf("moved a half restored store: %v", err)
	}
	_, err = care.Restore(t.Context(), bytes.NewReader(saved), to)
	must(t, err)
	must(t, care.Unfinished(t.Context(), to))
	sound(t, to)
}

func TestMigrate(t *testing.T) {
	s := open(t)
	furnish(t, s, 1700)
	to := open(t)
	if _, err := care.Migrate(t.Context(), s, &failing{to, 2}, "there"); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	if _, err := care.Migrate(t.Context(), s, to, "elsewhere"); err == nil || !strings.Contains(err.Error(), "banli migrate from there was begun and not finished") {
		t.Errorf("from another source: %v", err)
	}
	// Between two runs the first store goes on: acts, adds, deletes.
	c, err := s.Case(t.Context(), "k000000")
	must(t, err)
	must(t, s.Append(t.Context(), "k000000", 1, &store.Change{Head: c.Head, Events: []store.Event{{Do: "act"}}}))
	must(t, s.Docs("users").Delete(t.Context(), "u1"))
	must(t, s.Docs("users").Insert(t.Context(), &store.Doc{ID: "u2"}))
	m, err := care.Migrate(t.Context(), s, to, "there")
	must(t, err)
	if want := (care.Counts{Docs: 2, Projects: 1, Cases: 1700, Events: 1701, Files: 1, Bytes: 300_000}); m.Total != want {
		t.Errorf("moved %+v, expected %+v", m.Total, want)
	}
	if m.Copied.Cases == 1700 || m.Copied.Cases == 0 {
		t.Errorf("the second run copied %d cases; expected those the first had not, and the one that changed", m.Copied.Cases)
	}
	if text(t, to) != text(t, s) {
		t.Error("the two stores differ")
	}
	sound(t, to)
	if _, err := care.Migrate(t.Context(), s, to, "there"); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("into a finished store: %v", err)
	}
}

// busy is a store in which others go on working while it is copied.
type busy struct {
	store.Store
	t *testing.T
	n int
}

func (b *busy) Load(ctx context.Context, records []store.Record) error {
	b.n++
	must(b.t, b.Store.InsertCase(ctx, aCase(8000+b.n)))
	return b.Store.Load(ctx, records)
}

func TestMigrateTellsOfOtherWriters(t *testing.T) {
	s := open(t)
	furnish(t, s, 10)
	_, err := care.Migrate(t.Context(), s, &busy{open(t), t, 0}, "there")
	if err == nil || !strings.Contains(err.Error(), "1 records changed while they were copied") {
		t.Errorf("got %v", err)
	}
}

func TestSweep(t *testing.T) {
	s := open(t)
	named := furnish(t, s, 2)
	put := func(content string) string {
		info, err := s.PutFile(t.Context(), strings.NewReader(content), 99)
		must(t, err)
		return info.Digest
	}
	orphan, draft, uploaded, issued, expired := put("orphan"), put("draft"), put("uploaded"), put("issued"), put("expired")
	must(t, s.Docs("drafts").Insert(t.Context(), &store.Doc{ID: "d1", Data: json.RawMessage(`{"files":{"plan":[{"digest":"` + draft + `"}]}}`)}))
	must(t, s.Docs("uploads").Insert(t.Context(), &store.Doc{ID: "u1/" + uploaded + "/plan.pdf"}))
	must(t, s.Append(t.Context(), "k000001", 1, &store.Change{Head: aCase(1).Head, Events: []store.Event{{Do: "grant", Data: json.RawMessage(`{"input":{"scan":"` + issued + `"}}`)}}}))
	must(t, s.Docs("uploads").Insert(t.Context(), &store.Doc{ID: "u1/" + expired + "/plan.pdf", Expires: time.Now().Add(-time.Minute)}))

	swept, err := care.Sweep(t.Context(), s, time.Now().Add(-time.Hour))
	must(t, err)
	if swept != (store.Swept{}) {
		t.Errorf("swept %+v within the grace", swept)
	}
	swept, err = care.Sweep(t.Context(), s, time.Now().Add(time.Second))
	must(t, err)
	if want := (store.Swept{Files: 2, Bytes: int64(len("orphan") + len("expired"))}); swept != want {
		t.Errorf("swept %+v, expected %+v", swept, want)
	}
	for digest, there := range map[string]bool{named: true, draft: true, uploaded: true, issued: true, orphan: false, expired: false} {
		r, _, err := s.OpenFile(t.Context(), digest)
		if err == nil {
			r.Close()
		}
		if there != (err == nil) {
			t.Errorf("file %s: %v, expected it there: %v", digest, err, there)
		}
	}
	sound(t, s)
}
