package forms

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"sort"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// documents holds a schema and those it refers to, by URL, with numbers as written.
type documents map[string]any

// compileSchema compiles a schema for validation, with our formats.
func compileSchema(id string, schema any, opt Options, assertFormat bool) (sch *jsonschema.Schema, docs documents, faults Faults) {
	base := "banli://form/" + url.PathEscape(id)
	docs = documents{}
	raw, err := json.Marshal(schema)
	if err != nil {
		return nil, nil, Faults{{Code: "bad-schema", Message: "expected values that JSON can hold: " + err.Error()}}
	}
	if faults := docs.add(base, raw); faults != nil {
		return nil, nil, faults
	}
	c := jsonschema.NewCompiler()
	if opt.Draft == 7 {
		c.Draft = jsonschema.Draft7
	}
	c.AssertFormat = assertFormat
	for name, valid := range formats {
		c.Formats[name] = valid
	}
	for name := range decimalFormats(docs[base], nil) {
		c.Formats[name] = decimalFormat(name)
	}
	c.LoadURL = func(u string) (io.ReadCloser, error) { return docs.load(u, opt.Load) }
	if err := c.AddResource(base, bytes.NewReader(raw)); err != nil {
		return nil, nil, Faults{{Code: "bad-schema", Message: err.Error()}}
	}
	// The library panics on a pattern that Go's regexp does not know.
	defer func() {
		if r := recover(); r != nil {
			sch, faults = nil, Faults{{Code: "bad-schema", Message: fmt.Sprint(r)}}
		}
	}()
	sch, err = c.Compile(base)
	if err != nil {
		return nil, nil, schemaFaults(err)
	}
	return sch, docs, nil
}

// add keeps a document under its URL and under the URL its $id gives it.
func (d documents) add(u string, raw []byte) Faults {
	doc, err := decode(raw)
	if err != nil {
		return Faults{{Code: "bad-schema", Message: err.Error()}}
	}
	if faults := wildNumbers(doc, nil); faults != nil {
		return faults
	}
	d[u] = doc
	if m, ok := doc.(map[string]any); ok {
		id, _ := m["$id"].(string)
		if base, err := url.Parse(u); err == nil && id != "" {
			if ref, err := url.Parse(id); err == nil {
				abs := base.ResolveReference(ref)
				abs.Fragment = ""
				d[abs.String()] = doc
			}
		}
	}
	return nil
}

// load opens a document through the caller and remembers it.
func (d documents) load(u string, open func(string) (io.ReadCloser, error)) (io.ReadCloser, error) {
	if open == nil {
		return nil, fmt.Errorf("no document %s: a form refers to its own parts only", u)
	}
	r, err := open(u)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	raw, err := io.ReadAll(io.LimitReader(r, 4<<20))
	if err != nil {
		return nil, err
	}
	if faults := d.add(u, raw); faults != nil {
		return nil, faults
	}
	return io.NopCloser(bytes.NewReader(raw)), nil
}

// at finds what a location such as banli://form/x#/properties/a names.
func (d documents) at(location string) any {
	u, ptr, _ := strings.Cut(location, "#")
	path, ok := fragment(ptr)
	if !ok {
		return nil
	}
	v, _ := lookup(d[u], path)
	return v
}

// fragment splits a pointer that is also percent-escaped, as the library writes them.
func fragment(ptr string) ([]string, bool) {
	raw := strings.Split(strings.TrimPrefix(ptr, "/"), "/")
	if ptr == "" {
		return nil, true
	}
	for i, t := range raw {
		t, err := url.PathUnescape(t)
		if err != nil {
			return nil, false
		}
		raw[i] = unescapeToken.Replace(t)
	}
	return raw, true
}

func decode(raw []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	err := dec.Decode(&v)
	return v, err
}

// wildNumbers finds numbers too large to calculate with exactly.
func wildNumbers(v any, path []string) (faults Faults) {
	switch v := v.(type) {
	case json.Number:
		if !tame(string(v)) {
			return Faults{{pointer(path), "bad-schema", "this number is too large"}}
		}
	case map[string]any:
		for k, e := range v {
			faults = append(faults, wildNumbers(e, child(path, k))...)
		}
	case []any:
		for i, e := range v {
			faults = append(faults, wildNumbers(e, row(path, i))...)
		}
	}
	return faults
}

// schemaFaults takes apart what the library says of a schema that is none.
func schemaFaults(err error) (faults Faults) {
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		var se *jsonschema.SchemaError
		if errors.As(err, &se) {
			err = se.Err
		}
		return Faults{{Code: "bad-schema", Message: err.Error()}}
	}
	var walk func(ve *jsonschema.ValidationError)
	walk = func(ve *jsonschema.ValidationError) {
		for _, cause := range ve.Causes {
			walk(cause)
		}
		if len(ve.Causes) == 0 {
			path, _ := fragment(strings.TrimPrefix(ve.InstanceLocation, "#"))
			faults = append(faults, Fault{pointer(path), "bad-schema", ve.Message})
		}
	}
	walk(invalid)
	return faults.sorted()
}

// sorted orders faults by pointer and drops repetitions.
func (f Faults) sorted() Faults {
	sort.SliceStable(f, func(i, j int) bool {
		a, b := f[i], f[j]
		if a.Pointer != b.Pointer {
			return a.Pointer < b.Pointer
		}
		if a.Code != b.Code {
			return a.Code < b.Code
		}
		return a.Message < b.Message
	})
	kept := f[:0]
	for i, x := range f {
		if i == 0 || x != f[i-1] {
			kept = append(kept, x)
		}
	}
	return kept
}

// Error lists the faults, one a line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, x := range f {
		lines[i] = x.String()
	}
	return strings.Join(lines, "\n")
}

// String names the place first.
func (f Fault) String() string {
	at := f.Pointer
	if at == "" {
		at = "the schema"
	}
	return at + ": " + f.Message
}
