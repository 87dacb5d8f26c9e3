package rule

import (
	"cmp"
	"math"
	"strings"

	"github.com/expr-lang/expr/ast"
)

func (c *compiler) unary(n *ast.UnaryNode) *code {
	switch n.Operator {
	case "!", "not":
		x := c.want(n.Node, Bool)
		return boolCode(func(f *Record) bool { return !x.bool(f) })
	case "-":
		x := c.want(n.Node, Number)
		return numCode(x.typ, func(f *Record) num {
			v := f.num(x)
			return num{-v.i, -v.f, v.real}
		})
	case "+":
		return c.want(n.Node, Number)
	}
	return c.fail(n, "not-available", "%q is not available in rules", n.Operator)
}

func (c *compiler) binary(n *ast.BinaryNode) *code {
	switch n.Operator {
	case "matches":
		return c.failHint(n, "not-available", "give the field a pattern in its form", "rules cannot match regular expressions")
	case "..":
		return c.failHint(n, "not-available", "compare with >= and <=", "rules cannot make ranges")
	case "**", "^":
		return c.fail(n, "not-available", "%q is not available in rules", n.Operator)
	}
	l, r := c.node(n.Left), c.node(n.Right)
	if c.err != nil {
		return l
	}
	var out *code
	switch n.Operator {
	case "and", "&&", "or", "||":
		out = logic(n.Operator, l, r)
	case "==", "!=":
		out = equality(n.Operator == "==", l, r)
	case "<", "<=", ">", ">=":
		out = ordering(n.Operator, l, r)
	case "+", "-", "*", "/", "%":
		out = arithmetic(n.Operator, l, r)
	case "in":
		out = membership(l, r)
	case "contains", "startsWith", "endsWith":
		out = textTest(n.Operator, l, r)
	case "??":
		return coalesce(l, r)
	default:
		return c.fail(n, "not-available", "%q is not available in rules", n.Operator)
	}
	if out == nil {
		return c.fail(n, "type-mismatch", "%q cannot be used with %v and %v", n.Operator, l.typ, r.typ)
	}
	return out
}

func logic(op string, l, r *code) *code {
	switch {
	case !l.typ.fits(Bool) || !r.typ.fits(Bool):
		return nil
	case op == "and" || op == "&&":
		return boolCode(func(f *Record) bool { return l.bool(f) && r.bool(f) })
	}
	return boolCode(func(f *Record) bool { return l.bool(f) || f.err == nil && r.bool(f) })
}

func equality(want bool, l, r *code) *code {
	switch {
	case !l.typ.fits(r.typ):
		return nil
	case r.fixed.kind == text:
		return sameText(want, l, r.fixed.str())
	case l.fixed.kind == text:
		return sameText(want, r, l.fixed.str())
	}
	return boolCode(func(f *Record) bool { return l.value(f).same(r.value(f)) == want })
}

func sameText(want bool, c *code, wanted string) *code {
	if place := c.place; place > 0 {
		return boolCode(func(f *Record) bool {
			if v := &f.places[place]; v.kind == text {
				return (v.str() == wanted) == want
			}
			v := c.value(f)
			return (v.kind == text && v.str() == wanted) == want
		})
	}
	return boolCode(func(f *Record) bool {
		v := c.value(f)
		return (v.kind == text && v.str() == wanted) == want
	})
}

// ordering compares numbers, texts or instants.
func ordering(op string, l, r *code) *code {
	holds := map[string][3]bool{"<": {true, false, false}, "<=": {true, true, false}, ">": {false, false, true}, ">=": {false, true, true}}[op] // less, same, more
	switch {
	case !l.typ.fits(r.typ):
		return nil
	case l.typ.numeric() || r.typ.numeric():
		return numbers(holds, l, r)
	}
	for _, t := range []Type{l.typ, r.typ} {
		if k := t.Kind; t.known() && k != KindString && k != KindTime {
			return nil
		}
	}
	return boolCode(func(f *Record) bool {
		a, b := l.value(f), r.value(f)
		x, okX := a.num()
		y, okY := b.num()
		switch {
		case okX && okY:
			return holds[1+x.cmp(y)]
		case a.kind == text && b.kind == text:
			return holds[1+strings.Compare(a.str(), b.str())]
		case a.kind == instant && b.kind == instant:
			return holds[1+cmp.Compare(a.n, b.n)]
		}
		f.clash(op, a, b, l, r)
		return false
	})
}

// numbers compares numbers; the usual cases, whole ones that stand in places or are written out, without a call.
func numbers(holds [3]bool, l, r *code) *code {
	left, right, n := l.place, r.place, r.fixed.n
	any := func(f *Record, a, b Value) bool {
		x, y := f.number(a, l), f.number(b, r)
		return f.err == nil && holds[1+x.cmp(y)]
	}
	switch {
	case left > 0 && r.fixed.kind == whole:
		return boolCode(func(f *Record) bool {
			if v := &f.places[left]; v.kind == whole {
				return holds[1+cmp.Compare(v.n, n)]
			}
			return any(f, l.value(f), r.fixed)
		})
	case r.fixed.kind == whole:
		return boolCode(func(f *Record) bool {
			v := l.value(f)
			if v.kind == whole {
				return holds[1+cmp.Compare(v.n, n)]
			}
			return any(f, v, r.fixed)
		})
	case left > 0 && right > 0:
		return boolCode(func(f *Record) bool {
			if v, w := &f.places[left], &f.places[right]; v.kind == whole && w.kind == whole {
				return holds[1+cmp.Compare(v.n, w.n)]
			}
			return any(f, l.value(f), r.value(f))
		})
	}
	return boolCode(func(f *Record) bool {
		v, w := l.value(f), r.value(f)
		if v.kind == whole && w.kind == whole {
			return f.err == nil && holds[1+cmp.Compare(v.n, w.n)]
		}
		return any(f, v, w)
	})
}

