package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"banli/engine/flow"
	"banli/internal/web"
	"banli/internal/web/gallery"
	"banli/internal/web/webtest"
	"banli/store"

	"github.com/gin-gonic/gin"
)

// keyring knows one user per token.
type keyring map[string]*web.User

func (k keyring) Load(_ context.Context, token string) (*web.User, error) {
	if u, ok := k[token]; ok {
		return u, nil
	}
	return nil, store.ErrNotFound
}

func newSite(log *bytes.Buffer) *web.Site {
	return &web.Site{
		Title: "审批平台", TitleEn: "Approvals", LoginURL: "/login", MaxBody: 4096,
		Now:  func() time.Time { return time.Date(2026, 11, 23, 12, 46, 0, 0, time.UTC) },
		Zone: beijing,
		Log:  slog.New(slog.NewTextHandler(log, nil)),
		Sessions: keyring{
			"w": {ID: "u1", Name: "李晓梅", Role: "dept_window", DepartmentName: "区发改局", DepartmentNameEn: "Development and Reform Bureau", Lang: web.English},
		},
	}
}

func mount(e *gin.Engine) {
	gallery.Mount(e)
	e.GET("/fail/:kind", web.Handle(func(c *gin.Context) error { return failures[c.Param("kind")].err }))
	e.POST("/form", web.Handle(func(c *gin.Context) error {
		form, err := web.Form(c)
		if err != nil {
			return err
		}
		web.SetFlash(c, "ok", "已保存 "+form.Get("name"))
		return web.SeeOther(c, "/gallery")
	}))
	e.POST("/upload", web.MaxBody(1<<20), web.Handle(func(c *gin.Context) error {
		form, err := web.Form(c)
		if err != nil {
			return err
		}
		return web.Text(c, http.StatusOK, fmt.Sprint(len(form.Get("name"))))
	}))
	e.GET("/login/:token", web.Handle(func(c *gin.Context) error {
		web.SetSession(c, c.Param("token"), time.Hour)
		return web.SeeOther(c, web.Next(c, "/gallery"))
	}))
	staff := e.Group("/staff", web.Require("dept_window"))
	staff.GET("", web.Handle(func(c *gin.Context) error { return web.Text(c, http.StatusOK, web.From(c).User.Name) }))
	staff.POST("", web.Handle(func(c *gin.Context) error { return web.NoContent(c) }))
	e.GET("/leaders", web.Require("dept_leader"), web.Handle(func(c *gin.Context) error { return web.NoContent(c) }))
}

// failures are errors of handlers, and what a person is told.
var failures = map[string]struct {
	err    error
	status int
	title  string
	says   string // somewhere on the page
}{
	"not-found": {fmt.Errorf("load case 7: %w", store.ErrNotFound), 404, "没有找到这个页面", "您无权查看"},
	"forbidden": {web.ErrForbidden, 404, "没有找到这个页面", "您无权查看"},
	"conflict":  {fmt.Errorf("append: %w", store.ErrConflict), 409, "内容已被他人更新", "查看最新情况"},
	"exists":    {store.ErrExists, 409, "内容已被他人更新", "查看最新情况"},
	"too-large": {store.ErrTooLarge, 413, "提交的内容过大", "没有保存"},
	"own":       {&web.Problem{Status: 410, Title: "草稿已过期", Message: "请重新填写"}, 410, "草稿已过期", "请重新填写"},
	"unknown":   {errors.New("disk on fire"), 500, "系统出现问题", "服务编号"},
	"stage":     {&flow.Refusal{Action: "accept", Code: "wrong-state", Rule: "T15"}, 409, "现在不能办理此操作", "依据：T15"},
	"guard":     {fmt.Errorf("act: %w", &flow.Refusal{Code: "guard", Rule: "T22"}), 422, "现在不能办理此操作", "条件尚未满足"},
	"role":      {&flow.Refusal{Code: "wrong-role"}, 404, "没有找到这个页面", "您无权查看"},
	"newer":     {&flow.Refusal{Code: "code-of-a-later-engine"}, 409, "现在不能办理此操作", "按规则此操作现在不能办理"},
}

