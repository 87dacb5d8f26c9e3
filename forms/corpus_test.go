package forms

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// corpus is the folder of public test data, which is not part of this repository.
func corpus(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("BANLI_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "corpus")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no corpus at %s; name its folder in BANLI_CORPUS", dir)
	}
	return dir
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// known are what the library does not do: it takes an empty enum for none (forms
// refuse one when compiling) and resolves one kind of $dynamicRef too early.
var known = map[string]bool{
	"draft2020-12/enum.json/empty enum": true,
	"draft2020-12/dynamicRef.json/$dynamicRef skips over intermediate resources - direct reference": true,
}

// The required tests of JSON-Schema-Test-Suite pass through our own compiling.
func TestSchemaSuite(t *testing.T) {
	dir := filepath.Join(corpus(t), "json-schema-test-suite")
	remote := func(url string) (io.ReadCloser, error) {
		path, ok := strings.CutPrefix(url, "http://localhost:1234/")
		if !ok {
			return nil, errors.New("not a remote of the suite: " + url)
		}
		return os.Open(filepath.Join(dir, "remotes", filepath.FromSlash(path)))
	}
	for name, draft := range map[string]int{"draft2020-12": 2020, "draft7": 7} {
		t.Run(name, func(t *testing.T) {
			files, _ := filepath.Glob(filepath.Join(dir, name, "required", "*.json"))
			if len(files) == 0 {
				t.Fatal("no files")
			}
			passed, limited, total := 0, 0, 0
			for _, file := range files {
				var groups []struct {
					Description string
					Schema      any
					Tests       []struct {
						Description string
						Data        any
						Valid       bool
					}
				}
				dec := json.NewDecoder(strings.NewReader(string(read(t, file))))
				dec.UseNumber()
				if err := dec.Decode(&groups); err != nil {
					t.Fatal(err)
				}
				for _, g := range groups {
					// Formats are only notes by default in 2020-12, and so the suite has it; forms check them.
					sch, _, faults := compileSchema("suite", g.Schema, Options{Draft: draft, Load: remote}, false)
					for _, tt := range g.Tests {
						total++
						if faults != nil {
							t.Errorf("%s: %s: %v", filepath.Base(file), g.Description, faults)
							continue
						}
						if known[name+"/"+filepath.Base(file)+"/"+g.Description] {
							limited++
							continue
						}
						if got := sch.Validate(tt.Data) == nil; got == tt.Valid {
							passed++
						} else {
							t.Errorf("%s: %s: %s: valid = %v, want %v", filepath.Base(file), g.Description, tt.Description, got, tt.Valid)
						}
					}
				}
			}
			t.Logf("%d of %d passed, %d beyond the library", passed, total, limited)
		})
	}
}

// controls gives every field of a view, groups and rows before what is in them.
func controls(v View) (out []FieldView) {
	var walk func(fs []FieldView)
	walk = func(fs []FieldView) {
		for _, f := range fs {
			out = append(out, f)
			walk(f.Fields)
			for _, r := range f.Rows {
				walk(r.Fields)
			}
		}
	}
	for _, s := range v.Sections {
		walk(s.Fields)
	}
	return out
}

// post is what a browser sends for a view nobody touched.
func post(v View) map[string][]string {
	values := map[string][]string{}
	for _, in := range v.Hidden {
		values[in.Name] = append(values[in.Name], in.Value)
	}
	for _, f := range controls(v) {
		switch f.Kind {
		case Group, Rows, Output, Hidden:
		case YesNo, Radios, Select, Autocomplete, Checkboxes, Confirm:
			for _, o := range f.Options {
				if o.Selected {
					values[f.Name] = append(values[f.Name], o.Value)
				}
			}
		default:
			values[f.Name] = append(values[f.Name], f.Value)
		}
	}
	return values
}

// same compares answers; the order of a choice of several is that of the page.
func same(f *Form, a, b any) bool {
	return equal(sortChoices(f.root, clone(a)), sortChoices(f.root, clone(b)))
}

