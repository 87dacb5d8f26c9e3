package flow_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"banli/engine/flow"
)

var update = flag.Bool("update", false, "record the histories of engine/testdata/replay anew")

// recorded is a history as a release left it: the flow it ran under, what happened, and
// what that came to. It gives the same answers for ever; a change needs a decision record.
type recorded struct {
	Spec     flow.Spec
	Promised int
	Policy   map[string]any
	Commands []flow.Command
	At       string
	Events   []flow.Event
	State    flow.State
	Clocks   map[string]string // as clockLine
}

func histories() map[string]recorded {
	line := func(s string, input map[string]any) flow.Command {
		at := s[:16]
		return flow.Command{At: instant(at), Do: s[17:], Input: input}
	}
	plain := func(lines ...string) (list []flow.Command) {
		for _, l := range lines {
			list = append(list, line(l, nil))
		}
		return list
	}
	return map[string]recorded{
		"permit-deemed": {
			Spec: permit(), Promised: 10, At: "2018-06-25 09:00",
			Commands: plain("2018-06-13 10:00 submit", "2018-06-13 10:20 pass_pre_review"),
		},
		"permit-second-round": {
			Spec: permit(), Promised: 10, At: "2022-05-10 09:00",
			Commands: plain("2022-04-01 09:00 submit", "2022-04-01 09:30 pass_pre_review", "2022-04-07 15:00 issue_correction", "2022-04-22 11:00 supplement"),
		},
		"permit-overlap": {Spec: permit(), Promised: 7, At: "2024-05-09 09:00", Commands: append(
			plain("2024-04-01 09:00 submit", "2024-04-01 09:00 pass_pre_review", "2024-04-01 09:00 accept"),
			line("2024-04-03 09:00 open_extension", map[string]any{"days": 10}),
			line("2024-04-15 14:00 open_wait", map[string]any{"items": []any{"GT01"}}),
			line("2024-04-28 11:00 close_wait", nil), line("2024-05-08 16:00 grant", nil))},
		"filing-corrected": {
			Spec: filing(), At: "2021-09-29 09:00",
			Commands: plain("2021-09-17 15:00 submit", "2021-09-18 11:00 issue_correction", "2021-09-24 17:00 supplement"),
		},
		"filing-deemed": {
			Spec: filing(), Policy: map[string]any{"filing_expiry": "deemed_filed"}, At: "2025-05-06 09:00",
			Commands: plain("2025-04-25 18:00 submit"),
		},
		"reply-automatic": {Spec: reply(), At: "2018-10-09 09:00", Commands: plain("2018-09-28 10:00 dispatched")},
		"registration-dispatched": {Spec: registration(), At: "2018-10-09 09:00", Commands: append(
			plain("2018-09-29 09:00 submit"),
			line("2018-09-30 08:59 dispatch", map[string]any{"stage": "S1", "departments": []any{"FG", "GH"}}))},
	}
}

func (r *recorded) play(t *testing.T) *game {
	sc := scope(r.Promised)
	for k, v := range r.Policy {
		sc.Policy[k] = v
	}
	g := newGame(t, r.Spec, sc)
	for _, c := range r.Commands {
		c.By = flow.Actor{Role: g.f.Action(c.Do).By[0], User: "u"}
		if refused := g.command(c); refused != nil {
			t.Fatal(refused)
		}
	}
	return g
}

func (r *recorded) finish(g *game) {
	v := g.look(r.At)
	r.Events, r.State, r.Clocks = g.events, *g.s, map[string]string{}
	for _, c := range v.Clocks {
		r.Clocks[c.ID] = clockLine(c)
	}
}

func TestRecordedHistories(t *testing.T) {
	dir := filepath.Join("..", "testdata", "replay")
	if *update {
		for name, r := range histories() {
			r.finish(r.play(t))
			b, err := json.MarshalIndent(r, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name+".json"), append(b, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) < 7 {
		t.Fatalf("%d recorded histories, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want, got recorded
			d := json.NewDecoder(bytes.NewReader(b))
			d.DisallowUnknownFields() // a field renamed since would be lost in silence
			if err := d.Decode(&want); err != nil {
				t.Fatal(err)
			}
			got = want
			g := got.play(t) // the same commands decide the same
			got.finish(g)
			same(t, "decided anew", got, want)
			got.State = flow.State{}
			s, err := g.f.Replay(g.sc, want.Events) // the same events fold to the same
			if err != nil {
				t.Fatal(err)
			}
			got.State = *s
			same(t, "replayed", got, want)
		})
	}
}

func same(t *testing.T, what string, got, want recorded) {
	t.Helper()
	a, errA := json.Marshal(got)
	b, errB := json.Marshal(want)
	if errA != nil || errB != nil || string(a) != string(b) {
		t.Errorf("%s:\n got %s\nwant %s", what, a, b)
	}
}
