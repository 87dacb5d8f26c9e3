package forms

import (
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// problem makes the problem of a field, naming the field and the row it is in.
func (f *Form) problem(path []string, code string, params ...string) Problem {
	p := Problem{Pointer: pointer(path), Code: code, Params: map[string]string{}}
	for i := 0; i+1 < len(params); i += 2 {
		if params[i+1] != "" {
			p.Params[params[i]] = params[i+1]
		}
	}
	n := f.root
	for _, t := range path {
		list := n
		if n = n.next(t); n == nil {
			break
		}
		label := words{n.title.in(Chinese), n.title.in(English)}
		if list.kind == Rows {
			i, _ := index(t)
			p.Params["row"] = strconv.Itoa(i + 1)
			first(&label, words{list.title.in(Chinese), list.title.in(English)})
		}
		p.Params["label"], p.Params["label_en"] = label.zh, label.en
	}
	if len(p.Params) == 0 {
		p.Params = nil
	}
	return p
}

// problems turns what the validator found into what a person is to do.
func (c *checker) problems(ve *jsonschema.ValidationError) (out []Problem) {
	keyword := c.keyword(ve)
	switch keyword {
	case "anyOf", "oneOf":
		return c.branches(ve)
	case "contains", "minContains", "maxContains", "not":
		return c.leaf(ve, keyword)
	}
	for _, cause := range ve.Causes {
		out = append(out, c.problems(cause)...)
	}
	if len(ve.Causes) == 0 {
		out = c.leaf(ve, keyword)
	}
	return out
}

// keyword tells which keyword failed.
func (c *checker) keyword(ve *jsonschema.ValidationError) string {
	_, ptr, _ := strings.Cut(ve.AbsoluteKeywordLocation, "#")
	path, ok := fragment(ptr)
	if !ok || len(path) == 0 {
		return ""
	}
	if k := len(path) - 3; k >= 0 && (path[k] == "dependentRequired" || path[k] == "dependencies") {
		return "dependentRequired"
	}
	return path[len(path)-1]
}

// branches explains a choice between schemas by the branch the answers come nearest to.
func (c *checker) branches(ve *jsonschema.ValidationError) []Problem {
	var best []Problem
	score := 1 << 30
	for _, cause := range ve.Causes {
		ps := c.problems(cause)
		s := len(ps)
		for _, p := range ps {
			switch p.Code {
			case "choose", "number", "integer", "text", "yesno":
				s += 100
			}
		}
		if s < score {
			best, score = ps, s
		}
	}
	if score < 100 {
		return best
	}
	path, _ := fragment(ve.InstanceLocation)
	n, depth := c.f.root.find(path)
	path = path[:depth]
	if n.leaf() {
		return []Problem{c.wrongType(n, path, "choose")}
	}
	return []Problem{c.f.problem(path, "follow", "message", n.message.zh, "message_en", n.message.en)}
}

// leaf makes the problem of one failed keyword.
func (c *checker) leaf(ve *jsonschema.ValidationError, keyword string) []Problem {
	full, ok := fragment(ve.InstanceLocation)
	if !ok {
		return []Problem{c.f.problem(nil, "form")}
	}
	n, depth := c.f.root.find(full)
	path := full[:depth]
	if depth < len(full) && n.kind == Group {
		return []Problem{c.f.problem(path, "unknown", "name", full[depth])}
	}
	if depth < len(full) && keyword != "enum" && keyword != "const" && n.leaf() {
		keyword = "enum" // an entry of a question with several answers
	}
	switch keyword {
	case "required":
		return c.missing(ve, full)
	case "dependentRequired":
		return c.missingAfter(ve, full)
	case "additionalProperties", "unevaluatedProperties", "":
		return c.unknown(path, n, full)
	case "type":
		return []Problem{c.wrongType(n, path, "follow")}
	case "enum", "const":
		if n.kind == Confirm {
			return []Problem{c.f.problem(path, "required", "kind", "confirm")}
		}
		return []Problem{c.f.problem(path, "choose")}
	case "minLength", "maxLength":
		return []Problem{c.length(n, path, keyword)}
	case "minItems", "maxItems", "uniqueItems":
		return []Problem{c.entries(n, path, keyword)}
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
		return []Problem{c.number(n, path)}
	case "format":
		return []Problem{c.format(n, path)}
	}
	return []Problem{c.f.problem(path, "follow", "message", n.message.zh, "message_en", n.message.en)}
}

// missing asks for the required answers that are not there.
func (c *checker) missing(ve *jsonschema.ValidationError, path []string) (out []Problem) {
	names, _ := c.f.docs.at(ve.AbsoluteKeywordLocation).([]any)
	v, _ := lookup(c.live, path)
	m, _ := v.(map[string]any)
	for _, name := range names {
		name, _ := name.(string)
		if _, ok := m[name]; !ok {
			out = append(out, c.required(path, name)...)
		}
	}
	return out
}

func (c *checker) missingAfter(ve *jsonschema.ValidationError, path []string) []Problem {
	name, _ := c.f.docs.at(ve.AbsoluteKeywordLocation).(string)
	return c.required(path, name)
}

// required asks for an answer in the words its control suggests. A group is
// answered by what is required in it.
func (c *checker) required(path []string, name string) (out []Problem) {
	n, depth := c.f.root.find(path)
	p, _ := n.prop(name)
	if depth < len(path) || p == nil {
		return []Problem{c.f.problem(path[:depth], "lacking", "name", name)}
	}
	at := child(path, name)
	for _, inner := range p.node.props {
		if inner.required.holds(c.live, at) {
			out = append(out, c.required(at, inner.name)...)
		}
	}
	if out == nil {
		manner := p.node.manner()
		if p.node.readOnly {
			manner = "locked"
		}
		out = []Problem{c.f.problem(at, "required", "kind", manner)}
	}
	return out
}

// manner says how one answers: by writing, choosing, ticking, or adding rows.
func (n *node) manner() string {
	switch n.kind {
	case YesNo, Radios, Checkboxes, Select, Autocomplete:
		return "choose"
	case Confirm:
		return "confirm"
	case Rows:
		return "rows"
	}
	return ""
}

func (c *checker) unknown(path []string, n *node, full []string) (out []Problem) {
	v, _ := lookup(c.live, full)
	m, isMap := v.(map[string]any)
	if !isMap || n.kind != Group {
		return []Problem{c.f.problem(path, "follow", "message", n.message.zh, "message_en", n.message.en)}
	}
	for _, name := range sortedKeys(m) {
		if p, _ := n.prop(name); p == nil {
			out = append(out, c.f.problem(path, "unknown", "name", name))
		}
	}
	if out == nil {
		out = []Problem{c.f.problem(path, "form")}
	}
	return out
}

// wrongType says what an answer should have been.
func (c *checker) wrongType(n *node, path []string, otherwise string) Problem {
	v, _ := lookup(c.live, path)
	if empty(v) && n.leaf() || v == nil {
		return c.f.problem(path, "required", "kind", n.manner())
	}
	switch {
	case len(n.choices) > 0:
		return c.f.problem(path, "choose")
	case n.numeric():
		return c.number(n, path)
	case n.leaf() && n.typ == "string":
		return c.f.problem(path, "text")
	}
	return c.f.problem(path, otherwise)
}

// number describes the number that is wanted as a whole.
func (c *checker) number(n *node, path []string) Problem {
	params := []string{"unit", n.unit.in(Chinese), "unit_en", n.unit.in(English)}
	if n.min != nil {
		params = append(params, map[bool]string{false: "min", true: "above"}[n.minOpen], decimal(n.min))
	}
	if n.max != nil {
		params = append(params, map[bool]string{false: "max", true: "below"}[n.maxOpen], decimal(n.max))
	}
	switch {
	case n.step != nil && n.step.IsInt() && n.step.Num().IsInt64() && n.step.Num().Int64() == 1, n.typ == "integer" && n.step == nil:
		return c.f.problem(path, "integer", params...)
	case n.digits > 0:
		params = append(params, "scale", strconv.Itoa(n.scale))
		v, _ := lookup(c.live, path)
		if r, ok := rat(v); ok {
			if whole, _ := places(r); whole > n.digits-n.scale {
				params = append(params, "whole", strconv.Itoa(n.digits-n.scale))
			}
		}
	case n.step != nil:
		params = append(params, "step", decimal(n.step))
	}
	return c.f.problem(path, "number", params...)
}

func (c *checker) length(n *node, path []string, keyword string) Problem {
	v, _ := lookup(c.live, path)
	have := strconv.Itoa(len([]rune(plain(v))))
	if keyword == "minLength" {
		if empty(v) {
			return c.f.problem(path, "required", "kind", n.manner())
		}
		return c.f.problem(path, "min_length", "n", strconv.Itoa(n.minLength), "have", have)
	}
	return c.f.problem(path, "max_length", "n", strconv.Itoa(n.maxLength), "have", have)
}

func (c *checker) entries(n *node, path []string, keyword string) Problem {
	manner := n.manner()
	switch keyword {
	case "minItems":
		return c.f.problem(path, "min_items", "n", strconv.Itoa(n.minItems), "kind", manner)
	case "maxItems":
		return c.f.problem(path, "max_items", "n", strconv.Itoa(n.maxItems), "kind", manner)
	}
	return c.f.problem(path, "unique")
}

// format asks for what a format wants, saying which part of a code does not fit.
func (c *checker) format(n *node, path []string) Problem {
	if n.message != (words{}) {
		return c.f.problem(path, "follow", "message", n.message.zh, "message_en", n.message.en)
	}
	v, _ := lookup(c.live, path)
	s, _ := v.(string)
	code := n.format
	switch n.format {
	case "uscc":
		fault, _ := CheckUSCC(s)
		code += "." + string(fault)
	case "org-code":
		code += "." + string(CheckOrgCode(s))
	case "resident-id":
		code += "." + string(CheckResidentID(s, ""))
	case "project-code":
		code += "." + string(CheckProjectCode(s))
	case "mobile-cn", "year-month", "date", "date-time", "email", "uri":
	default:
		if n.digits > 0 {
			return c.number(n, path)
		}
		code = "follow"
	}
	return c.f.problem(path, code)
}
