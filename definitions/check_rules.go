package definitions

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"

	"banli/engine/flow"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
	"gopkg.in/yaml.v3"
)

// maxGuardCases is how many cases of an action's conditions are looked at; beyond, nothing is said of them.
const maxGuardCases = 200_000

// checkRules finds rules that are written well and can never do what they are for.
func (l *loader) checkRules(fs.FS) {
	for _, o := range l.of("flow") {
		if o.broken {
			continue
		}
		spec, r := l.specs[o.id], l.reached[o.id]
		l.checkNumbers(o)
		always := map[string]bool{}
		for _, a := range spec.Actions {
			at := o.get("actions").get(a.ID)
			if a.DifferentFrom == a.ID {
				l.fault(o, at.get("different_from"), "same-action", fmt.Sprintf("action %q is to be taken by somebody else than whoever took %[1]q", a.ID), "name the action before it, such as the request that it approves")
			}
			always[a.ID] = l.checkGuards(o, at) && slices.Contains(a.By, "engine")
		}
		for _, h := range o.get("holds").fields() {
			l.decides(o, h.get("close_when"))
		}
		if r != nil && !r.cut {
			l.checkEndless(o, r, always)
			for _, c := range spec.Clocks {
				l.checkFacts(o, r, c)
			}
		}
	}
	l.checkUnread()
}

// checkNumbers wants constants to be numbers that can be: a limit, a prolongation and a count of at least 1, and a card
// no earlier than the limit.
func (l *loader) checkNumbers(o *object) {
	least := func(v value, n int) {
		tree, err := parser.Parse(v.expression())
		if !v.ok() || err != nil {
			return
		}
		for _, leaf := range leaves(tree.Node) {
			if c, _ := constant(leaf); c != nil {
				if f, ok := c.(float64); ok && f < float64(n) {
					l.fault(o, v, "impossible-number", fmt.Sprintf("found %v, expected %d or more", f, n), "")
				}
			}
		}
	}
	for _, c := range o.get("clocks").fields() {
		least(c.get("limit"), 1)
	}
	for _, c := range o.get("cards").list() {
		least(c.get("after"), 0)
		least(c.get("times"), 1)
	}
	for _, a := range o.get("actions").fields() {
		for _, p := range a.get("prolong").list() {
			least(p.get("by"), 1)
		}
	}
}

// leaves are what an expression may come to: the ends of its choices.
func leaves(n ast.Node) []ast.Node {
	switch n := n.(type) {
	case *ast.VariableDeclaratorNode:
		return leaves(spelt(n))
	case *ast.ConditionalNode:
		return append(leaves(n.Exp1), leaves(n.Exp2)...)
	case *ast.BinaryNode:
		if n.Operator == "??" {
			return append(leaves(n.Left), leaves(n.Right)...)
		}
	}
	return []ast.Node{n}
}

// checkGuards wants some case in which the conditions of an action hold, and says whether they hold in all.
func (l *loader) checkGuards(o *object, action value) (always bool) {
	requires, when := action.get("requires"), action.get("when")
	some, always := l.decides(o, requires)
	if !some || !when.ok() {
		return always && when.ok()
	}
	some, all := l.decides(o, when)
	if some && requires.ok() {
		l.decides(o, when, requires)
	}
	return always && all
}

// decides says whether conditions hold together in some case, and whether in every one; that they hold in none is a fault
// of the first. Parameters are taken as any number, since administration may change them.
func (l *loader) decides(o *object, v value, and ...value) (some, all bool) {
	if !v.ok() {
		return true, true
	}
	space := &cases{}
	var list []test
	for _, c := range append(and, v) {
		t, err := space.condition(c.expression())
		if err != nil {
			return true, false // it was reported
		}
		list = append(list, t)
	}
	known := func(name string) domain {
		d := l.domain(o, o.pointer(v), name)
		if name == "state" { // a condition may be asked before there is a case
			d.choices = append(d.choices, flow.New)
		}
		return d
	}
	if space.settle(known, maxGuardCases) > maxGuardCases {
		return true, false
	}
	all, none := true, true
	space.each(func(in []any) {
		none = false
		holds := !slices.ContainsFunc(list, func(t test) bool { return t(in) != true })
		some, all = some || holds, all && holds
	})
	if none { // of some question nothing can be asked
		return true, false
	}
	if !some {
		message := "the condition holds in no case"
		if len(and) > 0 {
			message = "the condition holds in no case in which requires does"
		}
		l.fault(o, v, "never-holds", message, "correct it, or take out what waits for it")
	}
	return some, all
}

