// Package rule compiles and evaluates the expressions of definitions.
//
// The language is expr-lang's, read by its parser, cut down to what a rule about a
// case needs and checked against a typed [Env]: an unknown name or field, a text
// compared with a number, a misspelt action in count("…") are faults at load, at
// their character. A checked expression is lowered once to Go closures over a [Record],
// which keeps the fields of a case once they were read; evaluating allocates nothing but
// the texts and lists it makes.
//
// What a rule may not do: read a clock, look at the order of a map, match regular
// expressions, make ranges, loop without bound. Length, nesting, steps and text it
// builds are limited ([MaxLength], [MaxTokens], [MaxSteps], [MaxText]), so a hostile
// expression ends at once with an error.
//
// # Missing values
//
// Reading a field that is not there gives nil, also below an object that is not
// there. nil may be tested (x == nil), given a default (x ?? 30), looked for in a
// list, or compared for equality (nil equals only nil). Anything else (ordering,
// arithmetic, a function, a condition) cannot be answered and is an [EvalError]
// of code "missing" that names the field. Ordering does not simply answer false,
// because then not (input.days > 60) would be true of days nobody gave. Callers
// treat a guard that cannot be answered as not fulfilled.
//
// # Numbers
//
// Values from JSON may arrive as int, float64 or json.Number; whole numbers are
// counted as integers, exactly, and their sums and products too (overflow is an
// error). Fractions are binary floats: the same decimal on both sides is equal.
package rule
