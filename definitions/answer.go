package definitions

import (
	"math"
	"slices"
	"time"

	"banli/engine/flow"
)

// Answer is how a case stands at an instant, as banli simulate --json prints it. Instants are RFC 3339 with the
// calendar's offset, in whole seconds.
type Answer struct {
	State   string                 `json:"state"`
	Holds   []string               `json:"holds"` // open ones, in the order of opening
	Facts   map[string]any         `json:"facts"`
	Marks   []string               `json:"marks"`
	Clocks  map[string]AnswerClock `json:"clocks"` // all of the flow
	Events  []AnswerEvent          `json:"events"` // automatic ones included
	NextDue *string                `json:"next_due"`
}

// AnswerClock is one clock. Used are the units counted up to the instant or the stop: for a clock of days a whole
// number, for one of hours a number with a fraction. Elapsed also counts the day of the instant or stop itself (D6).
type AnswerClock struct {
	Status       string       `json:"status"` // idle, running, paused, stopped, expired
	StartedAt    *string      `json:"started_at"`
	Due          *string      `json:"due"`
	DueIfResumed *string      `json:"due_if_resumed"` // while paused: due if every hold closed now
	StoppedAt    *string      `json:"stopped_at"`
	Limit        *int         `json:"limit"`
	Unit         string       `json:"unit"`
	Used         *float64     `json:"used"`
	Elapsed      *float64     `json:"elapsed"`
	Left         *float64     `json:"left"`
	Overdue      bool         `json:"overdue"`
	Provisional  bool         `json:"provisional"`
	PausedBy     string       `json:"paused_by,omitempty"`
	Lamp         string       `json:"lamp"`
	Run          int          `json:"run"`
	Spans        []AnswerSpan `json:"spans"`
}

// AnswerSpan is one stretch of a clock's time and why it counts or not.
type AnswerSpan struct {
	From   string  `json:"from"`
	To     string  `json:"to"`
	Kind   string  `json:"kind"`
	Units  float64 `json:"units"`
	Reason string  `json:"reason"`
	Event  int     `json:"event"`
	Rule   string  `json:"rule"`
}

// AnswerEvent is one event of the case.
type AnswerEvent struct {
	Do    string   `json:"do"`
	At    string   `json:"effective_at"`
	By    string   `json:"by"` // a role; "clock" for what happened at a due instant
	Marks []string `json:"marks"`
}

func (p *played) answer(c *Catalogue, at time.Time) (Answer, error) {
	a := Answer{
		State: p.state.State(), Holds: []string{}, Facts: map[string]any{}, Marks: []string{},
		Clocks: map[string]AnswerClock{}, Events: []AnswerEvent{},
	}
	view := p.flow.View(p.scope, p.state, at)
	a.Holds, a.Marks = append(a.Holds, view.Holds...), append(a.Marks, view.Marks...)
	for name, v := range view.Facts {
		if t, ok := v.(time.Time); ok {
			v = c.stamp(t)
		}
		a.Facts[name] = v
	}
	for _, k := range view.Clocks {
		x, err := p.flow.Explain(p.scope, p.state, k.ID, at)
		if err != nil {
			return Answer{}, err
		}
		a.Clocks[k.ID] = c.answerClock(x)
	}
	for _, e := range p.events {
		a.Events = append(a.Events, AnswerEvent{e.Do, c.stamp(e.At), e.By.Role, append([]string{}, e.Marks...)})
	}
	a.NextDue = c.stampPtr(view.NextDue)
	return a, nil
}

func (c *Catalogue) answerClock(x flow.Explanation) AnswerClock {
	k := x.Clock
	out := AnswerClock{
		Status: k.Status, Unit: k.Unit, Lamp: k.Lamp, Run: k.Run, Spans: []AnswerSpan{},
		StartedAt: c.stampPtr(k.StartedAt), Due: c.stampPtr(k.Due), DueIfResumed: c.stampPtr(k.DueIfResumed), StoppedAt: c.stampPtr(k.StoppedAt),
		Overdue: k.Overdue, Provisional: k.Provisional, PausedBy: k.PausedBy,
	}
	if k.Status == flow.Idle {
		return out
	}
	elapsed, left := k.Used, k.Left.Hours()
	if k.Unit == "days" {
		elapsed, left = float64(k.Elapsed), float64(k.LeftDays)
	}
	out.Limit, out.Used, out.Elapsed, out.Left = &k.Limit, units(k.Used), units(elapsed), units(left)
	for _, s := range x.Spans {
		out.Spans = append(out.Spans, AnswerSpan{c.stamp(s.From), c.stamp(s.To), s.Kind, *units(s.Units), s.Reason, s.Event, s.Rule})
	}
	return out
}

// units rounds away what binary fractions add: a second is the finest there is.
func units(n float64) *float64 {
	n = math.Round(n*3600*1000) / (3600 * 1000)
	return &n
}

func (c *Catalogue) stampPtr(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := c.stamp(*t)
	return &s
}

// has says whether the answer has a mark.
func (a Answer) has(mark string) bool { return slices.Contains(a.Marks, mark) }
