package flow

import (
	"time"

	"banli/engine/calendar"
	"banli/engine/rule"
)

// Types are the types of what expressions may read, built by package definitions
// from parameters, form schemas and item fields.
type Types struct {
	Param, Policy, Item, Project, Answers rule.Type
	Inputs                                map[string]rule.Type // form id → type of input
}

// Fault is one thing wrong with a Spec, at a path such as /actions/accept/when.
type Fault struct {
	Path    string
	Offset  int    // character (rune) offset inside the expression at Path, -1 when the whole value is meant
	Code    string // stable; those of an expression are package rule's, the others are listed below
	Message string // what was found and what was expected
	Hint    string
}

// Codes of a [Fault] that is not inside an expression:
//
//	unknown-state unknown-hold unknown-action unknown-clock   a name nothing is called by
//	duplicate-id reserved-name                                a name given twice, or taken by the language
//	missing-to missing-by missing-when missing-limit          something an entry cannot do without
//	wrong-value                                               not one of the values allowed
//	not-signed                                                a signer added to an action that nobody signs
//	unknown-mark missing-field                                a card for a mark no action leaves; one for nothing
//	not-opening                                               a case for the record that some other action would make so
//	no-beginning                                              no action begins a case
//	no-closer                                                 a hold closes by itself, but the engine may not close it
//	never-runs                                                a clock with neither states nor a hold, or with both
//	not-by-clock                                              an on_due action the clock may not take

// Scope is everything the rules of one case may read besides its events.
type Scope struct {
	Calendar *calendar.Calendar // in force when the case began
	// Calendars are those it came under later, by revision (T30): all that its events name, of the same zone.
	Calendars map[string]*calendar.Calendar
	Param     map[string]any            // parameter id → value, at the pinned catalogue revision
	Policy    map[string]any            // policy id → value
	Items     map[string]map[string]any // item revision → fields (promised, statutory, …); nil without an item
	Item      string                    // item revision pinned when the case opened
	Current   string                    // item revision in force now, taken by actions with repin; empty: Item
	Project   map[string]any            // registration answers; guards only, never replay
	Answers   map[string]any            // the application's answers and materials; guards only
	Loose     bool                      // skip roles, forms, and guards that read project, answers or materials
}

// Actor is who acts.
type Actor struct {
	User       string `json:"user,omitempty"`
	Name       string `json:"name,omitempty"`
	Role       string `json:"role"` // a role code, or "clock", "engine", "signal"
	Department string `json:"department,omitempty"`
	For        string `json:"for,omitempty"` // on whose mandate (代 张三)
}

// Event is one thing that happened to a case. Events are only ever appended (promise 3).
type Event struct {
	Seq        int               `json:"seq"` // 1-based
	Do         string            `json:"do"`
	At         time.Time         `json:"effective_at"`
	RecordedAt time.Time         `json:"recorded_at"`
	By         Actor             `json:"by"`
	Input      map[string]any    `json:"input,omitempty"`
	Marks      []string          `json:"marks,omitempty"`
	Granted    []string          `json:"granted,omitempty"`  // items of the project newly known to be granted
	Done       []string          `json:"done,omitempty"`     // children newly known to be finished
	Children   []string          `json:"children,omitempty"` // keys of children this event opened
	Pins       map[string]string `json:"pins,omitempty"`     // "item" → revision taken by repin
	Key        string            `json:"key,omitempty"`      // idempotency key of the command
	Calendar   *Revision         `json:"calendar,omitempty"` // of CalendarRevised
}

// Command is what somebody asks for.
type Command struct {
	Do      string
	At      time.Time
	By      Actor
	Input   map[string]any
	Granted []string
	Done    []string
	Key     string
}

// Status of a clock.
const (
	Idle    = "idle"
	Running = "running"
	Paused  = "paused"
	Stopped = "stopped"
	Expired = "expired"
)

// Lamp states, worst last in the order of ui.md §4.
const (
	LampIdle   = "idle"
	LampOK     = "ok"
	LampSoon   = "soon"
	LampUrgent = "urgent"
	LampOver   = "over"
	LampPaused = "paused"
	LampDone   = "done"
)

