package definitions

import (
	"slices"
	"time"

	"banli/engine/rule"
)

// Data is what the rules of items read about one project and one application.
type Data struct {
	Project map[string]any // registration answers
	Answers map[string]any // the application's answers
	Have    []string       // ids of the materials that are there
	Granted []string       // ids of the items granted to the project
}

// Need says whether a project needs an item, and why.
type Need struct {
	Item          *Item
	Status        string // [Needed], [NotNeeded], [Undecided]
	Regime        bool   // the item is for projects of this regime (审批, 核准, 备案)
	Because       string // the sentence of the condition, where there is one
	Missing       string // of an undecided one: the answer it waits for, such as project.land_area
	Prerequisites []PrerequisiteState
}

// Status of a need or a condition.
const (
	Needed    = "needed"
	NotNeeded = "not-needed"
	Undecided = "undecided" // an answer its condition reads is missing
)

// PrerequisiteState is how one prerequisite stands.
type PrerequisiteState struct {
	Prerequisite
	Status string // whether it applies to this project
	Met    string // the item that meets it; empty: none does yet
}

// Ready says whether every prerequisite that applies is met.
func (n Need) Ready() bool {
	return !slices.ContainsFunc(n.Prerequisites, func(p PrerequisiteState) bool { return p.Status != NotNeeded && p.Met == "" })
}

// Needed lists the items in force that a project needs, or may need once more is answered, in the order shown.
func (c *Catalogue) Needed(at time.Time, d Data) []Need {
	var out []Need
	src := c.given(d)
	for _, it := range c.ItemsAt(at) {
		if n := src.need(it, d); n.Status != NotNeeded {
			out = append(out, n)
		}
	}
	return out
}

// Need says whether a project needs one item, and why or why not.
func (c *Catalogue) Need(it *Item, d Data) Need { return c.given(d).need(it, d) }

func (g given) need(it *Item, d Data) Need {
	n := Need{Item: it, Because: it.AppliesWhenText}
	regime, _ := d.Project["regime"].(string)
	n.Regime = len(it.AppliesTo) == 0 || slices.Contains(it.AppliesTo, regime)
	src := g.source(it)
	switch {
	case !n.Regime && regime == "":
		n.Status, n.Missing = Undecided, "project.regime"
	case !n.Regime:
		n.Status = NotNeeded
	default:
		n.Status, n.Missing = decide(it.AppliesWhen, src)
	}
	for _, p := range it.Prerequisites {
		s := PrerequisiteState{Prerequisite: p}
		s.Status, _ = decide(p.When, src)
		if i := slices.IndexFunc(p.AnyOf, func(id string) bool { return slices.Contains(d.Granted, id) }); i >= 0 {
			s.Met = p.AnyOf[i]
		}
		n.Prerequisites = append(n.Prerequisites, s)
	}
	return n
}

// MaterialNeed says whether one material must be handed in.
type MaterialNeed struct {
	*Material
	Status  string // [Needed], [NotNeeded], [Undecided]
	Missing string // of an undecided one: the answer it waits for
	Have    bool   // it is there
	Shared  bool   // it is the result of an item granted to the project, or made from the registration: not asked again
}

// Materials lists the materials of an item with whether this application needs them.
func (c *Catalogue) Materials(it *Item, d Data) []MaterialNeed {
	src := c.source(it, d)
	out := make([]MaterialNeed, len(it.Materials))
	for i, m := range it.Materials {
		out[i] = MaterialNeed{
			Material: m, Have: slices.Contains(d.Have, m.ID),
			Shared: m.Source != "" || m.FromItem != "" && slices.Contains(d.Granted, m.FromItem),
		}
		out[i].Status, out[i].Missing = decide(m.When, src)
	}
	return out
}

// ConditionState is how one condition of acceptance stands.
type ConditionState struct {
	Condition
	Status  string // "met", "unmet", [Undecided]; empty: a person has to judge it
	Missing string
}

// Conditions lists the conditions of acceptance of an item with what rules can say of them.
func (c *Catalogue) Conditions(it *Item, d Data) []ConditionState {
	src := c.source(it, d)
	out := make([]ConditionState, len(it.Conditions))
	for i, cond := range it.Conditions {
		out[i].Condition = cond
		if cond.Check == nil {
			continue
		}
		out[i].Status, out[i].Missing = decide(cond.Check, src)
		switch out[i].Status {
		case Needed:
			out[i].Status = "met"
		case NotNeeded:
			out[i].Status = "unmet"
		}
	}
	return out
}

// given is what the rules of items read, put together once for all items asked about.
type given rule.Vars

func (c *Catalogue) given(d Data) given {
	return given{
		"project": d.Project, "answers": d.Answers, "param": c.Params(), "policy": c.PolicyValues(),
		haveVar: d.Have, grantedVar: d.Granted,
	}
}

// source is what the rules of one item read, until that of the next is asked for.
func (g given) source(it *Item) rule.Source {
	g["item"] = it.Fields()
	return rule.Vars(g)
}

func (c *Catalogue) source(it *Item, d Data) rule.Source { return c.given(d).source(it) }

// decide evaluates a condition; without one the answer is yes.
func decide(r *rule.Rule, src rule.Source) (status, missingAnswer string) {
	if r == nil {
		return Needed, ""
	}
	yes, err := r.Bool(src)
	switch {
	case err != nil:
		return Undecided, missing(err)
	case yes:
		return Needed, ""
	}
	return NotNeeded, ""
}
