package forms

import "strconv"

// place names an answer from another one: up levels from the base and then down
// the path, or from the root when up is -1. In a path from the root, * is the row
// the asking field is in.
type place struct {
	up    int
	path  []string
	today bool // not an answer at all, but the day it is asked
}

// from gives the path of the place, seen from the object at base.
func (p place) from(base []string) []string {
	if p.up >= 0 {
		if p.up > len(base) {
			return nil
		}
		head := base[:len(base)-p.up]
		return append(head[:len(head):len(head)], p.path...)
	}
	full := make([]string, len(p.path))
	same := true
	for i, t := range p.path {
		if t == "*" && same && i < len(base) {
			t = base[i]
		}
		same = same && i < len(base) && base[i] == t
		full[i] = t
	}
	return full
}

// test asks whether an answer is one of some values.
type test struct {
	place
	in     []any // none: any answer will do
	not    bool
	absent bool // the outcome where there is no answer
}

func (t test) holds(root any, base []string) bool {
	v, ok := lookup(root, t.from(base))
	if !ok || empty(v) {
		return t.absent
	}
	return t.matches(v) != t.not
}

func (t test) matches(v any) bool {
	if len(t.in) == 0 {
		return true
	}
	for _, want := range t.in {
		if equal(v, want) {
			return true
		}
		if list, ok := v.([]any); ok {
			for _, e := range list {
				if equal(e, want) {
					return true
				}
			}
		}
	}
	return false
}

// either holds when all tests of any of its lists hold; an empty list always does.
type either [][]test

func (e either) always() bool {
	for _, all := range e {
		if len(all) == 0 {
			return true
		}
	}
	return false
}

func (e either) holds(root any, base []string) bool {
	for _, all := range e {
		ok := true
		for _, t := range all {
			if !t.holds(root, base) {
				ok = false
				break
			}
		}
		if ok {
			return true
		}
	}
	return false
}

// and adds tests to every list.
func (e either) and(more []test) either {
	if len(more) == 0 {
		return e
	}
	out := make(either, len(e))
	for i, all := range e {
		out[i] = append(all[:len(all):len(all)], more...)
	}
	return out
}

// deeper moves tests into a property or row of the object they were made for.
func deeper(tests []test, levels int) []test {
	if len(tests) == 0 {
		return nil
	}
	out := make([]test, len(tests))
	for i, t := range tests {
		if t.up >= 0 {
			t.up += levels
		}
		out[i] = t
	}
	return out
}

// negated gives the lists of tests of which one must hold for not all of these to hold.
func negated(tests []test) either {
	out := make(either, len(tests))
	for i, t := range tests {
		t.not, t.absent = !t.not, false
		out[i] = []test{t}
	}
	return out
}

// conditions writes the tests for the page's script. What no control on the page
// can change is decided here; nil means that the script has nothing to decide.
func (l *layout) conditions(e either, base []string) (out [][]Condition) {
	for _, all := range e {
		var open []Condition
		holds := true
		for _, t := range all {
			path := t.from(base)
			opener, depth := l.f.root.find(path)
			if depth < len(path) || !opener.leaf() || opener.readOnly || opener.kind == Output {
				holds = holds && t.holds(l.live, base)
				continue
			}
			c := Condition{Name: pointer(path), Not: t.not, Absent: t.absent}
			for _, v := range t.in {
				c.In = append(c.In, opener.posted(v))
			}
			open = append(open, c)
		}
		switch {
		case !holds:
		case open == nil:
			return nil
		default:
			out = append(out, open)
		}
	}
	return out
}

// posted is the text a control sends for a value.
func (n *node) posted(v any) string {
	s := plain(v)
	if _, isText := v.(string); isText {
		// Where "1" and 1 are both choices, texts travel quoted.
		for _, c := range n.choices {
			if _, isText := c.value.(string); !isText && plain(c.value) == s {
				return strconv.Quote(s)
			}
		}
	}
	return s
}
