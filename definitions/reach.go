package definitions

import (
	"slices"
	"strings"

	"banli/engine/flow"
)

// reach is what a flow can come to: every configuration of state, open holds and used-up actions that some history
// leads to. Guards are taken as if they could hold, so what is unreachable here is unreachable for certain.
type reach struct {
	spec    *flow.Spec
	sent    map[string]bool // actions that signals or spawns of any flow ask for
	configs []config        // in the order found, openings first
	next    [][]int         // by configuration: where its actions lead
	taken   map[string]bool // actions possible in some configuration
	cut     bool            // more configurations than maxConfigs
}

const maxConfigs = 5000

// maxUses is as far as the uses of an action are counted: that it can be used up is what matters, not when.
const maxUses = 2

// config is one configuration. Holds and used are kept sorted and joined, so that configurations compare.
type config struct{ state, holds, used string }

func (c config) open(hold string) bool { return contains(c.holds, hold) }

func contains(joined, id string) bool { return strings.Contains(" "+joined+" ", " "+id+" ") }

func with(joined, id string) string {
	ids := append(strings.Fields(joined), id)
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

func without(joined, id string) string {
	ids := strings.Fields(joined)
	return strings.Join(slices.DeleteFunc(ids, func(s string) bool { return s == id }), " ")
}

// explore walks all configurations breadth first.
func explore(s *flow.Spec, sent map[string]bool) *reach {
	r := &reach{spec: s, sent: sent, taken: map[string]bool{}}
	index := map[config]int{}
	add := func(c config) int {
		i, known := index[c]
		if !known {
			i = len(r.configs)
			index[c] = i
			r.configs, r.next = append(r.configs, c), append(r.next, nil)
		}
		return i
	}
	for _, a := range s.Actions {
		if slices.Contains(a.From, flow.New) && a.To != "" {
			r.taken[a.ID] = true
			add(r.after(config{}, a))
		}
	}
	for i := 0; i < len(r.configs); i++ {
		if len(r.configs) > maxConfigs {
			r.cut = true
			break
		}
		for _, a := range s.Actions {
			if r.allowed(r.configs[i], a) && r.somebody(a) {
				r.taken[a.ID] = true
				r.next[i] = append(r.next[i], add(r.after(r.configs[i], a)))
			}
		}
	}
	return r
}

// allowed says whether the configuration, guards aside, permits the action.
func (r *reach) allowed(c config, a flow.ActionSpec) bool {
	if r.final(c.state) {
		return false
	}
	if len(a.From) > 0 && !slices.Contains(a.From, c.state) {
		return false
	}
	if a.Open != "" && c.open(a.Open) || a.Close != "" && !c.open(a.Close) {
		return false
	}
	return a.AtMost == 0 || strings.Count(" "+c.used+" ", " "+a.ID+" ") < min(a.AtMost, maxUses)
}

func (r *reach) final(state string) bool {
	i := slices.IndexFunc(r.spec.States, func(s flow.StateSpec) bool { return s.ID == state })
	return i >= 0 && r.spec.States[i].Final
}

// somebody says whether there is anybody to take the action: a role, a clock that names it, the engine for a reason of
// its own, or a signal that somebody sends.
func (r *reach) somebody(a flow.ActionSpec) bool {
	return a.Sign != nil && len(a.Sign.By) > 0 || slices.ContainsFunc(a.By, func(by string) bool {
		switch by {
		case "clock":
			return slices.ContainsFunc(r.spec.Clocks, func(c flow.ClockSpec) bool { return c.OnDue == a.ID })
		case "engine":
			return a.When != "" || a.Close != "" && r.closesItself(a.Close)
		case "signal":
			return r.sent[a.ID]
		}
		return true
	})
}

func (r *reach) closesItself(hold string) bool {
	return slices.ContainsFunc(r.spec.Holds, func(h flow.HoldSpec) bool { return h.ID == hold && h.CloseWhen != "" })
}

func (r *reach) after(c config, a flow.ActionSpec) config {
	before := c.state
	if a.To != "" {
		c.state = a.To
	}
	if a.Open != "" {
		c.holds = with(c.holds, a.Open)
	}
	if a.Close != "" {
		c.holds = without(c.holds, a.Close)
	}
	c.holds = r.lasting(c.holds, before, c.state)
	if a.AtMost > 0 {
		c.used = with(c.used, a.ID)
	}
	return c
}

// lasting leaves out the holds that end with the move from one state to another: all of them in a final state, and
// those of which no clock is left that they pause.
func (r *reach) lasting(holds, from, to string) string {
	if holds == "" || from == to {
		return holds
	}
	for _, h := range strings.Fields(holds) {
		pauses := func(state string) bool {
			return slices.ContainsFunc(r.spec.Clocks, func(c flow.ClockSpec) bool {
				return slices.Contains(c.Pause, h) && slices.Contains(c.While, state)
			})
		}
		if r.final(to) || pauses(from) && !pauses(to) {
			holds = without(holds, h)
		}
	}
	return holds
}

// startsAfter says whether some history takes an action that is so, and by it or later starts the clock.
func (r *reach) startsAfter(clock flow.ClockSpec, so func(flow.ActionSpec) bool) bool {
	runs := func(c config) bool {
		return slices.Contains(clock.While, c.state) || clock.WhileHold != "" && c.open(clock.WhileHold)
	}
	var queue []config
	seen, starts := map[config]bool{}, false
	take := func(from config, a flow.ActionSpec) {
		to := r.after(from, a)
		starts = starts || runs(to) && !runs(from)
		if !seen[to] {
			seen[to], queue = true, append(queue, to)
		}
	}
	for _, a := range r.spec.Actions {
		if so(a) && slices.Contains(a.From, flow.New) {
			take(config{}, a)
		}
		for _, c := range r.configs {
			if so(a) && r.allowed(c, a) && r.somebody(a) {
				take(c, a)
			}
		}
	}
	for ; len(queue) > 0 && !starts; queue = queue[1:] {
		for _, a := range r.spec.Actions {
			if r.allowed(queue[0], a) && r.somebody(a) {
				take(queue[0], a)
			}
		}
	}
	return starts
}

// usedUp names the actions that a configuration may take no more because of at_most, where there are any.
func (r *reach) usedUp(c config) string {
	var list []string
	for _, a := range r.spec.Actions {
		if a.AtMost > 0 && strings.Count(" "+c.used+" ", " "+a.ID+" ") >= min(a.AtMost, maxUses) {
			list = append(list, a.ID)
		}
	}
	if len(list) == 0 {
		return ""
	}
	return " once " + strings.Join(list, ", ") + " cannot be taken again"
}

// some says whether any configuration is so.
func (r *reach) some(so func(config) bool) bool { return slices.ContainsFunc(r.configs, so) }

// reentered says whether some history leaves the configurations that are so and comes back.
func (r *reach) reentered(so func(config) bool) bool {
	var queue []int
	seen := make([]bool, len(r.configs))
	for i, c := range r.configs {
		for _, j := range r.next[i] {
			if so(c) && !so(r.configs[j]) && !seen[j] {
				seen[j], queue = true, append(queue, j)
			}
		}
	}
	for len(queue) > 0 {
		for _, j := range r.next[queue[0]] {
			if so(r.configs[j]) {
				return true
			}
			if !seen[j] {
				seen[j], queue = true, append(queue, j)
			}
		}
		queue = queue[1:]
	}
	return false
}

// stuck gives the first configuration that is so and from which no history leads to one that is not.
func (r *reach) stuck(so func(config) bool) (config, bool) {
	before := make([][]int, len(r.configs))
	for i, next := range r.next {
		for _, j := range next {
			before[j] = append(before[j], i)
		}
	}
	free := make([]bool, len(r.configs))
	var queue []int
	for i, c := range r.configs {
		if !so(c) {
			free[i], queue = true, append(queue, i)
		}
	}
	for len(queue) > 0 {
		for _, i := range before[queue[0]] {
			if !free[i] {
				free[i], queue = true, append(queue, i)
			}
		}
		queue = queue[1:]
	}
	for i, c := range r.configs {
		if !free[i] {
			return c, true
		}
	}
	return config{}, false
}
