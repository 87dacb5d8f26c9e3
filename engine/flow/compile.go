package flow

import (
	"errors"
	"slices"
	"strconv"

	"banli/engine/rule"
)

// Flow is a compiled [Spec]. It never changes.
type Flow struct {
	spec    Spec
	names   names
	final   []bool // by place of a state
	actions []action
	clocks  []clock
	holds   []hold
	cards   []card
	index   index        // of names.actions
	types   []rule.Field // of the facts
	layout  *rule.Layout // of all its expressions
}

type action struct {
	*ActionSpec
	n       int    // place in Flow.actions
	from    []bool // by place of a state: taken there; nil: anywhere
	to      int    // place of a state; 0: unchanged
	open    int    // place of a hold; -1: none
	close   int
	guards  []guard // requires, then when
	set     []assign
	prolong []prolong
	spawns  []spawn
	assign  *rule.Rule
	signer  *rule.Rule
	opens   bool // begins a case
	byClock bool
	engine  bool
	onData  bool // a guard reads what a loose scope does not have
}

// guard is a condition of an action.
type guard struct {
	*rule.Rule
	onInput bool // reads what is not known before the click
	onData  bool // reads what a loose scope does not have
}

type assign struct {
	fact int
	expr *rule.Rule
}

type prolong struct {
	clock int
	units *rule.Rule
}

type spawn struct {
	*SpawnSpec
	when, each, item *rule.Rule
}

type clock struct {
	*ClockSpec
	n           int    // place in Flow.clocks
	in          []bool // by place of a state: runs there
	pausedBy    []bool // by place of a hold
	hold        int    // while which it runs; -1: none
	limit, from *rule.Rule
	days        bool
	onDue       *action
	sole        bool // no other clock takes the action of onDue
}

type hold struct {
	*HoldSpec
	closeWhen *rule.Rule
	closer    *action // taken by the engine when closeWhen holds
	clock     *clock  // that runs while it is open
}

// data are the variables that a loose scope does not have.
var data = []string{"project", "answers"}

// Compile checks a spec and compiles its expressions. It reports every fault at
// once, in the order of the spec; with faults there is no Flow.
func Compile(s Spec, t Types) (*Flow, []Fault) {
	c := &compiler{spec: s, types: t, f: &Flow{spec: s, layout: rule.NewLayout(fixed...)}}
	c.names()
	c.actions()
	c.holds()
	c.clocks()
	c.expressions()
	c.cards()
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	return c.f, nil
}

// ID is the id of the flow.
func (f *Flow) ID() string { return f.spec.ID }

// Spec is the spec the flow was compiled from; callers do not change it.
func (f *Flow) Spec() *Spec { return &f.spec }

// Facts are the names actions set, with their types, in the order of their first setting.
func (f *Flow) Facts() []rule.Field { return slices.Clone(f.types) }

// Action looks an action up; nil when there is none.
func (f *Flow) Action(id string) *ActionSpec {
	if a := f.action(id); a != nil {
		return a.ActionSpec
	}
	return nil
}

func (f *Flow) action(id string) *action {
	if i := f.index.find(id); i >= 0 && i < len(f.actions) {
		return &f.actions[i]
	}
	return nil
}

type compiler struct {
	spec   Spec
	types  Types
	f      *Flow
	faults []Fault

	stateIDs, holdIDs, actionIDs, clockIDs []string

	pure, all []rule.Func // functions of set, limit and from; and of guards
}

func (c *compiler) fault(path, code, message, hint string) {
	c.faults = append(c.faults, Fault{Path: path, Offset: -1, Code: code, Message: message, Hint: hint})
}

// one checks that name, found at path, is one of the known ones.
func (c *compiler) one(path, what, name string, known []string) bool {
	if slices.Contains(known, name) {
		return true
	}
	hint := ""
	if n := rule.Nearest(name, known); n != "" {
		hint = `did you mean "` + n + `"?`
	}
	c.fault(path, "unknown-"+what, "unknown "+what+` "`+name+`"`, hint)
	return false
}