func sortChoices(n *node, v any) any {
	n.each(v, nil, func(n *node, v any, _ []string) {
		list, ok := v.([]any)
		if !ok || !n.multiple {
			return
		}
		for i := range list {
			for j := range i {
				if plain(list[i]) < plain(list[j]) {
					list[i], list[j] = list[j], list[i]
				}
			}
		}
	})
	return v
}

func TestCorpusForms(t *testing.T) {
	dir := filepath.Join(corpus(t), "forms")
	var idx struct {
		Cases []struct {
			ID, Draft string
			Instances []struct {
				File             string
				ValidWithFormats bool `json:"valid_with_formats"`
				FormatDisputed   bool `json:"format_disputed"`
			}
		}
	}
	if err := json.Unmarshal(read(t, filepath.Join(dir, "index.json")), &idx); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, c := range idx.Cases {
		t.Run(c.ID, func(t *testing.T) {
			schema, err := DecodeSchema(read(t, filepath.Join(dir, c.ID, "schema.json")))
			if err != nil {
				t.Fatal(err)
			}
			draft := 2020
			if c.Draft == "draft-07" {
				draft = 7
			}
			f, err := Compile(c.ID, schema, Options{Draft: draft, Partial: true})
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range f.Faults() {
				t.Logf("not supported: %s", x)
			}
			requireEveryLeaf(t, f)
			for _, in := range c.Instances {
				if in.FormatDisputed {
					continue
				}
				checked++
				v, err := decode(read(t, filepath.Join(dir, c.ID, in.File)))
				if err != nil {
					t.Fatal(err)
				}
				m, ok := v.(map[string]any)
				if !ok {
					if in.ValidWithFormats {
						t.Errorf("%s: a valid instance that is no object", in.File)
					}
					continue
				}
				problems := f.Check(m, Context{})
				if got := !Blocking(problems); got != in.ValidWithFormats {
					t.Errorf("%s: valid = %v, want %v: %v %s", in.File, got, in.ValidWithFormats, problems, indented(t, m))
				}
				for _, p := range problems {
					requireTied(t, f, p)
				}
				view := f.View(m, problems, Context{Lang: English})
				if in.ValidWithFormats {
					if back := f.Merge(m, f.Parse(post(view)).Answers); !same(f, m, back) {
						t.Errorf("%s: came back as %s, was %s", in.File, indented(t, back), indented(t, m))
					}
				}
			}
		})
	}
	t.Logf("%d instances", checked)
}

// requireEveryLeaf: each leaf of the schema has a label and a control or is reported.
func requireEveryLeaf(t *testing.T, f *Form) {
	t.Helper()
	for _, fd := range f.Fields() {
		if fd.Kind == "" {
			t.Errorf("%s has no control", fd.Pointer)
		}
		path, _ := tokens(fd.Pointer)
		n, depth := f.root.find(path)
		inList := len(path) > 0 && (path[len(path)-1] == "*")
		if _, isIndex := index(path[len(path)-1]); depth == len(path) && n.title == (words{}) && !inList && !isIndex {
			t.Errorf("%s has no label", fd.Pointer)
		}
	}
	for _, fv := range controls(f.View(nil, nil, Context{})) {
		if fv.Label == "" || fv.ID == "" || fv.Kind == "" {
			t.Errorf("%s is drawn as %q, label %q, id %q", fv.Pointer, fv.Kind, fv.Label, fv.ID)
		}
	}
}

// requireTied: a problem speaks in both languages and belongs to a field or to the form.
func requireTied(t *testing.T, f *Form, p Problem) {
	t.Helper()
	path, ok := tokens(p.Pointer)
	if _, depth := f.root.find(path); !ok || depth < len(path) {
		t.Errorf("problem at %q, where there is no field", p.Pointer)
	}
	for _, lang := range []string{Chinese, English} {
		text := p.Message(lang)
		if text == "" || strings.ContainsAny(text, "{}") || strings.Contains(text, "jsonschema") {
			t.Errorf("problem %+v says %q", p, text)
		}
	}
}
