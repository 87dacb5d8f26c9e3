package definitions

import (
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"banli/engine/flow"
)

// Mutation says how well the tests guard one flow, or the limits of all items.
type Mutation struct {
	ID      string   // of the flow; empty: the limits of items
	Killed  int      // mutants that some test notices
	Alive   []Mutant // those that none does, in the order of files
	LeftOut int      // mutants that do not compile or that change nothing
}

// Total is the number of mutants that could be noticed.
func (m Mutation) Total() int { return m.Killed + len(m.Alive) }

// Percent of the mutants that are noticed; 100 where there are none.
func (m Mutation) Percent() float64 {
	if m.Total() == 0 {
		return 100
	}
	return 100 * float64(m.Killed) / float64(m.Total())
}

// Mutate changes each limit, unit, sign, guard, fact and mark of every flow, and each limit of the items, one at a
// time, and plays the tests that concern it. It wants all tests to pass without a change. The result is by flow id, the
// limits of items last.
func Mutate(c *Catalogue) []Mutation {
	var out []Mutation
	var jobs []mutation
	for _, id := range sortedKeys(c.Flows) {
		f := c.Flows[id]
		list, barren := c.mutantsOf(f)
		tests := c.testsOf(func(t Test) bool { return c.flowOf(t) == id })
		for _, m := range list {
			jobs = append(jobs, mutation{Mutant: m, tests: tests, group: len(out)})
		}
		out = append(out, Mutation{ID: id, LeftOut: barren})
	}
	for _, it := range c.Items {
		tests := c.testsOf(func(t Test) bool { return t.Item == it.ID })
		for _, m := range limitMutants(it) {
			jobs = append(jobs, mutation{Mutant: m, tests: tests, item: it, group: len(out)})
		}
	}
	out = append(out, Mutation{})
	inParallel(len(jobs), func(i int) { jobs[i].run(c) })
	for _, j := range jobs {
		g := &out[j.group]
		switch {
		case !j.compiles:
			g.LeftOut++
		case j.noticed:
			g.Killed++
		default:
			g.Alive = append(g.Alive, j.Mutant)
		}
	}
	return out
}

// flowOf is the id of the flow a test plays.
func (c *Catalogue) flowOf(t Test) string {
	if it := c.AnyItem(t.Item); t.Flow == "" && it != nil {
		return it.Flow
	}
	return t.Flow
}

func (c *Catalogue) testsOf(concerns func(Test) bool) (list []Test) {
	for _, t := range c.Tests {
		if concerns(t) {
			list = append(list, t)
		}
	}
	return list
}

// mutation is one mutant on its way.
type mutation struct {
	Mutant
	tests             []Test
	item              *Item
	group             int
	compiles, noticed bool
}

func (j *mutation) run(c *Catalogue) {
	mutated := *c
	if j.item != nil {
		it := *j.item
		j.days(&it)
		j.compiles = it.Promised.Days >= 0 && it.Statutory.Days >= 0 && (it.Statutory.Days == 0 || it.Promised.Days <= it.Statutory.Days)
		mutated.Items = slices.Clone(c.Items)
		mutated.Items[slices.Index(c.Items, j.item)] = &it
	} else {
		f := *c.Flows[j.Flow]
		f.Spec.Holds, f.Spec.Actions = slices.Clone(f.Spec.Holds), slices.Clone(f.Spec.Actions)
		f.Spec.Clocks, f.Spec.Cards = slices.Clone(f.Spec.Clocks), slices.Clone(f.Spec.Cards)
		j.edit(&f.Spec)
		compiled, faults := flow.Compile(f.Spec, f.types)
		j.compiles, f.Flow = len(faults) == 0, compiled
		mutated.Flows = maps.Clone(c.Flows)
		mutated.Flows[j.Flow] = &f
	}
	j.noticed = j.compiles && slices.ContainsFunc(j.tests, func(t Test) bool { return len(mutated.runTest(t)) > 0 })
}

// limitMutants change the limits of an item by a day.
func limitMutants(it *Item) (list []Mutant) {
	for _, l := range []struct {
		field string
		of    func(*Item) *Limit
	}{
		{"promised", func(it *Item) *Limit { return &it.Promised }},
		{"statutory", func(it *Item) *Limit { return &it.Statutory }},
	} {
		was := *l.of(it)
		for _, by := range []int{-1, 1} {
			if was.Days > 0 {
				list = append(list, Mutant{
					Place: was.Place, Item: it.ID, Of: named(strings.TrimSpace(it.ID+" "+it.Name), strings.TrimSpace(it.ID+" "+it.NameEn), it.ID), Field: l.field,
					Was: strconv.Itoa(was.Days), Now: strconv.Itoa(was.Days + by), days: func(it *Item) { l.of(it).Days += by },
				})
			}
		}
	}
	return list
}

// inParallel calls do for 0 … n-1 on all processors.
func inParallel(n int, do func(int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wait.Wait()
}
