package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"
)

var (
	errMethod      = errors.New("method not allowed")
	errCrossOrigin = errors.New("cross-origin request")
	errBadForm     = errors.New("form cannot be read")
)

// Handle makes a route of a handler that returns its error. It alone turns
// errors into status, page and log line; see [Problem].
func Handle(f func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := f(c); err != nil {
			fail(c, err)
		}
	}
}

const errorKey = "banli.error"

// errorView is what error.html shows.
type errorView struct {
	Problem
	ID string // number for support; only where it is our fault
}

var errorPage = NewPage[errorView](own, "error.page.html", Hall)

// fail answers with what went wrong and leaves the error for the access line.
func fail(c *gin.Context, err error) {
	c.Abort()
	c.Set(errorKey, err)
	if c.Writer.Written() {
		return // the answer is on its way; only the log can tell
	}
	p := problemOf(c, err)
	r := From(c)
	view := errorView{Problem: *p}
	if view.NextURL == "" {
		view.NextURL, view.NextText = "/", T(r.Lang, "error.next.home")
	}
	if p.Status >= http.StatusInternalServerError {
		view.ID = r.ID
	}
	c.Header("Cache-Control", "no-store")
	var broken error
	if HTMX(c) {
		broken = errorPage.RenderPart(c, p.Status, "problem", view)
	} else {
		broken = errorPage.Render(c, p.Status, view)
	}
	if broken != nil { // a menu that cannot be counted, say: the page without words of its own
		c.Set(errorKey, errors.Join(err, broken))
		c.String(p.Status, "%s\n%s\n%s", p.Title, p.Message, r.ID)
	}
}

// panicked is a panic of a handler, with its stack.
type panicked struct {
	value any
	stack []byte
}

func (p panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

// Form reads a posted form, files included; larger parts of it go to disk. Gin's
// own readers drop the error of a body that is too large or broken.
func Form(c *gin.Context) (url.Values, error) {
	const inMemory = 1 << 20
	err := c.Request.ParseForm() // first and alone: ParseMultipartForm forgets what this finds
	if err == nil {
		err = c.Request.ParseMultipartForm(inMemory)
	}
	if err == nil || errors.Is(err, http.ErrNotMultipart) {
		return c.Request.PostForm, nil
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, err
	}
	return nil, fmt.Errorf("%w: %w", errBadForm, err)
}

const bodyKey = "banli.body"

// MaxBody lets the routes behind it take bodies of up to n bytes, where the
// site's own limit is smaller: for uploads.
func MaxBody(n int64) gin.HandlerFunc {
	return func(c *gin.Context) { limitBody(c, n) }
}

func limitBody(c *gin.Context, n int64) {
	body, ok := c.Get(bodyKey)
	if !ok {
		body = c.Request.Body
		c.Set(bodyKey, body)
	}
	if rc, ok := body.(interface {
		Read([]byte) (int, error)
		Close() error
	}); ok {
		c.Request.Body = http.MaxBytesReader(c.Writer, rc, n)
	}
}
