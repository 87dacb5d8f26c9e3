package mongo

import (
	"context"
	"fmt"
	"time"

	"banli/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// uploading is longer than any upload takes.
const uploading = 24 * time.Hour

// SweepFiles implements [store.Store]. A file goes on the condition that it was not
// handed in again meanwhile; its content goes after it, and so does what uploads
// that broke off have left.
func (s *Store) SweepFiles(ctx context.Context, before time.Time, used func(digest string) bool) (store.Swept, error) {
	var swept store.Swept
	kept := map[bson.ObjectID]bool{}
	cursor, err := s.files.Find(ctx, bson.D{})
	err = each(ctx, cursor, err, func(d *fileDoc) error {
		old := d.PutAt < before.UnixMicro()
		if !old || used(d.Digest) {
			kept[d.Chunks] = true
			return nil
		}
		result, err := s.files.DeleteOne(ctx, append(byID(d.Digest), bson.E{Key: "put_at", Value: bson.D{{Key: "$lt", Value: before.UnixMicro()}}}))
		if err != nil {
			return err
		} else if result.DeletedCount == 0 {
			kept[d.Chunks] = true
			return nil
		}
		swept.Files, swept.Bytes = swept.Files+1, swept.Bytes+d.Size
		return s.dropContent(ctx, d.Chunks)
	})
	if err == nil {
		err = s.sweepContent(ctx, before, kept)
	}
	if err != nil {
		return swept, fmt.Errorf("sweep files: %w", err)
	}
	return swept, nil
}

// sweepContent removes content that no file has, unless its upload may still be
// under way: identifiers hold the second in which they were made.
func (s *Store) sweepContent(ctx context.Context, before time.Time, kept map[bson.ObjectID]bool) error {
	cursor, err := s.chunks.Find(ctx, bson.D{{Key: "n", Value: 0}}, options.Find().SetProjection(bson.D{{Key: "files_id", Value: 1}}))
	return each(ctx, cursor, err, func(d *struct {
		Of bson.ObjectID `bson:"files_id"`
	},
	) error {
		if kept[d.Of] || !d.Of.Timestamp().Add(uploading).Before(before) {
			return nil
		}
		return s.dropContent(ctx, d.Of)
	})
}
