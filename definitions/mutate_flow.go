package definitions

import (
	"cmp"
	"slices"
	"strconv"

	"banli/engine/flow"
)

// breeder makes the mutants of one flow.
type breeder struct {
	flow     *Flow
	lines    []string
	policies map[string][]string // readings, by policy
	of       [2]string
	bred     []Mutant
	barren   int // equivalent by construction
}

func (b *breeder) add(at value, offset int, field, was, now string, edit func(*flow.Spec)) {
	m := Mutant{Flow: b.flow.ID(), Of: b.of, Field: field, Was: was, Now: now, edit: edit}
	m.Place.File = b.flow.object.file
	m.Place.Line, m.Place.Col = locate(b.lines, at.n, offset)
	b.bred = append(b.bred, m)
}

// mutantsOf are all mutants of a flow, in the order of its file, and how many more would change nothing.
func (c *Catalogue) mutantsOf(f *Flow) ([]Mutant, int) {
	b := &breeder{flow: f, lines: textLines(c.Files[f.object.file]), policies: map[string][]string{}}
	for _, p := range c.Policies {
		b.policies[p.ID] = p.OneOf
	}
	r := explore(&f.Spec, everyAction(&f.Spec))
	for i, h := range f.Spec.Holds {
		b.of = named(h.Name, h.NameEn, h.ID)
		b.expression(f.object.get("holds").get(h.ID).get("close_when"), "close_when", func(s *flow.Spec, x string) { s.Holds[i].CloseWhen = x })
	}
	for i := range f.Spec.Actions {
		b.action(i, &f.Spec.Actions[i], f.object.get("actions").get(f.Spec.Actions[i].ID))
	}
	for i := range f.Spec.Clocks {
		b.clock(i, &f.Spec.Clocks[i], f.object.get("clocks").get(f.Spec.Clocks[i].ID), r)
	}
	for i, at := range f.object.get("cards").list() {
		b.card(i, &f.Spec.Cards[i], at)
	}
	slices.SortStableFunc(b.bred, func(m, n Mutant) int {
		return cmp.Or(cmp.Compare(m.Place.Line, n.Place.Line), cmp.Compare(m.Place.Col, n.Place.Col))
	})
	return b.bred, b.barren
}

func named(zh, en, id string) [2]string { return [2]string{zh, cmp.Or(en, id)} }

// everyAction takes every signal as sent: whether somebody sends it is not what a mutant changes.
func everyAction(s *flow.Spec) map[string]bool {
	sent := map[string]bool{}
	for _, a := range s.Actions {
		sent[a.ID] = true
	}
	return sent
}

func dropped[T any](list []T, i int) []T { return slices.Delete(slices.Clone(list), i, i+1) }

func exchanged[T any](list []T, i int, by T) []T {
	list = slices.Clone(list)
	list[i] = by
	return list
}

// entry is the place of one of a list, which may be written without one.
func entry(list value, i int) value {
	if all := list.list(); i < len(all) {
		return all[i]
	}
	return list
}

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

