package definitions

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"banli/forms"

	"gopkg.in/yaml.v3"
)

var dateShape = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

func (l *loader) readSmall(fs.FS) {
	for _, o := range l.of("department") {
		l.cat.Departments = append(l.cat.Departments, &Department{
			ID: o.id, Name: o.get("name").text(), NameEn: o.get("name_en").text(), ShortName: o.get("short_name").text(),
			Successor: o.get("successor").text(), Contact: readContact(o.get("contact")), Valid: l.period(o, o.get("valid")),
		})
	}
	for _, o := range l.of("codelist") {
		l.cat.CodeLists[o.id] = l.readCodeList(o)
	}
	for _, o := range l.of("document") {
		l.cat.Documents[o.id] = &Document{
			ID: o.id, Name: o.get("name").text(), NameEn: o.get("name_en").text(),
			Title: o.get("title").text(), Body: o.get("body").text(), codes: l.cat.CodeLists,
		}
	}
	for _, o := range l.of("guide") {
		l.cat.Guides = append(l.cat.Guides, &Guide{
			ID: o.id, Name: o.get("name").text(), NameEn: o.get("name_en").text(),
			Role: o.get("role").text(), Markdown: o.get("markdown").text(),
		})
		l.checkRole(o, o.get("role"))
	}
}

func readContact(v value) Contact {
	return Contact{v.get("window").text(), v.get("phone").text(), v.get("address").text(), v.get("hours").text()}
}

func (l *loader) readCodeList(o *object) *CodeList {
	list := &CodeList{ID: o.id, Name: o.get("name").text(), NameEn: o.get("name_en").text(), Source: o.get("source").text()}
	lines := map[string]int{}
	for _, c := range o.get("codes").list() {
		code := forms.Code{
			Code: c.get("code").text(), Name: c.get("name").text(), NameEn: c.get("name_en").text(),
			Parent: c.get("parent").text(), From: c.get("from").text(), To: c.get("to").text(),
		}
		l.period(o, c)
		list.Codes = append(list.Codes, code)
		// A code may be given again for another time, as when a township was renamed.
		if line, again := lines[code.Code]; again && code.From == "" && code.To == "" && !o.broken {
			l.fault(o, c.get("code"), "duplicate-id", fmt.Sprintf("code %q is there twice, first in line %d", code.Code, line), "")
		} else if !again && c.n != nil {
			lines[code.Code] = c.n.Line
		}
	}
	for _, c := range o.get("codes").list() {
		if p := c.get("parent"); p.ok() && lines[p.text()] == 0 && !o.broken {
			l.fault(o, p, "unknown-code", fmt.Sprintf("unknown code %q", p.text()), didYouMean(p.text(), sortedKeys(lines)))
		}
	}
	return list
}

// readMarkdown reads a guide written in Markdown: its fields may stand in front between two lines of ---; without
// them the file name is the id and the first heading the name.
func (l *loader) readMarkdown(name, src string) {
	text, body, line := "", strings.ReplaceAll(src, "\r\n", "\n"), 0
	if rest, ok := strings.CutPrefix(body, "---\n"); ok {
		if front, after, ok := strings.Cut(rest, "\n---\n"); ok {
			text, body, line = front, after, 1
		}
	}
	root := &yaml.Node{Kind: yaml.MappingNode, Line: 1, Column: 1}
	if strings.TrimSpace(text) != "" {
		r, err := parse(document{text: text, line: line})
		if err != nil {
			l.readDocument(name, document{text: text, line: line}) // says why
			return
		}
		root = r
	}
	set := func(key, text string) {
		if (value{n: root}).get(key).n == nil && text != "" && root.Kind == yaml.MappingNode {
			root.Content = append(root.Content,
				&yaml.Node{Kind: yaml.ScalarNode, Value: key, Line: 1, Column: 1},
				&yaml.Node{Kind: yaml.ScalarNode, Value: text, Line: 1, Column: 1, Style: yaml.DoubleQuotedStyle})
		}
	}
	heading := ""
	if m := heading1.FindStringSubmatch(body); m != nil {
		heading = m[1]
	}
	set("kind", "guide")
	set("id", strings.TrimSuffix(path.Base(name), ".md"))
	set("name", heading)
	set("markdown", strings.TrimLeft(body, "\n"))
	l.readObject(&object{file: name, value: value{n: root}, text: src})
}

var heading1 = regexp.MustCompile(`(?m)^# +(.+?) *$`)
