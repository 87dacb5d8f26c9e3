package accounts_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"banli/internal/web"
	"banli/internal/web/webtest"
	"banli/server/accounts"

	"github.com/gin-gonic/gin"
)

func TestPages(t *testing.T) {
	webtest.CheckPages(t, accounts.Pages.Pages()...)
	webtest.CheckMessages(t, accounts.Pages)
	for _, l := range web.Langs {
		for _, role := range accounts.Roles() {
			if !accounts.Pages.Has(l, "role."+role) {
				t.Errorf("no text for role.%s in %s", role, l)
			}
		}
	}
}

func browser(t *testing.T) (*house, *webtest.Client) {
	t.Helper()
	h := newHouse(t)
	site := &web.Site{Title: "审批平台", TitleEn: "Approvals", LoginURL: "/login", Zone: time.UTC, Now: func() time.Time { return h.now }, Sessions: h}
	pages := &accounts.Handler{Accounts: h.Service, Home: func(role string) string { return "/start/" + role }}
	return h, webtest.NewClient(t, site.Handler(func(e *gin.Engine) { pages.Mount(e) }))
}

func TestLogin(t *testing.T) {
	h, c := browser(t)
	h.add(t, handler, "correct horse")

	page := c.Get("/account")
	if page.Status != http.StatusSeeOther || page.Location != "/login?next=%2Faccount" {
		t.Fatalf("a page for people logged in: %d to %s", page.Status, page.Location)
	}
	form := c.Follow(page).Form("form.sec")
	form.Set("login", "fg-handler")
	form.Set("password", "wrong")
	page = c.Post("/login", form)
	if page.Status != http.StatusUnprocessableEntity || page.Attr("#login", "value") != "fg-handler" || page.Attr("#password", "value") != "" {
		t.Errorf("a wrong password: status %d, login %q, password %q", page.Status, page.Attr("#login", "value"), page.Attr("#password", "value"))
	}
	if page.Count(".err-sum a[href='#login']") != 1 || page.Attr("#login", "aria-describedby") != "login-e" {
		t.Errorf("the problem is not told: %s", page.Text("main"))
	}
	form.Set("password", "correct horse")
	page = c.Post("/login", form)
	if page.Location != "/account" {
		t.Fatalf("log-in leads to %q: %s", page.Location, page.Text("main"))
	}
	page = c.Follow(page)
	if page.Text("h2#who") != "发改经办" || page.Count("tbody tr") != 1 {
		t.Errorf("account page: %s", page.Text("main"))
	}
	if page = c.Post("/logout", url.Values{}); page.Location != "/" {
		t.Errorf("log-out leads to %q", page.Location)
	}
	if page = c.Get("/account"); page.Status != http.StatusSeeOther {
		t.Errorf("after log-out: %d", page.Status)
	}
}

func TestLoginLeadsNowhereElse(t *testing.T) {
	h, c := browser(t)
	h.add(t, handler, "correct horse")
	for _, next := range []string{"https://evil.example/", "//evil.example", `/\evil.example`} {
		page := c.Post("/login", url.Values{"login": {"fg-handler"}, "password": {"correct horse"}, "next": {next}})
		if page.Location != "/start/handler" {
			t.Errorf("next=%s leads to %q", next, page.Location)
		}
	}
}

// TestFixation: a log-in never goes on in the session that the browser brought, and ends it.
func TestFixation(t *testing.T) {
	h, victim := browser(t)
	h.add(t, handler, "correct horse")
	attacker := h.add(t, accounts.User{Login: "attacker", Name: "x", Role: "owner"}, "correct horse")
	planted := h.start(t, attacker)
	victim.Header.Set("Cookie", "session="+planted)
	page := victim.Post("/login", url.Values{"login": {"fg-handler"}, "password": {"correct horse"}})
	cookie := page.Header.Get("Set-Cookie")
	if !strings.Contains(cookie, "session=") || strings.Contains(cookie, planted) || !strings.Contains(cookie, "HttpOnly") {
		t.Errorf("cookie after log-in: %s", cookie)
	}
	if _, err := h.Load(t.Context(), planted); err == nil {
		t.Error("the planted session still lives")
	}
}

