package bench

import (
	"time"

	"banli/engine/flow"
)

// permitCase is a permit as one would write it for this flow alone.
type permitCase struct {
	Seq     int       `json:"seq"`
	State   string    `json:"state"`
	At      time.Time `json:"at"`
	Taken   []taken   `json:"taken,omitempty"`
	Holds   []hold    `json:"holds,omitempty"`
	Clocks  []clock   `json:"clocks,omitempty"`
	ItemPin string    `json:"item_pin,omitempty"`
	Facts   struct {
		Decision string `json:"decision,omitempty"`
	} `json:"facts,omitzero"`
	Times struct {
		AcceptedAt  time.Time `json:"accepted_at,omitzero"`
		DecidedAt   time.Time `json:"decided_at,omitzero"`
		DeliveredAt time.Time `json:"delivered_at,omitzero"`
		SubmittedAt time.Time `json:"submitted_at,omitzero"`
		T0          time.Time `json:"t0,omitzero"`
		T1          time.Time `json:"t1,omitzero"`
	} `json:"times,omitzero"`
}

type taken struct {
	Do    string `json:"do"`
	Times int    `json:"times"`
	By    string `json:"by,omitempty"`
	For   string `json:"for,omitempty"`
}

type hold struct {
	ID       string         `json:"id"`
	OpenedAt time.Time      `json:"opened_at"`
	ClosedAt *time.Time     `json:"closed_at,omitempty"`
	OpenSeq  int            `json:"open_seq"`
	CloseSeq int            `json:"close_seq,omitempty"`
	Input    map[string]any `json:"input,omitempty"`
}

type clock struct {
	ID         string     `json:"id"`
	Run        int        `json:"run"`
	ArmedSeq   int        `json:"armed_seq"`
	ArmedAt    time.Time  `json:"armed_at"`
	StartedAt  time.Time  `json:"started_at"`
	Limit      int        `json:"limit"`
	Pauses     []stretch  `json:"pauses,omitempty"`
	StoppedAt  *time.Time `json:"stopped_at,omitempty"`
	StoppedSeq int        `json:"stopped_seq,omitempty"`
}

type stretch struct {
	From   time.Time  `json:"from"`
	To     *time.Time `json:"to,omitempty"`
	Hold   string     `json:"hold"`
	Seq    int        `json:"seq"`
	EndSeq int        `json:"end_seq,omitempty"`
}

// byHand folds a permit's events as one would write it for this flow alone: what the
// definition says, in Go.
func byHand(sc *flow.Scope, events []flow.Event) *permitCase {
	s := &permitCase{Taken: make([]taken, 0, 16), Clocks: make([]clock, 0, 5)}
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
			s.State, s.Times.SubmittedAt = "pre_review", at
		case "return_pre_review":
			s.State = "returned"
		case "resubmit":
			s.State = "pre_review"
		case "pass_pre_review":
			s.State, s.Times.T0 = "intake", at
			start(s, e.Seq, "intake", sc.Param["intake_days"].(int))
		case "issue_correction":
			s.State = "correction"
			stop(s, e.Seq, "intake", at)
		case "supplement":
			s.State, s.Times.T1 = "intake", at
			start(s, e.Seq, "intake", sc.Param["intake_days"].(int))
		case "accept":
			s.State, s.Times.AcceptedAt = "accepted", at
			stop(s, e.Seq, "intake", at)
			item := sc.Items[s.ItemPin]
			start(s, e.Seq, "promised", item["promised"].(int))
			limit, ok := item["statutory"].(int)
			if !ok {
				limit = sc.Param["statutory_default"].(int)
			}
			start(s, e.Seq, "statutory", limit)
		case "open_wait":
			s.Holds = append(s.Holds, hold{ID: "wait", OpenedAt: at, OpenSeq: e.Seq, Input: e.Input})
			pause(s, e.Seq, "wait", at)
		case "open_extension":
			s.Holds = append(s.Holds, hold{ID: "extension", OpenedAt: at, OpenSeq: e.Seq, Input: e.Input})
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
			s.State, s.Times.DecidedAt, s.Facts.Decision = "decided", at, "grant"
			stop(s, e.Seq, "promised", at)
			stop(s, e.Seq, "statutory", at)
			closeHold(s, e.Seq, "wait", at)
			closeHold(s, e.Seq, "extension", at)
			start(s, e.Seq, "delivery", sc.Param["delivery_days"].(int))
		case "deliver":
			s.State, s.Times.DeliveredAt = "delivered", at
			stop(s, e.Seq, "delivery", at)
		}
	}
	return s
}

func took(s *permitCase, e *flow.Event) {
	for i := range s.Taken {
		if t := &s.Taken[i]; t.Do == e.Do {
			t.Times++
			t.By, t.For = e.By.User, e.By.For
			return
		}
	}
	s.Taken = append(s.Taken, taken{Do: e.Do, Times: 1, By: e.By.User, For: e.By.For})
}

func start(s *permitCase, seq int, id string, limit int) {
	run := clock{ID: id, Run: 1, ArmedSeq: seq, ArmedAt: s.At, StartedAt: s.At, Limit: limit}
	if last := s.clock(id); last != nil {
		run.Run = last.Run + 1
		*last = run
		return
	}
	s.Clocks = append(s.Clocks, run)
}

func stop(s *permitCase, seq int, id string, at time.Time) {
	run := s.clock(id)
	if run == nil || run.StoppedAt != nil {
		return
	}
	if n := len(run.Pauses); n > 0 && run.Pauses[n-1].To == nil {
		run.Pauses[n-1].To, run.Pauses[n-1].EndSeq = &at, seq
	}
	run.StoppedAt, run.StoppedSeq = &at, seq
}

func pause(s *permitCase, seq int, hold string, at time.Time) {
	for _, id := range [...]string{"promised", "statutory"} {
		run := s.clock(id)
		if run == nil || run.StoppedAt != nil {
			continue
		}
		if n := len(run.Pauses); n == 0 || run.Pauses[n-1].To != nil {
			run.Pauses = append(run.Pauses, stretch{From: at, Hold: hold, Seq: seq})
		}
	}
}

func resume(s *permitCase, seq int, at time.Time) {
	for i := range s.Holds {
		if s.Holds[i].ClosedAt == nil {
			return
		}
	}
	for _, id := range [...]string{"promised", "statutory"} {
		run := s.clock(id)
		if run == nil || run.StoppedAt != nil {
			continue
		}
		if n := len(run.Pauses); n > 0 && run.Pauses[n-1].To == nil {
			run.Pauses[n-1].To, run.Pauses[n-1].EndSeq = &at, seq
		}
	}
}

func closeHold(s *permitCase, seq int, id string, at time.Time) {
	for i := len(s.Holds) - 1; i >= 0; i-- {
		if h := &s.Holds[i]; h.ClosedAt == nil && h.ID == id {
			h.ClosedAt, h.CloseSeq = &at, seq
			return
		}
	}
}

func (s *permitCase) clock(id string) *clock {
	for i := range s.Clocks {
		if s.Clocks[i].ID == id {
			return &s.Clocks[i]
		}
	}
	return nil
}
