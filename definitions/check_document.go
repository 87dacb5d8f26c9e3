package definitions

import (
	"fmt"
	"io/fs"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	tree "text/template/parse"
	"time"

	"banli/engine/rule"
)

func (l *loader) checkDocuments(fs.FS) {
	for _, o := range l.of("document") {
		for _, field := range []string{"title", "body"} {
			if v := o.get(field); v.ok() && !o.broken {
				l.checkTemplate(o, v)
			}
		}
	}
}

var templateLine = regexp.MustCompile(`^template: [^:]*:(\d+)(?::\d+)?: (.*)$`)

// checkTemplate parses a template and looks every field it names up in DocumentData and in the input forms of the
// actions that issue it.
func (l *loader) checkTemplate(o *object, v value) {
	text := v.text()
	t, err := template.New("t").Funcs(documentFuncs(nil)).Parse(text)
	if err != nil {
		m := templateLine.FindStringSubmatch(err.Error())
		offset, message := 0, err.Error()
		if m != nil {
			row, _ := strconv.Atoi(m[1])
			message = m[2]
			for i, line := range strings.SplitAfter(text, "\n") {
				if i < row-1 {
					offset += len([]rune(line))
				}
			}
		}
		l.faultInside(o, v, offset, "template", message, "")
		return
	}
	input := l.inputOf(o.id)
	walkFields(t.Tree.Root, true, func(n tree.Node, names []string) {
		if len(names) > 1 && names[0] == "Param" && l.cat.parameter(names[1]) == nil {
			var known []string
			for _, p := range l.cat.Parameters {
				known = append(known, p.ID)
			}
			l.faultInside(o, v, len([]rune(text[:n.Position()])), "template", "unknown field .Param."+names[1]+": there is no such parameter", nearest(names[1], known))
		}
		if msg, hint := checkChain(names, input); msg != "" {
			l.faultInside(o, v, len([]rune(text[:n.Position()])), "template", msg, hint)
		}
	})
	for _, m := range namedList.FindAllStringSubmatchIndex(text, -1) {
		if list := text[m[2]:m[3]]; l.cat.CodeLists[list] == nil {
			l.faultInside(o, v, len([]rune(text[:m[2]])), "template", fmt.Sprintf("unknown code list %q", list), nearest(list, sortedKeys(l.cat.CodeLists)))
		}
	}
}

// namedList is a call of the function name.
var namedList = regexp.MustCompile(`\{\{[^{}]*\bname +"([^"]*)"`)

// inputOf joins the types of the inputs of the actions that issue a document. Known is false where none is known.
func (l *loader) inputOf(document string) rule.Type {
	t, found := rule.Type{Kind: rule.KindObject}, false
	for _, id := range sortedKeys(l.specs) {
		for _, a := range l.specs[id].Actions {
			if f := l.cat.Forms[a.Input]; a.Document == document && f != nil {
				t, found = rule.Join(t, f.Type), true
			}
		}
	}
	t.Open = t.Open || !found
	return t
}

func checkChain(names []string, input rule.Type) (message, hint string) {
	at := reflect.TypeFor[DocumentData]()
	for i, name := range names {
		if at.Kind() != reflect.Struct || at == reflect.TypeFor[time.Time]() {
			break
		}
		f, ok := at.FieldByName(name)
		if !ok {
			var known []string
			for j := range at.NumField() {
				known = append(known, at.Field(j).Name)
			}
			return fmt.Sprintf("unknown field .%s", strings.Join(names[:i+1], ".")), nearest(name, known)
		}
		at = f.Type
	}
	if len(names) > 1 && names[0] == "Input" {
		if _, ok := input.Field(names[1]); !ok {
			var known []string
			for _, f := range input.Fields {
				known = append(known, f.Name)
			}
			return fmt.Sprintf("unknown field .Input.%s: no form of an action that issues this has it", names[1]), nearest(names[1], known)
		}
	}
	return "", ""
}
