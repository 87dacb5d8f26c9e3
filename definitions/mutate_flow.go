package definitions

import (
	"cmp"
	"slices"

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
