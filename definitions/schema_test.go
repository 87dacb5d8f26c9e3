package definitions

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"strings"
	"testing"

	"banli/definitions/catalogue"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// validators compiles the shipped schemas with a validator of their own kind.
func validators(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft2020
	names, err := fs.Glob(Schemas(), "*.json")
	if err != nil {
		t.Fatal(err)
	}
	const home = "https://schema.test/"
	for _, name := range names {
		data, err := fs.ReadFile(Schemas(), name)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(home+name, bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
	}
	out := map[string]*jsonschema.Schema{}
	for _, name := range names {
		s, err := c.Compile(home + name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[strings.TrimSuffix(name, ".json")] = s
	}
	return out
}

// objectsOf reads all objects of a tree that have a known kind.
func objectsOf(t *testing.T, tree fs.FS) []*object {
	t.Helper()
	l := &loader{read: readFile, cat: &Catalogue{Files: map[string][]byte{}}, lines: map[string][]string{}, unread: map[string]bool{}}
	l.readFiles(tree)
	return l.objects
}

func valid(t *testing.T, s *jsonschema.Schema, v value) error {
	t.Helper()
	data, err := json.Marshal(v.json())
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var x any
	if err := d.Decode(&x); err != nil {
		t.Fatal(err)
	}
	return s.Validate(x)
}

// TestSchemasAgreeWithCatalogue: what editors check with is what the loader checks with.
func TestSchemasAgreeWithCatalogue(t *testing.T) {
	schemas := validators(t)
	for _, kind := range kinds {
		if schemas[kind] == nil {
			t.Errorf("no schema for kind %s", kind)
		}
	}
	for _, o := range objectsOf(t, catalogue.Renhe) {
		if err := valid(t, schemas[o.kind], o.value); err != nil {
			t.Errorf("%s: %s %s: %v", o.file, o.kind, o.id, err)
		}
	}
}

// TestSchemasAgreeOnFaults: an object that the loader's first pass rejects is one that the schema rejects, and the
// other way round. Numbers for text and doubled or aliased values are ours alone to see.
func TestSchemasAgreeOnFaults(t *testing.T) {
	schemas := validators(t)
	for _, dir := range []string{"testdata/base", "testdata/shapes"} {
		for _, o := range objectsOf(t, os.DirFS(dir)) {
			p := shapePass{report: func(value, bool, string, string, string) {}}
			p.check(o.value, shapes()[o.kind])
			err := valid(t, schemas[o.kind], o.value)
			if rejected := p.broken || o.misspelt; rejected != (err != nil) {
				t.Errorf("%s line %d: the loader rejects it: %v, the schema: %v", o.file, o.n.Line, rejected, err)
			}
		}
	}
}
