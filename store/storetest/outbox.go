package storetest

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"banli/store"
)

func line(id string, notBefore time.Time) store.Line {
	return store.Line{ID: id, Kind: "spawn", Data: json.RawMessage(`{"x": 1}`), CreatedAt: utc(noon), NotBefore: notBefore}
}

func lineIDs(t tb, lines []store.Line, err error) []string {
	t.Helper()
	must(t, err)
	out := []string{}
	for _, l := range lines {
		out = append(out, l.ID)
	}
	return out
}

func outboxTurns(t *testing.T, s store.Store) {
	c := newCase("k1")
	c.Outbox = []store.Line{line("later", utc(noon.Add(time.Hour))), line("now", utc(noon)), line("at once", time.Time{})}
	insert(t, s, c)
	must(t, s.Append(t.Context(), "k1", 1, &store.Change{Head: c.Head, Outbox: []store.Line{line("soon", utc(noon.Add(time.Minute)))}}))

	at := func(now time.Time, limit int) []string {
		lines, err := s.Outbox(t.Context(), now, limit)
		return lineIDs(t, lines, err)
	}
	same(t, "before", at(noon.Add(-time.Microsecond), 9), []string{"at once"})
	same(t, "at the instant", at(noon, 9), []string{"at once", "now"})
	same(t, "an hour later", at(noon.Add(time.Hour), 9), []string{"at once", "now", "soon", "later"})
	same(t, "two of them", at(noon.Add(time.Hour), 2), []string{"at once", "now"})
	same(t, "again: not done is not forgotten", at(noon, 9), []string{"at once", "now"})

	lines, err := s.Outbox(t.Context(), noon, 9)
	must(t, err)
	want := line("now", utc(noon))
	want.Case = "k1"
	same(t, "a line", lines[1], want)

	must(t, s.DoneLine(t.Context(), "at once"))
	must(t, s.DoneLine(t.Context(), "at once")) // both workers that got it say so
	must(t, s.DelayLine(t.Context(), "now", utc(noon.Add(2*time.Minute)), "no answer", false))
	same(t, "after one is done and one delayed", at(noon.Add(time.Hour), 9), []string{"soon", "now", "later"})
	lines, err = s.Outbox(t.Context(), noon.Add(time.Hour), 9)
	must(t, err)
	want.Attempts, want.Problem, want.NotBefore = 1, "no answer", utc(noon.Add(2*time.Minute))
	same(t, "the delayed line", lines[1], want)
	wantErr(t, s.DelayLine(t.Context(), "at once", noon, "", false), store.ErrNotFound)
}

func outboxPoison(t *testing.T, s store.Store) {
	c := newCase("k1")
	c.Outbox = []store.Line{line("a", time.Time{}), line("b", time.Time{})}
	insert(t, s, c)
	must(t, s.DelayLine(t.Context(), "a", noon, "no such flow", true))
	lines, err := s.Outbox(t.Context(), noon.Add(time.Hour), 9)
	same(t, "outbox", lineIDs(t, lines, err), []string{"b"})
	lines, err = s.PoisonLines(t.Context(), 9)
	same(t, "poison", lineIDs(t, lines, err), []string{"a"})
	if l := lines[0]; !l.Poison || l.Problem != "no such flow" || l.Attempts != 1 {
		t.Errorf("the poisoned line: %s", show(l))
	}
	must(t, s.DelayLine(t.Context(), "a", noon, "", false))
	lines, err = s.Outbox(t.Context(), noon, 9)
	same(t, "outbox afterwards", lineIDs(t, lines, err), []string{"b", "a"})
	lines, err = s.PoisonLines(t.Context(), 9)
	same(t, "poison afterwards", lineIDs(t, lines, err), []string{})
}

// outboxRepeated: whether a line added twice comes once or twice is the backend's
// affair, since its receiver applies it once; but it comes, and is done for good.
func outboxRepeated(t *testing.T, s store.Store) {
	for _, id := range []string{"k1", "k2"} {
		c := newCase(id)
		c.Outbox = []store.Line{line("same", time.Time{}), line("of "+id, utc(noon))}
		insert(t, s, c)
	}
	lines, err := s.Outbox(t.Context(), noon, 9)
	if ids := lineIDs(t, lines, err); len(ids) < 3 || ids[0] != "same" {
		t.Errorf("lines %v, expected same first", ids)
	}
	must(t, s.DoneLine(t.Context(), "same"))
	lines, err = s.Outbox(t.Context(), noon, 9)
	left := lineIDs(t, lines, err)
	slices.Sort(left)
	same(t, "what is left", left, []string{"of k1", "of k2"})
}
