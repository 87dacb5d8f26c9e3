package storetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"banli/store"
)

// furnish keeps something of every kind, and says what a dump of it is.
func furnish(t tb, s store.Store) (want []store.Record) {
	t.Helper()
	ctx := t.Context()
	file, err := s.PutFile(ctx, strings.NewReader("%PDF-1.7 plan"), 1<<20)
	must(t, err)
	for _, d := range []store.Doc{
		{ID: "a", Index: [3]string{"x", "", "z"}, Data: json.RawMessage("{\"text\": \"<办理>\u2028\", \"n\": 1.50}")},
		{ID: "b", Expires: utc(time.Now().Add(time.Hour)), Data: json.RawMessage(`null`)},
		{ID: "c"},
	} {
		must(t, s.Docs("notes").Insert(ctx, &d))
		want = append(want, store.Record{Doc: &store.Filed{Collection: "notes", Doc: d}})
	}
	_, err = s.Docs("numbers").Next(ctx, "code")
	must(t, err)
	_, err = s.Docs("numbers").Next(ctx, "code")
	must(t, err)
	counter, err := s.Docs("numbers").Get(ctx, "code")
	must(t, err)
	want = append(want, store.Record{Doc: &store.Filed{Collection: "numbers", Doc: *counter}})

	for i, code := range []string{"2018-1", ""} {
		p := newProject(fmt.Sprint("p", i+1), code)
		must(t, s.InsertProject(ctx, p))
		want = append(want, store.Record{Project: p})
	}
	must(t, s.UpdateProject(ctx, want[len(want)-1].Project))

	for _, id := range []string{"k1", "k2", "k3"} {
		c := newCase(id)
		c.Outbox = []store.Line{{ID: id + "/1", Case: id, Kind: "spawn", Data: json.RawMessage(`{"to": "部门"}`), CreatedAt: utc(noon)}}
		insert(t, s, c)
		want = append(want, store.Record{Case: c})
	}
	acted, bare := want[len(want)-2].Case, want[len(want)-1].Case
	ch := &store.Change{Head: acted.Head, Events: []store.Event{newEvent("accept", "cmd-2")}, Outbox: []store.Line{{ID: "k2/2", Kind: "notice"}}}
	ch.Head.Open, ch.Head.Marks, ch.Head.Department, ch.Head.ClosedAt = false, nil, "fgj", utc(noon)
	must(t, s.Append(ctx, "k2", 1, ch))
	acted.Head, acted.Rev, acted.Events = ch.Head, 2, append(acted.Events, ch.Events...)
	must(t, s.DelayLine(ctx, "k2/2", noon, "nobody there", true))
	acted.Outbox = append(acted.Outbox, store.Line{ID: "k2/2", Case: "k2", Kind: "notice", NotBefore: utc(noon), Attempts: 1, Problem: "nobody there", Poison: true})
	must(t, s.DoneLine(ctx, "k3/1"))
	bare.Outbox = nil

	return append(want, store.Record{File: &file})
}

func dump(t tb, s store.Store) (records []store.Record) {
	t.Helper()
	for r, err := range s.Dump(t.Context()) {
		must(t, err)
		records = append(records, r)
	}
	return records
}

// written is a record as it stands in a backup, read again.
func written(t tb, records []store.Record) []store.Record {
	t.Helper()
	out := make([]store.Record, len(records))
	for i, r := range records {
		line, err := json.Marshal(r)
		must(t, err)
		must(t, json.Unmarshal(line, &out[i]))
	}
	return out
}

func dumpTells(t *testing.T, s store.Store) {
	want := furnish(t, s)
	got := dump(t, s)
	same(t, "dump", got, want)
	same(t, "dump, written and read", written(t, got), want)
	if !slices.IsSortedFunc(got, func(a, b store.Record) int { return strings.Compare(a.Key(), b.Key()) }) {
		t.Error("the dump is not in the order of its keys")
	}
}

func dumpMoves(t *testing.T, from, to store.Store) {
	want := furnish(t, from)
	must(t, to.Load(t.Context(), written(t, dump(t, from))))
	_, err := to.PutFile(t.Context(), strings.NewReader("%PDF-1.7 plan"), 1<<20)
	must(t, err)
	same(t, "dump of the other store", dump(t, to), want)
	for _, s := range []store.Store{from, to} { // and both go on in the same way
		must(t, s.Append(t.Context(), "k1", 1, &store.Change{Head: newCase("k1").Head, Events: []store.Event{newEvent("accept", "cmd-3")}}))
		wantErr(t, s.InsertCase(t.Context(), newCase("k1")), store.ErrExists)
		n, err := s.Docs("numbers").Next(t.Context(), "code")
		must(t, err)
		same(t, "the counter's next number", n, int64(3))
	}
	same(t, "dump of the other store, later", dump(t, to), dump(t, from))
	for _, q := range []store.CaseQuery{{}, {Department: "ghj"}, {Department: "fgj"}, {Mark: "late_reply"}, {Lamp: store.LampDone, Now: noon}} {
		a, err := from.CountCases(t.Context(), q)
		must(t, err)
		b, err := to.CountCases(t.Context(), q)
		must(t, err)
		same(t, fmt.Sprintf("count of %+v", q), b, a)
	}
	must(t, to.Verify(t.Context(), func(fault string) { t.Error(fault) }))
}

func dumpReplaces(t *testing.T, s store.Store) {
	want := furnish(t, s)
	before := written(t, dump(t, s))
	for rev := int64(1); rev < 4; rev++ {
		ch := &store.Change{Head: newCase("k1").Head, Body: json.RawMessage(`1`), Events: []store.Event{newEvent("act", "")}, Outbox: []store.Line{{ID: fmt.Sprint("new/", rev)}}}
		ch.Head.Department, ch.Head.Marks = "elsewhere", []string{"a", "b"}
		must(t, s.Append(t.Context(), "k1", rev, ch))
	}
	p, err := s.Project(t.Context(), "p1")
	must(t, err)
	p.Name = "another"
	must(t, s.UpdateProject(t.Context(), p))
	for range 2 {
		must(t, s.Load(t.Context(), before))
		same(t, "dump", dump(t, s), want)
	}
}

func dumpBrokenOff(t *testing.T, s store.Store) {
	want := furnish(t, s)
	for n := range want {
		seen := 0
		for _, err := range s.Dump(t.Context()) {
			must(t, err)
			if seen++; seen > n {
				break
			}
		}
	}
	insert(t, s, newCase("later"))
	same(t, "records", len(dump(t, s)), len(want)+1)
}

func repairNothing(t *testing.T, s store.Store) {
	want := furnish(t, s)
	must(t, s.Repair(t.Context(), func(what string) { t.Errorf("mended %s", what) }))
	same(t, "dump", dump(t, s), want)
}
