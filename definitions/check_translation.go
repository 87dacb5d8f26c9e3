package definitions

import (
	"fmt"
	"io/fs"
	"strings"

	"gopkg.in/yaml.v3"
)

// checkTranslations warns of Chinese names without their English ones. It walks the nodes themselves, of which there
// are many, and works out where one stands only when it has something to say.
func (l *loader) checkTranslations(fs.FS) {
	for _, o := range l.objects {
		switch o.kind {
		case "tests":
		case "form":
			l.translated(o, o.n, "name")
			l.translatedForm(o, o.get("schema"))
		default:
			l.translatedAll(o, o.n)
		}
	}
}

// translatedAll looks at a node and all inside it, tests and documents of law aside.
func (l *loader) translatedAll(o *object, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		for _, e := range n.Content {
			l.translatedAll(o, e)
		}
		return
	}
	l.translated(o, n, "name")
	l.translated(o, n, "note")
	if o.kind == "item" {
		for _, sentence := range []string{"applies_when_text", "when_text", "text"} {
			l.translated(o, n, sentence)
		}
	}
	for i := 1; i < len(n.Content); i += 2 {
		if k := n.Content[i-1].Value; k != "tests" && k != "basis" && k != "days" {
			l.translatedAll(o, n.Content[i])
		}
	}
}

// questions are the words of a form that people read, each with where its English stands.
var questions = map[string]string{
	"title": "x-title-en", "description": "x-description-en", "x-unit": "x-unit-en", "x-section": "x-section-en",
	"x-message": "x-message-en", "x-source-title": "x-source-title-en", "x-enum-names": "x-enum-names-en",
}

// translatedForm looks at all words of a schema. Those of the root are the form's own, which has a name.
func (l *loader) translatedForm(o *object, v value) {
	for key, f := range v.fields() {
		en := questions[key]
		if words := strings.Join(f.texts(), " "); en != "" && han(words) && !v.get(en).ok() && !v.get("title_en").ok() && v.n != o.get("schema").n {
			l.warn(o, f, "no-translation", fmt.Sprintf("%s has no English", quote(words)), "add "+en)
		}
		l.translatedForm(o, f)
	}
	if v.ok() && len(v.list()) > 0 && v.list()[0].n != v.n {
		for _, e := range v.list() {
			l.translatedForm(o, e)
		}
	}
}

func (l *loader) translated(o *object, n *yaml.Node, field string) {
	block := value{n: n}
	zh, en := block.get(field), block.get(field+"_en")
	known := field != "note" || en.n != nil // a note for those who write the file needs no English
	if zh.ok() && !en.ok() && known && han(zh.text()) {
		l.warn(o, zh, "no-translation", fmt.Sprintf("%s has no English", quote(zh.text())), "add "+field+"_en")
	}
}

func han(s string) bool {
	for _, r := range s {
		if r >= 0x4e00 && r <= 0x9fff {
			return true
		}
	}
	return false
}
