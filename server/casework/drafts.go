package casework

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"banli/engine/flow"
	"banli/store"
)

// keepDrafts is how long a draft, or a file not handed in yet, stays after its last change. It runs by the wall
// clock, as everything the store forgets.
const keepDrafts = 30 * 24 * time.Hour

// SaveDraft keeps a draft of the actor. One with an unknown or no ID is new; [store.ErrConflict] when it changed
// since d.Rev (then [Service.Draft] gives the stored one).
func (s *Service) SaveDraft(ctx context.Context, actor flow.Actor, d Draft) (*Draft, error) {
	if actor.User == "" {
		return nil, fmt.Errorf("draft %s: %w", d.ID, store.ErrNotFound)
	}
	now := s.instant()
	d.Owner, d.UpdatedAt = actor.User, now
	if d.ID == "" {
		d.ID = s.newID()
	}
	data, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("draft %s: %w", d.ID, err)
	}
	doc := &store.Doc{ID: d.ID, Rev: d.Rev, Index: [3]string{actor.User, d.Project, d.Kind}, Expires: time.Now().Add(keepDrafts), Data: data}
	if d.Rev == 0 {
		err = s.Store.Docs("drafts").Insert(ctx, doc)
	} else if _, err = s.Draft(ctx, actor, d.ID); err == nil {
		err = s.Store.Docs("drafts").Replace(ctx, doc)
	}
	if err != nil {
		return nil, fmt.Errorf("save draft %s: %w", d.ID, err)
	}
	d.Rev = doc.Rev
	return &d, nil
}

// Draft is one draft of the actor.
func (s *Service) Draft(ctx context.Context, actor flow.Actor, id string) (*Draft, error) {
	doc, err := s.Store.Docs("drafts").Get(ctx, id)
	if err == nil && (actor.User == "" || doc.Index[0] != actor.User) {
		err = store.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("draft %s: %w", id, err)
	}
	return readDraft(doc)
}

// Drafts lists the actor's drafts, newest first.
func (s *Service) Drafts(ctx context.Context, actor flow.Actor) ([]Draft, error) {
	if actor.User == "" {
		return nil, nil
	}
	docs, err := findAll(ctx, s.Store.Docs("drafts"), store.DocQuery{Index: [3]string{actor.User}})
	if err != nil {
		return nil, fmt.Errorf("drafts of %s: %w", actor.User, err)
	}
	var out []Draft
	for i := range docs {
		d, err := readDraft(&docs[i])
		if err != nil {
			return nil, err
		}
		out = append(out, *d)
	}
	slices.SortStableFunc(out, func(a, b Draft) int {
		return cmp.Or(b.UpdatedAt.Compare(a.UpdatedAt), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// DeleteDraft removes a draft of the actor.
func (s *Service) DeleteDraft(ctx context.Context, actor flow.Actor, id string) error {
	if _, err := s.Draft(ctx, actor, id); err != nil {
		return err
	}
	return s.Store.Docs("drafts").Delete(ctx, id)
}

func readDraft(doc *store.Doc) (*Draft, error) {
	var d Draft
	if err := unmarshal(doc.Data, &d); err != nil {
		return nil, fmt.Errorf("draft %s: %w", doc.ID, err)
	}
	d.Rev = doc.Rev
	return &d, nil
}
