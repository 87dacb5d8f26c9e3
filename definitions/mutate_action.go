package definitions

import (
	"slices"
	"strconv"

	"banli/engine/flow"
)

func (b *breeder) action(i int, a *flow.ActionSpec, at value) {
	b.of = named(a.Name, a.NameEn, a.ID)
	act := func(edit func(*flow.ActionSpec)) func(*flow.Spec) { return func(s *flow.Spec) { edit(&s.Actions[i]) } }
	expr := func(edit func(*flow.ActionSpec, string)) func(*flow.Spec, string) {
		return func(s *flow.Spec, x string) { edit(&s.Actions[i], x) }
	}
	b.guard(at.get("requires"), "requires", expr(func(a *flow.ActionSpec, x string) { a.Requires = x }))
	b.guard(at.get("when"), "when", expr(func(a *flow.ActionSpec, x string) { a.When = x }))
	b.words(at.get("from"), "from", a.From, 2, act, func(a *flow.ActionSpec, list []string) { a.From = list })
	b.words(at.get("by"), "by", a.By, 1, act, func(a *flow.ActionSpec, list []string) { a.By = list })
	b.words(at.get("mark"), "mark", a.Mark, 1, act, func(a *flow.ActionSpec, list []string) { a.Mark = list })
	if to := b.another(a.To); to != "" {
		b.add(at.get("to"), 0, "to", a.To, to, act(func(a *flow.ActionSpec) { a.To = to }))
	}
	if n := a.AtMost; n > 0 {
		b.number(at.get("at_most"), "at_most", n, func(s *flow.Spec, n int) { s.Actions[i].AtMost = n })
	}
	for j, set := range a.Set {
		at := at.get("set").get(set.Name)
		b.add(at, 0, "set", set.Name, "", act(func(m *flow.ActionSpec) { m.Set = dropped(a.Set, j) }))
		b.expression(at, "set", expr(func(m *flow.ActionSpec, x string) { m.Set = exchanged(a.Set, j, flow.Assign{Name: set.Name, Expr: x}) }))
	}
	for j, p := range a.Prolong {
		at := entry(at.get("prolong"), j)
		b.add(at, 0, "prolong", p.Clock, "", act(func(m *flow.ActionSpec) { m.Prolong = dropped(a.Prolong, j) }))
		b.expression(at.get("by"), "prolong", expr(func(m *flow.ActionSpec, x string) {
			m.Prolong = exchanged(a.Prolong, j, flow.ProlongSpec{Clock: p.Clock, Units: x})
		}))
	}
	if a.Repin != "" {
		b.add(at.get("repin"), 0, "repin", a.Repin, "", act(func(a *flow.ActionSpec) { a.Repin = "" }))
	}
	if a.DifferentFrom != "" {
		b.add(at.get("different_from"), 0, "different_from", a.DifferentFrom, "", act(func(a *flow.ActionSpec) { a.DifferentFrom = "" }))
	}
	if a.Assign != "" {
		b.add(at.get("assign"), 0, "assign", a.Assign, "", act(func(a *flow.ActionSpec) { a.Assign = "" }))
	}
	if a.AddSigner != nil {
		b.add(at.get("add_signer").get("to"), 0, "add_signer", a.AddSigner.To, "", act(func(a *flow.ActionSpec) { a.AddSigner = nil }))
	}
	for j, sig := range a.Signal {
		b.add(entry(at.get("signal"), j).get("do"), 0, "signal", sig.Do, "", act(func(m *flow.ActionSpec) { m.Signal = dropped(a.Signal, j) }))
	}
	b.spawns(i, a, at.get("spawn"))
	b.signs(i, a, at)
}

// spawns changes what child cases an action opens.
func (b *breeder) spawns(i int, a *flow.ActionSpec, list value) {
	for j, child := range a.Spawn {
		at := entry(list, j)
		b.add(at.get("do"), 0, "spawn", child.Do, "", func(s *flow.Spec) { s.Actions[i].Spawn = dropped(a.Spawn, j) })
		set := func(edit func(*flow.SpawnSpec, string)) func(*flow.Spec, string) {
			return func(s *flow.Spec, x string) {
				c := child
				edit(&c, x)
				s.Actions[i].Spawn = exchanged(a.Spawn, j, c)
			}
		}
		b.guard(at.get("when"), "when", set(func(c *flow.SpawnSpec, x string) { c.When = x }))
		b.guard(at.get("each"), "each", set(func(c *flow.SpawnSpec, x string) { c.Each = x }))
		b.expression(at.get("item"), "item", set(func(c *flow.SpawnSpec, x string) { c.Item = x }))
	}
}

// signs changes who signs and how many are needed.
func (b *breeder) signs(i int, a *flow.ActionSpec, at value) {
	if a.Sign == nil {
		return
	}
	sign := func(edit func(*flow.SignSpec)) func(*flow.Spec) {
		return func(s *flow.Spec) {
			c := *a.Sign
			edit(&c)
			s.Actions[i].Sign = &c
		}
	}
	at = at.get("sign")
	need := at.get("need")
	switch n := signatures(a.Sign.Need); {
	case n > 0:
		b.number(need, "need", n, func(s *flow.Spec, n int) { sign(func(c *flow.SignSpec) { c.Need = strconv.Itoa(n) })(s) })
	default:
		other := map[string]string{"all": "any", "any": "all"}[a.Sign.Need]
		b.add(need, 0, "need", a.Sign.Need, other, sign(func(c *flow.SignSpec) { c.Need = other }))
	}
	for j, role := range a.Sign.By {
		b.add(entry(at.get("by"), j), 0, "by", role, "", sign(func(c *flow.SignSpec) { c.By = dropped(a.Sign.By, j) }))
	}
}

func signatures(need string) int {
	n, _ := strconv.Atoi(need)
	return n
}

// words takes each of a list of names out, where there are at least so many.
func (b *breeder) words(at value, field string, list []string, least int, act func(func(*flow.ActionSpec)) func(*flow.Spec), set func(*flow.ActionSpec, []string)) {
	for j, word := range list {
		if len(list) >= least {
			b.add(entry(at, j), 0, field, word, "", act(func(a *flow.ActionSpec) { set(a, dropped(list, j)) }))
		}
	}
}

// another is the state after this one in the order of the flow; empty where there is no other.
func (b *breeder) another(state string) string {
	states := b.flow.Spec.States
	i := slices.IndexFunc(states, func(s flow.StateSpec) bool { return s.ID == state })
	if i < 0 || len(states) < 2 {
		return ""
	}
	return states[(i+1)%len(states)].ID
}
