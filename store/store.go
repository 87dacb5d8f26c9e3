// Package store keeps what must not be lost: projects, cases with their events,
// and the small documents around them.
//
// It owns the records and the promises every backend makes; it knows nothing of
// rules. An event's meaning is opaque to it. One action is one conditional write
// of one case (expected revision → events appended, projections replaced, outbox
// lines added): there is no transaction over several documents, no join, and no
// operator beyond plain finds, updates and grouped counts, so that one file and a
// sharded cluster serve alike. Backends live in store/sqlite and store/mongo and
// pass store/storetest; what that suite does not cover does not exist.
package store

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"
)

var (
	// ErrNotFound: there is no such document.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the document has another revision than the one expected; read it again.
	ErrConflict = errors.New("changed meanwhile")
	// ErrExists: a document with this id or unique key is there already.
	ErrExists = errors.New("exists already")
)

// Store is one database. All methods may be called by many goroutines and
// processes at once; a returned record belongs to the caller; a write that
// returned nil is durable (it survives power loss).
type Store interface {
	InsertProject(ctx context.Context, p *Project) error // ErrExists on id or code
	Project(ctx context.Context, id string) (*Project, error)
	ProjectByCode(ctx context.Context, code string) (*Project, error)
	UpdateProject(ctx context.Context, p *Project) error // p.Rev is the one expected; it is raised by one
	Projects(ctx context.Context, q ProjectQuery) (Page[Project], error)

	InsertCase(ctx context.Context, c *Case) error // with its first events and outbox lines; ErrExists on id or Key
	Case(ctx context.Context, id string) (*Case, error)
	CaseByKey(ctx context.Context, key string) (*Case, error)
	Head(ctx context.Context, id string) (*Head, error)
	// Append is the one conditional write of an action: it fails with ErrConflict unless the case is at
	// revision rev, and otherwise appends events, replaces head, body and state, adds outbox lines, and
	// leaves the case at revision rev+1.
	Append(ctx context.Context, id string, rev int64, ch *Change) error
	Cases(ctx context.Context, q CaseQuery) (Page[Head], error)
	CountCases(ctx context.Context, q CaseQuery) (int, error)
	// Tally counts the cases of q by lamp at q.Now, and by department where by is "department".
	Tally(ctx context.Context, q CaseQuery, by string) (map[string]LampCounts, error)

	// Due lists cases whose NextDue is before now, earliest first.
	Due(ctx context.Context, now time.Time, limit int) ([]DueCase, error)
	// NextDue is the earliest NextDue of all, zero when there is none.
	NextDue(ctx context.Context) (time.Time, error)

	// Outbox lists lines not yet done whose turn has come (NotBefore ≤ now), oldest first.
	Outbox(ctx context.Context, now time.Time, limit int) ([]Line, error)
	DoneLine(ctx context.Context, id string) error
	// DelayLine records a failed attempt; a poisoned line is set aside and no longer listed by Outbox.
	DelayLine(ctx context.Context, id string, notBefore time.Time, problem string, poison bool) error
	PoisonLines(ctx context.Context, limit int) ([]Line, error)

	// Docs is a collection of small documents (users, sessions, drafts, revisions, counters, audit …).
	Docs(collection string) Docs

	// PutFile streams content into the store under its SHA-256; the same content twice is kept once.
	PutFile(ctx context.Context, r io.Reader, maxBytes int64) (FileInfo, error) // ErrTooLarge
	OpenFile(ctx context.Context, digest string) (io.ReadSeekCloser, FileInfo, error)

	Close() error
}

// ErrTooLarge: a file is larger than allowed; nothing of it was kept.
var ErrTooLarge = errors.New("too large")

// Project is one investment project, registered once under one code.
type Project struct {
	ID, Code  string
	Rev       int64
	Owner     string // user id of who registered it
	Name      string
	OwnerName string // 项目单位
	Regime    string // APPROVAL, RATIFICATION, FILING
	Stage     string // S1 … S4, SP
	Status    string
	Answers   json.RawMessage // registration answers
	FormRev   string          // definition revision the answers were given under
	CreatedAt time.Time
	UpdatedAt time.Time
	Text      string          // what full-text search by name, code and owner looks at, lower case
	Extra     json.RawMessage // what the caller keeps beside it
}

// ProjectQuery selects projects. Zero fields do not restrict.
type ProjectQuery struct {
	Owner, Regime, Status, Text string
	After                       string // cursor of a former page
	Limit                       int    // 20 when zero, 200 at most
}

