package mongo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"banli/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
)

// fileDoc says that content is there, whole, and under which id of the bucket.
type fileDoc struct {
	Digest string        `bson:"_id" pattern:"^[0-9a-f]{64}$"`
	Size   int64         `bson:"size" min:"0"`
	Type   string        `bson:"type"`
	Chunks bson.ObjectID `bson:"chunks"`
	PutAt  int64         `bson:"put_at"` // when it was last handed in
}

// chunkSize is that of the bucket, the driver's default.
const chunkSize = 255 * 1024

// PutFile implements [store.Store]. The content waits in a temporary file until
// its digest is known, so that what is there already is not sent again.
func (s *Store) PutFile(ctx context.Context, r io.Reader, maxBytes int64) (store.FileInfo, error) {
	info, err := s.putFile(ctx, r, maxBytes)
	if err != nil {
		return store.FileInfo{}, fmt.Errorf("keep file: %w", err)
	}
	return info, nil
}

func (s *Store) putFile(ctx context.Context, r io.Reader, maxBytes int64) (store.FileInfo, error) {
	f, err := os.CreateTemp("", "banli-incoming-*")
	if err != nil {
		return store.FileInfo{}, err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // a temporary file
	defer f.Close()
	if maxBytes < math.MaxInt64 {
		maxBytes++ // one more shows that there is more
	}
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, sum), io.LimitReader(r, maxBytes))
	switch {
	case err != nil:
		return store.FileInfo{}, err
	case size == maxBytes:
		return store.FileInfo{}, store.ErrTooLarge
	}
	info := store.FileInfo{Digest: hex.EncodeToString(sum.Sum(nil)), Size: size, Type: store.MediaType(f, size)}
	if there, err := s.touchFile(ctx, info.Digest); there || err != nil {
		return info, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return store.FileInfo{}, err
	}
	bucket := s.buckets.Get().(*driver.GridFSBucket)
	defer s.buckets.Put(bucket)
	id, err := bucket.UploadFromStream(ctx, info.Digest, f)
	if err != nil {
		return store.FileInfo{}, err
	}
	if _, err := s.files.InsertOne(ctx, fileDoc{info.Digest, size, info.Type, id, time.Now().UnixMicro()}); driver.IsDuplicateKeyError(err) {
		return info, s.dropContent(ctx, id) // somebody kept the same meanwhile
	} else if err != nil {
		return store.FileInfo{}, err
	}
	return info, nil
}

// touchFile says that content was handed in now, where it is there already.
func (s *Store) touchFile(ctx context.Context, digest string) (there bool, err error) {
	result, err := s.files.UpdateOne(ctx, byID(digest), bson.D{{Key: "$max", Value: bson.D{{Key: "put_at", Value: time.Now().UnixMicro()}}}})
	return err == nil && result.MatchedCount == 1, err
}

func (s *Store) dropContent(ctx context.Context, id bson.ObjectID) error {
	bucket := s.buckets.Get().(*driver.GridFSBucket)
	defer s.buckets.Put(bucket)
	if err := bucket.Delete(ctx, id); err != nil && !errors.Is(err, driver.ErrFileNotFound) {
		return err
	}
	return nil
}

// OpenFile implements [store.Store].
func (s *Store) OpenFile(ctx context.Context, digest string) (io.ReadSeekCloser, store.FileInfo, error) {
	var d fileDoc
	if err := s.files.FindOne(ctx, byID(digest)).Decode(&d); err != nil {
		return nil, store.FileInfo{}, fmt.Errorf("open file %s: %w", digest, notFound(err))
	}
	content := &content{ctx: ctx, chunks: s.chunks, id: d.Chunks, size: d.Size, number: -1}
	return struct {
		io.ReadSeeker
		io.Closer
	}{io.NewSectionReader(content, 0, d.Size), io.NopCloser(nil)}, store.FileInfo{Digest: digest, Size: d.Size, Type: d.Type}, nil
}

// content reads the chunks of a file at any place, and remembers the last one.
type content struct {
	ctx    context.Context //nolint:containedctx // lives as long as the reader
	chunks *driver.Collection
	id     bson.ObjectID
	size   int64
	number int64
	last   []byte
}

func (c *content) ReadAt(b []byte, offset int64) (n int, err error) {
	for n < len(b) && offset < c.size {
		if number := offset / chunkSize; number != c.number {
			var d struct {
				Data []byte `bson:"data"`
			}
			err := c.chunks.FindOne(c.ctx, bson.D{{Key: "files_id", Value: c.id}, {Key: "n", Value: number}}).Decode(&d)
			if err != nil {
				return n, fmt.Errorf("chunk %d: %w", number, notFound(err))
			}
			c.number, c.last = number, d.Data
		}
		copied := copy(b[n:], c.last[min(offset%chunkSize, int64(len(c.last))):])
		if copied == 0 {
			return n, fmt.Errorf("chunk %d has %d bytes: it is cut off", c.number, len(c.last))
		}
		n, offset = n+copied, offset+int64(copied)
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}
