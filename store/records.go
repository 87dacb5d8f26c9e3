package store

import (
	"encoding/json"
	"time"
)

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
	Owner, Regime, Status string
	Text                  string // part of Project.Text; the case of ASCII letters does not matter
	After                 string // cursor of a former page
	Limit                 int    // 20 when zero, 200 at most
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
	Hold             string // id of the hold that pauses it
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

// Event is one stored event, chained to the one before it: see [Chain]. Seq and Hash are assigned by the store.
type Event struct {
	Seq        int // 1-based within the case
	Do         string
	At         time.Time // effective_at
	RecordedAt time.Time
	By         string // role
	User       string
	Department string
	Key        string          // idempotency key of the command, on one of its events; "" on the others and on automatic ones
	Data       json.RawMessage // the engine's event
	Hash       string          // hex SHA-256
}

// Change is what one action does to a case. Head replaces the whole head; its ID, Key and Rev are not looked at,
// and its Project is that of the case, which never changes: clusters keep cases where their project is.
type Change struct {
	Head   Head
	Pins   json.RawMessage // nil: unchanged
	Body   json.RawMessage // nil: unchanged
	Folded json.RawMessage // nil: unchanged
	Events []Event         // appended
	Outbox []Line          // added
}

// Line is one effect on something outside the case: delivered at least once, applied once by ID.
type Line struct {
	ID        string // unique, the receiver's idempotency key; one added twice may be delivered twice
	Case      string // the case it came from, set by the store
	Kind      string // spawn, signal, document, notice …
	Data      json.RawMessage
	CreatedAt time.Time
	NotBefore time.Time // zero: at once
	Attempts  int
	Problem   string
	Poison    bool
}

// DueCase is a case that acts by itself before the instant asked about.
type DueCase struct {
	ID, Project string
	Due         time.Time
}

// CaseQuery selects cases. Zero fields do not restrict.
type CaseQuery struct {
	Project, Flow, Item, Department, Owner, Parent, State string
	Flows, States                                         []string // one of these
	Mark                                                  string   // among the marks
	Assignee                                              string   // user id of whose case it is
	Text                                                  string   // part of code, title or owner name; the case of ASCII letters does not matter
	Open                                                  *bool
	Lamp                                                  string    // one of [Lamps], as [Head.Lamp] says at Now
	Now                                                   time.Time // for Lamp and Tally
	Since, Until                                          time.Time // OpenedAt in [Since, Until)
	// Sort is "due" (also ""), "opened" or "updated", with "-" before it for descending. By due, the least
	// legal time left comes first; then paused, idle, stopped and closed cases.
	Sort  string
	After string // cursor of a former page
	Limit int    // 20 when zero, 200 at most
}

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

// Swept is what a sweep of files freed.
type Swept struct {
	Files int
	Bytes int64
}

// Doc is one small document: JSON with a revision and up to three indexed strings.
type Doc struct {
	ID      string
	Rev     int64
	Index   [3]string // what Find looks up
	Expires time.Time // by the server's clock: from then on it is not there any more; zero: never
	Data    json.RawMessage
}

// DocQuery selects documents of a collection by indexed strings; "" does not restrict.
type DocQuery struct {
	Index      [3]string
	Prefix     bool // the strings given are beginnings
	Descending bool
	After      string // cursor of a former page
	Limit      int    // 20 when zero, 200 at most
}

// PageSize is the number of rows a query asks for: 20 when zero, 200 at most.
func PageSize(limit int) int {
	if limit <= 0 {
		return 20
	}
	return min(limit, 200)
}
