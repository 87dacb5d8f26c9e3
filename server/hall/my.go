package hall

import (
	"net/http"
	"time"

	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"
	"banli/store"

	"github.com/gin-gonic/gin"
)

// myView is what my.html shows: one's own projects, drafts, and what waits for oneself.
type myView struct {
	Waiting  web.CaseList
	Projects []projectRow
	More     string
	Drafts   []draftRow
	Empty    web.Empty
}

type projectRow struct {
	Name, Code, Regime, Status, Href string
	Test                             bool
	CreatedAt                        time.Time
}

type draftRow struct {
	Name, Href, Delete string
	UpdatedAt          time.Time
	Until              time.Time
}

var myPage = web.NewPage[myView](Pack, "my.html", web.Hall)

// keep is how long a draft stays after its last change.
const keep = 30 * 24 * time.Hour

func (h *Handler) getMy(c *gin.Context) error {
	r, ctx := web.From(c), c.Request.Context()
	actor, cat := screen.Actor(r), h.Cases.Catalogues.Current()
	page, err := h.Cases.Projects(ctx, actor, store.ProjectQuery{After: r.Query.Get("after"), Limit: 20})
	if err != nil {
		return err
	}
	drafts, err := h.Cases.Drafts(ctx, actor)
	if err != nil {
		return err
	}
	open := true
	q := store.CaseQuery{Open: &open, States: screen.OwnerStates(cat), Limit: 20}
	waiting, counts, err := h.Cases.Queue(ctx, actor, q)
	if err != nil {
		return err
	}
	t := func(key string, args ...any) string { return Pack.T(r.Lang, key, args...) }
	view := myView{Waiting: screen.CaseList(c, cat, q, waiting, counts)}
	view.Waiting.Label = t("hall.my.waiting")
	for _, p := range page.Rows {
		view.Projects = append(view.Projects, projectRow{
			Name: p.Name, Code: p.Code, Regime: screen.T(r.Lang, "regime."+p.Regime), Status: screen.T(r.Lang, "status."+p.Status),
			Href: screen.ProjectURL(p.ID), CreatedAt: p.CreatedAt, Test: true,
		})
	}
	if page.Next != "" {
		view.More = "/my?after=" + page.Next
	}
	for _, d := range drafts {
		row := draftRow{UpdatedAt: d.UpdatedAt, Until: d.UpdatedAt.Add(keep), Delete: "/my/drafts/" + d.ID + "/delete"}
		row.Name, row.Href = draftName(r, h.Cases, d)
		view.Drafts = append(view.Drafts, row)
	}
	view.Empty = web.Empty{Text: t("hall.my.none"), Link: web.Link{Text: t("hall.menu.new"), Href: "/projects/new"}}
	return myPage.Render(c, http.StatusOK, view)
}

func draftName(r *web.Request, cases *casework.Service, d casework.Draft) (name, href string) {
	if d.Kind == draftApplication {
		name = d.Item
		if it := cases.Catalogues.Current().AnyItem(d.Item); it != nil {
			name = r.Lang.Pick(it.Name, it.NameEn)
		}
		return Pack.T(r.Lang, "hall.my.draft.application", "item", name), screen.ProjectURL(d.Project) + "/apply/" + d.Item
	}
	name, _ = d.Answers["name"].(string)
	if name == "" {
		name = Pack.T(r.Lang, "hall.my.draft.unnamed")
	}
	return Pack.T(r.Lang, "hall.my.draft.registration", "name", name), "/projects/new/" + d.ID
}

func (h *Handler) postDeleteDraft(c *gin.Context) error {
	r := web.From(c)
	if err := h.Cases.DeleteDraft(c.Request.Context(), screen.Actor(r), c.Param("draft")); err != nil {
		return err
	}
	web.SetFlash(c, "ok", Pack.T(r.Lang, "hall.my.draft.deleted"))
	return web.SeeOther(c, "/my")
}
