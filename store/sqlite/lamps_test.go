package sqlite

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"banli/store"

	"pgregory.net/rapid"
)

// TestKeptTallies compares totals with a walk over all cases, at any instant, while
// cases change and are brought forward.
func TestKeptTallies(t *testing.T) {
	open := 0
	rapid.Check(t, func(t *rapid.T) {
		s, err := Open(t.Context(), ":memory:")
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		open++
		instant := rapid.Custom(func(t *rapid.T) time.Time {
			return time.UnixMicro(rapid.Int64Range(0, 12).Draw(t, "us"))
		})
		maybe := rapid.Custom(func(t *rapid.T) time.Time {
			if rapid.Bool().Draw(t, "none") {
				return time.Time{}
			}
			return instant.Draw(t, "at")
		})
		word := rapid.SampledFrom([]string{"", "a", "b"})
		head := rapid.Custom(func(t *rapid.T) store.Head {
			return store.Head{
				Department: word.Draw(t, "department"), Flow: word.Draw(t, "flow"), Item: word.Draw(t, "item"), State: word.Draw(t, "state"),
				Open: rapid.IntRange(0, 3).Draw(t, "open") > 0, Paused: rapid.IntRange(0, 3).Draw(t, "paused") == 0, Stopped: rapid.Bool().Draw(t, "stopped"),
				Due: maybe.Draw(t, "due"), WarnAt: maybe.Draw(t, "warn"), UrgentAt: maybe.Draw(t, "urgent"),
			}
		})
		revs := map[string]int64{}
		check := func(q store.CaseQuery, by string) {
			t.Helper()
			got, err := s.tally(t.Context(), &q, by)
			if err != nil {
				t.Fatal(err)
			}
			fields := map[string]string{"": "''", "department": "department", "flow": "flow", "item": "item", "state": "state"}
			want, err := s.walkedTally(t.Context(), &q, fields[by])
			if err != nil {
				t.Fatal(err)
			}
			if !maps.Equal(got, want) {
				t.Fatalf("%+v by %q: kept %v, walked %v", q, by, got, want)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"insert": func(t *rapid.T) {
				h := head.Draw(t, "head")
				h.ID = fmt.Sprint(len(revs))
				if err := s.InsertCase(t.Context(), &store.Case{Head: h}); err != nil {
					t.Fatal(err)
				}
				revs[h.ID] = 1
			},
			"change": func(t *rapid.T) {
				if len(revs) == 0 {
					t.Skip()
				}
				id := fmt.Sprint(rapid.IntRange(0, len(revs)-1).Draw(t, "case"))
				if err := s.Append(t.Context(), id, revs[id], &store.Change{Head: head.Draw(t, "head")}); err != nil {
					t.Fatal(err)
				}
				revs[id]++
			},
			"sweep": func(t *rapid.T) {
				before := instant.Draw(t, "before")
				if err := s.writer.write(t.Context(), func(tx *tx) error {
					_, err := sweepLamps(tx, before)
					return err
				}); err != nil {
					t.Fatal(err)
				}
			},
			"": func(t *rapid.T) {
				q := store.CaseQuery{Department: word.Draw(t, "of"), State: word.Draw(t, "in"), Now: instant.Draw(t, "now")}
				if rapid.Bool().Draw(t, "restricted") {
					open := rapid.Bool().Draw(t, "is open")
					q.Open = &open
				}
				q.Lamp = rapid.SampledFrom(append([]string{""}, store.Lamps...)).Draw(t, "lamp")
				check(q, rapid.SampledFrom([]string{"", "department", "flow", "item", "state"}).Draw(t, "by"))
			},
		})
		if err := s.Verify(t.Context(), func(fault string) { t.Error(fault) }); err != nil {
			t.Fatal(err)
		}
	})
	t.Log(open, "stores")
}