// Head is what lists of cases show: the small part of a case.
type Head struct {
	ID, Project, Key string // Key is unique over all cases
	Rev              int64
	Flow, Item       string
	Department       string
	Parent           string
	Code, Title      string // project code and name, copied for lists
	OwnerName        string
	Owner            string // user id
	State            string
	Open             bool // not in a final state
	Assignee         string
	OpenedAt         time.Time
	UpdatedAt        time.Time
	ClosedAt         time.Time // zero while open
	Marks            []string
	Clock            string // id of the clock with the least legal time left
	Paused           bool   // that clock is paused
	// Instants of the leading clock; zero when not running. Lists compare them with now, so lamps are
	// right with every worker stopped.
	Due, WarnAt, UrgentAt time.Time
	NextDue               time.Time // earliest instant at which the case acts by itself
	Stopped               bool      // the leading clock stopped; Late says whether after its due instant
	Late                  bool
}

// Case is a case with everything.
type Case struct {
	Head
	Pins   json.RawMessage // definition revisions it runs under
	Body   json.RawMessage // answers, materials: the large part, written only when it changes
	Folded json.RawMessage // folded engine state at Rev
	Events []Event         // all of them, in order
	Outbox []Line          // on insert: lines to add
}

// Event is one stored event. Hash chains it to the one before: sha256 over PrevHash and the canonical record.
type Event struct {
	Seq        int
	Do         string
	At         time.Time // effective_at
	RecordedAt time.Time
	By         string // role
	User       string
	Department string
	Key        string          // idempotency key of the command; "" for automatic events
	Data       json.RawMessage // the engine's event
	Hash       string          // hex
}

// Change is what one action does to a case.
type Change struct {
	Head   Head
	Body   json.RawMessage // nil: unchanged
	State  json.RawMessage
	Events []Event // appended
	Outbox []Line
}

// Line is one effect on something outside the case: delivered at least once, applied once by ID.
type Line struct {
	ID        string // unique; the receiver's idempotency key
	Case      string
	Kind      string // spawn, signal, document, notice …
	Data      json.RawMessage
	CreatedAt time.Time
	NotBefore time.Time
	Attempts  int
	Problem   string
	Poison    bool
}

// DueCase is a case that acts by itself before the instant asked about.
type DueCase struct {
	ID  string
	Due time.Time
}

// CaseQuery selects cases. Zero fields do not restrict.
type CaseQuery struct {
	Project, Flow, Item, Department, Owner, Parent, State, Mark, Text string
	Flows, States                                                     []string
	Open                                                              *bool
	Lamp                                                              string    // ok, soon, urgent, over, paused, done, idle
	Now                                                               time.Time // for Lamp
	Since, Until                                                      time.Time // OpenedAt in [Since, Until)
	Sort                                                              string    // "due" (default: least legal time left first, paused and idle last), "opened", "updated", each with "-" for descending
	After                                                             string
	Limit                                                             int // 20 when zero, 200 at most
}

// LampCounts counts cases by lamp.
type LampCounts struct{ OK, Soon, Urgent, Over, Paused, Done, Idle int }

// Page is one page of a list and the cursor of the next ("" at the end).
type Page[T any] struct {
	Rows []T
	Next string
}

// FileInfo describes stored content.
type FileInfo struct {
	Digest string // hex SHA-256
	Size   int64
	Type   string // media type sniffed from the content
}

// Doc is one small document: JSON with a revision and up to three indexed strings.
type Doc struct {
	ID      string
	Rev     int64
	Index   [3]string // equality (and, with Prefix, prefix) lookups
	Expires time.Time // zero: never; later reads do not return it
	Data    json.RawMessage
}

// Docs is one collection.
type Docs interface {
	Get(ctx context.Context, id string) (*Doc, error)
	Insert(ctx context.Context, d *Doc) error  // ErrExists
	Replace(ctx context.Context, d *Doc) error // d.Rev expected (ErrConflict); raised by one
	Delete(ctx context.Context, id string) error
	Find(ctx context.Context, q DocQuery) (Page[Doc], error) // ordered by id
	// Next raises the counter id and returns its new value (1 first).
	Next(ctx context.Context, id string) (int64, error)
}

// DocQuery selects documents of a collection by indexed strings; "" does not restrict.
type DocQuery struct {
	Index      [3]string
	Descending bool
	After      string
	Limit      int
}
