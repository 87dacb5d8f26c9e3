package definitions

import (
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// A decision table stands wherever an expression may:
//
//	limit:
//	  table:
//	    - {when: item.kind == "ratification", then: 20}
//	    - {when: item.kind == "permit", then: 10}
//	  otherwise: 5
//
// The first row whose condition holds gives the value. It is compiled as the one expression it means,
// (condition) ? (value) : …, so that replay, types and explanations know nothing of tables; what goes wrong in it is
// moved to the cell it stands in.

// row is one row of a decision table; of the last one, otherwise, there is no when.
type row struct{ when, then, source value }

// isTable says whether the value is a decision table.
func (v value) isTable() bool {
	return v.n != nil && v.n.Kind == yaml.MappingNode && v.get("table").ok()
}

// rows are the rows of a decision table, with otherwise where there is one.
func (v value) rows() (list []row) {
	for _, r := range v.get("table").list() {
		list = append(list, row{r.get("when"), r.get("then"), r.get("source")})
	}
	if o := v.get("otherwise"); o.ok() {
		list = append(list, row{then: o})
	}
	return list
}

// expression is the text of an expression: as written, or what a decision table means.
func (v value) expression() string {
	if !v.isTable() {
		return v.text()
	}
	text, _ := chain(v.rows())
	return text
}

// cell is where a cell of a table stands in the text of its expression, in characters.
type cell struct {
	value
	from int
}

// chain writes rows as one expression. A cell with a remark ends its line, so that the remark ends there, too.
func chain(rows []row) (text string, cells []cell) {
	var b strings.Builder
	length := 0
	write := func(s string) {
		b.WriteString(s)
		length += utf8.RuneCountInString(s)
	}
	put := func(before string, v value, after string) {
		write(before)
		cells = append(cells, cell{v, length})
		write(v.text())
		if strings.Contains(v.text(), "//") {
			write("\n")
		}
		write(after)
	}
	for _, r := range rows {
		if !r.when.ok() {
			put("(", r.then, ")")
			return b.String(), cells
		}
		put("(", r.when, ") ? ")
		put("(", r.then, ") : ")
	}
	write("nil") // loading proves that no case comes here
	return b.String(), cells
}

// inside finds the cell, and the character in it, of a character of a table's expression. What stands between two cells
// belongs to the next one.
func (v value) inside(offset int) (value, int) {
	if offset < 0 || !v.isTable() {
		return v, offset
	}
	_, cells := chain(v.rows())
	for i, c := range cells {
		if end := c.from + utf8.RuneCountInString(c.text()); offset <= end || i == len(cells)-1 {
			return c.value, min(max(offset-c.from, 0), end-c.from)
		}
	}
	return v, -1
}

// walkTables calls do for every decision table below v.
func (v value) walkTables(do func(value)) {
	switch {
	case v.n == nil:
	case v.isTable():
		do(v)
	case v.n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(v.n.Content); i += 2 {
			if c := v.n.Content[i+1]; c.Kind != yaml.ScalarNode {
				value{c}.walkTables(do)
			}
		}
	case v.n.Kind == yaml.SequenceNode:
		for _, c := range v.n.Content {
			if c.Kind != yaml.ScalarNode {
				value{c}.walkTables(do)
			}
		}
	}
}
