package forms

import (
	"strings"
	"testing"
)

// What cannot be a form is named when it is published, all of it, by pointer.
func TestCompileFaults(t *testing.T) {
	for name, tt := range map[string]struct{ schema, want string }{
		"no object":          {`{"type": "string"}`, `the schema: expected the schema of an object, found string`},
		"not a schema":       {`{"properties": {"a": {"type": "txt"}, "b": {"minLength": -1}}}`, "/properties/a/type: expected"},
		"every fault":        {`{"properties": {"a": {}, "b": {"type": ["string", "number"]}}}`, "/properties/a: the type of this field is open; expected \"type\" to name one\n/properties/b: found the types string, number; expected one, or one and null"},
		"unknown code list":  {`{"properties": {"a": {"type": "string", "x-codes": "regmie"}}}`, `/properties/a/x-codes: no code list "regmie"`},
		"unknown keyword":    {`{"properties": {"a": {"type": "string", "x-showwhen": {}}}}`, "/properties/a/x-showwhen: unknown keyword x-showwhen; expected one of"},
		"condition nowhere":  {`{"properties": {"a": {"type": "string", "x-show-when": {"/b": 1}}}}`, "/properties/a/x-show-when: no field at /b"},
		"widget that cannot": {`{"properties": {"a": {"type": "number", "x-widget": "radios"}}}`, `/properties/a/x-widget: a field shown as number cannot be shown as "radios"`},
		"names without values": {
			`{"properties": {"a": {"enum": ["1", "2"], "x-enum-names": ["一"]}}}`,
			"/properties/a/x-enum-names: found 1 names for 2 values",
		},
		"fields without a name": {
			`{"properties": {"a": {"type": "object", "additionalProperties": {"type": "string"}}}}`,
			"/properties/a/additionalProperties: fields without a name cannot be shown; expected properties",
		},
		"object in itself": {
			`{"$defs": {"n": {"properties": {"next": {"$ref": "#/$defs/n"}}}}, "properties": {"a": {"$ref": "#/$defs/n"}}}`,
			"/$defs/n: this object contains itself; only a list may hold its own kind",
		},
		"a condition on a length": {
			`{"properties": {"a": {"type": "string"}}, "if": {"properties": {"a": {"minLength": 3}}}, "then": {"properties": {"b": {"type": "string"}}}}`,
			`/if: this if adds "b" under a condition that cannot be shown; expected a property with const or enum that tells the branches apart`,
		},
		"alternatives":       {`{"properties": {"a": {"oneOf": [{"properties": {"b": {"type": "string"}}}, {"properties": {"c": {"type": "string"}}}]}}}`, "/properties/a: the type of this field is open"},
		"section twice":      {`{"x-sections": [{"title": "一", "fields": ["a", "x"]}, {"title": "二", "fields": ["a"]}], "properties": {"a": {"type": "string"}}}`, "/x-sections/0: no property \"x\"\n/x-sections/1: property \"a\" is in two sections"},
		"a sum of nothing":   {`{"x-sum": {"rows": "/l/a", "equals": "/t"}, "properties": {"t": {"type": "number"}}}`, "/x-sum: expected rows such as /fund_lines/*/amount, found \"/l/a\"\n/x-sum: no field at /l/a"},
		"a file":             {`{"properties": {"a": {"type": "string", "contentEncoding": "base64"}}}`, "/properties/a: files are materials, not answers"},
		"elsewhere":          {`{"properties": {"a": {"$ref": "https://example.com/a.json"}}}`, "no document https://example.com/a.json"},
		"missing reference":  {`{"properties": {"a": {"$ref": "#/$defs/x"}}}`, "not found"},
		"a bomb":             {`{"properties": {"a": {"type": "number", "minimum": 1e999999999}}}`, "/properties/a/minimum: this number is too large"},
		"decimal of a text":  {`{"properties": {"a": {"type": "string", "format": "decimal(4,2)"}}}`, "/properties/a/format: decimal(4,2) is a format of numbers, found type string"},
		"decimal of nothing": {`{"properties": {"a": {"type": "number", "format": "decimal(2,4)"}}}`, `/properties/a/format: expected decimal(digits,digits after the point), found "decimal(2,4)"`},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := Compile("f", parseJSON(t, tt.schema), Options{Codes: lists})
			if err == nil {
				t.Fatalf("compiled to %v", f.Fields())
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("said:\n%v\nwant:\n%s", err, tt.want)
			}
		})
	}
}

