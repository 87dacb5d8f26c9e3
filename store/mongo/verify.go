package mongo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"banli/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Verify implements [store.Store].
func (s *Store) Verify(ctx context.Context, fault func(string)) error {
	cursor, err := s.kases.Find(ctx, bson.D{}, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}))
	err = each(ctx, cursor, err, func(d *caseDoc) error {
		c := d.kase()
		hash := ""
		if n := len(c.Events); n > 0 {
			hash = c.Events[n-1].Hash
		}
		if err := store.Verify(c.Events); err != nil {
			fault(fmt.Sprintf("case %s: %v", d.List.ID, err))
		} else if len(c.Events) != d.Seq || hash != d.Hash {
			fault(fmt.Sprintf("case %s has %d events, expected %d: the last ones are missing", d.List.ID, len(c.Events), d.Seq))
		}
		if want := store.Rank(&c.Head); d.List.Head.Rank != want {
			fault(fmt.Sprintf("case %s is sorted by %d, expected %d", d.List.ID, d.List.Head.Rank, want))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	cursor, err = s.files.Find(ctx, bson.D{})
	err = each(ctx, cursor, err, func(d *fileDoc) error {
		f, _, err := s.OpenFile(ctx, d.Digest)
		if err != nil {
			return err
		}
		sum := sha256.New()
		if _, err := io.Copy(sum, f); err != nil {
			fault(fmt.Sprintf("file %s cannot be read: %v", d.Digest, err))
		} else if found := hex.EncodeToString(sum.Sum(nil)); found != d.Digest {
			fault(fmt.Sprintf("file %s has other content than was kept (%s): restore it from a backup", d.Digest, found))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	return nil
}
