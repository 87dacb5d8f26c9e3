package care

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"banli/store"
)

// archive reads a backup from its beginning to its end. Nothing it hands out may be
// believed before it has ended without an error.
type archive struct {
	Manifest
	Summary
	record  func(line []byte, r *store.Record) error
	content func(digest string, size int64, r io.Reader) error

	entries bytes.Buffer // sums, as they are found
	sums    []byte       // as they are written
}

// errDamaged: the backup is not what was written.
var errDamaged = errors.New("the backup is damaged or cut off: nothing in it is to be believed; take another one")

func (a *archive) read(in io.Reader) error {
	zip, err := gzip.NewReader(bufio.NewReaderSize(in, 1<<20))
	if err != nil {
		return fmt.Errorf("this is no backup: %w", err)
	}
	t := tar.NewReader(zip)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return damaged(err)
		}
		if err := a.entry(h, t); err != nil {
			return err
		}
	}
	if _, err := io.Copy(io.Discard, zip); err != nil { // to the checksum at its end
		return damaged(err)
	}
	if a.sums == nil {
		return damaged(fmt.Errorf("it has no %s", sumsName))
	}
	if !bytes.Equal(a.entries.Bytes(), a.sums) {
		return damaged(errors.New("its contents are not those of its checksums"))
	}
	return nil
}

func damaged(err error) error { return fmt.Errorf("%w (%w)", errDamaged, err) }

func (a *archive) entry(h *tar.Header, r io.Reader) error {
	if a.Format == 0 && h.Name != manifestName {
		return fmt.Errorf("this is no backup: it begins with %q, expected %s", h.Name, manifestName)
	}
	if digest, ok := strings.CutPrefix(h.Name, filesPrefix); ok {
		sum := sha256.New()
		err := a.content(digest, h.Size, io.TeeReader(r, sum))
		if err != nil {
			return err
		}
		if _, err := io.Copy(sum, r); err != nil { // what was left unread
			return damaged(err)
		}
		if found := hex.EncodeToString(sum.Sum(nil)); found != digest {
			a.Lost = append(a.Lost, digest)
		}
		return nil
	}
	content, err := io.ReadAll(r)
	if err != nil {
		return damaged(err)
	}
	if h.Name == sumsName {
		a.sums = content
		return nil
	}
	fmt.Fprintf(&a.entries, "%x  %s\n", sha256.Sum256(content), h.Name)
	switch {
	case h.Name == manifestName:
		err := json.Unmarshal(content, &a.Manifest)
		if err == nil && a.Format != format {
			return fmt.Errorf("it has format %d, this program reads format %d: restore it with the program that wrote it (%s)", a.Format, format, a.Program)
		}
		return err
	case h.Name == summaryName:
		return a.summary(content)
	case strings.HasPrefix(h.Name, "records/"):
		return a.lines(content)
	}
	return fmt.Errorf("it has an entry %q, which this program does not know", h.Name)
}

// summary takes over what was said when the backup was made: content that differs now and did not then is damage.
func (a *archive) summary(content []byte) error {
	found := a.Lost
	a.Summary = Summary{}
	if err := json.Unmarshal(content, &a.Summary); err != nil {
		return damaged(err)
	}
	known := map[string]bool{}
	for _, digest := range a.Lost {
		known[digest] = true
	}
	for _, digest := range found {
		if !known[digest] {
			return damaged(fmt.Errorf("file %s has other content than was saved", digest))
		}
	}
	return nil
}

func (a *archive) lines(content []byte) error {
	for line := range bytes.Lines(content) {
		var r store.Record
		line = bytes.TrimSuffix(line, []byte("\n"))
		if err := r.UnmarshalJSON(line); err != nil {
			return damaged(fmt.Errorf("a record cannot be read: %w", err))
		}
		if err := a.record(line, &r); err != nil {
			return err
		}
	}
	return nil
}
