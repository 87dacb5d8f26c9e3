package storetest

import (
	"fmt"
	"testing"
	"time"

	"banli/store"
)

func projectRoundTrip(t *testing.T, s store.Store) {
	p := newProject("p1", "c1")
	must(t, s.InsertProject(t.Context(), p))
	if p.Rev != 1 {
		t.Fatalf("a new project has revision %d, expected 1", p.Rev)
	}
	got, err := s.Project(t.Context(), "p1")
	must(t, err)
	same(t, "by id", got, p)
	got, err = s.ProjectByCode(t.Context(), "c1")
	must(t, err)
	same(t, "by code", got, p)

	bare := &store.Project{ID: "p2"}
	must(t, s.InsertProject(t.Context(), bare))
	got, err = s.Project(t.Context(), "p2")
	must(t, err)
	same(t, "without anything", got, &store.Project{ID: "p2", Rev: 1})

	_, err = s.Project(t.Context(), "p9")
	wantErr(t, err, store.ErrNotFound)
	for _, code := range []string{"c9", ""} {
		_, err = s.ProjectByCode(t.Context(), code)
		wantErr(t, err, store.ErrNotFound)
	}
}

func projectUnique(t *testing.T, s store.Store) {
	must(t, s.InsertProject(t.Context(), newProject("p1", "c1")))
	must(t, s.InsertProject(t.Context(), newProject("p2", "")))
	must(t, s.InsertProject(t.Context(), newProject("p3", ""))) // no code yet is no clash
	wantErr(t, s.InsertProject(t.Context(), newProject("p1", "c2")), store.ErrExists)
	wantErr(t, s.InsertProject(t.Context(), newProject("p4", "c1")), store.ErrExists)
	p, err := s.Project(t.Context(), "p2")
	must(t, err)
	p.Code = "c1"
	wantErr(t, s.UpdateProject(t.Context(), p), store.ErrExists)
}

func projectUpdate(t *testing.T, s store.Store) {
	must(t, s.InsertProject(t.Context(), newProject("p1", "")))
	p, err := s.Project(t.Context(), "p1")
	must(t, err)
	stale := *p
	p.Code, p.Status, p.Answers, p.UpdatedAt = "c1", "closed", nil, utc(noon.Add(5*time.Hour))
	must(t, s.UpdateProject(t.Context(), p))
	if p.Rev != 2 {
		t.Fatalf("revision %d after a change, expected 2", p.Rev)
	}
	got, err := s.Project(t.Context(), "p1")
	must(t, err)
	same(t, "changed", got, p)

	stale.Status = "lost"
	wantErr(t, s.UpdateProject(t.Context(), &stale), store.ErrConflict)
	if stale.Rev != 1 {
		t.Errorf("a refused change raised the revision to %d", stale.Rev)
	}
	wantErr(t, s.UpdateProject(t.Context(), newProject("p9", "c9")), store.ErrNotFound)
	got, err = s.Project(t.Context(), "p1")
	must(t, err)
	same(t, "after refusals", got, p)
}

func projectQueries(t *testing.T, s store.Store) {
	for i, change := range []func(*store.Project){
		func(p *store.Project) {},
		func(p *store.Project) { p.Owner = "u2" },
		func(p *store.Project) { p.Regime = "FILING" },
		func(p *store.Project) { p.Status = "closed" },
		func(p *store.Project) { p.Text = "abc 100%_路 项目" },
	} {
		p := newProject(fmt.Sprintf("p%d", i), fmt.Sprintf("c%d", i))
		change(p)
		must(t, s.InsertProject(t.Context(), p))
	}
	for name, tt := range map[string]struct {
		q    store.ProjectQuery
		want int
	}{
		"all":                             {store.ProjectQuery{}, 5},
		"owner":                           {store.ProjectQuery{Owner: "u2"}, 1},
		"regime":                          {store.ProjectQuery{Regime: "FILING"}, 1},
		"status":                          {store.ProjectQuery{Status: "closed"}, 1},
		"two characters":                  {store.ProjectQuery{Text: "水务"}, 4},
		"letters in any case":             {store.ProjectQuery{Text: "ABC"}, 1},
		"signs are no wildcards":          {store.ProjectQuery{Text: "%"}, 1},
		"underscore is no wildcard":       {store.ProjectQuery{Text: "100%_"}, 1},
		"expressions are only text":       {store.ProjectQuery{Text: "a.c"}, 0},
		"several conditions all restrict": {store.ProjectQuery{Owner: "u1", Text: "水务", Status: "open"}, 2},
		"nothing":                         {store.ProjectQuery{Owner: "u9"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			page, err := s.Projects(t.Context(), tt.q)
			must(t, err)
			if len(page.Rows) != tt.want || page.Next != "" {
				t.Errorf("%d projects and next %q, expected %d and none", len(page.Rows), page.Next, tt.want)
			}
		})
	}
}

func projectPages(t *testing.T, s store.Store) {
	const n = 45
	for i := range n {
		p := newProject(fmt.Sprintf("p%02d", i), "")
		p.CreatedAt = utc(noon.Add(time.Duration(i/3) * time.Hour)) // in threes at the same instant
		must(t, s.InsertProject(t.Context(), p))
	}
	for _, limit := range []int{0, 1, 7, 15, 45, 300} {
		seen := map[string]bool{}
		rows := all(t, func(after string) (store.Page[store.Project], error) {
			return s.Projects(t.Context(), store.ProjectQuery{Limit: limit, After: after})
		})
		for i, p := range rows {
			if i > 0 && p.CreatedAt.After(rows[i-1].CreatedAt) {
				t.Fatalf("limit %d: %s of %s after %s of %s", limit, p.ID, p.CreatedAt, rows[i-1].ID, rows[i-1].CreatedAt)
			}
			seen[p.ID] = true
		}
		if len(rows) != n || len(seen) != n {
			t.Fatalf("limit %d: %d rows, %d projects, expected %d", limit, len(rows), len(seen), n)
		}
	}
	page, err := s.Projects(t.Context(), store.ProjectQuery{})
	must(t, err)
	if len(page.Rows) != 20 {
		t.Errorf("%d rows without a limit, expected 20", len(page.Rows))
	}
	if _, err := s.Projects(t.Context(), store.ProjectQuery{After: "nonsense"}); err == nil {
		t.Error("a cursor of no page is taken")
	}
}
