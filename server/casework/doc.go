// Package casework carries projects and cases: load, decide, save. It is the only
// shell around the engine and knows nothing of HTTP.
//
// One command is one instant, read once, and one conditional write of one case:
// the case is brought to the instant (what the clock did before it is appended
// first), the engine decides, and all events, the projections for lists and the
// outbox lines go into the store together. What the decision asks of other
// documents (child cases, signals, issued documents, the project's record) is an
// outbox line, delivered at least once and applied once; it is tried at once, so
// that the person sees the effect, and the worker carries on what was left. A
// failing effect never undoes the action.
//
// Effects keep the time of their cause: a child case opens at the instant of the
// event that spawned it however late it is delivered, and a signal acts in the
// other case at that instant too, unless that case has a later event already; then
// it acts at the instant of that event.
//
// An actor sees what access.go says; everything else answers [store.ErrNotFound],
// so that nobody learns what exists.
package casework
