package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"banli/store"
)

func caseRoundTrip(t *testing.T, s store.Store) {
	c := insert(t, s, newCase("k1"))
	if c.Rev != 1 || c.Events[0].Seq != 1 || len(c.Events[0].Hash) != 64 {
		t.Fatalf("after the insert: revision %d, first event %+v", c.Rev, c.Events[0])
	}
	got, err := s.Case(t.Context(), "k1")
	must(t, err)
	same(t, "by id", got, c)
	got, err = s.CaseByKey(t.Context(), "key-k1")
	must(t, err)
	same(t, "by key", got, c)
	head, err := s.Head(t.Context(), "k1")
	must(t, err)
	same(t, "head", head, &c.Head)

	bare := insert(t, s, &store.Case{Head: store.Head{ID: "k2"}})
	got, err = s.Case(t.Context(), "k2")
	must(t, err)
	same(t, "without anything", got, &store.Case{Head: bare.Head, Events: []store.Event{}})

	_, err = s.Case(t.Context(), "k9")
	wantErr(t, err, store.ErrNotFound)
	_, err = s.Head(t.Context(), "k9")
	wantErr(t, err, store.ErrNotFound)
	for _, key := range []string{"key-k9", ""} {
		_, err = s.CaseByKey(t.Context(), key)
		wantErr(t, err, store.ErrNotFound)
	}
}

func caseUnique(t *testing.T, s store.Store) {
	c := newCase("k1")
	c.Outbox = []store.Line{{ID: "l1", Kind: "notice"}}
	insert(t, s, c)
	again := newCase("k1")
	again.Key, again.Outbox = "other", []store.Line{{ID: "l2", Kind: "notice"}}
	wantErr(t, s.InsertCase(t.Context(), again), store.ErrExists)
	keyed := newCase("k2")
	keyed.Key, keyed.Outbox = "key-k1", []store.Line{{ID: "l3", Kind: "notice"}}
	wantErr(t, s.InsertCase(t.Context(), keyed), store.ErrExists)
	_, err := s.Case(t.Context(), "k2")
	wantErr(t, err, store.ErrNotFound)
	for _, id := range []string{"k3", "k4"} { // no key is no clash
		c := newCase(id)
		c.Key = ""
		insert(t, s, c)
	}
	lines, err := s.Outbox(t.Context(), noon, 10)
	must(t, err)
	if len(lines) != 1 || lines[0].ID != "l1" {
		t.Errorf("refused inserts left lines: %s", show(lines))
	}
}

func appendChanges(t *testing.T, s store.Store) {
	c := insert(t, s, newCase("k1"))
	ch := &store.Change{
		Head: store.Head{
			Project: "p1", Flow: "permit", Item: "GH03", Department: "fgj", State: "decided", OwnerName: "别家", Marks: []string{"b", "a"},
			OpenedAt: utc(noon), ClosedAt: utc(noon.Add(9 * time.Hour)), Stopped: true, Late: true,
		},
		Folded: json.RawMessage(`{"state":"decided"}`),
		Events: []store.Event{newEvent("grant", "cmd-2"), newEvent("signal", "")},
		Outbox: []store.Line{{ID: "l1", Kind: "notice", CreatedAt: utc(noon)}},
	}
	must(t, s.Append(t.Context(), "k1", 1, ch))
	want := *c
	want.Head = ch.Head
	want.ID, want.Key, want.Rev = "k1", "key-k1", 2
	want.Folded = ch.Folded
	want.Events = append(want.Events, ch.Events...)
	got, err := s.Case(t.Context(), "k1")
	must(t, err)
	same(t, "after the action", got, &want)
	if ch.Head.Rev != 2 || ch.Events[1].Seq != 3 {
		t.Errorf("the change was handed back with revision %d and last event %d, expected 2 and 3", ch.Head.Rev, ch.Events[1].Seq)
	}

	must(t, s.Append(t.Context(), "k1", 2, &store.Change{Head: got.Head, Pins: json.RawMessage(`{"item":"GH03@4"}`), Body: json.RawMessage(`{}`)}))
	want.Rev, want.Pins, want.Body = 3, json.RawMessage(`{"item":"GH03@4"}`), json.RawMessage(`{}`)
	got, err = s.Case(t.Context(), "k1")
	must(t, err)
	same(t, "after a change of body and pins", got, &want)

	wantErr(t, s.Append(t.Context(), "k9", 1, &store.Change{}), store.ErrNotFound)
}

