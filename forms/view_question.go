package forms

import (
	"encoding/json"
	"math/big"
)

// answer fills in a question.
func (l *layout) answer(fv *FieldView, n *node, path []string, v any, given bool) {
	if given && !fv.ReadOnly && (empty(v) || n.kind == Confirm && v == false) {
		b, _ := json.Marshal(v)
		l.mark("_empty", string(b)+" "+fv.Pointer)
	}
	if !empty(v) {
		fv.Display = n.inWords(v, l.ctx.Lang)
	}
	if n.typ == "array" {
		for _, e := range asList(v) {
			fv.Values = append(fv.Values, n.posted(e))
		}
	} else {
		fv.Value = n.posted(v)
	}
	if len(n.choices) > 0 && n.kind != Confirm {
		l.options(fv, n, path, v)
	}
	fv.MaxLength = n.maxLength
	fv.Spellcheck = n.typ == "string" && n.format == "" && n.choices == nil
	switch n.kind {
	case Money, Number:
		if n.digits > 0 || n.kind == Money {
			fv.Value = grouped(fv.Value)
		}
		fv.InputMode = "decimal"
		if n.typ == "integer" {
			fv.InputMode = "numeric"
		}
	case Hidden:
		for _, value := range append(fv.Values, fv.Value) {
			if value != "" {
				l.mark(fv.Pointer, value)
			}
		}
	case Confirm:
		fv.Options = []Option{{ID: fv.ID, Value: "true", Label: fv.Label, Selected: v == true}}
	case TextArea:
		fv.Lines = min(max(n.maxLength/100, 3), 10)
	}
	if n.typ == "number" || n.typ == "integer" {
		fv.Min, fv.Max, fv.Step = n.bounds()
		fv.Width = 16
	}
	if n.notBefore != nil {
		fv.Min = l.day(n.notBefore, path)
	}
	if n.notAfter != nil {
		fv.Max = l.day(n.notAfter, path)
	}
	fv.habits(n)
}

// habits are the attributes that follow from a format.
var habits = map[string]struct {
	mode, autocomplete string
	width              int
}{
	"uscc": {"", "off", 20}, "org-code": {"", "off", 10}, "resident-id": {"", "off", 20},
	"project-code": {"", "off", 26}, "mobile-cn": {"tel", "tel", 14}, "email": {"email", "email", 30},
	"uri": {"url", "url", 0}, "date": {"", "", 14}, "year-month": {"", "", 10},
}

func (fv *FieldView) habits(n *node) {
	h, ok := habits[n.format]
	if !ok {
		if n.kind == Text && 0 < n.maxLength && n.maxLength <= 40 {
			fv.Width = n.maxLength
		}
		return
	}
	first(&fv.InputMode, h.mode)
	first(&fv.Autocomplete, h.autocomplete)
	fv.Width = h.width
}

// bounds are the attributes of a number; excluded bounds have none.
func (n *node) bounds() (lowest, highest, step string) {
	if n.min != nil && !n.minOpen {
		lowest = decimal(n.min)
	}
	if n.max != nil && !n.maxOpen {
		highest = decimal(n.max)
	}
	switch {
	case n.step != nil:
		step = decimal(n.step)
	case n.digits > 0:
		ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n.scale)), nil)
		step = decimal(new(big.Rat).SetFrac(big.NewInt(1), ten))
	case n.typ == "integer":
		step = "1"
	}
	return lowest, highest, step
}

// day is the date or month another answer gives, or today.
func (l *layout) day(p *place, path []string) string {
	if p.today {
		return l.ctx.Today
	}
	v, _ := lookup(l.live, p.from(path[:len(path)-1]))
	return plain(v)
}

// options offers the choices valid today, and any answer that is not among them.
func (l *layout) options(fv *FieldView, n *node, path []string, v any) {
	chosen := []any{v}
	if n.typ == "array" {
		chosen = asList(v)
	}
	known := make([]bool, len(chosen))
	add := func(o Option) {
		o.ID = htmlID("o"+plain(len(fv.Options)), path)
		fv.Options = append(fv.Options, o)
	}
	for _, c := range n.choices {
		selected := false
		for i, w := range chosen {
			if equal(c.value, w) {
				selected, known[i] = true, true
			}
		}
		if selected || c.valid(l.ctx.Today) {
			add(Option{Value: n.posted(c.value), Label: c.label.in(l.ctx.Lang), Parent: c.parent, Selected: selected, Unknown: selected && !c.valid(l.ctx.Today)})
		}
	}
	for i, w := range chosen {
		if !known[i] && !empty(w) {
			add(Option{Value: n.posted(w), Label: plain(w), Selected: true, Unknown: true})
		}
	}
}
