package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"
)

// The cookies, and the parameters that switch language and size on any page.
const (
	langCookie    = "lang"
	sizeCookie    = "size"
	flashCookie   = "flash"
	sessionCookie = "session"

	langParam = "_lang"
	sizeParam = "_size"

	year = 365 * 24 * 3600
)

// setCookie sets a cookie of ours for maxAge seconds; a negative maxAge removes it.
func setCookie(c *gin.Context, name, value string, maxAge int) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name:     name,
		Value:    value,
		Path:     "/",
		MaxAge:   maxAge,
		HttpOnly: true,
		Secure:   From(c).secure,
		SameSite: http.SameSiteLaxMode,
	})
}

// sessionName: behind TLS the name itself keeps other hosts and plain pages from setting the cookie.
func sessionName(secure bool) string {
	if secure {
		return "__Host-" + sessionCookie
	}
	return sessionCookie
}

// switches answers a link that changes language or size: it sets the cookie and
// sends the browser to the same address without the parameter.
func switches(c *gin.Context) {
	r := From(c)
	lang, size := Lang(r.Query.Get(langParam)), r.Query.Get(sizeParam)
	if c.Request.Method != http.MethodGet || lang == "" && size == "" {
		return
	}
	if strings.HasPrefix(r.Path, "//") || strings.HasPrefix(r.Path, `/\`) {
		return // a browser would read the address as another host
	}
	if known(lang) {
		setCookie(c, langCookie, string(lang), year)
	}
	switch size {
	case "large":
		setCookie(c, sizeCookie, size, year)
	case "normal":
		setCookie(c, sizeCookie, "", -1)
	}
	q := c.Request.URL.Query()
	q.Del(langParam)
	q.Del(sizeParam)
	c.Redirect(http.StatusSeeOther, (&url.URL{Path: r.Path, RawQuery: q.Encode()}).String())
	c.Abort()
}
