package flow

// Spec is a flow as an author writes it, before compilation: expressions are
// still text. Slices keep the author's order, so no result ever depends on the
// order of a map. Package definitions fills it from YAML and keeps the place of
// each value under the same path that a [Fault] names.
type Spec struct {
	ID, Name, NameEn string
	States           []StateSpec
	Holds            []HoldSpec
	Actions          []ActionSpec
	Clocks           []ClockSpec
	Cards            []CardSpec
}

// New is the pseudo-state before a case exists: an action whose From contains it opens a case.
const New = "new"

// StateSpec is one place a case can be in.
type StateSpec struct {
	ID, Name, NameEn string
	Final            bool   // nothing happens to the case any more
	Rule             string // the T-rule or article it stems from
}

// HoldSpec is something that may be open beside the state and pause clocks (T22, T24).
type HoldSpec struct {
	ID, Name, NameEn string
	CloseWhen        string // bool expression over hold, granted(item), done(case); empty: closed by an action only
	Rule             string
}

// ActionSpec is a thing somebody, the clock or the engine does to a case.
type ActionSpec struct {
	ID, Name, NameEn string
	From             []string      // states it may be taken in; [New] opens a case; empty with Open/Close: any state that is not final
	To               string        // state afterwards; empty: unchanged
	Open, Close      string        // a hold to open or close
	By               []string      // role codes, and the pseudo-roles "clock", "engine", "signal"
	Requires         string        // bool guard that reads no input: asked before anybody is shown the form
	When             string        // bool guard, asked with the input
	Input            string        // id of the form of its input; empty: none
	Set              []Assign      // facts set, in order
	Mark             []string      // permanent marks left on the case
	AtMost           int           // 0: any number
	Document         string        // id of the document issued
	Prolong          []ProlongSpec // limits it lengthens (T21)
	Repin            string        // "item": the case moves to the item revision in force
	Spawn            []SpawnSpec
	Signal           []SignalSpec
	RecordOnly       bool      // it begins a case that is only kept for the record: no clock ever runs, and it is marked so (T31)
	DifferentFrom    string    // an action id: who took that last may not take this
	Sign             *SignSpec // joint sign-off
	AddSigner        *AddSignerSpec
	Assign           string // expression giving the user whose case it is from then on (hand-over); clocks go on as they are
	Rule             string // the T-rule or article it implements
	Note, NoteEn     string // one sentence shown before the click, beside the computed clock effects
}

// Assign sets the fact Name to the value of an expression.
type Assign struct{ Name, Expr string }

// ProlongSpec lengthens the limit of a clock that is running or paused; of one that is not it changes nothing. A limit
// that has been reached stays reached (T26): then the action is refused.
type ProlongSpec struct {
	Clock string
	Units string // expression giving a whole number of the clock's units, at least 1
}

// SpawnSpec opens child cases: one per element of Each, or one when Each is empty.
type SpawnSpec struct {
	Flow string // flow of the children
	When string // bool; empty: always
	Each string // expression giving a list of department ids
	Item string // expression giving an item id; empty: none
	Do   string // opening action of the child
}

// SignalSpec tells other cases that this action happened.
type SignalSpec struct {
	To string // "parent", or "waiting": every open case of the project with a hold that may wait for this item
	Do string // action taken there, by "signal"
}

// SignSpec is joint sign-off: the action takes effect with the last needed signature.
type SignSpec struct {
	By   []string
	Need string // "all", "any", or a number
}

// AddSignerSpec makes one more person's signature needed for an action with joint sign-off. That person may sign
// whatever the roles; until the action is taken, or the case leaves the state, it is not complete without.
type AddSignerSpec struct {
	To   string // the action
	User string // expression giving a user id
}

// ClockSpec is one clock.
type ClockSpec struct {
	ID, Name, NameEn string
	Family           string   // "supervision" (24h, 72h) or "efficiency"
	Unit             string   // "hours" (D2) or "days" (D3)
	Limit            string   // expression giving a whole number of units, evaluated when armed
	While            []string // runs in these states
	WhileHold        string   // or while this hold is open
	From             string   // expression giving the start; empty: the instant it is armed; used where earlier (T17)
	Pause            []string // holds that pause it
	Again            string   // on re-entry: "restart" (fresh limit) or "resume" (default)
	OnDue            string   // action taken by "clock" at the due instant; empty: runs on, overdue
	Warn             Warn     // when the lamp turns to soon
	Rule             string
	Source           string // the sentence it implements
}

// Warn says when a lamp warns: with Left units left, or with Share (0–1) of the limit left. Zero: the defaults
// of T27 (a fifth of an hour clock, one working day of a day clock).
type Warn struct {
	Left  int
	Share float64
}

// CardSpec gives a card by a rule (T27): for a clock that runs on beyond its limit, or to a department whose cases got a
// mark too often.
type CardSpec struct {
	Color string // "yellow" or "red"
	Clock string // the clock it is for …
	After string // … expression: whole units beyond the limit; empty: none
	Mark  string // or the mark it is for …
	Times string // … expression: so many in a calendar month of one department
	Rule  string
}
