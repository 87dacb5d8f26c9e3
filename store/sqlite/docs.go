package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"banli/store"
)

// docs is one collection; all of them share a table.
type docs struct {
	*Store
	collection string
}

// Docs implements [store.Store].
func (s *Store) Docs(collection string) store.Docs { return docs{s, collection} }

func (d docs) fault(id string, err error) error {
	return fmt.Errorf("%s %s: %w", d.collection, id, err)
}

const docColumns = "id, rev, i1, i2, i3, expires, data"

func docDest(doc *store.Doc) []any {
	return []any{&doc.ID, &doc.Rev, &doc.Index[0], &doc.Index[1], &doc.Index[2], (*instant)(&doc.Expires), &unpack{ofDoc, &doc.Data}}
}

// present is the condition that a document has not expired; ? is now.
const present = "ifnull(expires > ?, 1)"

func now() int64 { return time.Now().UnixMicro() }

func (d docs) Get(ctx context.Context, id string) (*store.Doc, error) {
	doc := &store.Doc{}
	err := notFound(d.read.row(ctx, "SELECT "+docColumns+" FROM docs WHERE collection = ? AND id = ? AND "+present, []any{d.collection, id, now()},
		docDest(doc)...))
	if err == nil {
		err = asked(id, doc.ID)
	}
	if err != nil {
		return nil, d.fault(id, err)
	}
	return doc, nil
}

// notFound turns the driver's "no rows" into ErrNotFound.
func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return store.ErrNotFound
	}
	return err
}

func (d docs) Insert(ctx context.Context, doc *store.Doc) error {
	id, args := doc.ID, []any{d.collection, doc.ID, doc.Index[0], doc.Index[1], doc.Index[2], micros(doc.Expires), packed(ofDoc, doc.Data), now()}
	err := d.writer.write(ctx, func(t *tx) error {
		return t.insertNew(`INSERT INTO docs (collection, `+docColumns+`) VALUES (?, ?, 1, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET rev = 1, i1 = excluded.i1, i2 = excluded.i2, i3 = excluded.i3, expires = excluded.expires, data = excluded.data
			WHERE docs.expires <= ?`, args...)
	})
	if err != nil {
		return d.fault(id, err)
	}
	doc.Rev = 1
	return nil
}

func (d docs) Replace(ctx context.Context, doc *store.Doc) error {
	at := now()
	id, rev, args := doc.ID, doc.Rev, []any{doc.Index[0], doc.Index[1], doc.Index[2], micros(doc.Expires), packed(ofDoc, doc.Data), d.collection, doc.ID, doc.Rev, at}
	err := d.writer.write(ctx, func(t *tx) error {
		return t.replaceAt(`UPDATE docs SET rev = rev + 1, i1 = ?, i2 = ?, i3 = ?, expires = ?, data = ?
			WHERE collection = ? AND id = ? AND rev = ? AND `+present, args,
			"SELECT 1 FROM docs WHERE collection = ? AND id = ? AND "+present, d.collection, id, at)
	})
	if err != nil {
		return d.fault(id, err)
	}
	doc.Rev = rev + 1
	return nil
}

func (d docs) Delete(ctx context.Context, id string) error {
	err := d.writer.write(ctx, func(t *tx) error {
		_, err := t.exec(context.Background(), "DELETE FROM docs WHERE collection = ? AND id = ?", d.collection, id)
		return err
	})
	if err != nil {
		return d.fault(id, err)
	}
	return nil
}

func (d docs) Next(ctx context.Context, id string) (int64, error) {
	var value int64
	err := d.writer.write(ctx, func(t *tx) error {
		return t.row(context.Background(), `INSERT INTO docs (collection, id, rev, i1, i2, i3, data) VALUES (?, ?, 1, '', '', '', '1')
			ON CONFLICT DO UPDATE SET rev = rev + 1, data = CAST(CAST(data AS INTEGER) + 1 AS TEXT) RETURNING CAST(data AS INTEGER)`,
			[]any{d.collection, id}, &value)
	})
	if err != nil {
		return 0, d.fault(id, err)
	}
	return value, nil
}

func (d docs) Find(ctx context.Context, q store.DocQuery) (store.Page[store.Doc], error) {
	var page store.Page[store.Doc]
	c := conditions{}
	c.add("collection = ?", d.collection)
	for i, value := range q.Index {
		column := []string{"i1", "i2", "i3"}[i]
		switch {
		case value == "":
		case q.Prefix:
			c.add(column+" <> '' AND "+column+" >= ? AND "+column+" < ?", value, value+"\U0010FFFF")
		default:
			c.add(column+" <> '' AND "+column+" = ?", value)
		}
	}
	c.add(present, now())
	after, by := "id > ?", " ORDER BY id LIMIT ?"
	if q.Descending {
		after, by = "id < ?", " ORDER BY id DESC LIMIT ?"
	}
	if q.After != "" {
		c.add(after, q.After)
	}
	limit := store.PageSize(q.Limit)
	err := d.read.rows(ctx, "SELECT "+docColumns+" FROM docs"+c.where()+by, append(c.args, limit+1), func(row scan) error {
		page.Rows = append(page.Rows, store.Doc{})
		return row(docDest(&page.Rows[len(page.Rows)-1])...)
	})
	if err != nil {
		return store.Page[store.Doc]{}, fmt.Errorf("list %s: %w", d.collection, err)
	}
	if len(page.Rows) > limit {
		page.Rows = page.Rows[:limit]
		page.Next = page.Rows[limit-1].ID
	}
	return page, nil
}

// sweepDocs removes some of the documents that expired.
func sweepDocs(t *tx) error {
	_, err := t.exec(context.Background(), "DELETE FROM docs WHERE rowid IN (SELECT rowid FROM docs WHERE expires <= ? LIMIT 500)", now())
	return err
}
