package flow

import (
	"slices"
	"time"

	"banli/engine/calendar"
)

// Lawful lists every action some person could take, in the flow's order, each with
// what it would do to the clocks; Refused says why this actor may not take it now.
// A condition that reads the input cannot speak before there is one: [Flow.Decide] asks
// it. What is impossible whatever the input belongs into requires.
// Like [Flow.View] it takes the state as it is.
func (f *Flow) Lawful(sc *Scope, s *State, by Actor, at time.Time) []Act {
	s, now := f.own(s), calendar.At(s.notBefore(at))
	var acts []Act
	asked := working{vars: f.vars(sc, s)}
	defer asked.release()
	before := asked.view(now)
	for i := range f.actions {
		a := &f.actions[i]
		if !a.personal() || a.opens && s.state != 0 && len(a.From) == 1 {
			continue
		}
		act := Act{
			ID: a.ID, Name: a.Name, NameEn: a.NameEn, Input: a.Input, To: a.To,
			Note: a.Note, Rule: a.Rule,
		}
		act.Refused = asked.lawful(a, by, now, nil)
		if act.Refused == nil || act.Refused.Code == WrongRole || act.Refused.Code == SamePerson || act.Refused.Code == Guard {
			act.Effects = f.effects(sc, s, a, by, now, &before)
		}
		acts = append(acts, act)
	}
	return acts
}

// personal says whether some person, not only the clock, the engine or another case, takes it.
func (a *action) personal() bool {
	return a.Sign != nil || slices.ContainsFunc(a.By, func(r string) bool { return r != "clock" && r != "engine" && r != "signal" })
}

// effects plays the action with no input and compares the clocks. An action that
// cannot be played so (it sets a fact from its input) shows none.
func (f *Flow) effects(sc *Scope, s *State, a *action, by Actor, now calendar.Instant, before *View) (list []Effect) {
	v := f.begin(sc, s)
	defer v.release()
	at := now.In(v.zone())
	if v.take(a, Event{Do: a.ID, At: at, RecordedAt: at, By: by}) != nil || v.settle(at) != nil {
		return nil
	}
	after := v.view(max(now, v.s.at))
	for i := range after.Clocks {
		old, now := &before.Clocks[i], &after.Clocks[i]
		if kind := change(old, now); kind != "" {
			e := Effect{Clock: now.ID, Kind: kind, Limit: now.Limit, Unit: now.Unit}
			if kind != "stop" {
				e.Due = now.Due
			}
			list = append(list, e)
		}
	}
	return list
}

func change(old, now *ClockView) string {
	ran := old.Status == Running || old.Status == Paused
	runs := now.Status == Running || now.Status == Paused
	switch {
	case ran && !runs:
		return "stop"
	case runs && now.Run > 1 && now.Run != old.Run:
		return "restart"
	case runs && old.Status == Idle:
		return "start"
	case now.Status == Paused && old.Status != Paused:
		return "pause"
	case now.Status == Running && old.Status != Running:
		return "resume"
	case runs && now.Prolonged != old.Prolonged:
		return "prolong"
	}
	return ""
}
