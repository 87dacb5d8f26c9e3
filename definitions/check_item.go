package definitions

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"banli/engine/rule"
)

func (l *loader) checkItems(fs.FS) {
	l.params, l.limits = l.cat.Params(), map[string][]clockLimit{}
	revisions := map[string][]*Item{}
	for _, it := range l.cat.Items {
		o := l.sources[it]
		l.refer(o, o.get("department"), "department")
		l.refer(o, o.get("flow"), "flow")
		l.refer(o, o.get("form"), "form")
		l.checkStage(o)
		l.checkLimits(o, it)
		l.checkMaterials(o, it)
		for _, r := range o.get("results").list() {
			l.refer(o, r.get("document"), "document")
		}
		if len(it.Basis) == 0 && !o.broken {
			l.fault(o, o.get("id"), "no-basis", fmt.Sprintf("item %s has no legal basis", it.ID), "name the instrument and article in basis")
		}
		for i, v := range o.get("basis").list() {
			if b := (Period{it.Basis[i].From, it.Basis[i].To}); !b.meets(it.Valid) && !o.broken {
				l.fault(o, v, "no-basis", fmt.Sprintf("%s is not in force while the item is valid", it.Basis[i].Instrument), "")
			}
		}
		if o.get("applies_when").ok() && it.AppliesWhenText == "" {
			l.warn(o, o.get("applies_when"), "no-text", "a condition without its sentence for people", "say it in applies_when_text")
		}
		for _, other := range revisions[it.ID] {
			l.checkOverlap(o, it, other)
		}
		revisions[it.ID] = append(revisions[it.ID], it)
	}
}

func (l *loader) checkStage(o *object) {
	var ids []string
	for _, s := range l.cat.Stages {
		ids = append(ids, s.ID)
	}
	if c := l.of("catalogue"); len(c) == 0 || c[0].broken {
		return
	}
	if v := o.get("stage"); v.ok() && !slices.Contains(ids, v.text()) {
		l.fault(o, v, "unknown-stage", fmt.Sprintf("unknown stage %q", v.text()), nearest(v.text(), ids))
	}
}

// checkLimits compares what is promised with what the law allows, and wants a limit for each clock of the flow.
func (l *loader) checkLimits(o *object, it *Item) {
	legal, source := it.Statutory.Days, "statutory"
	if p := l.cat.parameter("statutory_default"); legal == 0 && p != nil && it.Kind == "permit" {
		legal, source = p.Value, "statutory_default"
	}
	if it.Promised.Days > 0 && legal > 0 && it.Promised.Days > legal {
		l.fault(o, o.get("promised").get("days"), "promised-too-long", fmt.Sprintf("promises %d days where %s allows %d", it.Promised.Days, source, legal), "")
	}
	if o.broken {
		return
	}
	vars := rule.Vars{"item": it.Fields(), "param": l.params}
	for _, c := range l.limitsOf(it.Flow) {
		if _, err := c.limit.Int(vars); err != nil {
			l.fault(o, o.get("id"), "no-limit", fmt.Sprintf("item %s gives clock %q of flow %s no limit: %v", it.ID, c.clock, it.Flow, err), "add promised: {days: …, source: …}")
		}
	}
}

// clockLimit is the limit of a clock that follows from item and parameters alone.
type clockLimit struct {
	clock string
	limit *rule.Rule
}

// limitsOf compiles the limits of a flow, once for all its items.
func (l *loader) limitsOf(id string) []clockLimit {
	f := l.cat.Flows[id]
	list, known := l.limits[id]
	if known || f == nil {
		return list
	}
	for _, c := range f.Spec.Clocks {
		r, err := rule.Compile(c.Limit, &rule.Env{Vars: []rule.Field{{Name: "item", Type: l.env.item}, {Name: "param", Type: l.env.param}}}, rule.Int)
		if err == nil { // else it reads more than that: known when the clock is armed
			list = append(list, clockLimit{c.ID, r})
		}
	}
	l.limits[id] = list
	return list
}

func (l *loader) checkMaterials(o *object, it *Item) {
	seen := map[string]bool{}
	for i, v := range o.get("materials").list() {
		m := it.Materials[i]
		if seen[m.ID] && m.ID != "" {
			l.fault(o, v.get("id"), "duplicate-id", fmt.Sprintf("material %q is there twice", m.ID), "")
		}
		seen[m.ID] = true
		l.refer(o, v.get("from_item"), "item")
		switch {
		case o.broken:
		case m.FromItem == it.ID && m.FromItem != "":
			l.fault(o, v.get("from_item"), "material", fmt.Sprintf("material %q is issued by the item that asks for it", m.ID), "")
		case m.Required == "when" && !v.get("when").ok():
			l.fault(o, v.get("required"), "material", fmt.Sprintf("material %q is required when, but there is no when", m.ID), "say when, or required: always")
		case m.Required == "always" && v.get("when").ok():
			l.fault(o, v.get("when"), "material", fmt.Sprintf("material %q is always required, so when says nothing", m.ID), "write required: when")
		case m.When != nil && len(m.When.Reads()) == 0:
			if yes, err := m.When.Bool(rule.Vars{}); err == nil && !yes {
				l.fault(o, v.get("when"), "material", fmt.Sprintf("material %q is never required: its condition never holds", m.ID), "take it out, or correct the condition")
			}
		case m.When != nil && m.WhenText == "":
			l.warn(o, v.get("when"), "no-text", "a condition without its sentence for people", "say it in when_text")
		}
	}
	results := map[string]bool{}
	for _, v := range o.get("results").list() {
		if id := v.get("id").text(); results[id] {
			l.fault(o, v.get("id"), "duplicate-id", fmt.Sprintf("result %q is there twice", id), "")
		} else {
			results[id] = true
		}
	}
}