func TestErrors(t *testing.T) {
	var log bytes.Buffer
	c := webtest.NewClient(t, newSite(&log).Handler(mount))
	for kind, tt := range failures {
		t.Run(kind, func(t *testing.T) {
			log.Reset()
			d := c.Get("/fail/" + kind)
			if d.Status != tt.status || d.Text("h1") != tt.title || !strings.Contains(d.Text("main"), tt.says) {
				t.Errorf("%d %q: %q, want %d %q saying %q", d.Status, d.Text("h1"), d.Text("main"), tt.status, tt.title, tt.says)
			}
			if strings.Contains(d.Text("body"), "disk on fire") {
				t.Error("the page tells what is for the log")
			}
			if lines := strings.Count(log.String(), "\n"); lines != 1 {
				t.Errorf("%d lines in the log, want 1: %s", lines, log.String())
			}
			if tt.status == 500 {
				id := d.Header.Get("X-Request-Id")
				if !strings.Contains(d.Text("main"), id) || !strings.Contains(log.String(), id) || !strings.Contains(log.String(), "level=ERROR") || !strings.Contains(log.String(), "disk on fire") {
					t.Errorf("page and log do not share the number %s: %s", id, log.String())
				}
			}
		})
	}
}

func TestEveryRefusalHasWords(t *testing.T) {
	for _, code := range []string{
		"wrong-state", "wrong-role", "at-most", "guard", "hold-open", "hold-closed", "same-person",
		"bad-input", "unknown-action", "final", "before-last-event",
	} {
		for _, l := range web.Langs {
			text := web.RefusalText(l, &flow.Refusal{Code: code})
			if strings.HasPrefix(text, "refusal.") || text == web.T(l, "refusal.other") {
				t.Errorf("%s in %s: %q", code, l, text)
			}
		}
	}
}

func TestPanicIsAnErrorPage(t *testing.T) {
	var log bytes.Buffer
	c := webtest.NewClient(t, newSite(&log).Handler(mount))
	d := c.Get("/gallery/problem/panic")
	if d.Status != 500 || d.Text("h1") != "系统出现问题" {
		t.Errorf("%d %q", d.Status, d.Text("h1"))
	}
	if !strings.Contains(log.String(), "getProblem") {
		t.Error("the log has no stack of the panic")
	}
}

func TestHeaders(t *testing.T) {
	var log bytes.Buffer
	site := newSite(&log)
	c := webtest.NewClient(t, site.Handler(mount))
	d := c.Get("/gallery")
	const csp = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
	if got := d.Header.Get("Content-Security-Policy"); got != csp {
		t.Errorf("CSP %q", got)
	}
	if n := d.Count("[style], style, script:not([src])"); n > 0 {
		t.Errorf("%d inline styles or scripts", n)
	}
	if got := d.Header.Get("Cache-Control"); got != "no-cache, private" {
		t.Errorf("Cache-Control of a public page: %q", got)
	}
	c.Get("/login/w")
	if got := c.Get("/gallery").Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control for somebody signed in: %q", got)
	}
	asset := c.Get(d.Attr("link[rel=stylesheet]", "href"))
	if asset.Status != 200 || !strings.Contains(asset.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("style sheet: %d, %v", asset.Status, asset.Header)
	}
	if d.Attr("script[src]", "src") == "" || d.Attr(`meta[name="htmx-config"]`, "content") == "" {
		t.Error("no script, or no configuration of it")
	}

	site = newSite(&log)
	site.Secure = true
	cookie := webtest.NewClient(t, site.Handler(mount)).Get("/login/w").Header.Get("Set-Cookie")
	for _, want := range []string{"__Host-session=w", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("cookie behind TLS lacks %s: %s", want, cookie)
		}
	}
}

func TestSigningIn(t *testing.T) {
	var log bytes.Buffer
	c := webtest.NewClient(t, newSite(&log).Handler(mount))
	if d := c.Get("/staff?tab=2"); d.Location != "/login?next=%2Fstaff%3Ftab%3D2" {
		t.Errorf("nobody is sent to %q", d.Location)
	}
	if d := c.Post("/staff", url.Values{"a": {"1"}}); d.Status != 401 || d.Attr("main a", "href") != "/login" {
		t.Errorf("a post of nobody: %d %s", d.Status, d.Text("main"))
	}
	c.Get("/login/forged")
	if d := c.Get("/staff"); d.Status != 303 {
		t.Errorf("an unknown token: %d", d.Status)
	}
	c.Get("/login/w")
	if d := c.Get("/staff"); d.Status != 200 || d.Text("body") != "李晓梅" {
		t.Errorf("signed in: %d %s", d.Status, d.Text("body"))
	}
	if d := c.Get("/leaders"); d.Status != 404 {
		t.Errorf("another role's page: %d, want 404", d.Status)
	}
	// The account's language is English, and the browser's Chinese: the account wins.
	if got := c.Get("/gallery").Text(".brand small"); got != "Department window · Development and Reform Bureau" {
		t.Errorf("header says %q", got)
	}
	for next, want := range map[string]string{
		"/staff?tab=2": "/staff?tab=2", "//evil.example": "/gallery", "https://evil.example": "/gallery",
		`/\evil.example`: "/gallery", "javascript:1": "/gallery", "": "/gallery",
	} {
		if d := c.Get("/login/w?next=" + url.QueryEscape(next)); d.Location != want {
			t.Errorf("next %q leads to %q, want %q", next, d.Location, want)
		}
	}
}

