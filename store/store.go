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
	"errors"
	"io"
	"iter"
	"time"
)

var (
	// ErrNotFound: there is no such document.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the document has another revision than the one expected; read it again.
	ErrConflict = errors.New("changed meanwhile")
	// ErrExists: a document with this id or unique key is there already.
	ErrExists = errors.New("exists already")
	// ErrDuplicate: the case has an event with this idempotency key; the command was done before.
	ErrDuplicate = errors.New("done already")
	// ErrTooLarge: a file is larger than allowed; nothing of it was kept.
	ErrTooLarge = errors.New("too large")
)

// Store is one database. All methods may be called by many goroutines and
// processes at once. A returned record belongs to the caller; a record handed in
// is read before the method returns, and what the store assigns (Rev, Seq, Hash)
// is set in it only when the write succeeded.
//
// A write that returned nil is durable: it survives power loss. A write whose
// context ended first may still happen, once: read again, or repeat it with the
// same idempotency key.
//
// Instants are kept to the microsecond and come back in UTC; a zero time stays
// zero. Cursors (After, Next) are opaque. A page follows the last row of the one
// before it, so rows that stay where they are come exactly once while others are
// added or move.
type Store interface {
	// InsertProject keeps a new project at revision 1: ErrExists when its id or its code (unless "") is taken.
	InsertProject(ctx context.Context, p *Project) error
	Project(ctx context.Context, id string) (*Project, error)
	ProjectByCode(ctx context.Context, code string) (*Project, error)
	// UpdateProject replaces all of a project that is at p.Rev (else ErrConflict), and raises p.Rev by one.
	UpdateProject(ctx context.Context, p *Project) error
	// Projects lists projects, newest first by CreatedAt.
	Projects(ctx context.Context, q ProjectQuery) (Page[Project], error)

	// InsertCase keeps a new case at revision 1 with its first events and outbox lines: ErrExists when its
	// id or its Key (unless "") is taken.
	InsertCase(ctx context.Context, c *Case) error
	Case(ctx context.Context, id string) (*Case, error)
	CaseByKey(ctx context.Context, key string) (*Case, error)
	Head(ctx context.Context, id string) (*Head, error)
	// Append is the one conditional write of an action. ErrDuplicate: an event of the case has a Key of
	// ch.Events already (looked at first, so that a repeated command is told so whatever its revision);
	// ErrConflict: the case is not at revision rev. Otherwise it appends the events, replaces head, folded
	// state and what else is not nil, adds outbox lines, and leaves the case at rev+1.
	Append(ctx context.Context, id string, rev int64, ch *Change) error
	Cases(ctx context.Context, q CaseQuery) (Page[Head], error)
	// CountCases counts what Cases would list over all pages.
	CountCases(ctx context.Context, q CaseQuery) (int, error)
	// Tally counts the cases of q by lamp at q.Now, one entry per value of the field named by: "department",
	// "flow", "item" or "state"; "" counts all of them under "".
	Tally(ctx context.Context, q CaseQuery, by string) (map[string]LampCounts, error)

	// Due lists cases whose NextDue is strictly before now, earliest first: at its due instant a case is
	// still on time.
	Due(ctx context.Context, now time.Time, limit int) ([]DueCase, error)
	// NextDue is the earliest NextDue of all cases, zero when there is none.
	NextDue(ctx context.Context) (time.Time, error)

	// Outbox lists lines not yet done whose turn has come (NotBefore ≤ now, zero included), by NotBefore.
	// Listing does not reserve them: two workers may get the same line.
	Outbox(ctx context.Context, now time.Time, limit int) ([]Line, error)
	// DoneLine forgets a delivered line; no error when it is gone already.
	DoneLine(ctx context.Context, id string) error
	// DelayLine records a failed attempt; a poisoned line is set aside: PoisonLines lists it, Outbox does
	// not, until it is delayed again without poison. ErrNotFound when it is gone.
	DelayLine(ctx context.Context, id string, notBefore time.Time, problem string, poison bool) error
	PoisonLines(ctx context.Context, limit int) ([]Line, error)

	// Docs is a collection of small documents (users, sessions, drafts, revisions, counters, audit …).
	Docs(collection string) Docs

	// PutFile streams content into the store under its SHA-256; the same content twice is kept once.
	// More than maxBytes is ErrTooLarge; after any error nothing of it is kept.
	PutFile(ctx context.Context, r io.Reader, maxBytes int64) (FileInfo, error)
	OpenFile(ctx context.Context, digest string) (io.ReadSeekCloser, FileInfo, error)

	// SweepFiles removes content that nobody uses: what used does not know (it is given digests) and was last
	// put before an instant. Whoever puts the same content meanwhile keeps it. It says what it freed.
	SweepFiles(ctx context.Context, before time.Time, used func(digest string) bool) (Swept, error)

	// Dump reads everything that is kept, in the order of [Record.Key], as it was at one moment where the
	// backend can: see its Open. Documents that expired may be among it. The loop ends at the first error.
	Dump(ctx context.Context) iter.Seq2[Record, error]
	// Load puts records back exactly as a dump gave them, revisions and hashes included, in place of what has
	// their ids; loaded twice they are the same. Files are not loaded but put. It is for filling a store that
	// nobody else uses.
	Load(ctx context.Context, records []Record) error

	// Verify reads everything and tells each fault it finds, in words an operator understands: hash chains,
	// totals and lists against the cases, parts of a case that are lost, files against their digests. It changes nothing; its
	// error is that it could not go on.
	Verify(ctx context.Context, fault func(string)) error
	// Repair makes anew what is kept twice for speed, where it is not what it should be, and tells what it
	// mended. It never touches an event.
	Repair(ctx context.Context, mended func(string)) error

	// Close ends the store after the writes under way; later calls fail.
	Close() error
}

// Docs is one collection of small documents.
type Docs interface {
	Get(ctx context.Context, id string) (*Doc, error)
	// Insert keeps a new document at revision 1: ErrExists when its id is taken by one that has not expired.
	Insert(ctx context.Context, d *Doc) error
	// Replace replaces all of a document that is at d.Rev (else ErrConflict), and raises d.Rev by one.
	Replace(ctx context.Context, d *Doc) error
	// Delete removes a document; no error when there is none.
	Delete(ctx context.Context, id string) error
	// Find lists documents ordered by id.
	Find(ctx context.Context, q DocQuery) (Page[Doc], error)
	// Next raises the counter id and returns its new value, 1 first. A counter is a document whose Data is
	// its value.
	Next(ctx context.Context, id string) (int64, error)
}
