package flow

import (
	"maps"
	"math"
	"slices"
	"time"

	"banli/engine/calendar"
	"banli/engine/rule"
)

// State is a case folded up to its last event. It is a value: nothing that was folded is ever written to again, and
// later states share what did not change. The zero State is a case before its beginning.
//
// It marshals to JSON and back without loss, so that a store can keep it beside the events. Inside, names are places in
// the flow and instants whole microseconds: a state is small, and folding one costs little.
type State struct {
	Seq        int      // of the last event
	ItemPin    string   // item revision taken by repin; empty: the one it began with
	Marks      []string // each once, in the order of their first leaving
	Granted    []string // items of the project known to be granted
	Open       []string // keys of children not yet done
	Spawned    int      // children ever opened
	Assignee   string   // user whose case it is, once it was handed over
	RecordOnly bool     // kept for the record: no clock runs (T31)

	Signs     map[string][]Actor  // signatures given so far, by action (joint sign-off)
	Signers   map[string][]string // users whose signature was added, by action
	Calendars []CalendarPin       // revisions it came under after its beginning, in order (T30)

	names *names
	zone  *time.Location // of the calendar; nil before the first event
	at    calendar.Instant
	state int // place; 0 before the beginning

	who   []mandate
	facts []rule.Value // by place, all of them
	holds []opening    // all ever opened, in order

	taken  []taking // in the order of first taking
	clocks []run    // in the order of first arming
	pauses []pause  // of all clocks; those of one in order
}

// names are what the places in a state mean.
type names struct {
	states  []string // the first is that before the beginning, ""
	actions []string // then as many signatures of them
	holds   []string
	clocks  []string
	facts   []string
}

// mandate is by whose hand something was done, and for whom.
type mandate struct{ by, onBehalf string }

// taking says how often an action was taken, and by whom last.
type taking struct {
	action, who uint16
	times       int32
}

// opening is one opening of a hold; it closes at Never while it is open.
type opening struct {
	openedAt, closedAt calendar.Instant
	openSeq, closeSeq  int32
	hold               int
	input              map[string]any
}

// run is the present or last run of a clock; it stops at Never while it goes on.
type run struct {
	armedAt, startedAt, stoppedAt calendar.Instant
	limit, prolonged              int
	no, armedSeq, stoppedSeq      int32
	clock                         int16
	expired                       bool // stopped by its own on_due
}

// pause is one stretch in which a clock was paused, by a hold or, with none (-1), because it had
// stopped and was resumed; it ends at Never while it lasts.
type pause struct {
	from, to    calendar.Instant
	seq, endSeq int32
	clock, hold int16
}

// room is a state with space for a usual case beside it, so that folding one takes one
// piece of memory. What needs more grows out of it.
type room struct {
	State
	who   [2]mandate
	facts [8]rule.Value
	holds [3]opening

	taken  [16]taking
	clocks [5]run
	pauses [5]pause
}

// clone copies a state into a room of its own, to be written to.
func (f *Flow) clone(s *State) *State {
	s = f.own(s)
	r := new(room)
	r.State = *s
	c := &r.State
	c.names = &f.names
	c.who, c.holds = append(r.who[:0], s.who...), append(r.holds[:0], s.holds...)
	c.taken, c.clocks, c.pauses = append(r.taken[:0], s.taken...), append(r.clocks[:0], s.clocks...), append(r.pauses[:0], s.pauses...)
	if n := len(f.names.facts); n <= len(r.facts) {
		c.facts = r.facts[:n]
	} else {
		c.facts = make([]rule.Value, n)
	}
	copy(c.facts, s.facts)
	c.Marks, c.Granted, c.Open, c.Calendars = slices.Clip(s.Marks), slices.Clip(s.Granted), slices.Clip(s.Open), slices.Clip(s.Calendars)
	return c
}

// State is the state the case is in, empty before its beginning.
func (s *State) State() string {
	if s.state == 0 {
		return ""
	}
	return s.names.states[s.state]
}

// At is the instant of the last event.
func (s *State) At() time.Time {
	if s.zone == nil {
		return time.Time{}
	}
	return s.at.In(s.zone)
}

