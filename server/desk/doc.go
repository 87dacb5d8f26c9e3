// Package desk is the workbench of the general window and of the departments:
// what there is to do, by legal time left.
//
// A list is one query; its tiles, its rows and its count come of it. Which states
// wait for whom is read from the flows, so a new flow needs nothing here. Handling
// a case happens on its page, which package casefile serves.
package desk
