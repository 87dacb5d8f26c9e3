package rule

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/parser/lexer"
)

// Limits of one expression and of one evaluation.
const (
	MaxLength = 4096  // bytes of source
	MaxTokens = 500   // names, numbers, texts, signs
	MaxSteps  = 20000 // elements looked at by all any none one count filter map find sum
	MaxText   = 16384 // bytes of a text or elements of a list it builds
)

// Rule is a compiled expression. It is immutable and may be shared by goroutines.
type Rule struct {
	src   string
	typ   Type
	reads []string
	code  *code

	layout *Layout
	places int  // of the record, as far as it uses them
	calls  bool // it calls functions
}

// Compile checks src against env and lowers it; its value must fit want. The error
// is an *[Error].
func Compile(src string, env *Env, want Type) (*Rule, error) {
	tree, err := parse(src)
	if err != nil {
		return nil, err
	}
	c := &compiler{env: env, src: src, places: 1}
	body := c.node(tree.Node)
	if c.err == nil && !body.typ.fits(want) {
		c.fail(tree.Node, "type-mismatch", "this gives %v, expected %v", body.typ, want)
	}
	if c.err != nil {
		return nil, c.err
	}
	typ := body.typ
	if !typ.known() {
		typ = want
	}
	return &Rule{src: src, typ: typ, reads: c.reads, code: body, layout: env.Layout, places: c.places, calls: c.calls}, nil
}

// String is the source.
func (r *Rule) String() string { return r.src }

// Type is the type of its values.
func (r *Rule) Type() Type { return r.typ }

// Reads lists the paths it reads, such as project.regime, in the order of their
// first mention, with what its functions read.
func (r *Rule) Reads() []string { return r.reads }

// ReadsAny says whether it reads one of the given variables, or below one.
func (r *Rule) ReadsAny(names ...string) bool {
	for _, path := range r.reads {
		root, _, _ := strings.Cut(path, ".")
		for _, n := range names {
			if root == n {
				return true
			}
		}
	}
	return false
}

func parse(src string) (*parser.Tree, *Error) {
	if len(src) > MaxLength {
		return nil, &Error{Code: "too-long", Message: fmt.Sprintf("the expression has %d bytes, at most %d are allowed", len(src), MaxLength), Hint: "split it, or make a decision table"}
	}
	if !utf8.ValidString(src) {
		return nil, &Error{Code: "syntax", Message: "the expression is not valid UTF-8"}
	}
	if err := countTokens(src); err != nil { // also bounds how deep the parser can go
		return nil, err
	}
	if strings.TrimSpace(src) == "" {
		return nil, &Error{Code: "syntax", Message: "the expression is empty"}
	}
	tree, err := parser.ParseWithConfig(src, &conf.Config{MaxNodes: 4 * MaxTokens})
	if err != nil {
		return nil, syntax(err, src)
	}
	return tree, nil
}

func countTokens(src string) *Error {
	l := lexer.New()
	l.Reset(file.NewSource(src))
	for n := 0; ; n++ {
		tok, err := l.Next()
		switch {
		case errors.Is(err, io.EOF) || err == nil && tok.Is(lexer.EOF):
			return nil
		case err != nil:
			return syntax(err, src)
		case n == MaxTokens:
			return &Error{Offset: tok.From, Code: "too-long", Message: fmt.Sprintf("the expression has more than %d parts", MaxTokens), Hint: "split it, or make a decision table"}
		}
	}
}

func syntax(err error, src string) *Error {
	e := &Error{Code: "syntax", Message: err.Error()}
	if fe, ok := errors.AsType[*file.Error](err); ok {
		e.Offset, e.Len, e.Message = fe.From, max(fe.To-fe.From, 0), fe.Message
		if strings.HasPrefix(e.Message, "unexpected token EOF") {
			e.Message = "the expression ends too early"
		}
	}
	e.Offset = min(max(e.Offset, 0), utf8.RuneCountInString(src))
	return e
}

// compiler walks a tree once, checking it and lowering it.
type compiler struct {
	env   *Env
	src   string
	err   *Error // the first fault
	reads []string
	scope []local // let names and, for predicates, elements

	places int  // of the record, as far as they are used
	calls  bool // some function is called
}

// local is a value the record keeps in a place: a let, or the element of a predicate (no name).
type local struct {
	name string
	typ  Type
}

// fail notes the first fault, at n, and gives code that is never run.
func (c *compiler) fail(n ast.Node, kind, format string, args ...any) *code {
	return c.failHint(n, kind, "", format, args...)
}

func (c *compiler) failHint(n ast.Node, kind, hint, format string, args ...any) *code {
	if c.err == nil {
		at := n.Location()
		c.err = &Error{
			Offset: min(max(at.From, 0), utf8.RuneCountInString(c.src)), Len: max(at.To-at.From, 0),
			Code: kind, Message: fmt.Sprintf(format, args...), Hint: hint,
		}
	}
	return constant(Any, Value{})
}

func (c *compiler) read(path string) {
	for _, p := range c.reads {
		if p == path {
			return
		}
	}
	c.reads = append(c.reads, path)
}
