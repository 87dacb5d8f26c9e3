package care

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"banli/store"
)

// A backup is a tar file, compressed by gzip, that any machine can open:
//
//	banli.json             what it is: a manifest
//	records/000001.jsonl   everything but content, one record a line, in the order of a dump
//	files/<sha-256>        content, under its digest
//	summary.json           how much there is, and what was wrong with it before it was saved
//	SHA256SUMS             digests of all of these but the content, as sha256sum -c reads them
//
// It ends with its sums, so one that was cut off is known for it.
const (
	manifestName = "banli.json"
	recordsName  = "records/%06d.jsonl"
	filesPrefix  = "files/"
	summaryName  = "summary.json"
	sumsName     = "SHA256SUMS"

	format    = 1       // raised when what is written changes
	chunkSize = 4 << 20 // of records in one entry, about
)

// Manifest says what a backup is.
type Manifest struct {
	Format  int       `json:"format"`
	Taken   time.Time `json:"taken"` // the moment whose data it holds
	Program string    `json:"program"`
	Store   string    `json:"store"` // where it was taken from, without secrets
}

// Summary says what a backup holds.
type Summary struct {
	Counts Counts   `json:"counts"`
	Faults []string `json:"faults,omitempty"` // of the data, when it was saved
	Lost   []string `json:"lost,omitempty"`   // digests of content that was missing or damaged then
}

// Backup writes everything in a store to out, as it is now, while others write.
// What is wrong with the data is saved as it is, and in the summary.
func Backup(ctx context.Context, st store.Store, out io.Writer, m Manifest) (*Summary, error) {
	m.Format = format
	zip, err := gzip.NewWriterLevel(out, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	b := &backup{st: st, tar: tar.NewWriter(zip), at: m.Taken}
	if err := b.write(ctx, m); err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	if err := b.tar.Close(); err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	if err := zip.Close(); err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	return &b.Summary, nil
}

type backup struct {
	Summary
	st     store.Store
	tar    *tar.Writer
	at     time.Time
	sums   bytes.Buffer
	chunk  bytes.Buffer
	chunks int
}

func (b *backup) write(ctx context.Context, m Manifest) error {
	if err := b.json(manifestName, m); err != nil {
		return err
	}
	var files []*store.FileInfo // the dump is read to its end before content: it holds up what frees space
	for r, err := range everything(ctx, b.st) {
		if err == nil {
			err = b.record(&r)
		}
		if err != nil {
			return err
		}
		if r.File != nil {
			files = append(files, r.File)
		}
	}
	if err := b.flush(); err != nil {
		return err
	}
	for _, f := range files {
		if err := b.content(ctx, f); err != nil {
			return fmt.Errorf("file %s: %w", f.Digest, err)
		}
	}
	if err := b.json(summaryName, b.Summary); err != nil {
		return err
	}
	return b.entry(sumsName, b.sums.Bytes())
}

func (b *backup) record(r *store.Record) error {
	b.Counts.add(r)
	if r.Case != nil {
		if err := store.Verify(r.Case.Events); err != nil {
			b.Faults = append(b.Faults, fmt.Sprintf("case %s: %v", r.Case.ID, err))
		}
	}
	line, err := r.MarshalJSON()
	if err != nil {
		return fmt.Errorf("%s: %w", name(r), err)
	}
	b.chunk.Write(line)
	b.chunk.WriteByte('\n')
	if b.chunk.Len() < chunkSize {
		return nil
	}
	return b.flush()
}

// flush writes the lines gathered so far as an entry.
func (b *backup) flush() error {
	if b.chunk.Len() == 0 {
		return nil
	}
	b.chunks++
	err := b.summed(fmt.Sprintf(recordsName, b.chunks), b.chunk.Bytes())
	b.chunk.Reset()
	return err
}

// content copies a file. One that is damaged is saved as it is, filled up to its size, and said to be lost.
func (b *backup) content(ctx context.Context, f *store.FileInfo) error {
	lost := func(why string) {
		b.Lost = append(b.Lost, f.Digest)
		b.Faults = append(b.Faults, fmt.Sprintf("file %s %s", f.Digest, why))
	}
	r, _, err := b.st.OpenFile(ctx, f.Digest)
	if err != nil {
		lost(fmt.Sprintf("cannot be opened: %v", err))
		return nil
	}
	defer r.Close()
	if err := b.header(filesPrefix+f.Digest, f.Size); err != nil {
		return err
	}
	content := &steady{ctx: ctx, r: r}
	sum := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(b.tar, sum), content, f.Size); err != nil {
		return err
	}
	switch found := hex.EncodeToString(sum.Sum(nil)); {
	case errors.Is(content.fault, io.EOF):
		lost("is shorter than it was")
	case content.fault != nil:
		lost(fmt.Sprintf("cannot be read: %v", content.fault))
	case found != f.Digest:
		lost("has other content than was kept")
	}
	return nil
}

// steady reads zeros from where its reader fails or ends, and remembers why.
type steady struct {
	ctx   context.Context //nolint:containedctx // lives for one copy
	r     io.Reader
	fault error
}

func (s *steady) Read(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	if s.fault == nil {
		n, err := s.r.Read(b)
		if n > 0 || err == nil {
			return n, nil
		}
		s.fault = err
	}
	clear(b)
	return len(b), nil
}

func (b *backup) json(name string, v any) error {
	content, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return b.summed(name, append(content, '\n'))
}

// summed writes an entry that the sums vouch for.
func (b *backup) summed(name string, content []byte) error {
	fmt.Fprintf(&b.sums, "%x  %s\n", sha256.Sum256(content), name)
	return b.entry(name, content)
}

func (b *backup) entry(name string, content []byte) error {
	if err := b.header(name, int64(len(content))); err != nil {
		return err
	}
	_, err := b.tar.Write(content)
	return err
}

func (b *backup) header(name string, size int64) error {
	return b.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: b.at, Format: tar.FormatPAX})
}
