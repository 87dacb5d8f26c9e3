package flow

import (
	"slices"
	"sync"
	"time"

	"banli/engine/calendar"
	"banli/engine/rule"
)

// vars is what expressions read while an action is tried or applied.
type vars struct {
	f     *Flow
	sc    *Scope
	s     *State
	at    calendar.Instant
	input map[string]any
	hold  *opening
	rec   rule.Record // keeps what the scope says
}

// pool keeps what folding needs, for the next time.
var pool = sync.Pool{New: func() any { return new(vars) }}

// vars are those of a state, until they are released.
func (f *Flow) vars(sc *Scope, s *State) *vars {
	v := pool.Get().(*vars)
	v.f, v.sc, v.s, v.at, v.input, v.hold = f, sc, s, 0, nil, nil
	v.rec.Reset(f.layout, v)
	return v
}

func (v *vars) release() {
	v.f, v.sc, v.s, v.input, v.hold = nil, nil, nil, nil, nil // the record is emptied when it is used again
	pool.Put(v)
}

func of(s rule.Source) *vars { return s.(*vars) }

// fixed are the variables whose fields stay the same while a case is folded, but for an item that is pinned anew.
var fixed = []string{"item", "param", "policy", "project", "answers"}

// read is the way to a variable.
func (f *Flow) read(name string) func(rule.Source) rule.Value {
	switch name {
	case "at":
		return func(s rule.Source) rule.Value { return rule.Instant(of(s).at, of(s).zone()) }
	case "input":
		return func(s rule.Source) rule.Value { return fields(of(s).input) }
	case "hold":
		return func(s rule.Source) rule.Value {
			if v := of(s); v.hold != nil {
				return rule.Object((*holdVars)(v))
			}
			return rule.Value{}
		}
	case "item":
		return func(s rule.Source) rule.Value { return fields(of(s).sc.Items[of(s).itemPin()]) }
	case "param":
		return func(s rule.Source) rule.Value { return rule.Of(of(s).sc.Param) }
	case "policy":
		return func(s rule.Source) rule.Value { return rule.Of(of(s).sc.Policy) }
	case "project":
		return func(s rule.Source) rule.Value { return rule.Of(of(s).sc.Project) }
	case "answers":
		return func(s rule.Source) rule.Value { return rule.Of(of(s).sc.Answers) }
	case "state":
		return func(s rule.Source) rule.Value { return rule.Text(of(s).s.State()) }
	case "marks":
		return func(s rule.Source) rule.Value { return rule.Texts(of(s).s.Marks) }
	case "children":
		return func(s rule.Source) rule.Value { return rule.Object((*childVars)(of(s).s)) }
	}
	i := slices.Index(f.names.facts, name)
	if i < 0 {
		return nil
	}
	return func(s rule.Source) rule.Value {
		if facts := of(s).s.facts; facts != nil {
			return facts[i]
		}
		return rule.Value{}
	}
}

// fields are an object, nothing when there is none.
func fields(m map[string]any) rule.Value {
	if m == nil {
		return rule.Value{}
	}
	return rule.Of(m)
}

// Get implements [rule.Source].
func (v *vars) Get(name string) any {
	if read := v.f.read(name); read != nil {
		return read(v)
	}
	return nil
}

func (v *vars) zone() *time.Location { return v.sc.Calendar.Zone() }

func (v *vars) itemPin() string {
	if v.s.ItemPin != "" {
		return v.s.ItemPin
	}
	return v.sc.Item
}

// holdVars are the fields of the hold that an expression is about.
type holdVars vars

// Get implements [rule.Source].
func (v *holdVars) Get(name string) any {
	if name == "opened_at" {
		return rule.Instant(v.hold.openedAt, v.sc.Calendar.Zone())
	}
	return v.hold.input[name]
}

type childVars State

// Get implements [rule.Source].
func (s *childVars) Get(name string) any {
	switch name {
	case "open":
		return len(s.Open)
	case "total":
		return s.Spawned
	}
	return nil
}

// holdDays is how many days of a hold count towards its cap (T23): of an ended
// opening those it really took (D3), of an open one those asked for.
func (v *vars) holdDays(id string) (sum int) {
	n := slices.Index(v.f.names.holds, id)
	for i := range v.s.holds {
		h := &v.s.holds[i]
		if h.hold != n {
			continue
		}
		if h.closedAt != calendar.Never {
			sum += v.sc.calendarAt(v.s, int(h.closeSeq)).Workdays(h.openedAt, h.closedAt)
			continue
		}
		asked := v.calendar().Workdays(h.openedAt, v.at)
		if k := v.f.holds[n].clock; k != nil && k.days {
			if run := v.s.live(k.n); run != nil {
				asked = run.limit
			}
		} else if n, ok := rule.Of(h.input["days"]).Whole(); ok {
			asked = n
		}
		sum += asked
	}
	return sum
}

// has says whether a material was handed in: answers.materials is either a list of
// material ids, or an object by material id of whatever was handed in.
func has(s rule.Source, args []rule.Value) (rule.Value, error) {
	id, _ := args[0].Text()
	found := false
	switch m := of(s).sc.Answers["materials"].(type) {
	case []string:
		found = slices.Contains(m, id)
	case []any:
		found = slices.Contains(m, any(id))
	case map[string]any:
		switch x := m[id].(type) {
		case nil:
		case bool:
			found = x
		case []any:
			found = len(x) > 0
		case string:
			found = x != ""
		default:
			found = true
		}
	}
	return rule.Truth(found), nil
}
