package flow

import (
	"fmt"
	"maps"
	"slices"

	"banli/engine/calendar"
	"banli/engine/rule"
)

// signSuffix marks the event of a signature that did not yet complete its action.
const signSuffix = "/sign"

// RecordOnly is the mark of a case that is only kept for the record (T31).
const RecordOnly = "record_only"

// Replay folds events into a state. It is a function of the pinned definitions and
// the events alone: it looks at no guard, project or answers. No events give the
// state before the beginning.
func (f *Flow) Replay(sc *Scope, events []Event) (*State, error) {
	if len(events) == 0 {
		return &State{}, nil
	}
	v := f.vars(sc, f.clone(&State{}))
	defer v.release()
	for i := range events {
		if err := v.apply(&events[i]); err != nil {
			return nil, err
		}
	}
	return v.s, nil
}

// Apply folds one more event into a copy of s.
func (f *Flow) Apply(sc *Scope, s *State, e Event) (*State, error) {
	v := f.vars(sc, f.clone(s))
	defer v.release()
	if err := v.apply(&e); err != nil {
		return nil, err
	}
	return v.s, nil
}

// apply folds e into v.s, which is ours to change.
func (v *vars) apply(e *Event) error {
	s := v.s
	if e.Do == CalendarRevised {
		s.Seq, s.at, s.zone = e.Seq, calendar.At(e.At), v.sc.Calendar.Zone()
		return v.revise(e)
	}
	place := v.f.index.find(e.Do)
	if place < 0 {
		return fmt.Errorf("flow %s: event %d: unknown action %q", v.f.spec.ID, e.Seq, e.Do)
	}
	s.Seq, s.at, s.zone = e.Seq, calendar.At(e.At), v.sc.Calendar.Zone()
	s.take(place, mandate{e.By.User, e.By.For})
	if len(e.Granted) > 0 || len(e.Done) > 0 || len(e.Children) > 0 {
		s.learn(e)
	}
	if n := len(v.f.actions); place >= n {
		do := v.f.actions[place-n].ID
		s.Signs = with(s.Signs, do, append(slices.Clip(s.Signs[do]), e.By))
		return nil
	}
	if len(e.Pins) > 0 {
		if pin := e.Pins["item"]; pin != "" {
			s.ItemPin = pin
			v.rec.Reset(v.f.layout, v)
		}
	}
	for _, m := range e.Marks {
		if !slices.Contains(s.Marks, m) {
			s.Marks = append(s.Marks, m)
		}
	}
	return v.transition(&v.f.actions[place], e)
}

// take counts an action taken, or a signature given.
func (s *State) take(action int, by mandate) {
	who := s.person(by)
	for i := range s.taken {
		if t := &s.taken[i]; t.action == uint16(action) {
			t.times++
			t.who = who
			return
		}
	}
	s.taken = append(s.taken, taking{uint16(action), who, 1})
}

// person is the place of somebody among those who did something.
func (s *State) person(by mandate) uint16 {
	for i := range s.who {
		if s.who[i] == by {
			return uint16(i)
		}
	}
	s.who = append(s.who, by)
	return uint16(len(s.who) - 1)
}

// learn takes over what the event says of other cases.
func (s *State) learn(e *Event) {
	for _, g := range e.Granted {
		if !slices.Contains(s.Granted, g) {
			s.Granted = append(s.Granted, g)
		}
	}
	if len(e.Done) > 0 {
		s.Open = slices.DeleteFunc(slices.Clone(s.Open), func(k string) bool { return slices.Contains(e.Done, k) })
	}
	s.Open = append(s.Open, e.Children...)
	s.Spawned += len(e.Children)
}

// transition changes state, holds, facts and clocks.
func (v *vars) transition(a *action, e *Event) error {
	s := v.s
	before := s.state
	if a.to > 0 {
		s.state = a.to
	}
	moved := s.state != before
	if s.Signs != nil || s.Signers != nil {
		s.Signs, s.Signers = signed(s.Signs, a, moved), signed(s.Signers, a, moved)
	}
	v.at, v.input, v.hold = s.at, e.Input, nil
	if a.close >= 0 {
		v.hold = s.close(a.close, e.Seq)
	}
	if a.open >= 0 {
		s.holds = append(s.holds, opening{s.at, calendar.Never, int32(e.Seq), 0, a.open, e.Input})
		v.hold = &s.holds[len(s.holds)-1]
	}
	for _, as := range a.set {
		val, err := as.expr.Value(&v.rec)
		if err != nil {
			return fmt.Errorf("flow %s: %s: set %s: %w", v.f.spec.ID, a.ID, v.f.names.facts[as.fact], err)
		}
		s.facts[as.fact] = val.In(s.zone)
	}
	if a.assign != nil || a.signer != nil {
		if err := v.people(a); err != nil {
			return err
		}
	}
	if moved && v.f.final[s.state] {
		for i := range s.holds {
			s.close(s.holds[i].hold, e.Seq)
		}
	}
	if a.RecordOnly {
		s.RecordOnly = true
	}
	if !s.RecordOnly && (moved || a.open >= 0 || a.close >= 0 || e.By.Role == "clock") { // else no clock can be touched
		if err := v.clocks(e, before); err != nil {
			return err
		}
	}
	if len(a.prolong) == 0 {
		return nil
	}
	return v.lengthen(a)
}

// signed is what is left of signatures, or signers, after an action: they are for the state they
// were given in, and used up by what they are for.
func signed[V any](m map[string]V, a *action, moved bool) map[string]V {
	if m == nil || moved {
		return nil
	}
	m = maps.Clone(m)
	delete(m, a.ID)
	return m
}

// people hands the case over, or adds a signer.
func (v *vars) people(a *action) error {
	if a.assign != nil {
		user, err := v.user(a, a.assign, "assign")
		if err != nil {
			return err
		}
		v.s.Assignee = user
	}
	if a.signer != nil {
		user, err := v.user(a, a.signer, "add_signer")
		if err != nil {
			return err
		}
		if to := a.AddSigner.To; !slices.Contains(v.s.Signers[to], user) {
			v.s.Signers = with(v.s.Signers, to, append(slices.Clip(v.s.Signers[to]), user))
		}
	}
	return nil
}

// user evaluates to the id of somebody.
func (v *vars) user(a *action, r *rule.Rule, field string) (string, error) {
	val, err := r.Value(&v.rec)
	user, _ := val.Text()
	if err == nil && user == "" {
		err = &rule.EvalError{Code: rule.Missing, Path: r.String(), Detail: "names nobody"}
	}
	if err != nil {
		return "", fmt.Errorf("flow %s: %s: %s: %w", v.f.spec.ID, a.ID, field, err)
	}
	return user, nil
}

// lengthen adds to the limits of clocks that go on after the action (T21).
func (v *vars) lengthen(a *action) error {
	for _, p := range a.prolong {
		run := v.s.live(p.clock)
		if run == nil {
			continue
		}
		n, err := p.units.Int(&v.rec)
		if err == nil && n < 1 {
			err = &rule.EvalError{Code: rule.BadValue, Detail: fmt.Sprintf("expected 1 or more, found %d", n)}
		}
		if err != nil {
			return fmt.Errorf("flow %s: %s: prolong %s: %w", v.f.spec.ID, a.ID, v.f.names.clocks[p.clock], err)
		}
		run.limit += n
		run.prolonged += n
	}
	return nil
}

// close closes a hold with the last event, if it is open.
func (s *State) close(hold, seq int) *opening {
	h := s.open(hold)
	if h != nil {
		h.closedAt, h.closeSeq = s.at, int32(seq)
	}
	return h
}
