package definitions

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"banli/engine/rule"
)

// Severity of a fault: an error keeps the catalogue from being used, a warning does not.
const (
	Error   = "error"
	Warning = "warning"
)

// Fault is one thing wrong in a definition, at the character an author edits.
type Fault struct {
	File      string // slash-separated, relative to the tree loaded
	Line, Col int    // 1-based; Col counts characters, not bytes
	Path      string // inside the object, such as /actions/accept/when
	Code      string // stable, listed in [Codes]
	Severity  string // [Error] or [Warning]
	Message   string // what was found and what was expected
	Hint      string // how to mend it, when we can tell
}

// Error prints the fault on one line: file:line:col: path: message; hint.
func (f Fault) Error() string {
	s := fmt.Sprintf("%s:%d:%d: ", f.File, f.Line, f.Col)
	if f.Path != "" {
		s += f.Path + ": "
	}
	if f.Severity == Warning {
		s += "warning: "
	}
	s += f.Message
	if f.Hint != "" {
		s += "; " + f.Hint
	}
	return s
}

// Faults are all faults of one load, sorted by file, line and column.
type Faults []Fault

// Failed says whether any of them is an error.
func (fs Faults) Failed() bool {
	return slices.ContainsFunc(fs, func(f Fault) bool { return f.Severity != Warning })
}

// Error prints one fault a line.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// sorted orders faults for people and drops those said twice.
func (fs Faults) sorted() Faults {
	slices.SortStableFunc(fs, func(a, b Fault) int {
		return cmp.Or(
			strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col),
			strings.Compare(a.Path, b.Path), strings.Compare(a.Code, b.Code), strings.Compare(a.Message, b.Message))
	})
	return slices.Compact(fs)
}

// nearest is a hint naming the known word that word was most likely meant to be, or else all
// known words when they are few.
func nearest(word string, known []string) string {
	if hint := didYouMean(word, known); hint != "" || len(known) == 0 || len(known) > 16 {
		return hint
	}
	return "known are " + strings.Join(known, ", ")
}

// didYouMean names the known word nearest to word. Codes such as FG01 or 03 are never near each other: FG02 is another
// thing, not FG01 misspelt.
func didYouMean(word string, known []string) string {
	best := rule.Nearest(word, known)
	if best == "" || codeShape.MatchString(best) {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", best)
}

var codeShape = regexp.MustCompile(`^[A-Z]*[0-9]+$`)
