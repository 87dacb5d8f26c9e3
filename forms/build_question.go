package forms

import (
	"math/big"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// list makes a list of rows, or a question with several answers when the entries are choices.
func (b *builder) list(n *node, parts []part) {
	n.kind = Rows
	var rest []part
	for _, p := range binding(parts) {
		s := p.sch
		n.minItems = max(n.minItems, s.MinItems)
		if s.MaxItems >= 0 && (n.maxItems < 0 || s.MaxItems < n.maxItems) {
			n.maxItems = s.MaxItems
		}
		fixed := s.PrefixItems
		if list, ok := s.Items.([]*jsonschema.Schema); ok {
			fixed = list
			if more, ok := s.AdditionalItems.(*jsonschema.Schema); ok {
				rest = append(rest, b.flatten(more, nil, nil)...)
			}
		}
		for i, item := range fixed {
			if inner := b.flatten(item, nil, nil); i == len(n.prefix) && inner != nil {
				n.prefix = append(n.prefix, b.entry(item, inner))
			}
		}
		if item, ok := s.Items.(*jsonschema.Schema); ok {
			rest = append(rest, b.flatten(item, nil, nil)...)
		}
		rest = append(rest, b.flatten(s.Items2020, nil, nil)...)
	}
	if rest == nil {
		if n.prefix == nil {
			b.fault(parts[0].sch.Location, "unsupported", "the rows of this list are open; expected \"items\" with a type")
		}
		return
	}
	n.item = b.entry(rest[0].sch, rest)
	unique := slices.ContainsFunc(parts, func(p part) bool { return p.sch.UniqueItems })
	if (len(n.item.choices) > 0 || n.item.codes != "") && n.prefix == nil && (unique || n.item.codes != "") {
		n.choices, n.codes, n.multiple = n.item.choices, n.item.codes, true
		n.kind = b.control(n, parts, Checkboxes)
	}
}

// entry makes the node of a list's entries once, so that they may hold their own kind.
func (b *builder) entry(key *jsonschema.Schema, parts []part) *node {
	if n := b.items[key]; n != nil {
		return n
	}
	n := &node{}
	b.items[key] = n
	*n = *b.node(parts, nil)
	return n
}

// question makes a question of one answer.
func (b *builder) question(n *node, parts []part) {
	at := parts[0].sch.Location
	b.limits(n, binding(parts))
	for _, p := range parts {
		if list := str(p.raw, "x-codes"); list != "" && n.codes == "" {
			b.codes(n, list, p.sch.Location+"/x-codes")
		}
		if s := str(p.raw, "x-not-before"); s != "" {
			if pl, ok := b.place(p.sch.Location+"/x-not-before", s); ok {
				n.notBefore = &pl
			}
		}
		if s := str(p.raw, "x-not-after"); s != "" {
			if pl, ok := b.place(p.sch.Location+"/x-not-after", s); ok {
				n.notAfter = &pl
			}
		}
		if m, ok := p.raw["x-stop"].(map[string]any); ok && n.stop == nil {
			n.stop = &stop{m["value"], pair(m, "message", "message_en")}
			if n.stop.message.zh == "" || n.stop.value == nil {
				b.fault(p.sch.Location+"/x-stop", "bad-keyword", "expected value and message")
			}
		}
		if p.sch.ContentEncoding != "" || n.format == "data-url" {
			b.fault(at, "unsupported", "files are materials, not answers; expected a field without file content")
		}
	}
	if n.choices == nil {
		for _, p := range binding(parts) {
			if cs, ok := b.choicesOf(p); ok && (n.choices == nil || len(cs) < len(n.choices)) {
				n.choices = cs
			}
		}
		// A choice is absent when it is not made: null needs no option.
		n.choices = slices.DeleteFunc(n.choices, func(c choice) bool { return c.value == nil })
	}
	n.kind = b.control(n, parts, b.natural(n, parts))
}

// natural is the control a question gets when nothing else is said.
func (b *builder) natural(n *node, parts []part) Kind {
	switch {
	case n.typ == "boolean" && len(n.choices) == 1 && n.choices[0].value == true:
		return Confirm
	case n.typ == "boolean":
		if len(n.choices) < 2 {
			n.choices = []choice{{value: true, label: words{"是", "Yes"}}, {value: false, label: words{"否", "No"}}}
		}
		return YesNo
	case len(n.choices) > 15:
		return Autocomplete
	case len(n.choices) > 6:
		return Select
	case len(n.choices) > 0 || n.codes != "":
		return Radios
	case n.digits > 0 && strings.HasSuffix(n.unit.zh, "元"):
		return Money
	case n.typ == "number", n.typ == "integer":
		return Number
	case n.format == "date":
		return Date
	case n.format == "year-month":
		return Month
	case n.maxLength > 200:
		return TextArea
	}
	return Text
}

// control is the natural one or, where it can hold the same answers, that of x-widget.
func (b *builder) control(n *node, parts []part, natural Kind) Kind {
	widget, at := "", ""
	for _, p := range parts {
		if w := str(p.raw, "x-widget"); w != "" && widget == "" {
			widget, at = w, p.sch.Location+"/x-widget"
		}
	}
	if n.multiple && len(n.choices) > 15 {
		natural = Autocomplete
	}
	choices := []Kind{Radios, Select, Autocomplete}
	switch k := Kind(widget); {
	case k == "":
	case k == natural, k == Output, k == Hidden:
		return k
	case k == TextArea && natural == Text, k == Text && natural == TextArea, k == Money && natural == Number:
		return k
	case n.multiple && slices.Contains([]Kind{Checkboxes, Select, Autocomplete}, k):
		return k
	case !n.multiple && slices.Contains(choices, natural) && slices.Contains(choices, k):
		return k
	default:
		b.fault(at, "bad-keyword", "a field shown as %s cannot be shown as %q", natural, widget)
	}
	return natural
}

// limits takes the tightest bounds, for the control's attributes and the messages.
func (b *builder) limits(n *node, parts []part) {
	for _, p := range parts {
		s := p.sch
		if s.MaxLength >= 0 && (n.maxLength == 0 || s.MaxLength < n.maxLength) {
			n.maxLength = s.MaxLength
		}
		n.minLength = max(n.minLength, s.MinLength)
		lower := func(r *big.Rat, open bool) {
			if r != nil && (n.min == nil || r.Cmp(n.min) > 0) {
				n.min, n.minOpen = r, open
			}
		}
		upper := func(r *big.Rat, open bool) {
			if r != nil && (n.max == nil || r.Cmp(n.max) < 0) {
				n.max, n.maxOpen = r, open
			}
		}
		lower(s.Minimum, false)
		lower(s.ExclusiveMinimum, true)
		upper(s.Maximum, false)
		upper(s.ExclusiveMaximum, true)
		if s.MultipleOf != nil && n.step == nil {
			n.step = s.MultipleOf
		}
		if digits, scale, ok := precision(s.Format); ok {
			n.digits, n.scale = digits, scale
			if n.typ != "number" && n.typ != "integer" {
				b.fault(s.Location+"/format", "bad-keyword", "%s is a format of numbers, found type %s", s.Format, n.typ)
			}
		} else if strings.HasPrefix(s.Format, "decimal(") {
			b.fault(s.Location+"/format", "bad-keyword", "expected decimal(digits,digits after the point), found %q", s.Format)
		}
	}
}

// choicesOf reads the values to choose from, with their labels.
func (b *builder) choicesOf(p part) ([]choice, bool) {
	for _, branches := range [][]*jsonschema.Schema{p.sch.OneOf, p.sch.AnyOf} {
		branches = slices.DeleteFunc(slices.Clone(branches), isNull)
		if cs, ok := b.constants(branches); ok {
			return cs, true
		}
	}
	values, ok := values(p.sch)
	if !ok {
		if l, told := p.raw["enum"].([]any); told && len(l) == 0 {
			b.fault(p.sch.Location+"/enum", "bad-schema", "an enum without values can never be answered")
		}
		return nil, false
	}
	zh, en := list(p.raw, "x-enum-names"), list(p.raw, "x-enum-names-en")
	if zh == nil {
		zh = list(p.raw, "enumNames")
	}
	for _, key := range []string{"x-enum-names", "x-enum-names-en"} {
		if l := list(p.raw, key); l != nil && len(l) != len(values) {
			b.fault(p.sch.Location+"/"+key, "bad-keyword", "found %d names for %d values", len(l), len(values))
		}
	}
	out := make([]choice, len(values))
	for i, v := range values {
		out[i] = choice{value: v, label: words{zh: plain(v)}}
		if i < len(zh) {
			out[i].label.zh = plain(zh[i])
		}
		if i < len(en) {
			out[i].label.en = plain(en[i])
		}
	}
	return out, true
}

// codes takes the choices from a code list.
func (b *builder) codes(n *node, list, location string) {
	var codes []Code
	found := false
	if b.opt.Codes != nil {
		codes, found = b.opt.Codes(list)
	}
	if !found {
		b.fault(location, "unknown-codes", "no code list %q", list)
		return
	}
	if n.typ != "string" {
		b.fault(location, "bad-keyword", "codes are texts; expected type string, found %s", n.typ)
	}
	n.codes = list
	at := map[string]int{}
	for _, c := range codes {
		i, known := at[c.Code]
		if !known {
			i = len(n.choices)
			at[c.Code] = i
			n.choices = append(n.choices, choice{value: c.Code})
		}
		// Of an entry that changed in time the last one names it.
		ch := &n.choices[i]
		ch.label, ch.parent, ch.codes = words{c.Name, c.NameEn}, c.Parent, append(ch.codes, c)
	}
}
