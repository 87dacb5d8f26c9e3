package rule

import "fmt"

// Error is what is wrong with an expression, at its character.
type Error struct {
	Offset  int    // in characters (runes) from the start of the expression
	Len     int    // characters meant; 0: the place between two
	Code    string // syntax, too-long, unknown-name, unknown-field, unknown-function, unknown-value, wrong-arguments, type-mismatch, not-available
	Message string // what was found and what was expected
	Hint    string // how to mend it, where we can tell
}

func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + "; " + e.Hint
}

// Codes of an [EvalError].
const (
	Missing  = "missing"   // a value it needs is not there
	BadValue = "bad-value" // a value is not of the type it was declared with, or a function refused it
	TooMuch  = "too-much"  // more steps, text or digits than allowed
)

// EvalError says why an expression has no answer for these values.
type EvalError struct {
	Code   string
	Path   string // the field meant, such as input.days; empty where it has no name
	Offset int    // of the place in the expression
	Detail string
}

func (e *EvalError) Error() string {
	switch {
	case e.Code == Missing && e.Path != "":
		return e.Path + " is missing"
	case e.Code == Missing:
		return fmt.Sprintf("a value is missing at character %d", e.Offset+1)
	case e.Path != "":
		return e.Path + ": " + e.Detail
	}
	return e.Detail
}