func TestChoiceControlsByNumber(t *testing.T) {
	for n, want := range map[int]Kind{2: Radios, 6: Radios, 7: Select, 15: Select, 16: Autocomplete} {
		values := make([]any, n)
		for i := range values {
			values[i] = strings.Repeat("x", i+1)
		}
		f := compile(t, map[string]any{"properties": map[string]any{"a": map[string]any{"enum": values}}})
		if got := f.Fields()[0].Kind; got != want {
			t.Errorf("%d options are shown as %s, want %s", n, got, want)
		}
	}
}

// Definitions derive the types of expressions from this list.
func TestFields(t *testing.T) {
	for _, want := range []Field{
		{Pointer: "/regime", Type: "string", Kind: Radios, Title: "项目类型", TitleEn: "Regime", Required: true, Shown: true, Codes: "regime"},
		{Pointer: "/fund_lines/*/amount", Type: "number", Kind: Money, Format: "decimal(16,4)", Title: "金额", TitleEn: "Amount", Unit: "万元", Required: true, Shown: true},
		{Pointer: "/land", Type: "object", Kind: Group, Title: "用地", TitleEn: "Land"},
		{Pointer: "/owner_name", Type: "string", Kind: Text, Title: "项目单位名称", TitleEn: "Owner", Required: true, Shown: true, Source: "project.owner_name", ReadOnly: true},
	} {
		found := false
		for _, got := range registration(t).Fields() {
			if got.Pointer == want.Pointer {
				found = true
				got.Values = nil
				if indented(t, got) != indented(t, want) {
					t.Errorf("%s is %s, want %s", want.Pointer, indented(t, got), indented(t, want))
				}
			}
		}
		if !found {
			t.Errorf("no field %s", want.Pointer)
		}
	}
}

// The order is that of the text, or of x-order, then required ones, then by name;
// what a condition adds follows the question that opens it.
func TestOrder(t *testing.T) {
	order := func(f *Form) string {
		var names []string
		for _, fd := range f.Fields() {
			names = append(names, fd.Pointer)
		}
		return strings.Join(names, " ")
	}
	const schema = `{"properties": {"z": {"type": "string"}, "b": {"enum": ["1", "2"]}, "a": {"type": "string"}}, "required": ["b"],
		"if": {"properties": {"b": {"const": "1"}}}, "then": {"properties": {"y": {"type": "string"}, "x": {"type": "string"}}, "required": ["y"]}}`
	written, err := DecodeSchema([]byte(schema))
	if err != nil {
		t.Fatal(err)
	}
	if got := order(compile(t, written)); got != "/z /b /y /x /a" {
		t.Errorf("as written: %s", got)
	}
	if got := order(compile(t, parseJSON(t, schema))); got != "/b /y /x /a /z" {
		t.Errorf("without order: %s", got)
	}
}

func TestDecodeSchemaLeavesValuesAlone(t *testing.T) {
	m, err := DecodeSchema([]byte(`{"properties": {"properties": {"type": "object", "properties": {"b": {"const": {"properties": {"x": 1}}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := parseJSON(t, `{"x-order": ["properties"], "properties": {"properties": {"type": "object", "x-order": ["b"], "properties": {"b": {"const": {"properties": {"x": 1}}}}}}}`)
	if !equal(m, want) {
		t.Errorf("read %s", indented(t, m))
	}
}
