package sqlite_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"banli/store"
	"banli/store/sqlite"
)

var crashRounds = flag.Int("crash", 10, "how often the crash test kills its process")

// child names the database for a process that is going to be killed.
const child = "BANLI_TEST_CRASH_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(child); path != "" {
		writeUntilKilled(path)
		return
	}
	os.Exit(m.Run())
}

// writeUntilKilled acts on cases and keeps files, and tells each on standard
// output once the store has said that it is durable.
func writeUntilKilled(path string) {
	ctx := context.Background()
	s, err := sqlite.Open(ctx, path)
	if err != nil {
		fmt.Println("fault", err)
		os.Exit(1)
	}
	round := strconv.Itoa(os.Getpid())
	done := func(err error, words ...any) {
		if err != nil {
			fmt.Println("fault", err)
			os.Exit(1)
		}
		fmt.Fprintln(os.Stdout, words...) // one write: lines do not mix
	}
	for w := range 16 {
		go func() {
			for i := 0; ; i++ {
				c := realistic(i)
				c.ID, c.Key = fmt.Sprintf("%s-%d-%d", round, w, i), ""
				c.Events[0].Key = "insert"
				c.Outbox = []store.Line{{ID: c.ID + "/insert"}}
				done(s.InsertCase(ctx, c), "act", c.ID, "insert")
				c.Body = json.RawMessage(`"changed"`)
				for rev := int64(1); rev < 8; rev++ {
					key := fmt.Sprint("act-", rev)
					h := c.Head
					h.State, h.Open, h.Marks = key, rev < 7, []string{key}
					e := actEvent(i, 0)
					e.Key = key
					done(s.Append(ctx, c.ID, rev, &store.Change{
						Head: h, Body: c.Body, Folded: json.RawMessage(strconv.Quote(key)), Events: []store.Event{e}, Outbox: []store.Line{{ID: c.ID + "/" + key}},
					}), "act", c.ID, key)
				}
				if w == 0 {
					info, err := s.PutFile(ctx, bytes.NewReader(bytes.Repeat([]byte(c.ID), 999)), 1<<20)
					done(err, "file", info.Digest, "-")
				}
			}
		}()
	}
	select {}
}

// TestCrash kills a process in the middle of its writes, again and again on the
// same database: nothing it was told is durable may be missing, and nothing may be
// there by half.
func TestCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "banli.db")
	told := 0
	for round := range *crashRounds {
		lines := killed(t, path, time.Duration(rand.IntN(400))*time.Millisecond)
		told += len(lines)
		s, err := sqlite.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			if err := present(t.Context(), s, l); err != nil {
				t.Errorf("round %d: told %q, but %v", round, l, err)
			}
		}
		whole(t, s)
		// The whole database is read in the last rounds; before that it would grow to most of the test.
		if round%10 == 9 || round == *crashRounds-1 {
			if err := s.Verify(t.Context(), func(fault string) { t.Error(fault) }); err != nil {
				t.Error(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d kills, %d writes acknowledged, none lost", *crashRounds, told)
}

// killed runs the child, kills it some time after its first word, and returns what it told.
func killed(t *testing.T, path string, after time.Duration) []string {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), child+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for scanner := bufio.NewScanner(out); scanner.Scan(); {
		if len(lines) == 0 {
			time.AfterFunc(after, func() { cmd.Process.Kill() }) //nolint:errcheck // Wait tells
		}
		lines = append(lines, scanner.Text())
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child was not killed: %v; its last words: %v", err, lines[max(0, len(lines)-3):])
	}
	return lines
}

// present checks that one acknowledged write is there.
func present(ctx context.Context, s store.Store, told string) error {
	words := strings.Fields(told)
	if len(words) != 3 {
		return nil // cut off by the kill
	}
	if words[0] == "file" {
		f, _, err := s.OpenFile(ctx, words[1])
		if err == nil {
			err = f.Close()
		}
		return err
	}
	c, err := s.Case(ctx, words[1])
	if err != nil {
		return err
	}
	for _, e := range c.Events {
		if e.Key == words[2] {
			return store.Verify(c.Events)
		}
	}
	return fmt.Errorf("the case has only %d events", len(c.Events))
}

// whole checks that every action is there with all it wrote.
func whole(t *testing.T, s store.Store) {
	lines, err := s.Outbox(t.Context(), time.Now(), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	outbox := map[string]int{}
	for _, l := range lines {
		outbox[l.Case]++
	}
	cases := 0
	for after := ""; ; {
		page, err := s.Cases(t.Context(), store.CaseQuery{Limit: 200, After: after})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range page.Rows {
			cases++
			if outbox[h.ID] != int(h.Rev) {
				t.Errorf("case %s is at revision %d, but added %d lines", h.ID, h.Rev, outbox[h.ID])
			}
			if last := fmt.Sprint("act-", h.Rev-1); h.Rev > 1 && h.State != last {
				t.Errorf("case %s at revision %d has state %s, expected %s", h.ID, h.Rev, h.State, last)
			}
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if n, err := s.CountCases(t.Context(), store.CaseQuery{}); err != nil || n != cases {
		t.Errorf("%d cases, counted %d, %v", cases, n, err)
	}
}
