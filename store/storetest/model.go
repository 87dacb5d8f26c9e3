package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"banli/store"

	"pgregory.net/rapid"
)

// model plays random histories on the store and on a map.
func model(t *testing.T, s store.Store) {
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		ctx := t.Context()
		// Histories share the store, so each has ids and a project of its own.
		mine := func(n int) string { return fmt.Sprintf("r%d-%d", run, n) }
		project := fmt.Sprint("run", run)
		cases, lines := map[string]*store.Case{}, map[string]bool{}
		any := func() string { return mine(rapid.IntRange(0, 5).Draw(rt, "id")) }
		events := func() []store.Event {
			var out []store.Event
			for range rapid.IntRange(0, 2).Draw(rt, "events") {
				out = append(out, newEvent("act", ""))
			}
			if len(out) > 0 {
				out[0].Key = rapid.SampledFrom([]string{"", "x", "y", "z"}).Draw(rt, "key")
			}
			return out
		}
		raw := func(label string) json.RawMessage {
			return rapid.SampledFrom([]json.RawMessage{nil, json.RawMessage(`1`), json.RawMessage(`{"a": "办"}`)}).Draw(rt, label)
		}
		rt.Repeat(map[string]func(*rapid.T){
			"insert": func(rt *rapid.T) {
				c := standing(rt, any())
				c.Project, c.Body, c.Folded, c.Events = project, raw("body"), raw("folded"), events()
				c.Outbox = []store.Line{{ID: "line-" + c.ID}}
				err := s.InsertCase(ctx, c)
				if cases[c.ID] != nil {
					wantErr(rt, err, store.ErrExists)
					return
				}
				must(rt, err)
				c.Outbox = nil
				cases[c.ID], lines["line-"+c.ID] = c, true
			},
			"append": func(rt *rapid.T) {
				id := any()
				ch := &store.Change{Head: standing(rt, id).Head, Pins: raw("pins"), Body: raw("body"), Folded: raw("folded"), Events: events()}
				ch.Head.Project = project
				ch.Head.Marks = rapid.SampledFrom([][]string{nil, {"a"}, {"b", "a"}}).Draw(rt, "marks")
				old := cases[id]
				rev := int64(rapid.IntRange(1, 3).Draw(rt, "rev"))
				if old != nil && rapid.IntRange(0, 3).Draw(rt, "right") > 0 {
					rev = old.Rev
				}
				err := s.Append(ctx, id, rev, ch)
				switch {
				case old == nil:
					wantErr(rt, err, store.ErrNotFound)
					return
				case slices.ContainsFunc(old.Events, func(e store.Event) bool {
					return e.Key != "" && slices.ContainsFunc(ch.Events, func(n store.Event) bool { return n.Key == e.Key })
				}):
					wantErr(rt, err, store.ErrDuplicate)
					return
				case rev != old.Rev:
					wantErr(rt, err, store.ErrConflict)
					return
				}
				must(rt, err)
				old.Head = ch.Head
				old.ID, old.Rev = id, rev+1
				old.Events = append(old.Events, ch.Events...)
				for dst, src := range map[*json.RawMessage]json.RawMessage{&old.Pins: ch.Pins, &old.Body: ch.Body, &old.Folded: ch.Folded} {
					if src != nil {
						*dst = src
					}
				}
			},
			"done": func(rt *rapid.T) {
				id := "line-" + any()
				must(rt, s.DoneLine(ctx, id))
				delete(lines, id)
			},
			"": func(rt *rapid.T) { // after every step
				id := any()
				got, err := s.Case(ctx, id)
				if want := cases[id]; want == nil {
					wantErr(rt, err, store.ErrNotFound)
				} else {
					must(rt, err)
					c := *want
					c.Events = append([]store.Event{}, want.Events...)
					same(rt, "case", got, &c)
					must(rt, store.Verify(got.Events))
				}
				err = s.DelayLine(ctx, "line-"+id, noon, "", false)
				if lines["line-"+id] != (err == nil) || (err != nil && !errors.Is(err, store.ErrNotFound)) {
					rt.Fatalf("line of %s: %v, expected it waiting: %v", id, err, lines["line-"+id])
				}
				q := store.CaseQuery{Project: project, Now: noon, Mark: rapid.SampledFrom([]string{"", "a", "b"}).Draw(rt, "mark")}
				want := 0
				for _, c := range cases {
					if q.Mark == "" || slices.Contains(c.Marks, q.Mark) {
						want++
					}
				}
				if n, err := s.CountCases(ctx, q); err != nil || n != want {
					rt.Fatalf("%d cases with mark %q, %v, expected %d", n, q.Mark, err, want)
				}
			},
		})
	})
}