func appendConflict(t *testing.T, s store.Store) {
	c := insert(t, s, newCase("k1"))
	ch := &store.Change{
		Head: store.Head{Project: "p1", State: "lost"}, Pins: json.RawMessage(`1`), Body: json.RawMessage(`2`), Folded: json.RawMessage(`3`),
		Events: []store.Event{newEvent("grant", "cmd-2")}, Outbox: []store.Line{{ID: "l1"}},
	}
	for _, rev := range []int64{0, 2, -1} {
		wantErr(t, s.Append(t.Context(), "k1", rev, ch), store.ErrConflict)
	}
	if ch.Events[0].Seq != 0 || ch.Events[0].Hash != "" {
		t.Errorf("a refused change was sealed: %s", show(ch.Events))
	}
	got, err := s.Case(t.Context(), "k1")
	must(t, err)
	same(t, "after refusals", got, c)
	lines, err := s.Outbox(t.Context(), noon, 10)
	must(t, err)
	if len(lines) != 0 {
		t.Errorf("a refused change left lines: %s", show(lines))
	}
	if n, err := s.CountCases(t.Context(), store.CaseQuery{State: "lost"}); err != nil || n != 0 {
		t.Errorf("a refused change is counted: %d, %v", n, err)
	}
}

func appendDuplicate(t *testing.T, s store.Store) {
	c := insert(t, s, newCase("k1"))
	insert(t, s, newCase("k2"))
	again := func(id string, rev int64, keys ...string) error {
		ch := &store.Change{Head: c.Head}
		for _, key := range keys {
			ch.Events = append(ch.Events, newEvent("again", key))
		}
		return s.Append(t.Context(), id, rev, ch)
	}
	wantErr(t, again("k1", 1, "cmd-1"), store.ErrDuplicate)
	wantErr(t, again("k1", 7, "", "cmd-1"), store.ErrDuplicate) // before the revision is looked at
	must(t, again("k1", 1, "cmd-2", "", ""))
	must(t, again("k2", 1, "cmd-2")) // another case is another matter
	wantErr(t, again("k1", 2, "cmd-2"), store.ErrDuplicate)
	if err := again("k1", 2, "cmd-3", "cmd-3"); err == nil {
		t.Error("two events of one change with the same key are taken")
	}
	got, err := s.Case(t.Context(), "k1")
	must(t, err)
	if len(got.Events) != 4 || got.Rev != 2 {
		t.Errorf("%d events at revision %d, expected 4 at 2", len(got.Events), got.Rev)
	}
}

func appendBadData(t *testing.T, s store.Store) {
	insert(t, s, newCase("k1"))
	bad := newEvent("x", "")
	bad.Data = json.RawMessage(`{"cut off`)
	if err := s.Append(t.Context(), "k1", 1, &store.Change{Events: []store.Event{bad}}); err == nil || !strings.Contains(err.Error(), "not JSON") {
		t.Errorf("got %v, expected that its data is not JSON", err)
	}
	c := newCase("k2")
	c.Events = []store.Event{bad}
	if err := s.InsertCase(t.Context(), c); err == nil {
		t.Error("a case with data that is not JSON is taken")
	}
	_, err := s.Case(t.Context(), "k2")
	wantErr(t, err, store.ErrNotFound)
}

func caseInstants(t *testing.T, s store.Store) {
	for i, at := range []time.Time{
		time.Unix(0, 0),
		time.Date(1969, 12, 31, 23, 59, 59, 999999999, time.UTC),
		time.Date(2018, 6, 13, 23, 30, 0, 1999, time.UTC),
		time.Date(2018, 6, 14, 0, 0, 0, 0, china),
		time.Date(2026, 12, 31, 24, 0, 0, 999999000, time.FixedZone("far west", -11*3600)),
		time.Date(1900, 1, 1, 0, 0, 0, 0, china),
		time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
		{},
	} {
		c := newCase(fmt.Sprint("k", i))
		c.Due, c.OpenedAt, c.UpdatedAt, c.ClosedAt, c.Events[0].At = at, at, at, at, at
		insert(t, s, c)
		got, err := s.Case(t.Context(), c.ID)
		must(t, err)
		want := at
		if !at.IsZero() {
			want = utc(at)
		}
		for name, back := range map[string]time.Time{"Due": got.Due, "OpenedAt": got.OpenedAt, "UpdatedAt": got.UpdatedAt, "ClosedAt": got.ClosedAt, "At": got.Events[0].At} {
			if back != want { //nolint:durationcheck // the location is compared too
				t.Errorf("%s: %s came back as %s, expected %s", name, at, back, want)
			}
		}
		must(t, store.Verify(got.Events))
	}
}

