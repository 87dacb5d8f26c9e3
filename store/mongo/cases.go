package mongo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"banli/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// InsertCase implements [store.Store].
func (s *Store) InsertCase(ctx context.Context, c *store.Case) error {
	events := slices.Clone(c.Events)
	if err := errors.Join(store.CheckEvents(events), store.Chain(store.Event{}, events)); err != nil {
		return fmt.Errorf("insert case %s: %w", c.ID, err)
	}
	if _, err := s.kases.InsertOne(ctx, toCase(c, 1, events)); err != nil {
		return fmt.Errorf("insert case %s: %w", c.ID, exists(err))
	}
	c.Rev, c.Events = 1, events
	return nil
}

// Append implements [store.Store].
func (s *Store) Append(ctx context.Context, id string, rev int64, ch *store.Change) error {
	events := slices.Clone(ch.Events)
	err := store.CheckEvents(events)
	if err == nil {
		err = s.append(ctx, id, rev, ch, events)
	}
	if err != nil {
		return fmt.Errorf("append to case %s: %w", id, err)
	}
	ch.Head.Rev, ch.Events = rev+1, events
	return nil
}

// append reads what the new events follow, and writes on the condition that the
// case is still at that revision.
func (s *Store) append(ctx context.Context, id string, rev int64, ch *store.Change, events []store.Event) error {
	var old struct {
		Rev    int64  `bson:"rev"`
		Seq    int    `bson:"seq"`
		Hash   string `bson:"hash"`
		Events []struct {
			Key string `bson:"key"`
		} `bson:"events"`
	}
	where := ofProject(id, ch.Head.Project)
	fields := bson.D{{Key: "rev", Value: 1}, {Key: "seq", Value: 1}, {Key: "hash", Value: 1}, {Key: "events.key", Value: 1}}
	if err := s.kases.FindOne(ctx, where, options.FindOne().SetProjection(fields)).Decode(&old); err != nil {
		return notFound(err)
	}
	for _, was := range old.Events {
		if was.Key != "" && slices.ContainsFunc(events, func(e store.Event) bool { return e.Key == was.Key }) {
			return store.ErrDuplicate
		}
	}
	if old.Rev != rev {
		return store.ErrConflict
	}
	if err := store.Chain(store.Event{Seq: old.Seq, Hash: old.Hash}, events); err != nil {
		return err
	}
	head, err := fieldsOf(toHead(&ch.Head))
	if err != nil {
		return err
	}
	for name, value := range map[string]json.RawMessage{"pins": ch.Pins, "body": ch.Body, "folded": ch.Folded} {
		if value != nil {
			head = append(head, bson.E{Key: name, Value: string(value)})
		}
	}
	inc, push := bson.D{{Key: "rev", Value: 1}}, bson.D{}
	if len(events) > 0 {
		last := events[len(events)-1]
		head = append(head, bson.E{Key: "seq", Value: last.Seq}, bson.E{Key: "hash", Value: last.Hash})
		push = append(push, bson.E{Key: "events", Value: bson.D{{Key: "$each", Value: toEvents(events)}}})
	}
	if len(ch.Outbox) > 0 {
		inc = append(inc, bson.E{Key: "turns", Value: 1})
		push = append(push, bson.E{Key: "outbox", Value: bson.D{{Key: "$each", Value: toLines(ch.Outbox)}}})
	}
	update := bson.D{{Key: "$set", Value: head}, {Key: "$inc", Value: inc}}
	if len(push) > 0 {
		update = append(update, bson.E{Key: "$push", Value: push})
	}
	result, err := s.kases.UpdateOne(ctx, append(where, bson.E{Key: "rev", Value: rev}), update)
	if err != nil {
		return err
	} else if result.MatchedCount == 0 {
		return store.ErrConflict
	}
	return nil
}

// fieldsOf is a document as a list of fields, to add to.
func fieldsOf(document any) (fields bson.D, err error) {
	b, err := bson.Marshal(document)
	if err == nil {
		err = bson.Unmarshal(b, &fields)
	}
	return fields, err
}

// Head implements [store.Store].
func (s *Store) Head(ctx context.Context, id string) (*store.Head, error) {
	var d listDoc
	if err := s.kases.FindOne(ctx, byID(id), options.FindOne().SetProjection(notInLists)).Decode(&d); err != nil {
		return nil, fmt.Errorf("head of case %s: %w", id, notFound(err))
	}
	h := d.head()
	return &h, nil
}

// notInLists are the large parts of a case.
var notInLists = bson.D{
	{Key: "events", Value: 0}, {Key: "outbox", Value: 0}, {Key: "body", Value: 0}, {Key: "folded", Value: 0}, {Key: "pins", Value: 0},
}

// Case implements [store.Store].
func (s *Store) Case(ctx context.Context, id string) (*store.Case, error) {
	return s.kase(ctx, "case "+id, byID(id))
}

// CaseByKey implements [store.Store].
func (s *Store) CaseByKey(ctx context.Context, key string) (*store.Case, error) {
	return s.kase(ctx, "case with key "+key, bson.D{{Key: "unique", Value: unique(key, "")}})
}

func (s *Store) kase(ctx context.Context, what string, filter bson.D) (*store.Case, error) {
	var d caseDoc
	if err := s.kases.FindOne(ctx, filter).Decode(&d); err != nil {
		return nil, fmt.Errorf("%s: %w", what, notFound(err))
	}
	return d.kase(), nil
}

// each calls do for every document of a cursor.
func each[T any](ctx context.Context, cursor *driver.Cursor, err error, do func(*T) error) error {
	if err != nil {
		return err
	}
	defer cursor.Close(ctx) //nolint:errcheck // nothing is lost by it
	for cursor.Next(ctx) {
		var d T
		if err := cursor.Decode(&d); err != nil {
			return err
		}
		if err := do(&d); err != nil {
			return err
		}
	}
	return cursor.Err()
}
