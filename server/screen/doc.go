// Package screen turns what the engine and casework say into what a page shows:
// actors, clock badges, names of states and holds, effects of acts in words.
//
// It is shared by every feature, so that a deadline reads the same in a queue, on
// a case and in public. It decides nothing and knows no route of its own.
package screen
