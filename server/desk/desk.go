package desk

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"strconv"

	"banli/definitions"
	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"
	"banli/store"

	"github.com/gin-gonic/gin"
)

//go:embed templates messages
var files embed.FS

// Pack is the pages and texts of this feature.
var Pack = web.NewPack(files)

// Handler serves the workbench.
type Handler struct{ Cases *casework.Service }

// Mount lists the routes.
func (h *Handler) Mount(r gin.IRouter) {
	g := r.Group("/desk", web.Require("general_window", "dept_window", "handler", "dept_leader"))
	g.GET("", web.Handle(h.getQueue))
	g.GET("/mandates", web.Handle(h.getMandates))
	g.POST("/mandates", web.Handle(h.postMandate))
	g.GET("/record", web.Handle(h.getRecord))
	g.GET("/record/:item/:code", web.Handle(h.getRecordForm))
	g.POST("/record/:item/:code", web.Handle(h.postRecord))
	g.GET("/:list", web.Handle(h.getQueue))
}

// queueView is what queue.html shows.
type queueView struct {
	Title, Note string
	List        web.CaseList
}

var queuePage = web.NewPage[queueView](Pack, "queue.html", web.Desk)

var tiles = []string{store.LampOver, store.LampUrgent, store.LampSoon, store.LampOK, store.LampPaused, store.LampIdle}

func (h *Handler) getQueue(c *gin.Context) error {
	r := web.From(c)
	cat := h.Cases.Catalogues.Current()
	lists := listsOf(r.User.Role, cat)
	i := slices.IndexFunc(lists, func(l list) bool { return l.url() == r.Path })
	if i < 0 {
		return store.ErrNotFound
	}
	list := lists[i]
	q := list.narrow(screen.ReadQuery(r))
	if r.Query.Get("whose") == "mine" {
		q.Assignee = r.User.ID
	}
	if screen.WantsCSV(r) {
		return screen.CasesCSV(c, h.Cases, q, "desk")
	}
	page, counts, err := h.Cases.Queue(c.Request.Context(), screen.Actor(r), q)
	if err != nil {
		return err
	}
	shown := screen.Lamps(q, counts, tiles...)
	t := func(key string) string { return Pack.T(r.Lang, key) }
	view := queueView{Title: t("desk.list." + list.id), Note: t("desk.list." + list.id + ".note")}
	view.List = screen.CaseList(c, cat, q, page, counts, shown...)
	view.List.Label, view.List.Export = view.Title, screen.ExportURL(r)
	if list.closed {
		view.List.Tiles = nil
	}
	view.List.Filters = filters(r, cat, list, q, shown)
	return queuePage.Render(c, http.StatusOK, view)
}

func filters(r *web.Request, cat *definitions.Catalogue, list list, q store.CaseQuery, lamps []string) web.Filters {
	t := func(key string) string { return Pack.T(r.Lang, key) }
	f := web.Filters{Label: t("desk.filter"), Action: r.Path, Clear: screen.Clear(r)}
	f.Fields = append(f.Fields, web.Filter{Name: "q", Label: t("desk.filter.text"), Value: q.Text})
	if len(list.flows) > 1 {
		f.Fields = append(f.Fields, web.Filter{Name: "flow", Label: t("desk.filter.flow"), Options: screen.FlowOptions(r.Lang, q, cat, list.flows...)})
	}
	if !list.closed {
		f.Fields = append(f.Fields, web.Filter{Name: "lamp", Label: t("desk.filter.lamp"), Options: screen.LampOptions(r.Lang, q, lamps)})
	}
	if r.User.Department != "" {
		f.Fields = append(f.Fields, web.Filter{Name: "whose", Label: t("desk.filter.whose"), Options: web.Options(r.Query.Get("whose"), "", t("desk.filter.whose.all"), "mine", t("desk.filter.whose.mine"))})
	}
	f.Fields = append(f.Fields, web.Filter{Name: "sort", Label: t("desk.filter.sort"), Options: web.Options(q.Sort,
		"", t("desk.filter.sort.due"), "-opened", t("desk.filter.sort.newest"), "opened", t("desk.filter.sort.oldest"))})
	return f
}

// Menu is the side menu of the workbench, with what is in each list.
func (h *Handler) Menu(ctx context.Context, r *web.Request) ([]web.MenuGroup, error) {
	if r.User == nil {
		return nil, nil
	}
	group := web.MenuGroup{Title: Pack.T(r.Lang, "desk.menu")}
	for _, l := range listsOf(r.User.Role, h.Cases.Catalogues.Current()) {
		item := web.MenuItem{Text: Pack.T(r.Lang, "desk.list."+l.id), Href: l.url()}
		if !l.closed {
			n, err := h.Cases.Count(ctx, screen.Actor(r), l.narrow(store.CaseQuery{}))
			if err != nil {
				return nil, err
			}
			item.Count = strconv.Itoa(n)
		}
		group.Items = append(group.Items, item)
	}
	if len(h.Cases.Recordables(screen.Actor(r))) > 0 {
		group.Items = append(group.Items, web.MenuItem{Text: Pack.T(r.Lang, "desk.record"), Href: recordURL})
	}
	if r.User.Department != "" {
		group.Items = append(group.Items, web.MenuItem{Text: Pack.T(r.Lang, "desk.mandates"), Href: "/desk/mandates"})
	}
	return []web.MenuGroup{group}, nil
}
