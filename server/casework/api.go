package casework

import (
	"encoding/json"
	"log/slog"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/forms"
	"banli/store"
)

// Service carries projects and cases. All methods may be called by many goroutines and servers at once.
type Service struct {
	Store      store.Store
	Catalogues *Catalogues
	Now        func() time.Time // read once per command
	NewID      func() string    // unique, unguessable; nil: random
	Log        *slog.Logger     // nil: slog.Default()
	People     People           // nil: nobody is asked for
	Wake       func(time.Time)  // told when a worker has to look: the deadline of a write, now when an effect failed; nil: nobody waits
	Played     bool             // time is played, as in a demo: what a jump of the clock passed over is not late
}

// Registration asks for a new project.
type Registration struct {
	Answers map[string]any // of the form [RegistrationForm] names
	Key     string         // idempotency key: the same key of the same person is the same project
}

// Application asks for one item of a project.
type Application struct {
	Do       string         // act that opens the case; empty: the first that the flow gives the role
	Input    map[string]any // of the act's form
	Answers  map[string]any
	Files    map[string][]FileRef // by material id
	Deferred []string             // ids of materials that follow later (容缺)
	Key      string
}

// ActCmd asks for an act in a case.
type ActCmd struct {
	Do       string
	Input    map[string]any       // of the act's form
	Files    map[string][]FileRef // added to the materials, by material id
	Answers  map[string]any       // replace the application's answers (nil: unchanged)
	Deferred []string             // materials that follow later (nil: unchanged)
	Rev      int64                // revision of the case the person saw; 0: whatever it is
	For      string               // user id of a colleague on whose mandate it is done; see [Service.Entrust]
	Key      string               // idempotency key
}

// FileRef is one file handed in. Its content is in the store under the digest.
type FileRef struct {
	Digest string    `json:"digest"`
	Name   string    `json:"name"`
	Size   int64     `json:"size"`
	Type   string    `json:"type"` // media type found in the content
	At     time.Time `json:"at"`
	By     string    `json:"by,omitempty"` // user id
}

// MaterialState is one material of an application as it stands.
type MaterialState struct {
	*definitions.Material
	Needed   bool // by its rule, with the answers at hand
	Deferred bool // promised for later (容缺)
	Shared   bool // issued by an item of this project that is granted, or made from the registration: not asked again
	Files    []FileRef
}

// Missing tells whether the material is needed and neither there, nor shared, nor promised for later.
func (m MaterialState) Missing() bool {
	return m.Needed && !m.Shared && !m.Deferred && len(m.Files) == 0
}

// CaseLine is a case in a list. Its clock and lamp are computed at the instant of the
// list, so they are right with every worker stopped.
type CaseLine struct {
	store.Head                                // its Marks are without cards
	Cards                            []string // [YellowCard], [RedCard]
	AssigneeName                     string   // of whose case it is; empty: nobody's
	FlowName, FlowNameEn             string
	StateName, StateNameEn           string
	ItemName, ItemNameEn             string // empty without an item
	DepartmentName, DepartmentNameEn string
	Lamp                             string          // see store.Lamps
	Leading                          *flow.ClockView // the running or paused clock with the least legal time left; nil: none
}

// CaseView is a case with everything a page shows, at one instant.
type CaseView struct {
	store.Head
	At             time.Time // the instant of the view
	Project        *store.Project
	ProjectAnswers map[string]any
	Catalogue      *definitions.Catalogue // the revision the case runs under
	Flow           *definitions.Flow
	Scope          *flow.Scope             // what its rules read, of every revision it took
	Item           *definitions.Item       // the revision pinned; nil without one
	Department     *definitions.Department // nil when the department is unknown to the catalogue
	Stage          string                  // the stage a reply is asked about, or of the item
	Answers        map[string]any
	Former         []Former // what the answers were before, oldest first
	Materials      []MaterialState
	View           flow.View    // with everything the clock does up to At, stored or not
	Acts           []flow.Act   // what this actor may do, and what not and why
	OnBehalf       []OnBehalf   // what they may do besides on colleagues' mandates
	Cards          []flow.Card  // given up to At; only for those who work on cases or watch them (T27)
	Refused        []CaseLine   // waited for, and not to be granted any more; for the same (T24)
	Ledger         []flow.Event // as View: with what the clock did up to At
	Documents      []IssuedDocument
	Children       []CaseLine
	Replies        []Reply // of a registration: what the departments answered
	Parent         *CaseLine
	Colleagues     []flow.Actor      // whom the case can be handed to, where its flow has an act for that
	Names          map[string]string // user id → name, of those whom the ledger and the state name by id
}

// OnBehalf is what may be done on the mandate of somebody.
type OnBehalf struct {
	For  flow.Actor
	Acts []flow.Act
}

// Former is a set of answers that were replaced by others later: of the application, or of a registration.
type Former struct {
	Until   int            `json:"until"` // events the case had when they were replaced
	Answers map[string]any `json:"answers"`
}

// Act is the act with this id, nil when the flow has none for the actor.
func (v *CaseView) Act(id string) *flow.Act {
	for i := range v.Acts {
		if v.Acts[i].ID == id {
			return &v.Acts[i]
		}
	}
	return nil
}

