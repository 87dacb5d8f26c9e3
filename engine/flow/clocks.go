package flow

import (
	"errors"
	"fmt"
	"slices"
	"time"

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
	for i := range v.f.clocks {
		k := &v.f.clocks[i]
		if k.WhileHold != "" {
			continue
		}
		was, is := before >= 0 && k.in[before], k.in[v.state]
		if was || is {
			if run := v.run(k); run != nil && (!is || v.ownDue(k, run, e)) {
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
	if len(s.Holds) == 0 { // nothing pauses, nothing is held
		return nil
	}
	if stopped {
		v.orphans(e)
	}
	for i := range v.f.clocks {
		k := &v.f.clocks[i]
		if k.WhileHold != "" {
			h := s.open(k.WhileHold)
			if run := v.run(k); run != nil && (h == nil || v.ownDue(k, run, e)) {
				v.stop(k, run, e)
			}
			if h != nil && h.OpenSeq == e.Seq {
				v.hold.Hold = h
				if err := v.arm(k, e); err != nil {
					return err
				}
			}
		}
		v.sync(k, e)
	}
	return nil
}

// run is the present run of clock k, nil when it is not going. Clocks mostly begin in
// the flow's order, so it looks there first.
func (v *vars) run(k *clock) *ClockRun {
	if c := v.s.Clocks; k.n < len(c) && c[k.n].ID == k.ID {
		if c[k.n].StoppedAt == nil {
			return &c[k.n]
		}
		return nil
	}
	return v.s.live(k.ID)
}

// live is the present run of a clock that has not stopped.
func (s *State) live(id string) *ClockRun {
	if run := s.Clock(id); run != nil && run.StoppedAt == nil {
		return run
	}
	return nil
}

// ownDue says whether e is what clock k does at its due instant.
func (v *vars) ownDue(k *clock, run *ClockRun, e *Event) bool {
	if k.onDue == nil || e.By.Role != "clock" || e.Do != k.OnDue {
		return false
	}
	if k.sole { // also where a later calendar puts the due instant elsewhere: what had effect stays (T30)
		return true
	}
	due, ok := v.timer(k, run).due()
	return ok && !due.After(e.At)
}

func (v *vars) stop(k *clock, run *ClockRun, e *Event) {
	run.Expired = v.ownDue(k, run, e)
	if p := run.pause(); p != nil {
		p.To, p.EndSeq = v.instant(), e.Seq
	}
	run.StoppedAt, run.StoppedSeq = v.instant(), e.Seq
}

// pause is the open pause of a run, nil when it is not paused.
func (r *ClockRun) pause() *Pause {
	if n := len(r.Pauses); n > 0 && r.Pauses[n-1].To == nil {
		return &r.Pauses[n-1]
	}
	return nil
}

// arm starts a clock: anew, or where it left off.
func (v *vars) arm(k *clock, e *Event) error {
	at := v.s.At
	last := v.s.Clock(k.ID)
	if last != nil && k.WhileHold == "" && k.Again != "restart" && !last.Expired {
		last.Pauses = append(last.Pauses, Pause{From: *last.StoppedAt, To: v.instant(), Seq: last.StoppedSeq, EndSeq: e.Seq})
		last.StoppedAt, last.StoppedSeq = nil, 0
		return nil
	}
	limit, err := k.limit.Int(v)
	if missing, ok := errors.AsType[*rule.EvalError](err); ok && missing.Code == rule.Missing && v.sc.Loose {
		return nil // a loose scope may lack the item: no limit, no clock
	}
	if err == nil && limit < 0 {
		err = &rule.EvalError{Code: rule.BadValue, Detail: fmt.Sprintf("expected 0 or more, found %d", limit)}
	}
	if err != nil {
		return fmt.Errorf("flow %s: limit of clock %s: %w", v.f.spec.ID, k.ID, err)
	}
	run := ClockRun{ID: k.ID, Run: 1, ArmedSeq: e.Seq, ArmedAt: at, StartedAt: at, Limit: limit}
	if last != nil {
		run.Run = last.Run + 1
	}
	if k.from != nil {
		from, err := k.from.Time(v)
		if missing, ok := errors.AsType[*rule.EvalError](err); ok && missing.Code == rule.Missing {
			err, from = nil, at
		}
		if err != nil {
			return fmt.Errorf("flow %s: start of clock %s: %w", v.f.spec.ID, k.ID, err)
		}
		if from.Before(at) {
			run.StartedAt = from.In(v.sc.Calendar.Zone())
			run.Pauses = v.pauses(k, run.StartedAt)
		}
	}
	if last != nil {
		*last = run
	} else {
		v.s.Clocks = append(v.s.Clocks, run)
	}
	return nil
}

// pauses are the stretches since from in which a hold that pauses k was open, the
// overlapping ones merged (T25); one that lasts has no end.
func (v *vars) pauses(k *clock, from time.Time) (list []Pause) {
	for _, h := range v.s.Holds { // in the order of opening
		if !slices.Contains(k.Pause, h.ID) || h.ClosedAt != nil && !h.ClosedAt.After(from) {
			continue
		}
		p := Pause{From: h.OpenedAt, To: h.ClosedAt, Hold: h.ID, Seq: h.OpenSeq, EndSeq: h.CloseSeq}
		if p.From.Before(from) {
			p.From = from
		}
		if n := len(list); n > 0 && (list[n-1].To == nil || !list[n-1].To.Before(p.From)) {
			if last := &list[n-1]; last.To != nil && (p.To == nil || p.To.After(*last.To)) {
				last.To, last.EndSeq = p.To, p.EndSeq
			}
			continue
		}
		list = append(list, p)
	}
	return list
}

// orphans closes the holds whose last clock to pause stopped by this event.
func (v *vars) orphans(e *Event) {
	for i := range v.s.Holds {
		h := &v.s.Holds[i]
		if h.ClosedAt != nil {
			continue
		}
		stopped, live := false, false
		for j := range v.f.clocks {
			if k := &v.f.clocks[j]; slices.Contains(k.Pause, h.ID) {
				run := v.s.Clock(k.ID)
				live = live || run != nil && run.StoppedAt == nil
				stopped = stopped || run != nil && run.StoppedSeq == e.Seq
			}
		}
		if stopped && !live {
			v.close(h.ID, e.Seq)
		}
	}
}

// sync opens or ends the pause of a live clock as its holds stand now.
func (v *vars) sync(k *clock, e *Event) {
	if len(k.Pause) == 0 {
		return
	}
	run := v.run(k)
	if run == nil {
		return
	}
	var open *Hold
	for i := range v.s.Holds {
		if h := &v.s.Holds[i]; h.ClosedAt == nil && slices.Contains(k.Pause, h.ID) {
			open = h
			break
		}
	}
	switch p := run.pause(); {
	case open != nil && p == nil:
		if n := 3; run.Pauses == nil && len(v.pauseRoom) >= n {
			run.Pauses, v.pauseRoom = v.pauseRoom[:0:n], v.pauseRoom[n:]
		}
		run.Pauses = append(run.Pauses, Pause{From: v.s.At, Hold: open.ID, Seq: e.Seq})
	case open == nil && p != nil:
		p.To, p.EndSeq = v.instant(), e.Seq
	}
}
