package rule

import (
	"math"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"
)

func (c *compiler) unary(n *ast.UnaryNode) *code {
	switch n.Operator {
	case "!", "not":
		x := c.want(n.Node, Bool)
		return boolCode(func(f *frame) bool { return !x.bool(f) })
	case "-":
		x := c.want(n.Node, Number)
		return numCode(x.typ, func(f *frame) num {
			v := x.num(f)
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
		return boolCode(func(f *frame) bool { return l.bool(f) && r.bool(f) })
	}
	return boolCode(func(f *frame) bool { return l.bool(f) || f.err == nil && r.bool(f) })
}

func equality(want bool, l, r *code) *code {
	switch {
	case !l.typ.fits(r.typ):
		return nil
	case r.lit:
		return sameText(want, l, r.text)
	case l.lit:
		return sameText(want, r, l.text)
	}
	return boolCode(func(f *frame) bool { return same(l.any(f), r.any(f)) == want })
}

func sameText(want bool, c *code, text string) *code {
	return boolCode(func(f *frame) bool {
		s, ok := c.any(f).(string)
		return (ok && s == text) == want
	})
}

// ordering compares numbers, texts or instants.
func ordering(op string, l, r *code) *code {
	accepts := map[string][3]bool{"<": {true, false, false}, "<=": {true, true, false}, ">": {false, false, true}, ">=": {false, true, true}}[op]
	holds := func(c int) bool { return accepts[c+1] }
	switch {
	case !l.typ.fits(r.typ):
		return nil
	case l.typ.numeric() || r.typ.numeric():
		return boolCode(func(f *frame) bool { a, b := l.num(f), r.num(f); return f.err == nil && holds(a.cmp(b)) })
	}
	for _, t := range []Type{l.typ, r.typ} {
		if k := t.Kind; t.known() && k != KindString && k != KindTime {
			return nil
		}
	}
	return boolCode(func(f *frame) bool {
		a, b := l.any(f), r.any(f)
		switch x := a.(type) {
		case string:
			if y, ok := b.(string); ok {
				return holds(strings.Compare(x, y))
			}
		case time.Time:
			if y, ok := b.(time.Time); ok {
				return holds(x.Compare(y))
			}
		default:
			if x, ok := numOf(a); ok {
				if y, ok := numOf(b); ok {
					return holds(x.cmp(y))
				}
			}
		}
		f.clash(op, a, b, l, r)
		return false
	})
}

// clash reports that a and b cannot be used with op, or which of them is missing.
func (f *frame) clash(op string, a, b any, l, r *code) {
	switch {
	case f.err != nil:
	case a == nil:
		f.unexpected(nil, l, "")
	case b == nil:
		f.unexpected(nil, r, "")
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
		return anyCode(String, func(f *frame) any { return f.join(l.runText(f), r.runText(f)) })
	}
	if !lt.fits(Number) || !rt.fits(Number) {
		return nil
	}
	if op == "+" && !lt.known() && !rt.known() {
		return anyCode(Any, func(f *frame) any {
			a, b := l.any(f), r.any(f)
			if x, ok := a.(string); ok {
				if y, ok := b.(string); ok {
					return f.join(x, y)
				}
			}
			x, okX := numOf(a)
			y, okY := numOf(b)
			if !okX || !okY {
				f.clash(op, a, b, l, r)
				return nil
			}
			return f.calculate("+", x, y, r).any()
		})
	}
	t := Number
	if op != "/" && lt.Kind == KindInt && rt.Kind == KindInt {
		t = Int
	}
	return numCode(t, func(f *frame) num {
		a, b := l.num(f), r.num(f)
		if f.err != nil {
			return num{}
		}
		return f.calculate(op, a, b, r)
	})
}

func (f *frame) join(a, b string) any {
	if len(a)+len(b) > MaxText {
		f.fail(TooMuch, "", 0, "a text of more than %d bytes", MaxText)
		return nil
	}
	return a + b
}

// calculate counts whole numbers exactly; a quotient, and anything with a fraction, is a float.
func (f *frame) calculate(op string, a, b num, r *code) num {
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
	if texts := r.texts; texts != nil {
		return boolCode(func(f *frame) bool {
			s, ok := l.any(f).(string)
			if ok {
				for _, t := range texts {
					if s == t {
						return true
					}
				}
			}
			return false
		})
	}
	return boolCode(func(f *frame) bool {
		x, list := l.any(f), r.any(f)
		switch list := list.(type) {
		case nil:
			return false
		case []any:
			for _, e := range list {
				if same(x, e) {
					return true
				}
			}
			return false
		}
		if listLen(list) < 0 {
			f.unexpected(list, r, "a list")
			return false
		}
		return !each(list, func(e any) bool { return !same(x, e) })
	})
}

func textTest(op string, l, r *code) *code {
	if !l.typ.fits(String) || !r.typ.fits(String) {
		return nil
	}
	test := map[string]func(a, b string) bool{
		"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
	}[op]
	return boolCode(func(f *frame) bool {
		a, b := l.runText(f), r.runText(f)
		return f.err == nil && test(a, b)
	})
}

func coalesce(l, r *code) *code {
	return anyCode(Join(l.typ, r.typ), func(f *frame) any {
		if v := l.any(f); v != nil {
			return v
		}
		return r.any(f)
	})
}
