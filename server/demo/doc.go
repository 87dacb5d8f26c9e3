// Package demo fills an empty store with a district at work, and moves its clock.
//
// Every project is played: people register, dispatch, reply, take in, extend and
// decide through package casework at instants in the past, so each ledger is as true
// as one that grew by itself. The same seed and start instant give the same district.
// The clock of a demo may be moved forward, by an hour or a working day, to watch a
// deadline pass; nothing here is mounted or reachable outside a demo.
package demo
