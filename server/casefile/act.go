package casefile

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"banli/definitions"
	"banli/engine/flow"
	"banli/forms"
	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"
	"banli/store"

	"github.com/gin-gonic/gin"
)

// actPageView is what act.html shows: an act with its form, materials, and what it does.
type actPageView struct {
	Title     string
	Crumbs    []web.Link
	Act       actView
	State     string // the case is in
	Form      forms.View
	Has       bool // Form asks something
	Materials []web.Material
	Problems  web.ErrorSummary
	Since     []ledgerRow // 409: what happened meanwhile
	Conflict  bool
	Back      string
}

var actPage = newPages[actPageView]("act.html")

// newKey is a new idempotency key: the same form sent twice is one act.
func newKey() string { return rand.Text() }

func (h *Handler) getAct(c *gin.Context) error {
	r := web.From(c)
	v, err := h.Cases.Case(c.Request.Context(), screen.Actor(r), c.Param("id"))
	if err != nil {
		return err
	}
	a := actOf(v, c.Param("do"), r.Query.Get("for"))
	if a == nil {
		return store.ErrNotFound
	}
	if a.Refused != nil {
		return a.Refused
	}
	var prefill map[string]any
	if amends(v, *a) {
		prefill = v.Answers
	} else if f := formOf(v, *a); f != nil {
		prefill = f.Initial()
	}
	return actPage.render(c, http.StatusOK, newActPage(r, v, *a, r.Query.Get("for"), prefill, nil))
}

// actOf is an act that somebody may take by themselves, or on the mandate of a colleague; nil: there is none.
func actOf(v *casework.CaseView, do, behalf string) *flow.Act {
	if behalf == "" {
		return v.Act(do)
	}
	for _, b := range v.OnBehalf {
		if i := slices.IndexFunc(b.Acts, func(a flow.Act) bool { return a.ID == do }); i >= 0 && b.For.User == behalf {
			return &b.Acts[i]
		}
	}
	return nil
}

func newActPage(r *web.Request, v *casework.CaseView, a flow.Act, behalf string, input map[string]any, problems []forms.Problem) actPageView {
	view := actPageView{
		Title: r.Lang.Pick(a.Name, a.NameEn), Act: newActView(r, v, a, behalf), State: screen.StateName(r.Lang, v.Flow, v.View.State),
		Back: screen.CaseURL(v.ID),
	}
	view.Crumbs = []web.Link{
		{Text: v.Head.Title, Href: screen.ProjectURL(v.Head.Project)}, {Text: caseTitle(r, v), Href: view.Back}, {Text: view.Title},
	}
	if f := formOf(v, a); f != nil {
		view.Form, view.Has = f.View(input, problems, screen.FormContext(r)), true
		offer(r, v, f, &view.Form, input)
		offerPeople(r, v, screen.Action(v.Flow, a.ID), &view.Form)
		view.Problems = screen.Summary(view.Form, web.ErrorSummary{})
	}
	if resumes(v, a) {
		for _, m := range v.Materials {
			view.Materials = append(view.Materials, screen.AskMaterial(r, m, fileURL(v.ID)))
		}
	}
	return view
}

// formOf is the form an act asks: its own, or that of the application it goes on with; nil: none.
func formOf(v *casework.CaseView, a flow.Act) *definitions.Form {
	if amends(v, a) {
		return v.Catalogue.Forms[v.Item.Form]
	}
	return v.Catalogue.Forms[a.Input]
}

// amends tells whether the answers of the application may be changed with an act.
func amends(v *casework.CaseView, a flow.Act) bool { return a.Input == "" && resumes(v, a) }

func (h *Handler) postAct(c *gin.Context) error {
	r := web.From(c)
	actor, id, do := screen.Actor(r), c.Param("id"), c.Param("do")
	posted, err := web.Form(c)
	if err != nil {
		return err
	}
	v, err := h.Cases.Case(c.Request.Context(), actor, id)
	if err != nil {
		return err
	}
	a := actOf(v, do, posted.Get("for"))
	if a == nil {
		return store.ErrNotFound
	}
	cmd := casework.ActCmd{Do: do, Key: posted.Get("key"), For: posted.Get("for")}
	if cmd.Rev, err = strconv.ParseInt(posted.Get("rev"), 10, 64); err != nil {
		cmd.Rev = 0
	}
	var typed map[string]any
	if f := formOf(v, *a); f != nil {
		res := f.Parse(posted)
		typed = res.Answers
		if amends(v, *a) {
			typed = f.Merge(v.Answers, typed)
			cmd.Answers = changed(f, v.Answers, typed)
		} else {
			cmd.Input = typed
		}
		if res.Changed || posted.Get("go") == "update" {
			page := newActPage(r, v, *a, cmd.For, typed, nil)
			page.Act.Key, page.Act.Rev = cmd.Key, cmd.Rev
			return actPage.render(c, http.StatusOK, page)
		}
	}
	if resumes(v, *a) {
		if cmd.Files, err = screen.Uploads(c, h.Cases); err != nil {
			return err
		}
		for name := range posted {
			if m, ok := strings.CutPrefix(name, screen.DeferInput); ok {
				cmd.Deferred = append(cmd.Deferred, m)
			}
		}
	}
	err = h.Cases.Do(c.Request.Context(), actor, id, cmd)
	if bad, ok := errors.AsType[*casework.Invalid](err); ok {
		problems := bad.Problems
		if bad.Form == "" {
			problems = nil
		}
		page := newActPage(r, v, *a, cmd.For, typed, problems)
		page.Act.Key, page.Act.Rev = cmd.Key, cmd.Rev
		if bad.Form == "" {
			page.Problems = screen.Summary(page.Form, screen.MaterialProblems(r, page.Materials, bad.Problems))
		}
		return actPage.render(c, http.StatusUnprocessableEntity, page)
	}
	if stale, ok := errors.AsType[*casework.Stale](err); ok {
		return h.conflict(c, r, id, cmd, typed, stale)
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, "ok", Pack.T(r.Lang, "act.done", "act", r.Lang.Pick(a.Name, a.NameEn)))
	return web.SeeOther(c, screen.CaseURL(id))
}

// changed is what was typed where it differs from the answers there are; nil where it does not.
func changed(f *definitions.Form, old, typed map[string]any) map[string]any {
	if len(f.Diff(old, typed, forms.Chinese)) == 0 {
		return nil
	}
	return typed
}

// conflict shows what happened since the person saw the case, with everything typed kept; sending it again is
// an act on the case as it is now.
func (h *Handler) conflict(c *gin.Context, r *web.Request, id string, cmd casework.ActCmd, typed map[string]any, stale *casework.Stale) error {
	v, err := h.Cases.Case(c.Request.Context(), screen.Actor(r), id)
	if err != nil {
		return err
	}
	a := actOf(v, cmd.Do, cmd.For)
	if a == nil {
		return store.ErrNotFound
	}
	page := newActPage(r, v, *a, cmd.For, typed, nil)
	page.Conflict, page.Act.Key = true, cmd.Key
	for _, e := range stale.Since {
		page.Since = append(page.Since, newLedgerRow(r, v, e))
	}
	if a.Refused != nil {
		page.Problems.Errors = append(page.Problems.Errors, web.ErrorLink{Text: web.RefusalText(r.Lang, a.Refused)})
	}
	return actPage.render(c, http.StatusConflict, page)
}
