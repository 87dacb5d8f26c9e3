package forms

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// part is a schema that applies to a value, with the tests under which it does.
type part struct {
	sch  *jsonschema.Schema
	raw  map[string]any
	when []test
}

// builder makes nodes of schemas and collects what it cannot make one of.
type builder struct {
	docs   documents
	opt    Options
	faults Faults
	items  map[*jsonschema.Schema]*node // rows under way or done, so that a list may hold its own kind
	places []namedPlace
	count  int
}

// maxNodes bounds what references can multiply a schema to.
const maxNodes = 5000

func (b *builder) fault(location, code, format string, args ...any) {
	_, ptr, _ := strings.Cut(location, "#")
	path, _ := fragment(ptr)
	b.faults = append(b.faults, Fault{pointer(path), code, fmt.Sprintf(format, args...)})
}

func (b *builder) raw(sch *jsonschema.Schema) map[string]any {
	m, _ := b.docs.at(sch.Location).(map[string]any)
	return m
}

// node makes one node of all the schemas that apply to a value.
func (b *builder) node(parts []part, path []*jsonschema.Schema) *node {
	n := &node{maxItems: -1}
	at := parts[0].sch.Location
	if b.count++; b.count > maxNodes {
		if b.count == maxNodes+1 {
			b.fault(at, "unsupported", "more than %d fields, counting each use of a reference", maxNodes)
		}
		n.kind = Hidden
		return n
	}
	// The node's own visibility already says when its only schema applies.
	if len(parts) == 1 {
		parts[0].when = nil
	}
	b.annotate(n, parts)
	b.typeOf(n, parts)
	switch n.typ {
	case "object":
		b.group(n, parts, path)
	case "array":
		b.list(n, parts)
	default:
		b.question(n, parts)
	}
	return n
}

// annotate takes texts and hints to the reader: the nearest schema that has one gives it.
func (b *builder) annotate(n *node, parts []part) {
	for _, p := range parts {
		first(&n.title, pair(p.raw, "title", "x-title-en"))
		first(&n.hint, pair(p.raw, "description", "x-description-en"))
		first(&n.unit, pair(p.raw, "x-unit", "x-unit-en"))
		first(&n.message, pair(p.raw, "x-message", "x-message-en"))
		first(&n.sourceTitle, pair(p.raw, "x-source-title", "x-source-title-en"))
		first(&n.source, str(p.raw, "x-source"))
		first(&n.autocomplete, str(p.raw, "x-autocomplete"))
		first(&n.format, p.sch.Format)
		n.readOnly = n.readOnly || p.raw["readOnly"] == true
		if n.initial == nil {
			n.initial = p.raw["default"]
		}
		for _, k := range sortedKeys(p.raw) {
			if strings.HasPrefix(k, "x-") && !slices.Contains(keywords, k) {
				b.fault(p.sch.Location+"/"+k, "bad-keyword", "unknown keyword %s; expected one of %s", k, strings.Join(keywords, ", "))
			}
		}
	}
}

// keywords are ours; see the package comment.
var keywords = []string{
	"x-autocomplete", "x-codes", "x-description-en", "x-enum-names", "x-enum-names-en", "x-message", "x-message-en",
	"x-not-after", "x-not-before", "x-order", "x-section", "x-section-en", "x-sections", "x-show-when", "x-source",
	"x-source-title", "x-source-title-en", "x-stop", "x-sum", "x-title-en", "x-unit", "x-unit-en", "x-widget",
}

// binding drops the parts that hold only under a condition, unless all are such.
func binding(parts []part) []part {
	var always []part
	for _, p := range parts {
		if len(p.when) == 0 {
			always = append(always, p)
		}
	}
	if always == nil {
		return parts
	}
	return always
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func str(raw map[string]any, key string) string {
	s, _ := raw[key].(string)
	return s
}

func pair(raw map[string]any, zh, en string) words { return words{str(raw, zh), str(raw, en)} }

func first[T comparable](to *T, v T) {
	var zero T
	if *to == zero {
		*to = v
	}
}
