package flow

import (
	"fmt"
	"math"
	"slices"
	"time"

	"banli/engine/calendar"
	"banli/engine/rule"
)

// maxSettle bounds how many acts of the engine one event may set off.
const maxSettle = 50

// Advance adds what the clock and the engine do up to an instant: looking at an
// instant includes what is due at it, acting at it does not, because an act at
// exactly the due instant is still on time (D5). Each due action takes effect at its
// due instant (D7); RecordedAt is set to until, and callers that store later put the
// time they store at (D8).
//
// A due action whose condition does not hold at its due instant is not taken, and the
// clock runs on, overdue. Clocks due at the same instant come in the flow's order.
func (f *Flow) Advance(sc *Scope, s *State, until time.Time, inclusive bool) (Decision, error) {
	v := f.begin(sc, s)
	defer v.release()
	err := v.advance(calendar.At(until), inclusive, until)
	return v.decision(), err
}

// working is a decision being made on a copy of a state.
type working struct {
	*vars
	out Decision
}

func (f *Flow) begin(sc *Scope, s *State) *working { return &working{vars: f.vars(sc, f.clone(s))} }

func (v *working) decision() Decision {
	v.out.State = *v.s
	return v.out
}

// dueAt is when the on_due action of clock k is to be taken; false when it is not running or takes none.
func (v *vars) dueAt(k *clock) (calendar.Instant, bool) {
	if k.onDue == nil {
		return 0, false
	}
	run := v.s.live(k.n)
	if run == nil {
		return 0, false
	}
	due, ok := v.timer(k, run).due()
	if ok {
		due = v.brought(k, run, due)
	}
	due = max(due, run.armedAt) // where it began so far back that it was due when it was armed
	// What was due before the last event had its turn when that event came.
	return due, ok && due >= v.s.at
}

func (v *working) advance(until calendar.Instant, inclusive bool, recorded time.Time) error {
	if v.s.state == 0 {
		return nil
	}
	last, refused := calendar.Instant(math.MinInt64), -1 // the instant looked at, and the place of the clock refused there
	for {
		next, at := -1, calendar.Never
		for i := range v.f.clocks {
			due, ok := v.dueAt(&v.f.clocks[i])
			if !ok || due < last || due == last && i <= refused {
				continue
			}
			if next < 0 || due < at {
				next, at = i, due
			}
		}
		if next < 0 || at > until || at == until && !inclusive {
			return nil
		}
		last, refused = at, next
		a := v.f.clocks[next].onDue
		clock := Actor{Role: "clock"}
		if v.lawful(a, clock, at, nil) != nil {
			continue
		}
		refused = -1
		if err := v.take(a, Event{Do: a.ID, At: at.In(v.zone()), RecordedAt: recorded, By: clock}); err != nil {
			return err
		}
		if err := v.settle(recorded); err != nil {
			return err
		}
	}
}

// settle lets the engine act at the instant of the last event: its actions whose
// condition holds, and holds whose close_when does, until nothing is left to do.
func (v *working) settle(recorded time.Time) error {
	for range maxSettle {
		a := v.engineAct()
		if a == nil {
			return nil
		}
		if err := v.take(a, Event{Do: a.ID, At: v.s.At(), RecordedAt: recorded, By: Actor{Role: "engine"}}); err != nil {
			return err
		}
	}
	return fmt.Errorf("flow %s: the engine took %d actions at %s and is not done: some condition stays true", v.f.spec.ID, maxSettle, v.s.At().Format(time.RFC3339))
}

func (v *working) engineAct() *action {
	engine := Actor{Role: "engine"}
	for i := range v.f.actions {
		a := &v.f.actions[i]
		if a.engine && a.When != "" && (a.close < 0 || v.f.holds[a.close].closeWhen == nil) && v.lawful(a, engine, v.s.at, nil) == nil {
			return a
		}
	}
	for i := range v.s.holds {
		h := &v.s.holds[i]
		spec := &v.f.holds[h.hold]
		if h.closedAt != calendar.Never || spec.closeWhen == nil {
			continue
		}
		v.at, v.input, v.hold = v.s.at, nil, h
		if ok, err := spec.closeWhen.Bool(&v.rec); !ok || err != nil {
			continue
		}
		if v.lawfulFor(spec.closer, engine, v.s.at, nil, true) == nil {
			return spec.closer
		}
	}
	return nil
}

// take makes the event of action a, applies it, and notes its effects.
func (v *working) take(a *action, e Event) error {
	e.Seq = v.s.Seq + 1
	e.At = calendar.At(e.At).In(v.zone())
	if len(a.Mark) > 0 {
		e.Marks = slices.Clone(a.Mark)
	}
	if a.RecordOnly {
		e.Marks = append(e.Marks, RecordOnly)
	}
	if a.Repin == "item" {
		if pin := v.current(); pin != "" {
			e.Pins = map[string]string{"item": pin}
		}
	}
	if err := v.spawn(a, &e); err != nil {
		return err
	}
	if err := v.apply(&e); err != nil {
		return err
	}
	v.out.Events = append(v.out.Events, e)
	for _, s := range a.Signal {
		v.out.Signals = append(v.out.Signals, Signal{To: s.To, Do: s.Do, At: e.At})
	}
	if a.Document != "" {
		v.out.Issues = append(v.out.Issues, Issue{Document: a.Document, Seq: e.Seq, At: e.At})
	}
	return nil
}

// current is the item revision in force now.
func (v *vars) current() string {
	if v.sc.Current != "" {
		return v.sc.Current
	}
	return v.sc.Item
}

// spawn works out the children an event opens. Their keys come from the event alone,
// so that opening them twice is noticed.
func (v *working) spawn(a *action, e *Event) error {
	for i := range a.spawns {
		sp := &a.spawns[i]
		v.at, v.input, v.hold = calendar.At(e.At), e.Input, nil
		ok, departments, item, err := sp.eval(&v.rec)
		if v.unknown(err) {
			continue // a loose scope has no project to ask
		}
		if err != nil {
			return fmt.Errorf("flow %s: %s: spawn %s: %w", v.f.spec.ID, a.ID, sp.Flow, err)
		}
		if !ok {
			continue
		}
		for _, d := range departments {
			who := d
			if who == "" {
				who = item
			}
			key := fmt.Sprintf("%s:%s:%d", sp.Flow, who, e.Seq)
			if slices.Contains(e.Children, key) {
				continue
			}
			e.Children = append(e.Children, key)
			v.out.Spawns = append(v.out.Spawns, Spawn{Key: key, Flow: sp.Flow, Do: sp.Do, Department: d, Item: item, At: e.At, Input: e.Input})
		}
	}
	return nil
}

// eval gives whether there are children, one per department ("" for a single one without), and their item.
func (sp *spawn) eval(v *rule.Record) (ok bool, departments []string, item string, err error) {
	if sp.when != nil {
		if ok, err := sp.when.Bool(v); !ok || err != nil {
			return false, nil, "", err
		}
	}
	departments = []string{""}
	if sp.each != nil {
		if departments, err = sp.each.Strings(v); err != nil {
			return false, nil, "", err
		}
	}
	if sp.item != nil {
		val, err := sp.item.Value(v)
		if err != nil {
			return false, nil, "", err
		}
		item, _ = val.Text()
	}
	return true, departments, item, nil
}
