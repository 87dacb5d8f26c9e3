package sqlite_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"banli/store"
	"banli/store/sqlite"
)

// disk mounts a small disk of its own for a test.
func disk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("a disk of its own needs root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// On a disk that is full, acts are refused whole and say why; what was done before is read as always; and when there is
// room again, work goes on.
func TestFullDisk(t *testing.T) {
	dir := disk(t, "4m")
	s, err := sqlite.Open(t.Context(), filepath.Join(dir, "banli.db"))
	if err != nil {
		t.Fatal(err)
	}
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	noise := make([]byte, 20000)
	insert := func(i int) error {
		for j := range noise {
			noise[j] = byte(rand.IntN(256))
		}
		c := realistic(i)
		c.Body = fmt.Appendf(nil, `"%x"`, noise)
		return s.InsertCase(t.Context(), c)
	}
	n := 0
	for err == nil && n < 1000 {
		if err = insert(n); err == nil {
			n++
		}
	}
	if err == nil || !strings.Contains(err.Error(), "nothing was changed") {
		t.Fatalf("after %d cases: %v", n, err)
	}
	t.Logf("after %d cases: %v", n, err)
	if _, err := s.PutFile(t.Context(), bytes.NewReader(make([]byte, 4<<20)), 1<<30); err == nil {
		t.Error("a file was kept that has no room")
	}
	check := func(want int) {
		t.Helper()
		if got, err := s.CountCases(t.Context(), store.CaseQuery{}); err != nil || got != want {
			t.Errorf("%d cases, %v, expected %d", got, err, want)
		}
		for i := range want {
			if _, err := s.Case(t.Context(), fmt.Sprintf("case-%08d", i)); err != nil {
				t.Error(err)
			}
		}
		if faults := faultsOf(t, s); len(faults) > 0 {
			t.Errorf("found %q", faults)
		}
	}
	check(n)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := insert(n); err != nil {
		t.Errorf("with room again: %v", err)
	}
	check(n + 1)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, filepath.Join(dir, "banli.db"))
	check(n + 1)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// A disk that turns read-only, as one does that fails: acts are refused and say why, reading goes on where it can, and
// nothing is opened anew.
func TestReadOnlyDisk(t *testing.T) {
	dir := disk(t, "8m")
	path := filepath.Join(dir, "banli.db")
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.InsertCase(t.Context(), realistic(1)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	remount := func(flags uintptr) {
		t.Helper()
		if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|flags, ""); err != nil {
			t.Fatal(err)
		}
	}
	remount(syscall.MS_RDONLY)
	if _, err := openErr(t, path); err == nil || !strings.Contains(err.Error(), "cannot be") {
		t.Errorf("opened on a disk that is read-only: %v", err)
	} else {
		t.Log(err)
	}
	if _, err := openErr(t, filepath.Join(dir, "new.db")); err == nil {
		t.Error("made on a disk that is read-only")
	} else {
		t.Log(err)
	}
	remount(0)
	s = open(t, path)
	if faults := faultsOf(t, s); len(faults) > 0 {
		t.Errorf("found %q", faults)
	}
	if _, err := s.Case(t.Context(), "case-00000001"); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
