package flow

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// signSuffix marks the event of a signature that did not yet complete its action.
const signSuffix = "/sign"

// Replay folds events into a state. It is a function of the pinned definitions and
// the events alone: it looks at no guard, project or answers. No events give the
// state before the beginning.
func (f *Flow) Replay(sc *Scope, events []Event) (*State, error) {
	return f.replay(sc, &State{}, events)
}

func (f *Flow) replay(sc *Scope, s *State, events []Event) (*State, error) {
	v := vars{f: f, sc: sc, s: s}
	for i := range events {
		if err := v.apply(&events[i]); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Apply folds one more event into a copy of s.
func (f *Flow) Apply(sc *Scope, s *State, e Event) (*State, error) {
	c := s.clone()
	v := vars{f: f, sc: sc, s: c}
	if err := v.apply(&e); err != nil {
		return nil, err
	}
	return c, nil
}

// apply folds e into v.s, which is ours to change.
func (v *vars) apply(e *Event) error {
	s := v.s
	do, signing := strings.CutSuffix(e.Do, signSuffix)
	a := v.f.action(do)
	if a == nil {
		return fmt.Errorf("flow %s: event %d: unknown action %q", v.f.spec.ID, e.Seq, e.Do)
	}
	s.Seq, s.At = e.Seq, e.At.In(v.sc.Calendar.Zone())
	put(&s.Counts, e.Do, s.Counts[e.Do]+1)
	put(&s.LastBy, e.Do, e.By)
	v.learn(e)
	if signing {
		put(&s.Signs, do, append(slices.Clone(s.Signs[do]), e.By))
		return nil
	}
	delete(s.Signs, do)
	if pin := e.Pins["item"]; pin != "" {
		s.ItemPin = pin
	}
	for _, m := range e.Marks {
		if !slices.Contains(s.Marks, m) {
			s.Marks = append(slices.Clip(s.Marks), m)
		}
	}
	return v.transition(a, e)
}

// learn takes over what the event says of other cases.
func (v *vars) learn(e *Event) {
	s := v.s
	for _, g := range e.Granted {
		if !slices.Contains(s.Granted, g) {
			s.Granted = append(slices.Clip(s.Granted), g)
		}
	}
	if len(e.Done) > 0 {
		var open []string
		for _, k := range s.Open {
			if !slices.Contains(e.Done, k) {
				open = append(open, k)
			}
		}
		s.Open = open
	}
	s.Open = append(slices.Clip(s.Open), e.Children...)
	s.Spawned += len(e.Children)
}

// transition changes state, holds, facts and clocks.
func (v *vars) transition(a *action, e *Event) error {
	s := v.s
	before := s.State
	if a.To != "" {
		s.State = a.To
	}
	if s.State != before {
		s.Signs = nil
	}
	v.at, v.input, v.hold.Hold = s.At, e.Input, nil
	if a.Close != "" {
		v.hold.Hold = s.close(a.Close, s.At, e.Seq)
	}
	if a.Open != "" {
		s.Holds = append(slices.Clip(s.Holds), Hold{ID: a.Open, OpenedAt: s.At, OpenSeq: e.Seq, Input: e.Input})
		v.hold.Hold = &s.Holds[len(s.Holds)-1]
	}
	for _, as := range a.set {
		val, err := as.expr.Eval(v)
		if err != nil {
			return fmt.Errorf("flow %s: %s: set %s: %w", v.f.spec.ID, a.ID, as.name, err)
		}
		if t, ok := val.(time.Time); ok {
			val = t.In(v.sc.Calendar.Zone())
		}
		put(&s.Facts, as.name, val)
	}
	if v.f.final[s.State] {
		for i := range s.Holds {
			s.close(s.Holds[i].ID, s.At, e.Seq)
		}
	}
	return v.clocks(a, e, before)
}

// open finds the open hold of this id.
func (s *State) open(id string) *Hold {
	for i := len(s.Holds) - 1; i >= 0; i-- {
		if h := &s.Holds[i]; h.ID == id && h.ClosedAt == nil {
			return h
		}
	}
	return nil
}

// close closes the open hold of this id, if there is one.
func (s *State) close(id string, at time.Time, seq int) *Hold {
	if s.open(id) == nil {
		return nil
	}
	s.Holds = slices.Clone(s.Holds)
	h := s.open(id)
	h.ClosedAt, h.CloseSeq = &at, seq
	return h
}

func put[V any](m *map[string]V, key string, v V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = v
}

// clone copies what apply changes in place; slices are replaced, never written to.
func (s *State) clone() *State {
	c := *s
	c.Facts, c.Counts, c.LastBy, c.Signs = maps.Clone(s.Facts), maps.Clone(s.Counts), maps.Clone(s.LastBy), maps.Clone(s.Signs)
	c.Clocks = maps.Clone(s.Clocks)
	return &c
}
