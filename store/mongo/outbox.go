package mongo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"banli/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// outboxDoc is what is read of a case to deliver its lines.
type outboxDoc struct {
	ID      string    `bson:"_id"`
	Project string    `bson:"project"`
	Turns   int64     `bson:"turns"`
	Outbox  []lineDoc `bson:"outbox"`
}

var outboxFields = bson.D{{Key: "project", Value: 1}, {Key: "turns", Value: 1}, {Key: "outbox", Value: 1}}

// Outbox implements [store.Store].
func (s *Store) Outbox(ctx context.Context, now time.Time, limit int) ([]store.Line, error) {
	t := now.UnixMicro()
	return s.lines(ctx, and(is(bson.A{}, "outbox.turn", "$lte", t)), limit, func(l *lineDoc) bool { return l.Turn <= t })
}

// PoisonLines implements [store.Store].
func (s *Store) PoisonLines(ctx context.Context, limit int) ([]store.Line, error) {
	return s.lines(ctx, and(is(bson.A{}, "outbox.turn", "$eq", later)), limit, func(l *lineDoc) bool { return l.Poison })
}

// lines reads limit cases by their earliest line: the first limit lines of all are
// among theirs.
func (s *Store) lines(ctx context.Context, filter bson.D, limit int, take func(*lineDoc) bool) ([]store.Line, error) {
	var found []lineDoc
	var of []string
	cursor, err := s.kases.Find(ctx, filter, options.Find().SetSort(bson.D{{Key: "outbox.turn", Value: 1}}).SetLimit(int64(limit)).SetProjection(outboxFields))
	err = each(ctx, cursor, err, func(d *outboxDoc) error {
		for i := range d.Outbox {
			if take(&d.Outbox[i]) {
				found, of = append(found, d.Outbox[i]), append(of, d.ID)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list outbox: %w", err)
	}
	turns := make([]int, len(found))
	for i := range turns {
		turns[i] = i
	}
	slices.SortStableFunc(turns, func(a, b int) int { return cmp.Compare(found[a].Turn, found[b].Turn) })
	var lines []store.Line
	for _, i := range turns[:min(limit, len(turns))] {
		lines = append(lines, found[i].line(of[i]))
	}
	return lines, nil
}

// DoneLine implements [store.Store].
func (s *Store) DoneLine(ctx context.Context, id string) error {
	err := s.changeLines(ctx, id, func(lines []lineDoc) []lineDoc {
		return slices.DeleteFunc(lines, func(l lineDoc) bool { return l.ID == id })
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("outbox line %s: %w", id, err)
	}
	return nil
}

// DelayLine implements [store.Store].
func (s *Store) DelayLine(ctx context.Context, id string, notBefore time.Time, problem string, poison bool) error {
	err := s.changeLines(ctx, id, func(lines []lineDoc) []lineDoc {
		for i := range lines {
			if l := &lines[i]; l.ID == id {
				l.Attempts++
				l.Turn, l.NotBefore, l.Problem, l.Poison = turn(notBefore, poison), micros(notBefore, earlier), problem, poison
			}
		}
		return lines
	})
	if err != nil {
		return fmt.Errorf("outbox line %s: %w", id, err)
	}
	return nil
}

// changeLines changes the outbox of every case that has the line: ErrNotFound when
// there is none. An outbox has a revision of its own, turns, and is changed like
// everything else: read, change, write if nobody came between.
func (s *Store) changeLines(ctx context.Context, id string, change func([]lineDoc) []lineDoc) error {
	cursor, err := s.kases.Find(ctx, bson.D{{Key: "outbox.id", Value: id}}, options.Find().SetProjection(outboxFields))
	found := []*outboxDoc{}
	err = each(ctx, cursor, err, func(d *outboxDoc) error {
		found = append(found, d)
		return nil
	})
	if err != nil {
		return err
	} else if len(found) == 0 {
		return store.ErrNotFound
	}
	for _, d := range found {
		for {
			result, err := s.kases.UpdateOne(ctx, append(ofProject(d.ID, d.Project), bson.E{Key: "turns", Value: d.Turns}), bson.D{
				{Key: "$set", Value: bson.D{{Key: "outbox", Value: change(d.Outbox)}}}, {Key: "$inc", Value: bson.D{{Key: "turns", Value: 1}}},
			})
			if err != nil {
				return err
			} else if result.MatchedCount == 1 {
				break
			}
			again := outboxDoc{}
			if err := s.kases.FindOne(ctx, ofProject(d.ID, d.Project), options.FindOne().SetProjection(outboxFields)).Decode(&again); err != nil {
				return notFound(err)
			}
			*d = again
		}
	}
	return nil
}
