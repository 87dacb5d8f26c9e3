package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"banli/store"

	"github.com/gin-gonic/gin"
)

// Sessions knows who holds a token.
type Sessions interface {
	// Load is the user of a live session; store.ErrNotFound when there is none (any more).
	Load(ctx context.Context, token string) (*User, error)
}

// SetSession gives the browser the token of a session that lives for ttl.
func SetSession(c *gin.Context, token string, ttl time.Duration) {
	setCookie(c, sessionName(From(c).secure), token, int(ttl.Seconds()))
}

// ClearSession takes the token from the browser.
func ClearSession(c *gin.Context) { setCookie(c, sessionName(From(c).secure), "", -1) }

// SessionToken is the token the browser sent, or empty.
func SessionToken(c *gin.Context) string { return token(c.Request, From(c).secure) }

func token(r *http.Request, secure bool) string {
	c, err := r.Cookie(sessionName(secure))
	if err != nil {
		return ""
	}
	return c.Value
}

// user is who the request's session belongs to; nil for nobody.
func (s *Site) user(r *http.Request, secure bool) (*User, error) {
	t := token(r, secure)
	if t == "" || s.Sessions == nil {
		return nil, nil
	}
	u, err := s.Sessions.Load(r.Context(), t)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return u, err
}

// Require lets only the named roles pass, or everyone signed in where none is
// named. Nobody is sent to the log-in page and back; somebody else's page looks
// as if it were not there.
func Require(roles ...string) gin.HandlerFunc {
	return func(c *gin.Context) {
		r := From(c)
		switch {
		case r.User == nil && r.site != nil && HTMX(c): // a part: the page around it goes to the log-in
			c.Header("HX-Redirect", r.site.LoginURL)
			c.AbortWithStatus(http.StatusUnauthorized)
		case r.User == nil && r.site != nil && reads(c.Request.Method):
			c.Redirect(http.StatusSeeOther, r.site.LoginURL+"?next="+url.QueryEscape(c.Request.URL.RequestURI()))
			c.Abort()
		case r.User == nil:
			fail(c, &Problem{
				Status: http.StatusUnauthorized, Title: T(r.Lang, "error.login.title"), Message: T(r.Lang, "error.login.message"),
				NextURL: r.LoginURL(), NextText: T(r.Lang, "error.login.next"),
			})
		case len(roles) > 0 && !slices.Contains(roles, r.User.Role):
			fail(c, ErrForbidden)
		}
	}
}

// Next is where a log-in may send the browser: an address of our own, else fallback.
func Next(c *gin.Context, fallback string) string {
	next := c.Query("next")
	if next == "" {
		next = c.PostForm("next")
	}
	u, err := url.Parse(next)
	if err != nil || next == "" || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return fallback
	}
	return next
}

func reads(method string) bool { return method == http.MethodGet || method == http.MethodHead }
