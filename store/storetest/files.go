package storetest

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"banli/store"
)

func zipOf(t tb, names ...string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		_, err := z.Create(name)
		must(t, err)
	}
	must(t, z.Close())
	return b.String()
}

func digestOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

func fileRoundTrip(t *testing.T, s store.Store) {
	for name, tt := range map[string]struct{ content, media string }{
		"pdf":   {"%PDF-1.7\n…", "application/pdf"},
		"ofd":   {zipOf(t, "OFD.xml", "Doc_0/Document.xml"), "application/ofd"},
		"docx":  {zipOf(t, "[Content_Types].xml", "word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		"xlsx":  {zipOf(t, "xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		"zip":   {zipOf(t, "a.txt"), "application/zip"},
		"dwg":   {"AC1027\x00\x00", "image/vnd.dwg"},
		"png":   {"\x89PNG\r\n\x1a\n\x00", "image/png"},
		"text":  {strings.Repeat("投资项目", 999), "text/plain; charset=utf-8"},
		"bytes": {"\x00\x01\x02", "application/octet-stream"},
		"large": {"%PDF-" + strings.Repeat("x", 3<<20), "application/pdf"},
		"empty": {"", "text/plain; charset=utf-8"},
	} {
		t.Run(name, func(t *testing.T) {
			want := store.FileInfo{Digest: digestOf(tt.content), Size: int64(len(tt.content)), Type: tt.media}
			for range 2 { // the second time it is there already
				got, err := s.PutFile(t.Context(), iotest.HalfReader(strings.NewReader(tt.content)), int64(len(tt.content)))
				must(t, err)
				same(t, "kept", got, want)
			}
			f, info, err := s.OpenFile(t.Context(), want.Digest)
			must(t, err)
			defer f.Close()
			same(t, "opened", info, want)
			b, err := io.ReadAll(f)
			must(t, err)
			if string(b) != tt.content {
				t.Errorf("%d bytes came back different", len(b))
			}
			if len(tt.content) > 9 {
				_, err = f.Seek(-4, io.SeekEnd)
				must(t, err)
				b, err = io.ReadAll(f)
				must(t, err)
				if string(b) != tt.content[len(tt.content)-4:] {
					t.Errorf("the last four bytes are %q", b)
				}
			}
		})
	}
	_, _, err := s.OpenFile(t.Context(), digestOf("never kept"))
	wantErr(t, err, store.ErrNotFound)
	_, _, err = s.OpenFile(t.Context(), "../../etc/passwd")
	wantErr(t, err, store.ErrNotFound)
}

func fileRefused(t *testing.T, s store.Store) {
	_, err := s.PutFile(t.Context(), strings.NewReader("12345678"), 7)
	wantErr(t, err, store.ErrTooLarge)
	broken := errors.New("line went dead")
	_, err = s.PutFile(t.Context(), io.MultiReader(strings.NewReader("1234"), iotest.ErrReader(broken)), 100)
	wantErr(t, err, broken)
	for _, content := range []string{"12345678", "1234567", "1234"} {
		_, _, err := s.OpenFile(t.Context(), digestOf(content))
		wantErr(t, err, store.ErrNotFound)
	}
}

func fileRace(t *testing.T, s store.Store) {
	content := strings.Repeat("同一份材料", 50000)
	together(8, func(int) {
		info, err := s.PutFile(t.Context(), strings.NewReader(content), 1<<20)
		if err != nil || info.Digest != digestOf(content) {
			t.Errorf("kept as %+v, %v", info, err)
			return
		}
		f, _, err := s.OpenFile(t.Context(), info.Digest)
		if err != nil {
			t.Error(err)
			return
		}
		defer f.Close()
		if b, err := io.ReadAll(f); err != nil || string(b) != content {
			t.Errorf("%d bytes came back different, %v", len(b), err)
		}
	})
}

// filesApart: what one hands in never gets into what another does.
func filesApart(t *testing.T, s store.Store) {
	together(3, func(g int) {
		content := strings.Repeat(string(rune('甲'+g))+"的材料", 30000)
		for range 2 {
			info, err := s.PutFile(t.Context(), iotest.HalfReader(strings.NewReader(content)), 1<<20)
			if err != nil || info.Digest != digestOf(content) {
				t.Errorf("kept as %+v, %v", info, err)
			}
		}
	})
}

func fileSweep(t *testing.T, s store.Store) {
	ctx := t.Context()
	put := func(content string) string {
		info, err := s.PutFile(ctx, strings.NewReader(content), 1<<20)
		must(t, err)
		return info.Digest
	}
	used, unused, again := put("used"), put("unused"), put("unused, and put again")
	time.Sleep(2 * time.Millisecond)
	cutoff := time.Now()
	time.Sleep(2 * time.Millisecond)
	put("unused, and put again")
	recent := put("recent")
	swept, err := s.SweepFiles(ctx, cutoff, func(digest string) bool { return digest == used })
	must(t, err)
	same(t, "swept", swept, store.Swept{Files: 1, Bytes: int64(len("unused"))})
	for _, digest := range []string{used, again, recent} {
		f, _, err := s.OpenFile(ctx, digest)
		must(t, err)
		must(t, f.Close())
	}
	_, _, err = s.OpenFile(ctx, unused)
	wantErr(t, err, store.ErrNotFound)
	same(t, "put after a sweep", put("unused"), unused)
	swept, err = s.SweepFiles(ctx, cutoff, func(string) bool { return true })
	must(t, err)
	same(t, "swept when all is used", swept, store.Swept{})
}

// A sweep and puts of the same content never meet half way.
func fileSweepRace(t *testing.T, s store.Store) {
	stop, swept := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(swept)
		for {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := s.SweepFiles(t.Context(), time.Now(), func(string) bool { return false }); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	for range 20 {
		together(4, func(int) {
			if _, err := s.PutFile(t.Context(), strings.NewReader("the same"), 99); err != nil {
				t.Error(err)
			}
		})
	}
	close(stop)
	<-swept
	// Swept or not: what the store says it has is there, as the suite verifies; and it can be put again.
	info, err := s.PutFile(t.Context(), strings.NewReader("the same"), 99)
	must(t, err)
	f, _, err := s.OpenFile(t.Context(), info.Digest)
	must(t, err)
	must(t, f.Close())
}
