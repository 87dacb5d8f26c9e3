package flow

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"banli/engine/rule"
)

// signSuffix marks the event of a signature that did not yet complete its action.
const signSuffix = "/sign"

// RecordOnly is the mark of a case that is only kept for the record (T31).
const RecordOnly = "record_only"

// room is a state with space for a usual case beside it, so that folding one takes one
// piece of memory. What needs more grows out of it.
type room struct {
	State
	taken  [16]Taken
	clocks [5]ClockRun
	holds  [3]Hold
	pauses [6]Pause
	times  [10]time.Time
}

// Replay folds events into a state. It is a function of the pinned definitions and
// the events alone: it looks at no guard, project or answers. No events give the
// state before the beginning.
func (f *Flow) Replay(sc *Scope, events []Event) (*State, error) {
	if len(events) == 0 {
		return &State{}, nil
	}
	r := new(room)
	r.Taken, r.Clocks, r.Holds = r.taken[:0], r.clocks[:0], r.holds[:0]
	v := folders.Get().(*vars)
	defer v.release()
	v.f, v.sc, v.s, v.state, v.times, v.pauseRoom = f, sc, &r.State, -1, r.times[:0], r.pauses[:]
	v.ours, v.fresh = true, len(f.actions) <= len(v.taken)
	for i := range events {
		if err := v.apply(&events[i]); err != nil {
			return nil, err
		}
	}
	return &r.State, nil
}

// folders keeps what folding needs, for the next time.
var folders = sync.Pool{New: func() any { return new(vars) }}

func (v *vars) release() {
	*v = vars{}
	folders.Put(v)
}

// Apply folds one more event into a copy of s.
func (f *Flow) Apply(sc *Scope, s *State, e Event) (*State, error) {
	c := s.clone()
	v := folders.Get().(*vars)
	defer v.release()
	v.f, v.sc, v.s, v.state = f, sc, c, f.place(c.State)
	if err := v.apply(&e); err != nil {
		return nil, err
	}
	return c, nil
}

// apply folds e into v.s, which is ours to change.
func (v *vars) apply(e *Event) error {
	s := v.s
	if e.Do == CalendarRevised {
		s.Seq, s.At = e.Seq, e.At.In(v.sc.Calendar.Zone())
		return v.revise(e)
	}
	do, signing := strings.CutSuffix(e.Do, signSuffix)
	a := v.f.action(do)
	if a == nil {
		return fmt.Errorf("flow %s: event %d: unknown action %q", v.f.spec.ID, e.Seq, e.Do)
	}
	s.Seq, s.At = e.Seq, e.At.In(v.sc.Calendar.Zone())
	v.note(a, e)
	v.learn(e)
	if signing {
		s.Signs = maps.Clone(s.Signs)
		put(&s.Signs, do, append(slices.Clone(s.Signs[do]), e.By))
		return nil
	}
	if pin := e.Pins["item"]; pin != "" {
		s.ItemPin = pin
	}
	for _, m := range e.Marks {
		if !slices.Contains(s.Marks, m) {
			s.Marks = append(s.Marks, m)
		}
	}
	return v.transition(a, e)
}

// learn takes over what the event says of other cases.
func (v *vars) learn(e *Event) {
	s := v.s
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
	before := v.state
	if a.to >= 0 {
		s.State, v.state = a.To, a.to
	}
	moved := v.state != before
	if s.Signs != nil {
		if s.Signs = maps.Clone(s.Signs); moved {
			s.Signs = nil // signatures are for the state they were given in
		}
		delete(s.Signs, a.ID)
	}
	if s.Signers != nil {
		if s.Signers = maps.Clone(s.Signers); moved {
			s.Signers = nil
		}
		delete(s.Signers, a.ID)
	}
	v.at, v.input, v.hold.Hold, v.now = s.At, e.Input, nil, nil
	if a.Close != "" {
		v.hold.Hold = v.close(a.Close, e.Seq)
	}
	if a.Open != "" {
		s.Holds = append(s.Holds, Hold{ID: a.Open, OpenedAt: s.At, OpenSeq: e.Seq, Input: e.Input})
		v.hold.Hold = &s.Holds[len(s.Holds)-1]
	}
	if len(a.set) > 0 && !v.ours {
		s.Facts, v.ours = maps.Clone(s.Facts), true
	}
	for _, as := range a.set {
		val, err := as.expr.Eval(v)
		if err != nil {
			return fmt.Errorf("flow %s: %s: set %s: %w", v.f.spec.ID, a.ID, as.name, err)
		}
		if val == nil {
			delete(s.Facts, as.name)
			continue
		}
		if t, ok := val.(time.Time); ok && t.Location() != v.sc.Calendar.Zone() {
			val = t.In(v.sc.Calendar.Zone())
		}
		put(&s.Facts, as.name, val)
	}
	if err := v.people(a); err != nil {
		return err
	}
	if moved && v.f.spec.States[v.state].Final {
		for i := range s.Holds {
			v.close(s.Holds[i].ID, e.Seq)
		}
	}
	if a.RecordOnly {
		s.RecordOnly = true
	}
	if !s.RecordOnly && (moved || a.Open != "" || a.Close != "" || e.By.Role == "clock") { // else no clock can be touched
		if err := v.clocks(e, before); err != nil {
			return err
		}
	}
	return v.lengthen(a)
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
			put(&v.s.Signers, to, append(slices.Clone(v.s.Signers[to]), user))
		}
	}
	return nil
}

