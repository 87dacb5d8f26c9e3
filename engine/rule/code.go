package rule

// code is a lowered expression. All three ways to run it are there; a value of the
// wrong type, or none, is reported by the way that needs one.
type code struct {
	typ  Type
	any  func(*frame) any
	bool func(*frame) bool
	num  func(*frame) num
	at   int    // character it begins at, for messages
	path string // the variable or field it is, where it is one
	text string // of a text written out
	lit  bool   // it is a text written out

	texts []string // of a list of texts written out
}

func anyCode(t Type, run func(*frame) any) *code {
	c := &code{typ: t, any: run}
	c.bool = func(f *frame) bool {
		v := run(f)
		b, ok := v.(bool)
		if !ok && f.err == nil {
			f.unexpected(v, c, "yes or no")
		}
		return b
	}
	c.num = func(f *frame) num {
		v := run(f)
		n, ok := numOf(v)
		if !ok && f.err == nil {
			f.unexpected(v, c, "a number")
		}
		return n
	}
	return c
}

func boolCode(run func(*frame) bool) *code {
	c := anyCode(Bool, func(f *frame) any { return run(f) })
	c.bool = run
	return c
}

func numCode(t Type, run func(*frame) num) *code {
	c := anyCode(t, func(f *frame) any { return run(f).any() })
	c.num = run
	return c
}

func constant(t Type, v any) *code {
	c := anyCode(t, func(*frame) any { return v })
	if n, ok := numOf(v); ok {
		c.num = func(*frame) num { return n }
	}
	if b, ok := v.(bool); ok {
		c.bool = func(*frame) bool { return b }
	}
	return c
}

// text runs c for a text.
func (c *code) runText(f *frame) string {
	v := c.any(f)
	s, ok := v.(string)
	if !ok && f.err == nil {
		f.unexpected(v, c, "text")
	}
	return s
}
