package flow

import (
	"time"

	"banli/engine/rule"
)

// vars is what expressions read while an action is tried or applied.
type vars struct {
	f     *Flow
	sc    *Scope
	s     *State
	at    time.Time
	input map[string]any
	hold  holdVars
	kids  childVars
	state int        // place of s.State in Spec.States; -1: before the beginning
	now   *time.Time // the instant of the event applied, once somebody keeps it

	taken [64]int16 // by action, its place in s.Taken + 1; known where the fold began from nothing
	fresh bool      // it did
	ours  bool      // the facts of s are a copy of ours

	times     []time.Time // instants that are kept
	pauseRoom []Pause     // for the first pauses of runs
}

// place is the place of a state in Spec.States; -1: none.
func (f *Flow) place(state string) int {
	for i := range f.spec.States {
		if f.spec.States[i].ID == state {
			return i
		}
	}
	return -1
}

func of(s rule.Source) *vars { return s.(*vars) }

// Get implements [rule.Source].
func (v *vars) Get(name string) any {
	switch name {
	case "at":
		return v.at
	case "input":
		if v.input == nil {
			return nil
		}
		return v.input
	case "hold":
		if v.hold.Hold == nil {
			return nil
		}
		return &v.hold
	case "item":
		if item := v.sc.Items[v.itemPin()]; item != nil {
			return item
		}
		return nil
	case "param":
		return v.sc.Param
	case "policy":
		return v.sc.Policy
	case "project":
		return v.sc.Project
	case "answers":
		return v.sc.Answers
	case "state":
		return v.s.State
	case "marks":
		return v.s.Marks
	case "children":
		v.kids.s = v.s
		return &v.kids
	}
	return v.s.Facts[name]
}

func (v *vars) itemPin() string {
	if v.s.ItemPin != "" {
		return v.s.ItemPin
	}
	return v.sc.Item
}

type holdVars struct{ *Hold }

// Get implements [rule.Source].
func (h *holdVars) Get(name string) any {
	if name == "opened_at" {
		return h.OpenedAt
	}
	return h.Input[name]
}

type childVars struct{ s *State }

// Get implements [rule.Source].
func (c *childVars) Get(name string) any {
	switch name {
	case "open":
		return len(c.s.Open)
	case "total":
		return c.s.Spawned
	}
	return nil
}

// holdDays is how many days of a hold count towards its cap (T23): of an ended
// opening those it really took (D3), of an open one those asked for.
func (v *vars) holdDays(id string) (sum int) {
	for i := range v.s.Holds {
		h := &v.s.Holds[i]
		if h.ID != id {
			continue
		}
		if h.ClosedAt != nil {
			sum += v.sc.calendarAt(v.s, h.CloseSeq).Days(h.OpenedAt, *h.ClosedAt)
			continue
		}
		asked := v.calendar().Days(h.OpenedAt, v.at)
		if k := v.f.hold(id).clock; k != nil && k.days {
			if run := v.s.live(k.ID); run != nil {
				asked = run.Limit
			}
		} else if days, ok := rule.Normalize(h.Input["days"]).(int); ok {
			asked = days
		}
		sum += asked
	}
	return sum
}

// has says whether a material was handed in: answers.materials is either a list of
// material ids, or an object by material id of whatever was handed in.
func has(s rule.Source, args []any) (any, error) {
	id := args[0].(string)
	switch m := of(s).sc.Answers["materials"].(type) {
	case []string:
		for _, x := range m {
			if x == id {
				return true, nil
			}
		}
	case []any:
		for _, x := range m {
			if x == id {
				return true, nil
			}
		}
	case map[string]any:
		switch x := m[id].(type) {
		case nil:
		case bool:
			return x, nil
		case []any:
			return len(x) > 0, nil
		case string:
			return x != "", nil
		default:
			return true, nil
		}
	}
	return false, nil
}
