package casework

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/store"
)

// maxCatalogue is the largest archive of a catalogue, in bytes.
const maxCatalogue = 64 << 20

// Catalogues is the registry of published catalogue revisions. Published files never change.
// Revisions are numbered without a gap, so that of two people who publish at once one is told ErrConflict.
type Catalogues struct {
	store   store.Store
	now     func() time.Time
	current atomic.Pointer[definitions.Catalogue]
	loader  definitions.Loader // most files of a revision are those of the one before
	// reformed counts the publications with another calendar that all cases came under.
	reformed atomic.Int64
	mu       sync.Mutex
	cache    map[string]*definitions.Catalogue // compiled, by revision
	history  []revisionDoc                     // oldest first
}

// revisionDoc is a revision in the collection "revisions", under its number.
type revisionDoc struct {
	Revision
	Archive  string `json:"archive"`  // digest of the zip of its files
	Calendar string `json:"calendar"` // revision of its calendar
}

// FailedTests says which tests beside the rules a catalogue does not pass. Nothing was published.
type FailedTests struct{ Failed []definitions.TestResult }

func (e *FailedTests) Error() string {
	return fmt.Sprintf("%d tests of the catalogue fail; the first: %s", len(e.Failed), e.Failed[0])
}

// OpenCatalogues opens the registry of a store. An empty store gets the shipped tree as its first revision.
func OpenCatalogues(ctx context.Context, st store.Store, shipped fs.FS, now func() time.Time) (*Catalogues, error) {
	c := &Catalogues{store: st, now: now, cache: map[string]*definitions.Catalogue{}}
	err := c.Refresh(ctx)
	if err != nil || c.Current() != nil {
		return c, err
	}
	cat, faults := c.loader.Load(shipped)
	if cat == nil {
		return nil, fmt.Errorf("shipped catalogue: %w", faults)
	}
	_, err = c.put(ctx, flow.Actor{Role: "system_admin", Name: "系统"}, cat, "随产品发布的初始版本")
	if errors.Is(err, store.ErrConflict) { // another server was first
		err = c.Refresh(ctx)
	}
	return c, err
}

// Current is the revision in force. It costs nothing.
func (c *Catalogues) Current() *definitions.Catalogue { return c.current.Load() }

// At is a revision published at some time, compiled once.
func (c *Catalogues) At(ctx context.Context, revision string) (*definitions.Catalogue, error) {
	if cur := c.Current(); cur != nil && cur.Revision == revision {
		return cur, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.knows(revision) { // published by another server
		if err := c.refresh(ctx); err != nil {
			return nil, err
		}
	}
	return c.load(ctx, revision)
}

// InForce is the revision that was in force at an instant; before the first one was published, the first.
func (c *Catalogues) InForce(ctx context.Context, at time.Time) (*definitions.Catalogue, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.history[0]
	for _, later := range c.history[1:] {
		if !later.At.After(at) {
			r = later
		}
	}
	return c.load(ctx, r.ID)
}

// Publish checks files, plays the tests beside the rules, and puts them in force. Faults are [definitions.Faults],
// failing tests a [*FailedTests]; then nothing changes. The last revision published is the one in force, so an
// earlier one is taken up again by publishing its files.
func (c *Catalogues) Publish(ctx context.Context, actor flow.Actor, files map[string][]byte, note string) (*Revision, error) {
	archive, err := pack(files)
	if err != nil {
		return nil, err
	}
	tree, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, fmt.Errorf("read packed catalogue: %w", err)
	}
	cat, faults := c.loader.Load(tree)
	if cat == nil {
		return nil, faults
	}
	failed := slices.DeleteFunc(definitions.RunTests(cat), definitions.TestResult.Passed)
	if len(failed) > 0 {
		return nil, &FailedTests{failed}
	}
	return c.put(ctx, actor, cat, note)
}

