package mongo

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"banli/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// is adds "field <operator> value" to a filter; all of a filter must hold.
func is(filter bson.A, field, operator string, value any) bson.A {
	return append(filter, bson.D{{Key: field, Value: bson.D{{Key: operator, Value: value}}}})
}

// and is a filter as a document.
func and(filter bson.A) bson.D {
	if len(filter) == 0 {
		return bson.D{}
	}
	return bson.D{{Key: "$and", Value: filter}}
}

// contains matches text anywhere in a field, whatever the case of its letters.
func contains(field, part string) bson.D {
	return bson.D{{Key: field, Value: bson.D{{Key: "$regex", Value: regexp.QuoteMeta(part)}, {Key: "$options", Value: "i"}}}}
}

// restrict turns a query into a filter. Closed cases have the last rank, so the
// indexes that lists walk in order serve open and closed ones alike.
func restrict(q *store.CaseQuery) (bson.A, error) {
	f := bson.A{}
	for field, value := range map[string]string{
		"project": q.Project, "parent": q.Parent, "owner": q.Owner, "department": q.Department, "flow": q.Flow, "item": q.Item, "state": q.State, "marks": q.Mark, "assignee": q.Assignee,
	} {
		if value != "" {
			f = is(f, field, "$eq", value)
		}
	}
	if len(q.Flows) > 0 {
		f = is(f, "flow", "$in", q.Flows)
	}
	if len(q.States) > 0 {
		f = is(f, "state", "$in", q.States)
	}
	if !q.Since.IsZero() {
		f = is(f, "opened_at", "$gte", q.Since.UnixMicro())
	}
	if !q.Until.IsZero() {
		f = is(f, "opened_at", "$lt", q.Until.UnixMicro())
	}
	if q.Open != nil && *q.Open {
		f = is(f, "rank", "$lt", store.RankClosed)
	} else if q.Open != nil {
		f = is(f, "rank", "$eq", store.RankClosed)
	}
	if q.Text != "" {
		f = append(f, bson.D{{Key: "$or", Value: bson.A{contains("code", q.Text), contains("title", q.Text), contains("owner_name", q.Text)}}})
	}
	if q.Lamp != "" {
		return lampIs(f, q.Lamp, q.Now)
	}
	return f, nil
}

// lampIs restricts to one lamp, as [store.Head.Lamp] says.
func lampIs(f bson.A, lamp string, now time.Time) (bson.A, error) {
	t := now.UnixMicro()
	running := func(f bson.A) bson.A { return is(is(f, "rank", "$gte", t), "rank", "$lt", store.RankPaused) }
	switch lamp {
	case store.LampOver:
		return is(f, "rank", "$lt", t), nil
	case store.LampUrgent:
		return is(running(f), "urgent_at", "$lte", t), nil
	case store.LampSoon:
		return is(is(running(f), "urgent_at", "$gt", t), "warn_at", "$lte", t), nil
	case store.LampOK:
		return is(is(running(f), "urgent_at", "$gt", t), "warn_at", "$gt", t), nil
	case store.LampPaused:
		return is(f, "rank", "$eq", store.RankPaused), nil
	case store.LampIdle:
		return is(f, "rank", "$eq", store.RankIdle), nil
	case store.LampDone:
		return is(f, "rank", "$gte", store.RankStopped), nil
	}
	return nil, fmt.Errorf("no lamp is called %q; there are %s", lamp, strings.Join(store.Lamps, ", "))
}

// order is how a list is sorted; _id breaks ties.
type order struct {
	field      string
	key        func(*headDoc) int64
	descending bool
}

func orderOf(sort string) (order, error) {
	name, descending := strings.CutPrefix(sort, "-")
	switch name {
	case "", "due":
		return order{"rank", func(d *headDoc) int64 { return d.Rank }, descending}, nil
	case "opened":
		return order{"opened_at", func(d *headDoc) int64 { return d.OpenedAt }, descending}, nil
	case "updated":
		return order{"updated_at", func(d *headDoc) int64 { return d.UpdatedAt }, descending}, nil
	}
	return order{}, fmt.Errorf("no sort is called %q; there are due, opened and updated, each with - before it for descending", sort)
}

func (o order) by() bson.D {
	direction := 1
	if o.descending {
		direction = -1
	}
	return bson.D{{Key: o.field, Value: direction}, {Key: "_id", Value: direction}}
}

// after splits a list into what a page reads one after the other: with a cursor,
// what ties with the last row, and what comes after. Each is one stretch of an index;
// of both at once a server would read all that ties.
func (o order) after(f bson.A, cursor string) ([]bson.A, error) {
	if cursor == "" {
		return []bson.A{f}, nil
	}
	first, id, ok := strings.Cut(cursor, ".")
	key, err := strconv.ParseInt(first, 36, 64)
	if !ok || err != nil {
		return nil, fmt.Errorf("%q is no cursor of a former page: start from the first page", cursor)
	}
	beyond := "$gt"
	if o.descending {
		beyond = "$lt"
	}
	f = f[:len(f):len(f)]
	return []bson.A{is(is(f, o.field, "$eq", key), "_id", beyond, id), is(f, o.field, beyond, key)}, nil
}

