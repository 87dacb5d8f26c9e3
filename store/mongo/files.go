package mongo

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
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

// chunkSize is that of GridFS, whose format the content has.
const chunkSize = 255 * 1024

// PutFile implements [store.Store]. The content goes straight to the server, under
// an id of its own; what turns out to be there already is removed again.
func (s *Store) PutFile(ctx context.Context, r io.Reader, maxBytes int64) (store.FileInfo, error) {
	info, err := s.putFile(ctx, r, maxBytes)
	if err != nil {
		return store.FileInfo{}, fmt.Errorf("keep file: %w", err)
	}
	return info, nil
}

func (s *Store) putFile(ctx context.Context, r io.Reader, maxBytes int64) (info store.FileInfo, err error) {
	if maxBytes < math.MaxInt64 {
		maxBytes++ // one more shows that there is more
	}
	id, sum := bson.NewObjectID(), sha256.New()
	needed := false
	defer func() {
		if needed {
			return
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		_ = s.dropContent(ctx, id) // what stays, a sweep removes
	}()
	size, err := s.upload(ctx, id, io.TeeReader(io.LimitReader(r, maxBytes), sum))
	switch {
	case err != nil:
		return info, err
	case size == maxBytes:
		return info, store.ErrTooLarge
	}
	kept := s.reader(ctx, id, size)
	info = store.FileInfo{Digest: hex.EncodeToString(sum.Sum(nil)), Size: size, Type: store.MediaType(kept, size)}
	if kept.failed != nil {
		return info, kept.failed
	}
	for {
		if there, err := s.touchFile(ctx, info.Digest); there || err != nil {
			return info, err
		}
		needed = true // also after an error: the answer alone may be lost
		_, err = s.files.InsertOne(ctx, fileDoc{info.Digest, size, info.Type, id, time.Now().UnixMicro()})
		if !driver.IsDuplicateKeyError(err) {
			return info, err
		}
		var there fileDoc // somebody kept the same meanwhile, unless it is ours, sent twice
		err = s.files.FindOne(ctx, byID(info.Digest)).Decode(&there)
		needed = err != nil || there.Chunks == id
		if !errors.Is(err, driver.ErrNoDocuments) {
			return info, err
		}
		needed = false // swept again, whoever's it was
	}
}

// upload sends content in chunks.
func (s *Store) upload(ctx context.Context, id bson.ObjectID, r io.Reader) (size int64, err error) {
	w := bufio.NewWriterSize(&upload{ctx: ctx, chunks: s.chunks, id: id}, 8*chunkSize)
	if size, err = w.ReadFrom(r); err == nil {
		err = w.Flush()
	}
	if err != nil {
		return size, err
	}
	_, err = s.contents.InsertOne(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "length", Value: size},
		{Key: "chunkSize", Value: int32(chunkSize)},
		{Key: "uploadDate", Value: time.Now()},
	})
	return size, err
}

// upload writes chunks. Each Write but the last is of whole ones.
type upload struct {
	ctx    context.Context //nolint:containedctx // lives as long as the writer
	chunks *driver.Collection
	id     bson.ObjectID
	next   int32
}

func (u *upload) Write(p []byte) (int, error) {
	var all []any
	for data := range slices.Chunk(p, chunkSize) {
		all = append(all, bson.D{{Key: "files_id", Value: u.id}, {Key: "n", Value: u.next}, {Key: "data", Value: data}})
		u.next++
	}
	if _, err := u.chunks.InsertMany(u.ctx, all); err != nil {
		return 0, err
	}
	return len(p), nil
}

// touchFile says that content was handed in now, where it is there already.
func (s *Store) touchFile(ctx context.Context, digest string) (there bool, err error) {
	result, err := s.files.UpdateOne(ctx, byID(digest), bson.D{{Key: "$max", Value: bson.D{{Key: "put_at", Value: time.Now().UnixMicro()}}}})
	return err == nil && result.MatchedCount == 1, err
}

func (s *Store) dropContent(ctx context.Context, id bson.ObjectID) error {
	if _, err := s.contents.DeleteOne(ctx, bson.D{{Key: "_id", Value: id}}); err != nil {
		return err
	}
	_, err := s.chunks.DeleteMany(ctx, bson.D{{Key: "files_id", Value: id}})
	return err
}

// OpenFile implements [store.Store].
func (s *Store) OpenFile(ctx context.Context, digest string) (io.ReadSeekCloser, store.FileInfo, error) {
	var d fileDoc
	if err := s.files.FindOne(ctx, byID(digest)).Decode(&d); err != nil {
		return nil, store.FileInfo{}, fmt.Errorf("open file %s: %w", digest, notFound(err))
	}
	return struct {
		io.ReadSeeker
		io.Closer
	}{io.NewSectionReader(s.reader(ctx, d.Chunks, d.Size), 0, d.Size), io.NopCloser(nil)}, store.FileInfo{Digest: digest, Size: d.Size, Type: d.Type}, nil
}

// content reads the chunks of a file at any place, and remembers the last one.
type content struct {
	ctx    context.Context //nolint:containedctx // lives as long as the reader
	chunks *driver.Collection
	id     bson.ObjectID
	size   int64
	number int64
	last   []byte
	failed error
}

func (s *Store) reader(ctx context.Context, id bson.ObjectID, size int64) *content {
	return &content{ctx: ctx, chunks: s.chunks, id: id, size: size, number: -1}
}

func (c *content) ReadAt(b []byte, offset int64) (n int, err error) {
	for n < len(b) && offset < c.size {
		if number := offset / chunkSize; number != c.number {
			var d struct {
				Data []byte `bson:"data"`
			}
			err := c.chunks.FindOne(c.ctx, bson.D{{Key: "files_id", Value: c.id}, {Key: "n", Value: number}}).Decode(&d)
			if err != nil {
				c.failed = fmt.Errorf("chunk %d: %w", number, notFound(err))
				return n, c.failed
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
