package rule

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
)

// collections are expr's functions over a list and a condition or value of each element (#).
var collections = []string{"all", "any", "none", "one", "count", "filter", "map", "find", "sum"}

// plain are expr's functions over values that rules may use.
var plain = []string{"len", "min", "max", "abs", "ceil", "floor", "round", "int", "float", "string", "trim", "upper", "lower", "first", "last"}

// hints say what to do instead of expr's functions that rules may not use.
var hints = map[string]string{
	"now":      "the instant of the event is at",
	"date":     `write day("2018-06-13")`,
	"duration": "use add_days or add_hours",
	"keys":     "name the fields", "values": "name the fields", "toPairs": "name the fields",
}

func (c *compiler) builtin(n *ast.BuiltinNode) *code {
	// count("action") is ours, count(list, condition) is expr's.
	if fn := c.env.function(n.Name); fn != nil && len(n.Arguments) == len(fn.Params) {
		if _, predicate := n.Arguments[len(n.Arguments)-1].(*ast.PredicateNode); !predicate {
			return c.invoke(n, fn, n.Arguments)
		}
	}
	switch {
	case slices.Contains(collections, n.Name):
		return c.collection(n)
	case slices.Contains(plain, n.Name):
		return c.plain(n)
	}
	return c.failHint(n, "not-available", hints[n.Name], "%s is not available in rules", n.Name)
}

func (c *compiler) plain(n *ast.BuiltinNode) *code {
	args := make([]*code, len(n.Arguments))
	for i, a := range n.Arguments {
		args[i] = c.node(a)
	}
	if c.err != nil {
		return constant(Any, Value{})
	}
	need := func(count int, types ...Type) bool {
		if len(args) != count {
			c.fail(n, "wrong-arguments", "%s takes %d values, found %d", n.Name, count, len(args))
			return false
		}
		for i, t := range types {
			if !args[i].typ.fits(t) {
				c.fail(n.Arguments[i], "type-mismatch", "%s expects %v, found %v", n.Name, t, args[i].typ)
				return false
			}
		}
		return true
	}
	switch n.Name {
	case "min", "max":
		return c.extreme(n, args)
	case "len":
		if need(1) && args[0].typ.known() && args[0].typ.Kind != KindList && args[0].typ.Kind != KindString {
			c.fail(n.Arguments[0], "type-mismatch", "len expects a list or text, found %v", args[0].typ)
		}
		return valueCode(Int, func(f *Record) Value { return Whole(f.size(args[0])) })
	case "abs", "ceil", "floor", "round":
		need(1, Number)
		t := Int
		if n.Name == "abs" && len(args) > 0 {
			t = args[0].typ
		}
		round := map[string]func(float64) float64{"abs": math.Abs, "ceil": math.Ceil, "floor": math.Floor, "round": math.Round}[n.Name]
		return numCode(t, func(f *Record) num { return real(round(f.num(args[0]).float())) })
	case "int", "float":
		need(1, Number)
		if n.Name == "float" {
			return numCode(Number, func(f *Record) num { return f.num(args[0]) })
		}
		return numCode(Int, func(f *Record) num { return real(math.Trunc(f.num(args[0]).float())) })
	case "string":
		need(1)
		return textCode(func(f *Record) string { return plainText(args[0].value(f)) })
	case "trim", "upper", "lower":
		need(1, String)
		change := map[string]func(string) string{"trim": strings.TrimSpace, "upper": strings.ToUpper, "lower": strings.ToLower}[n.Name]
		return textCode(func(f *Record) string { return change(f.text(args[0])) })
	}
	if !need(1, ListOf(Any)) {
		return constant(Any, Value{})
	}
	return valueCode(args[0].typ.elem(), func(f *Record) Value { // first, last
		texts, others, _ := args[0].value(f).elements()
		switch size := len(texts) + len(others); {
		case size == 0:
			return Value{}
		case n.Name == "first":
			return element(texts, others, 0)
		default:
			return element(texts, others, size-1)
		}
	})
}

// extreme is min or max of two or more numbers.
func (c *compiler) extreme(n *ast.BuiltinNode, args []*code) *code {
	t := Int
	for i, a := range args {
		if !a.typ.fits(Number) {
			return c.fail(n.Arguments[i], "type-mismatch", "%s expects numbers, found %v", n.Name, a.typ)
		}
		if a.typ.Kind != KindInt {
			t = Number
		}
	}
	if len(args) < 2 {
		return c.fail(n, "wrong-arguments", "%s takes two or more numbers", n.Name)
	}
	sign := 1
	if n.Name == "min" {
		sign = -1
	}
	return numCode(t, func(f *Record) num {
		best := f.num(args[0])
		for _, a := range args[1:] {
			if v := f.num(a); sign*v.cmp(best) > 0 {
				best = v
			}
		}
		return best
	})
}

func (f *Record) size(c *code) int {
	v := c.value(f)
	n := v.size()
	if v.kind == text {
		n = utf8.RuneCountInString(v.str())
	}
	if n < 0 {
		f.unexpected(v, c, "a list or text")
	}
	return n
}
