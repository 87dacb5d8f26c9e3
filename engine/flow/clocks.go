package flow

import (
	"errors"
	"fmt"
	"slices"

	"banli/engine/calendar"
	"banli/engine/rule"
)

// clocks starts, stops, pauses and resumes the clocks after an event that led from
// the state before to the present one.
//
// A hold ends with the last clock it pauses: a decision taken during an extension
// leaves nothing to extend.
func (v *vars) clocks(e *Event, before int) error {
	s := v.s
	stopped := false
	byClock := e.By.Role == "clock"
	for i := range v.f.clocks {
		k := &v.f.clocks[i]
		was, is := k.in[before], k.in[s.state]
		if was || is && byClock {
			if run := s.live(i); run != nil && (!is || v.ownDue(k, run, e)) {
				v.stop(k, run, e)
				stopped = true
			}
		}
		if is && !was {
			if err := v.arm(k, e); err != nil {
				return err
			}
		}
	}
	if len(s.holds) == 0 { // nothing pauses, nothing is held
		return nil
	}
	if stopped {
		v.orphans(e)
	}
	for i := range v.f.clocks {
		k := &v.f.clocks[i]
		if k.hold >= 0 {
			h := s.open(k.hold)
			if run := s.live(i); run != nil && (h == nil || v.ownDue(k, run, e)) {
				v.stop(k, run, e)
			}
			if h != nil && int(h.openSeq) == e.Seq {
				v.hold = h
				if err := v.arm(k, e); err != nil {
					return err
				}
			}
		}
		s.sync(k)
	}
	return nil
}

// ownDue says whether e is what clock k does at its due instant.
func (v *vars) ownDue(k *clock, run *run, e *Event) bool {
	if k.onDue == nil || e.By.Role != "clock" || e.Do != k.OnDue {
		return false
	}
	if k.sole { // also where a later calendar puts the due instant elsewhere: what had effect stays (T30)
		return true
	}
	due, ok := v.timer(k, run).due()
	return ok && due <= v.s.at
}

func (v *vars) stop(k *clock, run *run, e *Event) {
	s := v.s
	run.expired = v.ownDue(k, run, e)
	if p := s.paused(run.clock); p != nil {
		p.to, p.endSeq = s.at, int32(e.Seq)
	}
	run.stoppedAt, run.stoppedSeq = s.at, int32(e.Seq)
}

// arm starts a clock: anew, or where it left off.
func (v *vars) arm(k *clock, e *Event) error {
	s, seq := v.s, int32(e.Seq)
	last := s.clock(k.n)
	if last != nil && k.hold < 0 && k.Again != "restart" && !last.expired {
		s.pauses = append(s.pauses, pause{last.stoppedAt, s.at, last.stoppedSeq, seq, last.clock, -1})
		last.stoppedAt, last.stoppedSeq = calendar.Never, 0
		return nil
	}
	limit, err := k.limit.Int(&v.rec)
	if v.unknown(err) {
		return nil // a loose scope may lack the item: no limit, no clock
	}
	if err == nil && limit < 0 {
		err = &rule.EvalError{Code: rule.BadValue, Detail: fmt.Sprintf("expected 0 or more, found %d", limit)}
	}
	if err != nil {
		return fmt.Errorf("flow %s: limit of clock %s: %w", v.f.spec.ID, k.ID, err)
	}
	r := run{armedAt: s.at, startedAt: s.at, stoppedAt: calendar.Never, limit: limit, no: 1, armedSeq: seq, clock: int16(k.n)}
	if last != nil {
		r.no = last.no + 1
		s.pauses = slices.DeleteFunc(s.pauses, func(p pause) bool { return p.clock == r.clock })
	}
	if k.from != nil {
		from, err := k.from.Instant(&v.rec)
		if missing(err) {
			err, from = nil, s.at
		}
		if err != nil {
			return fmt.Errorf("flow %s: start of clock %s: %w", v.f.spec.ID, k.ID, err)
		}
		if from < s.at {
			r.startedAt = from
			s.heldSince(k, from)
		}
	}
	if last != nil {
		*last = r
	} else {
		s.clocks = append(s.clocks, r)
	}
	return nil
}

func missing(err error) bool {
	if err == nil {
		return false
	}
	e, ok := errors.AsType[*rule.EvalError](err)
	return ok && e.Code == rule.Missing
}

// unknown says whether something is missing that a loose scope does not have.
func (v *vars) unknown(err error) bool { return v.sc.Loose && missing(err) }

// heldSince notes the pauses of a clock that begins in the past: the stretches since from in which a
// hold that pauses it was open, the overlapping ones merged (T25).
func (s *State) heldSince(k *clock, from calendar.Instant) {
	first := len(s.pauses)
	for i := range s.holds { // in the order of opening
		h := &s.holds[i]
		if !k.pausedBy[h.hold] || h.closedAt <= from {
			continue
		}
		p := pause{max(h.openedAt, from), h.closedAt, h.openSeq, h.closeSeq, int16(k.n), int16(h.hold)}
		if n := len(s.pauses); n > first && s.pauses[n-1].to >= p.from {
			if last := &s.pauses[n-1]; p.to > last.to {
				last.to, last.endSeq = p.to, p.endSeq
			}
			continue
		}
		s.pauses = append(s.pauses, p)
	}
}

// orphans closes the holds whose last clock to pause stopped by this event.
func (v *vars) orphans(e *Event) {
	s := v.s
	for i := range s.holds {
		h := &s.holds[i]
		if h.closedAt != calendar.Never {
			continue
		}
		stopped, live := false, false
		for j := range s.clocks {
			if r := &s.clocks[j]; v.f.clocks[r.clock].pausedBy[h.hold] {
				live = live || r.stoppedAt == calendar.Never
				stopped = stopped || r.stoppedSeq == int32(e.Seq)
			}
		}
		if stopped && !live {
			s.close(h.hold, e.Seq)
		}
	}
}

// sync opens or ends the pause of a live clock as its holds stand now.
func (s *State) sync(k *clock) {
	if len(k.Pause) == 0 || s.live(k.n) == nil {
		return
	}
	var open *opening
	for i := range s.holds {
		if h := &s.holds[i]; h.closedAt == calendar.Never && k.pausedBy[h.hold] {
			open = h
			break
		}
	}
	switch p := s.paused(int16(k.n)); {
	case open != nil && p == nil:
		s.pauses = append(s.pauses, pause{s.at, calendar.Never, int32(s.Seq), 0, int16(k.n), int16(open.hold)})
	case open == nil && p != nil:
		p.to, p.endSeq = s.at, int32(s.Seq)
	}
}
