package definitions

import (
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// asked lists what an expression asks, each once and in its order: fields as paths, and calls of our functions. Names
// of its own (let, #) are no questions.
func asked(src string) (list []string) {
	tree, err := parser.Parse(src)
	if err != nil {
		return nil
	}
	a := asking{}
	a.walk(tree.Node)
	return a.list
}

type asking struct {
	list []string
	let  []string
}

func (a *asking) add(part string) {
	if !slices.Contains(a.list, part) {
		a.list = append(a.list, part)
	}
}

func (a *asking) walk(nodes ...ast.Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *ast.IdentifierNode:
			if !slices.Contains(a.let, n.Value) {
				a.add(n.Value)
			}
		case *ast.MemberNode:
			if path, ok := pathOf(n); ok {
				a.add(path)
			} else {
				a.walk(n.Node, n.Property)
			}
		case *ast.ChainNode:
			a.walk(n.Node)
		case *ast.CallNode:
			a.call(n, n.Arguments)
		case *ast.BuiltinNode:
			if n.Name == "count" && len(n.Arguments) == 1 { // ours
				a.call(n, n.Arguments)
			} else {
				a.walk(n.Arguments...)
			}
		case *ast.PredicateNode:
			a.walk(n.Node)
		case *ast.UnaryNode:
			a.walk(n.Node)
		case *ast.BinaryNode:
			a.walk(n.Left, n.Right)
		case *ast.ConditionalNode:
			a.walk(n.Cond, n.Exp1, n.Exp2)
		case *ast.ArrayNode:
			a.walk(n.Nodes...)
		case *ast.VariableDeclaratorNode:
			a.walk(n.Value)
			a.let = append(a.let, n.Name)
			a.walk(n.Expr)
		}
	}
}

// call is a question itself where its arguments are written out or asked; with an element of a list it is none.
func (a *asking) call(n ast.Node, arguments []ast.Node) {
	inner := asking{let: a.let}
	inner.walk(arguments...)
	own := ownNames{let: a.let}
	ast.Walk(&n, &own)
	if !own.found {
		a.add(n.String())
	}
	for _, part := range inner.list {
		a.add(part)
	}
}

// ownNames finds the element of a list, and names given by let.
type ownNames struct {
	let   []string
	found bool
}

// Visit implements [ast.Visitor].
func (o *ownNames) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.PointerNode:
		o.found = true
	case *ast.IdentifierNode:
		o.found = o.found || slices.Contains(o.let, n.Value)
	}
}

// pathOf is a chain of fields as an author writes it.
func pathOf(m *ast.MemberNode) (string, bool) {
	field, ok := m.Property.(*ast.StringNode)
	if !ok {
		return "", false
	}
	node := m.Node
	if chain, ok := node.(*ast.ChainNode); ok {
		node = chain.Node
	}
	switch n := node.(type) {
	case *ast.IdentifierNode:
		return n.Value + "." + field.Value, true
	case *ast.MemberNode:
		path, ok := pathOf(n)
		return path + "." + field.Value, ok
	}
	return "", false
}
