package forms

import (
	"math/big"
	"strconv"
)

// tableColumns is how many fields a row of a table may have; longer rows are
// drawn one under the other, and so are rows with fields that come and go.
const tableColumns = 5

// rows draws a list: its fixed first entries as fields, every further one as a row.
func (l *layout) rows(fv *FieldView, n *node, path []string, v any, given, shown bool) {
	entries, isList := v.([]any)
	if given && isList && len(entries) == 0 {
		l.mark("_empty", "[] "+fv.Pointer)
	}
	for i, fixed := range n.prefix {
		var e any
		if i < len(entries) {
			e = entries[i]
			l.mark("_row", pointer(row(path, i)))
		}
		field := l.field(fixed, row(path, i), e, i < len(entries), shown, false)
		if fixed.title == (words{}) {
			field.Label = say(l.ctx.Lang, "row", "n", strconv.Itoa(i+1))
		}
		fv.Fields = append(fv.Fields, field)
	}
	if n.item == nil {
		return
	}
	for i := len(n.prefix); i < len(entries); i++ {
		at := row(path, i)
		number := strconv.Itoa(i + 1)
		r := RowView{Pointer: pointer(at), ID: htmlID("r", at), Label: say(l.ctx.Lang, "row", "n", number)}
		l.mark("_row", r.Pointer)
		if n.item.kind == Group {
			m, isMap := entries[i].(map[string]any)
			if !isMap {
				m = map[string]any{}
			}
			for _, p := range n.item.props {
				r.Fields = append(r.Fields, l.prop(p, at, m, shown, true))
			}
			if p, ok := l.problems[r.Pointer]; ok && shown {
				first(&fv.Problem, p.Message(l.ctx.Lang))
				l.focus[r.Pointer] = r.ID
			}
		} else {
			field := l.field(n.item, at, entries[i], true, shown, false)
			if n.item.title == (words{}) {
				field.Label = fv.Label
			}
			r.Fields = []FieldView{field}
		}
		if len(entries) > n.minItems {
			r.RemoveName, r.RemoveValue = "_remove", r.Pointer
			r.RemoveLabel = say(l.ctx.Lang, "row.remove", "n", number)
		}
		fv.Rows = append(fv.Rows, r)
	}
	l.columns(fv, n, path)
	if n.maxItems < 0 || len(entries) < n.maxItems {
		fv.AddName, fv.AddValue, fv.AddID = "_add", fv.Pointer, htmlID("a", path)
	}
}

// columns heads the table and adds up what x-sum names.
func (l *layout) columns(fv *FieldView, n *node, path []string) {
	lang := l.ctx.Lang
	if n.item.kind != Group {
		label := n.item.title.in(lang)
		if label == "" {
			label = fv.Label
		}
		fv.Columns = []Column{{Label: label, Unit: n.item.unit.in(lang), Numeric: n.item.numeric()}}
		fv.Table = n.item.leaf()
		return
	}
	fv.Table = len(n.item.props) <= tableColumns
	for _, p := range n.item.props {
		c := Column{Label: p.node.title.in(lang), Unit: p.node.unit.in(lang), Numeric: p.node.numeric()}
		fv.Table = fv.Table && p.node.leaf() && p.shown.always()
		for _, s := range l.f.sums {
			at := s.rows.from(path)
			if pointer(at[:len(at)-2]) == fv.Pointer && at[len(at)-1] == p.name {
				c.Total = p.node.inWords(plainNumber(total(l.live, at)), lang)
				fv.Totals = append(fv.Totals, Total{Label: c.Label, Value: c.Total, Unit: c.Unit})
			}
		}
		fv.Columns = append(fv.Columns, c)
	}
}

func (n *node) numeric() bool { return n.typ == "number" || n.typ == "integer" }

// total adds exactly what a path with * for its rows leads to.
func total(root any, path []string) *big.Rat {
	sum := new(big.Rat)
	var walk func(v any, path []string)
	walk = func(v any, path []string) {
		for i, t := range path {
			if t == "*" {
				list, _ := v.([]any)
				for _, e := range list {
					walk(e, path[i+1:])
				}
				return
			}
			v, _ = lookup(v, path[i:i+1])
		}
		if r, ok := rat(v); ok {
			sum.Add(sum, r)
		}
	}
	walk(root, path)
	return sum
}
