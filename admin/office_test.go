package admin_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"banli/admin"
	"banli/definitions/catalogue"
	"banli/engine/flow"
	"banli/internal/web"
	"banli/internal/web/webtest"
	"banli/server/accounts"
	"banli/server/casework"
	"banli/server/servertest"
	"banli/store"
	"banli/store/sqlite"

	"github.com/gin-gonic/gin"
)

// office is a whole office with its configuration pages, on the embedded store and the shipped catalogue.
type office struct {
	*casework.Service
	t        *testing.T
	accounts *accounts.Service
	handler  http.Handler
	base     *webtest.Client
	now      time.Time
}

const password = "correct horse"

func newOffice(t *testing.T) *office {
	t.Helper()
	st, err := sqlite.Open(context.Background(), ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return openOffice(t, st)
}

// openOffice is another server of a store.
func openOffice(t *testing.T, st store.Store) *office {
	t.Helper()
	o := &office{t: t, now: time.Date(2025, 11, 3, 9, 0, 0, 0, time.FixedZone("CST", 8*3600))}
	now := func() time.Time { return o.now }
	cats, err := casework.OpenCatalogues(t.Context(), st, catalogue.Renhe, now)
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	o.Service = &casework.Service{Store: st, Catalogues: cats, Now: now, Log: quiet}
	o.accounts = &accounts.Service{Store: st, Now: now, Log: quiet, Params: accounts.Params{Memory: 64, Time: 1, Threads: 1}}
	pages := &admin.Handler{Cases: o.Service, Accounts: o.accounts}
	site := &web.Site{
		Title: "审批平台", TitleEn: "Approvals", LoginURL: "/login", Now: now, Zone: cats.Current().Calendar.Zone(),
		Sessions: o.accounts, Log: quiet,
		Menu: func(ctx context.Context, r *web.Request, shell web.Shell) ([]web.MenuGroup, error) {
			if shell != web.Admin {
				return nil, nil
			}
			return pages.Menu(ctx, r)
		},
	}
	o.handler = site.Handler(func(e *gin.Engine) {
		pages.Mount(e)
		(&accounts.Handler{Accounts: o.accounts}).Mount(e)
	})
	o.base = webtest.NewClient(t, o.handler)
	return o
}

// as is the browser of somebody of a role, who is made and logged in.
func (o *office) as(role string) *webtest.Client {
	o.t.Helper()
	if _, err := o.accounts.ByLogin(o.t.Context(), role); err != nil {
		u := accounts.User{Login: role, Name: "某" + role, Role: role}
		if role == "dept_leader" || role == "handler" || role == "dept_window" {
			u.Department = "FG"
		}
		if _, err := o.accounts.AddUser(o.t.Context(), u, password); err != nil {
			o.t.Fatal(err)
		}
	}
	c := webtest.Visit(o.t, o.base.Base())
	if page := c.Post("/login", url.Values{"login": {role}, "password": {password}}); page.Status != http.StatusSeeOther {
		o.t.Fatalf("log in as %s: %d %s", role, page.Status, page.Text("main"))
	}
	return c
}

// set changes a value in the draft, through its page.
func set(t *testing.T, c *webtest.Client, path, value string) {
	t.Helper()
	form := c.Get(path).Form("main form[aria-labelledby=edit-h]")
	form.Set("value", value)
	form.Set("reason", "压缩时限")
	if page := c.Post(path, form); page.Status != http.StatusSeeOther {
		t.Fatalf("%s = %s: %d %s", path, value, page.Status, page.Text("main"))
	}
}

// publish publishes the draft, through its page.
func publish(t *testing.T, c *webtest.Client) *webtest.Doc {
	t.Helper()
	page := c.Get("/admin/check")
	form := page.Form("form[aria-labelledby=publish-h]")
	form.Set("note", "按减时限要求调整")
	if page = c.Post("/admin/check", form); page.Status != http.StatusSeeOther {
		t.Fatalf("publish: %d %s", page.Status, page.Text("main"))
	}
	return c.Follow(page)
}

var (
	owner  = flow.Actor{User: "u-owner", Name: "张三", Role: "owner"}
	window = flow.Actor{User: "u-window", Name: "综窗", Role: "general_window"}
)

// dispatched registers a project, dispatches it to one department, and gives the case of its reply.
func (o *office) dispatched(key string) string {
	o.t.Helper()
	ctx := o.t.Context()
	p, err := o.Register(ctx, owner, casework.Registration{Answers: servertest.Registration("RATIFICATION", nil), Key: key})
	if err != nil {
		o.t.Fatal(servertest.Explain(err))
	}
	id := func(flowID string) string {
		v, err := o.Project(ctx, window, p.ID)
		if err != nil {
			o.t.Fatal(err)
		}
		for _, c := range v.Cases {
			if c.Flow == flowID {
				return c.ID
			}
		}
		o.t.Fatalf("no case of flow %s", flowID)
		return ""
	}
	input := map[string]any{"stage": "S1", "departments": []any{"FG"}}
	if _, err := o.Act(ctx, window, id("registration"), casework.ActCmd{Do: "dispatch", Input: input, Key: key}); err != nil {
		o.t.Fatal(err)
	}
	return id("reply")
}

// limit is the limit a clock of a case took when it was armed.
func (o *office) limit(id, clock string) int {
	o.t.Helper()
	v, err := o.Case(o.t.Context(), window, id)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, c := range v.View.Clocks {
		if c.ID == clock {
			return c.Limit
		}
	}
	o.t.Fatalf("case has no clock %s", clock)
	return 0
}

// has fails unless a text holds every part.
func has(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%s lacks %q: %s", what, p, text)
		}
	}
}
