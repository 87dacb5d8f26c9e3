package definitions

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"sort"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// maxDocument bounds one YAML document; the largest definition is a hundredth of it.
const maxDocument = 4 << 20

// document is the text of one YAML document of a stream and the line it starts at (0-based).
type document struct {
	text string
	line int
	src  []byte // the same as text, where it is at hand
}

// blank says that nothing stands in the document but comments, markers and directives.
func (d document) blank() bool {
	for line := range strings.Lines(d.text) {
		if line = strings.TrimSpace(strings.TrimPrefix(line, "---")); line != "" && !strings.ContainsAny(line[:1], "#%") && line != "..." {
			return false
		}
	}
	return true
}

// documents splits a stream at its document markers. A marker at the start of a line cannot be part of a
// value, so a document that is broken does not take the ones after it along. A document longer than
// maxDocument is cut, and its text ends in errTooLong.
func documents(r io.Reader) iter.Seq2[document, error] {
	return func(yield func(document, error) bool) {
		size := 64 << 10
		if whole, ok := r.(*bytes.Reader); ok {
			size = min(size, whole.Len())
		}
		in := bufio.NewReaderSize(r, size)
		var text strings.Builder
		start, line, head, long := 0, 0, true, false
		flush := func(next int) bool {
			d := document{text: text.String(), line: start}
			text.Reset()
			start, head = next, true
			if long {
				long = false
				return yield(d, fmt.Errorf("the document is longer than %d MiB", maxDocument>>20))
			}
			return d.blank() || yield(d, nil)
		}
		for {
			part, err := in.ReadString('\n')
			marker := strings.HasPrefix(part, "---") && (len(part) == 3 || strings.ContainsAny(part[3:4], " \t\r\n"))
			if marker && !head && !flush(line) {
				return
			}
			if trimmed := strings.TrimSpace(part); marker || trimmed != "" && !strings.ContainsAny(trimmed[:1], "#%") {
				head = false
			}
			if text.Len()+len(part) > maxDocument {
				long = true
			} else {
				text.WriteString(part)
			}
			line += countBreaks(part)
			if end := strings.TrimRight(part, " \t\r\n"); end == "..." && !flush(line) {
				return
			}
			if err != nil {
				if !errors.Is(err, io.EOF) {
					yield(document{text: text.String(), line: start}, err)
					return
				}
				flush(line)
				return
			}
		}
	}
}

// syntaxError is what the YAML parser could not read. It knows the line only.
type syntaxError struct {
	line    int // 1-based in the stream
	message string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.message) }

// complaint is the parser's message without its line, which names the start of the block around the fault.
func complaint(err error) string {
	m, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "yaml: "), "\n")
	if rest, ok := strings.CutPrefix(m, "line "); ok {
		_, m, _ = strings.Cut(rest, ": ")
	}
	return m
}

// breakingLine is the 1-based line that makes the text unreadable: up to the line before it, it can be read,
// or fails otherwise.
func breakingLine(text, complained string) int {
	lines := strings.SplitAfter(text, "\n")
	return min(len(lines), 1+sort.Search(len(lines), func(i int) bool {
		var n yaml.Node
		err := yaml.Unmarshal([]byte(strings.Join(lines[:i+1], "")), &n)
		return err != nil && complaint(err) == complained
	}))
}

// parse reads one document. Lines of its nodes count from the start of the stream.
func parse(d document) (root *yaml.Node, err error) {
	if !utf8.ValidString(d.text) {
		valid := strings.ToValidUTF8(d.text, "\x00")
		return nil, &syntaxError{d.line + 1 + strings.Count(valid[:strings.IndexByte(valid, 0)], "\n"), "the text is not UTF-8"}
	}
	if d.src == nil {
		d.src = []byte(d.text)
	}
	var node yaml.Node
	if err := yaml.Unmarshal(d.src, &node); err != nil {
		return nil, &syntaxError{d.line + breakingLine(d.text, complaint(err)), "cannot be read as YAML: " + peopleSay(complaint(err))}
	}
	if len(node.Content) != 1 {
		return nil, &syntaxError{d.line + 1, "the document is empty"}
	}
	if d.line > 0 {
		shift(&node, d.line)
	}
	return node.Content[0], nil
}

func shift(n *yaml.Node, lines int) {
	n.Line += lines
	for _, c := range n.Content {
		shift(c, lines)
	}
}

// peopleSay words the parser's commonest complaints for people who never saw a parser.
func peopleSay(m string) string {
	for _, w := range [][2]string{
		{"found character that cannot start any token", "a tab or a reserved character (@ `) starts a value here; indent with spaces and quote the value"},
		{"mapping values are not allowed in this context", "a second \":\" in one line, or a line indented too far; quote the value"},
		{"did not find expected ',' or '}'", "a \"{\" is not closed by \"}\", a comma is missing, or a value inside needs quotes"},
		{"did not find expected ',' or ']'", "a \"[\" is not closed by \"]\", a comma is missing, or a value inside needs quotes"},
		{"did not find expected key", "the indentation does not match the lines above"},
		{"did not find expected '-' indicator", "the indentation does not match the list above"},
		{"could not find expected ':'", "a \":\" is missing after a name"},
		{"did not find expected node content", "a \"[\" or \"{\" is not closed, or a value is missing"},
		{"did not find expected <document start>", "what stands here belongs to no field; give it a name or indent it"},
		{"block sequence entries are not allowed", "a list cannot begin here; put it on lines of its own, or quote the value"},
		{"found a tab character", "a tab in the indentation; indent with spaces"},
		{"found unknown escape character", "a backslash in double quotes begins an escape; use single quotes"},
		{"unknown anchor", "an alias (*) is not read; quote the value"},
		{"found unexpected end of stream", "a quote is not closed"},
	} {
		if strings.Contains(m, w[0]) {
			return w[1]
		}
	}
	return m
}

// breaks makes every line break YAML knows a plain one.
var breaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// countBreaks counts the line breaks of s; all but the plain ones are rare.
func countBreaks(s string) int {
	if strings.IndexByte(s, '\r') < 0 && !strings.Contains(s, "\u0085") && !strings.Contains(s, "\u2028") && !strings.Contains(s, "\u2029") {
		return strings.Count(s, "\n")
	}
	return strings.Count(breaks.Replace(s), "\n")
}

// textLines are the lines of a file without their ends.
func textLines(src []byte) []string { return strings.Split(breaks.Replace(string(src)), "\n") }
