package bench

import (
	"time"

	"banli/engine/flow"
)

// byHand folds a permit's events as one would write it for this flow alone: what the
// definition says, in Go.
func byHand(sc *flow.Scope, events []flow.Event) *flow.State {
	s := &flow.State{Facts: map[string]any{}, Taken: make([]flow.Taken, 0, 16), Clocks: make([]flow.ClockRun, 0, 5)}
	for i := range events {
		e := &events[i]
		s.Seq, s.At = e.Seq, e.At.In(sc.Calendar.Zone())
		took(s, e)
		if pin := e.Pins["item"]; pin != "" {
			s.ItemPin = pin
		}
		at := s.At
		switch e.Do {
		case "submit":
			s.State, s.Facts["submitted_at"] = "pre_review", at
		case "return_pre_review":
			s.State = "returned"
		case "resubmit":
			s.State = "pre_review"
		case "pass_pre_review":
			s.State, s.Facts["t0"] = "intake", at
			start(s, e.Seq, "intake", sc.Param["intake_days"].(int))
		case "issue_correction":
			s.State = "correction"
			stop(s, e.Seq, "intake", at)
		case "supplement":
			s.State, s.Facts["t1"] = "intake", at
			start(s, e.Seq, "intake", sc.Param["intake_days"].(int))
		case "accept":
			s.State, s.Facts["accepted_at"] = "accepted", at
			stop(s, e.Seq, "intake", at)
			item := sc.Items[s.ItemPin]
			start(s, e.Seq, "promised", item["promised"].(int))
			limit, ok := item["statutory"].(int)
			if !ok {
				limit = sc.Param["statutory_default"].(int)
			}
			start(s, e.Seq, "statutory", limit)
		case "open_wait":
			s.Holds = append(s.Holds, flow.Hold{ID: "wait", OpenedAt: at, OpenSeq: e.Seq, Input: e.Input})
			pause(s, e.Seq, "wait", at)
		case "open_extension":
			s.Holds = append(s.Holds, flow.Hold{ID: "extension", OpenedAt: at, OpenSeq: e.Seq, Input: e.Input})
			days, ok := e.Input["days"].(int)
			if !ok {
				days = sc.Param["extension_default"].(int)
			}
			start(s, e.Seq, "extension", days)
			pause(s, e.Seq, "extension", at)
		case "close_wait":
			closeHold(s, e.Seq, "wait", at)
			resume(s, e.Seq, at)
		case "close_extension":
			closeHold(s, e.Seq, "extension", at)
			stop(s, e.Seq, "extension", at)
			resume(s, e.Seq, at)
		case "grant":
			s.State, s.Facts["decided_at"], s.Facts["decision"] = "decided", at, "grant"
			stop(s, e.Seq, "promised", at)
			stop(s, e.Seq, "statutory", at)
			closeHold(s, e.Seq, "wait", at)
			closeHold(s, e.Seq, "extension", at)
			start(s, e.Seq, "delivery", sc.Param["delivery_days"].(int))
		case "deliver":
			s.State, s.Facts["delivered_at"] = "delivered", at
			stop(s, e.Seq, "delivery", at)
		}
	}
	return s
}

func took(s *flow.State, e *flow.Event) {
	for i := range s.Taken {
		if t := &s.Taken[i]; t.Do == e.Do {
			t.Times++
			t.By, t.For = e.By.User, e.By.For
			return
		}
	}
	s.Taken = append(s.Taken, flow.Taken{Do: e.Do, Times: 1, By: e.By.User, For: e.By.For})
}

func start(s *flow.State, seq int, id string, limit int) {
	run := flow.ClockRun{ID: id, Run: 1, ArmedSeq: seq, ArmedAt: s.At, StartedAt: s.At, Limit: limit}
	if last := s.Clock(id); last != nil {
		run.Run = last.Run + 1
		*last = run
		return
	}
	s.Clocks = append(s.Clocks, run)
}

func stop(s *flow.State, seq int, id string, at time.Time) {
	run := s.Clock(id)
	if run == nil || run.StoppedAt != nil {
		return
	}
	if n := len(run.Pauses); n > 0 && run.Pauses[n-1].To == nil {
		run.Pauses[n-1].To, run.Pauses[n-1].EndSeq = &at, seq
	}
	run.StoppedAt, run.StoppedSeq = &at, seq
}

func pause(s *flow.State, seq int, hold string, at time.Time) {
	for _, id := range [...]string{"promised", "statutory"} {
		run := s.Clock(id)
		if run == nil || run.StoppedAt != nil {
			continue
		}
		if n := len(run.Pauses); n == 0 || run.Pauses[n-1].To != nil {
			run.Pauses = append(run.Pauses, flow.Pause{From: at, Hold: hold, Seq: seq})
		}
	}
}

func resume(s *flow.State, seq int, at time.Time) {
	for i := range s.Holds {
		if s.Holds[i].ClosedAt == nil {
			return
		}
	}
	for _, id := range [...]string{"promised", "statutory"} {
		run := s.Clock(id)
		if run == nil || run.StoppedAt != nil {
			continue
		}
		if n := len(run.Pauses); n > 0 && run.Pauses[n-1].To == nil {
			run.Pauses[n-1].To, run.Pauses[n-1].EndSeq = &at, seq
		}
	}
}

func closeHold(s *flow.State, seq int, id string, at time.Time) {
	for i := len(s.Holds) - 1; i >= 0; i-- {
		if h := &s.Holds[i]; h.ClosedAt == nil && h.ID == id {
			h.ClosedAt, h.CloseSeq = &at, seq
			return
		}
	}
}
