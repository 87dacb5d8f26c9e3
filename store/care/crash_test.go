package care_test

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"banli/store"
	"banli/store/care"
	"banli/store/sqlite"
)

var crashRounds = flag.Int("crash", 2, "how often each crash test kills its process; 200 and more to be sure")

// A child does one of these in a folder, until it is killed.
const (
	child = "BANLI_TEST_CRASH_CHILD"
	todo  = "BANLI_TEST_CRASH_TODO"
)

func TestMain(m *testing.M) {
	dir := os.Getenv(child)
	if dir == "" {
		os.Exit(m.Run())
	}
	work := map[string]func(context.Context, string) error{"backup": saveAndWrite, "restore": restoreOnce, "migrate": migrateOnce}[os.Getenv(todo)]
	if err := work(context.Background(), dir); err != nil {
		fmt.Println("fault", err)
		os.Exit(1)
	}
	fmt.Println("done")
}

func at(ctx context.Context, dir, name string) (*sqlite.Store, error) {
	return sqlite.Open(ctx, filepath.Join(dir, name))
}

// saveAndWrite writes cases, and saves everything again and again.
func saveAndWrite(ctx context.Context, dir string) error {
	s, err := at(ctx, dir, "banli.db")
	if err != nil {
		return err
	}
	go func() {
		for i := 0; ; i++ {
			c := aCase(i)
			c.ID, c.Key = fmt.Sprintf("w%d-%06d", os.Getpid(), i), ""
			c.Outbox[0].ID = c.ID
			if err := s.InsertCase(ctx, c); err != nil {
				fmt.Println("fault", err)
				os.Exit(1)
			}
			fmt.Println("case", c.ID)
		}
	}()
	for i := 0; ; i++ {
		name := filepath.Join(dir, fmt.Sprintf("%d-%d.backup", os.Getpid(), i))
		f, err := os.Create(name + ".part")
		if err != nil {
			return err
		}
		if _, err := care.Backup(ctx, s, f, care.Manifest{Taken: noon}); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
		if err := os.Rename(name+".part", name); err != nil {
			return err
		}
	}
}

func restoreOnce(ctx context.Context, dir string) error {
	f, err := os.Open(filepath.Join(dir, "saved"))
	if err != nil {
		return err
	}
	s, err := at(ctx, dir, "restored.db")
	if err != nil {
		return err
	}
	fmt.Println("begin")
	if _, err := care.Restore(ctx, f, s); err != nil {
		return err
	}
	return s.Close()
}

func migrateOnce(ctx context.Context, dir string) error {
	from, err := at(ctx, dir, "banli.db")
	if err != nil {
		return err
	}
	to, err := at(ctx, dir, "moved.db")
	if err != nil {
		return err
	}
	fmt.Println("begin")
	if _, err := care.Migrate(ctx, from, to, "banli.db"); err != nil {
		return err
	}
	return to.Close()
}

// killed runs a child and kills it some time after its first word; finished says that it was faster.
func killed(t *testing.T, dir, what string, after time.Duration) (lines []string, finished bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), child+"="+dir, todo+"="+what)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	must(t, cmd.Start())
	for scanner := bufio.NewScanner(out); scanner.Scan(); {
		if len(lines) == 0 {
			time.AfterFunc(after, func() { cmd.Process.Kill() }) //nolint:errcheck // Wait tells
		}
		lines = append(lines, scanner.Text())
	}
	last := lines[max(0, len(lines)-1):]
	if err := cmd.Wait(); err != nil && !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child failed: %v; its last words: %q", err, last)
	}
	return lines, len(last) > 0 && last[0] == "done"
}

// A process that is killed while it saves leaves its store whole, and no file that is taken for a backup and is none.
func TestKilledWhileSaving(t *testing.T) {
	dir := t.TempDir()
	for range *crashRounds {
		lines, _ := killed(t, dir, "backup", time.Duration(rand.IntN(500))*time.Millisecond)
		s := openAt(t, filepath.Join(dir, "banli.db"))
		for _, l := range lines[:max(0, len(lines)-1)] { // the last may be cut off
			if _, err := s.Head(t.Context(), strings.TrimPrefix(l, "case ")); err != nil {
				t.Errorf("told %q, but %v", l, err)
			}
		}
		sound(t, s)
		must(t, s.Close())
		saved, err := filepath.Glob(filepath.Join(dir, "*.backup"))
		must(t, err)
		for _, name := range saved {
			content, err := os.ReadFile(name)
			must(t, err)
			if c, err := care.Check(bytes.NewReader(content)); err != nil || len(c.Faults) > 0 {
				t.Errorf("%s: %v", name, err)
			}
			must(t, os.Remove(name))
		}
	}
}

// Killed as often as it may be, a restore or a migration ends with everything; until then nobody takes the store for whole.
func TestKilledWhileFilling(t *testing.T) {
	for _, what := range []string{"restore", "migrate"} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			from := openAt(t, filepath.Join(dir, "banli.db"))
			furnish(t, from, 800)
			want := text(t, from)
			must(t, os.WriteFile(filepath.Join(dir, "saved"), backup(t, from), 0o600))
			must(t, from.Close())
			target := filepath.Join(dir, map[string]string{"restore": "restored.db", "migrate": "moved.db"}[what])
			kills := 0
			for finished := false; !finished; {
				after := time.Hour
				if kills < *crashRounds {
					after = time.Duration(rand.IntN(300)) * time.Millisecond
				}
				if _, finished = killed(t, dir, what, after); finished && kills < *crashRounds {
					for _, name := range []string{"", "-wal", "-shm"} { // begin again in an empty place
						_ = os.Remove(target + name)
					}
					finished = false
				}
				kills++
				if finished {
					break
				}
				if s, err := sqlite.Open(t.Context(), target); err == nil {
					if some(t, s) && care.Unfinished(t.Context(), s) == nil && text(t, s) != want {
						t.Fatal("a half filled store is taken for whole")
					}
					must(t, s.Close())
				}
			}
			s := openAt(t, target)
			if text(t, s) != want {
				t.Error("the filled store differs")
			}
			must(t, care.Unfinished(t.Context(), s))
			sound(t, s)
		})
	}
}

func some(t *testing.T, s store.Store) bool {
	t.Helper()
	for _, err := range s.Dump(t.Context()) {
		must(t, err)
		return true
	}
	return false
}
