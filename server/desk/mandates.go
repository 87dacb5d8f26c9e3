package desk

import (
	"errors"
	"net/http"

	"banli/engine/flow"
	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"
	"banli/store"

	"github.com/gin-gonic/gin"
)

// mandatesView is what mandates.html shows: for whom one may act, who may act for one, and the form that says so.
type mandatesView struct {
	Has, Gave  []mandateRow
	Colleagues []web.FilterOption
	Until, Min string // days, 2006-01-02
	Problem    string
}

type mandateRow struct{ ID, Name, Until string }

var mandatesPage = web.NewPage[mandatesView](Pack, "mandates.html", web.Desk)

func (h *Handler) getMandates(c *gin.Context) error {
	r := web.From(c)
	v, err := h.mandatesView(c, "", web.Day(r.Now, r.Now.Location()))
	if err != nil {
		return err
	}
	return mandatesPage.Render(c, http.StatusOK, v)
}

func (h *Handler) mandatesView(c *gin.Context, to, until string) (v mandatesView, err error) {
	r, ctx := web.From(c), c.Request.Context()
	actor := screen.Actor(r)
	if actor.Department == "" {
		return v, store.ErrNotFound
	}
	v.Until, v.Min = until, web.Day(r.Now, r.Now.Location())
	has, gave, err := h.Cases.StandIns(ctx, actor)
	if err != nil {
		return v, err
	}
	name := func(a flow.Actor) string {
		return Pack.T(r.Lang, "desk.mandates.person", "name", a.Name, "role", screen.Role(r.Lang, a.Role))
	}
	for _, m := range has {
		v.Has = append(v.Has, mandateRow{m.For.User, name(m.For), m.Until})
	}
	for _, m := range gave {
		v.Gave = append(v.Gave, mandateRow{m.To.User, name(m.To), m.Until})
	}
	if h.Cases.People == nil {
		return v, nil
	}
	staff, err := h.Cases.People.Staff(ctx, actor.Department)
	for _, p := range staff {
		if p.User != actor.User {
			v.Colleagues = append(v.Colleagues, web.FilterOption{Value: p.User, Text: name(p), Selected: p.User == to})
		}
	}
	return v, err
}

func (h *Handler) postMandate(c *gin.Context) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	r := web.From(c)
	to, until, done := form.Get("to"), form.Get("until"), "desk.mandates.given"
	if form.Get("do") == "end" {
		until, done = "", "desk.mandates.ended"
	} else if !casework.Day(until) || until < web.Day(r.Now, r.Now.Location()) {
		v, err := h.mandatesView(c, to, until)
		if err != nil {
			return err
		}
		v.Problem = Pack.T(r.Lang, "desk.mandates.problem")
		return mandatesPage.Render(c, http.StatusUnprocessableEntity, v)
	}
	if err := h.Cases.Entrust(c.Request.Context(), screen.Actor(r), to, until); err != nil {
		if errors.Is(err, store.ErrConflict) {
			return web.SeeOther(c, "/desk/mandates")
		}
		return err
	}
	web.SetFlash(c, "ok", Pack.T(r.Lang, done))
	return web.SeeOther(c, "/desk/mandates")
}
