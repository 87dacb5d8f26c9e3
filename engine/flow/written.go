package flow

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"banli/engine/calendar"
	"banli/engine/rule"
)

// written is how a [State] is written: with names and dates. Facts that are instants
// stand apart, so that a text which merely looks like one stays a text.
type written struct {
	Seq     int                `json:"seq"`
	State   string             `json:"state"`
	At      time.Time          `json:"at"`
	Taken   []writtenTaking    `json:"taken,omitempty"`
	Holds   []writtenHold      `json:"holds,omitempty"`
	Clocks  []writtenRun       `json:"clocks,omitempty"`
	Marks   []string           `json:"marks,omitempty"`
	Granted []string           `json:"granted,omitempty"`
	Open    []string           `json:"open_children,omitempty"`
	Spawned int                `json:"spawned,omitempty"`
	ItemPin string             `json:"item_pin,omitempty"`
	Signs   map[string][]Actor `json:"signs,omitempty"`

	Signers    map[string][]string  `json:"added_signers,omitempty"`
	Assignee   string               `json:"assignee,omitempty"`
	Calendars  []CalendarPin        `json:"calendars,omitempty"`
	RecordOnly bool                 `json:"record_only,omitempty"`
	Facts      map[string]any       `json:"facts,omitempty"`
	Times      map[string]time.Time `json:"times,omitempty"`
}

type writtenTaking struct {
	Do    string `json:"do"`
	Times int    `json:"times"`
	By    string `json:"by,omitempty"`  // user id
	For   string `json:"for,omitempty"` // on whose mandate
}

type writtenHold struct {
	ID       string         `json:"id"`
	OpenedAt time.Time      `json:"opened_at"`
	ClosedAt *time.Time     `json:"closed_at,omitempty"`
	OpenSeq  int            `json:"open_seq"`
	CloseSeq int            `json:"close_seq,omitempty"`
	Input    map[string]any `json:"input,omitempty"`
}

type writtenRun struct {
	ID         string         `json:"id"`
	Run        int            `json:"run"` // 1-based
	ArmedSeq   int            `json:"armed_seq"`
	ArmedAt    time.Time      `json:"armed_at"`
	StartedAt  time.Time      `json:"started_at"`          // earlier than ArmedAt where retroactive (T17)
	Limit      int            `json:"limit"`               // taken when armed, with what was added since
	Prolonged  int            `json:"prolonged,omitempty"` // how much of Limit was added (T21)
	Pauses     []writtenPause `json:"pauses,omitempty"`
	StoppedAt  *time.Time     `json:"stopped_at,omitempty"`
	StoppedSeq int            `json:"stopped_seq,omitempty"`
	Expired    bool           `json:"expired,omitempty"`
}

type writtenPause struct {
	From   time.Time  `json:"from"`
	To     *time.Time `json:"to,omitempty"`
	Hold   string     `json:"hold"` // empty: the clock had stopped and was resumed
	Seq    int        `json:"seq"`
	EndSeq int        `json:"end_seq,omitempty"`
}

// MarshalJSON implements [json.Marshaler].
func (s State) MarshalJSON() ([]byte, error) {
	at := func(i calendar.Instant) time.Time { return i.In(s.zone) }
	until := func(i calendar.Instant) *time.Time {
		if i == calendar.Never {
			return nil
		}
		t := at(i)
		return &t
	}
	w := written{
		Seq: s.Seq, State: s.State(), At: s.At(), Marks: s.Marks, Granted: s.Granted, Open: s.Open, Spawned: s.Spawned,
		ItemPin: s.ItemPin, Signs: s.Signs, Signers: s.Signers, Assignee: s.Assignee, Calendars: s.Calendars, RecordOnly: s.RecordOnly,
	}
	for _, t := range s.taken {
		who := s.who[t.who]
		w.Taken = append(w.Taken, writtenTaking{s.names.actions[t.action], int(t.times), who.by, who.onBehalf})
	}
	for _, h := range s.holds {
		w.Holds = append(w.Holds, writtenHold{s.names.holds[h.hold], at(h.openedAt), until(h.closedAt), int(h.openSeq), int(h.closeSeq), h.input})
	}
	for _, r := range s.clocks {
		run := writtenRun{
			ID: s.names.clocks[r.clock], Run: int(r.no), ArmedSeq: int(r.armedSeq), ArmedAt: at(r.armedAt), StartedAt: at(r.startedAt),
			Limit: r.limit, Prolonged: r.prolonged, StoppedAt: until(r.stoppedAt), StoppedSeq: int(r.stoppedSeq), Expired: r.expired,
		}
		for _, p := range s.pauses {
			if p.clock == r.clock {
				run.Pauses = append(run.Pauses, writtenPause{at(p.from), until(p.to), s.names.hold(p.hold), int(p.seq), int(p.endSeq)})
			}
		}
		w.Clocks = append(w.Clocks, run)
	}
	for name, v := range s.Facts() {
		if t, ok := v.(time.Time); ok {
			put(&w.Times, name, t)
		} else {
			put(&w.Facts, name, v)
		}
	}
	return json.Marshal(w)
}

