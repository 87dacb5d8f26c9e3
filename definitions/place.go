package definitions

import (
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// locate gives line and column (1-based, in characters) of the character offset inside a scalar. It is exact for
// plain, quoted and literal scalars on lines of their own; folded and continued ones give their start.
func locate(lines []string, n *yaml.Node, offset int) (line, col int) {
	line, col = n.Line, n.Column
	if offset <= 0 && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle) == 0 ||
		offset < 0 || n.Kind != yaml.ScalarNode || line < 1 || line > len(lines) {
		return line, col
	}
	if n.Style&yaml.LiteralStyle != 0 {
		return locateLiteral(lines, n, offset)
	}
	source := []rune(lines[line-1])
	if n.Tag != "" && n.Style&yaml.TaggedStyle != 0 || col > len(source) {
		return line, col
	}
	source = source[col-1:]
	at, ok := offset, false
	switch {
	case n.Style&yaml.SingleQuotedStyle != 0:
		at, ok = insideSingle(source, offset)
	case n.Style&yaml.DoubleQuotedStyle != 0:
		at, ok = insideDouble(source, offset)
	case n.Style&yaml.FoldedStyle == 0:
		value := []rune(n.Value)
		ok = offset <= len(value) && len(source) >= offset && string(source[:offset]) == string(value[:offset])
	}
	if !ok {
		return line, col
	}
	return line, col + at
}

// insideSingle counts past the opening quote, a doubled quote being one character.
func insideSingle(source []rune, offset int) (int, bool) {
	i := 1
	for ; offset > 0; offset-- {
		if i >= len(source) {
			return 0, false
		}
		if source[i] == '\'' {
			i++
		}
		i++
	}
	return i, i < len(source)
}

// insideDouble counts past the opening quote and its escapes.
func insideDouble(source []rune, offset int) (int, bool) {
	i := 1
	for ; offset > 0; offset-- {
		if i+1 >= len(source) {
			return 0, false
		}
		if source[i] == '\\' {
			i++
			switch source[i] {
			case 'x':
				i += 2
			case 'u':
				i += 4
			case 'U':
				i += 8
			}
		}
		i++
	}
	return i, i < len(source)
}

// locateLiteral finds the line of a block kept as written; what precedes the value's text there is indentation.
func locateLiteral(lines []string, n *yaml.Node, offset int) (line, col int) {
	value := []rune(strings.TrimRight(n.Value, "\n"))
	before := string(value[:min(offset, len(value))])
	row := strings.Count(before, "\n")
	text := strings.Split(n.Value, "\n")[row]
	line = n.Line + 1 + row
	if line > len(lines) || !strings.HasSuffix(lines[line-1], text) {
		return n.Line, n.Column
	}
	indent := utf8.RuneCountInString(lines[line-1]) - utf8.RuneCountInString(text)
	return line, indent + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
}
