package mongo

import (
	"encoding/json"
	"math"
	"time"

	"banli/store"
)

// Instants are microseconds since 1970, because the dates of MongoDB keep only
// milliseconds. A zero time is earlier than all, or, where a query asks "has it
// been reached?", later than all.
const (
	earlier int64 = math.MinInt64
	later   int64 = math.MaxInt64
)

func micros(t time.Time, zero int64) int64 {
	if t.IsZero() {
		return zero
	}
	return t.UnixMicro()
}

func instant(m int64) time.Time {
	if m == earlier || m == later {
		return time.Time{}
	}
	return time.UnixMicro(m).UTC()
}

// headDoc is what an action replaces of a case.
type headDoc struct {
	Rank       int64    `bson:"rank"`
	Project    string   `bson:"project"`
	Flow       string   `bson:"flow"`
	Item       string   `bson:"item"`
	Department string   `bson:"department"`
	Parent     string   `bson:"parent"`
	Code       string   `bson:"code"`
	Title      string   `bson:"title"`
	OwnerName  string   `bson:"owner_name"`
	Owner      string   `bson:"owner"`
	State      string   `bson:"state"`
	Open       bool     `bson:"open"`
	Assignee   string   `bson:"assignee"`
	OpenedAt   int64    `bson:"opened_at"`
	UpdatedAt  int64    `bson:"updated_at"`
	ClosedAt   int64    `bson:"closed_at"`
	Marks      []string `bson:"marks"`
	Clock      string   `bson:"clock"`
	Paused     bool     `bson:"paused"`
	Hold       string   `bson:"hold"`
	Due        int64    `bson:"due"`
	WarnAt     int64    `bson:"warn_at"`
	UrgentAt   int64    `bson:"urgent_at"`
	NextDue    int64    `bson:"next_due"`
	Stopped    bool     `bson:"stopped"`
	Late       bool     `bson:"late"`
}

// listDoc is what lists read of a case.
type listDoc struct {
	ID   string  `bson:"_id"`
	Rev  int64   `bson:"rev" min:"1"`
	Key  string  `bson:"key"`
	Head headDoc `bson:",inline"`
}

// caseDoc is a whole case.
type caseDoc struct {
	List   listDoc    `bson:",inline"`
	Unique string     `bson:"unique"`
	Seq    int        `bson:"seq" min:"0"`                      // number of the last event
	Hash   string     `bson:"hash" pattern:"^([0-9a-f]{64})?$"` // and its hash
	Pins   *string    `bson:"pins"`
	Body   *string    `bson:"body"`
	Folded *string    `bson:"folded"`
	Events []eventDoc `bson:"events"`
	Turns  int64      `bson:"turns" min:"0"` // revision of the outbox
	Outbox []lineDoc  `bson:"outbox"`
}

// toCase is a case at a revision, with sealed events.
func toCase(c *store.Case, rev int64, events []store.Event) *caseDoc {
	d := &caseDoc{
		List: listDoc{ID: c.ID, Rev: rev, Key: c.Key, Head: toHead(&c.Head)}, Unique: unique(c.Key, c.ID),
		Pins: text(c.Pins), Body: text(c.Body), Folded: text(c.Folded), Events: toEvents(events), Outbox: toLines(c.Outbox),
	}
	if n := len(events); n > 0 {
		d.Seq, d.Hash = events[n-1].Seq, events[n-1].Hash
	}
	return d
}

type eventDoc struct {
	Seq        int     `bson:"seq" min:"1"`
	Do         string  `bson:"do"`
	At         int64   `bson:"at"`
	RecordedAt int64   `bson:"recorded_at"`
	By         string  `bson:"by"`
	User       string  `bson:"user"`
	Department string  `bson:"department"`
	Key        string  `bson:"key"`
	Data       *string `bson:"data"`
	Hash       string  `bson:"hash" pattern:"^[0-9a-f]{64}$"`
}