// user evaluates to the id of somebody.
func (v *vars) user(a *action, r *rule.Rule, field string) (string, error) {
	val, err := r.Eval(v)
	user, _ := val.(string)
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
	for i, p := range a.Prolong {
		run := v.s.live(p.Clock)
		if run == nil {
			continue
		}
		n, err := a.prolong[i].Int(v)
		if err == nil && n < 1 {
			err = &rule.EvalError{Code: rule.BadValue, Detail: fmt.Sprintf("expected 1 or more, found %d", n)}
		}
		if err != nil {
			return fmt.Errorf("flow %s: %s: prolong %s: %w", v.f.spec.ID, a.ID, p.Clock, err)
		}
		run.Limit += n
		run.Prolonged += n
	}
	return nil
}

// instant is the instant of the event, shared by everything that ends with it.
func (v *vars) instant() *time.Time {
	if v.now == nil {
		v.times = append(v.times, v.s.At) // what grows out of its room leaves the old instants where they are
		v.now = &v.times[len(v.times)-1]
	}
	return v.now
}

// close closes the open hold of this id, if there is one.
func (v *vars) close(id string, seq int) *Hold {
	h := v.s.open(id)
	if h != nil {
		h.ClosedAt, h.CloseSeq = v.instant(), seq
	}
	return h
}

// open finds the open hold of this id.
func (s *State) open(id string) *Hold {
	for i := len(s.Holds) - 1; i >= 0; i-- {
		if h := &s.Holds[i]; h.ClosedAt == nil && h.ID == id {
			return h
		}
	}
	return nil
}

// note counts an action taken, or a signature given.
func (v *vars) note(a *action, e *Event) {
	s := v.s
	if v.fresh && len(e.Do) == len(a.ID) { // folding from nothing: we know where it is
		if i := v.taken[a.n]; i > 0 {
			s.Taken[i-1].Times++
			s.Taken[i-1].By, s.Taken[i-1].For = e.By.User, e.By.For
			return
		}
		v.taken[a.n] = int16(len(s.Taken) + 1)
	} else {
		for i := range s.Taken {
			if t := &s.Taken[i]; t.Do == e.Do {
				t.Times++
				t.By, t.For = e.By.User, e.By.For
				return
			}
		}
	}
	s.Taken = append(s.Taken, Taken{e.Do, 1, e.By.User, e.By.For})
}

// Times is how often an action was taken.
func (s *State) Times(do string) int { return s.taken(do).Times }

// LastBy is the user who took an action last.
func (s *State) LastBy(do string) string { return s.taken(do).By }

func (s *State) taken(do string) Taken {
	for i := range s.Taken {
		if s.Taken[i].Do == do {
			return s.Taken[i]
		}
	}
	return Taken{}
}

// Clock is the present or last run of a clock, nil when it never ran.
func (s *State) Clock(id string) *ClockRun {
	for i := range s.Clocks {
		if s.Clocks[i].ID == id {
			return &s.Clocks[i]
		}
	}
	return nil
}

func put[V any](m *map[string]V, key string, v V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = v
}

// clone copies all that apply writes to, but the facts, which are copied before the first is set.
func (s *State) clone() *State {
	c := *s
	c.Taken, c.Holds, c.Clocks = slices.Clone(s.Taken), slices.Clone(s.Holds), slices.Clone(s.Clocks)
	for i := range c.Clocks {
		if r := &c.Clocks[i]; r.pause() != nil { // it may be ended; others only grow
			r.Pauses = slices.Clone(r.Pauses)
		} else {
			r.Pauses = slices.Clip(r.Pauses)
		}
	}
	c.Marks, c.Granted, c.Open = slices.Clip(s.Marks), slices.Clip(s.Granted), slices.Clip(s.Open)
	c.Calendars = slices.Clip(s.Calendars)
	return &c
}
