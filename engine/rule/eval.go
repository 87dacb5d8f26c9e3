package rule

import (
	"fmt"
	"sync"
	"time"
)

// frame is one evaluation. It comes from a pool, so that evaluating allocates nothing.
type frame struct {
	src   Source
	err   *EvalError // the first
	steps int
	slot  [maxLocals]any // elements of predicates and let values, by nesting
	args  [maxArgs]any   // arguments of the calls under way
	top   int
}

const (
	maxLocals = 8
	maxArgs   = 16
)

var frames = sync.Pool{New: func() any { return new(frame) }}

func (r *Rule) enter(s Source) *frame {
	f := frames.Get().(*frame)
	f.src = s
	return f
}

func (r *Rule) leave(f *frame) error {
	err := f.err
	f.src, f.err, f.steps, f.top = nil, nil, 0, 0
	if r.locals > 0 {
		clear(f.slot[:r.locals])
	}
	if r.calls {
		clear(f.args[:])
	}
	frames.Put(f)
	if err != nil {
		return err
	}
	return nil
}

// Eval gives the value: nil, bool, int, float64, string, time.Time, a list or an
// object. Whole numbers are ints. The error is an *[EvalError].
func (r *Rule) Eval(s Source) (any, error) {
	if v := r.plain(s); v != nil {
		return Normalize(v), nil
	}
	f := r.enter(s)
	v := r.code.any(f)
	if err := r.leave(f); err != nil {
		return nil, err
	}
	return Normalize(v), nil
}

// plain is the value of a rule that is a variable or a field of one, without the means
// of a frame; nil: it is not so plain, or not there.
func (r *Rule) plain(s Source) any {
	if r.variable == "" {
		return nil
	}
	v := s.Get(r.variable)
	if r.field == "" {
		return v
	}
	if o, ok := v.(map[string]any); ok {
		return o[r.field]
	}
	return nil
}

// Bool evaluates a condition. One that gives nil is missing a value.
func (r *Rule) Bool(s Source) (bool, error) {
	f := r.enter(s)
	b := r.code.bool(f)
	if err := r.leave(f); err != nil {
		return false, err
	}
	return b, nil
}

// Int evaluates to a whole number.
func (r *Rule) Int(s Source) (int, error) {
	if n, ok := r.plain(s).(int); ok {
		return n, nil
	}
	f := r.enter(s)
	n := r.code.num(f)
	if f.err == nil && n.frac() {
		f.fail(BadValue, r.code.path, r.code.at, "expected a whole number, found %v", n.f)
	}
	if err := r.leave(f); err != nil {
		return 0, err
	}
	return n.int(), nil
}

// Time evaluates to an instant.
func (r *Rule) Time(s Source) (time.Time, error) {
	if t, ok := r.plain(s).(time.Time); ok {
		return t, nil
	}
	f := r.enter(s)
	v := r.code.any(f)
	t, ok := v.(time.Time)
	if !ok && f.err == nil {
		f.unexpected(v, r.code, "an instant")
	}
	return t, r.leave(f)
}

// Strings evaluates to a list of texts; nil gives none.
func (r *Rule) Strings(s Source) ([]string, error) {
	f := r.enter(s)
	v := r.code.any(f)
	var out []string
	if v != nil && f.err == nil && !each(v, func(e any) bool {
		text, ok := e.(string)
		if !ok {
			f.unexpected(e, r.code, "text")
		}
		out = append(out, text)
		return ok
	}) && f.err == nil {
		f.unexpected(v, r.code, "a list")
	}
	if err := r.leave(f); err != nil {
		return nil, err
	}
	return out, nil
}

func (f *frame) fail(kind, path string, at int, format string, args ...any) {
	if f.err == nil {
		f.err = &EvalError{Code: kind, Path: path, Offset: at, Detail: fmt.Sprintf(format, args...)}
	}
}

// unexpected reports that v, the value of c, is not what is needed.
func (f *frame) unexpected(v any, c *code, want string) {
	if v == nil {
		f.fail(Missing, c.path, c.at, "is missing")
	} else {
		f.fail(BadValue, c.path, c.at, "expected %s, found %s", want, describe(v))
	}
}

// step counts one element looked at, and says whether to go on.
func (f *frame) step() bool {
	f.steps++
	if f.steps > MaxSteps {
		f.fail(TooMuch, "", 0, "more than %d steps", MaxSteps)
	}
	return f.err == nil
}
