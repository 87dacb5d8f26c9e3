package web

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Messages are the texts of one part of the interface, in every language. They
// are read once and never changed.
//
// A message file is a flat YAML map from key to text. A key is area.page.part
// in lower snake; a text holds its parameters by name: 共 {n} 件. Where English
// needs a plural, its value is a map with one and other, chosen by {n}.
type Messages struct {
	texts map[Lang]map[string]message
}

// message is one text; one is its singular, where it has one.
type message struct{ one, other string }

// readMessages reads messages/<lang>.yaml of a feature's files.
func readMessages(files fs.FS) (*Messages, error) {
	m := &Messages{texts: map[Lang]map[string]message{}}
	for _, l := range Langs {
		name := "messages/" + string(l) + ".yaml"
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(raw, &doc); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if m.texts[l], err = readTexts(name, &doc); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func readTexts(name string, doc *yaml.Node) (map[string]message, error) {
	texts := map[string]message{}
	if len(doc.Content) == 0 {
		return texts, nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s:%d: expected a map from key to text", name, root.Line)
	}
	for i := 0; i < len(root.Content); i += 2 {
		k, v := root.Content[i], root.Content[i+1]
		if _, twice := texts[k.Value]; twice {
			return nil, fmt.Errorf("%s:%d: key %s is there twice", name, k.Line, k.Value)
		}
		var msg message
		switch v.Kind {
		case yaml.ScalarNode:
			msg.other = v.Value
		case yaml.MappingNode:
			for j := 0; j < len(v.Content); j += 2 {
				switch v.Content[j].Value {
				case "one":
					msg.one = v.Content[j+1].Value
				case "other":
					msg.other = v.Content[j+1].Value
				}
			}
		}
		if msg.other == "" {
			return nil, fmt.Errorf("%s:%d: %s: expected a text, or a map with one and other", name, v.Line, k.Value)
		}
		texts[k.Value] = msg
	}
	return texts, nil
}

// Keys are all keys of a language, sorted.
func (m *Messages) Keys(l Lang) []string { return slices.Sorted(maps.Keys(m.texts[l])) }

// Has tells whether a language has a text for key.
func (m *Messages) Has(l Lang, key string) bool {
	_, ok := m.texts[l][key]
	return ok
}

// Params are the names of the parameters of a text, sorted, each once.
func (m *Messages) Params(l Lang, key string) []string {
	var names []string
	rest := m.texts[l][key].other
	for {
		_, after, ok := strings.Cut(rest, "{")
		if !ok {
			break
		}
		name, tail, ok := strings.Cut(after, "}")
		if !ok {
			break
		}
		names, rest = append(names, name), tail
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// text is the text for key with its parameters, given as name, value, name, value.
func (m *Messages) text(l Lang, key string, args []any) (string, bool) {
	msg, ok := m.texts[l][key]
	if !ok {
		return "", false
	}
	s := msg.other
	for i := 0; i+1 < len(args); i += 2 {
		name, value := fmt.Sprint(args[i]), fmt.Sprint(args[i+1])
		if name == "n" && value == "1" && msg.one != "" {
			s = msg.one
		}
	}
	if len(args) == 0 {
		return s, true
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, "{"+fmt.Sprint(args[i])+"}", fmt.Sprint(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(s), true
}
