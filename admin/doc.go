// Package admin changes what is in force: parameters, policies and promised limits
// of the catalogue, and who may come in.
//
// A change is an edit in a draft. The draft keeps what was changed and why, never
// files: its files are those of the revision in force with single values replaced,
// so that every other character of them stays and two drafts never mix. Before a
// draft is published it is loaded and its tests are played as everywhere else;
// what is published is a new revision, and running cases keep what they began under.
//
// It promises that each edit names who made it and when, and that the history says
// so for ever. It decides nothing about cases: casework publishes, the engine counts.
package admin
