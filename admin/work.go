package admin

import (
	"net/http"
	"time"

	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"
	"banli/store"

	"github.com/gin-gonic/gin"
)

// workView is what work.html shows: what the worker could not do, and what it did late.
type workView struct {
	Aside []asideRow
	Late  []casework.LateReport
	May   bool // try again
}

type asideRow struct {
	store.Line
	What string
}

// workShown is how many of each are shown.
const workShown = 50

var workPage = web.NewPage[workView](Pack, "work.html", web.Admin)

func (h *Handler) getWork(c *gin.Context) error {
	r, ctx := web.From(c), c.Request.Context()
	lines, err := h.Cases.SetAside(ctx, workShown)
	if err != nil {
		return err
	}
	v := workView{May: may(r, registrars)}
	for _, l := range lines {
		row := asideRow{Line: l, What: l.Kind}
		if Pack.Has(r.Lang, "admin.work.kind."+l.Kind) {
			row.What = Pack.T(r.Lang, "admin.work.kind."+l.Kind)
		}
		v.Aside = append(v.Aside, row)
	}
	if v.Late, err = h.Cases.LateReports(ctx, workShown); err != nil {
		return err
	}
	return workPage.Render(c, http.StatusOK, v)
}

// postWork has an effect that was set aside delivered again.
func (h *Handler) postWork(c *gin.Context) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	r, ctx := web.From(c), c.Request.Context()
	line := form.Get("line")
	if line == "" {
		return &web.Problem{
			Status: http.StatusUnprocessableEntity, Title: Pack.T(r.Lang, "admin.work.again"), Message: Pack.T(r.Lang, "admin.work.which"),
			NextURL: "/admin/work", NextText: Pack.T(r.Lang, "admin.work"),
		}
	}
	if err := h.Cases.TryAgain(ctx, line); err != nil {
		return err
	}
	if err := h.Cases.Audit(ctx, screen.Actor(r), "effect-again", map[string]string{"line": line, "at": h.Cases.Now().Format(time.RFC3339)}); err != nil {
		return err
	}
	web.SetFlash(c, "ok", Pack.T(r.Lang, "admin.work.asked"))
	return web.SeeOther(c, "/admin/work")
}
