package store

import "time"

// The lamps, in the order in which they ask for attention. See [Head.Lamp].
const (
	LampOver   = "over"
	LampUrgent = "urgent"
	LampSoon   = "soon"
	LampOK     = "ok"
	LampPaused = "paused"
	LampIdle   = "idle"
	LampDone   = "done"
)

// Lamps lists every lamp.
var Lamps = []string{LampOver, LampUrgent, LampSoon, LampOK, LampPaused, LampIdle, LampDone}

// Lamp says how the case stands at an instant. It is the one definition: backends
// count and select by it, and pages show it.
//
// A closed case is done. Of the others, one whose leading clock is paused is
// paused; one without a running clock is done when that clock stopped and idle
// when there was none. A running clock is over strictly after its due instant,
// urgent and soon from UrgentAt and WarnAt on, and ok before. Instants are
// compared as they are stored, to the microsecond.
func (h *Head) Lamp(now time.Time) string {
	t := now.UnixMicro()
	reached := func(at time.Time) bool { return !at.IsZero() && t >= at.UnixMicro() }
	switch {
	case !h.Open:
		return LampDone
	case h.Paused:
		return LampPaused
	case h.Due.IsZero() && h.Stopped:
		return LampDone
	case h.Due.IsZero():
		return LampIdle
	case t > h.Due.UnixMicro():
		return LampOver
	case reached(h.UrgentAt):
		return LampUrgent
	case reached(h.WarnAt):
		return LampSoon
	}
	return LampOK
}

// LampCounts counts cases by lamp.
type LampCounts struct{ OK, Soon, Urgent, Over, Paused, Done, Idle int }

// Of is the count of one lamp, to read or to raise; nil for a word that is no lamp.
func (c *LampCounts) Of(lamp string) *int {
	switch lamp {
	case LampOver:
		return &c.Over
	case LampUrgent:
		return &c.Urgent
	case LampSoon:
		return &c.Soon
	case LampOK:
		return &c.OK
	case LampPaused:
		return &c.Paused
	case LampIdle:
		return &c.Idle
	case LampDone:
		return &c.Done
	}
	return nil
}

// Total is the number of cases counted.
func (c LampCounts) Total() int {
	return c.OK + c.Soon + c.Urgent + c.Over + c.Paused + c.Done + c.Idle
}
