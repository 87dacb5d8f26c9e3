package sqlite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"banli/store"
)

// incoming begins the name of content that is not whole yet.
const incoming = "incoming-"

// PutFile implements [store.Store]. The content is on the disk under its final
// name before the database says that it is there.
func (s *Store) PutFile(ctx context.Context, r io.Reader, maxBytes int64) (store.FileInfo, error) {
	info, err := s.putFile(ctx, r, maxBytes)
	if err != nil {
		return store.FileInfo{}, fmt.Errorf("keep file: %w", err)
	}
	return info, nil
}

func (s *Store) putFile(ctx context.Context, r io.Reader, maxBytes int64) (store.FileInfo, error) {
	f, err := os.CreateTemp(s.files, incoming+"*")
	if err != nil {
		return store.FileInfo{}, err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // renamed away when all went well
	defer f.Close()
	if maxBytes < math.MaxInt64 {
		maxBytes++ // one more shows that there is more
	}
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, sum), io.LimitReader(&patient{ctx, r}, maxBytes))
	switch {
	case err != nil:
		return store.FileInfo{}, err
	case size == maxBytes:
		return store.FileInfo{}, store.ErrTooLarge
	}
	info := store.FileInfo{Digest: hex.EncodeToString(sum.Sum(nil)), Size: size, Type: store.MediaType(f, size)}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return store.FileInfo{}, err
	}
	return info, s.writer.write(ctx, func(t *tx) error {
		// Inside the transaction, so that no sweep takes the content between its two halves.
		if err := s.place(f.Name(), info.Digest); err != nil {
			return err
		}
		_, err := t.exec(context.Background(), `INSERT INTO files (digest, size, type, put_at) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET put_at = excluded.put_at`, info.Digest, info.Size, info.Type, now())
		return err
	})
}

// place moves finished content to its name. A file of that name has the same
// content, so replacing it is no harm, and mends it if it was damaged. Called
// again, it finds the content where it belongs.
func (s *Store) place(temp, digest string) error {
	final := s.filePath(digest)
	dir := filepath.Dir(final)
	if err := os.Mkdir(dir, 0o700); err == nil {
		if err := syncDir(s.files); err != nil {
			return err
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := os.Rename(temp, final); err != nil {
		if _, missing := os.Stat(final); missing != nil {
			return err
		}
	}
	return syncDir(dir)
}

func (s *Store) filePath(digest string) string {
	return filepath.Join(s.files, digest[:2], digest[2:])
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// OpenFile implements [store.Store].
func (s *Store) OpenFile(ctx context.Context, digest string) (io.ReadSeekCloser, store.FileInfo, error) {
	info := store.FileInfo{Digest: digest}
	err := notFound(s.read.row(ctx, "SELECT size, type FROM files WHERE digest = ?", []any{digest}, &info.Size, &info.Type))
	if err != nil {
		return nil, store.FileInfo{}, fmt.Errorf("open file %s: %w", digest, err)
	}
	f, err := os.Open(s.filePath(digest))
	if err != nil {
		return nil, store.FileInfo{}, fmt.Errorf("open file %s: its content is missing: restore the folder %s from a backup: %w", digest, s.files, err)
	}
	return f, info, nil
}

// patient reads until its context ends.
type patient struct {
	ctx context.Context //nolint:containedctx // lives for one copy
	r   io.Reader
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}
