package rule

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

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
		if i == 0 && args[i].lit && fn.OneOf != nil && !slices.Contains(fn.OneOf, args[i].text) {
			return c.failHint(a, "unknown-value", didYouMean(args[i].text, fn.OneOf), "%s knows no %q", fn.Name, args[i].text)
		}
	}
	c.calls = true
	for _, r := range fn.Reads {
		c.read(r)
	}
	var out *code
	out = anyCode(fn.Result, func(f *frame) any {
		base := f.top
		if base+len(args) > maxArgs {
			f.fail(TooMuch, "", out.at, "calls are nested too deeply")
			return nil
		}
		f.top += len(args)
		for i, a := range args {
			v := a.any(f)
			if v == nil && fn.Params[i].Kind != KindAny && f.err == nil {
				f.unexpected(nil, a, "")
			}
			f.args[base+i] = Normalize(v)
		}
		f.top = base
		if f.err != nil {
			return nil
		}
		v, err := fn.Call(f.src, f.args[base:base+len(args):base+len(args)])
		if err != nil {
			f.fail(BadValue, fn.Name, out.at, "%v", err)
		}
		return v
	})
	return out
}

// plainText writes a value as text.
func plainText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	if n, ok := numOf(v); ok {
		return fmt.Sprint(n.any())
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return strings.Trim(string(b), `"`)
}
