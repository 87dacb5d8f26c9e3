// Package mongo keeps everything in a MongoDB database: the store of a district or
// a city, for several servers at once.
//
// A case is one document, with its events and the lines of its outbox inside, so
// that an action is one conditional update. Writes wait for a majority and its
// journal, and are repeated by the driver after the loss of a primary. It uses
// plain finds, updates, $push and $group; no transactions, no change streams, no
// server-side joins, so that replica sets, sharded clusters and compatible servers
// serve. What it promises is what package store says.
package mongo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"

	"banli/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

// Store is an open database.
type Store struct {
	client                       *driver.Client
	db                           *driver.Database
	projects, kases, docs, files *driver.Collection
	contents, chunks             *driver.Collection // a bucket of GridFS
	statistics                   *driver.Collection // cases, read from any member
	server                       server
	seen                         atomic.Uint64 // the latest time of the deployment's log that was seen
	log                          *slog.Logger
	lacked                       sync.Map // what the server lacks, told once
	close                        sync.Once
	closed                       error
}

var _ store.Store = (*Store)(nil)

// Open connects to the deployment that uri names ("mongodb://…/database"; the
// database is "banli" when none is named), brings its documents to the version of
// this program, and creates collections and indexes that are missing. What the
// server lacks and the store can do without is told to log, once.
func Open(ctx context.Context, uri string, log *slog.Logger) (*Store, error) {
	return open(ctx, uri, log, server.trusted, true)
}

// OpenBeside is Open for a program that works beside the servers of a store: data of
// an older version, which they may still write, is refused.
func OpenBeside(ctx context.Context, uri string, log *slog.Logger) (*Store, error) {
	return open(ctx, uri, log, server.trusted, false)
}

func open(ctx context.Context, uri string, log *slog.Logger, trusted func(server, uint64) error, forwards bool) (*Store, error) {
	named, err := parse(uri)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", Shown(uri), err)
	}
	s := &Store{log: log}
	journal := true
	set := options.Client().ApplyURI(uri).
		SetWriteConcern(&writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &journal}).
		SetReadConcern(readconcern.Majority()).
		SetReadPreference(readpref.Primary()).
		SetRetryWrites(true). // whatever the address says: the loss of a primary is no error to anybody
		SetRetryReads(true).
		SetMonitor(s.monitor())
	connections := uint64(100) // the driver's own default
	if set.MaxPoolSize != nil {
		connections = *set.MaxPoolSize
	}
	if set.AppName == nil {
		set.SetAppName("banli")
	}
	if s.client, err = driver.Connect(set); err != nil {
		return nil, fmt.Errorf("open store %s: %w", Shown(uri), err)
	}
	s.db = s.client.Database(named.Database)
	s.projects, s.kases, s.docs, s.files = s.db.Collection("projects"), s.db.Collection("cases"), s.db.Collection("docs"), s.db.Collection("files")
	s.contents, s.chunks = s.db.Collection("content.files"), s.db.Collection("content.chunks")
	s.statistics = s.db.Collection("cases", options.Collection().SetReadPreference(readpref.SecondaryPreferred()))
	prepare := func() error {
		if s.server, err = meet(ctx, s.client); err != nil {
			return err
		}
		if err := trusted(s.server, connections); err != nil {
			return err
		}
		migrate := func(ctx context.Context) error { return s.migrate(ctx, forwards) }
		return first(ctx, migrate, s.makeCollections, s.makeIndexes, s.spread)
	}
	if err := prepare(); err != nil {
		return nil, fmt.Errorf("open store %s at %s: %w", named.Database, named.Hosts, errors.Join(err, s.Close()))
	}
	log.InfoContext(ctx, "store", "database", named.Database, "at", named.Hosts, "server", s.server.String())
	return s, nil
}

// first runs steps until one fails.
func first(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Close ends all connections.
func (s *Store) Close() error {
	s.close.Do(func() { s.closed = s.client.Disconnect(context.Background()) })
	return s.closed
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

// keysOf are the keys of a sort or an index, "-" before a field for descending.
func keysOf(fields []string) bson.D {
	keys := bson.D{}
	for _, field := range fields {
		name, descending := strings.CutPrefix(field, "-")
		direction := int32(1)
		if descending {
			direction = -1
		}
		keys = append(keys, bson.E{Key: name, Value: direction})
	}
	return keys
}

// byID selects a document.
func byID(id string) bson.D { return bson.D{{Key: "_id", Value: id}} }

// ofProject selects a case and says where it is: cases are spread over the shards
// of a cluster by their project.
func ofProject(id, project string) bson.D {
	return bson.D{{Key: "_id", Value: id}, {Key: "project", Value: project}}
}
