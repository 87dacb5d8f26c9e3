package forms

import (
	"errors"
	"sort"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// Check says what is wrong with answers, in page order and at most one problem a
// field. Hidden fields are not checked. Answers that end the form (x-stop) leave
// that problem alone.
func (f *Form) Check(answers map[string]any, ctx Context) []Problem {
	live := f.Prune(answers)
	if p, ok := f.stopped(live); ok {
		return []Problem{p}
	}
	tameAll(live)
	c := &checker{f: f, live: live, ctx: ctx}
	if err := f.sch.Validate(live); err != nil {
		var invalid *jsonschema.ValidationError
		if errors.As(err, &invalid) {
			c.take(c.problems(invalid))
		} else {
			c.take([]Problem{f.problem(nil, "form")})
		}
	}
	f.root.each(live, nil, c.question)
	for _, s := range f.sums {
		c.sum(s)
	}
	return c.inOrder()
}

// Blocking tells whether any problem stops the form.
func Blocking(problems []Problem) bool {
	for _, p := range problems {
		if !p.Warning {
			return true
		}
	}
	return false
}

// tameAll turns numbers that exact arithmetic would choke on into texts, which no
// number field accepts.
func tameAll(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			v[k] = tameAll(e)
		}
	case []any:
		for i, e := range v {
			v[i] = tameAll(e)
		}
	case nil, string, bool:
	default:
		n, ok := number(v)
		if !ok {
			return plain(string(n))
		}
		return n
	}
	return v
}

// checker gathers the problems of one set of answers.
type checker struct {
	f     *Form
	live  map[string]any
	ctx   Context
	found []Problem
}

// take keeps the problems of shown fields.
func (c *checker) take(ps []Problem) {
	for _, p := range ps {
		path, _ := tokens(p.Pointer)
		if c.f.shown(path, c.live) {
			c.found = append(c.found, p)
		}
	}
}

// question checks what JSON Schema cannot say.
func (c *checker) question(n *node, v any, path []string) {
	if empty(v) {
		return
	}
	s, _ := v.(string)
	switch {
	case n.codes != "":
		c.codes(n, v, path)
	case n.format == "resident-id" && c.ctx.Today != "" && CheckResidentID(s, "") == CodeOK && CheckResidentID(s, c.ctx.Today) != CodeOK:
		c.take([]Problem{c.f.problem(path, "resident-id.date")})
	case n.format == "uscc":
		if fault, innerOK := CheckUSCC(s); fault == CodeOK && !innerOK {
			p := c.f.problem(path, "uscc.inner")
			p.Warning = true
			c.take([]Problem{p})
		}
	}
	c.order(n.notBefore, s, path, "not-before", func(a, b string) bool { return a < b })
	c.order(n.notAfter, s, path, "not-after", func(a, b string) bool { return a > b })
}

// codes checks that codes are in their list, and on this day.
func (c *checker) codes(n *node, v any, path []string) {
	for _, code := range asList(v) {
		problem := "choose"
		for _, ch := range n.choices {
			if equal(ch.value, code) {
				problem = "expired"
				if ch.valid(c.ctx.Today) {
					problem = ""
				}
				break
			}
		}
		if problem != "" {
			c.take([]Problem{c.f.problem(path, problem, "value", n.display(code, Chinese), "value_en", n.display(code, English))})
			return
		}
	}
}

// order compares two dates or months, by the month when either is one.
func (c *checker) order(p *place, s string, path []string, code string, wrong func(a, b string) bool) {
	if p == nil || s == "" {
		return
	}
	other := c.ctx.Today
	zh, en := say(Chinese, "today"), say(English, "today")
	if !p.today {
		at := p.from(path[:len(path)-1])
		v, _ := lookup(c.live, at)
		other, _ = v.(string)
		n, _ := c.f.root.find(at)
		zh, en = n.title.in(Chinese), n.title.in(English)
	}
	length := min(len(s), len(other))
	if (length == 7 || length == 10) && wrong(s[:length], other[:length]) {
		c.take([]Problem{c.f.problem(path, code, "other", zh, "other_en", en, "value", other[:length])})
	}
}