// names collects ids, and reports those given twice.
func (c *compiler) names() {
	collect := func(kind string, n int, id func(int) string) (ids []string) {
		for i := range n {
			if slices.Contains(ids, id(i)) {
				c.fault("/"+kind+"/"+id(i), "duplicate-id", `there are two `+kind+` "`+id(i)+`"`, "")
			}
			ids = append(ids, id(i))
		}
		return ids
	}
	c.stateIDs = collect("states", len(c.spec.States), func(i int) string { return c.spec.States[i].ID })
	c.holdIDs = collect("holds", len(c.spec.Holds), func(i int) string { return c.spec.Holds[i].ID })
	c.actionIDs = collect("actions", len(c.spec.Actions), func(i int) string { return c.spec.Actions[i].ID })
	c.clockIDs = collect("clocks", len(c.spec.Clocks), func(i int) string { return c.spec.Clocks[i].ID })
	c.f.final = make([]bool, 1+len(c.spec.States))
	for i, s := range c.spec.States {
		if s.ID == New {
			c.fault("/states/"+s.ID, "reserved-name", `a state cannot be called "new": that is what a case is before it begins`, "")
		}
		c.f.final[1+i] = s.Final
	}
	actions := slices.Clone(c.actionIDs)
	for _, id := range c.actionIDs {
		actions = append(actions, id+signSuffix)
	}
	c.f.names = names{states: append([]string{""}, c.stateIDs...), actions: actions, holds: c.holdIDs, clocks: c.clockIDs}
	c.f.index = newIndex(actions)
}

func (c *compiler) actions() {
	c.f.actions = make([]action, len(c.spec.Actions))
	begins := false
	for i := range c.spec.Actions {
		s := &c.spec.Actions[i]
		a := &c.f.actions[i]
		*a = action{
			ActionSpec: s, n: i, to: 1 + slices.Index(c.stateIDs, s.To),
			open: slices.Index(c.holdIDs, s.Open), close: slices.Index(c.holdIDs, s.Close),
		}
		if len(s.From) > 0 {
			a.from = c.within(s.From, append([]string{New}, c.stateIDs...))
		}
		path := "/actions/" + s.ID
		for _, from := range s.From {
			if from == New {
				a.opens, begins = true, true
			} else {
				c.one(path+"/from", "state", from, c.stateIDs)
			}
		}
		if s.To != "" {
			c.one(path+"/to", "state", s.To, c.stateIDs)
		} else if a.opens {
			c.fault(path, "missing-to", "an action that begins a case needs the state it leads to", "add to:")
		}
		if s.ID == CalendarRevised {
			c.fault(path, "reserved-name", `no action may be called "`+CalendarRevised+`": that is how every case comes under a revised calendar`, "choose another name")
		}
		if s.RecordOnly && !a.opens {
			c.fault(path+"/record_only", "not-opening", "only an action that begins a case makes it one for the record", "give it from: new, or take record_only out")
		}
		if s.Open != "" {
			c.one(path+"/open", "hold", s.Open, c.holdIDs)
		}
		if s.Close != "" {
			c.one(path+"/close", "hold", s.Close, c.holdIDs)
		}
		for j, p := range s.Prolong {
			c.one(path+"/prolong/"+strconv.Itoa(j)+"/clock", "clock", p.Clock, c.clockIDs)
		}
		if s.DifferentFrom != "" {
			c.one(path+"/different_from", "action", s.DifferentFrom, c.actionIDs)
		}
		if len(s.By) == 0 && s.Sign == nil {
			c.fault(path, "missing-by", "nobody may take this action", "add by: with roles, clock, engine or signal")
		}
		if s.Repin != "" && s.Repin != "item" {
			c.fault(path+"/repin", "wrong-value", `repin is "`+s.Repin+`", expected item`, "")
		}
		a.byClock, a.engine = slices.Contains(s.By, "clock"), slices.Contains(s.By, "engine")
		if a.engine && s.When == "" && s.Close == "" {
			c.fault(path, "missing-when", "an action taken by the engine needs a condition, else it would always be taken", "add when:")
		}
		if s.Sign != nil {
			c.sign(path+"/sign", s.Sign)
		}
		if s.AddSigner != nil {
			c.addSigner(path+"/add_signer/to", s.AddSigner.To)
		}
	}
	if !begins {
		c.fault("/actions", "no-beginning", "no action begins a case", "give one of them from: new")
	}
}

// within marks by place which of the known names are in a list.
func (c *compiler) within(list, known []string) []bool {
	in := make([]bool, len(known))
	for i, name := range known {
		in[i] = slices.Contains(list, name)
	}
	return in
}

