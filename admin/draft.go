package admin

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/store"
)

// Edit is one value changed in a draft: who changed it, when, and why.
type Edit struct {
	Kind   string     `json:"kind"` // parameter, policy, item, calendar
	ID     string     `json:"id"`
	Old    string     `json:"old"` // in force when the edit was made
	New    string     `json:"new"`
	By     flow.Actor `json:"by"`
	At     time.Time  `json:"at"`
	Reason string     `json:"reason"`
}

func (e Edit) same(other Edit) bool { return e.Kind == other.Kind && e.ID == other.ID }

// Draft is the one working copy of the catalogue: edits, and nothing of its files. An edit whose old value is not in
// force any more is in conflict; somebody decides about it before the draft is published.
type Draft struct {
	Base  string `json:"base"` // revision in force when the draft was last written
	Edits []Edit `json:"edits"`

	rev int64 // of its document; 0: there is none yet
}

// edit is the draft's edit of a setting; nil when it has none.
func (d *Draft) edit(kind, id string) *Edit {
	i := slices.IndexFunc(d.Edits, Edit{Kind: kind, ID: id}.same)
	if i < 0 {
		return nil
	}
	return &d.Edits[i]
}

// value is what a setting has in the draft.
func (d *Draft) value(s setting) string {
	if e := d.edit(s.Kind, s.ID); e != nil {
		return e.New
	}
	return s.Value
}

// put adds an edit in place of one of the same setting. One that changes nothing is dropped.
func (d *Draft) put(e Edit) {
	d.Edits = slices.DeleteFunc(d.Edits, e.same)
	if e.New != e.Old {
		d.Edits = append(d.Edits, e)
	}
}

// conflict is what is in force instead of what an edit began from.
func (e Edit) conflict(cat *definitions.Catalogue) (theirs string, found bool) {
	s, err := find(cat, e.Kind, e.ID)
	return s.Value, err != nil || s.Value != e.Old
}

func (d *Draft) conflicts(cat *definitions.Catalogue) int {
	n := 0
	for _, e := range d.Edits {
		if _, yes := e.conflict(cat); yes {
			n++
		}
	}
	return n
}

const draftID = "current"

func (h *Handler) drafts() store.Docs { return h.Cases.Store.Docs("catalogue_drafts") }

// draft is the working copy as it stands against the revision in force: edits that are in force by now are gone from it.
func (h *Handler) draft(ctx context.Context) (*Draft, error) {
	cat := h.Cases.Catalogues.Current()
	doc, err := h.drafts().Get(ctx, draftID)
	if errors.Is(err, store.ErrNotFound) {
		return &Draft{Base: cat.Revision}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("draft of the catalogue: %w", err)
	}
	d := &Draft{rev: doc.Rev}
	if err := json.Unmarshal(doc.Data, d); err != nil {
		return nil, fmt.Errorf("draft of the catalogue: %w", err)
	}
	d.Edits = slices.DeleteFunc(d.Edits, func(e Edit) bool {
		s, err := find(cat, e.Kind, e.ID)
		return err == nil && s.Value == e.New
	})
	return d, nil
}

// change applies f to the draft by compare-and-set; f sees it as it is at that instant, again after a race.
func (h *Handler) change(ctx context.Context, f func(*Draft) error) error {
	for range 10 {
		d, err := h.draft(ctx)
		if err != nil {
			return err
		}
		if err := f(d); err != nil {
			return err
		}
		if err = h.save(ctx, d); !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrExists) {
			return err
		}
	}
	return fmt.Errorf("draft of the catalogue: %w, again and again", store.ErrConflict)
}

func (h *Handler) save(ctx context.Context, d *Draft) error {
	if cat := h.Cases.Catalogues.Current(); d.conflicts(cat) == 0 {
		d.Base = cat.Revision
	}
	data, err := json.Marshal(d)
	if err != nil {
		return err
	}
	doc := &store.Doc{ID: draftID, Rev: d.rev, Data: data}
	if d.rev == 0 {
		return h.drafts().Insert(ctx, doc)
	}
	return h.drafts().Replace(ctx, doc)
}

// edited are the files of a catalogue with edits made in them; nothing else in them changes.
func edited(cat *definitions.Catalogue, edits []Edit) (map[string][]byte, error) {
	type change struct {
		definitions.Place
		text string
	}
	var changes []change
	var days []Edit
	for _, e := range edits {
		if e.Kind == calendar {
			days = append(days, e)
			continue
		}
		s, err := find(cat, e.Kind, e.ID)
		if errors.Is(err, store.ErrNotFound) {
			continue // a conflict, told as such
		}
		changes = append(changes, change{s.Place, e.New})
	}
	// From the end of a file to its beginning: a value may move others of its line, and only those after it.
	slices.SortFunc(changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(b.Line, a.Line), cmp.Compare(b.Col, a.Col))
	})
	files := maps.Clone(cat.Files)
	for _, c := range changes {
		src, err := definitions.SetScalarAt(files[c.File], c.Line, c.Col, c.text)
		if err != nil {
			return nil, fmt.Errorf("%v: %w", c.Place, err)
		}
		files[c.File] = src
	}
	return files, setDays(cat, files, days)
}

// tree makes files readable as a tree, for the loader.
func tree(files map[string][]byte) (fs.FS, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = w.Write(files[name])
		}
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
}