// ClockView is how one clock stands at an instant.
type ClockView struct {
	ID, Name, NameEn string
	Family, Unit     string
	Rule             string
	Status           string
	Lamp             string
	StartedAt        *time.Time
	Due              *time.Time // nil while paused (unless already reached) or idle
	DueIfResumed     *time.Time // while paused: the due date if everything closed at this instant
	StoppedAt        *time.Time
	WarnAt, UrgentAt *time.Time // when the lamp turns, for a running clock
	Limit            int
	Prolonged        int           // how much of Limit was added after arming (T21)
	Used             float64       // units counted up to the instant or the stop: days whose 24:00 has passed, or hours with fraction
	Elapsed          int           // day clocks: D6, as Used, with the day of the instant or stop itself
	Left             time.Duration // hour clocks: counted time left (negative: over)
	LeftDays         int           // day clocks: counted days left after today (0: on the due day); of a stopped one Limit - Elapsed; negative: over
	Overdue          bool
	Provisional      bool   // due lies beyond the calendar's confirmed years
	PausedBy         string // hold id
	holdClock        bool
	OnDue            string // what happens at due; empty for a running clock whose action would not be lawful then
	Run              int
}

// View is how a case stands at an instant.
type View struct {
	State    string
	Holds    []string // open hold ids, in the order of opening
	Facts    map[string]any
	Marks    []string
	Clocks   []ClockView // in the flow's order
	NextDue  *time.Time  // earliest instant at which the clock acts by itself; one whose action only data could allow counts
	Assignee string      // user whose case it is, once it was handed over
	Leading  string      // id of the running clock with the least legal time left; empty: none
	Final    bool
}

// Act is something an actor may do now, or why not.
type Act struct {
	ID, Name, NameEn string
	Input            string   // form id
	Effects          []Effect // on the clocks, computed by playing it
	To               string
	Note             string
	Rule             string
	Refused          *Refusal // nil: lawful
}

// Effect is what an act does to one clock.
type Effect struct {
	Clock string
	Kind  string     // "start" "stop" "pause" "resume" "restart" "prolong"
	Due   *time.Time // after it, where known
	Limit int
	Unit  string
}

// Refusal is why an act is not lawful. It is not a fault.
type Refusal struct {
	Action string
	Code   string // see the constants below
	Rule   string // T-rule or article
	Detail string // English, for logs; pages word it from Code and the values
	State  string
}

// Codes of a [Refusal].
const (
	WrongState      = "wrong-state"       // not taken in this state
	WrongRole       = "wrong-role"        // not this actor's to take
	AtMost          = "at-most"           // taken as often as allowed
	Guard           = "guard"             // its condition does not hold, or cannot be answered
	HoldOpen        = "hold-open"         // the hold it opens is open
	HoldClosed      = "hold-closed"       // the hold it closes is not open
	SamePerson      = "same-person"       // must be somebody else, or has signed already
	BadInput        = "bad-input"         // a value it needs is missing or of the wrong kind
	UnknownAction   = "unknown-action"    // the flow has no such action
	FinalState      = "final"             // nothing happens to the case any more
	BeforeLastEvent = "before-last-event" // events only go forward
)

func (r *Refusal) Error() string {
	return "refused: " + r.Action + ": " + r.Code + ": " + r.Detail
}

// Spawn asks for a child case.
type Spawn struct {
	Key        string // "<flow>:<department or item>:<seq>": unique within the parent, the same on every replay
	Flow, Do   string
	Department string
	Item       string
	At         time.Time
	Input      map[string]any
}

// Signal asks for an action in other cases.
type Signal struct {
	To, Do string
	At     time.Time
}

// Issue asks for a document.
type Issue struct {
	Document string
	Seq      int
	At       time.Time
}

// Decision is the answer to a command or an advance: events to append and effects to carry out
// after they are stored.
type Decision struct {
	Events  []Event
	State   State
	Spawns  []Spawn
	Signals []Signal
	Issues  []Issue
}

// Span is one stretch of a clock's time, with why it counts or not. Spans of a clock are
// contiguous from its start to its due date (or stop, or the instant asked about).
type Span struct {
	From, To time.Time
	Kind     string  // "counted", "start_day" (D3: the first day does not count), "off" (not a working day), "paused", "over"
	Units    float64 // counted units in it
	Reason   string  // holiday name or hold id
	Event    int     // seq of the event at its start; 0: none
	Rule     string  // D1…D5, T-rule
}

// Explanation shows the sum behind a due date.
type Explanation struct {
	Clock ClockView
	Spans []Span
	Sum   float64 // counted units to Due; equals Limit, unless the clock stopped before or is paused
	// StopEvent is the event that stopped the clock, 0 while it has not stopped.
	StopEvent int
}
