package forms

import (
	"math/big"
	"slices"
)

// node is a question, a group or a list of the compiled form. It knows nothing of
// its own place, so that a schema that refers to itself is a cycle of nodes.
type node struct {
	kind     Kind
	typ      string // string, integer, number, boolean, object, array
	nullable bool
	title    words
	hint     words
	unit     words
	format   string

	props  []*prop // of a group
	prefix []*node // of a list: its fixed first entries
	item   *node   // of a list: every further entry; nil: there is none

	codes    string // id of the code list
	choices  []choice
	multiple bool // an array chosen from choices

	source       string
	sourceTitle  words
	readOnly     bool
	autocomplete string
	message      words // what to do, in place of ours
	notBefore    *place
	notAfter     *place
	stop         *stop
	initial      any

	minLength          int
	maxLength          int // 0: no limit
	minItems, maxItems int // maxItems -1: no limit
	min, max           *big.Rat
	minOpen, maxOpen   bool // the bound itself is excluded
	step               *big.Rat
	digits, scale      int // of decimal(digits,scale); digits 0: not one
}

// prop is a named field of a group, with what decides whether it is shown and required.
type prop struct {
	name         string
	node         *node
	shown        either
	required     either
	level        int
	section      words
	sectionGiven bool
}

// words is a text in both languages.
type words struct{ zh, en string }

func (w words) in(lang string) string {
	if lang == English && w.en != "" || w.zh == "" {
		return w.en
	}
	return w.zh
}

// choice is one value to choose.
type choice struct {
	value  any
	label  words
	parent string
	codes  []Code // the entries of the code list with this value, one for each time it was in force
}

func (c choice) valid(day string) bool {
	return c.codes == nil || slices.ContainsFunc(c.codes, func(e Code) bool { return e.Valid(day) })
}

// stop is an answer that ends the form.
type stop struct {
	value   any
	message words
}

// sum says that the entries of a list add up to another answer.
type sum struct {
	rows, equals place
	tolerance    *big.Rat
}

// leaf tells a question from a group or a list.
func (n *node) leaf() bool { return n.kind != Group && n.kind != Rows }

// prop finds a field of a group.
func (n *node) prop(name string) (*prop, int) {
	for i, p := range n.props {
		if p.name == name {
			return p, i
		}
	}
	return nil, -1
}

// entry is the node of a list's i-th entry.
func (n *node) entry(i int) *node {
	if i < len(n.prefix) {
		return n.prefix[i]
	}
	return n.item
}

// find follows a path of property names and indexes as far as there are nodes,
// and says how far that was.
func (n *node) find(path []string) (last *node, depth int) {
	for i, t := range path {
		next := n.next(t)
		if next == nil {
			return n, i
		}
		n = next
	}
	return n, len(path)
}

func (n *node) next(token string) *node {
	switch n.kind {
	case Group:
		if p, _ := n.prop(token); p != nil {
			return p.node
		}
	case Rows:
		if token == "*" {
			return n.item
		}
		if i, ok := index(token); ok {
			return n.entry(i)
		}
	}
	return nil
}
