package rule

import "github.com/expr-lang/expr/ast"

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