func (c *compiler) sign(path string, s *SignSpec) {
	if len(s.By) == 0 {
		c.fault(path, "missing-by", "nobody may sign", "add by: with roles")
	}
	if s.Need != "all" && s.Need != "any" && signatures(s) <= 0 {
		c.fault(path+"/need", "wrong-value", `need is "`+s.Need+`", expected all, any or a number`, "")
	}
}

func (c *compiler) addSigner(path, to string) {
	if !c.one(path, "action", to, c.actionIDs) {
		return
	}
	if i := slices.Index(c.actionIDs, to); c.spec.Actions[i].Sign == nil {
		c.fault(path, "not-signed", `"`+to+`" is not signed by several people, so there is no signer to add`, "give that action sign:")
	}
}

func (c *compiler) holds() {
	c.f.holds = make([]hold, len(c.spec.Holds))
	for i := range c.spec.Holds {
		s := &c.spec.Holds[i]
		h := &c.f.holds[i]
		h.HoldSpec = s
		for j := range c.f.actions {
			if a := &c.f.actions[j]; a.Close == s.ID && a.engine && h.closer == nil {
				h.closer = a
			}
		}
		for j := range c.f.actions { // an action of the clock serves where none is the engine's
			if a := &c.f.actions[j]; a.Close == s.ID && a.byClock && h.closer == nil {
				h.closer = a
			}
		}
		if s.CloseWhen != "" && h.closer == nil {
			c.fault("/holds/"+s.ID+"/close_when", "no-closer", "no action by the engine closes this hold", "add engine to by: of the action that closes it")
		}
	}
}

func (c *compiler) clocks() {
	c.f.clocks = make([]clock, len(c.spec.Clocks))
	for i := range c.spec.Clocks {
		s := &c.spec.Clocks[i]
		k := &c.f.clocks[i]
		*k = clock{
			ClockSpec: s, n: i, days: s.Unit == "days", hold: slices.Index(c.holdIDs, s.WhileHold),
			in: append([]bool{false}, c.within(s.While, c.stateIDs)...), pausedBy: c.within(s.Pause, c.holdIDs),
		}
		path := "/clocks/" + s.ID
		if s.Unit != "days" && s.Unit != "hours" {
			c.fault(path+"/unit", "wrong-value", `unit is "`+s.Unit+`", expected hours or days`, "")
		}
		if s.Again != "" && s.Again != "restart" && s.Again != "resume" {
			c.fault(path+"/again", "wrong-value", `again is "`+s.Again+`", expected restart or resume`, "")
		}
		if (len(s.While) == 0) == (s.WhileHold == "") {
			c.fault(path, "never-runs", "a clock runs while the case is in some states, or while a hold is open", "give either while: or while_hold:")
		}
		for _, st := range s.While {
			c.one(path+"/while", "state", st, c.stateIDs)
		}
		if s.WhileHold != "" && c.one(path+"/while_hold", "hold", s.WhileHold, c.holdIDs) {
			c.f.holds[k.hold].clock = k
		}
		for _, h := range s.Pause {
			c.one(path+"/pause", "hold", h, c.holdIDs)
		}
		k.sole = !slices.ContainsFunc(c.spec.Clocks, func(o ClockSpec) bool { return o.ID != s.ID && o.OnDue == s.OnDue })
		if s.OnDue != "" && c.one(path+"/on_due", "action", s.OnDue, c.actionIDs) {
			k.onDue = c.f.action(s.OnDue)
			if !k.onDue.byClock {
				c.fault(path+"/on_due", "not-by-clock", `the clock may not take "`+s.OnDue+`"`, "add clock to by: of that action")
			}
		}
	}
}

// compile compiles one expression, or reports why not. An empty one is nil.
func (c *compiler) compile(path, src string, env *rule.Env, want rule.Type) *rule.Rule {
	if src == "" {
		return nil
	}
	r, err := rule.Compile(src, env, want)
	if err != nil {
		f := Fault{Path: path, Offset: -1, Code: "syntax", Message: err.Error()}
		if e, ok := errors.AsType[*rule.Error](err); ok {
			f.Offset, f.Code, f.Message, f.Hint = e.Offset, e.Code, e.Message, e.Hint
		}
		c.faults = append(c.faults, f)
		return nil
	}
	return r
}
