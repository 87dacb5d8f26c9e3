package definitions

import (
	"fmt"
	"iter"
	"maps"
	"strings"
	"time"

	"banli/engine/calendar"
	"banli/engine/flow"
)

// Running is a case under way, with what it is pinned to.
type Running struct {
	ID        string
	Flow      string
	Catalogue *Catalogue
	Scope     *flow.Scope // of this catalogue
	Events    []flow.Event
}

// Move is one clock of a case that would stand otherwise under another catalogue.
type Move struct {
	Case string
	flow.Move
}

// Under brings a case under another catalogue from an instant on: its events stand, and its limits, conditions and the
// revision of its item become those of the catalogue, as if they had been in force; a calendar counts from the instant on
// (T30). The decision has the events to append, the scope is the one to keep. An error says why the case cannot be
// brought there, such as an action of its past that the flow no longer has.
func (c *Catalogue) Under(k Running, at time.Time) (flow.Decision, *flow.Scope, error) {
	f := c.Flows[k.Flow]
	if f == nil {
		return flow.Decision{}, nil, fmt.Errorf("case %s: there is no flow %q", k.ID, k.Flow)
	}
	sc := *k.Scope
	sc.Param, sc.Policy, sc.Items = c.Params(), c.PolicyValues(), c.itemsFor(k)
	if it := c.Item(itemOf(sc.Item), at); it != nil {
		sc.Current = it.Revision
		sc.Items[it.Revision] = it.Fields()
	}
	revision := c.Calendar.Revision()
	if revision != sc.Calendar.Revision() {
		sc.Calendars = maps.Clone(sc.Calendars)
		if sc.Calendars == nil {
			sc.Calendars = map[string]*calendar.Calendar{}
		}
		sc.Calendars[revision] = c.Calendar
	}
	s, err := f.Replay(&sc, k.Events)
	if err != nil {
		return flow.Decision{}, nil, fmt.Errorf("case %s: %w", k.ID, err)
	}
	d, err := f.Revise(&sc, s, revision, at)
	if err == nil && at.After(d.State.At()) {
		var more flow.Decision
		if more, err = f.Advance(&sc, &d.State, at, true); err == nil {
			d.State, d.Events = more.State, append(d.Events, more.Events...)
			d.Spawns, d.Signals, d.Issues = append(d.Spawns, more.Spawns...), append(d.Signals, more.Signals...), append(d.Issues, more.Issues...)
		}
	}
	if err != nil {
		return flow.Decision{}, nil, fmt.Errorf("case %s: %w", k.ID, err)
	}
	return d, &sc, nil
}

// itemOf is the id in a revision of an item.
func itemOf(revision string) string {
	id, _, _ := strings.Cut(revision, "@")
	return id
}

// itemsFor gives for each revision of an item that a case was under what this catalogue says of the item for that time.
func (c *Catalogue) itemsFor(k Running) map[string]map[string]any {
	if k.Scope.Items == nil {
		return nil
	}
	out := make(map[string]map[string]any, len(k.Scope.Items))
	for rev, fields := range k.Scope.Items {
		it := c.ItemRevision(rev)
		if it == nil {
			if was := k.Catalogue.ItemRevision(rev); was != nil {
				it = c.validFrom(was)
			}
		}
		if it == nil { // it is not in this catalogue at all
			out[rev] = fields
			continue
		}
		out[rev] = it.Fields()
	}
	return out
}

// validFrom is the revision of an item that is in force where the one of another catalogue begins to be.
func (c *Catalogue) validFrom(was *Item) *Item {
	for _, it := range c.Items {
		if it.ID == was.ID && it.Valid.Has(was.Valid.From) {
			return it
		}
	}
	return c.AnyItem(was.ID)
}

// WhatIf says which clocks of cases would move if they came under this catalogue at an instant, by bringing each there
// with [Catalogue.Under] and comparing by [flow.Moves]. It is a question only: running cases keep what they are pinned
// to, and only a calendar moves them, which [flow.Flow.WhatIf] asks. A case that cannot be brought there gives an error in its place. To
// ask for one changed number, load the catalogue with it.
func (c *Catalogue) WhatIf(cases iter.Seq[Running], at time.Time) iter.Seq2[Move, error] {
	return func(yield func(Move, error) bool) {
		var batch []Running
		answer := func() bool {
			moves, errs := make([][]Move, len(batch)), make([]error, len(batch))
			inParallel(len(batch), func(i int) { moves[i], errs[i] = c.moves(batch[i], at) })
			for i, k := range batch {
				if errs[i] != nil && !yield(Move{Case: k.ID}, errs[i]) {
					return false
				}
				for _, m := range moves[i] {
					if !yield(m, nil) {
						return false
					}
				}
			}
			batch = batch[:0]
			return true
		}
		for k := range cases {
			if batch = append(batch, k); len(batch) == atOnce && !answer() {
				return
			}
		}
		answer()
	}
}

// atOnce is how many cases are looked at together, on all processors.
const atOnce = 1000

func (c *Catalogue) moves(k Running, at time.Time) ([]Move, error) {
	before := k.Catalogue.Flows[k.Flow]
	if before == nil {
		return nil, fmt.Errorf("case %s: there is no flow %q", k.ID, k.Flow)
	}
	s, err := before.Replay(k.Scope, k.Events)
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", k.ID, err)
	}
	was, err := before.Advance(k.Scope, s, at, true)
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", k.ID, err)
	}
	now, sc, err := c.Under(k, at)
	if err != nil {
		return nil, err
	}
	a, b := before.View(k.Scope, &was.State, at), c.Flows[k.Flow].View(sc, &now.State, at)
	var out []Move
	for _, m := range flow.Moves(&a, &b) {
		out = append(out, Move{k.ID, m})
	}
	return out, nil
}
