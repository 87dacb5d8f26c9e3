package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"banli/internal/web/assets"

	"github.com/gin-gonic/gin"
)

// Site is what all pages of one server share. Its fields are set before
// [Site.Mount] and not changed after it.
type Site struct {
	Title, TitleEn string
	Version        string
	HelpURL        string           // help, in the same place on every page; empty: none
	LoginURL       string           // where somebody who is not signed in is sent
	Now            func() time.Time // required
	Zone           *time.Location   // required: every time is shown in it
	Secure         bool             // browsers reach us over TLS, if only at a proxy
	Test           bool             // marks every page 测试
	MaxBody        int64            // bytes of a request's body; 1 MiB when zero
	Sessions       Sessions         // nil: nobody can sign in
	Log            *slog.Logger     // slog's default when nil

	// Menu is the menu of a shell for this request; nil: none. It may ask the store for counts.
	Menu func(context.Context, *Request, Shell) ([]MenuGroup, error)
	// Demo is the control of a demonstration's clock; nil, or a nil answer: none.
	Demo func(*Request) *DemoBar
}

// csp lets pages load from us and post to us, and run no inline script or style.
const csp = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"

// crossOrigin refuses what another site's page sends; it is never changed.
var crossOrigin = http.NewCrossOriginProtection()

// Mount puts the site's middleware, its assets, and the pages for what is not
// there onto an engine that has no routes yet.
func (s *Site) Mount(e *gin.Engine) {
	e.HandleMethodNotAllowed = true
	e.Use(s.begin, s.guard)
	e.NoRoute(Handle(func(*gin.Context) error { return ErrForbidden }))
	e.NoMethod(Handle(func(*gin.Context) error { return errMethod }))
	e.GET(assets.Prefix+"*name", func(c *gin.Context) { assets.Serve(c.Writer, c.Request) })
}

// Handler is a new engine with the site on it, and what serves it: HEAD is
// answered as GET without a body.
func (s *Site) Handler(mount func(*gin.Engine)) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	s.Mount(e)
	mount(e)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			get := r.Clone(r.Context())
			get.Method = http.MethodGet
			w, r = headWriter{w}, get
		}
		e.ServeHTTP(w, r)
	})
}

// headWriter drops the body.
type headWriter struct{ http.ResponseWriter }

func (w headWriter) Write(b []byte) (int, error) { return len(b), nil }

// begin makes the request's values, sets headers, and writes the one access line.
func (s *Site) begin(c *gin.Context) {
	start := time.Now()
	r := &Request{
		Lang: language(c.Request, nil), Now: s.Now().In(s.Zone), ID: newID(),
		Path: c.Request.URL.Path, Query: c.Request.URL.Query(), Flash: readFlash(c.Request),
		site: s, secure: s.Secure || c.Request.TLS != nil,
	}
	size, err := c.Request.Cookie(sizeCookie)
	r.Large = err == nil && size.Value == "large"
	c.Set(requestKey, r)

	h := c.Writer.Header()
	h.Set("Content-Security-Policy", csp)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	h.Set("X-Request-Id", r.ID)
	if r.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}

	defer func() {
		if v := recover(); v != nil {
			if v == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
				panic(v)
			}
			fail(c, panicked{v, debug.Stack()})
		}
		s.access(c, r, time.Since(start))
	}()
	c.Next()
}

// guard refuses what must not reach a handler, finds the user, and limits the body.
func (s *Site) guard(c *gin.Context) {
	if strings.HasPrefix(c.Request.URL.Path, assets.Prefix) {
		return
	}
	if err := crossOrigin.Check(c.Request); err != nil {
		fail(c, errors.Join(errCrossOrigin, err))
		return
	}
	r := From(c)
	u, err := s.user(c.Request, r.secure)
	if err != nil {
		fail(c, err)
		return
	}
	r.User, r.Lang = u, language(c.Request, u)
	c.Header("Cache-Control", "no-cache, private")
	if u != nil {
		c.Header("Cache-Control", "no-store")
	}
	limit := s.MaxBody
	if limit == 0 {
		limit = 1 << 20
	}
	limitBody(c, limit)
	switches(c)
}

// access writes the one line a request gets: an error where it is our fault.
func (s *Site) access(c *gin.Context, r *Request, took time.Duration) {
	log := s.Log
	if log == nil {
		log = slog.Default()
	}
	status, level := c.Writer.Status(), slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("id", r.ID), slog.String("method", c.Request.Method), slog.String("path", r.Path),
		slog.Int("status", status), slog.Duration("took", took.Round(time.Microsecond)),
	}
	if r.User != nil {
		attrs = append(attrs, slog.String("user", r.User.ID))
	}
	if err, ok := c.Get(errorKey); ok {
		attrs = append(attrs, slog.Any("err", err))
	}
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	} else if strings.HasPrefix(r.Path, assets.Prefix) {
		level = slog.LevelDebug
	}
	log.LogAttrs(c.Request.Context(), level, "request", attrs...)
}
