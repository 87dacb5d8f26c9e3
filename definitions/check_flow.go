package definitions

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"banli/engine/flow"
)

// Roles are the roles an action may be taken by (domain table 9), and the three that are nobody.
var Roles = []string{
	"owner", "liaison", "general_window", "dept_window", "handler", "dept_leader", "platform_admin", "service_center",
	"supervisor", "leading_group", "rule_designer", "system_admin", "auditor", "clock", "engine", "signal",
}

func (l *loader) checkRole(o *object, v value) {
	if v.ok() && !slices.Contains(Roles, v.text()) {
		l.fault(o, v, "unknown-role", fmt.Sprintf("unknown role %q", v.text()), nearest(v.text(), Roles))
	}
}

func (l *loader) checkFlows(fs.FS) {
	sent := l.sentActions()
	for _, o := range l.of("flow") {
		spec := l.specs[o.id]
		before := len(l.faults)
		l.checkReferences(o)
		if o.broken || o.misspelt || len(l.faults) > before {
			continue // proofs about a flow with loose ends would only repeat them
		}
		r := explore(&spec, sent[o.id])
		if len(r.configs) == 0 {
			l.fault(o, o.get("actions"), "no-opening", "no action opens a case", "give one action from: new and a state in to")
			continue
		}
		l.reached[o.id] = r
		l.checkStates(o, r)
		l.checkEnd(o, r)
		l.checkActions(o, r)
		l.checkHolds(o, r)
		l.checkClocks(o, r)
	}
}

// sentActions are, by flow, the actions that spawns and signals ask for.
func (l *loader) sentActions() map[string]map[string]bool {
	sent := map[string]map[string]bool{}
	mark := func(flowID, action string) {
		if sent[flowID] == nil {
			sent[flowID] = map[string]bool{}
		}
		sent[flowID][action] = true
	}
	parents := map[string][]string{}
	for _, s := range l.specs {
		for _, a := range s.Actions {
			for _, c := range a.Spawn {
				mark(c.Flow, c.Do)
				parents[c.Flow] = append(parents[c.Flow], s.ID)
			}
		}
	}
	for _, s := range l.specs {
		for _, a := range s.Actions {
			for _, sig := range a.Signal {
				switch sig.To {
				case "parent":
					for _, p := range parents[s.ID] {
						mark(p, sig.Do)
					}
				case "waiting":
					for id := range l.specs {
						mark(id, sig.Do)
					}
				}
			}
		}
	}
	return sent
}

// checkReferences finds names of states, holds, actions, clocks, roles, forms, documents and flows that are not there.
func (l *loader) checkReferences(o *object) {
	states, holds, actions := fieldNames(o.get("states")), fieldNames(o.get("holds")), fieldNames(o.get("actions"))
	states = append(states, flow.New)
	known := func(v value, kind string, ids []string) {
		for _, e := range v.list() {
			if e.text() != "" && !slices.Contains(ids, e.text()) {
				l.fault(o, e, "unknown-"+kind, fmt.Sprintf("unknown %s %q", kind, e.text()), nearest(e.text(), ids))
			}
		}
	}
	for _, a := range o.get("actions").fields() {
		known(a.get("from"), "state", states)
		known(a.get("to"), "state", states[:len(states)-1])
		known(a.get("open"), "hold", holds)
		known(a.get("close"), "hold", holds)
		known(a.get("different_from"), "action", actions)
		known(a.get("add_signer").get("to"), "action", actions)
		for _, by := range append(a.get("by").list(), a.get("sign").get("by").list()...) {
			l.checkRole(o, by)
		}
		l.refer(o, a.get("input"), "form")
		l.refer(o, a.get("document"), "document")
		for _, s := range a.get("spawn").list() {
			l.refer(o, s.get("flow"), "flow")
			if child, ok := l.specs[s.get("flow").text()]; ok {
				l.checkOpening(o, s.get("do"), child)
			}
		}
		for _, s := range a.get("signal").list() {
			l.checkSignal(o, s)
		}
	}
	for _, c := range o.get("clocks").fields() {
		known(c.get("while"), "state", states[:len(states)-1])
		known(c.get("while_hold"), "hold", holds)
		known(c.get("pause"), "hold", holds)
		known(c.get("on_due"), "action", actions)
	}
}

