package rule

// code is a lowered expression. A value of the wrong kind, or none, is reported by whoever
// needs another.
type code struct {
	typ   Type
	value func(*Record) Value
	bool  func(*Record) bool // where yes or no is needed
	place int                // of the record, which it reads; 0, where nothing stands: it is more than that
	fixed Value              // what it always is, where it is written out
	texts []string           // of a list of texts written out
	at    int                // character it begins at, for messages
	path  string             // the variable or field it is, where it is one

	root   string   // the variable below which it is,
	fields []string // and the way from there; no root: it is not below one
}

func valueCode(t Type, run func(*Record) Value) *code {
	c := &code{typ: t, value: run}
	c.bool = func(f *Record) bool { return f.truth(run(f), c) }
	return c
}

func boolCode(run func(*Record) bool) *code {
	return &code{typ: Bool, value: func(f *Record) Value { return Truth(run(f)) }, bool: run}
}

func numCode(t Type, run func(*Record) num) *code {
	return valueCode(t, func(f *Record) Value { return run(f).value() })
}

func textCode(run func(*Record) string) *code {
	return valueCode(String, func(f *Record) Value { return Text(run(f)) })
}

func constant(t Type, v Value) *code {
	c := valueCode(t, func(*Record) Value { return v })
	c.fixed = v
	return c
}

// placeCode reads a place of the record: a local, or a field of an object.
func placeCode(t Type, place int, object *code) *code {
	c := valueCode(t, func(f *Record) Value {
		if v := &f.places[place]; v.kind > absent {
			return *v
		}
		return f.load(place, object)
	})
	c.place = place
	return c
}

func (f *Record) truth(v Value, c *code) bool {
	if v.kind != truth {
		f.unexpected(v, c, "yes or no")
	}
	return v.kind == truth && v.n != 0
}

func (f *Record) number(v Value, c *code) num {
	n, ok := v.num()
	if !ok {
		f.unexpected(v, c, "a number")
	}
	return n
}

// num runs c for a number.
func (f *Record) num(c *code) num { return f.number(c.value(f), c) }

// text runs c for a text.
func (f *Record) text(c *code) string {
	v := c.value(f)
	if v.kind != text {
		f.unexpected(v, c, "text")
		return ""
	}
	return v.str()
}
