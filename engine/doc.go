// Package engine is the root of the decision engine: what happens next to a case.
//
// It holds no code of its own. Its packages are pure: the same definition,
// calendar, events and instant give the same answer in a page, a replay, a test
// and an offline check. None of them reads a clock, an environment, a file or a
// store, and none starts a goroutine. Start reading in [banli/engine/flow].
//
//   - calendar: working time (D1–D5 of the field's rules)
//   - rule: typed, bounded expressions
//   - flow: states, actions, holds, clocks; replay, decision, explanation
package engine
