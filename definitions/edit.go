package definitions

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// SetScalar replaces the one value at a path, such as /parameters/reply_hours/value, and leaves every other character
// of the file as it was: comments, order, layout. Where several objects of the file have such a path, put the object's
// kind and id before it: "department FG/contact/phone". Revisions of one item are told apart by [SetScalarAt].
func SetScalar(src []byte, path, text string) ([]byte, error) {
	object, pointer, _ := strings.Cut(path, "/")
	pointer = "/" + pointer
	var found []*yaml.Node
	for root, err := range roots(src) {
		if err != nil {
			return nil, err
		}
		v := value{n: root}
		if object != "" && object != v.get("kind").text()+" "+v.get("id").text() {
			continue
		}
		if at := v.at(pointer); pointers(root)[at.n] == pointer {
			found = append(found, at.n)
		}
	}
	switch {
	case len(found) == 0:
		return nil, fmt.Errorf("there is no value at %s", path)
	case len(found) > 1:
		return nil, fmt.Errorf("there are %d values at %s; put kind and id of the object before it", len(found), path)
	}
	return replaceScalar(src, found[0], text)
}

// SetScalarAt is [SetScalar] for the value that begins at a line and column, such as those of [Parameter.Place].
func SetScalarAt(src []byte, line, col int, text string) ([]byte, error) {
	for root, err := range roots(src) {
		if err != nil {
			return nil, err
		}
		if n := scalarAt(root, line, col); n != nil {
			return replaceScalar(src, n, text)
		}
	}
	return nil, fmt.Errorf("no value begins at line %d, column %d", line, col)
}

// roots parses the documents of a file one after the other.
func roots(src []byte) iter.Seq2[*yaml.Node, error] {
	return func(yield func(*yaml.Node, error) bool) {
		for doc, err := range documents(bytes.NewReader(src)) {
			var root *yaml.Node
			if err == nil {
				root, err = parse(doc)
			}
			if !yield(root, err) {
				return
			}
		}
	}
}

func scalarAt(n *yaml.Node, line, col int) *yaml.Node {
	if n.Kind == yaml.ScalarNode && n.Line == line && n.Column == col {
		return n
	}
	for _, c := range n.Content {
		if found := scalarAt(c, line, col); found != nil {
			return found
		}
	}
	return nil
}

// replaceScalar writes text in place of a scalar that stands on one line, quoted as it was or as it must be.
func replaceScalar(src []byte, n *yaml.Node, text string) ([]byte, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("the text is not UTF-8")
	}
	if n.Kind != yaml.ScalarNode || n.Style&(yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) != 0 || n.Anchor != "" {
		return nil, fmt.Errorf("line %d: only a value written on one line can be replaced", n.Line)
	}
	lines := bytes.SplitAfter(src, []byte("\n"))
	if n.Line > len(lines) {
		return nil, fmt.Errorf("line %d: not found", n.Line)
	}
	line := []rune(string(lines[n.Line-1]))
	start := n.Column - 1
	end, ok := scalarEnd(line, start, n)
	if !ok {
		return nil, fmt.Errorf("line %d: only a value written on one line can be replaced", n.Line)
	}
	lines[n.Line-1] = []byte(string(line[:start]) + written(text, n.Style) + string(line[end:]))
	return bytes.Join(lines, nil), nil
}

func scalarEnd(line []rune, start int, n *yaml.Node) (int, bool) {
	count := len([]rune(n.Value))
	switch {
	case start >= len(line):
		return start, n.Value == "" && start == len(line)
	case n.Style&yaml.SingleQuotedStyle != 0:
		at, ok := insideSingle(line[start:], count)
		return start + at + 1, ok && line[start+at] == '\''
	case n.Style&yaml.DoubleQuotedStyle != 0:
		at, ok := insideDouble(line[start:], count)
		return start + at + 1, ok && line[start+at] == '"'
	}
	end := start + count
	return end, end <= len(line) && string(line[start:end]) == n.Value
}

// written is text as a scalar: plain where it was plain and reads back the same, else quoted.
func written(text string, style yaml.Style) string {
	special := strings.ContainsFunc(text, mustEscape)
	if style&yaml.SingleQuotedStyle != 0 && !special {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	if style == 0 && text != "" && !special {
		// More characters end a plain value inside [ ] or { } than outside, and some begin a block only outside.
		if readsBack("- "+text+"\n", text) && readsBack("["+text+"]", text) {
			return text
		}
	}
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case mustEscape(r):
			fmt.Fprintf(&out, `\u%04X`, r)
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
	return out.String()
}

// readsBack says whether a list of one plain value gives just this text.
func readsBack(list, text string) bool {
	root, err := parse(document{text: list})
	if err != nil || len(root.Content) != 1 {
		return false
	}
	n := root.Content[0]
	return n.Kind == yaml.ScalarNode && n.Style == 0 && n.Value == text && !isNull(n) && n.Anchor == ""
}

// mustEscape says whether YAML reads the character as a break or not at all.
func mustEscape(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffe || r == 0xffff
}