func caseLarge(t *testing.T, s store.Store) {
	c := newCase("k1")
	big := func(n int) json.RawMessage {
		return json.RawMessage(`{"t":"` + string(bytes.Repeat([]byte("办"), n/3)) + `"}`)
	}
	c.Body, c.Folded = big(1<<20), big(1<<18)
	insert(t, s, c)
	must(t, s.Append(t.Context(), "k1", 1, &store.Change{Head: c.Head, Body: big(3 << 20), Folded: c.Folded, Events: []store.Event{newEvent("x", "")}}))
	got, err := s.Case(t.Context(), "k1")
	must(t, err)
	if !bytes.Equal(got.Body, big(3<<20)) || !bytes.Equal(got.Folded, c.Folded) {
		t.Errorf("body of %d bytes and state of %d came back different", len(got.Body), len(got.Folded))
	}
}

func caseChains(t *testing.T, s store.Store) {
	c := insert(t, s, newCase("k1"))
	for rev := int64(1); rev < 20; rev++ {
		ch := &store.Change{Head: c.Head}
		for i := range rev % 4 {
			ch.Events = append(ch.Events, newEvent(fmt.Sprint("e", i), ""))
		}
		must(t, s.Append(t.Context(), "k1", rev, ch))
	}
	got, err := s.Case(t.Context(), "k1")
	must(t, err)
	must(t, store.Verify(got.Events))
	got.Events[3].User = "somebody else"
	if err := store.Verify(got.Events); err == nil || !strings.Contains(err.Error(), "event 4") {
		t.Errorf("a forged event 4 is reported as: %v", err)
	}
}

func caseOwnership(t *testing.T, s store.Store) {
	c := newCase("k1")
	insert(t, s, c)
	want, err := s.Case(t.Context(), "k1")
	must(t, err)
	c.Marks[0], c.Body[2], c.Events[0].Data[2] = "changed", 'X', 'X'
	mine, err := s.Case(t.Context(), "k1")
	must(t, err)
	same(t, "after what was handed in changed", mine, want)
	mine.Marks[0], mine.Folded[2], mine.Events[0].Data[2] = "changed", 'X', 'X'
	again, err := s.Case(t.Context(), "k1")
	must(t, err)
	same(t, "after what was handed out changed", again, want)
}

func cancelled(t *testing.T, s store.Store) {
	c := insert(t, s, newCase("k1"))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Case(gone, "k1"); err == nil {
		t.Error("a read with an ended context succeeds")
	}
	wantErr(t, s.Append(gone, "k1", 1, &store.Change{Head: c.Head}), context.Canceled)
	// Give up at any moment, then repeat with the same key until it is done: done once.
	for i := range 30 {
		key := fmt.Sprint("retry-", i)
		for attempt := 0; ; attempt++ {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(1+i*20+attempt*500)*time.Microsecond)
			head, err := s.Head(t.Context(), "k1")
			must(t, err)
			err = s.Append(ctx, "k1", head.Rev, &store.Change{Head: *head, Events: []store.Event{newEvent("act", key)}})
			cancel()
			if err == nil || isDuplicate(err) {
				break
			}
		}
	}
	got, err := s.Case(t.Context(), "k1")
	must(t, err)
	must(t, store.Verify(got.Events))
	if len(got.Events) != 31 {
		t.Errorf("%d events after 30 commands, expected 31", len(got.Events))
	}
}

func closed(t *testing.T, s store.Store) {
	insert(t, s, newCase("k1"))
	must(t, s.Close())
	must(t, s.Close()) // once more is no harm
	if err := s.InsertCase(t.Context(), newCase("k2")); err == nil {
		t.Error("a closed store takes a case")
	}
	if _, err := s.Case(t.Context(), "k1"); err == nil {
		t.Error("a closed store reads a case")
	}
}
