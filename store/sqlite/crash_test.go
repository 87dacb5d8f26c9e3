package sqlite_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
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

var crashRounds = flag.Int("crash", 4, "how often each crash test kills its process; 200 and more to be sure")

// What a process that is going to be killed does, and on which database.
const (
	child   = "BANLI_TEST_CRASH_CHILD"
	inSteps = "BANLI_TEST_CRASH_STEPS"
)

func TestMain(m *testing.M) {
	switch path := os.Getenv(child); {
	case path == "":
		os.Exit(m.Run())
	case os.Getenv(inSteps) != "":
		writeInSteps(path)
	default:
		writeUntilKilled(path)
	}
}

// done ends the child when something failed that must not.
func done(err error) {
	if err != nil {
		fmt.Println("fault", err)
		os.Exit(1)
	}
}

// life is what one writer does, and tells through told once the store has said that it is durable.
func life(ctx context.Context, s store.Store, name string, i int, told func(words ...any)) {
	c := realistic(i)
	c.ID, c.Key = name, ""
	c.Events[0].Key = "insert"
	c.Outbox = []store.Line{{ID: c.ID + "/insert"}}
	done(s.InsertCase(ctx, c))
	told("act", c.ID, "insert")
	c.Body = json.RawMessage(`"changed"`)
	for rev := int64(1); rev < 8; rev++ {
		key := fmt.Sprint("act-", rev)
		h := c.Head
		h.State, h.Open, h.Marks = key, rev < 7, []string{key}
		e := actEvent(i, 0)
		e.Key = key
		done(s.Append(ctx, c.ID, rev, &store.Change{
			Head: h, Body: c.Body, Folded: json.RawMessage(strconv.Quote(key)), Events: []store.Event{e}, Outbox: []store.Line{{ID: c.ID + "/" + key}},
		}))
		told("act", c.ID, key)
	}
	if i%16 == 0 {
		info, err := s.PutFile(ctx, bytes.NewReader(bytes.Repeat([]byte(c.ID), 999)), 1<<20)
		done(err)
		told("file", info.Digest, "-")
	}
}

// writeUntilKilled lets many write at once, on a log so short that it is copied into the file all the time.
func writeUntilKilled(path string) {
	s, err := sqlite.Open(context.Background(), path)
	done(err)
	s.LimitLog(1 << 20)
	for w := range 16 {
		go func() {
			for i := w; ; i += 16 {
				// One write for each: lines do not mix.
				life(context.Background(), s, fmt.Sprintf("%d-%d", os.Getpid(), i), i, func(words ...any) { fmt.Fprintln(os.Stdout, words...) })
			}
		}()
	}
	select {}
}

// TestCrash kills a process in the middle of its writes, again and again on the
// same database: nothing it was told is durable may be missing, and nothing may be
// there by half.
func TestCrash(t *testing.T) {
	crash(t, "", func(string, []string) int { return math.MaxInt })
}

// crash kills a child in each round. after does to the database what else befalls it, and says how many of the lines
// that were told still count.
func crash(t *testing.T, mode string, after func(path string, lines []string) int) {
	path, told := "", 0
	for round := range *crashRounds {
		if round%20 == 0 { // whole databases are read below; they would grow to most of the test
			path = filepath.Join(t.TempDir(), "banli.db")
		}
		lines := killed(t, path, mode, time.Duration(rand.IntN(300))*time.Millisecond)
		lines = lines[:min(len(lines), after(path, lines))]
		told += len(lines)
		s, err := sqlite.Open(t.Context(), path)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		for _, l := range lines {
			if err := present(t.Context(), s, l); err != nil {
				t.Errorf("round %d: told %q, but %v", round, l, err)
			}
		}
		whole(t, s)
		if round%4 == 3 || round == *crashRounds-1 {
			if err := s.Verify(t.Context(), func(fault string) { t.Errorf("round %d: %s", round, fault) }); err != nil {
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
func killed(t *testing.T, path, mode string, after time.Duration) []string {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), child+"="+path, inSteps+"="+mode)
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
	if len(words) != 3 || words[0] == "synced" {
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
