package rule

import (
	"fmt"
	"slices"
	"sync"
)

// Layout gives the fields of some variables places in a [Record]. Rules compiled by an
// [Env] with a Layout read them there. Compile the rules of one layout one after another;
// the records of a layout may be used by many goroutines, each by one at a time.
type Layout struct {
	variables []string
	paths     []path
}

// path is where a cell is filled from.
type path struct {
	text   string
	read   func(Source) Value
	fields []string
}

// NewLayout is a layout for the fields of these variables.
func NewLayout(variables ...string) *Layout { return &Layout{variables: variables} }

// place is where a path stands in a record, 0 where it does not.
func (l *Layout) place(p path, variable string) int {
	if l == nil || !slices.Contains(l.variables, variable) {
		return 0
	}
	i := slices.IndexFunc(l.paths, func(o path) bool { return o.text == p.text })
	if i < 0 {
		i = len(l.paths)
		l.paths = append(l.paths, p)
	}
	return firstCell + i
}

// Record is a [Source] whose fields are kept once read, each in a cell of its own, so that
// asking many rules of one layout about one case looks nothing up twice. Rules of another
// layout read the source itself. It also holds what an evaluation needs; it is for one
// goroutine at a time, and no function of an [Env] evaluates a rule on it.
type Record struct {
	src    Source
	layout *Layout
	places []Value // nothing, the locals (elements of predicates and let values, by nesting), then the cells of the layout
	lent   bool    // from the pool, for one evaluation

	err   *EvalError // the first
	steps int
	top   int
	args  [maxArgs]Value // arguments of the calls under way
}

const (
	maxLocals = 8
	maxArgs   = 16
	firstCell = 1 + maxLocals
)

// Record is an empty record of what src has to say.
func (l *Layout) Record(src Source) *Record { return new(Record).Reset(l, src) }

// Reset makes r an empty record of another source.
func (r *Record) Reset(l *Layout, src Source) *Record {
	clear(r.places)
	r.src, r.layout = src, l
	return r
}

// Get implements [Source].
func (r *Record) Get(name string) any { return r.src.Get(name) }

var records = sync.Pool{New: func() any { return new(Record) }}

// enter gives the record to evaluate by: s itself, where it is one of the rule's layout.
func (r *Rule) enter(s Source) *Record {
	if f, ok := s.(*Record); ok && f.layout == r.layout && len(f.places) >= r.places {
		f.steps = 0
		return f
	}
	return r.prepare(s)
}

// prepare is enter for a record that was made before the rule, or a source that is none.
func (r *Rule) prepare(s Source) *Record {
	f, ok := s.(*Record)
	if !ok || f.layout != r.layout {
		f = records.Get().(*Record)
		f.src, f.layout, f.lent = s, r.layout, true
	}
	f.steps = 0
	if missing := r.places - len(f.places); missing > 0 {
		f.places = append(f.places, make([]Value, missing)...)
	}
	return f
}

func (r *Rule) leave(f *Record) error {
	if f.err == nil && !f.lent {
		return nil
	}
	err := f.err
	f.err = nil
	if f.lent {
		f.src, f.layout, f.lent = nil, nil, false
		clear(f.places[:r.places])
		if r.calls {
			clear(f.args[:])
		}
		records.Put(f)
	}
	if err != nil {
		return err
	}
	return nil
}

// load reads what belongs into a place; object is the code of what it is a field of, for messages.
func (f *Record) load(place int, object *code) Value {
	if place < firstCell || f.places[place].kind == absent {
		return Value{}
	}
	p := &f.layout.paths[place-firstCell]
	v := p.read(f.src)
	for _, name := range p.fields {
		v = f.fetch(v, name, object)
	}
	if v = v.kept(); v.kind == nothing && f.err == nil {
		f.places[place].kind = absent
		return v
	}
	f.places[place] = v
	return v
}

// fetch reads a field of an object; what is not there is nothing.
func (f *Record) fetch(v Value, name string, c *code) Value {
	out, ok := v.field(name)
	if !ok {
		f.fail(BadValue, c.path, c.at, "expected an object, found %s", describe(v))
	}
	return out
}

func (f *Record) fail(kind, path string, at int, format string, args ...any) {
	if f.err == nil {
		f.err = &EvalError{Code: kind, Path: path, Offset: at, Detail: fmt.Sprintf(format, args...)}
	}
}

// unexpected reports that v, the value of c, is not what is needed.
func (f *Record) unexpected(v Value, c *code, want string) {
	switch {
	case f.err != nil:
	case v.None():
		f.fail(Missing, c.path, c.at, "is missing")
	default:
		f.fail(BadValue, c.path, c.at, "expected %s, found %s", want, describe(v))
	}
}

// step counts one element looked at, and says whether to go on.
func (f *Record) step() bool {
	f.steps++
	return f.steps <= MaxSteps && f.err == nil || f.stop()
}

func (f *Record) stop() bool {
	f.fail(TooMuch, "", 0, "more than %d steps", MaxSteps)
	return false
}