func (l *loader) checkOpening(o *object, do value, child flow.Spec) {
	i := slices.IndexFunc(child.Actions, func(a flow.ActionSpec) bool { return a.ID == do.text() })
	switch {
	case i < 0:
		l.fault(o, do, "unknown-action", fmt.Sprintf("unknown action %q in flow %s", do.text(), child.ID), didYouMean(do.text(), actionIDs(child)))
	case !slices.Contains(child.Actions[i].From, flow.New):
		l.fault(o, do, "not-opening", fmt.Sprintf("action %q of flow %s does not open a case", do.text(), child.ID), "give it from: new")
	case !slices.Contains(child.Actions[i].By, "signal"):
		l.fault(o, do, "nobody", fmt.Sprintf("action %q of flow %s is not taken by signal, so no other case can open one", do.text(), child.ID), "add signal to its by")
	}
}

// checkSignal wants some flow that hears the signal.
func (l *loader) checkSignal(o *object, s value) {
	do := s.get("do")
	if do.text() == "" || l.unread["flow"] {
		return
	}
	var known []string
	for _, id := range sortedKeys(l.specs) {
		for _, a := range l.specs[id].Actions {
			if slices.Contains(a.By, "signal") {
				known = append(known, a.ID)
			}
		}
	}
	if !slices.Contains(known, do.text()) {
		l.fault(o, do, "unknown-action", fmt.Sprintf("no flow has an action %q taken by signal", do.text()), didYouMean(do.text(), known))
	}
}

func (l *loader) checkStates(o *object, r *reach) {
	for _, s := range r.spec.States {
		at := o.get("states").get(s.ID)
		switch {
		case r.cut:
		case !r.some(func(c config) bool { return c.state == s.ID }):
			l.fault(o, at, "unreachable-state", fmt.Sprintf("state %q is never reached", s.ID), "give an action that somebody takes to: "+s.ID+", or take the state out")
		case s.Final:
		default:
			if c, stuck := r.stuck(func(c config) bool { return c.state == s.ID }); stuck {
				l.fault(o, at, "no-exit", fmt.Sprintf("state %q is never left%s", s.ID, r.usedUp(c)), "give an action from: ["+s.ID+"] that leads elsewhere, or say final: true")
			}
		}
	}
}

// checkEnd wants an end within reach of everything, in a flow that has one: cases that only go around are never done.
func (l *loader) checkEnd(o *object, r *reach) {
	if r.cut || !r.some(func(c config) bool { return r.final(c.state) }) {
		return
	}
	around := func(c config) bool { return !r.final(c.state) }
	if c, stuck := r.stuck(around); stuck {
		if _, alone := r.stuck(func(f config) bool { return f.state == c.state }); !alone { // else it was said
			l.fault(o, o.get("states").get(c.state), "no-end", fmt.Sprintf("from state %q no history reaches an end%s", c.state, r.usedUp(c)), "give an action that leads from there to a state with final: true")
		}
	}
}

func (l *loader) checkActions(o *object, r *reach) {
	for _, a := range r.spec.Actions {
		at := o.get("actions").get(a.ID)
		switch {
		case len(a.By) == 0 && a.Sign == nil: // the engine says so
		case !r.somebody(a):
			l.fault(o, at.get("by"), "nobody", fmt.Sprintf("nobody can take action %q: %s", a.ID, nobodyBecause(a)), "")
		case len(a.From) == 0 && a.Open == "" && a.Close == "":
			l.fault(o, at, "missing-field", fmt.Sprintf("action %q has neither from, open nor close", a.ID), "say in which states it may be taken")
		case slices.Contains(a.From, flow.New) && a.To == "":
			l.fault(o, at.get("from"), "no-opening", fmt.Sprintf("action %q opens a case but leads to no state", a.ID), "give it a state in to")
		case !r.taken[a.ID] && !r.cut:
			l.fault(o, at, "never-possible", fmt.Sprintf("action %q is never possible: no history reaches a state it starts from", a.ID), "")
		}
	}
}