// meets says whether two periods have a day in common.
func (p Period) meets(q Period) bool {
	return (p.To == "" || q.From < p.To) && (q.To == "" || p.From < q.To)
}

func (l *loader) checkOverlap(o *object, it, other *Item) {
	if it.Valid.meets(other.Valid) {
		at := o.get("valid")
		if !at.ok() {
			at = o.get("id")
		}
		l.fault(o, at, "validity", fmt.Sprintf("item %s is valid at the same time as its revision at %v", it.ID, other.Place), "let one end (to) on the day the other begins (from)")
	}
}

// checkPrerequisites wants every prerequisite to be an item that can be had before, in this stage or an earlier one.
func (l *loader) checkPrerequisites(fs.FS) {
	rank := map[string]int{}
	for i, s := range l.cat.Stages {
		rank[s.ID] = i + 1
	}
	stage := map[string]int{}
	for _, it := range l.cat.Items {
		if it.Stage != parallelStage {
			stage[it.ID] = rank[it.Stage]
		}
	}
	for _, it := range l.cat.Items {
		o := l.sources[it]
		for i, v := range o.get("prerequisites").list() {
			ids := v.get("any_of").list()
			if v.text() != "" {
				ids = []value{v}
			}
			late := len(ids) > 0
			for _, id := range ids {
				l.refer(o, id, "item")
				if id.text() == it.ID {
					l.fault(o, id, "prerequisite-cycle", fmt.Sprintf("item %s waits for itself", it.ID), "")
				}
				late = late && stage[id.text()] > stage[it.ID] && stage[it.ID] > 0
			}
			if late {
				l.fault(o, v, "stage-order", fmt.Sprintf("item %s of stage %s waits for %s of a later stage", it.ID, it.Stage, strings.Join(it.Prerequisites[i].AnyOf, ", ")), "")
			}
		}
	}
	l.checkCycles()
}

// parallelStage runs beside the others, so nothing is before or after it.
const parallelStage = "SP"

// checkCycles finds items that can never be had: every alternative of some unconditional prerequisite waits, in the
// end, for the item itself.
func (l *loader) checkCycles() {
	needs := map[string][]Prerequisite{}
	var order []string
	for _, it := range l.cat.Items {
		if _, ok := needs[it.ID]; !ok {
			order = append(order, it.ID)
		}
		for _, p := range it.Prerequisites {
			if !slices.Contains(p.AnyOf, it.ID) && l.sources[it].get("prerequisites").ok() && p.When == nil {
				needs[it.ID] = append(needs[it.ID], p)
			}
		}
		needs[it.ID] = append(needs[it.ID], Prerequisite{}) // known, whether it needs anything or not
	}
	had := map[string]bool{}
	met := func(p Prerequisite) bool {
		return len(p.AnyOf) == 0 || slices.ContainsFunc(p.AnyOf, func(id string) bool { return had[id] || needs[id] == nil })
	}
	for more := true; more; {
		more = false
		for _, id := range order {
			if !had[id] && !slices.ContainsFunc(needs[id], func(p Prerequisite) bool { return !met(p) }) {
				had[id], more = true, true
			}
		}
	}
	told := map[string]bool{}
	for _, it := range l.cat.Items {
		if had[it.ID] || told[it.ID] {
			continue
		}
		chain := []string{it.ID}
		for { // follow what is not met until an item comes again
			last := chain[len(chain)-1]
			i := slices.IndexFunc(needs[last], func(p Prerequisite) bool { return !met(p) })
			next := needs[last][i].AnyOf[0]
			if at := slices.Index(chain, next); at >= 0 {
				chain = append(chain[at:], next)
				break
			}
			chain = append(chain, next)
		}
		if chain[0] != it.ID {
			continue // it only waits for a cycle, which is told where it is
		}
		for _, id := range chain {
			told[id] = true
		}
		o := l.sources[it]
		l.fault(o, o.get("prerequisites"), "prerequisite-cycle", "items wait for each other: "+strings.Join(chain, " → "), "take one of these prerequisites out, or give an alternative in any_of")
	}
}
