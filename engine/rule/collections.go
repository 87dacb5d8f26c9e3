package rule

import "github.com/expr-lang/expr/ast"

// loop runs body for the elements of a list; # is in a place of the record.
type loop struct {
	list, body *code
	place      int
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
	l.place, l.body = c.with(element, predicate)
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
		return boolCode(func(f *Record) bool { return !l.some(f, false) })
	case "any":
		return boolCode(func(f *Record) bool { return l.some(f, true) })
	case "none":
		return boolCode(func(f *Record) bool { return !l.some(f, true) })
	case "one":
		return boolCode(func(f *Record) bool { return l.tally(f) == 1 })
	case "count":
		return numCode(Int, func(f *Record) num { return integer(l.tally(f)) })
	case "sum":
		t := Number
		if l.body.typ.Kind == KindInt {
			t = Int
		}
		return numCode(t, l.sum)
	case "find":
		return valueCode(element.typ, l.find)
	case "map":
		return valueCode(ListOf(l.body.typ), l.transform)
	}
	return valueCode(l.list.typ, l.filter)
}

// open evaluates the list; what is none has no elements, which is noted.
func (l *loop) open(f *Record) (texts []string, others []any) {
	v := l.list.value(f)
	texts, others, ok := v.elements()
	if !ok {
		f.unexpected(v, l.list, "a list")
	}
	return texts, others
}

// some says whether the condition is want for some element.
func (l *loop) some(f *Record, want bool) bool {
	texts, others := l.open(f)
	for i := 0; i < len(texts)+len(others) && f.step(); i++ {
		f.places[l.place] = element(texts, others, i)
		if l.body.bool(f) == want && f.err == nil {
			return true
		}
	}
	return false
}

func (l *loop) tally(f *Record) (n int64) {
	texts, others := l.open(f)
	for i := 0; i < len(texts)+len(others) && f.step(); i++ {
		f.places[l.place] = element(texts, others, i)
		if l.body.bool(f) {
			n++
		}
	}
	return n
}

func (l *loop) sum(f *Record) (sum num) {
	texts, others := l.open(f)
	for i := 0; i < len(texts)+len(others) && f.step(); i++ {
		f.places[l.place] = element(texts, others, i)
		sum = f.calculate("+", sum, f.num(l.body), l.body)
	}
	return sum
}

func (l *loop) find(f *Record) Value {
	texts, others := l.open(f)
	for i := 0; i < len(texts)+len(others) && f.step(); i++ {
		e := element(texts, others, i)
		f.places[l.place] = e
		if l.body.bool(f) {
			return e
		}
	}
	return Value{}
}

func (l *loop) transform(f *Record) Value {
	texts, others := l.open(f)
	out := make([]any, 0, min(len(texts)+len(others), MaxSteps))
	for i := 0; i < len(texts)+len(others) && f.step(); i++ {
		f.places[l.place] = element(texts, others, i)
		out = append(out, l.body.value(f).Any())
	}
	return Value{kind: list, ref: out}
}

func (l *loop) filter(f *Record) Value {
	texts, others := l.open(f)
	out := []any{}
	for i := 0; i < len(texts)+len(others) && f.step(); i++ {
		e := element(texts, others, i)
		f.places[l.place] = e
		if l.body.bool(f) {
			out = append(out, e.Any())
		}
	}
	return Value{kind: list, ref: out}
}
