package forms

import (
	"slices"
	"strings"
)

// typeOf settles on one type besides null, told or understood from the keywords.
func (b *builder) typeOf(n *node, parts []part) {
	at := parts[0].sch.Location
	var types []string
	for _, p := range binding(parts) {
		for _, branch := range append(p.sch.AnyOf[:len(p.sch.AnyOf):len(p.sch.AnyOf)], p.sch.OneOf...) {
			n.nullable = n.nullable || isNull(branch)
		}
		own := slices.Clone(p.sch.Types)
		if slices.Contains(own, "null") {
			n.nullable = true
			own = slices.DeleteFunc(own, func(t string) bool { return t == "null" })
		}
		if slices.Contains(own, "number") {
			own = slices.DeleteFunc(own, func(t string) bool { return t == "integer" })
		}
		switch {
		case len(own) == 0:
		case types == nil:
			types = own
		default:
			types = narrow(types, own)
		}
	}
	if len(types) == 0 {
		types = b.guess(parts)
	}
	switch len(types) {
	case 1:
		n.typ = types[0]
	case 0:
		n.typ = "string"
		b.fault(at, "unsupported", "the type of this field is open; expected \"type\" to name one")
	default:
		n.typ = types[0]
		b.fault(at, "unsupported", "found the types %s; expected one, or one and null", strings.Join(types, ", "))
	}
}

// narrow keeps the types both lists allow; an integer is also a number.
func narrow(a, b []string) (both []string) {
	for _, t := range a {
		switch {
		case slices.Contains(b, t):
			both = append(both, t)
		case t == "number" && slices.Contains(b, "integer"), t == "integer" && slices.Contains(b, "number"):
			both = append(both, "integer")
		}
	}
	return both
}

// guess understands a type that is not told.
func (b *builder) guess(parts []part) []string {
	kinds := map[string]bool{}
	for _, p := range binding(parts) {
		if cs, ok := b.choicesOf(p); ok {
			for _, c := range cs {
				kinds[typeOfValue(c.value)] = true
			}
		}
		for _, k := range sortedKeys(p.raw) {
			switch k {
			case "properties", "required", "x-order", "minProperties", "maxProperties":
				kinds["object"] = true
			case "items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains":
				kinds["array"] = true
			case "minLength", "maxLength", "pattern", "x-codes":
				kinds["string"] = true
			case "format":
				if _, _, ok := precision(p.sch.Format); ok {
					kinds["number"] = true
				} else {
					kinds["string"] = true
				}
			case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
				kinds["number"] = true
			}
		}
	}
	delete(kinds, "null")
	return sortedKeys(kinds)
}

func typeOfValue(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return "number"
}
