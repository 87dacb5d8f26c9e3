package definitions

import (
	"iter"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// value is one YAML value with its place. The zero value stands for an absent one. Its readers never fail: what
// has the wrong shape was reported by the shape pass and reads as empty.
type value struct{ n *yaml.Node }

func (v value) ok() bool { return v.n != nil && !isNull(v.n) }

func (v value) get(key string) value {
	if v.n == nil || v.n.Kind != yaml.MappingNode {
		return value{}
	}
	for i := 0; i+1 < len(v.n.Content); i += 2 {
		if v.n.Content[i].Value == key {
			return value{v.n.Content[i+1]}
		}
	}
	return value{}
}

// fields yields the fields of a block in the author's order. Of a doubled key the first counts.
func (v value) fields() iter.Seq2[string, value] {
	return func(yield func(string, value) bool) {
		if v.n == nil || v.n.Kind != yaml.MappingNode {
			return
		}
		list := v.n.Content
		var seen map[string]bool // of a large block; in a small one looking back is faster
		if len(list) > 64 {
			seen = make(map[string]bool, len(list)/2)
		}
		for i := 0; i+1 < len(list); i += 2 {
			key := list[i].Value
			again := seen[key]
			for j := 0; j < i && seen == nil && !again; j += 2 {
				again = list[j].Value == key
			}
			if again {
				continue
			}
			if seen != nil {
				seen[key] = true
			}
			if !yield(key, value{v.n.Content[i+1]}) {
				return
			}
		}
	}
}

// list is the entries of a list; a single value is a list of one.
func (v value) list() []value {
	if !v.ok() {
		return nil
	}
	if v.n.Kind != yaml.SequenceNode {
		return []value{v}
	}
	out := make([]value, len(v.n.Content))
	for i, n := range v.n.Content {
		out[i] = value{n}
	}
	return out
}

// text is a scalar as written: 010 and 2018-06-13 stay what they are.
func (v value) text() string {
	if !v.ok() || v.n.Kind != yaml.ScalarNode {
		return ""
	}
	return v.n.Value
}

func (v value) texts() []string {
	var out []string
	for _, e := range v.list() {
		out = append(out, e.text())
	}
	return out
}

func (v value) integer() int {
	n, _ := strconv.Atoi(v.text())
	return n
}

func (v value) yes() bool { return v.text() == "true" }

// data is the value as JSON-like data: plain whole numbers as int, other plain numbers as float64, true and false as
// bool; dates, quoted and other text as string.
func (v value) data() any {
	if !v.ok() {
		return nil
	}
	switch v.n.Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		for k, f := range v.fields() {
			out[k] = f.data()
		}
		return out
	case yaml.SequenceNode:
		out := []any{}
		for _, e := range v.list() {
			out = append(out, e.data())
		}
		return out
	case yaml.ScalarNode:
		if v.n.Style == 0 {
			return plain(v.n.Value)
		}
		return v.n.Value
	default:
		return nil
	}
}

var (
	wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,17})$`)
	number      = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?$`)
)

func plain(s string) any {
	switch {
	case s == "true" || s == "false":
		return s == "true"
	case wholeNumber.MatchString(s):
		n, _ := strconv.Atoi(s)
		return n
	case number.MatchString(s):
		f, _ := strconv.ParseFloat(s, 64)
		return f
	}
	return s
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style == 0 && (n.Value == "" || n.Value == "~" || n.Value == "null")
}

var pointer = strings.NewReplacer("~", "~0", "/", "~1")

func escapePointer(s string) string { return pointer.Replace(s) }

// at follows a pointer from v as far as it leads. A step into a list of one that was written without the list stays.
func (v value) at(path string) value {
	if path == "" || path == "/" {
		return v
	}
	for step := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		step = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
		next := v.get(step)
		if i, err := strconv.Atoi(step); next.n == nil && err == nil && v.n != nil && v.n.Kind == yaml.SequenceNode && i >= 0 && i < len(v.n.Content) {
			next = v.list()[i]
		}
		if next.n == nil {
			if _, err := strconv.Atoi(step); err == nil && v.n != nil && v.n.Kind != yaml.SequenceNode {
				continue
			}
			return v
		}
		v = next
	}
	return v
}

// pointers are the JSON Pointers of all values below root, and of the names of fields. Only faults need them.
func pointers(root *yaml.Node) map[*yaml.Node]string {
	out := map[*yaml.Node]string{}
	var walk func(n *yaml.Node, path string)
	walk = func(n *yaml.Node, path string) {
		out[n] = path
		switch n.Kind {
		case yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				field := path + "/" + escapePointer(n.Content[i].Value)
				out[n.Content[i]] = field
				walk(n.Content[i+1], field)
			}
		case yaml.SequenceNode:
			for i, e := range n.Content {
				walk(e, path+"/"+strconv.Itoa(i))
			}
		}
	}
	walk(root, "")
	return out
}
