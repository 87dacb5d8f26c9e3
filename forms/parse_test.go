package forms

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestParseReadsWhatPeopleType(t *testing.T) {
	f := compile(t, parseJSON(t, `{"properties": {
		"n": {"type": "number"}, "i": {"type": "integer"}, "s": {"type": "string"}, "b": {"type": "boolean"},
		"u": {"type": "string", "format": "uscc"}, "m": {"type": "string", "format": "mobile-cn"},
		"d": {"type": "string", "format": "date"}, "ym": {"type": "string", "format": "year-month"},
		"many": {"type": "array", "uniqueItems": true, "items": {"enum": ["a", "b", "c"]}},
		"ok": {"const": true}, "out": {"type": "number", "x-widget": "output"}, "locked": {"type": "string", "readOnly": true}}}`))
	for name, tt := range map[string]struct {
		post map[string][]string
		want string
	}{
		"nothing":               {nil, `{}`},
		"empty is absent":       {map[string][]string{"/n": {""}, "/s": {"  \u3000"}, "/b": {""}, "/many": {""}}, `{}`},
		"thousands":             {map[string][]string{"/n": {"1,280.50"}}, `{"n": 1280.50}`},
		"full width":            {map[string][]string{"/n": {"１，２８０．５"}}, `{"n": 1280.5}`},
		"spaces and zeros":      {map[string][]string{"/n": {" 007 "}, "/i": {"+1 000"}}, `{"n": 7, "i": 1000}`},
		"bare point":            {map[string][]string{"/n": {".5"}, "/i": {"-0."}}, `{"n": 0.5, "i": -0}`},
		"many places are kept":  {map[string][]string{"/n": {"0.10000000000000000000000000000000000001"}}, `{"n": 0.10000000000000000000000000000000000001}`},
		"no number":             {map[string][]string{"/n": {"约 3"}}, `{"n": "约 3"}`},
		"a bomb stays text":     {map[string][]string{"/n": {"1e999999999"}}, `{"n": "1e999999999"}`},
		"trimmed text":          {map[string][]string{"/s": {" 仁和区\r\n农田 "}}, `{"s": "仁和区\n农田"}`},
		"yes and no":            {map[string][]string{"/b": {"false"}, "/ok": {"true"}}, `{"b": false, "ok": true}`},
		"a code with spaces":    {map[string][]string{"/u": {"91350100 ｍ000100y43"}}, `{"u": "91350100M000100Y43"}`},
		"a number with spaces":  {map[string][]string{"/m": {"138 0000 ００００"}}, `{"m": "13800000000"}`},
		"dates":                 {map[string][]string{"/d": {"2026年3月1日"}, "/ym": {"2026/3"}}, `{"d": "2026-03-01", "ym": "2026-03"}`},
		"several":               {map[string][]string{"/many": {"a", "c"}}, `{"many": ["a", "c"]}`},
		"the last of repeated":  {map[string][]string{"/s": {"a", "b"}}, `{"s": "b"}`},
		"outputs and locks":     {map[string][]string{"/out": {"9"}, "/locked": {"forged"}}, `{}`},
		"what nobody asked for": {map[string][]string{"/z": {"1"}, "csrf": {"x"}, "": {"y"}, "/s/deep": {"z"}}, `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, want := f.Parse(tt.post).Answers, parseJSON(t, tt.want)
			if indented(t, got) != indented(t, want) {
				t.Errorf("read %s, want %s", indented(t, got), indented(t, want))
			}
		})
	}
}

// Values that look alike in a control stay apart.
func TestOptionsOfSeveralTypes(t *testing.T) {
	f := compile(t, parseJSON(t, `{"properties": {"a": {"type": "string", "enum": ["1", "true", "null"]}, "n": {"type": "integer", "enum": [1, 2]}}}`))
	got := f.Parse(map[string][]string{"/a": {"1"}, "/n": {"1"}}).Answers
	if !equal(got, parseJSON(t, `{"a": "1", "n": 1}`)) {
		t.Errorf("read %s", indented(t, got))
	}
}

func TestRowsComeAndGo(t *testing.T) {
	f := compile(t, parseJSON(t, `{"properties": {"l": {"type": "array", "items": {"properties": {"a": {"type": "string"}, "t": {"type": "array", "items": {"type": "string"}}}}}}}`))
	for name, tt := range map[string]struct {
		post        map[string][]string
		want, focus string
		changed     bool
	}{
		"first row":       {map[string][]string{"_add": {"/l"}}, `{"l": [{}]}`, "/l/0", true},
		"one more":        {map[string][]string{"/l/0/a": {"x"}, "_add": {"/l"}}, `{"l": [{"a": "x"}, {}]}`, "/l/1", true},
		"after a gap":     {map[string][]string{"/l/0/a": {"x"}, "/l/7/a": {"y"}, "_add": {"/l"}}, `{"l": [{"a": "x"}, {"a": "y"}, {}]}`, "/l/2", true},
		"inside a row":    {map[string][]string{"/l/0/a": {"x"}, "_add": {"/l/0/t"}}, `{"l": [{"a": "x", "t": [null]}]}`, "/l/0/t/0", true},
		"the middle goes": {map[string][]string{"/l/0/a": {"x"}, "/l/1/a": {"y"}, "/l/2/a": {"z"}, "_remove": {"/l/1"}}, `{"l": [{"a": "x"}, {"a": "z"}]}`, "/l/1", true},
		"the last goes":   {map[string][]string{"/l/0/a": {"x"}, "/l/1/a": {"y"}, "_remove": {"/l/1"}}, `{"l": [{"a": "x"}]}`, "/l", true},
		"the only goes":   {map[string][]string{"/l/0/a": {"x"}, "_remove": {"/l/0"}}, `{}`, "/l", true},
		"blank rows stay": {map[string][]string{"_row": {"/l/0", "/l/1"}, "/l/1/a": {"y"}}, `{"l": [{}, {"a": "y"}]}`, "", false},
		"no such row":     {map[string][]string{"/l/0/a": {"x"}, "_remove": {"/l/4"}}, `{"l": [{"a": "x"}]}`, "", false},
		"not a list":      {map[string][]string{"/l/0/a": {"x"}, "_add": {"/l/0/a"}, "_remove": {"/l"}}, `{"l": [{"a": "x"}]}`, "", false},
		"not an index":    {map[string][]string{"/l/01/a": {"x"}, "/l/-1/a": {"x"}, "/l/99999999/a": {"x"}}, `{}`, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := f.Parse(tt.post)
			if !equal(r.Answers, parseJSON(t, tt.want)) || r.Focus != tt.focus || r.Changed != tt.changed {
				t.Errorf("read %s, focus %q, changed %v; want %s, %q, %v", indented(t, r.Answers), r.Focus, r.Changed, tt.want, tt.focus, tt.changed)
			}
		})
	}
}

// Locked answers and what the form does not ask for come back; forged ones do not get in.
func TestMerge(t *testing.T) {
	f := compile(t, parseJSON(t, `{"properties": {"a": {"type": "string"}, "locked": {"type": "string", "readOnly": true},
		"g": {"properties": {"b": {"type": "string"}, "locked": {"type": "string", "readOnly": true}}},
		"l": {"type": "array", "items": {"properties": {"c": {"type": "string"}, "locked": {"type": "string", "readOnly": true}}}}}}`))
	prior := parseJSON(t, `{"a": "old", "locked": "L", "extra": 1, "g": {"b": "old", "locked": "G"}, "l": [{"c": "old", "locked": "R"}]}`)
	posted := f.Parse(map[string][]string{"/locked": {"forged"}, "/g/locked": {"forged"}, "/l/0/c": {"new"}, "/l/0/locked": {"forged"}}).Answers
	want := parseJSON(t, `{"locked": "L", "extra": 1, "g": {"locked": "G"}, "l": [{"c": "new", "locked": "R"}]}`)
	if got := f.Merge(prior, posted); !equal(got, want) {
		t.Errorf("merged to %s", indented(t, got))
	}
}

// Names of any kind make ids that are different and names that come back.
func TestAnyPropertyName(t *testing.T) {
	props := map[string]any{}
	for _, name := range []string{"", "a b", "a/b", "a~b", "a-b", "名称", "\"><script>", "_add", "0", "--2f-", "a.b", "A", "a"} {
		props[name] = map[string]any{"type": "string"}
	}
	f := compile(t, map[string]any{"properties": props})
	answers := map[string]any{}
	for name := range props {
		answers[name] = "v:" + name
	}
	v := f.View(answers, nil, Context{})
	seen := map[string]string{}
	for _, fv := range controls(v) {
		if other, ok := seen[fv.ID]; ok {
			t.Errorf("%s and %s share id %s", fv.Pointer, other, fv.ID)
		}
		seen[fv.ID] = fv.Pointer
		for _, r := range fv.ID {
			if !strings.ContainsRune("-_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", r) {
				t.Errorf("id %q is not safe", fv.ID)
			}
		}
	}
	if back := f.Parse(post(v)).Answers; !equal(back, answers) {
		t.Errorf("came back as %s", indented(t, back))
	}
}

// Conditions: what opens, what hides, what is dropped, what is required meanwhile.
func TestConditions(t *testing.T) {
	for name, tt := range map[string]struct{ schema, answers, shown, pruned, problems string }{
		"nothing is open before the question is answered": {
			`{"properties": {"a": {"type": "boolean"}}, "if": {"properties": {"a": {"const": true}}}, "then": {"properties": {"b": {"type": "string"}}, "required": ["b"]}}`,
			`{}`, "/a", `{}`, "",
		},
		"then": {
			`{"properties": {"a": {"type": "boolean"}}, "if": {"properties": {"a": {"const": true}}, "required": ["a"]}, "then": {"properties": {"b": {"type": "string"}}, "required": ["b"]}, "else": {"properties": {"c": {"type": "string"}}}}`,
			`{"a": true, "c": "kept for later"}`, "/a /b", `{"a": true}`, "/b",
		},
		"else": {
			`{"properties": {"a": {"type": "boolean"}}, "if": {"properties": {"a": {"const": true}}, "required": ["a"]}, "then": {"properties": {"b": {"type": "string"}}, "required": ["b"]}, "else": {"properties": {"c": {"type": "string"}}}}`,
			`{"a": false, "b": "x"}`, "/a /c", `{"a": false}`, "",
		},
		"a chain falls together": {
			`{"properties": {"a": {"type": "boolean"}, "b": {"type": "boolean", "x-show-when": {"/a": true}}, "c": {"type": "string", "x-show-when": {"/b": true}}}, "required": ["a", "b", "c"]}`,
			`{"a": false, "b": true, "c": "x"}`, "/a", `{"a": false}`, "",
		},
		"all of several, any of a list": {
			`{"properties": {"a": {"type": "string"}, "b": {"type": "integer"}, "c": {"type": "string", "x-show-when": {"/a": ["x", "y"], "/b": 1}}}}`,
			`{"a": "y", "b": 1.0}`, "/a /b /c", `{"a": "y", "b": 1}`, "",
		},
		"one of several choices": {
			`{"properties": {"a": {"type": "array", "uniqueItems": true, "items": {"enum": ["x", "y"]}}, "c": {"type": "string", "x-show-when": {"/a": "y"}}}}`,
			`{"a": ["x", "y"]}`, "/a /c", `{"a": ["x", "y"]}`, "",
		},
		"in its own row": {
			`{"properties": {"l": {"type": "array", "items": {"x-order": ["a", "b"], "properties": {"a": {"type": "string"}, "b": {"type": "string", "x-show-when": {"/l/*/a": "x"}}}, "required": ["b"]}}}}`,
			`{"l": [{"a": "x"}, {"a": "y", "b": "z"}]}`, "/l /l/0/a /l/0/b /l/1/a", `{"l": [{"a": "x"}, {"a": "y"}]}`, "/l/0/b",
		},
		"branches told apart": {
			`{"properties": {"kind": {"enum": ["p", "q"]}}, "oneOf": [{"properties": {"kind": {"const": "p"}, "x": {"type": "string"}}, "required": ["x"]}, {"properties": {"kind": {"const": "q"}, "y": {"type": "string"}}, "required": ["y"]}]}`,
			`{"kind": "q", "x": "old"}`, "/kind /y", `{"kind": "q"}`, "/y",
		},
		"dependent answers": {
			`{"properties": {"card": {"type": "string"}, "bill": {"type": "string"}}, "dependentRequired": {"card": ["bill"]}, "dependentSchemas": {"card": {"properties": {"until": {"type": "string"}}, "required": ["until"]}}}`,
			`{"card": "1"}`, "/bill /card /until", `{"card": "1"}`, "/bill /until",
		},
		"a condition above a group": {
			`{"properties": {"a": {"enum": ["1", "2"]}, "g": {"properties": {"b": {"type": "string"}}}}, "if": {"properties": {"a": {"const": "1"}}}, "then": {"properties": {"g": {"properties": {"c": {"type": "string"}}}}}}`,
			`{"a": "2", "g": {"b": "x", "c": "y"}}`, "/a /g /g/b", `{"a": "2", "g": {"b": "x"}}`, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := compile(t, parseJSON(t, tt.schema))
			answers := parseJSON(t, tt.answers)
			shown := ""
			view := f.View(answers, nil, Context{})
			for _, fv := range controls(view) {
				if fv.Shown {
					shown += " " + fv.Pointer
				}
			}
			if len(shown) > 0 {
				shown = shown[1:]
			}
			if shown != tt.shown {
				t.Errorf("shown are %q, want %q", shown, tt.shown)
			}
			if got := f.Prune(answers); !equal(got, parseJSON(t, tt.pruned)) {
				t.Errorf("pruned to %s, want %s", indented(t, got), tt.pruned)
			}
			problems := ""
			for _, p := range f.Check(answers, Context{}) {
				problems += " " + p.Pointer
			}
			if len(problems) > 0 {
				problems = problems[1:]
			}
			if problems != tt.problems {
				t.Errorf("problems at %q, want %q", problems, tt.problems)
			}
			// Hidden answers travel with the page and come back when shown again.
			if back := f.Parse(post(view)).Answers; !equal(back, answers) {
				t.Errorf("came back as %s, was %s", indented(t, back), tt.answers)
			}
		})
	}
}

func TestShowWhenForTheScript(t *testing.T) {
	f := compile(t, parseJSON(t, `{"properties": {"a": {"type": "boolean"}}, "if": {"properties": {"a": {"const": true}}, "required": ["a"]}, "else": {"properties": {"c": {"type": "string"}}}}`))
	for _, fv := range controls(f.View(nil, nil, Context{})) {
		if fv.Pointer != "/c" {
			continue
		}
		var got [][]Condition
		if err := json.Unmarshal([]byte(fv.ShowWhen), &got); err != nil {
			t.Fatal(err)
		}
		if len(got) != 1 || len(got[0]) != 1 || got[0][0].Name != "/a" || !got[0][0].Not || got[0][0].In[0] != "true" || got[0][0].Absent {
			t.Errorf("says %s", fv.ShowWhen)
		}
	}
}

func TestInitial(t *testing.T) {
	f := compile(t, parseJSON(t, `{"properties": {"a": {"type": "string", "default": "x"}, "g": {"properties": {"b": {"type": "integer", "default": 1}, "c": {"type": "string"}}}, "l": {"type": "array", "items": {"type": "string"}}}}`))
	if got := f.Initial(); !equal(got, parseJSON(t, `{"a": "x", "g": {"b": 1}}`)) {
		t.Errorf("starts with %s", indented(t, got))
	}
}

// What no control on the page can change is decided by the server: the script
// would take a locked answer for none.
func TestShowWhenOfALockedQuestion(t *testing.T) {
	f := compile(t, parseJSON(t, `{"properties": {"regime": {"type": "string", "readOnly": true}, "b": {"type": "boolean"},
		"x": {"type": "string", "x-show-when": {"/regime": "A"}}, "y": {"type": "string", "x-show-when": {"/regime": "B"}},
		"z": {"type": "string", "x-show-when": {"/regime": "A", "/b": true}}}}`))
	for _, fv := range controls(f.View(parseJSON(t, `{"regime": "A", "b": true}`), nil, Context{})) {
		want := map[string]struct {
			shown bool
			when  string
		}{"/x": {true, ""}, "/y": {false, ""}, "/z": {true, `[[{"name":"/b","in":["true"]}]]`}}
		if w, ok := want[fv.Pointer]; ok && (fv.Shown != w.shown || fv.ShowWhen != w.when) {
			t.Errorf("%s: shown %v when %q", fv.Pointer, fv.Shown, fv.ShowWhen)
		}
	}
}

// Hidden fields and locked ones have no control of their own; their answers stay.
func TestFieldsWithoutControl(t *testing.T) {
	f := compile(t, parseJSON(t, `{"properties": {"h": {"type": "integer", "x-widget": "hidden"}, "o": {"type": "number", "x-widget": "output", "x-unit": "万元"}, "c": {"const": true}}}`))
	answers := parseJSON(t, `{"h": 3, "o": 1280.5, "c": true}`)
	v := f.View(answers, nil, Context{})
	if len(v.Hidden) != 1 || v.Hidden[0] != (Input{"/h", "3"}) {
		t.Errorf("hidden inputs %v", v.Hidden)
	}
	for _, fv := range controls(v) {
		switch fv.Kind {
		case Output:
			if fv.Display != "1,280.5" || fv.Unit != "万元" {
				t.Errorf("shown as %q %q", fv.Display, fv.Unit)
			}
		case Confirm:
			if fv.Value != "true" || !fv.Options[0].Selected {
				t.Errorf("ticked, and yet %+v", fv)
			}
		}
	}
	if back := f.Merge(answers, f.Parse(post(v)).Answers); !equal(back, answers) {
		t.Errorf("came back as %s", indented(t, back))
	}
	for _, fv := range controls(f.View(nil, nil, Context{})) {
		if fv.Kind == Confirm && (fv.Value != "" || fv.Options[0].Selected) {
			t.Errorf("not ticked, and yet %+v", fv)
		}
	}
}

func TestSourceInWords(t *testing.T) {
	f := compile(t, parseJSON(t, `{"x-order": ["a", "b"], "properties": {"a": {"type": "string", "x-source": "project.name"},
		"b": {"type": "string", "x-source": "licence.name", "x-source-title": "电子证照", "x-source-title-en": "the licence"}}}`))
	for lang, want := range map[string]string{Chinese: "来自项目登记 来自电子证照", English: "From the project registration From the licence"} {
		fs := controls(f.View(nil, nil, Context{Lang: lang}))
		if got := fs[0].Source + " " + fs[1].Source; got != want {
			t.Errorf("says %q, want %q", got, want)
		}
	}
}
