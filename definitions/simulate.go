package definitions

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"banli/engine/flow"
	"banli/forms"
)

// Simulate plays a scenario and says how the case stands at its instant. What is due by then has happened, at the very
// instant included (due ≤ at); an event at exactly a due instant comes before what the clock does there (D5). Events
// later than the instant asked about have not happened yet and are only checked for the names they use.
//
// A scenario whose first event does not open a case begins in the state an opening action leads to, where that state
// arms no clock, as if the case had been opened just before.
func Simulate(c *Catalogue, s Scenario) (Answer, error) {
	p, err := c.play(s)
	if err != nil {
		return Answer{}, err
	}
	if p.refused != nil {
		return Answer{}, fmt.Errorf("events[%d] %s at %s: %w", p.refusedAt, s.Events[p.refusedAt].Do, c.stamp(s.Events[p.refusedAt].At), p.refused)
	}
	return p.answer(c, s.At)
}

// played is a scenario played up to its instant.
type played struct {
	flow      *Flow
	scope     *flow.Scope
	state     *flow.State
	events    []flow.Event
	spawns    []flow.Spawn
	signals   []flow.Signal
	refused   *flow.Refusal // why event refusedAt was refused; nothing was played after it
	refusedAt int
}

func (c *Catalogue) play(s Scenario) (*played, error) {
	p := &played{state: &flow.State{}}
	if err := p.begin(c, s); err != nil {
		return nil, err
	}
	for i, e := range s.Events {
		a := p.flow.Action(e.Do)
		switch {
		case a == nil:
			return nil, fmt.Errorf("events[%d]: unknown action %q of flow %s; %s", i, e.Do, p.flow.ID(), known(e.Do, actionIDs(p.flow.Spec)))
		case i > 0 && e.At.Before(s.Events[i-1].At):
			return nil, fmt.Errorf("events[%d] %s at %s is earlier than the event before it, at %s", i, e.Do, c.stamp(e.At), c.stamp(s.Events[i-1].At))
		case e.By != "" && RoleNames[e.By] == [2]string{}:
			return nil, fmt.Errorf("events[%d] %s: unknown role %q; %s", i, e.Do, e.By, known(e.By, Roles))
		}
		if e.At.After(s.At) || p.refused != nil {
			continue
		}
		if err := p.take(c, s, i, e, a); err != nil {
			return nil, err
		}
	}
	d, err := p.flow.Advance(p.scope, p.state, s.At, true)
	if err != nil {
		return nil, err
	}
	p.keep(d)
	return p, nil
}

// begin finds flow and item, applies overrides, and opens the case where the first event does not.
func (p *played) begin(c *Catalogue, s Scenario) error {
	first := s.At
	if len(s.Events) > 0 {
		first = s.Events[0].At
	}
	var item *Item
	flowID := s.Flow
	if s.Item != "" {
		item = c.Item(s.Item, first)
		if item == nil && s.Loose {
			item = c.AnyItem(s.Item)
		}
		switch {
		case c.AnyItem(s.Item) == nil:
			return fmt.Errorf("unknown item %q; %s", s.Item, known(s.Item, c.itemIDs()))
		case item == nil:
			return fmt.Errorf("item %s is not in force on %s", s.Item, c.Day(first))
		case flowID != "" && flowID != item.Flow:
			return fmt.Errorf("item %s takes flow %s, not %q", s.Item, item.Flow, flowID)
		}
		flowID = item.Flow
	}
	if p.flow = c.Flows[flowID]; p.flow == nil {
		return fmt.Errorf("unknown flow %q; %s", flowID, known(flowID, sortedKeys(c.Flows)))
	}
	if err := p.scopeFor(c, s, item); err != nil {
		return err
	}
	if len(s.Events) == 0 || p.flow.Action(s.Events[0].Do) == nil {
		return nil
	}
	var err error
	if p.state, err = p.flow.Start(p.scope, s.Events[0].Do); err != nil {
		return fmt.Errorf("events[0]: %w", err)
	}
	return nil
}

// bare is the revision of the item that a scenario without one is about.
const bare = "-"

