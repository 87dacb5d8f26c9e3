package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"banli/engine/flow"
	"banli/store"
)

// followProject makes the project's record follow its cases: it is inserted with the registration, takes over new
// answers, and its status and stage are those of the cases.
func (s *Service) followProject(ctx context.Context, l store.Line) error {
	var line projectLine
	if err := json.Unmarshal(l.Data, &line); err != nil {
		return err
	}
	h, err := s.Store.Head(ctx, l.Case)
	if err != nil {
		return err
	}
	if line.Insert != nil {
		if err := s.Store.InsertProject(ctx, line.Insert); err != nil && !errors.Is(err, store.ErrExists) {
			return err
		}
	}
	return s.updateProject(ctx, h.Project, func(p *store.Project) error {
		if line.Answers != nil {
			var answers map[string]any
			if err := unmarshal(line.Answers, &answers); err != nil {
				return err
			}
			p.FormRev = line.FormRev
			if err := describe(p, answers); err != nil {
				return err
			}
		}
		return s.status(ctx, p)
	})
}

// status sets the status and stage of a project from its cases: the state of its registration, or in progress once
// an item was applied for.
func (s *Service) status(ctx context.Context, p *store.Project) error {
	h, err := s.registration(ctx, p.ID)
	if err != nil {
		return err
	}
	p.Status = h.State
	reg, err := s.Store.Case(ctx, h.ID)
	if err != nil {
		return err
	}
	var f folded
	if err := json.Unmarshal(reg.Folded, &f); err != nil {
		return fmt.Errorf("folded state of case %s: %w", h.ID, err)
	}
	if stage, ok := f.State.Facts()["stage"].(string); ok {
		p.Stage = stage
	}
	if over(h.State) || h.State == StatusSubmitted {
		return nil
	}
	heads, err := s.heads(ctx, store.CaseQuery{Project: p.ID})
	if err != nil {
		return err
	}
	if slices.ContainsFunc(heads, func(h store.Head) bool { return h.Item != "" && h.Parent == "" }) {
		p.Status = StatusInProgress
	}
	return nil
}

// over tells whether a project of this status is at an end, unless it is sent again (T2).
func over(status string) bool { return status == StatusCancelled || status == StatusWithdrawn }

// noteGrant remembers that an item of a project is granted.
func (s *Service) noteGrant(ctx context.Context, project, item string) error {
	return s.updateProject(ctx, project, func(p *store.Project) error {
		x := extraOf(p)
		if item == "" || slices.Contains(x.Granted, item) {
			return nil
		}
		x.Granted = append(x.Granted, item)
		return setExtra(p, x)
	})
}

// Mandate lets a liaison act for the owner of a project, or ends it. Only the owner gives a mandate.
func (s *Service) Mandate(ctx context.Context, actor flow.Actor, project, liaison string, granted bool) error {
	p, err := s.Store.Project(ctx, project)
	if err == nil && (actor.User == "" || p.Owner != actor.User) {
		err = store.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("project %s: %w", project, err)
	}
	err = s.updateProject(ctx, project, func(p *store.Project) error {
		x := extraOf(p)
		x.Liaisons = slices.DeleteFunc(x.Liaisons, func(u string) bool { return u == liaison })
		if granted {
			x.Liaisons = append(x.Liaisons, liaison)
		}
		return setExtra(p, x)
	})
	if err != nil {
		return err
	}
	mandate := &store.Doc{ID: liaison + "/" + project, Index: [3]string{liaison, project}, Data: []byte("{}")}
	if !granted {
		err = s.Store.Docs("mandates").Delete(ctx, mandate.ID)
	} else if err = s.Store.Docs("mandates").Insert(ctx, mandate); errors.Is(err, store.ErrExists) {
		err = nil
	}
	if err != nil {
		return fmt.Errorf("mandate of %s for project %s: %w", liaison, project, err)
	}
	return s.Audit(ctx, actor, "mandate", map[string]any{"project": project, "liaison": liaison, "granted": granted})
}

// updateProject is one conditional update of a project's record, tried again when others changed it meanwhile, and
// left out when it changes nothing.
func (s *Service) updateProject(ctx context.Context, id string, change func(*store.Project) error) error {
	for range maxTries {
		p, err := s.Store.Project(ctx, id)
		if err != nil {
			return fmt.Errorf("project %s: %w", id, err)
		}
		before := *p
		if err := change(p); err != nil {
			return err
		}
		if p.Status == before.Status && p.Stage == before.Stage && string(p.Answers) == string(before.Answers) && string(p.Extra) == string(before.Extra) {
			return nil
		}
		p.UpdatedAt = s.instant()
		if err = s.Store.UpdateProject(ctx, p); !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("project %s: %w, %d times in a row", id, store.ErrConflict, maxTries)
}

// Projects lists projects that the actor may see, newest first; for a liaison, those with a mandate come before the
// own ones, on the first page. A department finds projects through its cases: see [Service.Queue].
func (s *Service) Projects(ctx context.Context, actor flow.Actor, q store.ProjectQuery) (store.Page[store.Project], error) {
	var mandated []store.Project
	switch reach := scopes[actor.Role]; {
	case reach == own && actor.User != "":
		q.Owner = actor.User
		if q.After == "" {
			var err error
			if mandated, err = s.mandated(ctx, q); err != nil {
				return store.Page[store.Project]{}, err
			}
		}
	case reach != all:
		return store.Page[store.Project]{}, nil
	}
	page, err := s.Store.Projects(ctx, q)
	page.Rows = append(mandated, page.Rows...)
	return page, err
}

// mandated are the projects that q.Owner acts for on somebody else's behalf.
func (s *Service) mandated(ctx context.Context, q store.ProjectQuery) ([]store.Project, error) {
	docs, err := findAll(ctx, s.Store.Docs("mandates"), store.DocQuery{Index: [3]string{q.Owner}})
	if err != nil {
		return nil, fmt.Errorf("mandates of %s: %w", q.Owner, err)
	}
	var out []store.Project
	for _, doc := range docs {
		p, err := s.Store.Project(ctx, doc.Index[1])
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if (q.Regime == "" || q.Regime == p.Regime) && (q.Status == "" || q.Status == p.Status) && strings.Contains(p.Text, strings.ToLower(q.Text)) {
			out = append(out, *p)
		}
	}
	return out, nil
}
