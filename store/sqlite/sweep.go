package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"banli/store"
)

const (
	sweepGroup = 100 // files swept in one transaction
	// brokenOff is how long an upload writes nothing before it is taken for broken off.
	brokenOff = time.Hour
)

// SweepFiles implements [store.Store]. It also removes what broken-off uploads left
// behind. Content goes from the disk only in a transaction that finds no row of it,
// and is put in one too, so a sweep and a put never meet half way, in whatever
// processes they run.
func (s *Store) SweepFiles(ctx context.Context, before time.Time, used func(digest string) bool) (store.Swept, error) {
	var swept store.Swept
	err := s.forget(ctx, before, used)
	if err == nil {
		swept, err = s.sweepFolder(ctx, before)
	}
	if err != nil {
		return swept, fmt.Errorf("sweep files: %w", err)
	}
	return swept, nil
}

// forget removes the rows of unused content.
func (s *Store) forget(ctx context.Context, before time.Time, used func(string) bool) error {
	var digests []string
	err := s.read.rows(ctx, "SELECT digest FROM files WHERE put_at < ?", []any{before.UnixMicro()}, func(row scan) error {
		var digest string
		err := row(&digest)
		if err == nil && !used(digest) {
			digests = append(digests, digest)
		}
		return err
	})
	if err != nil {
		return err
	}
	for group := range slices.Chunk(digests, sweepGroup) {
		err := s.writer.write(ctx, func(t *tx) error {
			for _, digest := range group {
				if _, err := t.exec(context.Background(), "DELETE FROM files WHERE digest = ? AND put_at < ?", digest, before.UnixMicro()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sweepFolder removes from the disk what is old and has no row.
func (s *Store) sweepFolder(ctx context.Context, before time.Time) (swept store.Swept, err error) {
	var paths []string
	err = filepath.WalkDir(s.files, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		old := before
		if strings.HasPrefix(e.Name(), incoming) {
			old = earliest(before, time.Now().Add(-brokenOff))
		}
		if err == nil && info.ModTime().Before(old) {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		return swept, err
	}
	for group := range slices.Chunk(paths, sweepGroup) {
		var freed store.Swept
		err := s.writer.write(ctx, func(t *tx) error {
			for _, path := range group {
				size, err := s.sweepPath(t, path)
				if err != nil {
					return err
				}
				if size >= 0 {
					freed.Files, freed.Bytes = freed.Files+1, freed.Bytes+size
				}
			}
			return nil
		})
		swept.Files, swept.Bytes = swept.Files+freed.Files, swept.Bytes+freed.Bytes
		if err != nil {
			return swept, err
		}
	}
	return swept, nil
}

// sweepPath removes a file of the folder that no row is about. It says how large it was, -1 when it stays.
func (s *Store) sweepPath(t *tx, path string) (size int64, err error) {
	within, err := filepath.Rel(s.files, path)
	if err != nil {
		return -1, err
	}
	if digest := strings.Join(strings.Split(within, string(filepath.Separator)), ""); !strings.HasPrefix(within, incoming) {
		var kept bool
		if err := t.row(context.Background(), "SELECT EXISTS (SELECT 1 FROM files WHERE digest = ?)", []any{digest}, &kept); err != nil || kept {
			return -1, err
		}
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return -1, nil
	} else if err != nil {
		return -1, err
	}
	return info.Size(), os.Remove(path)
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
