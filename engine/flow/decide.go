package flow

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"banli/engine/calendar"
	"banli/engine/rule"
)

// Decide answers a command: first what the clock does before its instant, then the
// act itself, then what the engine does because of it. An act that is not lawful
// gives a *[Refusal] together with the Decision up to it, whose events are worth
// storing; other errors are faults.
//
// RecordedAt of all events is the command's instant; see [Flow.Advance].
func (f *Flow) Decide(sc *Scope, s *State, cmd Command) (Decision, error) {
	v := f.begin(sc, s)
	defer v.release()
	at := calendar.At(cmd.At)
	if at < s.last() {
		return v.decision(), &Refusal{
			Action: cmd.Do, Code: BeforeLastEvent, State: s.State(),
			Detail: fmt.Sprintf("asked for at %s, before the last event at %s", cmd.At.Format(time.RFC3339), s.At().Format(time.RFC3339)),
		}
	}
	if err := v.advance(at, false, cmd.At); err != nil {
		return v.decision(), err
	}
	a := f.action(cmd.Do)
	if a == nil {
		return v.decision(), &Refusal{Action: cmd.Do, Code: UnknownAction, State: v.s.State(), Detail: f.unknown(cmd.Do)}
	}
	if r := v.lawful(a, cmd.By, at, &cmd); r != nil {
		return v.decision(), r
	}
	e := Event{
		Do: a.ID, At: cmd.At, RecordedAt: cmd.At, By: cmd.By, Input: cmd.Input, Key: cmd.Key,
		Granted: fresh(cmd.Granted, v.s.Granted), Done: cmd.Done,
	}
	if a.Sign != nil && !sc.Loose && !a.complete(v.s, cmd.By) {
		return v.signature(a, e)
	}
	state := v.s.State()
	err := v.take(a, e)
	if err == nil {
		err = v.settle(cmd.At)
	}
	if err == nil {
		return v.decision(), nil
	}
	upTo, errUpTo := f.Advance(sc, s, cmd.At, false) // as it was before the act
	if bad, ok := errors.AsType[*rule.EvalError](err); ok && errUpTo == nil {
		err = &Refusal{Action: a.ID, Code: BadInput, Rule: a.Rule, State: state, Detail: bad.Error()}
	}
	return upTo, err
}

// unknown says that there is no such action, and which might be meant.
func (f *Flow) unknown(name string) string {
	known := make([]string, len(f.actions))
	for i := range f.actions {
		known[i] = f.actions[i].ID
	}
	s := "the flow has no action " + strconv.Quote(name)
	if n := rule.Nearest(name, known); n != "" {
		s += "; did you mean " + strconv.Quote(n) + "?"
	}
	return s
}

func fresh(list, known []string) (out []string) {
	for _, x := range list {
		if !slices.Contains(known, x) {
			out = append(out, x)
		}
	}
	return out
}

// lawful says why action a is not lawful for by at this instant; nil when it is. A nil
// cmd means that nobody has given an input yet: then a guard that reads it does not speak.
func (v *working) lawful(a *action, by Actor, at calendar.Instant, cmd *Command) *Refusal {
	return v.lawfulFor(a, by, at, cmd, false)
}

// lawfulFor is lawful, also for the clock's action that ends a hold for the engine.
func (v *working) lawfulFor(a *action, by Actor, at calendar.Instant, cmd *Command, closes bool) *Refusal {
	refuse := func(code, format string, args ...any) *Refusal {
		return &Refusal{Action: a.ID, Code: code, Rule: a.Rule, State: v.s.State(), Detail: fmt.Sprintf(format, args...)}
	}
	s := v.s
	switch begun := s.state != 0; {
	case cmd != nil && !v.sc.Loose && (by.Role == "clock" || by.Role == "engine"): // they act by themselves
		return refuse(WrongRole, "nobody acts as the %s", by.Role)
	case !begun && !a.opens:
		return refuse(WrongState, "the case has not begun; %s", v.f.beginnings())
	case begun && v.f.final[s.state]:
		return refuse(FinalState, "the case ended in state %s", s.State())
	case begun && a.from != nil && !a.from[s.state]:
		return refuse(WrongState, "taken in %s, the case is in %s", strings.Join(a.From, ", "), s.State())
	case a.open >= 0 && s.open(a.open) != nil:
		return refuse(HoldOpen, "%s is open already", a.Open)
	case a.close >= 0 && s.open(a.close) == nil:
		return refuse(HoldClosed, "%s is not open", a.Close)
	case a.AtMost > 0 && s.times(a.n) >= a.AtMost:
		return refuse(AtMost, "taken %d times, at most %d", s.times(a.n), a.AtMost)
	}
	if !v.sc.Loose {
		if r := v.mayTake(a, by, closes, refuse); r != nil {
			return r
		}
	}
	for _, p := range a.prolong {
		if due, over := v.ranOut(p.clock, at); over {
			return refuse(Guard, "%s ran out at %s", v.f.names.clocks[p.clock], due.In(v.zone()).Format(time.RFC3339))
		}
	}
	if len(a.guards) == 0 {
		return nil
	}
	return v.guards(a, by, at, cmd, refuse)
}

// ranOut says whether a clock that goes on has reached its limit before an instant.
func (v *vars) ranOut(clock int, at calendar.Instant) (calendar.Instant, bool) {
	run := v.s.live(clock)
	if run == nil {
		return 0, false
	}
	due, ok := v.timer(&v.f.clocks[clock], run).due()
	return due, ok && at > due
}

