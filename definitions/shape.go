package definitions

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

//go:embed schema/*.json
var schemaFiles embed.FS

// Schemas are the JSON Schemas (draft 2020-12) of the format, one file per kind, for editors and generated forms.
func Schemas() fs.FS {
	sub, err := fs.Sub(schemaFiles, "schema")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// shape is the part of JSON Schema that our own schemas use. The loader's first pass walks YAML with it rather than
// with a validator, for the place of every fault and for words an author understands.
type shape struct {
	Ref         string            `json:"$ref"`
	Type        names             `json:"type"`
	Words       string            `json:"x-words"` // what to call it: "a list of rules"
	Properties  map[string]*shape `json:"properties"`
	Additional  *additional       `json:"additionalProperties"`
	Names       *shape            `json:"propertyNames"`
	Required    []string          `json:"required"`
	MinProps    int               `json:"minProperties"`
	Items       *shape            `json:"items"`
	MinItems    int               `json:"minItems"`
	Enum        []string          `json:"enum"`
	Const       string            `json:"const"`
	Pattern     *pattern          `json:"pattern"`
	MinLength   int               `json:"minLength"`
	Minimum     *int              `json:"minimum"`
	Maximum     *int              `json:"maximum"`
	Definitions map[string]*shape `json:"$defs"`
	Title       string            `json:"title"`
	target      *shape            // of Ref
}

type names []string

func (n *names) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		*n = names{""}
		return json.Unmarshal(data, &(*n)[0])
	}
	return json.Unmarshal(data, (*[]string)(n))
}

// additional is the schema of fields not listed, or whether there may be any.
type additional struct {
	allowed bool
	of      *shape
}

func (a *additional) UnmarshalJSON(data []byte) error {
	if data[0] == '{' {
		a.allowed = true
		return json.Unmarshal(data, &a.of)
	}
	return json.Unmarshal(data, &a.allowed)
}

type pattern struct{ *regexp.Regexp }

func (p *pattern) UnmarshalText(text []byte) (err error) {
	p.Regexp, err = regexp.Compile(string(text))
	return err
}

// shapes are the schemas by file name without its end, references resolved.
var shapes = sync.OnceValue(func() map[string]*shape {
	out := map[string]*shape{}
	files, _ := fs.Glob(Schemas(), "*.json")
	for _, name := range files {
		data, _ := fs.ReadFile(Schemas(), name)
		s := new(shape)
		if err := json.Unmarshal(data, s); err != nil {
			panic(fmt.Sprintf("schema %s: %v", name, err))
		}
		out[strings.TrimSuffix(name, ".json")] = s
	}
	for name, s := range out {
		s.resolve(out, name)
	}
	return out
})

func (s *shape) resolve(all map[string]*shape, home string) {
	if s == nil {
		return
	}
	if s.Ref != "" {
		file, def, _ := strings.Cut(s.Ref, "#/$defs/")
		if file = strings.TrimSuffix(file, ".json"); file == "" {
			file = home
		}
		if s.target = all[file].Definitions[def]; s.target == nil {
			panic("schema " + home + ": no " + s.Ref)
		}
	}
	for _, m := range []map[string]*shape{s.Properties, s.Definitions} {
		for _, p := range m {
			p.resolve(all, home)
		}
	}
	if s.Additional != nil {
		s.Additional.of.resolve(all, home)
	}
	s.Names.resolve(all, home)
	s.Items.resolve(all, home)
}

// kinds are the kinds an object of a catalogue may have.
var kinds = []string{"catalogue", "calendar", "department", "codelist", "form", "document", "flow", "item", "guide", "tests"}

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
		for i, n := range v.n.Content {
			e := value{n, v.path + "/" + strconv.Itoa(i)}
			if s.Items != nil {
				p.check(e, s.Items)
			} else {
				p.free(e)
			}
		}
	case yaml.ScalarNode:
		p.scalar(v, s)
	}
}

func (p *shapePass) fields(v value, s *shape) {
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(v.n.Content); i += 2 {
		k, field := v.n.Content[i], value{v.n.Content[i+1], v.path + "/" + escapePointer(v.n.Content[i].Value)}
		key := value{k, field.path}
		if k.Kind != yaml.ScalarNode {
			p.fault(key, "wrong-type", "found a list or a block as the name of a field, expected text", "")
			continue
		}
		if first, again := seen[k.Value]; again {
			p.report(key, true, "duplicate-key", fmt.Sprintf("field %q is there twice, first in line %d", k.Value, first.Line), "keep one of them")
			continue
		}
		seen[k.Value] = k
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
			p.report(key, true, "unknown-field", fmt.Sprintf("unknown field %q in %s", k.Value, s.words()), nearest(k.Value, sortedKeys(s.Properties)))
		}
	}
	for _, r := range s.Required {
		if seen[r] == nil {
			p.fault(v, "missing-field", fmt.Sprintf("field %q is missing in %s", r, s.words()), "")
		}
	}
	if len(seen) < s.MinProps {
		p.fault(v, "missing-value", "found an empty block, expected "+s.words(), "")
	}
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

// may says whether a value of the type may stand here. A schema of words alone (enum, const) means text.
func (s *shape) may(kind string) bool {
	if s.Type == nil {
		return kind == "string"
	}
	return slices.Contains(s.Type, kind)
}

// words names what is expected, as an author would.
func (s *shape) words() string {
	switch {
	case s.Words != "":
		return s.Words
	case s.target != nil:
		return s.target.words()
	case len(s.Enum) > 0:
		return "one of " + strings.Join(s.Enum, ", ")
	case s.Const != "":
		return strconv.Quote(s.Const)
	case s.may("object") && s.Properties["kind"] != nil && s.Properties["kind"].Const != "":
		return article(s.Properties["kind"].Const)
	case s.may("object"):
		return "a block of fields"
	case s.may("array"):
		return "a list"
	case s.may("integer"):
		return "a whole number"
	case s.may("boolean"):
		return "true or false"
	}
	return "text"
}

func article(noun string) string {
	if strings.ContainsAny(noun[:1], "aeio") {
		return "an " + noun
	}
	return "a " + noun
}

// quote shows text as found, cut where it is long.
func quote(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return strconv.Quote(s)
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
