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
func (v *vars) clocks(a *action, e *Event, before string) error {
	s := v.s
	var stopped []*clock
	for i := range v.f.clocks {
		k := &v.f.clocks[i]
		if k.WhileHold != "" {
			continue
		}
		was, is := before != "" && slices.Contains(k.While, before), slices.Contains(k.While, s.State)
		if s.live(k.ID) != nil && (!is || v.ownDue(k, e)) {
			v.stop(k, e)
			stopped = append(stopped, k)
		}
		if is && !was {
			if err := v.arm(k, e); err != nil {
				return err
			}
		}
	}
	v.orphans(stopped, e)
	for i := range v.f.clocks {
		k := &v.f.clocks[i]
		if k.WhileHold != "" {
			h := s.open(k.WhileHold)
			if s.live(k.ID) != nil && (h == nil || v.ownDue(k, e)) {
				v.stop(k, e)
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

// live is the present run of a clock that has not stopped.
func (s *State) live(id string) *ClockRun {
	if run := s.Clocks[id]; run != nil && run.StoppedAt == nil {
		return run
	}
	return nil
}

// ownDue says whether e is what clock k does at its due instant.
func (v *vars) ownDue(k *clock, e *Event) bool {
	if k.onDue == nil || e.By.Role != "clock" || e.Do != k.OnDue {
		return false
	}
	run := v.s.live(k.ID)
	due, ok := k.timer(v.sc, run).due()
	return ok && !due.After(e.At)
}

func (v *vars) stop(k *clock, e *Event) {
	at := v.s.At
	run := *v.s.Clocks[k.ID]
	if n := len(run.Pauses); n > 0 && run.Pauses[n-1].To == nil {
		run.Pauses = slices.Clone(run.Pauses)
		run.Pauses[n-1].To, run.Pauses[n-1].EndSeq = &at, e.Seq
	}
	run.Expired = v.ownDue(k, e)
	run.StoppedAt, run.StoppedSeq = &at, e.Seq
	put(&v.s.Clocks, k.ID, &run)
}

// arm starts a clock: anew, or where it left off.
func (v *vars) arm(k *clock, e *Event) error {
	at := v.s.At
	last := v.s.Clocks[k.ID]
	if last != nil && k.WhileHold == "" && k.Again != "restart" && !last.Expired {
		run := *last
		stop := *run.StoppedAt
		run.Pauses = append(slices.Clip(run.Pauses), Pause{From: stop, To: &at, Seq: run.StoppedSeq, EndSeq: e.Seq})
		run.StoppedAt, run.StoppedSeq = nil, 0
		put(&v.s.Clocks, k.ID, &run)
		return nil
	}
	limit, err := k.limit.Int(v)
	if missing, ok := errors.AsType[*rule.EvalError](err); ok && missing.Code == rule.Missing && v.sc.Loose {
		return nil // a loose scope may lack the item: no limit, no clock
	}
	if err != nil {
		return fmt.Errorf("flow %s: limit of clock %s: %w", v.f.spec.ID, k.ID, err)
	}
	if limit < 0 {
		return fmt.Errorf("flow %s: limit of clock %s: expected 0 or more, found %d", v.f.spec.ID, k.ID, limit)
	}
	run := &ClockRun{Run: 1, ArmedSeq: e.Seq, ArmedAt: at, StartedAt: at, Limit: limit}
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
	put(&v.s.Clocks, k.ID, run)
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

// orphans closes the holds that have no clock left to pause after these stopped.
func (v *vars) orphans(stopped []*clock, e *Event) {
	for _, k := range stopped {
		for _, id := range k.Pause {
			if v.s.open(id) != nil && !slices.ContainsFunc(v.f.clocks, func(o clock) bool {
				return slices.Contains(o.Pause, id) && v.s.live(o.ID) != nil
			}) {
				v.s.close(id, v.s.At, e.Seq)
			}
		}
	}
}

// sync opens or ends the pause of a live clock as its holds stand now.
func (v *vars) sync(k *clock, e *Event) {
	run := v.s.live(k.ID)
	if run == nil || len(k.Pause) == 0 {
		return
	}
	var open *Hold
	for i := range v.s.Holds {
		if h := &v.s.Holds[i]; h.ClosedAt == nil && slices.Contains(k.Pause, h.ID) {
			open = h
			break
		}
	}
	at := v.s.At
	paused := timer{run: run}.paused()
	if (open != nil) == paused {
		return
	}
	next := *run
	if open != nil {
		next.Pauses = append(slices.Clip(run.Pauses), Pause{From: at, Hold: open.ID, Seq: e.Seq})
	} else {
		next.Pauses = slices.Clone(run.Pauses)
		p := &next.Pauses[len(next.Pauses)-1]
		p.To, p.EndSeq = &at, e.Seq
	}
	put(&v.s.Clocks, k.ID, &next)
}