func TestLanguageAndSize(t *testing.T) {
	var log bytes.Buffer
	c := webtest.NewClient(t, newSite(&log).Handler(mount))
	c.Header.Set("Accept-Language", "fr, en;q=0.8, zh;q=0.5")
	if got := c.Get("/gallery").Attr("html", "lang"); got != "en" {
		t.Errorf("browser's language: %s", got)
	}
	d := c.Get("/gallery?q=a%26b&_lang=zh-CN")
	if d.Status != 303 || d.Location != "/gallery?q=a%26b" {
		t.Errorf("switching leads to %d %q", d.Status, d.Location)
	}
	if d = c.Follow(d); d.Attr("html", "lang") != "zh-CN" || d.Count("html[data-size]") != 0 {
		t.Errorf("lang %s", d.Attr("html", "lang"))
	}
	if d = c.Follow(c.Get("/gallery?_size=large")); d.Attr("html", "data-size") != "large" || d.Attr("html", "lang") != "zh-CN" {
		t.Error("large print is not on, or the language was lost")
	}
	if d = c.Follow(c.Get("/gallery?_size=normal")); d.Count("html[data-size]") != 0 {
		t.Error("large print stays on")
	}
	if d = c.Get("//evil.example/gallery?_lang=en"); strings.Contains(d.Location, "//evil") {
		t.Errorf("switching leads away: %s", d.Location)
	}
}

func TestRequests(t *testing.T) {
	var log bytes.Buffer
	c := webtest.NewClient(t, newSite(&log).Handler(mount))
	if d := c.Do(http.MethodHead, "/gallery", nil); d.Status != 200 || d.Header.Get("Content-Length") == "0" {
		t.Errorf("HEAD: %d %v", d.Status, d.Header)
	}
	if d := c.Get("/nowhere"); d.Status != 404 || d.Text("h1") != "没有找到这个页面" {
		t.Errorf("unknown path: %d %q", d.Status, d.Text("h1"))
	}
	if d := c.Get("/form"); d.Status != 405 || d.Text("h1") == "" {
		t.Errorf("wrong method: %d %q", d.Status, d.Text("h1"))
	}
	d := c.Post("/form", url.Values{"name": {"<b>项目</b>"}})
	if d.Status != 303 {
		t.Fatalf("form: %d", d.Status)
	}
	if got := c.Follow(d).Text("main .flash[role=status]"); got != "已保存 <b>项目</b>" {
		t.Errorf("told once: %q", got)
	}
	if got := c.Get("/gallery").Count("main .flash"); got != 0 {
		t.Error("told twice")
	}
	large := url.Values{"name": {strings.Repeat("x", 10_000)}}
	if d := c.Post("/form", large); d.Status != 413 || d.Text("h1") != "提交的内容过大" {
		t.Errorf("too large: %d %q", d.Status, d.Text("h1"))
	}
	if d := c.Post("/upload", large); d.Status != 200 || d.Text("body") != "10000" {
		t.Errorf("a route with a larger limit: %d %q", d.Status, d.Text("body"))
	}
	c.Header.Set("HX-Request", "true")
	if d := c.Get("/fail/conflict"); d.Status != 409 || d.Count("header") != 0 || d.Count("#problem h1") != 1 {
		t.Errorf("a part asked for: %d %s", d.Status, d.Text("body"))
	}
}

func TestOtherSitesCannotPost(t *testing.T) {
	var log bytes.Buffer
	c := webtest.NewClient(t, newSite(&log).Handler(mount))
	c.Header.Set("Origin", "https://evil.example")
	if d := c.Do(http.MethodPost, "/form", nil); d.Status != 403 || d.Text("h1") != "请求来自其他网站，已拦截" {
		t.Errorf("%d %q", d.Status, d.Text("h1"))
	}
}
