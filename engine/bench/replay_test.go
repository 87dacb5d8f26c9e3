package bench

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"banli/definitions"
	"banli/engine/flow"

	"github.com/looplab/fsm"
	"github.com/qmuntal/stateless"
)

// story is a permit of 20 events: pre-review, correction, extension, waits, grant, delivery.
const story = `
2024-03-01 09:00 submit
2024-03-04 09:00 return_pre_review
2024-03-05 09:00 resubmit
2024-03-06 09:00 return_pre_review
2024-03-07 09:00 resubmit
2024-03-08 09:00 pass_pre_review
2024-03-11 09:00 issue_correction
2024-03-20 09:00 supplement
2024-03-22 09:00 accept
2024-03-25 09:00 open_wait
2024-03-26 09:00 request_extension
2024-03-27 09:00 open_extension
2024-03-29 09:00 close_wait
2024-04-08 09:00 close_extension
2024-04-09 09:00 open_wait
2024-04-10 09:00 note_grant
2024-04-11 09:00 close_wait
2024-04-15 09:00 note_grant
2024-04-16 09:00 grant
2024-04-18 09:00 deliver`

// permit is the shipped flow, a scope of one of its items, and the story's events.
func permit(tb testing.TB) (*flow.Flow, *flow.Scope, []flow.Event) {
	tb.Helper()
	c, faults := definitions.Load(os.DirFS("../../definitions/catalogue/renhe"))
	if c == nil {
		tb.Fatal(faults)
	}
	zone := c.Calendar.Zone()
	start := time.Date(2024, 3, 1, 9, 0, 0, 0, zone)
	sc := c.Scope(c.Item("GH02", start).Revision, start)
	f, s := c.Flows["permit"].Flow, &flow.State{}
	loose := *sc
	loose.Loose = true
	var events []flow.Event
	for line := range strings.Lines(strings.TrimSpace(story)) {
		at, err := time.ParseInLocation("2006-01-02 15:04", line[:16], zone)
		if err != nil {
			tb.Fatal(err)
		}
		d, err := f.Decide(&loose, s, flow.Command{Do: strings.TrimSpace(line[17:]), At: at, By: flow.Actor{User: "u", Role: "handler"}})
		if err != nil {
			tb.Fatal(err)
		}
		events, s = append(events, d.Events...), &d.State
	}
	if len(events) != 20 {
		tb.Fatalf("%d events", len(events))
	}
	return f, sc, events
}

// TestByHand: the fold written out in Go comes to the same state, to the byte.
func TestByHand(t *testing.T) {
	f, sc, events := permit(t)
	for n := 1; n <= len(events); n++ {
		s, err := f.Replay(sc, events[:n])
		if err != nil {
			t.Fatal(err)
		}
		want, _ := json.Marshal(s)
		got, _ := json.Marshal(byHand(sc, events[:n]))
		if string(got) != string(want) {
			t.Fatalf("after %d events\n%s\nby the engine\n%s", n, got, want)
		}
	}
}

