package casework

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/store"
)

var errPending = errors.New("casework: being written")

// Catalogues is the registry of published catalogue revisions. Published files never change.
type Catalogues struct{}

// OpenCatalogues opens the registry of a store. An empty store gets the shipped tree as its first revision.
func OpenCatalogues(ctx context.Context, st store.Store, shipped fs.FS, now func() time.Time) (*Catalogues, error) {
	return nil, errPending
}

// Current is the revision in force. It costs nothing.
func (c *Catalogues) Current() *definitions.Catalogue { return nil }

// At is a revision published at some time, compiled; the last few are kept.
func (c *Catalogues) At(ctx context.Context, revision string) (*definitions.Catalogue, error) {
	return nil, errPending
}

// Publish checks files, plays the tests beside the rules, and puts them in force. Faults are a [definitions.Faults],
// failing tests a [*FailedTests]; then nothing changes.
func (c *Catalogues) Publish(ctx context.Context, actor flow.Actor, files map[string][]byte, note string) (*Revision, error) {
	return nil, errPending
}

// History lists revisions, newest first, without their files.
func (c *Catalogues) History(ctx context.Context) ([]Revision, error) { return nil, errPending }

// Refresh takes over a revision that another server published.
func (c *Catalogues) Refresh(ctx context.Context) error { return errPending }

// Register registers a project and opens its registration case.
func (s *Service) Register(ctx context.Context, actor flow.Actor, r Registration) (*store.Project, error) {
	return nil, errPending
}

// Amend sends a cancelled registration again with new answers (T2).
func (s *Service) Amend(ctx context.Context, actor flow.Actor, project string, r Registration) (*store.Project, error) {
	return nil, errPending
}

// SaveDraft keeps a draft; ErrConflict when it changed since d.Rev (then Draft gives the stored one).
func (s *Service) SaveDraft(ctx context.Context, actor flow.Actor, d Draft) (*Draft, error) {
	return nil, errPending
}

// Draft is one draft of the actor.
func (s *Service) Draft(ctx context.Context, actor flow.Actor, id string) (*Draft, error) {
	return nil, errPending
}

// Drafts lists the actor's drafts, newest first.
func (s *Service) Drafts(ctx context.Context, actor flow.Actor) ([]Draft, error) {
	return nil, errPending
}

// DeleteDraft removes a draft of the actor.
func (s *Service) DeleteDraft(ctx context.Context, actor flow.Actor, id string) error {
	return errPending
}

// Apply applies for an item of a project.
func (s *Service) Apply(ctx context.Context, actor flow.Actor, project, item string, a Application) (*CaseView, error) {
	return nil, errPending
}

// CheckMaterials gives the materials of an item as they would stand with an application.
func (s *Service) CheckMaterials(ctx context.Context, actor flow.Actor, project, item string, a Application) ([]MaterialState, error) {
	return nil, errPending
}

// Act does something to a case.
func (s *Service) Act(ctx context.Context, actor flow.Actor, id string, cmd ActCmd) (*CaseView, error) {
	return nil, errPending
}

// Case shows a case.
func (s *Service) Case(ctx context.Context, actor flow.Actor, id string) (*CaseView, error) {
	return nil, errPending
}

// Project shows a project.
func (s *Service) Project(ctx context.Context, actor flow.Actor, id string) (*ProjectView, error) {
	return nil, errPending
}

// PublicProject shows anybody what is public about a project with this code.
func (s *Service) PublicProject(ctx context.Context, code string) (*PublicView, error) {
	return nil, errPending
}

// Explain shows the sum behind the due date of a clock of a case.
func (s *Service) Explain(ctx context.Context, actor flow.Actor, id, clock string) (*ExplainView, error) {
	return nil, errPending
}

// Queue lists cases that the actor may see, and counts them by lamp (over all pages, whatever q.Lamp says).
func (s *Service) Queue(ctx context.Context, actor flow.Actor, q store.CaseQuery) (store.Page[CaseLine], store.LampCounts, error) {
	return store.Page[CaseLine]{}, store.LampCounts{}, errPending
}

// Tally counts cases that the actor may see by lamp, per "department", "flow", "item" or "state".
func (s *Service) Tally(ctx context.Context, actor flow.Actor, q store.CaseQuery, by string) (map[string]store.LampCounts, error) {
	return nil, errPending
}

// Projects lists projects that the actor may see.
func (s *Service) Projects(ctx context.Context, actor flow.Actor, q store.ProjectQuery) (store.Page[store.Project], error) {
	return store.Page[store.Project]{}, errPending
}

// Tick does what the clock does before now, in every case that is due: how many cases it moved, and when the next is due.
func (s *Service) Tick(ctx context.Context, now time.Time) (fired int, next time.Time, err error) {
	return 0, time.Time{}, errPending
}

// Deliver delivers outbox lines whose turn has come.
func (s *Service) Deliver(ctx context.Context, now time.Time) (delivered int, err error) {
	return 0, errPending
}

// PutFile keeps a file; what it is, is looked up in its content.
func (s *Service) PutFile(ctx context.Context, actor flow.Actor, name string, r io.Reader) (FileRef, error) {
	return FileRef{}, errPending
}

// OpenFile opens a file handed in to a case.
func (s *Service) OpenFile(ctx context.Context, actor flow.Actor, caseID, digest string) (io.ReadSeekCloser, FileRef, error) {
	return nil, FileRef{}, errPending
}

// Document is one issued document.
func (s *Service) Document(ctx context.Context, actor flow.Actor, id string) (*IssuedDocument, error) {
	return nil, errPending
}

// Mandate lets a liaison act for the owner of a project, or ends it.
func (s *Service) Mandate(ctx context.Context, actor flow.Actor, project, liaison string, granted bool) error {
	return errPending
}

// Audit keeps an administrative act.
func (s *Service) Audit(ctx context.Context, actor flow.Actor, kind string, detail any) error {
	return errPending
}

// AuditLog lists administrative acts, newest first.
func (s *Service) AuditLog(ctx context.Context, actor flow.Actor, after string) (store.Page[AuditEntry], error) {
	return store.Page[AuditEntry]{}, errPending
}