// hold is the name of a hold, empty for none (-1).
func (n *names) hold(i int16) string {
	if i < 0 {
		return ""
	}
	return n.holds[i]
}

// UnmarshalJSON implements [json.Unmarshaler]. Instants stand in the zone of the last event, see [Flow.Adopt].
func (s *State) UnmarshalJSON(b []byte) error {
	var w written
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	n := &names{states: []string{""}}
	*s = State{
		Seq: w.Seq, Marks: w.Marks, Granted: w.Granted, Open: w.Open, Spawned: w.Spawned, ItemPin: w.ItemPin, Signs: w.Signs,
		Signers: w.Signers, Assignee: w.Assignee, Calendars: w.Calendars, RecordOnly: w.RecordOnly, names: n, state: place(&n.states, w.State),
	}
	if !w.At.IsZero() {
		s.at, s.zone = calendar.At(w.At), w.At.Location()
	}
	for _, t := range w.Taken {
		who := mandate{t.By, t.For}
		s.taken = append(s.taken, taking{uint16(place(&n.actions, t.Do)), s.person(who), int32(t.Times)})
	}
	for _, h := range w.Holds {
		s.holds = append(s.holds, opening{calendar.At(h.OpenedAt), until(h.ClosedAt), int32(h.OpenSeq), int32(h.CloseSeq), place(&n.holds, h.ID), h.Input})
	}
	for _, r := range w.Clocks {
		k := int16(place(&n.clocks, r.ID))
		s.clocks = append(s.clocks, run{
			calendar.At(r.ArmedAt), calendar.At(r.StartedAt), until(r.StoppedAt), r.Limit, r.Prolonged,
			int32(r.Run), int32(r.ArmedSeq), int32(r.StoppedSeq), k, r.Expired,
		})
		for _, p := range r.Pauses {
			hold := -1
			if p.Hold != "" {
				hold = place(&n.holds, p.Hold)
			}
			s.pauses = append(s.pauses, pause{calendar.At(p.From), until(p.To), int32(p.Seq), int32(p.EndSeq), k, int16(hold)})
		}
	}
	fact := func(name string, v any) {
		n.facts, s.facts = append(n.facts, name), append(s.facts, rule.Of(v))
	}
	for name, v := range w.Facts {
		fact(name, v)
	}
	for name, t := range w.Times {
		fact(name, t)
	}
	return nil
}

// place is the place of a name in a list, which it joins.
func place(list *[]string, name string) int {
	i := slices.Index(*list, name)
	if i < 0 {
		i = len(*list)
		*list = append(*list, name)
	}
	return i
}

func until(t *time.Time) calendar.Instant {
	if t == nil {
		return calendar.Never
	}
	return calendar.At(*t)
}

// Adopt gives a state that was read from JSON to this flow, with every instant in a time zone; the instants stay the
// same. It refuses one that has a name the flow does not know.
func (f *Flow) Adopt(s *State, zone *time.Location) (*State, error) {
	c := *s
	if s.zone != nil {
		c.zone = zone
	}
	c.Calendars = slices.Clone(s.Calendars)
	for i := range c.Calendars {
		c.Calendars[i].At = c.Calendars[i].At.In(zone)
	}
	if s.names == nil || s.names == &f.names {
		return &c, nil
	}
	var unknown error
	find := func(what string, known, names []string, i int) int {
		n := slices.Index(known, names[i])
		if n < 0 {
			n, unknown = 0, fmt.Errorf("flow %s: the state is not of this flow: it has no %s %q", f.spec.ID, what, names[i])
		}
		return n
	}
	hold := func(i int) int { return find("hold", f.names.holds, s.names.holds, i) }
	clock := func(i int16) int16 { return int16(find("clock", f.names.clocks, s.names.clocks, int(i))) }
	c.names, c.state = &f.names, find("state", f.names.states, s.names.states, s.state)
	c.taken, c.holds, c.clocks, c.pauses = slices.Clone(s.taken), slices.Clone(s.holds), slices.Clone(s.clocks), slices.Clone(s.pauses)
	for i := range c.taken {
		t := &c.taken[i]
		t.action = uint16(find("action", f.names.actions, s.names.actions, int(t.action)))
	}
	for i := range c.holds {
		c.holds[i].hold = hold(c.holds[i].hold)
	}
	for i := range c.clocks {
		c.clocks[i].clock = clock(c.clocks[i].clock)
	}
	for i := range c.pauses {
		p := &c.pauses[i]
		if p.clock = clock(p.clock); p.hold >= 0 {
			p.hold = int16(hold(int(p.hold)))
		}
	}
	c.facts = make([]rule.Value, len(f.names.facts))
	for i, v := range s.facts {
		if n := find("fact", f.names.facts, s.names.facts, i); unknown == nil {
			c.facts[n] = v.In(zone)
		}
	}
	return &c, unknown
}