// last is the instant of the last event, before everything when there was none.
func (s *State) last() calendar.Instant {
	if s.zone == nil {
		return math.MinInt64
	}
	return s.at
}

// notBefore is at, or the instant of the last event where that is later.
func (s *State) notBefore(at time.Time) time.Time {
	if calendar.At(at) < s.last() {
		return s.At()
	}
	return at
}

// Facts are what actions set, by name; instants are time.Time in the calendar's zone. The map is the caller's.
func (s *State) Facts() map[string]any {
	var m map[string]any
	for i, v := range s.facts {
		if !v.None() {
			put(&m, s.names.facts[i], v.Any())
		}
	}
	return m
}

// Holding lists the holds that are open, in the order of opening.
func (s *State) Holding() (ids []string) {
	for i := range s.holds {
		if h := &s.holds[i]; h.closedAt == calendar.Never {
			ids = append(ids, s.names.holds[h.hold])
		}
	}
	return ids
}

// Armed says of the present or last run of a clock by which event and when it was armed, and with which limit, without
// what was added since. It is false for a clock that never ran.
func (s *State) Armed(clock string) (event int, at time.Time, limit int, ok bool) {
	if s.names != nil {
		if r := s.clock(slices.Index(s.names.clocks, clock)); r != nil {
			return int(r.armedSeq), r.armedAt.In(s.zone), r.limit - r.prolonged, true
		}
	}
	return 0, time.Time{}, 0, false
}

// Times is how often an action was taken.
func (s *State) Times(do string) int {
	if i := s.place(do); i >= 0 {
		return s.times(i)
	}
	return 0
}

func (s *State) place(action string) int {
	if s.names == nil {
		return -1
	}
	return slices.Index(s.names.actions, action)
}

func (s *State) times(action int) int {
	for i := range s.taken {
		if s.taken[i].action == uint16(action) {
			return int(s.taken[i].times)
		}
	}
	return 0
}

func (s *State) lastBy(action int) mandate {
	for i := range s.taken {
		if s.taken[i].action == uint16(action) {
			return s.who[s.taken[i].who]
		}
	}
	return mandate{}
}

// clock is the present or last run of a clock, nil when it never ran.
func (s *State) clock(n int) *run {
	// Clocks mostly begin in the flow's order.
	if n >= 0 && n < len(s.clocks) && int(s.clocks[n].clock) == n {
		return &s.clocks[n]
	}
	for i := range s.clocks {
		if int(s.clocks[i].clock) == n {
			return &s.clocks[i]
		}
	}
	return nil
}

// live is the run of a clock that goes on, nil when it does not.
func (s *State) live(n int) *run {
	if r := s.clock(n); r != nil && r.stoppedAt == calendar.Never {
		return r
	}
	return nil
}

// open is the open hold of this place, nil when it is not open.
func (s *State) open(hold int) *opening {
	for i := len(s.holds) - 1; i >= 0; i-- {
		if h := &s.holds[i]; h.closedAt == calendar.Never && h.hold == hold {
			return h
		}
	}
	return nil
}

// paused is the last pause of a clock where it lasts, nil when the clock is not paused.
func (s *State) paused(clock int16) *pause {
	for i := len(s.pauses) - 1; i >= 0; i-- {
		if p := &s.pauses[i]; p.clock == clock {
			if p.to == calendar.Never {
				return p
			}
			return nil
		}
	}
	return nil
}

// own gives a state in the places of this flow. One that some other flow, or none, has made is put into them; what the
// flow knows no name of is a fault of the caller, see [Flow.Adopt].
func (f *Flow) own(s *State) *State {
	if s.names == &f.names || s.names == nil {
		return s
	}
	adopted, err := f.Adopt(s, s.zone)
	if err != nil {
		panic(err)
	}
	return adopted
}

// put adds to a map that may not be there yet.
func put[V any](m *map[string]V, key string, v V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = v
}

// with is a copy of m with one more entry.
func with[V any](m map[string]V, key string, v V) map[string]V {
	m = maps.Clone(m)
	put(&m, key, v)
	return m
}
