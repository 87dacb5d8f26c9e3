package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// index is one to have. A server may do without partial and expires.
type index struct {
	on      *driver.Collection
	keys    []string // "-" before a field for descending
	unique  bool
	partial bson.D // covers only documents for which it holds
	expires bool   // the server removes documents a minute after the date in the field
}

func (s *Store) indexes() []index {
	running := bson.D{{Key: "next_due", Value: bson.D{{Key: "$lt", Value: later}}}}
	return []index{
		{on: s.projects, keys: []string{"unique"}, unique: true},
		{on: s.projects, keys: []string{"-created_at", "-_id"}},
		{on: s.projects, keys: []string{"owner", "-created_at", "-_id"}},
		// A cluster spread by project can hold keys apart within a project alone.
		{on: s.kases, keys: []string{"unique"}, unique: !s.server.mongos},
		{on: s.kases, keys: []string{"project", "unique"}, unique: true},
		{on: s.kases, keys: []string{"owner"}},
		{on: s.kases, keys: []string{"parent"}},
		{on: s.kases, keys: []string{"marks"}},
		// What follows _id is what tallies need: they read the index alone.
		{on: s.kases, keys: []string{"rank", "_id", "warn_at", "urgent_at", "department", "flow", "item", "state"}},
		{on: s.kases, keys: []string{"department", "rank", "_id", "warn_at", "urgent_at", "flow", "item", "state"}},
		{on: s.kases, keys: []string{"opened_at", "_id"}},
		{on: s.kases, keys: []string{"department", "opened_at", "_id"}},
		{on: s.kases, keys: []string{"next_due"}, partial: running},
		{on: s.kases, keys: []string{"outbox.turn"}},
		{on: s.kases, keys: []string{"outbox.id"}},
		{on: s.docs, keys: []string{"c", "id"}, unique: true},
		{on: s.docs, keys: []string{"c", "i1", "id"}},
		{on: s.docs, keys: []string{"c", "i2", "id"}},
		{on: s.docs, keys: []string{"c", "i3", "id"}},
		{on: s.docs, keys: []string{"expires_at"}, expires: true},
		{on: s.chunks, keys: []string{"files_id", "n"}, unique: true},
	}
}

func (i index) String() string { return strings.Join(i.keys, ", ") + " of " + i.on.Name() }

// makeIndexes creates those that are missing, and where there were any looks again
// whether all are there as they should be.
func (s *Store) makeIndexes(ctx context.Context) error {
	whole := true
	err := s.missing(ctx, func(i index, there bool) error {
		whole = false
		if there {
			return nil // of another kind: the check below tells
		}
		return s.makeIndex(ctx, i)
	})
	if err != nil || whole {
		return err
	}
	var faults []error
	err = s.checkIndexes(ctx, func(fault string) { faults = append(faults, errors.New(fault)) })
	return errors.Join(append(faults, err)...)
}

func (s *Store) makeIndex(ctx context.Context, i index) error {
	create := func(o *options.IndexOptionsBuilder) error {
		if i.unique {
			o.SetUnique(true)
		}
		_, err := i.on.Indexes().CreateOne(ctx, driver.IndexModel{Keys: keysOf(i.keys), Options: o})
		return err
	}
	var err error
	switch {
	case i.partial != nil:
		if err = create(options.Index().SetPartialFilterExpression(i.partial)); lacks(err) {
			s.without(ctx, "partial indexes: they are larger", err)
			err = create(options.Index())
		}
	case i.expires:
		if err = create(options.Index().SetExpireAfterSeconds(60)); lacks(err) {
			s.without(ctx, "the removal of expired documents: they stay, and are not shown", err)
			err = create(options.Index())
		}
	default:
		err = create(options.Index())
	}
	if err != nil {
		return fmt.Errorf("index %s: %w", i, err)
	}
	return nil
}

// checkIndexes tells which indexes are not as they should be.
func (s *Store) checkIndexes(ctx context.Context, fault func(string)) error {
	return s.missing(ctx, func(i index, there bool) error {
		switch {
		case !there:
			fault(fmt.Sprintf("index %s is missing", i))
		case i.unique:
			fault(fmt.Sprintf("index %s is there, but not unique: drop it and start again", i))
		default:
			fault(fmt.Sprintf("index %s is unique and should not be: drop it and start again", i))
		}
		return nil
	})
}

// missing calls do for every index that is not there as it should be; there says
// that one with its keys is.
func (s *Store) missing(ctx context.Context, do func(i index, there bool) error) error {
	type found struct {
		Key    bson.D `bson:"key"`
		Unique bool   `bson:"unique"`
	}
	of := map[string][]found{}
	for _, i := range s.indexes() {
		if _, read := of[i.on.Name()]; !read {
			of[i.on.Name()] = []found{}
			cursor, err := i.on.Indexes().List(ctx)
			err = each(ctx, cursor, err, func(f *found) error {
				of[i.on.Name()] = append(of[i.on.Name()], *f)
				return nil
			})
			if err != nil {
				return fmt.Errorf("indexes of %s: %w", i.on.Name(), err)
			}
		}
		same := slices.IndexFunc(of[i.on.Name()], func(f found) bool { return slices.Equal(fieldsOfKeys(f.Key), i.keys) })
		if same >= 0 && of[i.on.Name()][same].Unique == i.unique {
			continue
		}
		if err := do(i, same >= 0); err != nil {
			return err
		}
	}
	return nil
}

// fieldsOfKeys is the reverse of keysOf. Servers give directions as any kind of number.
func fieldsOfKeys(keys bson.D) (fields []string) {
	for _, k := range keys {
		if strings.HasPrefix(fmt.Sprint(k.Value), "-") {
			k.Key = "-" + k.Key
		}
		fields = append(fields, k.Key)
	}
	return fields
}

// spread has a cluster spread cases over its shards by their project, and the
// content of files by theirs. Where we may not ask for that, all stays on one shard.
func (s *Store) spread(ctx context.Context) error {
	if !s.server.mongos {
		return nil
	}
	admin := s.client.Database("admin")
	// Since MongoDB 6 every database may be sharded, and this does nothing.
	err := admin.RunCommand(ctx, bson.D{{Key: "enableSharding", Value: s.db.Name()}}).Err()
	for in, key := range map[*driver.Collection][]string{s.kases: {"project"}, s.chunks: {"files_id", "n"}} {
		if err == nil {
			err = admin.RunCommand(ctx, bson.D{{Key: "shardCollection", Value: s.db.Name() + "." + in.Name()}, {Key: "key", Value: keysOf(key)}}).Err()
		}
	}
	if refused, ok := errors.AsType[driver.CommandError](err); ok && !refused.HasErrorLabel("RetryableWriteError") {
		if refused.Name != "AlreadyInitialized" {
			s.without(ctx, "shards: have an administrator shard cases by project, or all stays on one", err)
		}
		return nil
	}
	return err
}
