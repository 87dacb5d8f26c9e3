package hall

import (
	"context"
	"embed"

	"banli/internal/web"
	"banli/server/casework"

	"github.com/gin-gonic/gin"
)

//go:embed templates messages
var files embed.FS

// Pack is the pages and texts of this feature.
var Pack = web.NewPack(files)

// Handler serves the hall.
type Handler struct {
	Cases     *casework.Service
	MaxUpload int64 // bytes of one post with files; 32 MiB when zero
}

// Mount lists the routes.
func (h *Handler) Mount(r gin.IRouter) {
	limit := h.MaxUpload
	if limit == 0 {
		limit = 32 << 20
	}
	r.GET("/", web.Handle(h.getStart))
	r.GET("/guides", web.Handle(h.getGuides))
	r.GET("/guides/:item", web.Handle(h.getGuide))
	r.GET("/lookup", web.Handle(h.getLookup))
	r.GET("/p/:code", web.Handle(h.getPublic))
	r.GET("/help", web.Handle(h.getHelp))
	r.GET("/help/:guide", web.Handle(h.getHelpPage))

	g := r.Group("", web.Require("owner", "liaison"))
	g.GET("/my", web.Handle(h.getMy))
	g.POST("/my/drafts/:draft/delete", web.Handle(h.postDeleteDraft))
	g.GET("/projects/new", web.Handle(h.getNew))
	g.POST("/projects/new", web.Handle(h.postNew))
	g.GET("/projects/new/:draft", web.Handle(h.getRegistration))
	g.POST("/projects/new/:draft", web.Handle(h.postRegistration))
	g.POST("/projects/new/:draft/save", web.Handle(h.postSaveRegistration))
	g.GET("/projects/new/:draft/check", web.Handle(h.getCheckRegistration))
	g.POST("/projects/new/:draft/check", web.Handle(h.postCheckRegistration))
	g.GET("/projects/:id/receipt", web.Handle(h.getProjectReceipt))
	g.GET("/projects/:id/apply/:item", web.Handle(h.getApply))
	g.POST("/projects/:id/apply/:item", web.MaxBody(limit), web.Handle(h.postApply))
	g.POST("/projects/:id/apply/:item/save", web.Handle(h.postSaveApply))
	g.GET("/projects/:id/apply/:item/check", web.Handle(h.getCheckApply))
	g.POST("/projects/:id/apply/:item/check", web.Handle(h.postCheckApply))
	g.GET("/cases/:id/receipt", web.Handle(h.getCaseReceipt))
}

// Menu is the menu in the header of the hall.
func (h *Handler) Menu(_ context.Context, r *web.Request) ([]web.MenuGroup, error) {
	t := func(key string) string { return Pack.T(r.Lang, key) }
	items := []web.MenuItem{{Text: t("hall.menu.guides"), Href: "/guides"}, {Text: t("hall.menu.lookup"), Href: "/lookup"}}
	if r.User != nil && (r.User.Role == "owner" || r.User.Role == "liaison") {
		items = append(items, web.MenuItem{Text: t("hall.menu.my"), Href: "/my"}, web.MenuItem{Text: t("hall.menu.new"), Href: "/projects/new"})
	}
	return []web.MenuGroup{{Items: items}}, nil
}
