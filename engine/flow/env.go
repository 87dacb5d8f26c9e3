package flow

import (
	"slices"
	"strconv"

	"banli/engine/calendar"
	"banli/engine/rule"
)

// expressions compiles all expressions. Those of set, limit and from read only what
// replay has: events and pinned definitions; guards read everything.
func (c *compiler) expressions() {
	c.factTypes()
	for i := range c.f.actions {
		a := &c.f.actions[i]
		path := "/actions/" + a.ID
		guard := c.env(a, true)
		c.guard(a, path+"/requires", a.Requires, c.env(a, true, "input"))
		c.guard(a, path+"/when", a.When, guard)
		set := c.env(a, false)
		for _, s := range a.Set {
			if c.reserved(s.Name) {
				c.fault(path+"/set/"+s.Name, "reserved-name", `"`+s.Name+`" cannot be set: expressions know it already`, "choose another name")
				continue
			}
			a.set = append(a.set, assign{slices.Index(c.f.names.facts, s.Name), c.compile(path+"/set/"+s.Name, s.Expr, set, rule.Any)})
		}
		a.assign = c.compile(path+"/assign", a.Assign, set, rule.String)
		if a.AddSigner != nil {
			a.signer = c.compile(path+"/add_signer/user", a.AddSigner.User, set, rule.String)
		}
		for j, p := range a.Prolong {
			a.prolong = append(a.prolong, prolong{slices.Index(c.clockIDs, p.Clock), c.compile(path+"/prolong/"+strconv.Itoa(j)+"/by", p.Units, set, rule.Int)})
		}
		for j := range a.Spawn {
			s := &a.Spawn[j]
			p := path + "/spawn/" + strconv.Itoa(j)
			a.spawns = append(a.spawns, spawn{
				SpawnSpec: s,
				when:      c.compile(p+"/when", s.When, guard, rule.Bool),
				each:      c.compile(p+"/each", s.Each, guard, rule.ListOf(rule.String)),
				item:      c.compile(p+"/item", s.Item, guard, rule.String),
			})
		}
	}
	for i := range c.f.holds {
		h := &c.f.holds[i]
		env := c.base(true)
		env.Vars = append(env.Vars, rule.Field{Name: "hold", Type: c.holdType(h.ID)})
		h.closeWhen = c.compile("/holds/"+h.ID+"/close_when", h.CloseWhen, env, rule.Bool)
	}
	for i := range c.f.clocks {
		k := &c.f.clocks[i]
		env := c.base(false)
		if k.WhileHold != "" {
			env.Vars = append(env.Vars, rule.Field{Name: "hold", Type: c.holdType(k.WhileHold)})
		}
		if k.Limit == "" {
			c.fault("/clocks/"+k.ID, "missing-limit", "a clock needs a limit", "add limit: with a number or an expression")
		}
		k.limit = c.compile("/clocks/"+k.ID+"/limit", k.Limit, env, rule.Int)
		k.from = c.compile("/clocks/"+k.ID+"/from", k.From, env, rule.Time)
	}
}

// factTypes finds the types of the facts: those of their expressions, which may
// read other facts, so it repeats until nothing changes. Faults come later.
func (c *compiler) factTypes() {
	for i := range c.spec.Actions {
		for _, s := range c.spec.Actions[i].Set {
			if !c.reserved(s.Name) && !slices.ContainsFunc(c.f.types, func(f rule.Field) bool { return f.Name == s.Name }) {
				c.f.types = append(c.f.types, rule.Field{Name: s.Name})
				c.f.names.facts = append(c.f.names.facts, s.Name)
			}
		}
	}
	for range len(c.f.types) + 1 {
		types := make([]rule.Field, len(c.f.types))
		copy(types, c.f.types)
		known := make([]bool, len(types))
		for i := range c.f.actions {
			a := &c.f.actions[i]
			env := c.env(a, false)
			for _, s := range a.Set {
				r, err := rule.Compile(s.Expr, env, rule.Any)
				j := slices.IndexFunc(types, func(f rule.Field) bool { return f.Name == s.Name })
				switch {
				case err != nil || j < 0:
				case known[j]:
					types[j].Type = rule.Join(types[j].Type, r.Type())
				default:
					types[j].Type, known[j] = r.Type(), true
				}
			}
		}
		if slices.EqualFunc(types, c.f.types, func(a, b rule.Field) bool { return a.Type.Equal(b.Type) }) {
			return
		}
		c.f.types = types
	}
}

var knownNames = []string{"at", "input", "hold", "item", "param", "policy", "project", "answers", "state", "marks", "children", "granted", "done", "count", "hold_days", "has", "add_days", "add_hours", "days_between", "day"}

func (c *compiler) reserved(name string) bool { return slices.Contains(knownNames, name) }

func (c *compiler) guard(a *action, path, src string, env *rule.Env) {
	if r := c.compile(path, src, env, rule.Bool); r != nil {
		g := guard{r, r.ReadsAny("input"), r.ReadsAny(data...)}
		a.guards, a.onData = append(a.guards, g), a.onData || g.onData
	}
}