func BenchmarkReplay(b *testing.B) {
	f, sc, events := permit(b)
	b.Run("by-hand", func(b *testing.B) { measure(b, func() { sink = byHand(sc, events) }) })
	b.Run("ours", func(b *testing.B) {
		measure(b, func() {
			if _, err := f.Replay(sc, events); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("stateless", func(b *testing.B) {
		ctx := context.Background()
		measure(b, func() {
			k := &facts{sc: sc}
			m := stateless.NewStateMachine("new")
			configure(m, k)
			for i := range events {
				k.event = &events[i]
				if err := m.FireCtx(ctx, events[i].Do); err != nil {
					b.Fatal(err)
				}
				k.note()
			}
		})
	})
	b.Run("stateless-built-once", func(b *testing.B) {
		ctx := context.Background()
		state, k := "new", &facts{sc: sc}
		m := stateless.NewStateMachineWithExternalStorage(
			func(context.Context) (stateless.State, error) { return state, nil },
			func(_ context.Context, s stateless.State) error { state = s.(string); return nil }, stateless.FiringImmediate)
		configure(m, k)
		measure(b, func() {
			state, *k = "new", facts{sc: sc}
			for i := range events {
				k.event = &events[i]
				if err := m.FireCtx(ctx, events[i].Do); err != nil {
					b.Fatal(err)
				}
				k.note()
			}
		})
	})
	b.Run("looplab", func(b *testing.B) {
		ctx := context.Background()
		k := &facts{sc: sc}
		m := fsm.NewFSM("new", transitions(), callbacks(k))
		measure(b, func() {
			m.SetState("new")
			*k = facts{sc: sc}
			for i := range events {
				k.event = &events[i]
				if err := m.Event(ctx, events[i].Do); err != nil {
					if _, same := err.(fsm.NoTransitionError); !same {
						b.Fatal(err)
					}
				}
				k.note()
			}
		})
	})
	s, err := f.Replay(sc, events[:16])
	if err != nil {
		b.Fatal(err)
	}
	b.Run("apply-one", func(b *testing.B) {
		measure(b, func() {
			if _, err := f.Apply(sc, s, events[16]); err != nil {
				b.Fatal(err)
			}
		})
	})
}

var sink *permitCase

// edges are the transitions of a permit, without clocks, facts, holds or counts.
var edges = []struct{ from, do, to string }{
	{"new", "submit", "pre_review"},
	{"pre_review", "return_pre_review", "returned"},
	{"returned", "resubmit", "pre_review"},
	{"pre_review", "pass_pre_review", "intake"},
	{"intake", "issue_correction", "correction"},
	{"correction", "supplement", "intake"},
	{"intake", "accept", "accepted"},
	{"accepted", "open_wait", "accepted"},
	{"accepted", "request_extension", "accepted"},
	{"accepted", "open_extension", "accepted"},
	{"accepted", "close_wait", "accepted"},
	{"accepted", "close_extension", "accepted"},
	{"accepted", "note_grant", "accepted"},
	{"accepted", "grant", "decided"},
	{"decided", "deliver", "delivered"},
}

// facts are what the guards of the flow read, for the libraries that have only states; roles are left out.
type facts struct {
	sc            *flow.Scope
	event         *flow.Event
	corrections   int
	extended      int
	extends, wait bool
}

// note takes over what happened.
func (k *facts) note() {
	switch k.event.Do {
	case "issue_correction":
		k.corrections++
	case "open_extension":
		k.extends = true
		k.extended += k.asked()
	case "close_extension":
		k.extends = false
	case "open_wait":
		k.wait = true
	case "close_wait":
		k.wait = false
	}
}

func (k *facts) asked() int {
	if days, ok := k.event.Input["days"].(int); ok {
		return days
	}
	return k.sc.Param["extension_default"].(int)
}

func (k *facts) mayExtend() bool {
	limit, each := k.sc.Param["extension_max"].(int), k.sc.Policy["extension_cap"] == "each"
	d := k.asked()
	return (each || k.extended < limit) && d >= 1 && d <= limit && (each || k.extended+d <= limit)
}

// guards are the conditions of the flow in Go: requires, when, at_most, and holds open or closed.
var guards = map[string]func(*facts) bool{
	"issue_correction":  func(k *facts) bool { return k.corrections < 1 },
	"supplement":        func(k *facts) bool { return k.sc.Policy["supplement_starts"] == "submission" },
	"request_extension": (*facts).mayExtend,
	"open_extension":    func(k *facts) bool { return !k.extends && k.mayExtend() },
	"close_extension":   func(k *facts) bool { return k.extends },
	"open_wait": func(k *facts) bool {
		items, _ := k.event.Input["items"].([]any)
		return !k.wait && len(items) == 0
	},
	"close_wait": func(k *facts) bool { return k.wait },
}

func configure(m *stateless.StateMachine, k *facts) {
	for _, e := range edges {
		var when []stateless.GuardFunc
		if guard := guards[e.do]; guard != nil {
			when = append(when, func(context.Context, ...any) bool { return guard(k) })
		}
		if e.from == e.to {
			m.Configure(e.from).PermitReentry(e.do, when...)
		} else {
			m.Configure(e.from).Permit(e.do, e.to, when...)
		}
	}
}

func callbacks(k *facts) fsm.Callbacks {
	list := fsm.Callbacks{}
	for do, guard := range guards {
		list["before_"+do] = func(_ context.Context, e *fsm.Event) {
			if !guard(k) {
				e.Cancel()
			}
		}
	}
	return list
}

func transitions() (list []fsm.EventDesc) {
	for _, e := range edges {
		list = append(list, fsm.EventDesc{Name: e.do, Src: []string{e.from}, Dst: e.to})
	}
	return list
}
