package admin

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"banli/internal/web"
	"banli/server/accounts"
	"banli/server/casework"

	"github.com/gin-gonic/gin"
)

//go:embed templates messages
var files embed.FS

// Pack is the pages and texts of this feature.
var Pack = web.NewPack(files)

// Handler serves configuration. Its fields are set before Mount.
type Handler struct {
	Cases    *casework.Service
	Accounts *accounts.Service

	publishing sync.Mutex // one publication at a time; another server is told by the number it wants
	checks     checks
	published  whatIf // what publishing the draft would move
	under      whatIf // how cases under way would stand under it
}

// Who may do what (section 9 of the platform's rules). A system administrator has no business rights.
var (
	readers    = []string{"rule_designer", "platform_admin", "auditor"}
	drafters   = []string{"rule_designer", "platform_admin"}
	publishers = []string{"platform_admin"}
	registrars = []string{"system_admin", "platform_admin"} // of accounts
	inspectors = []string{"system_admin", "platform_admin", "auditor"}
)

// Mount lists the routes.
func (h *Handler) Mount(r gin.IRouter) {
	read, draft := r.Group("/admin", web.Require(readers...)), r.Group("/admin", web.Require(drafters...))
	r.GET("/admin", web.Require(append([]string{"system_admin"}, readers...)...), web.Handle(h.getOverview))
	read.GET("/parameters", web.Handle(h.getParameters))
	read.GET("/parameters/:id", web.Handle(h.getEdit(parameter)))
	draft.POST("/parameters/:id", web.Handle(h.postEdit(parameter)))
	read.GET("/policies/:id", web.Handle(h.getEdit(policy)))
	draft.POST("/policies/:id", web.Handle(h.postEdit(policy)))
	read.GET("/items", web.Handle(h.getItems))
	read.GET("/items/:id", web.Handle(h.getEdit(item)))
	draft.POST("/items/:id", web.Handle(h.postEdit(item)))
	read.GET("/calendar", web.Handle(h.getCalendar))
	draft.POST("/calendar", web.Handle(h.postCalendar))
	read.GET("/check", web.Handle(h.getCheck))
	draft.POST("/check/edits", web.Handle(h.postResolve))
	r.POST("/admin/check", web.Require(publishers...), web.Handle(h.postPublish))
	read.GET("/revisions", web.Handle(h.getRevisions))
	read.GET("/revisions/:no", web.Handle(h.getRevision))
	draft.POST("/revisions/:no/take-back", web.Handle(h.postTakeBack))

	people := r.Group("/admin/users", web.Require(registrars...))
	people.GET("", web.Handle(h.getUsers))
	people.GET("/new", web.Handle(h.getNewUser))
	people.POST("/new", web.Handle(h.postNewUser))
	people.GET("/:id", web.Handle(h.getUser))
	people.POST("/:id/password", web.Handle(h.postPassword))
	people.POST("/:id/disabled", web.Handle(h.postDisabled))
	r.GET("/admin/audit", web.Require(inspectors...), web.Handle(h.getAudit))
	r.GET("/admin/work", web.Require(inspectors...), web.Handle(h.getWork))
	r.POST("/admin/work", web.Require(registrars...), web.Handle(h.postWork))
}

// may tells whether the signed-in person has one of the roles.
func may(r *web.Request, roles []string) bool {
	return r.User != nil && slices.Contains(roles, r.User.Role)
}

// Menu is the side menu of configuration: what the person may open.
func (h *Handler) Menu(ctx context.Context, r *web.Request) ([]web.MenuGroup, error) {
	t := func(key string) string { return Pack.T(r.Lang, key) }
	var groups []web.MenuGroup
	if may(r, readers) {
		d, err := h.draft(ctx)
		if err != nil {
			return nil, err
		}
		groups = append(groups, web.MenuGroup{Title: t("admin.menu"), Items: []web.MenuItem{
			{Text: t("admin.overview"), Href: "/admin"},
			{Text: t("admin.parameters"), Href: "/admin/parameters"},
			{Text: t("admin.items"), Href: "/admin/items"},
			{Text: t("admin.calendar"), Href: "/admin/calendar"},
			{Text: t("admin.check"), Href: "/admin/check", Count: strconv.Itoa(len(d.Edits))},
			{Text: t("admin.revisions"), Href: "/admin/revisions"},
		}})
	}
	var people []web.MenuItem
	if may(r, registrars) {
		people = append(people, web.MenuItem{Text: t("admin.users"), Href: "/admin/users"})
	}
	if may(r, inspectors) {
		people = append(people, web.MenuItem{Text: t("admin.audit"), Href: "/admin/audit"}, web.MenuItem{Text: t("admin.work"), Href: "/admin/work"})
	}
	if len(people) > 0 {
		groups = append(groups, web.MenuGroup{Title: t("admin.menu.people"), Items: people})
	}
	if may(r, []string{"platform_admin", "auditor"}) {
		groups = append(groups, web.MenuGroup{Title: t("admin.menu.elsewhere"), Items: []web.MenuItem{{Text: t("admin.menu.supervision"), Href: "/supervision"}}})
	}
	return groups, nil
}

// overviewView is what overview.html shows.
type overviewView struct {
	Revision casework.Revision
	By       string
	Counts   []web.Pair
	Draft    draftView
	Errors   int // faults and failing tests of the draft
}

var overviewPage = web.NewPage[overviewView](Pack, "overview.html", web.Admin)

func (h *Handler) getOverview(c *gin.Context) error {
	r, ctx := web.From(c), c.Request.Context()
	if !may(r, readers) {
		return web.SeeOther(c, "/admin/users")
	}
	history, err := h.Cases.Catalogues.History(ctx)
	if err != nil {
		return err
	}
	d, err := h.draft(ctx)
	if err != nil {
		return err
	}
	cat := h.Cases.Catalogues.Current()
	v := overviewView{Revision: history[0], By: person(r.Lang, history[0].By), Draft: newDraftView(r, cat, d)}
	for _, n := range []struct {
		key, href string
		n         int
	}{
		{"parameters", "/admin/parameters", len(cat.Parameters)},
		{"policies", "/admin/parameters#policies-h", len(cat.Policies)},
		{"items", "/admin/items", len(cat.Items)},
		{"departments", "", len(cat.Departments)},
		{"flows", "", len(cat.Flows)},
		{"forms", "", len(cat.Forms)},
		{"documents", "", len(cat.Documents)},
		{"tests", "", len(cat.Tests)},
	} {
		v.Counts = append(v.Counts, web.Pair{Label: Pack.T(r.Lang, "admin.count."+n.key), Text: strconv.Itoa(n.n), Href: n.href})
	}
	if len(d.Edits) > 0 {
		res, err := h.checks.of(cat, d.Edits)
		if err != nil {
			return err
		}
		v.Errors = res.errors()
	}
	return overviewPage.Render(c, http.StatusOK, v)
}
