package care

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"slices"

	"banli/store"
)

// Checked is a backup that was read to its end and is what was written.
type Checked struct {
	Manifest
	Summary
	ID     string // digest of its records
	digest string // of those that stay: see lasting
}

// Check reads a whole backup. Its error is that it must not be believed.
func Check(in io.Reader) (*Checked, error) {
	var counts Counts
	last, missing := "", map[string]bool{}
	all, stay := sha256.New(), sha256.New()
	a := &archive{
		record: func(line []byte, r *store.Record) error {
			if r.Key() <= last {
				return damaged(fmt.Errorf("%s is not where it belongs", name(r)))
			}
			last = r.Key()
			counts.add(r)
			if r.File != nil {
				missing[r.File.Digest] = true
			}
			all.Write(line)
			lasting(stay, line, r)
			return nil
		},
		content: func(digest string, _ int64, _ io.Reader) error {
			if !missing[digest] {
				return damaged(fmt.Errorf("it has file %s twice, or without a record", digest))
			}
			delete(missing, digest)
			return nil
		},
	}
	if err := a.read(in); err != nil {
		return nil, err
	}
	for _, digest := range a.Lost {
		delete(missing, digest)
	}
	switch {
	case counts != a.Counts:
		return nil, damaged(fmt.Errorf("it has %s, expected %s", counts, a.Counts))
	case len(missing) > 0:
		return nil, damaged(fmt.Errorf("the content of %d files is missing", len(missing)))
	}
	return &Checked{a.Manifest, a.Summary, hex.EncodeToString(all.Sum(nil)), hex.EncodeToString(stay.Sum(nil))}, nil
}

// lasting adds to a digest what must be the same in another store, now and later:
// not documents that expire, nor what a file is taken for.
func lasting(sum hash.Hash, line []byte, r *store.Record) {
	switch {
	case r.Doc != nil && !r.Doc.Expires.IsZero():
	case r.File != nil:
		fmt.Fprintln(sum, r.File.Digest, r.File.Size)
	default:
		sum.Write(line)
	}
}

// Restore checks a whole backup and then fills an empty store with it. Broken off
// and begun again with the same backup, it goes on. At the end the store has been
// read and is what the backup says.
func Restore(ctx context.Context, in io.ReadSeeker, to store.Store) (*Checked, error) {
	c, err := Check(in)
	if err != nil {
		return nil, err
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	if err := begin(ctx, to, mark{"restore", "backup " + c.ID}); err != nil {
		return nil, err
	}
	if err := c.load(ctx, in, to); err != nil {
		return nil, err
	}
	if err := c.same(ctx, to); err != nil {
		return nil, err
	}
	return c, finish(ctx, to)
}

func (c *Checked) load(ctx context.Context, in io.Reader, to store.Store) error {
	f := &filler{to: to}
	a := &archive{
		record: func(line []byte, r *store.Record) error {
			if r.File != nil {
				return nil // put with its content
			}
			return f.add(ctx, r, len(line))
		},
		content: func(digest string, _ int64, content io.Reader) error {
			if slices.Contains(c.Lost, digest) {
				return nil
			}
			info, err := to.PutFile(ctx, content, math.MaxInt64)
			if err == nil && info.Digest != digest {
				err = damaged(fmt.Errorf("file %s has other content than was saved", digest))
			}
			return err
		},
	}
	if err := a.read(in); err != nil {
		return err
	}
	return f.flush(ctx)
}

// same compares a store with the backup it was filled from.
func (c *Checked) same(ctx context.Context, to store.Store) error {
	found := sha256.New()
	for r, err := range everything(ctx, to) {
		if err != nil {
			return err
		}
		line, err := r.MarshalJSON()
		if err != nil {
			return err
		}
		lasting(found, line, &r)
	}
	if len(c.Lost) == 0 && hex.EncodeToString(found.Sum(nil)) != c.digest {
		return errors.New("the store does not have what the backup has: did somebody else write to it? Restore into another place")
	}
	return nil
}
