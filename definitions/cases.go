package definitions

import (
	"cmp"
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// cases are all the cases that some conditions can tell apart. Each condition is looked into as far as and, or, not,
// choices, comparisons with constants, in and ?? go; whatever these compare (a field, a call, a sum) is a question with
// an answer of its own. A number has as many answers as there are stretches and bounds among the numbers it is compared
// with, a text as many as it is compared with and one for all others, unless its choices are known.
type cases struct {
	params    map[string]any // numbers in force
	questions []*question
}

type question struct {
	name    string // as an expression writes it; of two compared with each other, the left one
	than    string // the right one
	against []any  // constants it is compared with: text, float64, bool, nil
	answers []any
}

// Answers that are no constants: any other text, and what has none because a value is missing.
type (
	another   struct{}
	undecided struct{}
)

// test is a condition in a case, given by an answer to each question: true, false or undecided.
type test func(answers []any) any

// condition reads an expression that rule accepts.
func (s *cases) condition(src string) (test, error) {
	tree, err := parser.Parse(src)
	if err != nil {
		return nil, err
	}
	ast.Walk(&tree.Node, fixing(s.params))
	return s.test(tree.Node), nil
}

// spelt is what a let says with its value in place of its name.
func spelt(let *ast.VariableDeclaratorNode) ast.Node {
	node := let.Expr
	ast.Walk(&node, replacing{let.Name, let.Value})
	return node
}

type replacing struct {
	name string
	with ast.Node
}

// Visit implements [ast.Visitor].
func (r replacing) Visit(node *ast.Node) {
	if id, ok := (*node).(*ast.IdentifierNode); ok && id.Value == r.name {
		*node = r.with
	}
}

// fixing puts the values of parameters in place of their names.
type fixing map[string]any

// Visit implements [ast.Visitor].
func (f fixing) Visit(node *ast.Node) {
	m, _ := (*node).(*ast.MemberNode)
	if m == nil {
		return
	}
	root, _ := m.Node.(*ast.IdentifierNode)
	field, _ := m.Property.(*ast.StringNode)
	if root != nil && field != nil && root.Value == "param" {
		if n, ok := f[field.Value].(int); ok {
			*node = &ast.IntegerNode{Value: n}
		}
	}
}

// ask is the place of a question among the answers.
func (s *cases) ask(name, than string) int {
	i := slices.IndexFunc(s.questions, func(q *question) bool { return q.name == name && q.than == than })
	if i < 0 {
		i, s.questions = len(s.questions), append(s.questions, &question{name: name, than: than})
	}
	return i
}

func (s *cases) test(n ast.Node) test {
	switch n := n.(type) {
	case *ast.VariableDeclaratorNode:
		return s.test(spelt(n))
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			of := s.test(n.Node)
			return func(in []any) any {
				if yes, ok := of(in).(bool); ok {
					return !yes
				}
				return undecided{}
			}
		}
	case *ast.ConditionalNode:
		return test(s.choice(n, s.test(n.Exp1), s.test(n.Exp2)))
	case *ast.BinaryNode:
		switch n.Operator {
		case "&&", "and":
			return both(s.test(n.Left), s.test(n.Right), false)
		case "||", "or":
			return both(s.test(n.Left), s.test(n.Right), true)
		case "==", "!=", "<", "<=", ">", ">=":
			return s.comparison(n)
		case "in":
			if list, ok := constants(n.Right); ok {
				var of test
				for _, v := range list {
					of = s.operand(n.Left, v)
				}
				return func(in []any) any { return slices.Contains(list, of(in)) }
			}
		}
	}
	of := s.operand(n, true)
	return func(in []any) any {
		if yes, ok := of(in).(bool); ok {
			return yes
		}
		return undecided{}
	}
}

// both is and, or with enough true: or. The right side is not asked where the left one says enough.
func both(a, b test, enough bool) test {
	return func(in []any) any {
		if left := a(in); left != !enough {
			return left
		}
		return b(in)
	}
}

