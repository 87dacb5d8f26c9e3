package forms

import (
	"github.com/santhosh-tekuri/jsonschema/v5"
)

// Form is a compiled schema. It is immutable and may be used by many goroutines.
type Form struct {
	id       string
	schema   map[string]any
	docs     documents
	sch      *jsonschema.Schema
	root     *node
	sections []section
	sums     []sum
	faults   Faults
}

// namedPlace is a pointer an author wrote, to be checked once all nodes are there.
type namedPlace struct {
	location, ptr string
	path          []string
}

// Compile turns a JSON Schema into a form, or says everything that is wrong with it as [Faults].
func Compile(id string, schema map[string]any, opt Options) (*Form, error) {
	sch, docs, faults := compileSchema(id, schema, opt, true)
	if faults != nil {
		return nil, faults
	}
	b := &builder{docs: docs, opt: opt, items: map[*jsonschema.Schema]*node{}}
	parts := b.flatten(sch, nil, nil)
	if parts == nil {
		return nil, Faults{{Code: "unsupported", Message: "expected the schema of an object"}}
	}
	f := &Form{id: id, schema: schema, docs: docs, sch: sch}
	f.root = b.node(parts, nil)
	if f.root.kind != Group {
		return nil, Faults{{Code: "unsupported", Message: "expected the schema of an object, found " + f.root.typ}}
	}
	raw := parts[0].raw
	f.sections = b.sections(f.root, raw, sch.Location)
	f.sums = b.sums(raw, sch.Location)
	for _, p := range b.places {
		if _, depth := f.root.find(p.path); depth < len(p.path) {
			b.fault(p.location, "unknown-field", "no field at %s", p.ptr)
		}
	}
	f.faults = b.faults.sorted()
	if len(f.faults) > 0 && !opt.Partial {
		return nil, f.faults
	}
	return f, nil
}

// ID is the name the form was compiled under.
func (f *Form) ID() string { return f.id }

// Schema is the schema the form was made of; not to be changed.
func (f *Form) Schema() map[string]any { return f.schema }

// Title is the form's title.
func (f *Form) Title(lang string) string { return f.root.title.in(lang) }

// Faults lists what was left out under [Options].Partial.
func (f *Form) Faults() Faults { return f.faults }

// Fields lists groups, lists and questions in page order, each before what is
// inside it. A list that holds its own kind is followed once.
func (f *Form) Fields() (out []Field) {
	open := map[*node]bool{}
	var walk func(n *node, path []string, required, shown bool)
	walk = func(n *node, path []string, required, shown bool) {
		if open[n] {
			return
		}
		open[n] = true
		defer delete(open, n)
		if len(path) > 0 {
			out = append(out, n.field(path, required, shown))
		}
		if n.leaf() {
			return
		}
		for _, p := range n.props {
			walk(p.node, child(path, p.name), p.required.always() && p.shown.always(), shown && p.shown.always())
		}
		for i, entry := range n.prefix {
			walk(entry, row(path, i), false, shown)
		}
		if n.item != nil {
			walk(n.item, child(path, "*"), false, shown)
		}
	}
	walk(f.root, nil, false, true)
	return out
}

func (n *node) field(path []string, required, shown bool) Field {
	fd := Field{
		Pointer: pointer(path), Type: n.typ, Kind: n.kind, Format: n.format,
		Title: n.title.in(Chinese), TitleEn: n.title.in(English), Unit: n.unit.in(Chinese),
		Required: required, Shown: shown, Codes: n.codes, Source: n.source, ReadOnly: n.readOnly,
	}
	if n.item != nil {
		fd.Items = n.item.typ
	}
	if n.codes == "" {
		for _, c := range n.choices {
			fd.Values = append(fd.Values, c.value)
		}
	}
	return fd
}

// Initial gives the answers a new form starts with: the defaults of the schema.
func (f *Form) Initial() map[string]any {
	answers, _ := f.root.start().(map[string]any)
	if answers == nil {
		answers = map[string]any{}
	}
	return answers
}

func (n *node) start() any {
	if n.initial != nil {
		return clone(n.initial)
	}
	if n.kind != Group {
		return nil
	}
	m := map[string]any{}
	for _, p := range n.props {
		if v := p.node.start(); v != nil {
			m[p.name] = v
		}
	}
	if len(m) == 0 {
		return nil
	}
	return m
}

func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any, len(v))
		for k, e := range v {
			m[k] = clone(e)
		}
		return m
	case []any:
		l := make([]any, len(v))
		for i, e := range v {
			l[i] = clone(e)
		}
		return l
	}
	return v
}
