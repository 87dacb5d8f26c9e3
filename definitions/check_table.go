package definitions

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"banli/engine/rule"
)

// maxLooks is how many rows are looked at in all cases of a table; beyond, nothing is proved.
const maxLooks = 2_000_000

// checkTables proves of every decision table that some row answers each case, that each row answers some, and, of one
// with hit: unique, that no case has two answers.
func (l *loader) checkTables(fs.FS) {
	for _, kind := range []string{"flow", "item"} {
		for _, o := range l.of(kind) {
			if !strings.Contains(o.text, "table") {
				continue
			}
			for name, v := range o.fields() {
				if name != "tests" && !o.broken {
					v.walkTables(func(t value) { l.checkTable(o, t) })
				}
			}
		}
	}
}

func (l *loader) checkTable(o *object, t value) {
	rows, ok := t.rows(), true
	if len(t.expression()) > rule.MaxLength {
		return // it will not compile
	}
	for _, r := range rows {
		ok = l.readable(o, r.when) && l.readable(o, r.then) && ok
	}
	if !ok {
		o.broken = true // what it means as a whole would be misread
		return
	}
	space := &cases{params: l.cat.Params()}
	var when []test
	for _, r := range rows {
		if r.when.ok() {
			cond, err := space.condition(r.when.text())
			if err != nil {
				l.fault(o, r.when, "syntax", err.Error(), "")
				return
			}
			when = append(when, cond)
		}
	}
	most := maxLooks / len(rows)
	if n := space.settle(func(name string) domain { return l.domain(o, o.pointer(t), name) }, most); n > most {
		l.warn(o, t, "table-unproved", fmt.Sprintf("the rows tell more than %d cases apart, so nothing is proved of them", most), "split the table, or let its rows ask less")
		return
	}
	p := proof{when: when, then: rows, unique: t.get("hit").text() == "unique", decides: make([]bool, len(when))}
	space.each(p.look)
	switch {
	case p.gap != nil && len(when) == len(rows):
		zh, en := space.witness(p.gap, p.open)
		l.fault(o, t.get("table"), "table-gap", fmt.Sprintf("no row applies when %s (当 %s 时没有一行适用)", en, zh), "add a row for it, or otherwise:")
	case p.clash != nil:
		zh, en := space.witness(p.clash, p.both)
		l.fault(o, rows[p.second].when, "table-overlap", fmt.Sprintf("rows %d and %d give different values when %s (当 %s 时第 %[1]d 行和第 %[2]d 行给出不同的值)", p.first+1, p.second+1, en, zh), "let only one of them hold, or leave hit: unique out")
	}
	for i := range when {
		if !p.decides[i] {
			l.fault(o, rows[i].when, "table-unreachable", fmt.Sprintf("row %d never decides: it never holds, or a row above it holds whenever it does (第 %[1]d 行永远轮不到)", i+1), "take it out, or move it up")
		}
	}
}

// readable wants a cell to be an expression by itself; what its names mean is checked where the table is compiled.
func (l *loader) readable(o *object, v value) bool {
	if !v.ok() {
		return true
	}
	_, err := rule.Compile(v.text(), &rule.Env{}, rule.Any)
	e, ok := errors.AsType[*rule.Error](err)
	if !ok || e.Code != "syntax" && e.Code != "too-long" {
		return true
	}
	l.faultInside(o, v, e.Offset, e.Code, e.Message, e.Hint)
	return false
}

// proof goes through all cases of a table.
type proof struct {
	when          []test
	then          []row
	unique        bool
	decides       []bool // rows that decide some case
	gap, clash    []any  // the first case without a value, and with two
	first, second int    // rows of the clash
}

// look tries one case.
func (p *proof) look(in []any) {
	decided := -1
	for i, cond := range p.when {
		switch cond(in) {
		case undecided{}: // a value is missing, and the case waits for it
			return
		case true:
			switch {
			case decided < 0:
				decided, p.decides[i] = i, true
			case p.clash == nil && p.then[decided].then.text() != p.then[i].then.text():
				p.clash, p.first, p.second = slices.Clone(in), decided, i
			}
			if !p.unique {
				return
			}
		}
	}
	if decided < 0 && p.gap == nil {
		p.gap = slices.Clone(in)
	}
}

func (p *proof) open(in []any) bool {
	return !slices.ContainsFunc(p.when, func(cond test) bool { return cond(in) != false })
}

func (p *proof) both(in []any) bool {
	return p.when[p.first](in) == true && p.when[p.second](in) == true
}

// domain is what is known of the answers to a question that an expression at a path asks.
func (l *loader) domain(o *object, path, name string) domain {
	root, field, _ := strings.Cut(name, ".")
	pointer := "/" + strings.ReplaceAll(field, ".", "/")
	zero := 0.0
	switch {
	case root == "policy":
		for _, p := range l.cat.Policies {
			if p.ID == field {
				return domain{choices: p.OneOf}
			}
		}
	case name == "state":
		return domain{choices: fieldNames(o.get("states"))}
	case name == "item.kind":
		return domain{choices: shapes()["item"].Properties["type"].Enum}
	case name == "item.department":
		return domain{choices: l.ids("department")}
	case name == "item.id":
		return domain{choices: l.ids("item")}
	case root == "project":
		d := domain{choices: l.projectChoices()[pointer]}
		for _, id := range sortedKeys(l.cat.Forms) {
			if l.describesProject(id) {
				d = l.bounds(id, field, d)
			}
		}
		return d
	case root == "input", root == "answers":
		form := o.get("form").text()
		if o.kind == "flow" {
			form = o.at(strings.Join(strings.Split(path, "/")[:min(3, strings.Count(path, "/")+1)], "/")).get("input").text()
		}
		return l.bounds(form, field, domain{choices: l.choicesOf(form)[pointer]})
	}
	for _, whole := range []string{"count(", "hold_days(", "days_between(", "len(", "children.", "item.promised", "item.statutory"} {
		if strings.HasPrefix(name, whole) {
			return domain{whole: true, min: &zero}
		}
	}
	return domain{}
}

// bounds are those a form sets to a question of its first level.
func (l *loader) bounds(form, field string, d domain) domain {
	for _, o := range l.of("form") {
		if o.id != form {
			continue
		}
		q := o.get("schema").get("properties").get(field)
		d.whole = d.whole || q.get("type").text() == "integer"
		for key, to := range map[string]**float64{"minimum": &d.min, "maximum": &d.max} {
			if f, err := strconv.ParseFloat(q.get(key).text(), 64); err == nil {
				*to = &f
			}
		}
	}
	return d
}