// env is what the expressions of an action may read, without the names left out.
func (c *compiler) env(a *action, guard bool, without ...string) *rule.Env {
	env := c.base(guard)
	if !slices.Contains(without, "input") {
		env.Vars = append(env.Vars, rule.Field{Name: "input", Type: c.inputType(a)})
	}
	switch {
	case a.Close != "":
		env.Vars = append(env.Vars, rule.Field{Name: "hold", Type: c.holdType(a.Close)})
	case a.Open != "" && !guard: // it is open once the action is taken
		env.Vars = append(env.Vars, rule.Field{Name: "hold", Type: c.holdType(a.Open)})
	}
	return env
}

func (c *compiler) inputType(a *action) rule.Type {
	switch {
	case c.types.Inputs == nil:
		return rule.Any
	case a.Input == "":
		return rule.ObjectOf()
	}
	return c.types.Inputs[a.Input]
}

// holdType is what is known of a hold: the input of whatever opens it.
func (c *compiler) holdType(id string) rule.Type {
	t, found := rule.ObjectOf(), false
	for i := range c.f.actions {
		if a := &c.f.actions[i]; a.Open == id {
			in := c.inputType(a)
			if in.Kind != rule.KindObject {
				in = rule.Type{Kind: rule.KindObject, Open: true}
			}
			if found {
				in = rule.Join(t, in)
			}
			t, found = in, true
		}
	}
	t.Fields = append(slices.Clone(t.Fields), rule.Field{Name: "opened_at", Type: rule.Time})
	return t
}

func (c *compiler) base(guard bool) *rule.Env {
	t := c.types
	env := &rule.Env{Read: c.f.read, Layout: c.f.layout, Vars: slices.Concat([]rule.Field{
		{Name: "at", Type: rule.Time}, {Name: "item", Type: t.Item}, {Name: "param", Type: t.Param}, {Name: "policy", Type: t.Policy},
	}, c.f.types)}
	if c.pure == nil {
		c.pure = c.functions()
		c.all = append(slices.Clone(c.pure), rule.Func{Name: "has", Params: []rule.Type{rule.String}, Result: rule.Bool, Reads: []string{"answers"}, Call: has})
	}
	env.Funcs = c.pure
	if guard {
		env.Funcs = c.all
		env.Vars = append(env.Vars,
			rule.Field{Name: "project", Type: t.Project}, rule.Field{Name: "answers", Type: t.Answers},
			rule.Field{Name: "state", Type: rule.String}, rule.Field{Name: "marks", Type: rule.ListOf(rule.String)},
			rule.Field{Name: "children", Type: rule.ObjectOf(rule.Field{Name: "open", Type: rule.Int}, rule.Field{Name: "total", Type: rule.Int})},
		)
	}
	return env
}

// functions are those of events and the calendar, which replay has too. Arguments are of the types they declare.
func (c *compiler) functions() []rule.Func {
	word, whole, instant := rule.String, rule.Int, rule.Time
	text := func(v rule.Value) string { s, _ := v.Text(); return s }
	number := func(v rule.Value) int { n, _ := v.Whole(); return n }
	when := func(v rule.Value) calendar.Instant { i, _ := v.Instant(); return i }
	at := func(v *vars, i calendar.Instant) (rule.Value, error) { return rule.Instant(i, v.zone()), nil }
	return []rule.Func{
		{Name: "granted", Params: []rule.Type{word}, Result: rule.Bool, Call: func(v rule.Source, args []rule.Value) (rule.Value, error) {
			return rule.Truth(slices.Contains(of(v).s.Granted, text(args[0]))), nil
		}},
		{Name: "done", Params: []rule.Type{word}, Result: rule.Bool, Call: func(v rule.Source, args []rule.Value) (rule.Value, error) {
			return rule.Truth(!slices.Contains(of(v).s.Open, text(args[0]))), nil
		}},
		{Name: "count", Params: []rule.Type{word}, Result: whole, OneOf: c.actionIDs, Call: func(v rule.Source, args []rule.Value) (rule.Value, error) {
			return rule.Whole(of(v).s.Times(text(args[0]))), nil
		}},
		{Name: "hold_days", Params: []rule.Type{word}, Result: whole, OneOf: c.holdIDs, Call: func(v rule.Source, args []rule.Value) (rule.Value, error) {
			return rule.Whole(of(v).holdDays(text(args[0]))), nil
		}},
		{Name: "add_days", Params: []rule.Type{instant, whole}, Result: instant, Call: func(v rule.Source, args []rule.Value) (rule.Value, error) {
			return at(of(v), of(v).calendar().AddWorkdays(when(args[0]), number(args[1])))
		}},
		{Name: "add_hours", Params: []rule.Type{instant, whole}, Result: instant, Call: func(v rule.Source, args []rule.Value) (rule.Value, error) {
			return at(of(v), of(v).calendar().Add(when(args[0]), int64(number(args[1]))*calendar.Hour))
		}},
		{Name: "days_between", Params: []rule.Type{instant, instant}, Result: whole, Call: func(v rule.Source, args []rule.Value) (rule.Value, error) {
			return rule.Whole(of(v).calendar().Workdays(when(args[0]), when(args[1]))), nil
		}},
		{Name: "day", Params: []rule.Type{word}, Result: instant, Call: func(v rule.Source, args []rule.Value) (rule.Value, error) {
			d, err := calendar.ParseDate(text(args[0]))
			if err != nil {
				return rule.Value{}, err
			}
			return at(of(v), of(v).calendar().Begin(d))
		}},
	}
}
