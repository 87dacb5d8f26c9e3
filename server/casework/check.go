package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"banli/engine/flow"
	"banli/store"
)

// Findings is whom a [Service.Check] tells. Nothing is mended when Mended is nil.
type Findings struct {
	Fault  func(what string)
	Mended func(what string)
}

// Check reads everything, plays every case again from its events, and tells where what lists show of it, or the
// state kept beside it, is not what the engine says; and where something names a project, a case or a file that is
// not there. What follows from events it can mend; events, answers and files it never touches.
func (s *Service) Check(ctx context.Context, found Findings) error {
	c := &checking{s: s, Findings: found, projects: map[string]bool{}, cases: map[string]bool{}, needCase: map[string]string{}, needFile: map[string]string{}, users: map[string]bool{}, revisions: map[string]bool{}}
	for r, err := range s.Store.Dump(ctx) {
		switch {
		case err != nil:
			return fmt.Errorf("check: %w", err)
		case r.Doc != nil:
			c.doc(r.Doc)
		case r.Project != nil:
			c.projects[r.Project.ID] = true
		case r.Case != nil:
			err = c.kase(ctx, r.Case)
		case r.File != nil:
			delete(c.needFile, r.File.Digest)
		}
		if err != nil {
			return fmt.Errorf("check: %w", err)
		}
	}
	c.missing()
	return nil
}

type checking struct {
	Findings
	s                  *Service
	projects, cases    map[string]bool
	needCase, needFile map[string]string // what is needed → by whom, first
	users, revisions   map[string]bool
	needed             []need // looked at in the end: documents come in the order of their names
}

// need is something that a document names: a project, a user or a revision.
type need struct{ kind, id, by string }

func (c *checking) want(kind, id, by string) {
	if id != "" {
		c.needed = append(c.needed, need{kind, id, by})
	}
}

func (c *checking) doc(d *store.Filed) {
	if !d.Expires.IsZero() && d.Expires.Before(time.Now()) {
		return // forgotten, though not removed yet
	}
	by := d.Collection + " " + d.ID
	read := func(v any) bool {
		err := json.Unmarshal(d.Data, v)
		if err != nil {
			c.Fault(by + " cannot be read")
		}
		return err == nil
	}
	switch d.Collection {
	case "users":
		c.users[d.Index[0]] = true
	case "documents":
		c.wantCase(d.Index[0], by)
	case "mandates":
		c.want("user", d.Index[0], by)
		c.want("project", d.Index[1], by)
	case "stand_ins":
		c.want("user", d.Index[0], by)
		c.want("user", d.Index[1], by)
	case "marks": // under the name of the line that made them: see lines
		id, _, _ := strings.Cut(d.ID, "/")
		c.wantCase(id, by)
	case "calendar_reforms":
		c.want("revision", d.ID, by)
	case "uploads":
		var f FileRef
		if read(&f) {
			c.needFile[f.Digest] = by
		}
	case "drafts":
		var draft Draft
		if read(&draft) {
			c.want("project", draft.Project, by)
			c.wantFiles(draft.Files, by)
		}
	case "revisions":
		var r revisionDoc
		if read(&r) {
			c.revisions[d.ID] = true
			c.needFile[r.Archive] = by
		}
	}
}

func (c *checking) wantCase(id, by string) {
	if id != "" && !c.cases[id] && c.needCase[id] == "" {
		c.needCase[id] = by
	}
}

func (c *checking) wantFiles(materials map[string][]FileRef, by string) {
	for _, refs := range materials {
		for _, f := range refs {
			c.needFile[f.Digest] = by
		}
	}
}

// missing tells what was named and did not turn up.
func (c *checking) missing() {
	for _, n := range c.needed {
		if !map[string]map[string]bool{"project": c.projects, "user": c.users, "revision": c.revisions}[n.kind][n.id] {
			c.Fault(fmt.Sprintf("%s names %s %s, which is not there", n.by, n.kind, n.id))
		}
	}
	var told []string
	for kind, need := range map[string]map[string]string{"case": c.needCase, "file": c.needFile} {
		for id, by := range need {
			told = append(told, fmt.Sprintf("%s names %s %s, which is not there", by, kind, id))
		}
	}
	slices.Sort(told)
	for _, what := range told {
		c.Fault(what)
	}
}

