package mongo

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"banli/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Dump implements [store.Store]. On a replica set or cluster it sees everything as
// it is at one moment, for as long as the server keeps that moment (its parameter
// minSnapshotHistoryWindowInSeconds); elsewhere only what nobody writes meanwhile.
func (s *Store) Dump(ctx context.Context) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		ctx, end := s.moment(ctx)
		defer end()
		err := s.dump(ctx, func(r store.Record) error {
			if !yield(r, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(store.Record{}, fmt.Errorf("dump: %w", err))
		}
	}
}

var errStop = errors.New("the reader has seen enough")

// moment makes reads see the database as it is now, where the server can.
func (s *Store) moment(ctx context.Context) (context.Context, func()) {
	session, err := s.client.StartSession(options.Session().SetSnapshot(true))
	if err == nil {
		fixed := driver.NewSessionContext(ctx, session)
		if err = s.docs.FindOne(fixed, bson.D{}).Err(); err == nil || errors.Is(err, driver.ErrNoDocuments) {
			return fixed, func() { session.EndSession(ctx) }
		}
		session.EndSession(ctx)
	}
	s.without(ctx, "one view of all documents: stop the servers that write for a dump that hangs together", err)
	return ctx, func() {}
}

func (s *Store) dump(ctx context.Context, yield func(store.Record) error) error {
	all := func(in *driver.Collection, by ...string) (*driver.Cursor, error) {
		return in.Find(ctx, bson.D{}, options.Find().SetSort(keysOf(by)))
	}
	cursor, err := all(s.docs, "c", "id")
	err = each(ctx, cursor, err, func(d *smallDoc) error {
		return yield(store.Record{Doc: &store.Filed{Collection: d.Collection, Doc: d.doc()}})
	})
	if err != nil {
		return err
	}
	cursor, err = all(s.projects, "_id")
	err = each(ctx, cursor, err, func(d *projectDoc) error {
		p := d.project()
		return yield(store.Record{Project: &p})
	})
	if err != nil {
		return err
	}
	cursor, err = all(s.kases, "_id")
	err = each(ctx, cursor, err, func(d *caseDoc) error {
		c := d.kase()
		for i := range d.Outbox {
			c.Outbox = append(c.Outbox, d.Outbox[i].line(c.ID))
		}
		return yield(store.Record{Case: c})
	})
	if err != nil {
		return err
	}
	cursor, err = all(s.files, "_id")
	return each(ctx, cursor, err, func(d *fileDoc) error {
		return yield(store.Record{File: &store.FileInfo{Digest: d.Digest, Size: d.Size, Type: d.Type}})
	})
}

// Load implements [store.Store]. With an error some of the records may be there:
// loaded again, they are the same.
func (s *Store) Load(ctx context.Context, records []store.Record) error {
	writes := map[*driver.Collection][]driver.WriteModel{}
	put := func(in *driver.Collection, where bson.D, document any) {
		writes[in] = append(writes[in], driver.NewReplaceOneModel().SetFilter(where).SetReplacement(document).SetUpsert(true))
	}
	for i := range records {
		switch r := &records[i]; {
		case r.Doc != nil:
			c := docs{s.docs, r.Doc.Collection}
			put(s.docs, byID(c.key(r.Doc.ID)), c.document(&r.Doc.Doc, r.Doc.Rev))
		case r.Project != nil:
			put(s.projects, byID(r.Project.ID), toProject(r.Project, r.Project.Rev))
		case r.Case != nil:
			put(s.kases, ofProject(r.Case.ID, r.Case.Project), toCase(r.Case, r.Case.Rev, r.Case.Events))
		}
	}
	for in, models := range writes {
		if _, err := in.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false)); err != nil {
			return fmt.Errorf("load %s: %w", in.Name(), exists(err))
		}
	}
	return nil
}
