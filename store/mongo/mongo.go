// Package mongo keeps everything in a MongoDB database: the store of a district or
// a city, for several servers at once.
//
// A case is one document, with its events and the lines of its outbox inside, so
// that an action is one conditional update. Writes wait for a majority and its
// journal. It uses plain finds, updates, $push and $group; no transactions, no
// change streams, no server-side joins, so that replica sets, sharded clusters and
// compatible servers serve. What it promises is what package store says.
package mongo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"banli/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

// version is that of the documents; it is raised when they change form.
const version = 1

// Store is an open database.
type Store struct {
	client                               *driver.Client
	projects, kases, docs, files, chunks *driver.Collection
	bucket                               *driver.GridFSBucket
	close                                sync.Once
	closed                               error
}

var _ store.Store = (*Store)(nil)

// Open connects to the deployment that uri names ("mongodb://…/database"; the
// database is "banli" when none is named), and creates collections and indexes
// that are missing. What the server lacks and the store can do without is told to
// log, once.
func Open(ctx context.Context, uri string, log *slog.Logger) (*Store, error) {
	named, err := parse(uri)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", Shown(uri), err)
	}
	journal := true
	client, err := driver.Connect(options.Client().ApplyURI(uri).
		SetWriteConcern(&writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &journal}).
		SetReadConcern(readconcern.Majority()))
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	db := client.Database(named.Database)
	bucket := db.GridFSBucket(options.GridFSBucket().SetName("content"))
	s := &Store{
		client: client, projects: db.Collection("projects"), kases: db.Collection("cases"), docs: db.Collection("docs"),
		files: db.Collection("files"), bucket: bucket, chunks: bucket.GetChunksCollection(),
	}
	if err := s.prepare(ctx, db, log); err != nil {
		return nil, fmt.Errorf("open store %s at %s: %w", named.Database, named.Hosts, errors.Join(err, s.Close()))
	}
	return s, nil
}

// Close ends all connections.
func (s *Store) Close() error {
	s.close.Do(func() { s.closed = s.client.Disconnect(context.Background()) })
	return s.closed
}

// prepare refuses data of another version and creates what is missing.
func (s *Store) prepare(ctx context.Context, db *driver.Database, log *slog.Logger) error {
	meta := db.Collection("meta")
	_, err := meta.InsertOne(ctx, bson.D{{Key: "_id", Value: "schema"}, {Key: "version", Value: version}})
	if err != nil && !driver.IsDuplicateKeyError(err) {
		return err
	}
	var found struct{ Version int }
	if err := meta.FindOne(ctx, bson.D{{Key: "_id", Value: "schema"}}).Decode(&found); err != nil {
		return err
	}
	if found.Version != version {
		return fmt.Errorf("its data has version %d, this program knows version %d: start the program that wrote it", found.Version, version)
	}
	for _, i := range s.indexes() {
		if err := i.create(ctx, log); err != nil {
			return err
		}
	}
	return nil
}

// index is one to have; extras are what the store can do without.
type index struct {
	on     *driver.Collection
	keys   []string // "-" before a field for descending
	unique bool
	extras *options.IndexOptionsBuilder
}

func (s *Store) indexes() []index {
	running := options.Index().SetPartialFilterExpression(bson.D{{Key: "next_due", Value: bson.D{{Key: "$lt", Value: later}}}})
	return []index{
		{s.projects, []string{"unique"}, true, nil},
		{s.projects, []string{"-created_at", "-_id"}, false, nil},
		{s.projects, []string{"owner", "-created_at", "-_id"}, false, nil},
		{s.kases, []string{"unique"}, true, nil},
		{s.kases, []string{"project"}, false, nil},
		{s.kases, []string{"owner"}, false, nil},
		{s.kases, []string{"parent"}, false, nil},
		{s.kases, []string{"marks"}, false, nil},
		{s.kases, []string{"rank", "_id"}, false, nil},
		{s.kases, []string{"department", "rank", "_id"}, false, nil},
		{s.kases, []string{"opened_at", "_id"}, false, nil},
		{s.kases, []string{"department", "opened_at", "_id"}, false, nil},
		{s.kases, []string{"next_due"}, false, running},
		{s.kases, []string{"outbox.turn"}, false, nil},
		{s.kases, []string{"outbox.id"}, false, nil},
		{s.docs, []string{"c", "id"}, true, nil},
		{s.docs, []string{"c", "i1", "id"}, false, nil},
		{s.docs, []string{"c", "i2", "id"}, false, nil},
		{s.docs, []string{"c", "i3", "id"}, false, nil},
		{s.docs, []string{"expires_at"}, false, options.Index().SetExpireAfterSeconds(60)}, // the server sweeps
		{s.chunks, []string{"files_id", "n"}, true, nil},
	}
}

func (i index) create(ctx context.Context, log *slog.Logger) error {
	keys := bson.D{}
	for _, field := range i.keys {
		direction := 1
		if field[0] == '-' {
			field, direction = field[1:], -1
		}
		keys = append(keys, bson.E{Key: field, Value: direction})
	}
	model := driver.IndexModel{Keys: keys, Options: options.Index()}
	if i.extras != nil {
		model.Options = i.extras
		_, err := i.on.Indexes().CreateOne(ctx, model)
		if err == nil {
			return nil
		}
		if _, refused := errors.AsType[driver.CommandError](err); !refused {
			return err
		}
		log.WarnContext(ctx, "the server refuses an index option; going on without it", "collection", i.on.Name(), "keys", i.keys, "error", err)
		model.Options = options.Index()
	}
	if i.unique {
		model.Options.SetUnique(true)
	}
	if _, err := i.on.Indexes().CreateOne(ctx, model); err != nil {
		return fmt.Errorf("index %v of %s: %w", i.keys, i.on.Name(), err)
	}
	return nil
}

// notFound turns the driver's "no documents" into ErrNotFound.
func notFound(err error) error {
	if errors.Is(err, driver.ErrNoDocuments) {
		return store.ErrNotFound
	}
	return err
}

// exists turns the driver's duplicate key into ErrExists.
func exists(err error) error {
	if driver.IsDuplicateKeyError(err) {
		return store.ErrExists
	}
	return err
}

// unique is the value of the unique field: a name where there is one, else
// something only this document has.
func unique(name, id string) string {
	if name == "" {
		return "\x00" + id
	}
	return name
}