func (s *cases) choice(n *ast.ConditionalNode, yes, no test) test {
	cond := s.test(n.Cond)
	return func(in []any) any {
		switch cond(in) {
		case true:
			return yes(in)
		case false:
			return no(in)
		}
		return undecided{}
	}
}

// flipped is the comparison that says the same with its sides exchanged.
var flipped = map[string]string{"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

func (s *cases) comparison(n *ast.BinaryNode) test {
	left, right, operator := n.Left, n.Right, n.Operator
	a, constantLeft := constant(left)
	b, constantRight := constant(right)
	switch {
	case constantLeft && constantRight:
		return func([]any) any { return compare(operator, a, b) }
	case constantLeft:
		left, b, operator = right, a, flipped[operator]
	case !constantRight:
		if left.String() > right.String() {
			left, right, operator = right, left, flipped[operator]
		}
		i := s.ask(left.String(), right.String())
		return func(in []any) any { return ordered(operator, in[i].(int)) }
	}
	of := s.operand(left, b)
	return func(in []any) any { return compare(operator, of(in), b) }
}

// operand is what is compared with the constant v.
func (s *cases) operand(n ast.Node, v any) test {
	if c, ok := constant(n); ok {
		return func([]any) any { return c }
	}
	switch n := n.(type) {
	case *ast.VariableDeclaratorNode:
		return s.operand(spelt(n), v)
	case *ast.ConditionalNode:
		return s.choice(n, s.operand(n.Exp1, v), s.operand(n.Exp2, v))
	case *ast.BinaryNode:
		if n.Operator == "??" {
			s.operand(n.Left, nil)
			of, or := s.operand(n.Left, v), s.operand(n.Right, v)
			return func(in []any) any {
				if left := of(in); left != nil {
					return left
				}
				return or(in)
			}
		}
	}
	i := s.ask(n.String(), "")
	if q := s.questions[i]; !slices.Contains(q.against, v) {
		q.against = append(q.against, v)
	}
	return func(in []any) any { return in[i] }
}

// constant is the value of an expression that asks nothing; numbers are float64.
func constant(n ast.Node) (v any, ok bool) {
	switch n := n.(type) {
	case *ast.NilNode:
		return nil, true
	case *ast.BoolNode:
		return n.Value, true
	case *ast.StringNode:
		return n.Value, true
	case *ast.IntegerNode:
		return float64(n.Value), true
	case *ast.FloatNode:
		return n.Value, true
	case *ast.UnaryNode:
		x, _ := constant(n.Node)
		if f, number := x.(float64); number && n.Operator == "-" {
			return -f, true
		}
	case *ast.BinaryNode:
		a, _ := constant(n.Left)
		b, _ := constant(n.Right)
		x, one := a.(float64)
		y, two := b.(float64)
		switch {
		case !one || !two:
		case n.Operator == "+":
			return x + y, true
		case n.Operator == "-":
			return x - y, true
		case n.Operator == "*":
			return x * y, true
		}
	}
	return nil, false
}

func constants(n ast.Node) (list []any, ok bool) {
	array, ok := n.(*ast.ArrayNode)
	if !ok || len(array.Nodes) == 0 {
		return nil, false
	}
	for _, e := range array.Nodes {
		v, ok := constant(e)
		if !ok {
			return nil, false
		}
		list = append(list, v)
	}
	return list, true
}

func compare(operator string, a, b any) any {
	switch operator {
	case "==":
		return a == b
	case "!=":
		return a != b
	}
	x, one := a.(float64)
	y, two := b.(float64)
	if !one || !two {
		return undecided{}
	}
	return ordered(operator, cmp.Compare(x, y))
}

// ordered says whether sides that stand so to each other fulfil the comparison.
func ordered(operator string, order int) bool {
	switch operator {
	case "==":
		return order == 0
	case "!=":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}