// guards asks the conditions of an action.
func (v *working) guards(a *action, by Actor, at calendar.Instant, cmd *Command, refuse func(string, string, ...any) *Refusal) *Refusal {
	v.at, v.input, v.hold = at, nil, nil
	if cmd != nil {
		v.input = cmd.Input
		if len(cmd.Granted) > 0 || len(cmd.Done) > 0 { // a guard sees what the command tells
			saved := v.s
			v.s = v.f.clone(v.s)
			v.s.learn(&Event{Granted: cmd.Granted, Done: cmd.Done})
			defer func() { v.s = saved }()
		}
	}
	if a.close >= 0 {
		v.hold = v.s.open(a.close)
	}
	engine := by.Role == "engine"
	for _, g := range a.guards {
		if g.onInput && cmd == nil && !engine && by.Role != "clock" || // nobody gave an input yet
			g.onData && v.sc.Loose && !engine { // the engine never acts on what it does not know
			continue
		}
		if ok, err := g.Bool(&v.rec); err != nil {
			return refuse(Guard, "cannot tell whether %s: %v", g, err)
		} else if !ok {
			return refuse(Guard, "does not hold: %s", g)
		}
	}
	return nil
}

// mayTake checks the roles.
func (v *working) mayTake(a *action, by Actor, closes bool, refuse func(string, string, ...any) *Refusal) *Refusal {
	roles := a.By
	if a.Sign != nil {
		roles = slices.Concat(roles, a.Sign.By)
	}
	switch {
	case closes && a.byClock:
	case slices.Contains(roles, by.Role), added(v.s.Signers[a.ID], by):
	default:
		return refuse(WrongRole, "taken by %s, asked by %s", strings.Join(roles, ", "), by.Role)
	}
	if d := a.DifferentFrom; d != "" {
		if last := v.s.lastBy(v.f.index.find(d)); by.shares(Actor{User: last.by, For: last.onBehalf}) {
			return refuse(SamePerson, "%s was taken by the same person", d)
		}
	}
	if slices.ContainsFunc(v.s.Signs[a.ID], func(o Actor) bool { return o.Role == by.Role && (o.User == by.User || o.shares(by)) }) {
		return refuse(SamePerson, "this person has signed already")
	}
	return nil
}

// shares says whether two acted by the same hand or on the same person's mandate: who
// acts for somebody is that person too.
func (a Actor) shares(b Actor) bool {
	return a.User != "" && (a.User == b.User || a.User == b.For) || a.For != "" && (a.For == b.User || a.For == b.For)
}

// added says whether an actor is, or acts for, one of the signers added.
func added(signers []string, by Actor) bool {
	return slices.ContainsFunc(signers, func(user string) bool { return by.shares(Actor{User: user}) })
}

// beginnings names the actions that begin a case.
func (f *Flow) beginnings() string {
	var ids []string
	for i := range f.actions {
		if f.actions[i].opens {
			ids = append(ids, f.actions[i].ID)
		}
	}
	return "it begins with " + strings.Join(ids, " or ")
}

// signatures is the number of signatures a Sign asks for; 0: not a number.
func signatures(s *SignSpec) int {
	n, err := strconv.Atoi(s.Need)
	if err != nil {
		return 0
	}
	return n
}

// complete says whether the signature of by is the last one needed.
func (a *action) complete(s *State, by Actor) bool {
	given := append(slices.Clone(s.Signs[a.ID]), by)
	for _, user := range s.Signers[a.ID] {
		if !slices.ContainsFunc(given, func(g Actor) bool { return g.shares(Actor{User: user}) }) {
			return false
		}
	}
	signed := func(role string) bool {
		return slices.ContainsFunc(given, func(g Actor) bool { return g.Role == role })
	}
	switch a.Sign.Need {
	case "any":
		return slices.ContainsFunc(a.By, signed) || slices.ContainsFunc(a.Sign.By, signed)
	case "all":
		return !slices.ContainsFunc(a.Sign.By, func(role string) bool { return !signed(role) })
	}
	given = slices.DeleteFunc(given, func(g Actor) bool { return !slices.Contains(a.By, g.Role) && !slices.Contains(a.Sign.By, g.Role) })
	return len(given) >= signatures(a.Sign)
}

// signature records one signature of an action that needs more.
func (v *working) signature(a *action, e Event) (Decision, error) {
	e.Do, e.Seq, e.At = a.ID+signSuffix, v.s.Seq+1, calendar.At(e.At).In(v.zone())
	if err := v.apply(&e); err != nil {
		return v.decision(), err
	}
	v.out.Events = append(v.out.Events, e)
	return v.decision(), nil
}

// Start is the state a history may begin from when its first event is firstDo. An
// action that begins a case starts from nothing. Another one may stand first where an
// opening action leads to a state it is taken in, without starting a clock: then
// nothing is lost by leaving the opening out.
func (f *Flow) Start(sc *Scope, firstDo string) (*State, error) {
	a := f.action(firstDo)
	if a == nil {
		return nil, errors.New(f.unknown(firstDo))
	}
	if a.opens {
		return &State{}, nil
	}
	for i := range f.actions {
		o := &f.actions[i]
		if !o.opens || len(a.From) > 0 && !slices.Contains(a.From, o.To) {
			continue
		}
		if !slices.ContainsFunc(f.clocks, func(k clock) bool { return slices.Contains(k.While, o.To) }) {
			return &State{names: &f.names, state: o.to}, nil
		}
	}
	return nil, fmt.Errorf("a case of flow %s cannot begin with %s; %s", f.spec.ID, firstDo, f.beginnings())
}
