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

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