// sum compares a total with the answer it is to equal, when both are there.
func (c *checker) sum(s sum) {
	want, ok := lookup(c.live, s.equals.path)
	list, listed := lookup(c.live, s.rows.path[:len(s.rows.path)-2])
	r, isNumber := rat(want)
	if !ok || !listed || !isNumber || empty(list) {
		return
	}
	rows := pointer(s.rows.path[:len(s.rows.path)-2])
	for _, p := range c.found {
		if p.Pointer == pointer(s.equals.path) || strings.HasPrefix(p.Pointer, rows+"/") {
			return // the parts come first
		}
	}
	got := total(c.live, s.rows.path)
	if diff := total(c.live, s.rows.path); diff.Sub(diff, r).Abs(diff).Cmp(s.tolerance) <= 0 {
		return
	}
	other, _ := c.f.root.find(s.equals.path)
	column, _ := c.f.root.find(s.rows.path)
	c.take([]Problem{c.f.problem(s.rows.path[:len(s.rows.path)-2], "sum",
		"column", column.title.in(Chinese), "column_en", column.title.in(English),
		"sum", column.inWords(plainNumber(got), Chinese), "other", other.title.in(Chinese), "other_en", other.title.in(English),
		"value", other.inWords(want, Chinese), "unit", other.unit.in(Chinese), "unit_en", other.unit.in(English))})
}

// inOrder sorts by place on the page and leaves each field its first problem.
func (c *checker) inOrder() []Problem {
	type placed struct {
		Problem
		at   []int
		rank int
	}
	all := make([]placed, len(c.found))
	for i, p := range c.found {
		all[i] = placed{p, c.f.order(p.Pointer), rank(p)}
	}
	sort.SliceStable(all, func(i, j int) bool {
		a, b := all[i], all[j]
		for k := 0; k < len(a.at) && k < len(b.at); k++ {
			if a.at[k] != b.at[k] {
				return a.at[k] < b.at[k]
			}
		}
		if len(a.at) != len(b.at) {
			return len(a.at) < len(b.at)
		}
		if a.Pointer != b.Pointer {
			return a.Pointer < b.Pointer
		}
		if a.rank != b.rank {
			return a.rank < b.rank
		}
		return a.Code < b.Code
	})
	var out []Problem
	for i, p := range all {
		if i == 0 || p.Pointer != all[i-1].Pointer {
			out = append(out, p.Problem)
		}
	}
	return out
}

// rank puts the problem first that makes the others pointless.
func rank(p Problem) int {
	switch {
	case p.Warning:
		return 9
	case p.Code == "required":
		return 0
	case p.Code == "number", p.Code == "integer", p.Code == "text", p.Code == "yesno":
		return 1
	case p.Code == "choose":
		return 2
	case strings.HasPrefix(p.Code, "min_"), strings.HasPrefix(p.Code, "max_"):
		return 4
	case p.Code == "follow":
		return 5
	}
	return 3
}

// order gives the place of a pointer on the page.
func (f *Form) order(ptr string) (at []int) {
	path, _ := tokens(ptr)
	n := f.root
	for i, t := range path {
		place := -1
		if n.kind == Group {
			_, place = n.prop(t)
		} else if k, ok := index(t); ok {
			place = k
		}
		if place < 0 {
			return append(at, 1<<30)
		}
		if i == 0 {
			at = append(at, f.sectionOf(n.props[place]))
		}
		at = append(at, place)
		if n = n.next(t); n == nil {
			return at
		}
	}
	return at
}

func (f *Form) sectionOf(p *prop) int {
	for i, s := range f.sections {
		for _, q := range s.props {
			if p == q {
				return i
			}
		}
	}
	return len(f.sections)
}
