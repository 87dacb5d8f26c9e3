package flow

import (
	"fmt"
	"slices"
	"time"

	"banli/engine/calendar"
	"banli/engine/rule"
)

// Kinds of [Span].
const (
	SpanCounted  = "counted"
	SpanStartDay = "start_day" // D3: the day of the start does not count
	SpanOff      = "off"       // not a working day
	SpanPaused   = "paused"
	SpanOver     = "over" // after the due instant
)

// Explain shows the sum behind the due date of a clock: contiguous spans from its
// start to its due instant, or to its stop, or to the instant asked about where a
// pause lasts; then, when it is overdue, what lies beyond. Sum is what is counted up
// to the due instant: it equals the limit, unless the clock stopped or is paused.
func (f *Flow) Explain(sc *Scope, s *State, clockID string, at time.Time) (Explanation, error) {
	i := slices.IndexFunc(f.clocks, func(k clock) bool { return k.ID == clockID })
	if i < 0 {
		return Explanation{}, fmt.Errorf("flow %s has no clock %q", f.spec.ID, clockID)
	}
	if at.Before(s.At) {
		at = s.At
	}
	k := &f.clocks[i]
	run := s.Clock(clockID)
	ex := Explanation{Clock: k.view(sc, s, run, at, &stamps{zone: sc.Calendar.Zone()})}
	if run == nil {
		return ex, nil
	}
	end := at
	if run.StoppedAt != nil && run.StoppedAt.Before(at) {
		end = *run.StoppedAt
	}
	t := k.timer(sc, s, run)
	due, known := t.due()
	until := end
	if known && (run.StoppedAt == nil || due.Before(end)) {
		until = due
	}
	ex.Spans = k.spans(t, until)
	for _, sp := range ex.Spans {
		ex.Sum += sp.Units
	}
	if known && end.After(due) {
		ex.Spans = append(ex.Spans, Span{From: due, To: end, Kind: SpanOver, Units: t.units(t.counted(end) - t.limit()), Rule: "D5"})
	}
	if run.StoppedAt != nil && len(ex.Spans) > 0 && end.Equal(*run.StoppedAt) {
		ex.StopEvent = run.StoppedSeq
	}
	return ex, nil
}

// Ask evaluates an expression with what a guard of the command's action reads at its
// instant; with the id of a clock that runs with a hold in place of the action, with
// what its limit reads. So it tells why a guard answers as it does, part by part.
func (f *Flow) Ask(sc *Scope, s *State, cmd Command, expression string) (any, error) {
	c := &compiler{spec: f.spec, f: f}
	env, open := c.base(true), ""
	if a := f.action(cmd.Do); a != nil {
		env, open = c.env(a, true), a.Close
	} else if k := f.clock(cmd.Do); k != nil && k.WhileHold != "" {
		env.Vars, open = append(env.Vars, rule.Field{Name: "hold"}), k.WhileHold
	}
	r, err := rule.Compile(expression, env, rule.Any)
	if err != nil {
		return nil, err
	}
	v := f.begin(sc, s)
	if err := v.advance(cmd.At, false, cmd.At); err != nil {
		return nil, err
	}
	if len(cmd.Granted) > 0 || len(cmd.Done) > 0 {
		v.learn(&Event{Granted: cmd.Granted, Done: cmd.Done})
	}
	v.at, v.input = cmd.At.In(sc.Calendar.Zone()), cmd.Input
	if open != "" {
		v.hold.Hold = v.s.open(open)
	}
	return r.Eval(&v.vars)
}

func (t timer) units(amount int64) float64 {
	if t.days {
		return float64(amount)
	}
	return time.Duration(amount).Hours()
}

// spans walks the days from the start and the bounds of the pauses, and joins
// neighbours of one kind and reason.
func (k *clock) spans(t timer, until time.Time) (list []Span) {
	from := t.run.StartedAt.In(t.cal.Zone())
	startDay := t.cal.DateOf(from)
	event := t.run.ArmedSeq
	for from.Before(until) {
		d := t.cal.DateOf(from)
		to := t.cal.Start(d + 1)
		pause, next, nextEvent := t.pauseAt(from)
		if next.After(from) && next.Before(to) {
			to = next
		} else if !next.Equal(to) {
			nextEvent = 0
		}
		if until.Before(to) {
			to = until
		}
		sp := k.span(t, pause, from, to, d, startDay)
		sp.Event = event
		if n := len(list); n > 0 && event == 0 && list[n-1].Kind == sp.Kind && list[n-1].Reason == sp.Reason {
			list[n-1].To = sp.To
			list[n-1].Units += sp.Units
		} else {
			list = append(list, sp)
		}
		event = 0
		if to.Equal(next) {
			event = nextEvent
		}
		from = to
	}
	return list
}

// span is one stretch within a day.
func (k *clock) span(t timer, pause *Pause, from, to time.Time, d, startDay calendar.Date) Span {
	sp := Span{From: from, To: to, Kind: SpanCounted, Rule: "D2"}
	ex, exception := t.cal.Exception(d)
	if exception {
		sp.Reason = ex.Name
	}
	switch {
	case pause != nil:
		sp.Kind, sp.Reason, sp.Rule = SpanPaused, pause.Hold, "D4"
	case t.days && d == startDay:
		sp.Kind, sp.Reason, sp.Rule = SpanStartDay, "", "D3"
	case !t.cal.IsWorkday(d):
		sp.Kind, sp.Rule = SpanOff, "D1"
		if !exception {
			sp.Reason = "weekend"
		}
	case !t.days:
		sp.Units = to.Sub(from).Hours()
	default:
		sp.Rule = "D3"
		if to.Equal(t.cal.Start(d + 1)) { // running at its 24:00
			sp.Units = 1
		}
	}
	return sp
}

// pauseAt is the pause that covers the time just after from, nil for none, and the
// next instant at which that changes, with its event.
func (t timer) pauseAt(from time.Time) (pause *Pause, next time.Time, event int) {
	for i := range t.run.Pauses {
		p := &t.run.Pauses[i]
		if p.From.After(from) {
			return nil, p.From, p.Seq
		}
		if p.To == nil {
			return p, time.Time{}, 0
		}
		if p.To.After(from) {
			return p, *p.To, p.EndSeq
		}
	}
	return nil, time.Time{}, 0
}