// put stores a compiled catalogue as the next revision and puts it in force.
func (c *Catalogues) put(ctx context.Context, actor flow.Actor, cat *definitions.Catalogue, note string) (*Revision, error) {
	archive, err := pack(cat.Files)
	if err != nil {
		return nil, err
	}
	info, err := c.store.PutFile(ctx, bytes.NewReader(archive), maxCatalogue)
	if err != nil {
		return nil, fmt.Errorf("keep catalogue: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	r := Revision{ID: cat.Revision, No: len(c.history) + 1, At: c.now().Truncate(time.Microsecond), By: actor, Note: note}
	kept := revisionDoc{r, info.Digest, cat.Calendar.Revision()}
	data, err := json.Marshal(kept)
	if err != nil {
		return nil, err
	}
	err = c.docs().Insert(ctx, &store.Doc{ID: revisionID(r.No), Index: [3]string{r.ID}, Data: data})
	if errors.Is(err, store.ErrExists) {
		err = fmt.Errorf("revision %d was published meanwhile: %w", r.No, store.ErrConflict)
	}
	if err != nil {
		return nil, fmt.Errorf("publish catalogue: %w", err)
	}
	c.history, c.cache[r.ID] = append(c.history, kept), cat
	c.current.Store(cat)
	return &r, nil
}

// History lists revisions, newest first.
func (c *Catalogues) History(ctx context.Context) ([]Revision, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.refresh(ctx); err != nil {
		return nil, err
	}
	var out []Revision
	for _, r := range slices.Backward(c.history) {
		out = append(out, r.Revision)
	}
	return out, nil
}

// Refresh takes over revisions that other servers published.
func (c *Catalogues) Refresh(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refresh(ctx)
}

// refresh reads the history and compiles the revision in force; c.mu is held.
func (c *Catalogues) refresh(ctx context.Context) error {
	last, err := c.docs().Find(ctx, store.DocQuery{Descending: true, Limit: 1})
	if err != nil {
		return fmt.Errorf("catalogue in force: %w", err)
	}
	if len(last.Rows) == 0 || last.Rows[0].ID == revisionID(len(c.history)) {
		return nil
	}
	docs, err := findAll(ctx, c.docs(), store.DocQuery{})
	if err != nil {
		return fmt.Errorf("catalogue revisions: %w", err)
	}
	c.history = make([]revisionDoc, len(docs))
	for i, doc := range docs {
		if err := json.Unmarshal(doc.Data, &c.history[i]); err != nil {
			return fmt.Errorf("catalogue revision %s: %w", doc.ID, err)
		}
	}
	cat, err := c.load(ctx, c.history[len(docs)-1].ID)
	if err != nil {
		return err
	}
	c.current.Store(cat)
	return nil
}

func (c *Catalogues) knows(revision string) bool {
	return slices.ContainsFunc(c.history, func(r revisionDoc) bool { return r.ID == revision })
}

// load compiles a revision of the history, once; c.mu is held.
func (c *Catalogues) load(ctx context.Context, revision string) (*definitions.Catalogue, error) {
	if cat, ok := c.cache[revision]; ok {
		return cat, nil
	}
	i := slices.IndexFunc(c.history, func(r revisionDoc) bool { return r.ID == revision })
	if i < 0 {
		return nil, fmt.Errorf("catalogue revision %s: %w", revision, store.ErrNotFound)
	}
	r := c.history[i]
	f, info, err := c.store.OpenFile(ctx, r.Archive)
	if err != nil {
		return nil, fmt.Errorf("files of catalogue revision %d: %w", r.No, err)
	}
	defer f.Close()
	archive, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("files of catalogue revision %d: %w", r.No, err)
	}
	tree, err := zip.NewReader(bytes.NewReader(archive), info.Size)
	if err != nil {
		return nil, fmt.Errorf("files of catalogue revision %d: %w", r.No, err)
	}
	cat, faults := c.loader.Load(tree)
	if cat == nil {
		return nil, fmt.Errorf("catalogue revision %d, published before, does not load: %w", r.No, faults)
	}
	c.cache[r.ID] = cat
	return cat, nil
}

func (c *Catalogues) docs() store.Docs { return c.store.Docs("revisions") }

func revisionID(no int) string { return fmt.Sprintf("%08d", no) }

// pack makes one archive of files, the same for the same files.
func pack(files map[string][]byte) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(files[name])
		}
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack catalogue: %w", err)
	}
	return b.Bytes(), nil
}
