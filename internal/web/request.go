package web

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"
)

// User is who is signed in.
type User struct {
	ID, Name                         string
	Role                             string // role code, such as dept_window
	Department                       string // id; empty: bound to none
	DepartmentName, DepartmentNameEn string
	Lang                             Lang // chosen for the account; empty: none
}

// Request is what every page of one request knows. It is made once, by the
// site's middleware, and not changed.
type Request struct {
	Lang  Lang
	Large bool      // 大字版
	User  *User     // nil: nobody is signed in
	Now   time.Time // the one instant of this request, in the site's zone
	Path  string
	Query url.Values
	ID    string // names the request in the log, and to support
	Flash *Flash // told once, on the next page

	site   *Site
	secure bool
}

const requestKey = "banli.request"

// From is the request's own values. It never returns nil.
func From(c *gin.Context) *Request {
	if r, ok := c.Get(requestKey); ok {
		return r.(*Request)
	}
	return &Request{Lang: Chinese, Now: time.Now(), Path: c.Request.URL.Path, Query: c.Request.URL.Query()}
}

// HTMX tells whether a part of the page is asked for.
func HTMX(c *gin.Context) bool { return c.GetHeader("HX-Request") == "true" }

// Title is the platform's name.
func (r *Request) Title() string {
	if r.site == nil {
		return ""
	}
	return r.Lang.Pick(r.site.Title, r.site.TitleEn)
}

// Test tells whether the platform is marked as a test.
func (r *Request) Test() bool { return r.site != nil && r.site.Test }

// HelpURL is where help is.
func (r *Request) HelpURL() string {
	if r.site == nil {
		return ""
	}
	return r.site.HelpURL
}

// Version is shown in the footer.
func (r *Request) Version() string {
	if r.site == nil {
		return ""
	}
	return r.site.Version
}

// LoginURL is where one signs in.
func (r *Request) LoginURL() string {
	if r.site == nil {
		return ""
	}
	return r.site.LoginURL
}

// Unit is the user's department in the page's language.
func (r *Request) Unit() string {
	if r.User == nil {
		return ""
	}
	return r.Lang.Pick(r.User.DepartmentName, r.User.DepartmentNameEn)
}

// Other is the language to switch to.
func (r *Request) Other() Lang {
	if r.Lang == English {
		return Chinese
	}
	return English
}

// OtherURL is this page in the other language.
func (r *Request) OtherURL() string { return r.with(langParam, string(r.Other())) }

// SizeURL is this page in the other size of print.
func (r *Request) SizeURL() string {
	if r.Large {
		return r.with(sizeParam, "normal")
	}
	return r.with(sizeParam, "large")
}

func (r *Request) with(name, value string) string {
	q := url.Values{}
	for k, v := range r.Query {
		q[k] = v
	}
	q.Set(name, value)
	return (&url.URL{Path: r.Path, RawQuery: q.Encode()}).String()
}

func (r *Request) locale() locale {
	if r.site == nil || r.site.Zone == nil {
		return locale{r.Lang, time.UTC}
	}
	return locale{r.Lang, r.site.Zone}
}

// Flash is one line told once, on the page after a redirect.
type Flash struct {
	Kind string `json:"k"` // ok, warn, bad
	Text string `json:"t"`
}

// SetFlash tells text on the next page this browser is shown.
func SetFlash(c *gin.Context, kind, text string) {
	raw, err := json.Marshal(Flash{kind, text})
	if err != nil {
		return // two strings always marshal
	}
	setCookie(c, flashCookie, base64.RawURLEncoding.EncodeToString(raw), 60)
}

func readFlash(r *http.Request) *Flash {
	c, err := r.Cookie(flashCookie)
	if err != nil {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return nil
	}
	f := new(Flash)
	if json.Unmarshal(raw, f) != nil || f.Text == "" {
		return nil
	}
	return f
}

func clearFlash(c *gin.Context) {
	if From(c).Flash != nil {
		setCookie(c, flashCookie, "", -1)
	}
}

// SeeOther sends the browser to another page after a post.
func SeeOther(c *gin.Context, to string) error {
	c.Redirect(http.StatusSeeOther, to)
	return nil
}

func newID() string { return rand.Text()[:12] }
