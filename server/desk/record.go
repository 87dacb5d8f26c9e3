package desk

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strings"

	"banli/engine/flow"
	"banli/forms"
	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"
	"banli/store"

	"github.com/gin-gonic/gin"
)

// findView is what record.html shows: the item and the project of a case from before the platform (T31).
type findView struct {
	Search web.Filters
	Found  []web.Link // projects, each leading to the form
	None   bool       // asked for, and not found
}

// recordView is what record-form.html shows: the form of the act that keeps the case.
type recordView struct {
	Title, Note, Rule string
	Crumbs            []web.Link
	Project           web.Pair
	Problems          web.ErrorSummary
	Form              forms.View
	Has               bool // Form asks something
	Key               string
}

var (
	findPage   = web.NewPage[findView](Pack, "record.html", web.Desk)
	recordPage = web.NewPage[recordView](Pack, "record-form.html", web.Desk)
)

const recordURL = "/desk/record"

func (h *Handler) getRecord(c *gin.Context) error {
	r := web.From(c)
	items := h.Cases.Recordables(screen.Actor(r))
	if len(items) == 0 {
		return store.ErrNotFound
	}
	item, text := r.Query.Get("item"), strings.TrimSpace(r.Query.Get("q"))
	t := func(key string) string { return Pack.T(r.Lang, key) }
	var options []string
	for _, it := range items {
		options = append(options, it.Item.ID, it.Item.ID+" "+r.Lang.Pick(it.Item.Name, it.Item.NameEn))
	}
	v := findView{Search: web.Filters{Label: t("desk.record.find"), Action: recordURL, Fields: []web.Filter{
		{Name: "item", Label: t("desk.record.item"), Options: web.Options(item, options...)},
		{Name: "q", Label: t("desk.record.project"), Value: text},
	}}}
	found, err := h.Cases.FindForRecord(c.Request.Context(), screen.Actor(r), text)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(items, func(it casework.Recordable) bool { return it.Item.ID == item }) {
		for _, p := range found {
			v.Found = append(v.Found, web.Link{Text: p.Code + " " + p.Name, Href: recordURL + "/" + item + "/" + p.Code})
		}
	}
	v.None = text != "" && len(v.Found) == 0
	return findPage.Render(c, http.StatusOK, v)
}

// recording finds what a form is about: the item with its act, and the project by its code.
func (h *Handler) recording(c *gin.Context) (of casework.Recordable, p store.Project, err error) {
	actor := screen.Actor(web.From(c))
	items := h.Cases.Recordables(actor)
	i := slices.IndexFunc(items, func(it casework.Recordable) bool { return it.Item.ID == c.Param("item") })
	if i < 0 {
		return of, p, store.ErrNotFound
	}
	code := c.Param("code")
	found, err := h.Cases.FindForRecord(c.Request.Context(), actor, code)
	if err != nil {
		return of, p, err
	}
	j := slices.IndexFunc(found, func(p store.Project) bool { return p.Code == code })
	if j < 0 {
		return of, p, store.ErrNotFound
	}
	return items[i], found[j], nil
}

func (h *Handler) newRecordView(r *web.Request, of casework.Recordable, p store.Project, input map[string]any, problems []forms.Problem) recordView {
	v := recordView{
		Title: Pack.T(r.Lang, "desk.record.title", "item", r.Lang.Pick(of.Item.Name, of.Item.NameEn)),
		Note:  r.Lang.Pick(of.Act.Note, of.Act.NoteEn), Rule: of.Act.Rule,
		Project: web.Pair{Label: p.Code, Text: p.Name}, Key: rand.Text(),
	}
	v.Crumbs = []web.Link{{Text: Pack.T(r.Lang, "desk.record"), Href: recordURL}, {Text: v.Title}}
	if f := h.Cases.Catalogues.Current().Forms[of.Act.Input]; f != nil {
		if input == nil {
			input = f.Initial()
		}
		v.Form, v.Has = f.View(input, problems, screen.FormContext(r)), true
		v.Problems = screen.Summary(v.Form, web.ErrorSummary{})
	}
	return v
}

func (h *Handler) getRecordForm(c *gin.Context) error {
	of, p, err := h.recording(c)
	if err != nil {
		return err
	}
	return recordPage.Render(c, http.StatusOK, h.newRecordView(web.From(c), of, p, nil, nil))
}

func (h *Handler) postRecord(c *gin.Context) error {
	posted, err := web.Form(c)
	if err != nil {
		return err
	}
	of, p, err := h.recording(c)
	if err != nil {
		return err
	}
	r := web.From(c)
	a := casework.Application{Do: of.Act.ID, Key: posted.Get("key")}
	again := func(status int, problems []forms.Problem, refusal string) error {
		v := h.newRecordView(r, of, p, a.Input, problems)
		v.Key = a.Key
		if refusal != "" {
			v.Problems.Errors = append(v.Problems.Errors, web.ErrorLink{Text: refusal})
		}
		return recordPage.Render(c, status, v)
	}
	if f := h.Cases.Catalogues.Current().Forms[of.Act.Input]; f != nil {
		res := f.Parse(posted)
		a.Input = res.Answers
		if res.Changed || posted.Get("go") == "update" {
			return again(http.StatusOK, nil, "")
		}
	}
	k, err := h.Cases.Apply(c.Request.Context(), screen.Actor(r), p.ID, of.Item.ID, a)
	if bad, ok := errors.AsType[*casework.Invalid](err); ok {
		return again(http.StatusUnprocessableEntity, bad.Problems, "")
	}
	if no, ok := errors.AsType[*flow.Refusal](err); ok {
		return again(http.StatusUnprocessableEntity, nil, refusal(r, of, no))
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, "ok", Pack.T(r.Lang, "desk.record.done"))
	return web.SeeOther(c, screen.CaseURL(k.ID))
}

// refusal words why a case is not kept; where its condition does not hold, the act's note says the condition.
func refusal(r *web.Request, of casework.Recordable, no *flow.Refusal) string {
	switch no.Code {
	case casework.RefusedOpenAlready, casework.RefusedNotApplying, casework.RefusedCancelled:
		return Pack.T(r.Lang, "desk.record.refused."+no.Code)
	case "guard":
		return Pack.T(r.Lang, "desk.record.refused.guard", "note", r.Lang.Pick(of.Act.Note, of.Act.NoteEn))
	}
	return web.RefusalText(r.Lang, no)
}
