package mongo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"banli/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Verify implements [store.Store].
func (s *Store) Verify(ctx context.Context, fault func(string)) error {
	err := s.eachCase(ctx, func(d *caseDoc) error {
		if err := d.whole(); err != nil {
			fault(fmt.Sprintf("case %s: %v", d.List.ID, err))
		}
		for _, wrong := range d.derived() {
			fault(fmt.Sprintf("case %s: %s", d.List.ID, wrong))
		}
		return nil
	})
	if err == nil {
		err = s.checkIndexes(ctx, fault)
	}
	if err == nil {
		err = s.checkFiles(ctx, fault)
	}
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	return nil
}

// Repair implements [store.Store].
func (s *Store) Repair(ctx context.Context, mended func(string)) error {
	err := s.eachCase(ctx, func(d *caseDoc) error {
		wrong := d.derived()
		if len(wrong) == 0 || d.whole() != nil {
			return nil // of a broken chain nothing can be derived
		}
		set := bson.D{
			{Key: "rank", Value: d.List.Head.Rank},
			{Key: "unique", Value: d.Unique},
			{Key: "outbox", Value: d.Outbox},
		}
		at := append(ofProject(d.List.ID, d.List.Head.Project), bson.E{Key: "rev", Value: d.List.Rev}, bson.E{Key: "turns", Value: d.Turns})
		result, err := s.kases.UpdateOne(ctx, at, bson.D{{Key: "$set", Value: set}, {Key: "$inc", Value: bson.D{{Key: "turns", Value: 1}}}})
		if err != nil || result.MatchedCount == 0 { // changed meanwhile: the next repair finds it
			return err
		}
		for _, w := range wrong {
			mended(fmt.Sprintf("case %s: %s", d.List.ID, w))
		}
		return nil
	})
	if err == nil {
		err = s.missing(ctx, func(i index, there bool) error {
			if there {
				return nil // of another kind: Verify tells
			}
			mended(fmt.Sprintf("index %s was missing", i))
			return s.makeIndex(ctx, i)
		})
	}
	if err != nil {
		return fmt.Errorf("repair: %w", err)
	}
	return nil
}

func (s *Store) eachCase(ctx context.Context, do func(*caseDoc) error) error {
	cursor, err := s.kases.Find(ctx, bson.D{}, options.Find().SetSort(byIDs))
	return each(ctx, cursor, err, do)
}

var byIDs = bson.D{{Key: "_id", Value: 1}}

// whole checks the events.
func (d *caseDoc) whole() error {
	c := d.kase()
	if err := store.Verify(c.Events); err != nil {
		return err
	}
	if len(c.Events) != d.Seq {
		return fmt.Errorf("it has %d events, expected %d: the last ones are missing", len(c.Events), d.Seq)
	}
	if d.Seq > 0 && c.Events[d.Seq-1].Hash != d.Hash {
		return fmt.Errorf("its last event (%s) is not the one that was written", c.Events[d.Seq-1].Do)
	}
	return nil
}

// derived sets right what is kept twice for speed, and says what was wrong.
func (d *caseDoc) derived() (wrong []string) {
	h := d.List.head()
	if want := store.Rank(&h); d.List.Head.Rank != want {
		wrong = append(wrong, fmt.Sprintf("it is sorted by %d, expected %d", d.List.Head.Rank, want))
		d.List.Head.Rank = want
	}
	if want := unique(h.Key, h.ID); d.Unique != want {
		wrong = append(wrong, fmt.Sprintf("it is found by the key %q, expected %q", d.Unique, want))
		d.Unique = want
	}
	for i := range d.Outbox {
		l := &d.Outbox[i]
		if want := turn(instant(l.NotBefore), l.Poison); l.Turn != want {
			wrong = append(wrong, fmt.Sprintf("line %s of its outbox has the turn %d, expected %d", l.ID, l.Turn, want))
			l.Turn = want
		}
	}
	return wrong
}

// checkFiles reads every file.
func (s *Store) checkFiles(ctx context.Context, fault func(string)) error {
	cursor, err := s.files.Find(ctx, bson.D{})
	return each(ctx, cursor, err, func(d *fileDoc) error {
		f, _, err := s.OpenFile(ctx, d.Digest)
		switch {
		case ctx.Err() != nil:
			return err
		case errors.Is(err, store.ErrNotFound):
			return nil // swept meanwhile
		case err != nil:
			fault(fmt.Sprintf("file %s cannot be opened: %v", d.Digest, err))
			return nil
		}
		sum := sha256.New()
		if _, err := io.Copy(sum, f); err != nil {
			fault(fmt.Sprintf("file %s cannot be read: %v", d.Digest, err))
		} else if found := hex.EncodeToString(sum.Sum(nil)); found != d.Digest {
			fault(fmt.Sprintf("file %s has other content than was kept (%s): restore it from a backup", d.Digest, found))
		}
		return nil
	})
}
