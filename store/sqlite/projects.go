package sqlite

import (
	"cmp"
	"context"
	"fmt"
	"hash/crc32"
	"strings"

	"banli/store"
)

const (
	projectFields  = "id, rev, code, owner, regime, status, stage, created_at, updated_at, text, name, owner_name, form_rev, answers, extra, sum"
	projectColumns = "n, " + projectFields
)

func scanProject(row scan, p *store.Project) (n int64, err error) {
	var sum int64
	err = row(&n, &p.ID, &p.Rev, &p.Code, &p.Owner, &p.Regime, &p.Status, &p.Stage, (*instant)(&p.CreatedAt), (*instant)(&p.UpdatedAt),
		&p.Text, &p.Name, &p.OwnerName, &p.FormRev, &unpack{ofAnswers, &p.Answers}, &unpack{ofExtra, &p.Extra}, &sum)
	if err == nil && sum != projectSum(p) {
		err = fmt.Errorf("project %s: %w", p.ID, errAltered)
	}
	return n, err
}

// projectSum is a checksum of the columns that have none of their own.
func projectSum(p *store.Project) int64 {
	text := strings.Join([]string{p.ID, p.Code, p.Owner, p.Regime, p.Status, p.Stage, p.Text, p.Name, p.OwnerName, p.FormRev}, "\x00")
	return int64(crc32.Checksum(fmt.Append([]byte(text), sortMicros(p.CreatedAt), sortMicros(p.UpdatedAt)), castagnoli))
}

func projectArgs(p *store.Project) []any {
	return []any{
		p.Code, p.Owner, p.Regime, p.Status, p.Stage, sortMicros(p.CreatedAt), micros(p.UpdatedAt),
		p.Text, p.Name, p.OwnerName, p.FormRev, packed(ofAnswers, p.Answers), packed(ofExtra, p.Extra), projectSum(p),
	}
}

const insertProject = `INSERT INTO projects (` + projectFields + `)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`

// InsertProject implements [store.Store].
func (s *Store) InsertProject(ctx context.Context, p *store.Project) error {
	id, args := p.ID, append([]any{p.ID, 1}, projectArgs(p)...)
	err := s.writer.write(ctx, func(t *tx) error {
		return t.insertNew(insertProject, args...)
	})
	if err != nil {
		return fmt.Errorf("insert project %s: %w", id, err)
	}
	p.Rev = 1
	return nil
}

// UpdateProject implements [store.Store].
func (s *Store) UpdateProject(ctx context.Context, p *store.Project) error {
	id, rev, args := p.ID, p.Rev, append(projectArgs(p), p.ID, p.Rev)
	err := s.writer.write(ctx, func(t *tx) error {
		return t.replaceAt(`UPDATE projects SET rev = rev + 1, code = ?, owner = ?, regime = ?, status = ?, stage = ?, created_at = ?, updated_at = ?,
			text = ?, name = ?, owner_name = ?, form_rev = ?, answers = ?, extra = ?, sum = ? WHERE id = ? AND rev = ?`, args,
			"SELECT 1 FROM projects WHERE id = ?", id)
	})
	if err != nil {
		return fmt.Errorf("update project %s: %w", id, err)
	}
	p.Rev = rev + 1
	return nil
}

// insertNew inserts a row unless a unique index forbids it: ErrExists.
func (t *tx) insertNew(query string, args ...any) error {
	changed, err := t.exec(context.Background(), query, args...)
	if err == nil && changed == 0 {
		err = store.ErrExists
	}
	return err
}

// replaceAt updates a row at its revision: ErrConflict when it has another one,
// ErrNotFound when exists finds none, ErrExists when the new values are taken.
func (t *tx) replaceAt(update string, args []any, exists string, key ...any) error {
	changed, err := t.exec(context.Background(), update, args...)
	switch {
	case isConstraint(err):
		return store.ErrExists
	case err != nil:
		return err
	case changed == 1:
		return nil
	}
	found := false
	err = t.rows(context.Background(), exists, key, func(scan) error {
		found = true
		return nil
	})
	switch {
	case err != nil:
		return err
	case !found:
		return store.ErrNotFound
	}
	return store.ErrConflict
}

// Project implements [store.Store].
func (s *Store) Project(ctx context.Context, id string) (*store.Project, error) {
	return s.project(ctx, "project "+id, "id = ?", id)
}

// ProjectByCode implements [store.Store].
func (s *Store) ProjectByCode(ctx context.Context, code string) (*store.Project, error) {
	return s.project(ctx, "project with code "+code, "code = ? AND code <> ''", code)
}

func (s *Store) project(ctx context.Context, what, where, arg string) (*store.Project, error) {
	p := &store.Project{}
	if err := s.one(ctx, what, "SELECT "+projectColumns+" FROM projects WHERE "+where, arg, func(row scan) error {
		_, err := scanProject(row, p)
		return cmp.Or(err, asked(arg, p.ID, p.Code))
	}); err != nil {
		return nil, err
	}
	return p, nil
}

// Projects implements [store.Store].
func (s *Store) Projects(ctx context.Context, q store.ProjectQuery) (store.Page[store.Project], error) {
	var page store.Page[store.Project]
	var c conditions
	c.equal("owner", q.Owner)
	c.equal("regime", q.Regime)
	c.equal("status", q.Status)
	if q.Text != "" {
		c.add("instr(text, lower(?)) > 0", q.Text)
	}
	if q.After != "" {
		key, n, err := parseCursor(q.After)
		if err != nil {
			return page, fmt.Errorf("list projects: %w", err)
		}
		c.add("(created_at, n) < (?, ?)", key, n)
	}
	limit := store.PageSize(q.Limit)
	numbers := make([]int64, 0, limit+1)
	err := s.read.rows(ctx, "SELECT "+projectColumns+" FROM projects"+c.where()+" ORDER BY created_at DESC, n DESC LIMIT ?", append(c.args, limit+1), func(row scan) error {
		page.Rows = append(page.Rows, store.Project{})
		n, err := scanProject(row, &page.Rows[len(page.Rows)-1])
		numbers = append(numbers, n)
		return err
	})
	if err != nil {
		return store.Page[store.Project]{}, fmt.Errorf("list projects: %w", err)
	}
	if len(page.Rows) > limit {
		page.Rows = page.Rows[:limit]
		page.Next = cursor(sortMicros(page.Rows[limit-1].CreatedAt), numbers[limit-1])
	}
	return page, nil
}
