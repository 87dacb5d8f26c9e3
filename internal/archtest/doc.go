// Package archtest holds the shape of the repository as tests: who may import
// whom, what pure packages never touch, and that every package says what it is.
//
// It has no code for others. A rule here is changed together with the decision
// record (docs/adr) that explains it.
package archtest