// checkEndless finds actions of the engine that lead around by conditions that always hold: it would never be done.
func (l *loader) checkEndless(o *object, r *reach, always map[string]bool) {
	step := func(c config) (flow.ActionSpec, bool) {
		for _, a := range r.spec.Actions {
			if always[a.ID] && r.allowed(c, a) {
				return a, true
			}
		}
		return flow.ActionSpec{}, false
	}
	for _, c := range r.configs {
		seen := map[config]bool{}
		for a, more := step(c); more; a, more = step(c) {
			if c = r.after(c, a); seen[c] {
				l.fault(o, o.get("actions").get(a.ID).get("when"), "endless", fmt.Sprintf("the engine takes action %q again and again: its condition always holds, and it comes back to state %q", a.ID, c.state), "let it lead to a state that ends it, or let the condition end")
				return
			}
			seen[c] = true
		}
	}
}

// checkFacts wants what a clock counts from, and what its limit reads, to be set on some path before it starts.
func (l *loader) checkFacts(o *object, r *reach, c flow.ClockSpec) {
	for _, field := range []string{"from", "limit"} {
		v := o.get("clocks").get(c.ID).get(field)
		tree, err := parser.Parse(v.expression())
		if !v.ok() || err != nil {
			continue
		}
		for _, fact := range required(tree.Node) {
			sets := func(a flow.ActionSpec) bool {
				return slices.ContainsFunc(a.Set, func(s flow.Assign) bool { return s.Name == fact })
			}
			if slices.ContainsFunc(r.spec.Actions, sets) && !r.startsAfter(c, sets) {
				l.fault(o, v, "fact-too-late", fmt.Sprintf("no history sets %q before clock %q starts", fact, c.ID), "name a fact that is set by then, or set it in the action that leads there")
			}
		}
	}
}

// required are the names without which an expression has no value; what ?? supplies or a choice may pass by is not.
func required(n ast.Node) []string {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return []string{n.Value}
	case *ast.UnaryNode:
		return required(n.Node)
	case *ast.BinaryNode:
		switch n.Operator {
		case "+", "-", "*", "/", "%", "<", "<=", ">", ">=":
			return append(required(n.Left), required(n.Right)...)
		}
	case *ast.CallNode:
		return requiredOf(n.Arguments)
	case *ast.BuiltinNode:
		return requiredOf(n.Arguments)
	}
	return nil
}

func requiredOf(list []ast.Node) (names []string) {
	for _, n := range list {
		names = append(names, required(n)...)
	}
	return names
}

// platformReads are the parameters read without any rule: when lamps warn ([flow.ClockView]), and the limit of permits
// that give none.
var platformReads = []string{"statutory_default", "warn_share", "warn_days", "urgent_hours"}

// checkUnread warns of parameters that no rule and no document reads.
func (l *loader) checkUnread() {
	if len(l.unread) > 0 {
		return
	}
	read := map[string]bool{}
	for _, id := range platformReads {
		read[id] = true
	}
	for _, o := range l.objects {
		if o.kind == "flow" || o.kind == "item" || o.kind == "document" {
			o.eachText(func(s string) {
				for _, m := range paramRead.FindAllStringSubmatch(s, -1) {
					read[m[1]] = true
				}
			})
		}
	}
	for _, o := range l.of("catalogue") {
		for id, p := range o.get("parameters").fields() {
			if !read[id] {
				l.warn(o, p, "unread-parameter", fmt.Sprintf("no rule reads parameter %q", id), "name it in a rule as param."+id+", or take it out")
			}
		}
	}
}

var paramRead = regexp.MustCompile(`\b[pP]aram\??\.([A-Za-z]\w*)`)

// eachText calls do with every scalar below v.
func (v value) eachText(do func(string)) {
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode {
			do(n.Value)
		}
		for _, c := range n.Content {
			walk(c)
		}
	}
	if v.n != nil {
		walk(v.n)
	}
}
