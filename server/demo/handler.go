package demo

import (
	"context"
	"embed"
	"net/http"
	"time"

	"banli/internal/web"
	"banli/server/casework"

	"github.com/gin-gonic/gin"
)

//go:embed messages
var files embed.FS

var pack = web.NewPack(files)

// Handler moves the clock of a demo. It is mounted in a demo only.
type Handler struct {
	Cases *casework.Service
	Clock *Clock
}

// Mount lists the routes. Anybody may move the clock: a demo has no public.
func (h *Handler) Mount(e gin.IRouter) {
	e.POST("/demo/clock", web.Handle(h.postClock))
}

// Bar is the control above every page.
func (h *Handler) Bar(r *web.Request) *web.DemoBar {
	return &web.DemoBar{
		Text:   pack.T(r.Lang, "demo.bar", "now", r.Now.Format("2006-01-02 15:04")),
		Action: "/demo/clock", Next: r.Path,
		Buttons: []web.Button{
			{Name: "ahead", Value: "hour", Text: pack.T(r.Lang, "demo.bar.hour")},
			{Name: "ahead", Value: "day", Text: pack.T(r.Lang, "demo.bar.day")},
		},
	}
}

func (h *Handler) postClock(c *gin.Context) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	cal := h.Cases.Catalogues.Current().Calendar
	switch form.Get("ahead") {
	case "hour":
		h.Clock.Advance(time.Hour)
	case "day":
		h.Clock.Advance(toNextWorkday(cal, h.Clock.Now()))
	default:
		return &web.Problem{Status: http.StatusUnprocessableEntity, Title: "ahead", Message: "hour, day"}
	}
	now := h.Clock.Now().In(cal.Zone())
	if err := h.settle(c.Request.Context(), now); err != nil {
		return err
	}
	web.SetFlash(c, "ok", pack.T(web.From(c).Lang, "demo.moved", "now", now.Format("2006-01-02 15:04")))
	return web.SeeOther(c, web.Next(c, "/"))
}

// settle lets what fell due happen before the next page is shown, so that nobody has to wait for the worker.
func (h *Handler) settle(ctx context.Context, now time.Time) error {
	if _, err := h.Cases.Tick(ctx, now); err != nil {
		return err
	}
	_, err := h.Cases.Deliver(ctx, now)
	return err
}
