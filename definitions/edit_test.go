package definitions_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"banli/definitions"

	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"
)

const edited = `# 目录
kind: catalogue   # 种类
id: small
parameters:
  reply_hours: {value: 72, unit: hours, name: '回复 ''时限''', note: "a\tb"} # 三天
  long:
    value: 5
    source: |
      第一行
      第二行
---
kind: department
id: FG
contact: {phone: 010}
---
kind: department
id: JX
contact: {phone: }
`

func TestSetScalar(t *testing.T) {
	for name, tt := range map[string]struct{ path, text, from, to, err string }{
		"a number in a flow block, beside a comment": {path: "/parameters/reply_hours/value", text: "48", from: "value: 72,", to: "value: 48,"},
		"a number on a line of its own":              {path: "/parameters/long/value", text: "6", from: "value: 5\n", to: "value: 6\n"},
		"single quotes stay":                         {path: "/parameters/reply_hours/name", text: "it's", from: "'回复 ''时限'''", to: "'it''s'"},
		"double quotes stay":                         {path: "/parameters/reply_hours/note", text: "x\"y\n", from: `"a\tb"`, to: `"x\"y\u000A"`},
		"plain text that YAML would read otherwise":  {path: "catalogue small/id", text: "a: b", from: "id: small", to: `id: "a: b"`},
		"a comma in a flow block":                    {path: "department FG/contact/phone", text: "1, 2", from: "phone: 010", to: `phone: "1, 2"`},
		"one of two objects":                         {path: "department FG/contact/phone", text: "0812", from: "phone: 010", to: "phone: 0812"},
		"nothing that looks like nothing":            {path: "catalogue small/id", text: "", from: "id: small", to: `id: ""`},
		"not there":                                  {path: "/parameters/reply/value", text: "1", err: "there is no value at /parameters/reply/value"},
		"two of them":                                {path: "/contact/phone", text: "1", err: "there are 2 values at /contact/phone; put kind and id of the object before it"},
		"a block":                                    {path: "/parameters", text: "1", err: "line 5: only a value written on one line can be replaced"},
		"text over several lines":                    {path: "/parameters/long/source", text: "x", err: "line 8: only a value written on one line can be replaced"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := definitions.SetScalar([]byte(edited), tt.path, tt.text)
			switch {
			case tt.err != "":
				if err == nil || err.Error() != tt.err {
					t.Errorf("got error %v, want %s", err, tt.err)
				}
			case err != nil:
				t.Error(err)
			case strings.Count(edited, tt.from) != 1:
				t.Fatalf("%q is not in the text once", tt.from)
			case string(got) != strings.Replace(edited, tt.from, tt.to, 1):
				t.Errorf("got:\n%s", got)
			}
		})
	}
}

// TestSetScalarReadsBack: whatever is written into a name is what loading reads, and it can be taken back.
func TestSetScalarReadsBack(t *testing.T) {
	tree := base(t)
	src := tree["departments.yaml"].Data
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringN(1, 12, -1).Draw(rt, "text")
		if !utf8.ValidString(text) {
			rt.Skip()
		}
		out, err := definitions.SetScalar(src, "department ZJ/name", text)
		if err != nil {
			rt.Fatal(err)
		}
		if got := secondName(rt, out); got != text {
			rt.Fatalf("wrote %q, read %q from\n%s", text, got, out)
		}
		back, err := definitions.SetScalar(out, "department ZJ/name", "住建局")
		if err != nil {
			rt.Fatal(err)
		}
		if got := secondName(rt, back); got != "住建局" {
			rt.Fatalf("not taken back, read %q from\n%s", got, back)
		}
	})
}

// secondName is the name of the second document as yaml.v3 itself reads it.
func secondName(t *rapid.T, src []byte) string {
	var object struct{ Name string }
	d := yaml.NewDecoder(bytes.NewReader(src))
	for range 2 {
		object.Name = ""
		if err := d.Decode(&object); err != nil {
			t.Fatalf("%v in\n%s", err, src)
		}
	}
	return object.Name
}

func TestSetScalarAtPlace(t *testing.T) {
	c, faults := definitions.Load(base(t))
	if c == nil {
		t.Fatal(faults)
	}
	tree := base(t)
	for _, it := range c.Items {
		p := it.Promised.Place
		out, err := definitions.SetScalarAt(tree[p.File].Data, p.Line, p.Col, "3")
		if err != nil {
			t.Fatal(err)
		}
		tree[p.File] = &fstest.MapFile{Data: out}
	}
	p := c.Parameters[0].Place
	out, err := definitions.SetScalarAt(tree[p.File].Data, p.Line, p.Col, "4")
	if err != nil {
		t.Fatal(err)
	}
	tree[p.File] = &fstest.MapFile{Data: out}
	after, faults := definitions.Load(tree)
	if after == nil {
		t.Fatal(faults)
	}
	for i, it := range after.Items {
		if it.Promised.Days != 3 || it.Revision == c.Items[i].Revision {
			t.Errorf("%s promises %d days at revision %s, want 3 at another than %s", it.ID, it.Promised.Days, it.Revision, c.Items[i].Revision)
		}
	}
	if after.Param("intake_days") != 4 || after.Revision == c.Revision {
		t.Errorf("intake_days is %d at revision %s", after.Param("intake_days"), after.Revision)
	}
	if _, err := definitions.SetScalarAt(out, 1, 2, "x"); err == nil {
		t.Error("a place where no value begins was replaced")
	}
}