func TestRegister(t *testing.T) {
	h, c := browser(t)
	form := c.Get("/register").Form("form.sec")
	form.Set("name", "王五")
	form.Set("login", "wangwu")
	form.Set("mobile", "123")
	form.Set("password", "short")
	form.Set("again", "short")
	page := c.Post("/register", form)
	if page.Status != http.StatusUnprocessableEntity || page.Attr("#name", "value") != "王五" {
		t.Fatalf("wrong input: %d, %s", page.Status, page.Text("main"))
	}
	for _, field := range []string{"mobile", "unit", "password"} {
		if page.Attr("#"+field, "aria-invalid") != "true" {
			t.Errorf("nothing is said of %s: %v", field, page.All(".err-sum li"))
		}
	}
	form.Set("mobile", "13800000000")
	form.Set("unit", "攀枝花示范实业有限公司")
	form.Set("password", "correct horse")
	form.Set("again", "correct hose")
	if page = c.Post("/register", form); page.Attr("#again", "aria-invalid") != "true" {
		t.Errorf("passwords that differ: %s", page.Text("main"))
	}
	form.Set("again", "correct horse")
	if page = c.Post("/register", form); page.Location != "/start/owner" {
		t.Fatalf("registered: %d %q %s", page.Status, page.Location, page.Text("main"))
	}
	if page = c.Get("/account"); page.Text("h2#who") != "王五" {
		t.Errorf("not logged in after registering: %s", page.Text("main"))
	}
	u, err := h.ByLogin(t.Context(), "wangwu")
	if err != nil || u.Role != "owner" {
		t.Errorf("registered as %+v, %v", u, err)
	}
}

func TestChangePassword(t *testing.T) {
	h, c := browser(t)
	u := h.add(t, handler, "correct horse")
	elsewhere := h.start(t, u)
	c.Post("/login", url.Values{"login": {"fg-handler"}, "password": {"correct horse"}})
	post := func(old, new string) *webtest.Doc {
		return c.Post("/account/password", url.Values{"old": {old}, "password": {new}, "again": {new}})
	}
	if page := post("wrong horse", "another horse"); page.Status != http.StatusUnprocessableEntity || page.Attr("#old", "aria-invalid") != "true" {
		t.Errorf("wrong old password: %d %s", page.Status, page.Text("main"))
	}
	if page := post("correct horse", "short"); page.Attr("#password", "aria-invalid") != "true" {
		t.Errorf("short new password: %d %s", page.Status, page.Text("main"))
	}
	if page := post("correct horse", "another horse"); page.Location != "/account" {
		t.Fatalf("right: %d %s", page.Status, page.Text("main"))
	}
	if page := c.Get("/account"); page.Status != http.StatusOK || page.Count("tbody tr") != 1 {
		t.Errorf("the person's own log-in goes on, alone: %d, %d sessions", page.Status, page.Count("tbody tr"))
	}
	if _, err := h.Load(t.Context(), elsewhere); err == nil {
		t.Error("the session elsewhere goes on")
	}
}

func TestEndSessions(t *testing.T) {
	h, c := browser(t)
	u := h.add(t, handler, "correct horse")
	c.Post("/login", url.Values{"login": {"fg-handler"}, "password": {"correct horse"}})
	elsewhere := h.start(t, u)
	page := c.Get("/account")
	if page.Count("tbody form") != 1 {
		t.Fatalf("%d sessions can be ended, want the other one", page.Count("tbody form"))
	}
	c.Post("/account/sessions/end", page.Form("tbody form"))
	if _, err := h.Load(t.Context(), elsewhere); err == nil {
		t.Error("the session elsewhere goes on")
	}
	if page := c.Get("/account"); page.Status != http.StatusOK {
		t.Errorf("the person's own log-in: %d", page.Status)
	}
}