// number changes a whole number by one, but not to 0.
func (b *breeder) number(at value, field string, n int, set func(*flow.Spec, int)) {
	for _, k := range []int{n - 1, n + 1} {
		if k > 0 {
			b.add(at, 0, field, strconv.Itoa(n), strconv.Itoa(k), func(s *flow.Spec) { set(s, k) })
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

// shown is an expression as a mutant tells it.
func shown(v value) string {
	if v.isTable() {
		return "table"
	}
	return v.text()
}

func (b *breeder) guard(v value, field string, set func(*flow.Spec, string)) {
	if v.ok() {
		b.add(v, 0, field, shown(v), "", func(s *flow.Spec) { set(s, "") })
		b.expression(v, field, set)
	}
}

func (b *breeder) clock(i int, c *flow.ClockSpec, at value, r *reach) {
	b.of = named(c.Name, c.NameEn, c.ID)
	b.amount(at.get("limit"), "limit", func(s *flow.Spec, x string) { s.Clocks[i].Limit = x })
	other := map[string]string{"hours": "days", "days": "hours"}[c.Unit]
	b.add(at.get("unit"), 0, "unit", c.Unit, other, func(s *flow.Spec) { s.Clocks[i].Unit = other })
	if len(c.While) == 1 || c.WhileHold != "" { // without any state there is no clock
		b.add(at, 0, "clock", c.ID, "", func(s *flow.Spec) { s.Clocks = dropped(s.Clocks, i) })
	} else {
		for j, state := range c.While {
			b.add(entry(at.get("while"), j), 0, "while", state, "", func(s *flow.Spec) { s.Clocks[i].While = dropped(c.While, j) })
		}
	}
	b.guard(at.get("from"), "from", func(s *flow.Spec, x string) { s.Clocks[i].From = x })
	for j, h := range c.Pause {
		b.add(entry(at.get("pause"), j), 0, "pause", h, "", func(s *flow.Spec) { s.Clocks[i].Pause = dropped(c.Pause, j) })
	}
	b.again(at, i, c, r)
	if c.OnDue != "" {
		b.add(at.get("on_due"), 0, "on_due", c.OnDue, "", func(s *flow.Spec) { s.Clocks[i].OnDue = "" })
	}
}

// again makes a clock resume that starts anew, or the other way round. It is the same for a clock that no history
// enters twice, and for one that runs with a hold, which always starts anew.
func (b *breeder) again(at value, i int, c *flow.ClockSpec, r *reach) {
	was, now := "resume", "restart"
	if c.Again == "restart" {
		was, now = now, was
	}
	if c.WhileHold != "" || !r.reentered(func(f config) bool { return slices.Contains(c.While, f.state) }) {
		if c.Again != "" {
			b.barren++
		}
		return
	}
	if v := at.get("again"); v.ok() {
		at = v
	}
	b.add(at, 0, "again", was, now, func(s *flow.Spec) { s.Clocks[i].Again = now })
}

// card changes one card: its colour, when it is given, and whether at all.
func (b *breeder) card(i int, c *flow.CardSpec, at value) {
	b.of = named(cmp.Or(c.Clock, c.Mark), "", cmp.Or(c.Clock, c.Mark))
	for _, k := range b.flow.Spec.Clocks {
		if k.ID == c.Clock {
			b.of = named(k.Name, k.NameEn, k.ID)
		}
	}
	other := map[string]string{flow.Yellow: flow.Red, flow.Red: flow.Yellow}[c.Color]
	color := at.get("color")
	b.add(color, 0, "card", c.Color, "", func(s *flow.Spec) { s.Cards = dropped(s.Cards, i) })
	b.add(color, 0, "color", c.Color, other, func(s *flow.Spec) { s.Cards[i].Color = other })
	if after := at.get("after"); after.ok() {
		b.amount(after, "after", func(s *flow.Spec, x string) { s.Cards[i].After = x })
	} else if c.Clock != "" {
		b.add(at, 0, "after", "0", "1", func(s *flow.Spec) { s.Cards[i].After = "1" })
	}
	b.amount(at.get("times"), "times", func(s *flow.Spec, x string) { s.Cards[i].Times = x })
}

// amount changes a number of units by one, and what stands inside of it.
func (b *breeder) amount(v value, field string, set func(*flow.Spec, string)) {
	src := v.expression()
	if src == "" {
		return
	}
	if n, err := strconv.Atoi(src); err == nil {
		for _, k := range []int{n - 1, n + 1} {
			b.add(v, 0, field, src, strconv.Itoa(k), func(s *flow.Spec) { set(s, strconv.Itoa(k)) })
		}
		return
	}
	whole, text, simple := src, shown(v), len(tokens(src)) <= 3 // one name
	if !simple {
		whole, text = "("+whole+")", "("+text+")"
	}
	for _, by := range []string{" - 1", " + 1"} {
		b.add(v, 0, field, shown(v), text+by, func(s *flow.Spec) { set(s, whole+by) })
	}
	if !simple {
		b.expression(v, field, set)
	}
}