// Reply is a department's answer to a dispatch (T3, T4).
type Reply struct {
	CaseLine
	Stage string
	Items []string // item ids that the department names; empty: nothing to do in this stage
	Note  string
	Auto  bool      // given by the clock (T4)
	Round int       // event of the registration that dispatched it
	At    time.Time // zero while open
}

// IssuedDocument is a notice or decision, rendered when it was issued and kept.
type IssuedDocument struct {
	ID       string    `json:"id"`
	Case     string    `json:"case"`
	Project  string    `json:"project"`
	Document string    `json:"document"` // definition id
	Seq      int       `json:"seq"`      // of the event that issued it
	Title    string    `json:"title"`
	Body     string    `json:"body"`
	At       time.Time `json:"at"`
}

// ProjectView is a project with its cases, at one instant.
type ProjectView struct {
	*store.Project
	At        time.Time
	Answers   map[string]any
	Catalogue *definitions.Catalogue // in force now
	Test      bool                   // the code was assigned by this platform, not by the national one (测试)
	Cases     []CaseLine             // oldest first
	Needed    []definitions.Need     // items the answers call for
	Granted   []string               // items of the project that are granted
	Warnings  []string               // codes: not-dispatched (applications may be made, T5)
	Mandates  []string               // user ids of liaisons who act for the owner
}

// PublicView is what anybody may learn about a project by its code.
type PublicView struct {
	Code, Name, Regime, Stage, Status string
	Test                              bool
	RegisteredAt                      time.Time
	Cases                             []PublicCase
}

// PublicCase is one case of a [PublicView].
type PublicCase struct {
	FlowName, FlowNameEn             string
	ItemName, ItemNameEn             string
	DepartmentName, DepartmentNameEn string
	StateName, StateNameEn           string
	Marks                            []string
	Open                             bool
	OpenedAt, ClosedAt               time.Time
	Due                              time.Time // zero: none running
	Lamp                             string
}

// ExplainView is the sum behind a clock's due date, with the events and rules it rests on.
type ExplainView struct {
	Case        *CaseView
	Clock       flow.ClockSpec
	Explanation flow.Explanation
	Events      []flow.Event // those that a span begins with, in order
	Rules       []RuleText
}

// RuleText is a rule with the sentence it stems from.
type RuleText struct {
	Rule   string // T12, D3 …
	Name   string // of the clock, action or hold
	NameEn string
	Source string // the sentence, where the definition gives it
}

// Draft is a form not sent yet; it is kept thirty days after the last change.
type Draft struct {
	ID        string               `json:"id"`
	Kind      string               `json:"kind"` // registration or application
	Project   string               `json:"project,omitempty"`
	Item      string               `json:"item,omitempty"`
	Answers   map[string]any       `json:"answers"`
	Files     map[string][]FileRef `json:"files,omitempty"`
	Deferred  []string             `json:"deferred,omitempty"`
	UpdatedAt time.Time            `json:"updated_at"`
	Owner     string               `json:"owner"`
	Rev       int64                `json:"-"` // 0: new
}

// Revision is one published revision of the catalogue; [Catalogues.At] has its files.
type Revision struct {
	ID   string     `json:"id"` // digest of the files
	No   int        `json:"no"` // 1 first
	At   time.Time  `json:"at"`
	By   flow.Actor `json:"by"`
	Note string     `json:"note"`
}

// AuditEntry is one administrative act.
type AuditEntry struct {
	ID     string          `json:"id"`
	At     time.Time       `json:"at"`
	By     flow.Actor      `json:"by"`
	Kind   string          `json:"kind"` // publish, user-add, user-disable …
	Detail json.RawMessage `json:"detail,omitempty"`
}

// Invalid says what is wrong with answers that were sent. Nothing was stored.
type Invalid struct {
	Form     string // form id; empty: the materials
	Problems []forms.Problem
}

// Stale says that the case went on since the person saw it, in a way that matters: its
// state or holds changed, or somebody acted. It wraps [store.ErrConflict].
type Stale struct {
	Old, New flow.View    // as the person saw it, and as it is
	Since    []flow.Event // what happened between
	Rev      int64        // of the case now
}

// Classified says that a project is a state secret: nothing of it was stored (T31).
type Classified struct{ Problem forms.Problem }

// Codes of refusals that casework adds to the engine's.
const (
	RefusedOpenAlready = "open-already" // the item has an open case in this project
	RefusedNotApplying = "not-applying" // the item is not for this project
	RefusedCancelled   = "project-over" // the project is cancelled or withdrawn
)

// Statuses of a project. Until there is an application it is the state of the registration.
const (
	StatusSubmitted  = "submitted"
	StatusConfirmed  = "confirmed"
	StatusDispatched = "dispatched"
	StatusReplied    = "replied"
	StatusCancelled  = "cancelled"
	StatusWithdrawn  = "withdrawn"
	StatusInProgress = "in_progress"
)

// Warnings of a [ProjectView].
const WarnNotDispatched = "not-dispatched"
