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

// loop runs body for the elements of a list; # is in a slot of the frame.
type loop struct {
	list, body *code
	slot       int
}

func (c *compiler) collection(n *ast.BuiltinNode) *code {
	l := &loop{list: c.want(n.Arguments[0], ListOf(Any))}
	element := local{typ: l.list.typ.elem()}
	var predicate ast.Node = &ast.PointerNode{} // count(list) and sum(list) take the element itself
	if len(n.Arguments) > 1 {
		p, ok := n.Arguments[1].(*ast.PredicateNode)
		if !ok {
			return c.fail(n, "wrong-arguments", "expected %s(list, condition)", n.Name)
		}
		predicate = p.Node
	}
	l.slot, l.body = c.with(element, predicate)
	want := Bool
	switch n.Name {
	case "map":
		want = Any
	case "sum":
		want = Number
	}
	switch {
	case c.err != nil:
		return l.list
	case !l.body.typ.fits(want):
		return c.fail(predicate, "type-mismatch", "expected %v in %s, found %v", want, n.Name, l.body.typ)
	}
	switch n.Name {
	case "all":
		return boolCode(func(f *frame) bool { return !l.some(f, false) })
	case "any":
		return boolCode(func(f *frame) bool { return l.some(f, true) })
	case "none":
		return boolCode(func(f *frame) bool { return !l.some(f, true) })
	case "one":
		return boolCode(func(f *frame) bool { return l.tally(f) == 1 })
	case "count":
		return numCode(Int, func(f *frame) num { return integer(l.tally(f)) })
	case "sum":
		t := Number
		if l.body.typ.Kind == KindInt {
			t = Int
		}
		return numCode(t, l.sum)
	case "find":
		return anyCode(element.typ, l.find)
	case "map":
		return anyCode(ListOf(l.body.typ), l.transform)
	}
	return anyCode(l.list.typ, l.filter)
}

// open evaluates the list, and gives its length (0 when it is none, which is noted).
func (l *loop) open(f *frame) (list any, size int) {
	list = l.list.any(f)
	if size = listLen(list); size < 0 {
		if f.err == nil {
			f.unexpected(list, l.list, "a list")
		}
		size = 0
	}
	return list, size
}

// some says whether the condition is want for some element.
func (l *loop) some(f *frame, want bool) bool {
	list, size := l.open(f)
	for i := 0; i < size && f.step(); i++ {
		f.slot[l.slot] = listAt(list, i)
		if l.body.bool(f) == want && f.err == nil {
			return true
		}
	}
	return false
}

func (l *loop) tally(f *frame) (n int64) {
	list, size := l.open(f)
	for i := 0; i < size && f.step(); i++ {
		f.slot[l.slot] = listAt(list, i)
		if l.body.bool(f) {
			n++
		}
	}
	return n
}

func (l *loop) sum(f *frame) (sum num) {
	list, size := l.open(f)
	for i := 0; i < size && f.step(); i++ {
		f.slot[l.slot] = listAt(list, i)
		sum = f.calculate("+", sum, l.body.num(f), l.body)
	}
	return sum
}

func (l *loop) find(f *frame) any {
	list, size := l.open(f)
	for i := 0; i < size && f.step(); i++ {
		e := listAt(list, i)
		f.slot[l.slot] = e
		if l.body.bool(f) {
			return e
		}
	}
	return nil
}

func (l *loop) transform(f *frame) any {
	list, size := l.open(f)
	out := make([]any, 0, min(size, MaxSteps))
	for i := 0; i < size && f.step(); i++ {
		f.slot[l.slot] = listAt(list, i)
		out = append(out, l.body.any(f))
	}
	return out
}

func (l *loop) filter(f *frame) any {
	list, size := l.open(f)
	out := []any{}
	for i := 0; i < size && f.step(); i++ {
		e := listAt(list, i)
		f.slot[l.slot] = e
		if l.body.bool(f) {
			out = append(out, e)
		}
	}
	return out
}

func (c *compiler) plain(n *ast.BuiltinNode) *code {
	args := make([]*code, len(n.Arguments))
	for i, a := range n.Arguments {
		args[i] = c.node(a)
	}
	if c.err != nil {
		return constant(Any, nil)
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
		return numCode(Int, func(f *frame) num { return f.size(args[0]) })
	case "abs", "ceil", "floor", "round":
		need(1, Number)
		t := Int
		if n.Name == "abs" && len(args) > 0 {
			t = args[0].typ
		}
		round := map[string]func(float64) float64{"abs": math.Abs, "ceil": math.Ceil, "floor": math.Floor, "round": math.Round}[n.Name]
		return numCode(t, func(f *frame) num { return real(round(args[0].num(f).float())) })
	case "int", "float":
		need(1, Number)
		if n.Name == "float" {
			return numCode(Number, func(f *frame) num { return args[0].num(f) })
		}
		return numCode(Int, func(f *frame) num { return real(math.Trunc(args[0].num(f).float())) })
	case "string":
		need(1)
		return anyCode(String, func(f *frame) any { return plainText(args[0].any(f)) })
	case "trim", "upper", "lower":
		need(1, String)
		change := map[string]func(string) string{"trim": strings.TrimSpace, "upper": strings.ToUpper, "lower": strings.ToLower}[n.Name]
		return anyCode(String, func(f *frame) any { return change(args[0].runText(f)) })
	}
	if !need(1, ListOf(Any)) {
		return constant(Any, nil)
	}
	return anyCode(args[0].typ.elem(), func(f *frame) any { // first, last
		l := args[0].any(f)
		size := listLen(l)
		switch {
		case size <= 0:
			return nil
		case n.Name == "first":
			return listAt(l, 0)
		}
		return listAt(l, size-1)
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
	return numCode(t, func(f *frame) num {
		best := args[0].num(f)
		for _, a := range args[1:] {
			if v := a.num(f); sign*v.cmp(best) > 0 {
				best = v
			}
		}
		return best
	})
}

func (f *frame) size(c *code) num {
	v := c.any(f)
	if s, ok := v.(string); ok {
		return integer(int64(utf8.RuneCountInString(s)))
	}
	n := listLen(v)
	if n < 0 && f.err == nil {
		f.unexpected(v, c, "a list or text")
	}
	return integer(int64(n))
}
