// Package definitions turns a tree of YAML files into a checked, compiled [Catalogue].
//
// Every fault is found in one load and reported at the character to edit. It owns
// the definition language (kinds, fields, expressions' environments), the tests
// beside the rules and the scenario format; it leaves what happens next to a case
// to banli/engine and what a form looks like to banli/forms. It reads from an
// fs.FS only and never the clock. The shipped catalogue is catalogue/renhe.
//
// The way through: [Load] splits files into documents (yaml.go), compares each with
// the JSON Schema of its kind (shape.go, check_shape.go, schema/), reads the kinds
// (read_*.go), types and compiles expressions (env.go, compile.go) and proves what
// can be proved (check_*.go, reach.go, of decision tables cases.go); the order is the
// table of passes in load.go.
// [Catalogue.Item], [Catalogue.Scope], [Catalogue.Needed] and [Catalogue.Materials]
// answer for one case or project; [Catalogue.Tell] tells the sum behind each due date,
// the Why methods say why a rule answers so, [Catalogue.WhatIf] what a change would move, [Catalogue.EarliestFinish] when a project could be done.
// [RunTests] plays the tests beside the rules and [Mutate] finds changes to the rules
// that none of them notices; [ReadScenarios] and [Simulate] play scenarios from
// outside. [SetScalar] changes one value of a file and nothing else; a [Loader] checks
// the draft again quickly. docs/definitions.md is the reference of the format.
package definitions
