package web

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
)

var gzips = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// writeHTML sends a finished page, compressed where that saves a packet. Pages
// hold no secret beside what the request itself brought, so compressing tells nothing.
func writeHTML(c *gin.Context, status int, body []byte) {
	const packet = 1400
	h := c.Writer.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "Accept-Encoding, Accept-Language, Cookie, HX-Request")
	if len(body) > packet && strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		var buf bytes.Buffer
		z := gzips.Get().(*gzip.Writer)
		z.Reset(&buf)
		_, err := z.Write(body)
		if cerr := z.Close(); err == nil && cerr == nil {
			h.Set("Content-Encoding", "gzip")
			body = buf.Bytes()
		}
		gzips.Put(z)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.Writer.WriteHeader(status)
	c.Writer.Write(body) //nolint:errcheck // the reader has gone; nothing is left to tell it
}

// Text answers with one line of text: what autosave shows.
func Text(c *gin.Context, status int, line string) error {
	c.Data(status, "text/plain; charset=utf-8", []byte(line))
	return nil
}

// NoContent answers that all is well and nothing is to be shown.
func NoContent(c *gin.Context) error {
	c.Status(http.StatusNoContent)
	return nil
}
