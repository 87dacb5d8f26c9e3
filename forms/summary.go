package forms

import (
	"math/big"
	"strconv"
	"strings"
)

// nothing stands for an empty answer.
const nothing = "—"

// plainNumber holds a calculated number as an answer would.
func plainNumber(r *big.Rat) any { v, _ := readNumber(decimal(r)); return v }

// display writes an answer in words and with its unit; — when it is empty.
func (n *node) display(v any, lang string) string {
	if empty(v) {
		return nothing
	}
	s := n.inWords(v, lang)
	if _, ok := number(v); ok && n.unit != (words{}) {
		s += " " + n.unit.in(lang)
	}
	return s
}

// inWords writes an answer that is there: names of codes, thousands, 是 and 否.
func (n *node) inWords(v any, lang string) string {
	if list, ok := v.([]any); ok && n.leaf() {
		names := make([]string, len(list))
		for i, e := range list {
			names[i] = n.inWords(e, lang)
		}
		if lang == English {
			return strings.Join(names, ", ")
		}
		return strings.Join(names, "、")
	}
	for _, c := range n.choices {
		if n.kind != Confirm && equal(c.value, v) {
			return c.label.in(lang)
		}
	}
	switch v := v.(type) {
	case bool:
		return say(lang, map[bool]string{true: "yes", false: "no"}[v])
	case string:
		return v
	}
	if n.kind == Money {
		return amount(v)
	}
	return grouped(plain(v))
}

// Summary lists the shown answers for reading, in the order and with the labels of the form.
func (f *Form) Summary(answers map[string]any, lang string) []SummaryRow {
	live := f.Prune(answers)
	var out []SummaryRow
	for _, s := range f.sections {
		heading := s.title.in(lang)
		f.lines(live, lang, s.props, nil, live, 0, func(r SummaryRow) {
			r.Section, heading = heading, ""
			out = append(out, r)
		})
	}
	return out
}

// lines gives the rows of a group's fields.
func (f *Form) lines(live map[string]any, lang string, props []*prop, path []string, group any, level int, add func(SummaryRow)) {
	m, _ := group.(map[string]any)
	for _, p := range props {
		if p.shown.holds(live, path) && p.node.kind != Hidden {
			f.line(live, lang, p.node, p.node.title.in(lang), child(path, p.name), m[p.name], level, add)
		}
	}
}

func (f *Form) line(live map[string]any, lang string, n *node, label string, path []string, v any, level int, add func(SummaryRow)) {
	r := SummaryRow{Pointer: pointer(path), ID: htmlID("f", path), Label: label, Level: level}
	entries, isList := v.([]any)
	switch {
	case n.kind == Group:
		r.Heading = true
		add(r)
		f.lines(live, lang, n.props, path, v, level+1, add)
		return
	case n.kind == Rows && isList && len(entries) > 0:
		r.Heading = true
		add(r)
		for i, e := range entries {
			label := say(lang, "row", "n", strconv.Itoa(i+1))
			if entry := n.entry(i); entry != nil {
				if t := entry.title.in(lang); t != "" && i < len(n.prefix) {
					label = t
				}
				f.line(live, lang, entry, label, row(path, i), e, level+1, add)
			}
		}
		return
	}
	r.Value, r.Empty = n.display(v, lang), empty(v)
	add(r)
}

// Diff lists what changed from one set of answers to another, in page order.
func (f *Form) Diff(old, new map[string]any, lang string) []DiffRow {
	before, after := f.readings(old, lang), f.readings(new, lang)
	var order []string
	at := map[string]reading{}
	for _, r := range after {
		at[r.ptr] = r
	}
	was := map[string]reading{}
	// What was removed stands where it stood: after the last line both have.
	gone := map[string][]string{}
	last := ""
	for _, r := range before {
		was[r.ptr] = r
		if _, ok := at[r.ptr]; ok {
			last = r.ptr
		} else {
			gone[last] = append(gone[last], r.ptr)
		}
	}
	order = append(order, gone[""]...)
	for _, r := range after {
		order = append(order, r.ptr)
		order = append(order, gone[r.ptr]...)
	}
	var out []DiffRow
	for _, ptr := range order {
		a, b := was[ptr], at[ptr]
		d := DiffRow{Pointer: ptr, Label: b.label, Change: Changed, Old: a.text, New: b.text}
		switch {
		case equal(a.value, b.value), empty(a.value) && empty(b.value):
			continue
		case empty(a.value):
			d.Change, d.Old = Added, nothing
		case empty(b.value):
			d.Change, d.New = Removed, nothing
		}
		if d.Label == "" {
			d.Label = a.label
		}
		d.Word = say(lang, "change."+string(d.Change))
		out = append(out, d)
	}
	return out
}

// reading is one answer as it reads.
type reading struct {
	ptr, label, text string
	value            any
}

func (f *Form) readings(answers map[string]any, lang string) (out []reading) {
	live := f.Prune(answers)
	var way []string
	for _, r := range f.Summary(answers, lang) {
		way = append(way[:min(r.Level, len(way))], r.Label)
		if r.Heading {
			continue
		}
		path, _ := tokens(r.Pointer)
		v, _ := lookup(live, path)
		out = append(out, reading{r.Pointer, strings.Join(way, " › "), r.Value, v})
	}
	return out
}