func nobodyBecause(a flow.ActionSpec) string {
	switch {
	case slices.Contains(a.By, "clock"):
		return "no clock names it in on_due"
	case slices.Contains(a.By, "signal"):
		return "no flow sends it as a signal"
	case slices.Contains(a.By, "engine"):
		return "the engine takes an action when its when holds, and it has none"
	}
	return "by names no role"
}

func (l *loader) checkHolds(o *object, r *reach) {
	for _, h := range r.spec.Holds {
		at := o.get("holds").get(h.ID)
		if !r.some(func(c config) bool { return c.open(h.ID) }) {
			l.fault(o, at, "never-opened", fmt.Sprintf("hold %q is never opened", h.ID), "give an action that somebody takes open: "+h.ID)
			continue
		}
		open := func(c config) bool { return c.open(h.ID) && !r.final(c.state) }
		if c, stuck := r.stuck(open); stuck {
			l.fault(o, at, "never-closed", fmt.Sprintf("hold %q cannot be closed once open in state %q%s", h.ID, c.state, r.usedUp(c)), "give an action close: "+h.ID)
		}
	}
}

// checkClocks proves that every clock can be armed and stopped and that what is due to happen may happen where it runs.
func (l *loader) checkClocks(o *object, r *reach) {
	for _, c := range r.spec.Clocks {
		at := o.get("clocks").get(c.ID)
		armed := func(f config) bool {
			return !r.final(f.state) && (slices.Contains(c.While, f.state) || c.WhileHold != "" && f.open(c.WhileHold))
		}
		if (len(c.While) == 0) == (c.WhileHold == "") {
			l.fault(o, at, "never-armed", fmt.Sprintf("clock %q needs either while or while_hold", c.ID), "say in which states it runs, or during which hold")
			continue
		}
		if !r.some(armed) {
			l.fault(o, at, "never-armed", fmt.Sprintf("clock %q is never armed: no history reaches %s", c.ID, whereItRuns(c)), "")
			continue
		}
		if f, stuck := r.stuck(armed); stuck && c.OnDue == "" {
			l.fault(o, at, "never-stopped", fmt.Sprintf("clock %q never stops once in state %q%s", c.ID, f.state, r.usedUp(f)), "give an action that leaves "+whereItRuns(c))
		}
		l.checkDue(o, r, c, armed)
	}
}

func whereItRuns(c flow.ClockSpec) string {
	if c.WhileHold != "" {
		return "hold " + c.WhileHold
	}
	return strings.Join(c.While, ", ")
}

func (l *loader) checkDue(o *object, r *reach, c flow.ClockSpec, armed func(config) bool) {
	i := slices.IndexFunc(r.spec.Actions, func(a flow.ActionSpec) bool { return a.ID == c.OnDue })
	if i < 0 {
		return
	}
	a, at := r.spec.Actions[i], o.get("clocks").get(c.ID).get("on_due")
	if !slices.Contains(a.By, "clock") {
		l.fault(o, at, "due-not-allowed", fmt.Sprintf("action %q is not taken by clock", a.ID), "add clock to its by")
		return
	}
	for _, f := range r.configs {
		paused := slices.ContainsFunc(c.Pause, f.open)
		if armed(f) && !paused && !r.allowed(f, a) {
			where := fmt.Sprintf("in state %q", f.state)
			if f.holds != "" {
				where += " with " + f.holds + " open"
			}
			where += r.usedUp(f)
			l.fault(o, at, "due-not-allowed", fmt.Sprintf("action %q is not possible %s, where clock %q may run out", a.ID, where, c.ID), "let it start from there, or let the clock run elsewhere")
			return
		}
	}
}

func fieldNames(v value) []string {
	var out []string
	for k := range v.fields() {
		out = append(out, k)
	}
	return out
}

func actionIDs(s flow.Spec) []string {
	out := make([]string, len(s.Actions))
	for i, a := range s.Actions {
		out[i] = a.ID
	}
	return out
}
