package definitions

import (
	"slices"
	"strconv"

	"banli/engine/flow"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
	"gopkg.in/yaml.v3"
)

// slips are the words and signs of expressions that are easily mistaken for each other.
var slips = map[string]string{
	"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&&": "||", "||": "&&", "and": "or", "or": "and",
	"+": "-", "-": "+", "all": "any", "any": "all",
}

// shown is an expression as a mutant tells it.
func shown(v value) string {
	if v.isTable() {
		return "table"
	}
	return v.text()
}

func (b *breeder) guard(v value, field string, set func(*flow.Spec, string)) {
	if v.ok() {
		b.add(v, 0, field, shown(v), "", func(s *flow.Spec) { set(s, "") })
		b.expression(v, field, set)
	}
}

// number changes a whole number by one, but not to 0.
func (b *breeder) number(at value, field string, n int, set func(*flow.Spec, int)) {
	for _, k := range []int{n - 1, n + 1} {
		if k > 0 {
			b.add(at, 0, field, strconv.Itoa(n), strconv.Itoa(k), func(s *flow.Spec) { set(s, k) })
		}
	}
}

// amount changes a number of units by one, and what stands inside of it.
func (b *breeder) amount(v value, field string, set func(*flow.Spec, string)) {
	src := v.expression()
	if src == "" {
		return
	}
	if n, err := strconv.Atoi(src); err == nil {
		for _, k := range []int{n - 1, n + 1} {
			b.add(v, 0, field, src, strconv.Itoa(k), func(s *flow.Spec) { set(s, strconv.Itoa(k)) })
		}
		return
	}
	whole, text, simple := src, shown(v), len(tokens(src)) <= 3 // one name
	if !simple {
		whole, text = "("+whole+")", "("+text+")"
	}
	for _, by := range []string{" - 1", " + 1"} {
		b.add(v, 0, field, shown(v), text+by, func(s *flow.Spec) { set(s, whole+by) })
	}
	if !simple {
		b.expression(v, field, set)
	}
}

// expression changes what stands at v: each row and cell of a decision table, or the expression.
func (b *breeder) expression(v value, field string, set func(*flow.Spec, string)) {
	if !v.isTable() {
		b.slip(v, field, set)
		return
	}
	rows := v.rows()
	put := func(s *flow.Spec, rows []row) {
		text, _ := chain(rows)
		set(s, text)
	}
	for i, r := range rows {
		first, condition := r.when, r.when.text()
		if !first.ok() {
			first, condition = r.then, "otherwise"
		}
		if len(rows) > 1 {
			b.add(first, 0, "row", condition+" → "+r.then.text(), "", func(s *flow.Spec) { put(s, dropped(rows, i)) })
		}
		b.cell(r.when, field, func(s *flow.Spec, x string) { put(s, exchanged(rows, i, row{when: scalar(x), then: r.then})) })
		b.cell(r.then, field, func(s *flow.Spec, x string) { put(s, exchanged(rows, i, row{when: r.when, then: scalar(x)})) })
	}
}

// cell changes one cell of a table. A value written out is turned round, or changed by one.
func (b *breeder) cell(v value, field string, set func(*flow.Spec, string)) {
	if other := map[string]string{"true": "false", "false": "true"}[v.text()]; other != "" {
		b.add(v, 0, field, v.text(), other, func(s *flow.Spec) { set(s, other) })
		return
	}
	b.slip(v, field, set)
}

func scalar(text string) value { return value{n: &yaml.Node{Kind: yaml.ScalarNode, Value: text}} }

// slip changes each number and parameter of an expression by one, each sign to the one next to it, and each reading a
// policy is compared with to its others.
func (b *breeder) slip(v value, field string, set func(*flow.Spec, string)) {
	text, list := []rune(v.text()), tokens(v.text())
	change := func(from, to int, by string) {
		whole := string(text[:from]) + by + string(text[to:])
		left, right := excerpt(list, from, to)
		b.add(v, from, field, string(text[left:right]), string(text[left:from])+by+string(text[to:right]), func(s *flow.Spec) { set(s, whole) })
	}
	for i, t := range list {
		word := string(text[t.From:t.To])
		switch {
		case t.Kind == lexer.Number:
			if n, err := strconv.Atoi(word); err == nil {
				change(t.From, t.To, strconv.Itoa(n-1))
				change(t.From, t.To, strconv.Itoa(n+1))
			}
		case word == "param" && i+2 < len(list):
			end := list[i+2].To
			change(t.From, end, "("+string(text[t.From:end])+" - 1)")
			change(t.From, end, "("+string(text[t.From:end])+" + 1)")
		case t.Kind == lexer.String && i >= 4 && list[i-1].Is(lexer.Operator, "==", "!=") && list[i-4].Value == "policy":
			for _, other := range b.policies[list[i-2].Value] {
				if other != t.Value {
					change(t.From, t.To, strconv.Quote(other))
				}
			}
		case t.Kind != lexer.String && slips[word] != "":
			change(t.From, t.To, slips[word])
		}
	}
}

// tokens are the words and signs of an expression that compiled.
func tokens(src string) (list []lexer.Token) {
	l := lexer.New()
	l.Reset(file.NewSource(src))
	for {
		t, err := l.Next()
		if err != nil || t.Is(lexer.EOF) {
			return list
		}
		list = append(list, t)
	}
}

// excerpt is the stretch of an expression to show for a change: with the names or numbers on both sides.
func excerpt(list []lexer.Token, from, to int) (left, right int) {
	part := func(t lexer.Token) bool {
		return t.Kind == lexer.Identifier || t.Kind == lexer.Number || t.Kind == lexer.String || t.Is(lexer.Operator, ".")
	}
	first := slices.IndexFunc(list, func(t lexer.Token) bool { return t.From >= from })
	last := first
	for last+1 < len(list) && list[last+1].From < to {
		last++
	}
	for first > 0 && part(list[first-1]) {
		first--
	}
	for last+1 < len(list) && part(list[last+1]) {
		last++
	}
	if first > 0 && part(list[first]) && list[first-1].Kind == lexer.Operator { // of a sum or comparison, its first half too
		for first--; first > 0 && part(list[first-1]); first-- {
		}
	}
	return list[first].From, list[last].To
}
