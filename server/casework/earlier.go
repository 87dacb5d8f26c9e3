package casework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/store"
)

// Recordable is an item of which a case from before the platform can be kept for the record (T31), and the act for it.
type Recordable struct {
	Item *definitions.Item
	Act  *flow.ActionSpec
}

// Recordables are the items of the actor's department with an act that opens a case for the record only, as the flows
// in force give it to the actor's role.
func (s *Service) Recordables(actor flow.Actor) (out []Recordable) {
	if scopes[actor.Role] != department || actor.Department == "" {
		return nil
	}
	cat := s.Catalogues.Current()
	for _, it := range cat.ItemsAt(s.instant()) {
		f := cat.Flows[it.Flow]
		if it.Department != actor.Department || f == nil {
			continue
		}
		i := slices.IndexFunc(f.Spec.Actions, func(a flow.ActionSpec) bool { return a.RecordOnly && slices.Contains(a.By, actor.Role) })
		if i >= 0 {
			out = append(out, Recordable{it, &f.Spec.Actions[i]})
		}
	}
	return out
}

// records tells whether an application keeps a case of the actor's own department for the record only.
func records(cat *definitions.Catalogue, actor flow.Actor, item, do string, at time.Time) bool {
	it := cat.Item(item, at)
	if it == nil || scopes[actor.Role] != department || actor.Department == "" || it.Department != actor.Department || cat.Flows[it.Flow] == nil {
		return false
	}
	act, err := openingAct(cat.Flows[it.Flow], actor.Role, do)
	return err == nil && act.RecordOnly
}

// FindForRecord finds the projects in which the actor can keep a case for the record: those the actor sees by a part
// of code, name or owner, any other by its whole code or name. At most a hundred are looked at, newest first.
func (s *Service) FindForRecord(ctx context.Context, actor flow.Actor, text string) ([]store.Project, error) {
	if text == "" || len(s.Recordables(actor)) == 0 {
		return nil, nil
	}
	page, err := s.Store.Projects(ctx, store.ProjectQuery{Text: text, Limit: 100})
	if err != nil {
		return nil, fmt.Errorf("projects by %q: %w", text, err)
	}
	var out []store.Project
	for _, p := range page.Rows {
		err := s.seesProject(ctx, actor, &p)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		if err == nil || p.Code == text || p.Name == text {
			out = append(out, p)
		}
	}
	return out, nil
}
