package rule

import "banli/engine/calendar"

// Value evaluates. The error of this and its like is an *[EvalError].
func (r *Rule) Value(s Source) (Value, error) {
	f := r.enter(s)
	v := r.code.value(f)
	return v, r.leave(f)
}

// Eval gives the value as Go has it: see [Value.Any].
func (r *Rule) Eval(s Source) (any, error) {
	v, err := r.Value(s)
	return v.Any(), err
}

// Bool evaluates a condition. One that gives nil is missing a value.
func (r *Rule) Bool(s Source) (bool, error) {
	f := r.enter(s)
	b := r.code.bool(f)
	if f.err == nil && !f.lent {
		return b, nil
	}
	err := r.leave(f)
	return b && err == nil, err
}

// Int evaluates to a whole number.
func (r *Rule) Int(s Source) (int, error) {
	f := r.enter(s)
	n := f.num(r.code)
	if n.real {
		f.fail(BadValue, r.code.path, r.code.at, "expected a whole number, found %v", n.f)
	}
	return int(n.i), r.leave(f)
}

// Instant evaluates to an instant.
func (r *Rule) Instant(s Source) (calendar.Instant, error) {
	f := r.enter(s)
	v := r.code.value(f)
	i, ok := v.Instant()
	if !ok {
		f.unexpected(v, r.code, "an instant")
	}
	return i, r.leave(f)
}

// Strings evaluates to a list of texts; nil gives none.
func (r *Rule) Strings(s Source) (out []string, err error) {
	f := r.enter(s)
	v := r.code.value(f)
	texts, others, ok := v.elements()
	if !ok && !v.None() {
		f.unexpected(v, r.code, "a list")
	}
	for i := range len(texts) + len(others) {
		e := element(texts, others, i)
		if e.kind != text {
			f.unexpected(e, r.code, "text")
		}
		out = append(out, e.str())
	}
	if err := r.leave(f); err != nil {
		return nil, err
	}
	return out, nil
}
