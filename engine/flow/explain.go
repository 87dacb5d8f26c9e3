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
	s = f.own(s)
	now := calendar.At(s.notBefore(at))
	k := &f.clocks[i]
	run := s.clock(i)
	ex := Explanation{Clock: k.view(sc, s, run, now, &stamps{zone: sc.Calendar.Zone()})}
	if run == nil {
		return ex, nil
	}
	end, stopped := min(now, run.stoppedAt), run.stoppedAt != calendar.Never
	t := k.timer(sc, s, run)
	due, known := t.due()
	until := end
	if known && (!stopped || due < end) {
		until = due
	}
	ex.Spans = k.spans(t, s.names, until)
	for _, sp := range ex.Spans {
		ex.Sum += sp.Units
	}
	if known && end > due {
		ex.Spans = append(ex.Spans, Span{From: due.In(t.cal.Zone()), To: end.In(t.cal.Zone()), Kind: SpanOver, Units: t.units(t.counted(end) - t.limit()), Rule: "D5"})
	}
	if len(ex.Spans) > 0 && end == run.stoppedAt {
		ex.StopEvent = int(run.stoppedSeq)
	}
	return ex, nil
}

// Ask evaluates an expression with what a guard of the command's action reads at its
// instant; with the id of a clock that runs with a hold in place of the action, with
// what its limit reads. So it tells why a guard answers as it does, part by part.
func (f *Flow) Ask(sc *Scope, s *State, cmd Command, expression string) (any, error) {
	c := &compiler{spec: f.spec, f: f}
	env, open := c.base(true), -1
	if a := f.action(cmd.Do); a != nil {
		env, open = c.env(a, true), a.close
	} else if i := slices.Index(f.names.clocks, cmd.Do); i >= 0 && f.clocks[i].hold >= 0 {
		env.Vars, open = append(env.Vars, rule.Field{Name: "hold"}), f.clocks[i].hold
	}
	env.Layout = nil // that of the flow is complete
	r, err := rule.Compile(expression, env, rule.Any)
	if err != nil {
		return nil, err
	}
	v := f.begin(sc, s)
	defer v.release()
	at := calendar.At(cmd.At)
	if err := v.advance(at, false, cmd.At); err != nil {
		return nil, err
	}
	v.s.learn(&Event{Granted: cmd.Granted, Done: cmd.Done})
	v.at, v.input = at, cmd.Input
	if open >= 0 {
		v.hold = v.s.open(open)
	}
	return r.Eval(v.vars)
}

func (t timer) units(amount int64) float64 {
	if t.days {
		return float64(amount)
	}
	return (time.Duration(amount) * time.Microsecond).Hours()
}

// spans walks the days from the start and the bounds of the pauses, and joins
// neighbours of one kind and reason.
func (k *clock) spans(t timer, n *names, until calendar.Instant) (list []Span) {
	from := t.run.startedAt
	startDay := t.cal.Day(from)
	event := int(t.run.armedSeq)
	for from < until {
		d := t.cal.Day(from)
		to := t.cal.Begin(d + 1)
		pause, next, nextEvent := t.pauseAt(from)
		if next < to {
			to = next
		} else if next > to {
			nextEvent = 0
		}
		to = min(to, until)
		sp := k.span(t, n, pause, from, to, d, startDay)
		sp.Event = event
		if n := len(list); n > 0 && event == 0 && list[n-1].Kind == sp.Kind && list[n-1].Reason == sp.Reason {
			list[n-1].To = sp.To
			list[n-1].Units += sp.Units
		} else {
			list = append(list, sp)
		}
		event = 0
		if to == next {
			event = nextEvent
		}
		from = to
	}
	return list
}

// span is one stretch within a day.
func (k *clock) span(t timer, n *names, pause *pause, from, to calendar.Instant, d, startDay calendar.Date) Span {
	sp := Span{From: from.In(t.cal.Zone()), To: to.In(t.cal.Zone()), Kind: SpanCounted, Rule: "D2"}
	ex, exception := t.cal.Exception(d)
	if exception {
		sp.Reason = ex.Name
	}
	switch {
	case pause != nil:
		sp.Kind, sp.Reason, sp.Rule = SpanPaused, n.hold(pause.hold), "D4"
	case t.days && d == startDay:
		sp.Kind, sp.Reason, sp.Rule = SpanStartDay, "", "D3"
	case !t.cal.IsWorkday(d):
		sp.Kind, sp.Rule = SpanOff, "D1"
		if !exception {
			sp.Reason = "weekend"
		}
	case !t.days:
		sp.Units = t.units(int64(to - from))
	default:
		sp.Rule = "D3"
		if to == t.cal.Begin(d+1) { // running at its 24:00
			sp.Units = 1
		}
	}
	return sp
}

// pauseAt is the pause that covers the time just after from, nil for none, and the
// next instant at which that changes, with its event.
func (t timer) pauseAt(from calendar.Instant) (covering *pause, next calendar.Instant, event int) {
	for i := range t.pauses {
		p := &t.pauses[i]
		switch {
		case p.clock != t.run.clock:
		case p.from > from:
			return nil, p.from, int(p.seq)
		case p.to > from:
			return p, p.to, int(p.endSeq)
		}
	}
	return nil, calendar.Never, 0
}