// walk reads the parts of a list, up to one document more than a page has.
func walk[T any](ctx context.Context, in *driver.Collection, o order, parts []bson.A, limit int, without bson.D, take func(*T)) error {
	left := limit + 1
	for _, f := range parts {
		if left == 0 {
			break
		}
		cursor, err := in.Find(ctx, and(f), options.Find().SetSort(o.by()).SetLimit(int64(left)).SetProjection(without))
		err = each(ctx, cursor, err, func(d *T) error {
			left--
			take(d)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func cursorOf(key int64, id string) string { return strconv.FormatInt(key, 36) + "." + id }

// Cases implements [store.Store].
func (s *Store) Cases(ctx context.Context, q store.CaseQuery) (store.Page[store.Head], error) {
	var page store.Page[store.Head]
	f, err := restrict(&q)
	if err != nil {
		return page, fmt.Errorf("list cases: %w", err)
	}
	o, err := orderOf(q.Sort)
	if err != nil {
		return page, fmt.Errorf("list cases: %w", err)
	}
	parts, err := o.after(f, q.After)
	if err != nil {
		return page, fmt.Errorf("list cases: %w", err)
	}
	limit := store.PageSize(q.Limit)
	var last listDoc
	err = walk(ctx, s.kases, o, parts, limit, notInLists, func(d *listDoc) {
		if len(page.Rows) == limit {
			page.Next = cursorOf(o.key(&last.Head), last.ID)
			return
		}
		page.Rows, last = append(page.Rows, d.head()), *d
	})
	if err != nil {
		return store.Page[store.Head]{}, fmt.Errorf("list cases: %w", err)
	}
	return page, nil
}

// CountCases implements [store.Store].
func (s *Store) CountCases(ctx context.Context, q store.CaseQuery) (int, error) {
	f, err := restrict(&q)
	if err != nil {
		return 0, fmt.Errorf("count cases: %w", err)
	}
	var n int64
	err = s.afterSeen(ctx, func(ctx context.Context) (err error) {
		n, err = s.statistics.CountDocuments(ctx, and(f))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("count cases: %w", err)
	}
	return int(n), nil
}

// Tally implements [store.Store]: one grouped count for each lamp.
func (s *Store) Tally(ctx context.Context, q store.CaseQuery, by string) (map[string]store.LampCounts, error) {
	field, ok := map[string]any{"": "", "department": "$department", "flow": "$flow", "item": "$item", "state": "$state"}[by]
	if !ok {
		return nil, fmt.Errorf("tally cases: not by %q, only by department, flow, item or state", by)
	}
	if by == "" {
		field = nil
	}
	var tally map[string]store.LampCounts
	err := s.afterSeen(ctx, func(ctx context.Context) (err error) {
		tally, err = s.tally(ctx, &q, field)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("tally cases: %w", err)
	}
	return tally, nil
}

func (s *Store) tally(ctx context.Context, q *store.CaseQuery, field any) (map[string]store.LampCounts, error) {
	f, err := restrict(q)
	if err != nil {
		return nil, err
	}
	tally := map[string]store.LampCounts{}
	for _, lamp := range store.Lamps {
		match, err := lampIs(f[:len(f):len(f)], lamp, q.Now)
		if err != nil {
			return nil, err
		}
		cursor, err := s.statistics.Aggregate(ctx, bson.A{
			bson.D{{Key: "$match", Value: and(match)}},
			bson.D{{Key: "$group", Value: bson.D{{Key: "_id", Value: field}, {Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}}}}},
		})
		err = each(ctx, cursor, err, func(d *struct {
			Value *string `bson:"_id"`
			N     int     `bson:"n"`
		},
		) error {
			value := ""
			if d.Value != nil {
				value = *d.Value
			}
			counts := tally[value]
			*counts.Of(lamp) += d.N
			tally[value] = counts
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return tally, nil
}

// Due implements [store.Store].
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]store.DueCase, error) {
	var due []store.DueCase
	err := s.due(ctx, now.UnixMicro(), limit, func(d store.DueCase) { due = append(due, d) })
	if err != nil {
		return nil, fmt.Errorf("list due cases: %w", err)
	}
	return due, nil
}

// NextDue implements [store.Store].
func (s *Store) NextDue(ctx context.Context) (next time.Time, err error) {
	if err := s.due(ctx, later, 1, func(d store.DueCase) { next = d.Due }); err != nil {
		return time.Time{}, fmt.Errorf("next due case: %w", err)
	}
	return next, nil
}

func (s *Store) due(ctx context.Context, before int64, limit int, found func(store.DueCase)) error {
	cursor, err := s.kases.Find(ctx, and(is(bson.A{}, "next_due", "$lt", before)),
		options.Find().SetSort(bson.D{{Key: "next_due", Value: 1}}).SetLimit(int64(limit)).SetProjection(bson.D{{Key: "next_due", Value: 1}, {Key: "project", Value: 1}}))
	return each(ctx, cursor, err, func(d *struct {
		ID      string `bson:"_id"`
		Project string `bson:"project"`
		NextDue int64  `bson:"next_due"`
	},
	) error {
		found(store.DueCase{ID: d.ID, Project: d.Project, Due: instant(d.NextDue)})
		return nil
	})
}
