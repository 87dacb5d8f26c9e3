package flow

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"banli/engine/rule"
)

// plainState is a State without its methods.
type plainState State

// stored is how a State is written: facts that are instants stand apart, so that a
// text which merely looks like one stays a text.
type stored struct {
	*plainState
	Facts map[string]any       `json:"facts,omitempty"`
	Times map[string]time.Time `json:"times,omitempty"`
}

// MarshalJSON implements [json.Marshaler].
func (s State) MarshalJSON() ([]byte, error) {
	out := stored{plainState: (*plainState)(&s)}
	for name, v := range s.Facts {
		if t, ok := v.(time.Time); ok {
			put(&out.Times, name, t)
		} else {
			put(&out.Facts, name, v)
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON implements [json.Unmarshaler]. Instants come with the offset they
// were written with; see [State.In].
func (s *State) UnmarshalJSON(b []byte) error {
	in := stored{plainState: &plainState{}}
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	*s = State(*in.plainState)
	s.Facts = nil
	for name, v := range in.Facts {
		put(&s.Facts, name, rule.Normalize(v))
	}
	for name, t := range in.Times {
		put(&s.Facts, name, any(t))
	}
	return nil
}

// In gives the state with every instant in a time zone; the instants stay the same.
func (s *State) In(zone *time.Location) *State {
	c := s.clone()
	c.Facts = maps.Clone(s.Facts)
	for i := range c.Clocks {
		c.Clocks[i].Pauses = slices.Clone(c.Clocks[i].Pauses)
	}
	c.At = c.At.In(zone)
	for name, v := range c.Facts {
		if t, ok := v.(time.Time); ok {
			c.Facts[name] = t.In(zone)
		}
	}
	local := func(t *time.Time) *time.Time {
		if t == nil {
			return nil
		}
		l := t.In(zone)
		return &l
	}
	c.Calendars = slices.Clone(c.Calendars)
	for i := range c.Calendars {
		c.Calendars[i].At = c.Calendars[i].At.In(zone)
	}
	for i := range c.Holds {
		h := &c.Holds[i]
		h.OpenedAt, h.ClosedAt = h.OpenedAt.In(zone), local(h.ClosedAt)
	}
	for i := range c.Clocks { // clone has copied runs
		r := &c.Clocks[i]
		r.ArmedAt, r.StartedAt, r.StoppedAt = r.ArmedAt.In(zone), r.StartedAt.In(zone), local(r.StoppedAt)
		for j := range r.Pauses {
			r.Pauses[j].From, r.Pauses[j].To = r.Pauses[j].From.In(zone), local(r.Pauses[j].To)
		}
	}
	return c
}
