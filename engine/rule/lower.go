package rule

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// node checks and lowers one node of the tree.
func (c *compiler) node(n ast.Node) *code {
	if c.err != nil {
		return constant(Any, Value{})
	}
	out := c.lower(n)
	out.at = n.Location().From
	return out
}

func (c *compiler) lower(n ast.Node) *code {
	switch n := n.(type) {
	case *ast.NilNode:
		return constant(nilType, Value{})
	case *ast.BoolNode:
		return constant(Bool, Truth(n.Value))
	case *ast.IntegerNode:
		return constant(Int, Whole(n.Value))
	case *ast.FloatNode:
		return constant(Number, Of(n.Value))
	case *ast.StringNode:
		return constant(String, Text(n.Value))
	case *ast.IdentifierNode:
		return c.name(n)
	case *ast.MemberNode:
		return c.member(n)
	case *ast.ChainNode: // a?.b: reading below nothing gives nothing anyway
		return c.node(n.Node)
	case *ast.PointerNode:
		return c.element(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ConditionalNode:
		return c.conditional(n)
	case *ast.ArrayNode:
		return c.array(n)
	case *ast.VariableDeclaratorNode:
		return c.let(n)
	case *ast.BuiltinNode:
		return c.builtin(n)
	case *ast.CallNode:
		return c.call(n)
	case *ast.SequenceNode:
		return c.fail(n, "not-available", "a rule is one expression, found several separated by ;")
	case *ast.MapNode:
		return c.fail(n, "not-available", "a rule cannot make objects")
	case *ast.SliceNode:
		return c.fail(n, "not-available", "a rule cannot cut lists or texts with [a:b]")
	}
	return c.fail(n, "not-available", "%s is not available in rules", n.String())
}

func (c *compiler) name(n *ast.IdentifierNode) *code {
	for i := len(c.scope) - 1; i >= 0; i-- {
		if c.scope[i].name == n.Value {
			out := placeCode(c.scope[i].typ, 1+i, nil)
			out.path = n.Value
			return out
		}
	}
	t, ok := c.env.variable(n.Value)
	if !ok {
		if c.env.function(n.Value) != nil {
			return c.fail(n, "unknown-name", "%q is a function; write %s(…)", n.Value, n.Value)
		}
		return c.failHint(n, "unknown-name", didYouMean(n.Value, c.names()), "unknown name %q", n.Value)
	}
	c.read(n.Value)
	read := c.env.read(n.Value)
	out := valueCode(t, func(f *Record) Value { return read(f.src) })
	out.path, out.root = n.Value, n.Value
	return out
}

// names are those that may stand here, for hints.
func (c *compiler) names() (list []string) {
	for _, f := range c.env.Vars {
		list = append(list, f.Name)
	}
	for _, l := range c.scope {
		list = append(list, l.name)
	}
	for _, f := range c.env.Funcs {
		list = append(list, f.Name)
	}
	return list
}

func (c *compiler) member(n *ast.MemberNode) *code {
	if n.Method {
		return c.fail(n, "not-available", "values have no functions of their own")
	}
	reads := len(c.reads)
	obj := c.node(n.Node)
	if c.err != nil {
		return obj
	}
	key, ok := n.Property.(*ast.StringNode)
	if !ok {
		return c.index(n, obj)
	}
	name := key.Value
	t, ok := obj.typ.Field(name)
	switch {
	case obj.typ.known() && obj.typ.Kind != KindObject:
		return c.fail(n.Property, "unknown-field", "%s is %v and has no field %q", obj.name(), obj.typ, name)
	case !ok:
		var fields []string
		for _, f := range obj.typ.Fields {
			fields = append(fields, f.Name)
		}
		return c.failHint(n.Property, "unknown-field", didYouMean(name, fields), "%s has no field %q", obj.name(), name)
	}
	out := c.field(obj, name, t)
	if obj.path != "" {
		out.path = obj.path + "." + name
		if len(c.reads) > reads && c.reads[len(c.reads)-1] == obj.path {
			c.reads = c.reads[:len(c.reads)-1] // the longer path says it better
		}
		if !c.isLocal(out.path) {
			c.read(out.path)
		}
	}
	return out
}

// field reads a field of obj: from its place, where the layout has one.
func (c *compiler) field(obj *code, name string, t Type) *code {
	if obj.root == "" {
		return valueCode(t, func(f *Record) Value { return f.fetch(obj.value(f), name, obj) })
	}
	fields := append(slices.Clip(obj.fields), name)
	p := path{text: obj.path + "." + name, read: c.env.read(obj.root), fields: fields}
	var out *code
	if place := c.env.Layout.place(p, obj.root); place > 0 {
		out = placeCode(t, place, obj)
		c.places = max(c.places, place+1)
	} else {
		out = valueCode(t, func(f *Record) Value { return f.fetch(obj.value(f), name, obj) })
	}
	out.root, out.fields = obj.root, fields
	return out
}

func (c *code) name() string {
	if c.path != "" {
		return c.path
	}
	return "this"
}

func (c *compiler) isLocal(path string) bool {
	for _, l := range c.scope {
		if l.name != "" && len(path) > len(l.name) && path[:len(l.name)+1] == l.name+"." {
			return true
		}
	}
	return false
}

// index reads list[n], counting from 0; nothing is there beyond the end.
func (c *compiler) index(n *ast.MemberNode, list *code) *code {
	at := c.node(n.Property)
	if !list.typ.fits(ListOf(Any)) || !at.typ.fits(Int) {
		return c.fail(n, "type-mismatch", "expected list[whole number], found %v[%v]", list.typ, at.typ)
	}
	return valueCode(list.typ.elem(), func(f *Record) Value {
		texts, others, _ := list.value(f).elements()
		if i := f.num(at); f.err == nil && !i.real && i.i >= 0 && i.i < int64(len(texts)+len(others)) {
			return element(texts, others, int(i.i))
		}
		return Value{}
	})
}

// element is # inside all(list, …) and its like.
func (c *compiler) element(n *ast.PointerNode) *code {
	for i := len(c.scope) - 1; i >= 0 && n.Name == ""; i-- {
		if c.scope[i].name == "" {
			return placeCode(c.scope[i].typ, 1+i, nil)
		}
	}
	return c.fail(n, "not-available", "only # is known here, the element looked at")
}

// with lowers n while one more local is there.
func (c *compiler) with(l local, n ast.Node) (place int, body *code) {
	if len(c.scope) == maxLocals {
		return 0, c.fail(n, "too-long", "more than %d values are nested here", maxLocals)
	}
	c.scope = append(c.scope, l)
	c.places = max(c.places, 1+len(c.scope))
	body = c.node(n)
	place = len(c.scope)
	c.scope = c.scope[:place-1]
	return place, body
}

func (c *compiler) let(n *ast.VariableDeclaratorNode) *code {
	if _, taken := c.env.variable(n.Name); taken {
		return c.fail(n, "unknown-name", "%q is a name already; choose another", n.Name)
	}
	value := c.node(n.Value)
	place, body := c.with(local{n.Name, value.typ}, n.Expr)
	return &code{
		typ:   body.typ,
		value: func(f *Record) Value { f.places[place] = value.value(f); return body.value(f) },
		bool:  func(f *Record) bool { f.places[place] = value.value(f); return body.bool(f) },
	}
}

func (c *compiler) conditional(n *ast.ConditionalNode) *code {
	cond := c.want(n.Cond, Bool)
	yes, no := c.node(n.Exp1), c.node(n.Exp2)
	if c.err == nil && !yes.typ.fits(no.typ) {
		at, odd, other := n.Exp2, no.typ, yes.typ
		if _, chain := n.Exp2.(*ast.ConditionalNode); chain {
			at, odd, other = n.Exp1, yes.typ, no.typ
		}
		return c.fail(at, "type-mismatch", "this gives %v, where another case gives %v", odd, other)
	}
	pick := func(f *Record) *code {
		if cond.bool(f) {
			return yes
		}
		return no
	}
	return &code{
		typ:   Join(yes.typ, no.typ),
		value: func(f *Record) Value { return pick(f).value(f) },
		bool:  func(f *Record) bool { return pick(f).bool(f) },
	}
}

// want lowers n, which must fit t.
func (c *compiler) want(n ast.Node, t Type) *code {
	out := c.node(n)
	if c.err == nil && !out.typ.fits(t) {
		c.fail(n, "type-mismatch", "expected %v, found %v", t, out.typ)
	}
	return out
}

func (c *compiler) array(n *ast.ArrayNode) *code {
	typ, fixed := nilType, true
	nodes := make([]*code, len(n.Nodes))
	for i, e := range n.Nodes {
		nodes[i] = c.node(e)
		typ = Join(typ, nodes[i].typ)
		fixed = fixed && !nodes[i].fixed.None()
	}
	gather := func(f *Record) Value {
		out := make([]any, len(nodes))
		for i, e := range nodes {
			out[i] = e.value(f).Any()
		}
		return Value{kind: list, ref: out}
	}
	if !fixed {
		return valueCode(ListOf(typ), gather)
	}
	out := constant(ListOf(typ), gather(nil).kept())
	if texts, ok := out.fixed.ref.([]string); ok && len(texts) > 0 {
		out.texts = texts
	}
	return out
}
