// Package definitions turns a tree of YAML files into a checked, compiled [Catalogue].
//
// Every fault is found in one load and reported at the character to edit. It owns
// the definition language (kinds, fields, expressions' environments), the tests
// beside the rules and the scenario format; it leaves what happens next to a case
// to banli/engine and what a form looks like to banli/forms. It reads from an
// fs.FS only and never the clock. The shipped catalogue is catalogue/renhe.
package definitions