// clash reports that a and b cannot be used with op, or which of them is missing.
func (f *Record) clash(op string, a, b Value, l, r *code) {
	switch {
	case f.err != nil:
	case a.None():
		f.unexpected(a, l, "")
	case b.None():
		f.unexpected(b, r, "")
	default:
		f.fail(BadValue, r.path, r.at, "%q cannot be used with %s and %s", op, describe(a), describe(b))
	}
}

func arithmetic(op string, l, r *code) *code {
	lt, rt := l.typ, r.typ
	if op == "+" && (lt.Kind == KindString || rt.Kind == KindString) {
		if !lt.fits(String) || !rt.fits(String) {
			return nil
		}
		return textCode(func(f *Record) string { return f.join(f.text(l), f.text(r)) })
	}
	if !lt.fits(Number) || !rt.fits(Number) {
		return nil
	}
	if op == "+" && !lt.known() && !rt.known() {
		return valueCode(Any, func(f *Record) Value {
			a, b := l.value(f), r.value(f)
			x, okX := a.num()
			y, okY := b.num()
			switch {
			case a.kind == text && b.kind == text:
				return Text(f.join(a.str(), b.str()))
			case okX && okY:
				return f.calculate("+", x, y, r).value()
			}
			f.clash(op, a, b, l, r)
			return Value{}
		})
	}
	t := Number
	if op != "/" && lt.Kind == KindInt && rt.Kind == KindInt {
		t = Int
	}
	sign := op[0]
	return valueCode(t, func(f *Record) Value {
		a, b := l.value(f), r.value(f)
		if a.kind == whole && b.kind == whole && small(a.n) && small(b.n) {
			switch sign {
			case '+':
				return Value{kind: whole, n: a.n + b.n}
			case '-':
				return Value{kind: whole, n: a.n - b.n}
			}
		}
		x, y := f.number(a, l), f.number(b, r)
		if f.err != nil {
			return Value{}
		}
		return f.calculate(op, x, y, r).value()
	})
}

// small says whether sums of such numbers surely have room.
func small(n int64) bool { return n < 1<<60 && n > -1<<60 }

func (f *Record) join(a, b string) string {
	if len(a)+len(b) > MaxText {
		f.fail(TooMuch, "", 0, "a text of more than %d bytes", MaxText)
		return ""
	}
	return a + b
}

// calculate counts whole numbers exactly; a quotient, and anything with a fraction, is a float.
func (f *Record) calculate(op string, a, b num, r *code) num {
	if (op == "/" || op == "%") && b.float() == 0 {
		f.fail(BadValue, r.path, r.at, "divided by zero")
		return num{}
	}
	var out float64
	var exact int64
	switch x, y := a.float(), b.float(); op {
	case "+":
		out, exact = x+y, a.i+b.i
	case "-":
		out, exact = x-y, a.i-b.i
	case "*":
		out, exact = x*y, a.i*b.i
	case "/":
		return real(x / y)
	case "%":
		if a.real || b.real {
			f.fail(BadValue, r.path, r.at, "%% needs whole numbers")
			return num{}
		}
		return integer(a.i % b.i)
	}
	if a.real || b.real {
		return real(out)
	}
	if math.Abs(out) > math.MaxInt64/2 {
		f.fail(TooMuch, "", r.at, "the number is too large")
	}
	return integer(exact)
}

func membership(l, r *code) *code {
	if !r.typ.fits(ListOf(Any)) || r.typ.Kind == KindList && !l.typ.fits(r.typ.elem()) {
		return nil
	}
	if r.texts != nil {
		return amongTexts(l, r.texts)
	}
	return boolCode(func(f *Record) bool {
		x, v := l.value(f), r.value(f)
		texts, others, ok := v.elements()
		if !ok && !v.None() {
			f.unexpected(v, r, "a list")
		}
		for i := range len(texts) + len(others) {
			if x.same(element(texts, others, i)) {
				return true
			}
		}
		return false
	})
}

// among says whether a text is one of some. Most that differ, as codes do, differ in their last character.
func among(texts []string, s string) bool {
	n := len(s)
	for _, t := range texts {
		if len(t) == n && (n == 0 || t[n-1] == s[n-1] && t == s) {
			return true
		}
	}
	return false
}

func amongTexts(c *code, texts []string) *code {
	if place := c.place; place > 0 {
		return boolCode(func(f *Record) bool {
			if v := &f.places[place]; v.kind == text {
				return among(texts, v.str())
			}
			v := c.value(f)
			return v.kind == text && among(texts, v.str())
		})
	}
	return boolCode(func(f *Record) bool {
		v := c.value(f)
		return v.kind == text && among(texts, v.str())
	})
}

func textTest(op string, l, r *code) *code {
	if !l.typ.fits(String) || !r.typ.fits(String) {
		return nil
	}
	test := map[string]func(a, b string) bool{
		"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
	}[op]
	return boolCode(func(f *Record) bool {
		a, b := f.text(l), f.text(r)
		return f.err == nil && test(a, b)
	})
}

func coalesce(l, r *code) *code {
	return valueCode(Join(l.typ, r.typ), func(f *Record) Value {
		if v := l.value(f); v.kind > absent {
			return v
		}
		return r.value(f)
	})
}
