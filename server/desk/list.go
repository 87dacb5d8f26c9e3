package desk

import (
	"maps"
	"slices"

	"banli/definitions"
	"banli/engine/flow"
	"banli/server/screen"
	"banli/store"
)

// list is one list of the workbench: cases of some flows in some states.
type list struct {
	id     string
	flows  []string
	states []string
	closed bool
}

// url is the address of the list; the work to do is the workbench itself.
func (l list) url() string {
	if l.id == "todo" {
		return "/desk"
	}
	return "/desk/" + l.id
}

// narrow makes a query ask for this list alone.
func (l list) narrow(q store.CaseQuery) store.CaseQuery {
	q.Flows, q.States = l.flows, l.states
	open := !l.closed
	q.Open = &open
	if l.closed {
		q.Lamp = ""
		if q.Sort == "" {
			q.Sort = "-updated"
		}
	}
	return q
}

// deptRoles are the roles of a department.
var deptRoles = []string{"dept_window", "handler", "dept_leader"}

// listsOf are the lists of a role, its work first. The flows say which states wait for whom.
func listsOf(role string, cat *definitions.Catalogue) []list {
	mine := deptRoles
	if role == "general_window" {
		mine = []string{role}
	}
	todo, waiting := list{id: "todo"}, list{id: "waiting"}
	after, done := list{id: "after"}, list{id: "done", closed: true}
	for _, id := range slices.Sorted(maps.Keys(cat.Flows)) {
		spec := cat.Flows[id].Spec
		if !handles(spec, mine) {
			continue
		}
		done.flows = append(done.flows, id)
		for _, s := range spec.States {
			if s.Final {
				continue
			}
			l := &after
			switch {
			case timed(spec, s.ID) || leads(spec, s.ID, mine):
				l = &todo
			case screen.WaitsForOwner(spec, s.ID):
				l = &waiting
			}
			l.flows, l.states = add(l.flows, id), add(l.states, s.ID)
		}
	}
	lists := []list{todo}
	for _, l := range []list{after, waiting, done} {
		if len(l.flows) > 0 {
			lists = append(lists, l)
		}
	}
	return lists
}

// handles tells whether these roles do anything to a case of a flow once it is open.
func handles(spec flow.Spec, roles []string) bool {
	return slices.ContainsFunc(spec.Actions, func(a flow.ActionSpec) bool {
		return by(a, roles) && slices.ContainsFunc(a.From, func(s string) bool { return s != flow.New })
	})
}

// leads tells whether one of the roles takes a case from a state to one with a clock.
func leads(spec flow.Spec, state string, roles []string) bool {
	return slices.ContainsFunc(spec.Actions, func(a flow.ActionSpec) bool {
		return by(a, roles) && slices.Contains(a.From, state) && a.To != "" && a.To != state && timed(spec, a.To)
	})
}

// timed tells whether a clock runs in a state.
func timed(spec flow.Spec, state string) bool {
	return slices.ContainsFunc(spec.Clocks, func(c flow.ClockSpec) bool { return slices.Contains(c.While, state) })
}

func by(a flow.ActionSpec, roles []string) bool {
	return slices.ContainsFunc(a.By, func(r string) bool { return slices.Contains(roles, r) })
}

func add(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
