package store

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"
)

// signatures tell a file by its first bytes, whatever it is called.
var signatures = []struct{ magic, media string }{
	{"%PDF-", "application/pdf"},
	{"\x89PNG\r\n\x1a\n", "image/png"},
	{"\xff\xd8\xff", "image/jpeg"},
	{"GIF87a", "image/gif"},
	{"GIF89a", "image/gif"},
	{"BM", "image/bmp"},
	{"II*\x00", "image/tiff"},
	{"MM\x00*", "image/tiff"},
	{"AC10", "image/vnd.dwg"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"}, // .doc, .xls, .wps
	{"Rar!\x1a\x07", "application/vnd.rar"},
	{"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
	{"{\\rtf", "application/rtf"},
}

// members tell a zip container by a name inside it.
var members = []struct{ prefix, media string }{
	{"OFD.xml", "application/ofd"},
	{"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
}

// MediaType says what content is, by the content alone: the file kinds that
// applicants hand in, text/plain for UTF-8 text (HTML included: a stored file is
// never shown as a page), else application/octet-stream.
func MediaType(r io.ReaderAt, size int64) string {
	start := make([]byte, min(size, 512))
	if _, err := r.ReadAt(start, 0); err != nil && err != io.EOF {
		return "application/octet-stream"
	}
	if bytes.HasPrefix(start, []byte("PK\x03\x04")) {
		return zipType(r, size)
	}
	if len(start) > 12 && string(start[:4]) == "RIFF" && string(start[8:12]) == "WEBP" {
		return "image/webp"
	}
	for _, s := range signatures {
		if bytes.HasPrefix(start, []byte(s.magic)) {
			return s.media
		}
	}
	if isText(start, size) {
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}

func zipType(r io.ReaderAt, size int64) string {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return "application/octet-stream" // cut off or damaged
	}
	for _, f := range z.File {
		for _, m := range members {
			if strings.HasPrefix(f.Name, m.prefix) {
				return m.media
			}
		}
	}
	return "application/zip"
}

// isText reports whether the start of a file is UTF-8 without control characters
// other than white space. A character cut in two by the end of start is no fault.
func isText(start []byte, size int64) bool {
	for b := start; len(b) > 0; {
		c, n := utf8.DecodeRune(b)
		switch {
		case c == utf8.RuneError && n == 1:
			return int64(len(start)) < size && len(b) < utf8.UTFMax && !utf8.FullRune(b)
		case c < ' ' && !strings.ContainsRune("\t\n\r\f", c), c == 0x7f:
			return false
		}
		b = b[n:]
	}
	return true
}