// lineDoc is a line of the outbox, inside its case. Turn is NotBefore, or later
// when the line is poisoned, so that one index finds what can be delivered.
type lineDoc struct {
	ID        string  `bson:"id"`
	Turn      int64   `bson:"turn"`
	Kind      string  `bson:"kind"`
	Data      *string `bson:"data"`
	CreatedAt int64   `bson:"created_at"`
	NotBefore int64   `bson:"not_before"`
	Attempts  int     `bson:"attempts"`
	Problem   string  `bson:"problem"`
	Poison    bool    `bson:"poison"`
}

func toHead(h *store.Head) headDoc {
	return headDoc{
		store.Rank(h), h.Project, h.Flow, h.Item, h.Department, h.Parent, h.Code, h.Title, h.OwnerName, h.Owner, h.State, h.Open, h.Assignee,
		micros(h.OpenedAt, earlier), micros(h.UpdatedAt, earlier), micros(h.ClosedAt, earlier), append([]string{}, h.Marks...), h.Clock, h.Paused, h.Hold,
		micros(h.Due, earlier), micros(h.WarnAt, later), micros(h.UrgentAt, later), micros(h.NextDue, later), h.Stopped, h.Late,
	}
}

func (l *listDoc) head() store.Head {
	d := &l.Head
	h := store.Head{
		ID: l.ID, Rev: l.Rev, Key: l.Key, Project: d.Project, Flow: d.Flow, Item: d.Item, Department: d.Department, Parent: d.Parent,
		Code: d.Code, Title: d.Title, OwnerName: d.OwnerName, Owner: d.Owner, State: d.State, Open: d.Open, Assignee: d.Assignee,
		OpenedAt: instant(d.OpenedAt), UpdatedAt: instant(d.UpdatedAt), ClosedAt: instant(d.ClosedAt), Clock: d.Clock, Paused: d.Paused, Hold: d.Hold,
		Due: instant(d.Due), WarnAt: instant(d.WarnAt), UrgentAt: instant(d.UrgentAt), NextDue: instant(d.NextDue), Stopped: d.Stopped, Late: d.Late,
	}
	if len(d.Marks) > 0 {
		h.Marks = d.Marks
	}
	return h
}

func toEvents(events []store.Event) []eventDoc {
	out := make([]eventDoc, len(events))
	for i, e := range events {
		out[i] = eventDoc{e.Seq, e.Do, micros(e.At, earlier), micros(e.RecordedAt, earlier), e.By, e.User, e.Department, e.Key, text(e.Data), e.Hash}
	}
	return out
}

func (d *eventDoc) event() store.Event {
	return store.Event{
		Seq: d.Seq, Do: d.Do, At: instant(d.At), RecordedAt: instant(d.RecordedAt), By: d.By, User: d.User, Department: d.Department,
		Key: d.Key, Data: raw(d.Data), Hash: d.Hash,
	}
}

func (d *caseDoc) kase() *store.Case {
	c := &store.Case{Head: d.List.head(), Pins: raw(d.Pins), Body: raw(d.Body), Folded: raw(d.Folded), Events: make([]store.Event, len(d.Events))}
	for i := range d.Events {
		c.Events[i] = d.Events[i].event()
	}
	return c
}

func toLines(lines []store.Line) []lineDoc {
	out := make([]lineDoc, len(lines))
	for i, l := range lines {
		out[i] = lineDoc{l.ID, turn(l.NotBefore, l.Poison), l.Kind, text(l.Data), micros(l.CreatedAt, earlier), micros(l.NotBefore, earlier), l.Attempts, l.Problem, l.Poison}
	}
	return out
}

func turn(notBefore time.Time, poison bool) int64 {
	if poison {
		return later
	}
	return micros(notBefore, earlier)
}

func (d *lineDoc) line(kase string) store.Line {
	return store.Line{
		ID: d.ID, Case: kase, Kind: d.Kind, Data: raw(d.Data), CreatedAt: instant(d.CreatedAt), NotBefore: instant(d.NotBefore),
		Attempts: d.Attempts, Problem: d.Problem, Poison: d.Poison,
	}
}

// text keeps JSON byte for byte, as a string; nil stays nil.
func text(j json.RawMessage) *string {
	if j == nil {
		return nil
	}
	s := string(j)
	return &s
}

func raw(s *string) json.RawMessage {
	if s == nil {
		return nil
	}
	return json.RawMessage(*s)
}
