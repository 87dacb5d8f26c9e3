package mongo

import (
	"context"
	"fmt"

	"banli/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
)

type projectDoc struct {
	ID        string  `bson:"_id"`
	Unique    string  `bson:"unique"`
	Code      string  `bson:"code"`
	Rev       int64   `bson:"rev" min:"1"`
	Owner     string  `bson:"owner"`
	Name      string  `bson:"name"`
	OwnerName string  `bson:"owner_name"`
	Regime    string  `bson:"regime"`
	Stage     string  `bson:"stage"`
	Status    string  `bson:"status"`
	Answers   *string `bson:"answers"`
	FormRev   string  `bson:"form_rev"`
	CreatedAt int64   `bson:"created_at"`
	UpdatedAt int64   `bson:"updated_at"`
	Text      string  `bson:"text"`
	Extra     *string `bson:"extra"`
}

func toProject(p *store.Project, rev int64) *projectDoc {
	return &projectDoc{
		p.ID, unique(p.Code, p.ID), p.Code, rev, p.Owner, p.Name, p.OwnerName, p.Regime, p.Stage, p.Status, text(p.Answers), p.FormRev,
		micros(p.CreatedAt, earlier), micros(p.UpdatedAt, earlier), p.Text, text(p.Extra),
	}
}

func (d *projectDoc) project() store.Project {
	return store.Project{
		ID: d.ID, Code: d.Code, Rev: d.Rev, Owner: d.Owner, Name: d.Name, OwnerName: d.OwnerName, Regime: d.Regime, Stage: d.Stage, Status: d.Status,
		Answers: raw(d.Answers), FormRev: d.FormRev, CreatedAt: instant(d.CreatedAt), UpdatedAt: instant(d.UpdatedAt), Text: d.Text, Extra: raw(d.Extra),
	}
}

// InsertProject implements [store.Store].
func (s *Store) InsertProject(ctx context.Context, p *store.Project) error {
	if _, err := s.projects.InsertOne(ctx, toProject(p, 1)); err != nil {
		return fmt.Errorf("insert project %s: %w", p.ID, exists(err))
	}
	p.Rev = 1
	return nil
}

// UpdateProject implements [store.Store].
func (s *Store) UpdateProject(ctx context.Context, p *store.Project) error {
	d := toProject(p, p.Rev+1)
	if err := replaceAt(ctx, s.projects, p.ID, p.Rev, d, bson.D{}); err != nil {
		// Not every server says in words of its own that the code is taken.
		other := and(is(is(bson.A{}, "unique", "$eq", d.Unique), "_id", "$ne", p.ID))
		if s.projects.FindOne(ctx, other).Err() == nil {
			err = store.ErrExists
		}
		return fmt.Errorf("update project %s: %w", p.ID, err)
	}
	p.Rev++
	return nil
}

// replaceAt replaces a document that is at a revision: ErrConflict when it has
// another one, ErrNotFound when there is none for which present holds, ErrExists
// when what must be unique is taken.
func replaceAt(ctx context.Context, in *driver.Collection, id string, rev int64, document any, present bson.D) error {
	here := append(bson.D{{Key: "_id", Value: id}}, present...)
	result, err := in.ReplaceOne(ctx, append(here[:len(here):len(here)], bson.E{Key: "rev", Value: rev}), document)
	if err != nil {
		return exists(err)
	}
	if result.MatchedCount == 1 {
		return nil
	}
	if err := in.FindOne(ctx, here).Err(); err != nil {
		return notFound(err)
	}
	return store.ErrConflict
}

// Project implements [store.Store].
func (s *Store) Project(ctx context.Context, id string) (*store.Project, error) {
	return s.project(ctx, "project "+id, byID(id))
}

// ProjectByCode implements [store.Store].
func (s *Store) ProjectByCode(ctx context.Context, code string) (*store.Project, error) {
	return s.project(ctx, "project with code "+code, bson.D{{Key: "unique", Value: unique(code, "")}})
}

func (s *Store) project(ctx context.Context, what string, filter bson.D) (*store.Project, error) {
	var d projectDoc
	if err := s.projects.FindOne(ctx, filter).Decode(&d); err != nil {
		return nil, fmt.Errorf("%s: %w", what, notFound(err))
	}
	p := d.project()
	return &p, nil
}

// Projects implements [store.Store].
func (s *Store) Projects(ctx context.Context, q store.ProjectQuery) (store.Page[store.Project], error) {
	var page store.Page[store.Project]
	f := bson.A{}
	for field, value := range map[string]string{"owner": q.Owner, "regime": q.Regime, "status": q.Status} {
		if value != "" {
			f = is(f, field, "$eq", value)
		}
	}
	if q.Text != "" {
		f = append(f, contains("text", q.Text))
	}
	o := order{field: "created_at", descending: true}
	parts, err := o.after(f, q.After)
	if err != nil {
		return page, fmt.Errorf("list projects: %w", err)
	}
	limit := store.PageSize(q.Limit)
	var last projectDoc
	err = walk(ctx, s.projects, o, parts, limit, bson.D{}, func(d *projectDoc) {
		if len(page.Rows) == limit {
			page.Next = cursorOf(last.CreatedAt, last.ID)
			return
		}
		page.Rows, last = append(page.Rows, d.project()), *d
	})
	if err != nil {
		return store.Page[store.Project]{}, fmt.Errorf("list projects: %w", err)
	}
	return page, nil
}
