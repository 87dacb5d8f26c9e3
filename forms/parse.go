package forms

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// posted is the tree of what was posted, by the tokens of the names.
type posted struct {
	values   []string
	children map[string]*posted
	row      bool // a row that stays although nothing in it is answered
	gone     bool // a row taken away
	blank    *string
}

// Parse reads posted values. What cannot be read as its type is kept as typed,
// for Check to name. Names that are no question's are ignored, and so are
// read-only fields: [Form.Merge] brings their answers back.
//
// The buttons _add (value: pointer of a list) and _remove (value: pointer of a
// row) are carried out. _row and _empty are the hidden inputs of a [View].
func (f *Form) Parse(values map[string][]string) Result {
	top := &posted{}
	for name, vs := range values {
		if path, ok := tokens(name); ok && name != "" {
			top.at(path, true).values = vs
		}
	}
	for _, ptr := range values["_row"] {
		if path, ok := f.rowPath(ptr); ok {
			top.at(path, true).row = true
		}
	}
	for _, mark := range values["_empty"] {
		blank, ptr, _ := strings.Cut(mark, " ")
		if path, ok := tokens(ptr); ok && slices.Contains([]string{"null", `""`, "[]", "{}", "false"}, blank) {
			top.at(path, true).blank = &blank
		}
	}
	r := Result{}
	for _, ptr := range values["_add"] {
		if focus, ok := f.addRow(top, ptr); ok {
			r.Changed, r.Focus = true, focus
		}
	}
	for _, ptr := range values["_remove"] {
		if focus, ok := f.removeRow(top, ptr); ok {
			r.Changed, r.Focus = true, focus
		}
	}
	r.Answers, _ = f.root.parse(top).(map[string]any)
	if r.Answers == nil {
		r.Answers = map[string]any{}
	}
	return r
}

// at walks down, making what is missing when asked to.
func (p *posted) at(path []string, grow bool) *posted {
	for _, t := range path {
		next := p.children[t]
		if next == nil {
			if !grow {
				return nil
			}
			if p.children == nil {
				p.children = map[string]*posted{}
			}
			next = &posted{}
			p.children[t] = next
		}
		p = next
	}
	return p
}

// rowPath reads a pointer to a row of a list.
func (f *Form) rowPath(ptr string) ([]string, bool) {
	path, ok := tokens(ptr)
	if !ok || len(path) < 2 {
		return nil, false
	}
	list, depth := f.root.find(path[:len(path)-1])
	_, isIndex := index(path[len(path)-1])
	return path, isIndex && depth == len(path)-1 && list.kind == Rows
}

func (f *Form) addRow(top *posted, ptr string) (focus string, ok bool) {
	path, ok := tokens(ptr)
	list, depth := f.root.find(path)
	if !ok || depth < len(path) || list.kind != Rows || list.item == nil {
		return "", false
	}
	at := top.at(path, true)
	next, count := len(list.prefix), len(list.prefix)
	for _, i := range at.indexes() {
		if i >= len(list.prefix) {
			next = i + 1
			count++ // rows are drawn without the gaps their numbers may have
		}
	}
	at.at(row(nil, next), true).row = true
	return pointer(row(path, count)), true
}

func (f *Form) removeRow(top *posted, ptr string) (focus string, ok bool) {
	path, ok := f.rowPath(ptr)
	if !ok {
		return "", false
	}
	list := path[:len(path)-1]
	n, _ := f.root.find(list)
	i, _ := index(path[len(path)-1])
	at := top.at(path, false)
	if at == nil || i < len(n.prefix) {
		return "", false
	}
	at.gone = true
	place := len(n.prefix)
	follows := false
	for _, other := range top.at(list, false).indexes() {
		follows = follows || other > i
		if len(n.prefix) <= other && other < i {
			place++
		}
	}
	if follows {
		return pointer(row(list, place)), true
	}
	return pointer(list), true
}

// indexes lists the rows posted and not taken away, in order.
func (p *posted) indexes() (out []int) {
	for t, c := range p.children {
		if i, ok := index(t); ok && !c.gone {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

// parse reads the answer of a node; nil when there is none.
func (n *node) parse(p *posted) any {
	if p == nil {
		return nil
	}
	v, given := n.read(p)
	if given {
		return v
	}
	return nil
}

func (n *node) read(p *posted) (any, bool) {
	var v any
	switch n.kind {
	case Group:
		m := map[string]any{}
		for _, pr := range n.props {
			if c := p.children[pr.name]; c != nil {
				if e, ok := pr.node.read(c); ok {
					m[pr.name] = e
				}
			}
		}
		v = m
	case Rows:
		v = n.readRows(p)
	case Output:
		return nil, false
	default:
		if n.readOnly {
			return nil, false
		}
		v = n.answer(p.values)
	}
	if !empty(v) || v != nil && n.kind == Group && p.row {
		return v, true
	}
	if p.blank != nil && n.allows(*p.blank) {
		var blank any
		// The marks are the five fixed texts that Parse let through.
		_ = json.Unmarshal([]byte(*p.blank), &blank)
		return blank, true
	}
	return nil, false
}

// allows tells whether a mark can be of this node: what it stands for says nothing
// in a control of this kind.
func (n *node) allows(blank string) bool {
	switch blank {
	case "{}":
		return n.kind == Group
	case "[]":
		return n.kind == Rows || n.multiple
	case "false":
		return n.kind == Confirm
	}
	return n.leaf()
}

func (n *node) readRows(p *posted) any {
	list := []any{}
	for _, i := range p.indexes() {
		entry := n.entry(i)
		if entry == nil {
			continue
		}
		c := p.children[strconv.Itoa(i)]
		v, given := entry.read(c)
		switch {
		case !given && !c.row:
			continue
		case !given && entry.kind == Group:
			v = map[string]any{}
		case !given && entry.kind == Rows:
			v = []any{}
		}
		for len(list) < min(i, len(n.prefix)) {
			list = append(list, nil)
		}
		list = append(list, v)
	}
	return list
}

// answer reads what a control sent.
func (n *node) answer(values []string) any {
	if n.typ == "array" {
		var list []any
		for _, s := range values {
			if v := n.value(s); !empty(v) && !slices.ContainsFunc(list, func(w any) bool { return equal(v, w) }) {
				list = append(list, v)
			}
		}
		return list
	}
	if len(values) == 0 {
		return nil
	}
	return n.value(values[len(values)-1])
}

// value reads one text.
func (n *node) value(s string) any {
	s = strings.ReplaceAll(strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD")), "\r\n", "\n")
	if s == "" {
		return nil
	}
	for _, c := range n.choices {
		if n.posted(c.value) == s {
			return c.value
		}
	}
	if n.kind == Confirm {
		return nil // only the tick is an answer
	}
	switch n.typ {
	case "boolean":
		switch s {
		case "true", "on", "1":
			return true
		case "false", "0":
			return false
		}
	case "number", "integer":
		if num, ok := readNumber(s); ok {
			return num
		}
	case "string":
		return readDate(n.format, compact(n.format, s))
	}
	return s
}
