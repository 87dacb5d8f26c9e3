package mongo

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"banli/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// smallDoc is a document of any collection of package store; they share one of
// the database. Expires is later where it never does.
type smallDoc struct {
	Key        string     `bson:"_id"` // collection and id
	Collection string     `bson:"c"`
	ID         string     `bson:"id"`
	Rev        int64      `bson:"rev" min:"1"`
	I1         string     `bson:"i1"`
	I2         string     `bson:"i2"`
	I3         string     `bson:"i3"`
	Expires    int64      `bson:"expires"`
	ExpiresAt  *time.Time `bson:"expires_at,omitempty"` // for the server's own sweep
	Data       *string    `bson:"data,omitempty"`
	Counter    *int64     `bson:"counter,omitempty"` // in place of data where that is a whole number
}

func (d *smallDoc) doc() store.Doc {
	doc := store.Doc{ID: d.ID, Rev: d.Rev, Index: [3]string{d.I1, d.I2, d.I3}, Expires: instant(d.Expires), Data: raw(d.Data)}
	if d.Counter != nil {
		doc.Data = strconv.AppendInt(nil, *d.Counter, 10)
	}
	return doc
}

// docs is one collection.
type docs struct {
	in   *driver.Collection
	name string
}

// Docs implements [store.Store].
func (s *Store) Docs(collection string) store.Docs { return docs{s.docs, collection} }

func (c docs) key(id string) string { return c.name + "\x1f" + id }

func (c docs) fault(id string, err error) error { return fmt.Errorf("%s %s: %w", c.name, id, err) }

func (c docs) document(d *store.Doc, rev int64) *smallDoc {
	s := &smallDoc{
		Key: c.key(d.ID), Collection: c.name, ID: d.ID, Rev: rev, I1: d.Index[0], I2: d.Index[1], I3: d.Index[2],
		Expires: micros(d.Expires, later), Data: text(d.Data),
	}
	if !d.Expires.IsZero() {
		s.ExpiresAt = &d.Expires
	}
	if n, err := strconv.ParseInt(string(d.Data), 10, 64); err == nil && strconv.FormatInt(n, 10) == string(d.Data) {
		s.Counter, s.Data = &n, nil
	}
	return s
}

// present is the filter for documents that have not expired.
func present() bson.D {
	return bson.D{{Key: "expires", Value: bson.D{{Key: "$gt", Value: time.Now().UnixMicro()}}}}
}

func (c docs) Get(ctx context.Context, id string) (*store.Doc, error) {
	var d smallDoc
	if err := c.in.FindOne(ctx, append(present(), bson.E{Key: "_id", Value: c.key(id)})).Decode(&d); err != nil {
		return nil, c.fault(id, notFound(err))
	}
	doc := d.doc()
	return &doc, nil
}

func (c docs) Insert(ctx context.Context, d *store.Doc) error {
	expired := bson.D{{Key: "_id", Value: c.key(d.ID)}, {Key: "expires", Value: bson.D{{Key: "$lte", Value: time.Now().UnixMicro()}}}}
	if _, err := c.in.DeleteOne(ctx, expired); err != nil {
		return c.fault(d.ID, err)
	}
	if _, err := c.in.InsertOne(ctx, c.document(d, 1)); err != nil {
		return c.fault(d.ID, exists(err))
	}
	d.Rev = 1
	return nil
}

func (c docs) Replace(ctx context.Context, d *store.Doc) error {
	if err := replaceAt(ctx, c.in, c.key(d.ID), d.Rev, c.document(d, d.Rev+1), present()); err != nil {
		return c.fault(d.ID, err)
	}
	d.Rev++
	return nil
}

func (c docs) Delete(ctx context.Context, id string) error {
	if _, err := c.in.DeleteOne(ctx, bson.D{{Key: "_id", Value: c.key(id)}}); err != nil {
		return c.fault(id, err)
	}
	return nil
}

func (c docs) Next(ctx context.Context, id string) (int64, error) {
	raise := bson.D{
		{Key: "$inc", Value: bson.D{{Key: "counter", Value: int64(1)}, {Key: "rev", Value: int64(1)}}},
		{Key: "$setOnInsert", Value: bson.D{
			{Key: "c", Value: c.name}, {Key: "id", Value: id}, {Key: "expires", Value: later}, {Key: "i1", Value: ""}, {Key: "i2", Value: ""}, {Key: "i3", Value: ""},
		}},
	}
	for {
		var d smallDoc
		err := c.in.FindOneAndUpdate(ctx, bson.D{{Key: "_id", Value: c.key(id)}}, raise,
			options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)).Decode(&d)
		if driver.IsDuplicateKeyError(err) {
			continue // two made the first one at once; now it is there
		}
		if err != nil {
			return 0, c.fault(id, err)
		}
		return *d.Counter, nil
	}
}

func (c docs) Find(ctx context.Context, q store.DocQuery) (store.Page[store.Doc], error) {
	var page store.Page[store.Doc]
	f := is(bson.A{present()}, "c", "$eq", c.name)
	for i, value := range q.Index {
		field := []string{"i1", "i2", "i3"}[i]
		switch {
		case value == "":
		case q.Prefix:
			f = is(is(f, field, "$gte", value), field, "$lt", value+"\U0010FFFF")
		default:
			f = is(f, field, "$eq", value)
		}
	}
	direction, beyond := 1, "$gt"
	if q.Descending {
		direction, beyond = -1, "$lt"
	}
	if q.After != "" {
		f = is(f, "id", beyond, q.After)
	}
	limit := store.PageSize(q.Limit)
	cursor, err := c.in.Find(ctx, and(f), options.Find().SetSort(bson.D{{Key: "id", Value: direction}}).SetLimit(int64(limit)+1))
	err = each(ctx, cursor, err, func(d *smallDoc) error {
		if len(page.Rows) == limit {
			page.Next = page.Rows[limit-1].ID
			return nil
		}
		page.Rows = append(page.Rows, d.doc())
		return nil
	})
	if err != nil {
		return store.Page[store.Doc]{}, fmt.Errorf("list %s: %w", c.name, err)
	}
	return page, nil
}