func (p *played) scopeFor(c *Catalogue, s Scenario, item *Item) error {
	if item != nil {
		p.scope = c.Scope(item.Revision, s.At)
		if s.Loose && c.Item(item.ID, s.At) == nil {
			p.scope.Current = item.Revision
		}
	} else {
		p.scope = c.Scope("", s.At)
		legal := c.Param("statutory_default")
		p.scope.Item, p.scope.Items = bare, map[string]map[string]any{bare: {"promised": legal, "statutory": legal}}
	}
	p.scope.Loose, p.scope.Project, p.scope.Answers = s.Loose, s.Project, s.Answers
	limits := map[string]int{}
	for _, id := range sortedKeys(s.Params) {
		n, ok := s.Params[id].(int)
		_, isParam := p.scope.Param[id]
		switch {
		case !isParam && id != "promised" && id != "statutory":
			return fmt.Errorf("unknown parameter %q; %s", id, known(id, append(sortedKeys(p.scope.Param), "promised", "statutory")))
		case !ok || n < 0 || n > 100000:
			return fmt.Errorf("parameter %s is %v, expected a whole number from 0 to 100000", id, s.Params[id])
		case isParam:
			p.scope.Param[id] = n
		default:
			limits[id] = n
		}
	}
	if n, ok := s.Params["statutory_default"].(int); ok && item == nil {
		p.scope.Items[bare]["promised"], p.scope.Items[bare]["statutory"] = n, n
	}
	if n, ok := limits["statutory"]; ok && item == nil {
		p.scope.Items[bare]["promised"] = n
	}
	for _, fields := range p.scope.Items {
		for id, n := range limits {
			fields[id] = n
		}
	}
	for _, id := range sortedKeys(s.Policies) {
		i := slices.IndexFunc(c.Policies, func(q *Policy) bool { return q.ID == id })
		if i < 0 {
			return fmt.Errorf("unknown policy %q; %s", id, known(id, sortedKeys(p.scope.Policy)))
		}
		v, _ := s.Policies[id].(string)
		if !slices.Contains(c.Policies[i].OneOf, v) {
			return fmt.Errorf("policy %s is %v, expected one of %s", id, s.Policies[id], strings.Join(c.Policies[i].OneOf, ", "))
		}
		p.scope.Policy[id] = v
	}
	return nil
}

func (p *played) take(c *Catalogue, s Scenario, i int, e ScenarioEvent, a *flow.ActionSpec) error {
	role := e.By
	if role == "" {
		role = firstRole(a)
	}
	if role == "clock" || role == "engine" {
		return fmt.Errorf("events[%d]: %s happens by itself and cannot be given", i, e.Do)
	}
	d, err := p.flow.Decide(p.scope, p.state, flow.Command{
		Do: e.Do, At: e.At, Input: e.Input, Granted: e.Granted, Done: e.Done,
		By: flow.Actor{Role: role, User: cmp.Or(e.User, role), For: e.For, Department: p.department(c)},
	})
	if bad := p.badInput(c, e, a, s.Loose); err == nil && bad != "" {
		err = &flow.Refusal{Action: a.ID, Code: flow.BadInput, Rule: a.Rule, State: p.state.State(), Detail: bad}
		var fault error
		if d, fault = p.flow.Advance(p.scope, p.state, e.At, false); fault != nil {
			return fault
		}
	}
	if r, ok := errors.AsType[*flow.Refusal](err); ok {
		p.refused, p.refusedAt = r, i
		p.keep(d)
		return nil
	}
	if err != nil {
		return fmt.Errorf("events[%d] %s: %w", i, e.Do, err)
	}
	p.keep(d)
	return nil
}

// badInput is what the form of an action says of its input; loose play does not ask.
func (p *played) badInput(c *Catalogue, e ScenarioEvent, a *flow.ActionSpec, loose bool) string {
	f := c.Forms[a.Input]
	if loose || f == nil {
		return ""
	}
	var answers map[string]any
	data, err := json.Marshal(e.Input)
	if err == nil {
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber() // as forms expect: money is never a float
		err = d.Decode(&answers)
	}
	if err != nil {
		return err.Error()
	}
	for _, problem := range f.Check(answers, forms.Context{Today: c.Day(e.At), Lang: forms.English}) {
		if !problem.Warning {
			return fmt.Sprintf("input%s: %s", problem.Pointer, problem.Message(forms.English))
		}
	}
	return ""
}

// department acts where the item says whose it is.
func (p *played) department(c *Catalogue) string {
	if it := c.ItemRevision(p.scope.Item); it != nil {
		return it.Department
	}
	return ""
}

// firstRole is the first role of an action that a person or another case may have.
func firstRole(a *flow.ActionSpec) string {
	by := a.By
	if len(by) == 0 && a.Sign != nil {
		by = a.Sign.By
	}
	for _, role := range by {
		if role != "clock" && role != "engine" {
			return role
		}
	}
	return "clock"
}

func (p *played) keep(d flow.Decision) {
	p.events = append(p.events, d.Events...)
	p.spawns, p.signals = append(p.spawns, d.Spawns...), append(p.signals, d.Signals...)
	p.state = &d.State
}

func (c *Catalogue) itemIDs() []string {
	var out []string
	for _, it := range c.Items {
		if !slices.Contains(out, it.ID) {
			out = append(out, it.ID)
		}
	}
	return out
}

func (c *Catalogue) stamp(t time.Time) string {
	return t.In(c.Calendar.Zone()).Format(time.RFC3339)
}

// known names the word meant, or all that are known.
func known(word string, all []string) string {
	if hint := didYouMean(word, all); hint != "" {
		return hint
	}
	return "known are " + strings.Join(all, ", ")
}
