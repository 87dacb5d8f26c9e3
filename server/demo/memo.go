package demo

import (
	"context"
	"slices"

	"banli/store"
)

// memo remembers the records of one project while it alone writes them: playing reads the same ones over and
// over. It is for one goroutine.
type memo struct {
	store.Store
	cases    map[string]*store.Case
	projects map[string]*store.Project
}

func newMemo(s store.Store) *memo {
	return &memo{s, map[string]*store.Case{}, map[string]*store.Project{}}
}

// Case implements [store.Store]. The copy belongs to the caller.
func (m *memo) Case(ctx context.Context, id string) (*store.Case, error) {
	known, ok := m.cases[id]
	if !ok {
		var err error
		if known, err = m.Store.Case(ctx, id); err != nil {
			return nil, err
		}
		m.cases[id] = known
	}
	c := *known
	c.Events, c.Outbox = slices.Clip(c.Events), nil
	return &c, nil
}

// Append implements [store.Store].
func (m *memo) Append(ctx context.Context, id string, rev int64, ch *store.Change) error {
	delete(m.cases, id)
	return m.Store.Append(ctx, id, rev, ch)
}

// Project implements [store.Store]. The copy belongs to the caller.
func (m *memo) Project(ctx context.Context, id string) (*store.Project, error) {
	known, ok := m.projects[id]
	if !ok {
		var err error
		if known, err = m.Store.Project(ctx, id); err != nil {
			return nil, err
		}
		m.projects[id] = known
	}
	p := *known
	return &p, nil
}

// UpdateProject implements [store.Store].
func (m *memo) UpdateProject(ctx context.Context, p *store.Project) error {
	delete(m.projects, p.ID)
	return m.Store.UpdateProject(ctx, p)
}
