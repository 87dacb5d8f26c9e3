// Package servertest runs a whole server for tests of its features: the shipped
// catalogue on the embedded store in memory, people of every role, and a clock that
// a test moves. Nothing works in the background, so a test says when anything is.
package servertest

import (
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"banli/definitions"
	"banli/definitions/catalogue"
	"banli/engine/flow"
	"banli/internal/browser"
	"banli/internal/web/webtest"
	"banli/server"
	"banli/server/accounts"
	"banli/server/casework"
	"banli/store"
	"banli/store/sqlite"
)

// Password is everybody's.
const Password = "correct horse battery"

// District is a running server with its people.
type District struct {
	*casework.Service
	URL string

	t      *testing.T
	people map[string]flow.Actor
	keys   int

	mu  sync.Mutex
	now time.Time
}

// New starts a district at an instant such as "2026-11-23 09:00", which is a Monday.
func New(t *testing.T, at string) *District {
	t.Helper()
	d := &District{t: t, people: map[string]flow.Actor{}}
	d.At(at)
	st, err := sqlite.Open(t.Context(), ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	cats, err := casework.OpenCatalogues(t.Context(), st, catalogue.Renhe, d.time)
	if err != nil {
		t.Fatal(err)
	}
	d.Service = &casework.Service{Store: st, Catalogues: cats, Now: d.time, Log: slog.New(slog.DiscardHandler)}
	people := &accounts.Service{Store: st, Now: d.time, Params: accounts.Params{Memory: 64, Time: 1, Threads: 1}}
	d.Service.People = people
	for _, u := range everybody() {
		added, err := people.AddUser(t.Context(), u, Password)
		if err != nil {
			t.Fatal(err)
		}
		d.people[u.Login] = flow.Actor{User: added.ID, Name: u.Name, Role: u.Role, Department: u.Department}
	}
	s := &server.Server{Cases: d.Service, Accounts: people, Test: true, Log: slog.New(slog.DiscardHandler)}
	h, err := s.Handler()
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	d.URL = web.URL
	return d
}

// everybody is one person per role, a second owner, and three of each department that tests need: fg-window,
// fg-handler, fg-leader.
func everybody() []accounts.User {
	list := []accounts.User{{Login: "owner", Name: "张三", Role: "owner"}, {Login: "other", Name: "李四", Role: "owner"}}
	for _, role := range []string{
		"liaison", "general_window", "platform_admin", "service_center", "supervisor", "leading_group", "rule_designer", "system_admin", "auditor",
	} {
		list = append(list, accounts.User{Login: role, Name: definitions.RoleNames[role][0], Role: role})
	}
	for _, dept := range []string{"FG", "GH", "SW"} {
		for ending, role := range map[string]string{"window": "dept_window", "handler": "handler", "leader": "dept_leader"} {
			list = append(list, accounts.User{Login: strings.ToLower(dept) + "-" + ending, Name: dept + definitions.RoleNames[role][0], Role: role, Department: dept})
		}
	}
	return list
}

// At moves the clock. Nothing else happens.
func (d *District) At(s string) {
	d.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, time.FixedZone("CST", 8*3600))
	if err != nil {
		d.t.Fatal(err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = at
}

func (d *District) time() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

// Visit is a browser without script of somebody who is not signed in.
func (d *District) Visit() *webtest.Client { return webtest.Visit(d.t, d.URL) }

// As is a browser without script of somebody signed in.
func (d *District) As(login string) *webtest.Client {
	d.t.Helper()
	c := d.Visit()
	if got := c.Post("/login", url.Values{"login": {login}, "password": {Password}}); got.Location == "" {
		d.t.Fatalf("%s cannot sign in: %d %s", login, got.Status, got.Text("main"))
	}
	return c
}

// Enter signs somebody in at a real browser, in a language.
func (d *District) Enter(tab *browser.Tab, login, lang string) {
	d.t.Helper()
	tab.Open(d.URL + "/login?_lang=" + lang)
	tab.Fill("#login", login)
	tab.Fill("#password", Password)
	tab.Click("main form button[type=submit]")
}

// Actor is somebody as casework knows them.
func (d *District) Actor(login string) flow.Actor {
	d.t.Helper()
	a, ok := d.people[login]
	if !ok {
		d.t.Fatalf("nobody is called %s", login)
	}
	return a
}

func (d *District) key() string {
	d.keys++
	return fmt.Sprintf("k%d", d.keys)
}

// Register registers a project of the owner.
func (d *District) Register(regime string, with map[string]any) *store.Project {
	d.t.Helper()
	p, err := d.Service.Register(d.t.Context(), d.Actor("owner"), casework.Registration{Answers: Registration(regime, with), Key: d.key()})
	if err != nil {
		d.t.Fatal(Explain(err))
	}
	return p
}

// Act does something to a case.
func (d *District) Act(login, id, do string, input map[string]any) *casework.CaseView {
	d.t.Helper()
	v, err := d.Service.Act(d.t.Context(), d.Actor(login), id, casework.ActCmd{Do: do, Input: input, Key: d.key()})
	if err != nil {
		d.t.Fatalf("%s: %s", do, Explain(err))
	}
	return v
}

// Find is the one case of a project with this flow and item or department.
func (d *District) Find(project, flowID, which string) string {
	d.t.Helper()
	v, err := d.Project(d.t.Context(), d.Actor("auditor"), project)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, c := range v.Cases {
		if c.Flow == flowID && (which == "" || c.Item == which || c.Department == which) {
			return c.ID
		}
	}
	d.t.Fatalf("project %s has no case of %s %s", project, flowID, which)
	return ""
}

// Apply applies for an item with every material it needs.
func (d *District) Apply(project, item string) *casework.CaseView {
	d.t.Helper()
	who := d.Actor("owner")
	a := Complete(d.t, d.Service, who, project, item)
	a.Key = d.key()
	v, err := d.Service.Apply(d.t.Context(), who, project, item, a)
	if err != nil {
		d.t.Fatalf("apply for %s: %s", item, Explain(err))
	}
	return v
}