func (c *checking) kase(ctx context.Context, kept *store.Case) error {
	by := "case " + kept.ID
	c.cases[kept.ID] = true
	delete(c.needCase, kept.ID)
	c.wantCase(kept.Parent, by)
	p, err := c.s.Store.Project(ctx, kept.Head.Project)
	if errors.Is(err, store.ErrNotFound) {
		// A registration is the one case that is there before its project is: its first effect makes the record.
		if !slices.ContainsFunc(kept.Outbox, func(l store.Line) bool { return l.Kind == lineProject }) {
			c.Fault(fmt.Sprintf("%s names project %s, which is not there", by, kept.Head.Project))
		}
		return nil
	} else if err != nil {
		return err
	}
	bare := *kept
	bare.Folded = json.RawMessage("{}") // of no engine, so that the case is played again: see fold
	k := &loaded{Case: &bare, project: p}
	if err = store.Verify(kept.Events); err == nil {
		err = c.s.revive(ctx, k)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	} else if err != nil {
		c.Fault(fmt.Sprintf("%s cannot be played again: %v", by, err))
		return nil
	}
	c.wantFiles(k.body.Materials, by)
	return c.compare(ctx, k, kept.Folded)
}

// compare tells how what is kept of a case differs from what its events give, and mends it.
func (c *checking) compare(ctx context.Context, k *loaded, kept json.RawMessage) error {
	by, st := "case "+k.ID, &k.state
	var f folded
	wrong := ""
	if err := json.Unmarshal(kept, &f); err != nil {
		wrong = "has a folded state that cannot be read"
	} else if f.Engine == foldedBy && !sameState(k, &f.State, st) {
		wrong = "has another folded state than its events give"
	}
	if k.seqs = f.Seqs; int64(len(k.seqs)) != k.Rev && wrong == "" {
		wrong = fmt.Sprintf("has a folded state of revision %d, expected %d", len(k.seqs), k.Rev)
	}
	want, err := k.wanted(st)
	if err != nil {
		c.Fault(by + " cannot be summarised: " + err.Error())
		return nil
	}
	if names := differing(&k.Head, &want); len(names) > 0 {
		wrong = strings.TrimPrefix(wrong+"; and ", "; and ") + "is listed with another " + strings.Join(names, ", ") + " than its events give"
	}
	switch {
	case wrong == "":
		return nil
	case c.Mended == nil:
		c.Fault(by + " " + wrong)
		return nil
	}
	for int64(len(k.seqs)) < k.Rev { // which revisions had which events is lost
		k.seqs = append(k.seqs, st.Seq)
	}
	ch := &store.Change{Head: want}
	if ch.Folded, err = json.Marshal(folded{foldedBy, *st, append(k.seqs[:k.Rev:k.Rev], st.Seq)}); err != nil {
		return fmt.Errorf("%s: folded state: %w", by, err)
	}
	if err := c.s.Store.Append(ctx, k.ID, k.Rev, ch); errors.Is(err, store.ErrConflict) {
		return nil // somebody acted on it, and so it was written anew
	} else if err != nil {
		return err
	}
	c.Mended(by + " " + wrong + ": written anew")
	return nil
}

func sameState(k *loaded, kept, replayed *flow.State) bool {
	kept, err := k.flow.Adopt(kept, k.cat.Calendar.Zone())
	if err != nil {
		return false
	}
	a, errA := json.Marshal(kept)
	b, errB := json.Marshal(replayed)
	return errA == nil && errB == nil && string(a) == string(b)
}

// wanted is the head that belongs to a state. Names are those of the last write, and when the case acts by itself
// next may have been looked for after an act that was due and not lawful, or a card.
func (k *loaded) wanted(st *flow.State) (store.Head, error) {
	at := func(seen time.Time) (store.Head, error) {
		h := k.Head
		k.seen = seen
		err := k.summarise(&h, flow.Decision{State: *st}, k.UpdatedAt)
		h.Code, h.Title, h.OwnerName, h.Owner = k.Code, k.Title, k.OwnerName, k.Owner
		return h, err
	}
	want, err := at(time.Time{})
	for h := want; err == nil && !h.NextDue.IsZero() && !h.NextDue.Equal(k.NextDue) && h.NextDue.Before(k.UpdatedAt); {
		if h, err = at(h.NextDue); h.NextDue.Equal(k.NextDue) {
			want = h
		}
	}
	return want, err
}

// differing names the fields of two heads that are not the same, as the store keeps them.
func differing(a, b *store.Head) (names []string) {
	va, vb := reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem()
	for i := range va.NumField() {
		x, y := va.Field(i).Interface(), vb.Field(i).Interface()
		if !reflect.DeepEqual(stored(x), stored(y)) {
			names = append(names, va.Type().Field(i).Name)
		}
	}
	return names
}

// stored is a value as it comes back from a store.
func stored(v any) any {
	switch v := v.(type) {
	case time.Time:
		if v.IsZero() {
			return int64(math.MinInt64)
		}
		return v.UnixMicro()
	case []string:
		return strings.Join(v, "\n")
	}
	return v
}

// Published tells whether a store has a catalogue. Opening the registry of one that has none gives it the shipped one.
func Published(ctx context.Context, st store.Store) (bool, error) {
	page, err := (&Catalogues{store: st}).docs().Find(ctx, store.DocQuery{Limit: 1})
	return len(page.Rows) > 0, err
}
