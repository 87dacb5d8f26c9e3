package definitions

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Step is one item on the way to the end of a project.
type Step struct {
	Item     *Item
	From, To time.Time // accepted at the earliest, and decided within what is promised
	Days     int       // promised, else statutory, else the default
	After    string    // the item that decides From; empty: nothing to wait for
	Decisive bool      // on the chain of items that decides the end
	Unmet    []string  // prerequisites, in words or ids, that no item granted or needed meets
}

// EarliestFinish says when all items that a project needs could be decided if each were accepted the moment its
// prerequisites are granted and took the days promised, and which chain of items decides it. Items granted need no time;
// those not decided yet whether they are needed are left out. What is granted on the last day of its limit lets the next
// item begin that day, which does not count (D3). Steps come in the order of their beginning.
func (c *Catalogue) EarliestFinish(d Data, at time.Time) (time.Time, []Step, error) {
	p := plan{c: c, d: d, at: at, needs: map[string]Need{}, steps: map[string]*Step{}}
	var order []string
	for _, n := range c.Needed(at, d) {
		if n.Status == Needed && !slices.Contains(d.Granted, n.Item.ID) {
			p.needs[n.Item.ID] = n
			order = append(order, n.Item.ID)
		}
	}
	finish, last := at, ""
	for _, id := range order {
		s, err := p.step(id, nil)
		if err != nil {
			return time.Time{}, nil, err
		}
		if last == "" || s.To.After(finish) {
			finish, last = s.To, id
		}
	}
	for id := last; id != ""; id = p.steps[id].After {
		p.steps[id].Decisive = true
	}
	out := make([]Step, len(order))
	for i, id := range order {
		out[i] = *p.steps[id]
	}
	slices.SortStableFunc(out, func(a, b Step) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	return finish, out, nil
}

type plan struct {
	c     *Catalogue
	d     Data
	at    time.Time
	needs map[string]Need
	steps map[string]*Step
}

// step plans an item after those it waits for; path are the items that wait for it.
func (p *plan) step(id string, path []string) (*Step, error) {
	if s := p.steps[id]; s != nil {
		return s, nil
	}
	if slices.Contains(path, id) {
		return nil, fmt.Errorf("items wait for each other: %s", strings.Join(append(path[slices.Index(path, id):], id), " → "))
	}
	n := p.needs[id]
	s := &Step{Item: n.Item, From: p.at, Days: cmp.Or(n.Item.Promised.Days, n.Item.Statutory.Days, p.c.Param("statutory_default"))}
	for _, pre := range n.Prerequisites {
		if pre.Status == NotNeeded || pre.Met != "" {
			continue
		}
		var first *Step // of the alternatives, the one that is there first
		for _, other := range pre.AnyOf {
			if _, needed := p.needs[other]; !needed {
				continue
			}
			o, err := p.step(other, append(path, id))
			if err != nil {
				return nil, err
			}
			if first == nil || o.To.Before(first.To) {
				first = o
			}
		}
		switch {
		case first == nil:
			s.Unmet = append(s.Unmet, cmp.Or(pre.Text, strings.Join(pre.AnyOf, ", ")))
		case first.To.After(s.From):
			s.From, s.After = first.To, first.Item.ID
		}
	}
	start := s.From
	if s.After != "" {
		start = start.Add(-1)
	}
	s.To = p.c.Calendar.AddDays(start, s.Days)
	p.steps[id] = s
	return s, nil
}
