package definitions

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// references are the two documents of the format, and the heading of their table of codes.
var references = map[string]string{
	"../docs/definitions.zh-CN.md": "| 代码 | 意思 | 怎么改 |\n|---|---|---|\n",
	"../docs/definitions.md":       "| code | meaning | cure |\n|---|---|---|\n",
}

var codeTable = regexp.MustCompile(`(?s)(<!-- codes:[^\n]*-->\n).*?(<!-- end -->)`)

// TestReferenceListsEveryCode keeps the tables of fault codes as the code has them; -update writes them.
func TestReferenceListsEveryCode(t *testing.T) {
	for name, table := range references {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range Codes {
			text, cure := c.En, ""
			zhCure, enCure := c.Cure()
			if cure = enCure; strings.Contains(name, "zh-CN") {
				text, cure = c.Zh, zhCure
			}
			if cure == "" {
				t.Errorf("code %s has no cure in cures.go", c.ID)
			}
			table += "| `" + c.ID + "` | " + text + " | " + cure + " |\n"
		}
		want := codeTable.ReplaceAllString(string(src), "${1}\n"+strings.ReplaceAll(table, "$", "$$")+"\n${2}")
		if *Update {
			if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if string(src) != want {
			t.Errorf("%s: the table of codes is not that of codes.go; go test ./definitions -update writes it", name)
		}
	}
	for id := range cures {
		if !slices.ContainsFunc(Codes, func(c Code) bool { return c.ID == id }) {
			t.Errorf("cures.go has %s, which is no code", id)
		}
	}
}

// TestReferenceMentionsEveryField: whatever a schema allows, the section of its kind explains, in both languages.
func TestReferenceMentionsEveryField(t *testing.T) {
	for name := range references {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for kind, s := range shapes() {
			section := string(src)
			if kind != "common" && kind != "scenario" {
				_, section, _ = strings.Cut(section, "### kind: "+kind)
				section, _, _ = strings.Cut(section, "\n### ")
			}
			mentioned := func(word string) bool {
				return strings.Contains(section, "`"+word+"`") || strings.Contains(section, "`"+word+":")
			}
			fields := map[string]bool{}
			s.collect(fields)
			for _, word := range sortedKeys(fields) {
				if !mentioned(word) {
					t.Errorf("%s: %s: nothing about `%s`", name, kind, word)
				}
			}
		}
		for _, word := range slices.Concat(Roles, clockFields, thenKeys) {
			if !strings.Contains(string(src), "`"+word+"`") && !strings.Contains(string(src), "`"+word+": ") {
				t.Errorf("%s: nothing about `%s`", name, word)
			}
		}
	}
}

// TestReferenceExamplesAreRight: whoever copies an example has an object of the right shape.
func TestReferenceExamplesAreRight(t *testing.T) {
	example := regexp.MustCompile("(?s)```yaml\n(kind:.*?)```")
	for name := range references {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		examples := example.FindAllStringSubmatch(string(src), -1)
		if len(examples) == 0 {
			t.Errorf("%s has no example", name)
		}
		for _, m := range examples {
			root, err := parse(document{text: m[1]})
			if err != nil {
				t.Errorf("%s: %v in\n%s", name, err, m[1])
				continue
			}
			v := value{n: root}
			p := shapePass{report: func(v value, _ bool, _, message, _ string) {
				t.Errorf("%s: %s: %s", name, pointers(root)[v.n], message)
			}}
			p.check(v, shapes()[v.get("kind").text()])
		}
	}
}

// collect gathers the fields and words a schema allows, those of other files aside.
func (s *shape) collect(into map[string]bool) {
	if s == nil {
		return
	}
	for name, p := range s.Properties {
		into[name] = true
		p.collect(into)
	}
	for _, word := range s.Enum {
		into[word] = true
	}
	for _, d := range s.Definitions {
		d.collect(into)
	}
	s.Items.collect(into)
	if s.Additional != nil {
		s.Additional.of.collect(into)
	}
}
