// Package flow decides what happens next to a case.
//
// It is a pure function of a compiled [Flow], the [Scope] of the case (calendar,
// parameters, item, project), its [Event]s, a command and the instant the caller
// says it is. It reads no clock and keeps no state; a compiled Flow is immutable
// and may be shared by goroutines.
//
// The way through: [Compile] makes a Flow of a [Spec]; [Flow.Replay] folds events
// into a [State]; [Flow.Advance] adds what the clock and the engine do up to an
// instant (D7: at the due instant, whenever anybody looks); [Flow.Decide] answers a
// command with a [Decision]; [Flow.View] says how everything stands at an instant;
// [Flow.Lawful] says what an actor may do and what that does to the clocks;
// [Flow.Explain] shows the sum behind a due date.
//
// Beside it stand [Flow.Cards] and [Flow.DepartmentCards], which say what cards were
// given (T27), and [Flow.WhatIf], which says what a change would move.
//
// Callers persist all events of a Decision in one conditional write.
//
// # Guards
//
// An action may have two: requires, which reads no input and is asked before anybody is
// shown a form, and when, which is asked with the input.
//
// A guard that cannot be answered, because a value it needs is missing, is not
// fulfilled, and the [Refusal] names the value. Expressions of set, limit, from and
// prolong see events and pinned definitions only, so that replay never depends on a
// project that changed since.
//
// # Clocks
//
// A run of a clock keeps when it began, its limit and its pauses; nothing that follows
// from them. Due, used and overdue are computed for the instant asked about, so no
// stored figure is ever wrong. A case stays under the calendar it began with until an
// event puts it under a revised one ([Flow.Revise], T30): clocks that go on then count
// anew, those that have stopped keep the calendar they stopped under. A limit reached stays reached: what happens later does not move a due date
// that has passed (T26).
package flow
