package rule

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

func (c *compiler) call(n *ast.CallNode) *code {
	id, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		return c.fail(n, "not-available", "values have no functions of their own")
	}
	fn := c.env.function(id.Value)
	if fn == nil {
		names := append(append([]string{}, collections...), plain...)
		for _, f := range c.env.Funcs {
			names = append(names, f.Name)
		}
		return c.failHint(n, "unknown-function", didYouMean(id.Value, names), "unknown function %q", id.Value)
	}
	return c.invoke(n, fn, n.Arguments)
}

// invoke lowers a call of one of our functions.
func (c *compiler) invoke(n ast.Node, fn *Func, argNodes []ast.Node) *code {
	if len(argNodes) != len(fn.Params) {
		return c.fail(n, "wrong-arguments", "%s takes %d values, found %d", fn.Name, len(fn.Params), len(argNodes))
	}
	args := make([]*code, len(argNodes))
	for i, a := range argNodes {
		args[i] = c.want(a, fn.Params[i])
		if i == 0 && args[i].fixed.kind == text && fn.OneOf != nil && !slices.Contains(fn.OneOf, args[i].fixed.str()) {
			return c.failHint(a, "unknown-value", didYouMean(args[i].fixed.str(), fn.OneOf), "%s knows no %q", fn.Name, args[i].fixed.str())
		}
	}
	c.calls = true
	for _, r := range fn.Reads {
		c.read(r)
	}
	var out *code
	out = valueCode(fn.Result, func(f *Record) Value {
		base := f.top
		if base+len(args) > maxArgs {
			f.fail(TooMuch, "", out.at, "calls are nested too deeply")
			return Value{}
		}
		f.top += len(args)
		for i, a := range args {
			v := a.value(f)
			if p := fn.Params[i]; !v.is(p.Kind) {
				f.unexpected(v, a, p.String())
			}
			f.args[base+i] = v
		}
		f.top = base
		if f.err != nil {
			return Value{}
		}
		v, err := fn.Call(f.src, f.args[base:base+len(args):base+len(args)])
		if err != nil {
			f.fail(BadValue, fn.Name, out.at, "%v", err)
		}
		return v
	})
	return out
}
