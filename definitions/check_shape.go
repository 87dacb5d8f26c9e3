package definitions

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// shapePass compares a value with its schema and reports every difference. It says whether what is there can be
// relied on: an unknown field does no harm, a wrong type does.
type shapePass struct {
	report func(v value, key bool, code, message, hint string)
	broken bool
}

func (p *shapePass) fault(v value, code, message, hint string) {
	p.report(v, false, code, message, hint)
	p.broken = true
}

func (p *shapePass) check(v value, s *shape) {
	if s.target != nil {
		p.check(v, s.target)
		if s.Type == nil {
			return
		}
	}
	if v.n.Kind == yaml.AliasNode || v.n.Anchor != "" {
		p.fault(v, "alias", "found an anchor or alias (& or *), which is not read", "write the value out")
		return
	}
	if isNull(v.n) {
		if !s.may("null") {
			p.fault(v, "missing-value", "found nothing, expected "+s.words(), "give a value or leave the field out")
		}
		return
	}
	switch v.n.Kind {
	case yaml.MappingNode:
		if !s.may("object") {
			p.fault(v, "wrong-type", "found a block of fields, expected "+s.words(), "")
			return
		}
		p.fields(v, s)
	case yaml.SequenceNode:
		if !s.may("array") {
			p.fault(v, "wrong-type", "found a list, expected "+s.words(), "")
			return
		}
		if len(v.n.Content) < s.MinItems {
			p.fault(v, "missing-value", fmt.Sprintf("found a list of %d, expected at least %d", len(v.n.Content), s.MinItems), "")
		}
		for _, n := range v.n.Content {
			e := value{n}
			if s.Items != nil {
				p.check(e, s.Items)
			} else {
				p.free(e)
			}
		}
	default:
		p.scalar(v, s)
	}
}

func (p *shapePass) fields(v value, s *shape) {
	var seen keys
	for i := 0; i+1 < len(v.n.Content); i += 2 {
		k, field := v.n.Content[i], value{v.n.Content[i+1]}
		key := value{k}
		if k.Kind != yaml.ScalarNode {
			p.fault(key, "wrong-type", "found a list or a block as the name of a field, expected text", "")
			continue
		}
		if first := seen.add(v.n, i); first != nil {
			p.report(key, true, "duplicate-key", fmt.Sprintf("field %q is there twice, first in line %d", k.Value, first.Line), "keep one of them")
			continue
		}
		if s.Names != nil {
			p.check(key, s.Names)
		}
		switch known := s.Properties[k.Value]; {
		case known != nil:
			p.check(field, known)
		case s.Additional == nil || s.Additional.allowed && s.Additional.of == nil:
			p.free(field)
		case s.Additional.of != nil:
			p.check(field, s.Additional.of)
		default:
			hint := nearest(k.Value, sortedKeys(s.Properties))
			if strings.ContainsAny(k.Value, "()<>=&|") {
				hint = "put the expression before it in quotes: inside { } a comma ends a value"
			}
			p.report(key, true, "unknown-field", fmt.Sprintf("unknown field %q in %s", k.Value, s.words()), hint)
		}
	}
	for _, r := range s.Required {
		if v.get(r).n == nil {
			p.fault(v, "missing-field", fmt.Sprintf("field %q is missing in %s", r, s.words()), "")
		}
	}
	if len(v.n.Content)/2 < s.MinProps {
		p.fault(v, "missing-value", "found an empty block, expected "+s.words(), "")
	}
}

// keys finds names that stand twice.
type keys map[string]*yaml.Node

// add notes the key at a place of a block, and gives the first of its name. In a small block looking back is faster.
func (k *keys) add(block *yaml.Node, i int) (first *yaml.Node) {
	name := block.Content[i]
	if len(block.Content) <= 64 {
		for j := 0; j < i; j += 2 {
			if c := block.Content[j]; c.Value == name.Value && c.Kind == yaml.ScalarNode {
				return c
			}
		}
		return nil
	}
	if *k == nil {
		*k = make(keys, len(block.Content)/2)
	}
	if first = (*k)[name.Value]; first == nil {
		(*k)[name.Value] = name
	}
	return first
}

// free looks at values without a schema of their own for what no YAML of ours may have.
func (p *shapePass) free(v value) {
	p.check(v, &anyShape)
}

var anyShape = shape{Type: names{"object", "array", "string", "null"}}

func (p *shapePass) scalar(v value, s *shape) {
	text := v.n.Value
	switch plainScalar := v.n.Style == 0; {
	case plainScalar && wholeNumber.MatchString(text) && s.may("integer"):
		p.bounds(v, s)
		return
	case plainScalar && (text == "true" || text == "false") && s.may("boolean"):
	case !s.may("string"):
		hint := ""
		if digits := strings.TrimLeft(text, "0"); s.may("integer") && wholeNumber.MatchString(digits) {
			hint = "write " + digits + " without quotes or leading zeros"
		}
		p.fault(v, "wrong-type", fmt.Sprintf("found %s, expected %s", quote(text), s.words()), hint)
		return
	}
	switch {
	case s.Const != "" && text != s.Const:
		p.fault(v, "wrong-value", fmt.Sprintf("found %s, expected %q", quote(text), s.Const), "")
	case len(s.Enum) > 0 && !slices.Contains(s.Enum, text):
		p.fault(v, "wrong-value", fmt.Sprintf("found %s, expected one of %s", quote(text), strings.Join(s.Enum, ", ")), didYouMean(text, s.Enum))
	case s.Pattern != nil && !s.Pattern.MatchString(text):
		p.fault(v, "wrong-value", fmt.Sprintf("found %s, expected %s", quote(text), s.words()), "")
	case utf8.RuneCountInString(text) < s.MinLength:
		p.fault(v, "missing-value", "found empty text, expected "+s.words(), "")
	}
}

func (p *shapePass) bounds(v value, s *shape) {
	n := v.integer()
	if s.Minimum != nil && n < *s.Minimum {
		p.fault(v, "out-of-bounds", fmt.Sprintf("found %d, expected %d or more", n, *s.Minimum), "")
	}
	if s.Maximum != nil && n > *s.Maximum {
		p.fault(v, "out-of-bounds", fmt.Sprintf("found %d, expected %d or less", n, *s.Maximum), "")
	}
}

// quote shows text as found, cut where it is long.
func quote(s string) string { return strconv.Quote(shortened(s)) }

func shortened(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return s
}
