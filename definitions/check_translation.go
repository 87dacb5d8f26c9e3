package definitions

import (
	"fmt"
	"io/fs"
	"strings"
)

// checkTranslations warns of Chinese names without their English ones.
func (l *loader) checkTranslations(fs.FS) {
	for _, o := range l.objects {
		switch o.kind {
		case "tests":
		case "form":
			l.translated(o, o.value, "name")
			l.translatedForm(o, o.get("schema"))
		default:
			l.translatedAll(o, o.value)
		}
	}
}

// translatedAll looks at a value and all inside it, tests and documents of law aside.
func (l *loader) translatedAll(o *object, v value) {
	l.translated(o, v, "name")
	l.translated(o, v, "note")
	for k, f := range v.fields() {
		if k != "tests" && k != "basis" && k != "days" {
			l.translatedAll(o, f)
		}
	}
	if v.n.Content != nil && len(v.list()) > 0 && v.list()[0].n != v.n {
		for _, e := range v.list() {
			l.translatedAll(o, e)
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
		if words := strings.Join(f.texts(), " "); en != "" && han(words) && !v.get(en).ok() && !v.get("title_en").ok() && v.path != "/schema" {
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

func (l *loader) translated(o *object, v value, field string) {
	zh, en := v.get(field), v.get(field+"_en")
	known := field == "name" || en.n != nil
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
