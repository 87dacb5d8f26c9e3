package definitions_test

import (
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"banli/definitions"
	"banli/engine/flow"
)

// changed is the shipped catalogue with one text of a file replaced.
func changed(t testing.TB, c *definitions.Catalogue, file, was, now string) *definitions.Catalogue {
	t.Helper()
	tree := fstest.MapFS{}
	for name, src := range c.Files {
		if !strings.HasPrefix(name, "tests/") {
			tree[name] = &fstest.MapFile{Data: src}
		}
	}
	if strings.Count(string(tree[file].Data), was) != 1 {
		t.Fatalf("%s has not one %q", file, was)
	}
	tree[file] = &fstest.MapFile{Data: []byte(strings.Replace(string(tree[file].Data), was, now, 1))}
	out, faults := definitions.Load(tree)
	if out == nil {
		t.Fatal(faults)
	}
	return out
}

func instant(t testing.TB, c *definitions.Catalogue, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02T15:04", s, c.Calendar.Zone())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// running plays acts "2018-06-13T10:20 pass_pre_review" of a permit for GH02.
func running(t testing.TB, c *definitions.Catalogue, id string, acts ...string) definitions.Running {
	t.Helper()
	f := c.Flows["permit"]
	k := definitions.Running{ID: id, Flow: "permit", Catalogue: c}
	s := &flow.State{}
	for _, act := range acts {
		when, do, _ := strings.Cut(act, " ")
		at := instant(t, c, when)
		if k.Scope == nil {
			k.Scope = c.Scope(c.Item("GH02", at).Revision, at)
			k.Scope.Loose = true
		}
		d, err := f.Decide(k.Scope, s, flow.Command{Do: do, At: at, By: flow.Actor{Role: "handler"}, Input: map[string]any{"days": 10}})
		if err != nil {
			t.Fatal(err)
		}
		k.Events, s = append(k.Events, d.Events...), &d.State
	}
	return k
}

func TestWhatIf(t *testing.T) {
	c := shipped(t)
	intake := running(t, c, "intake", "2018-06-12T09:00 submit", "2018-06-13T10:20 pass_pre_review")
	accepted := running(t, c, "accepted", "2018-06-12T09:00 submit", "2018-06-13T10:20 pass_pre_review", "2018-06-14T09:00 accept")
	waiting := running(t, c, "paused", "2018-06-12T09:00 submit", "2018-06-13T10:20 pass_pre_review", "2018-06-14T09:00 accept", "2018-06-15T09:00 open_extension")
	decided := running(t, c, "decided", "2018-06-12T09:00 submit", "2018-06-13T10:20 pass_pre_review", "2018-06-14T09:00 accept", "2018-06-15T09:00 grant", "2018-06-15T10:00 deliver")
	for name, tt := range map[string]struct {
		file, was, now, at string
		want               []string
	}{
		"nothing changed": {"catalogue.yaml", "intake_days:\n    value: 5", "intake_days:\n    value:  5", "2018-06-19T09:00", nil},
		"intake takes four days": {
			"catalogue.yaml", "intake_days:\n    value: 5", "intake_days:\n    value: 4", "2018-06-19T09:00",
			[]string{"intake intake 5→4 06-22 00:00→06-21 00:00"},
		},
		"GH02 promises three days": {
			"items/GH02.yaml", "promised:\n  days: 7", "promised:\n  days: 3", "2018-06-21T09:00",
			[]string{"accepted promised 7→3 06-27 00:00→06-21 00:00 becomes overdue", "paused promised 7→3 06-30 00:00→06-26 00:00"},
		},
		"a new holiday": {
			"calendar.yaml", "days:\n", "days:\n  - {date: 2018-06-20, kind: holiday, name: 测试}\n", "2018-06-19T09:00",
			[]string{
				"intake intake 5→5 06-22 00:00→06-23 00:00", "accepted promised 7→7 06-27 00:00→06-28 00:00", "accepted statutory 20→20 07-14 00:00→07-17 00:00",
				"paused promised 7→7", "paused statutory 20→20", "paused extension 10→10",
			},
		},
		"an act of the past is gone": {
			"flows/permit.yaml", "  pass_pre_review:\n", "  take_in:\n", "2018-06-19T09:00", []string{"error", "error", "error", "error"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			next := changed(t, c, tt.file, tt.was, tt.now)
			at := instant(t, c, tt.at)
			cases := slices.Values([]definitions.Running{intake, accepted, waiting, decided})
			for m, err := range next.WhatIf(cases, at) {
				if err != nil {
					got = append(got, "error")
					continue
				}
				line := fmt.Sprintf("%s %s %d→%d", m.Case, m.Clock, m.LimitWas, m.LimitNow)
				if m.Was != nil && m.Now != nil && (m.Case != "paused" || name != "a new holiday") {
					line += fmt.Sprintf(" %s→%s", m.Was.Format("01-02 15:04"), m.Now.Format("01-02 15:04"))
				}
				if m.BecomesOverdue() {
					line += " becomes overdue"
				}
				got = append(got, line)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

// TestWhatIfIsWhatApplies: what was said beforehand is what a case that was brought there replays to.
func TestWhatIfIsWhatApplies(t *testing.T) {
	c := shipped(t)
	next := changed(t, c, "calendar.yaml", "days:\n", "days:\n  - {date: 2018-06-20, kind: holiday, name: 测试}\n")
	at := instant(t, c, "2018-06-19T09:00")
	k := running(t, c, "k", "2018-06-12T09:00 submit", "2018-06-13T10:20 pass_pre_review", "2018-06-14T09:00 accept")
	d, sc, err := next.Under(k, at)
	if err != nil {
		t.Fatal(err)
	}
	f := next.Flows["permit"]
	s, err := f.Replay(sc, append(slices.Clone(k.Events), d.Events...))
	if err != nil {
		t.Fatal(err)
	}
	view := f.View(sc, s, at)
	for m := range next.WhatIf(slices.Values([]definitions.Running{k}), at) {
		i := slices.IndexFunc(view.Clocks, func(v flow.ClockView) bool { return v.ID == m.Clock })
		if !view.Clocks[i].Due.Equal(*m.Now) {
			t.Errorf("clock %s: said %v, is %v", m.Clock, m.Now, view.Clocks[i].Due)
		}
	}
}

// TestWhatIfIsOne: of a calendar, which reaches pinned cases, the question about a case and the one about a catalogue have
// one answer, while it is paused, too.
func TestWhatIfIsOne(t *testing.T) {
	c := shipped(t)
	next := changed(t, c, "calendar.yaml", "days:\n", "days:\n  - {date: 2018-06-20, kind: holiday, name: 测试}\n")
	at := instant(t, c, "2018-06-19T09:00")
	acts := []string{"2018-06-12T09:00 submit", "2018-06-13T10:20 pass_pre_review", "2018-06-14T09:00 accept", "2018-06-15T09:00 open_extension"}
	for n := 2; n <= len(acts); n++ {
		k := running(t, c, "k", acts[:n]...)
		f := c.Flows["permit"]
		one, err := f.WhatIf(k.Scope, k.Events, flow.Change{Flow: f.Flow, Scope: k.Scope, Calendar: next.Calendar}, at)
		if err != nil {
			t.Fatal(err)
		}
		var other []flow.Move
		for m, err := range next.WhatIf(slices.Values([]definitions.Running{k}), at) {
			if err != nil {
				t.Fatal(err)
			}
			other = append(other, m.Move)
		}
		if len(one) == 0 || !reflect.DeepEqual(one, other) {
			t.Errorf("after %s:\n%+v\n%+v", acts[n-1], one, other)
		}
	}
}

// BenchmarkWhatIf asks of a hundred thousand running cases.
func BenchmarkWhatIf(b *testing.B) {
	c := shipped(b)
	next := changed(b, c, "catalogue.yaml", "intake_days:\n    value: 5", "intake_days:\n    value: 4")
	k := running(b, c, "k", "2018-06-12T09:00 submit", "2018-06-13T10:20 pass_pre_review", "2018-06-14T09:00 issue_correction", "2018-06-15T09:00 supplement", "2018-06-19T09:00 accept", "2018-06-20T09:00 open_extension")
	at := instant(b, c, "2018-06-21T09:00")
	var cases iter.Seq[definitions.Running] = func(yield func(definitions.Running) bool) {
		for range 100_000 {
			if !yield(k) {
				return
			}
		}
	}
	for b.Loop() {
		for _, err := range next.WhatIf(cases, at) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
