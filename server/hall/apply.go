package hall

import (
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

// application is what a page of an application works on.
type application struct {
	project *casework.ProjectView
	item    *definitions.Item
	form    *definitions.Form // nil: the item asks nothing but materials
	draft   *casework.Draft
}

// open finds the project, the item and the draft; a new draft is prefilled from the registration and not kept yet.
func (h *Handler) open(c *gin.Context) (*application, error) {
	r, ctx := web.From(c), c.Request.Context()
	actor := screen.Actor(r)
	p, err := h.Cases.Project(ctx, actor, c.Param("id"))
	if err != nil {
		return nil, err
	}
	a := &application{project: p, item: p.Catalogue.Item(c.Param("item"), r.Now)}
	if a.item == nil {
		return nil, store.ErrNotFound
	}
	a.form = p.Catalogue.Forms[a.item.Form]
	drafts, err := h.Cases.Drafts(ctx, actor)
	if err != nil {
		return nil, err
	}
	for i, d := range drafts {
		if d.Kind == draftApplication && d.Project == p.ID && d.Item == a.item.ID {
			a.draft = &drafts[i]
		}
	}
	if a.draft == nil {
		a.draft = &casework.Draft{Kind: draftApplication, Project: p.ID, Item: a.item.ID, UpdatedAt: r.Now}
		if a.form != nil {
			a.draft.Answers = a.form.Initial()
		}
	}
	if a.form != nil {
		a.draft.Answers = casework.Prefill(a.form, p.Answers, a.draft.Answers)
	}
	return a, nil
}

func (a *application) url() string { return screen.ProjectURL(a.project.ID) + "/apply/" + a.item.ID }

func (a *application) sent() casework.Application {
	return casework.Application{Answers: a.draft.Answers, Files: a.draft.Files, Deferred: a.draft.Deferred, Key: a.draft.ID}
}

func (a *application) steps(r *web.Request, current int) []web.Step {
	t := func(key string) string { return Pack.T(r.Lang, key) }
	return web.Steps(current, t("hall.apply.step.form"), t("hall.new.step.check"), t("hall.new.step.done"))
}

func (h *Handler) applyView(c *gin.Context, a *application, problems []forms.Problem) (formView, error) {
	r := web.From(c)
	t := func(key string, args ...any) string { return Pack.T(r.Lang, key, args...) }
	v := formView{
		Title: t("hall.apply.title", "item", r.Lang.Pick(a.item.Name, a.item.NameEn)), Steps: a.steps(r, 0),
		Rev: strconv.FormatInt(a.draft.Rev, 10), Action: a.url(), Autosave: a.url() + "/save",
	}
	v.Crumbs = []web.Link{{Text: a.project.Name, Href: screen.ProjectURL(a.project.ID)}, {Text: v.Title}}
	if a.draft.Rev > 0 {
		v.Saved = saved(r, a.draft)
	}
	if a.form != nil {
		own := slices.DeleteFunc(slices.Clone(problems), ofMaterials)
		v.Form, v.Asks = a.form.View(a.draft.Answers, own, screen.FormContext(r)), true
	}
	states, err := h.Cases.CheckMaterials(c.Request.Context(), screen.Actor(r), a.project.ID, a.item.ID, a.sent())
	if err != nil {
		return v, err
	}
	for _, m := range states {
		line := screen.AskMaterial(r, m, func(casework.FileRef) string { return "" })
		line.Why = screen.WhyMaterial(r, a.project.Catalogue, a.item, m.ID, definitions.Data{
			Project: a.project.Answers, Answers: a.draft.Answers, Granted: a.project.Granted, Have: have(a.draft.Files),
		})
		for i := range line.Files {
			line.Files[i].RemoveName, line.Files[i].RemoveValue = "remove", m.ID+"/"+m.Files[i].Digest
		}
		v.Materials = append(v.Materials, line)
	}
	theirs := slices.DeleteFunc(slices.Clone(problems), func(p forms.Problem) bool { return !ofMaterials(p) })
	v.Summary = screen.Summary(v.Form, screen.MaterialProblems(r, v.Materials, theirs))
	v.AsideTitle = t("hall.apply.aside")
	v.Aside = []web.Pair{
		{Label: t("hall.guide.statutory"), Text: screen.Limit(r.Lang, a.item.Statutory)},
		{Label: t("hall.guide.promised"), Text: screen.Limit(r.Lang, a.item.Promised)},
		{Label: t("hall.guide.fees"), Text: a.item.Fees},
		{Label: t("hall.apply.guide"), Text: a.item.ID, Href: "/guides/" + a.item.ID},
	}
	if d := a.project.Catalogue.Department(a.item.Department); d != nil {
		v.Help = append([]web.Pair{{Label: t("hall.guide.department"), Text: r.Lang.Pick(d.Name, d.NameEn)}}, contact(r, d.Contact)...)
	}
	return v, nil
}

// have are the materials with files.
func have(files map[string][]casework.FileRef) (ids []string) {
	for id, refs := range files {
		if len(refs) > 0 {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func ofMaterials(p forms.Problem) bool { return strings.HasPrefix(p.Pointer, "/materials/") }

func (h *Handler) getApply(c *gin.Context) error {
	a, err := h.open(c)
	if err != nil {
		return err
	}
	return h.renderApply(c, http.StatusOK, a, nil)
}

func (h *Handler) renderApply(c *gin.Context, status int, a *application, problems []forms.Problem) error {
	v, err := h.applyView(c, a, problems)
	if err != nil {
		return err
	}
	return formPage.Render(c, status, v)
}

// take puts what was posted into the draft, files included.
func (h *Handler) take(c *gin.Context, a *application) (changed bool, err error) {
	r := web.From(c)
	posted, err := web.Form(c)
	if err != nil {
		return false, err
	}
	if a.form != nil {
		res := a.form.Parse(posted)
		a.draft.Answers, changed = a.form.Merge(a.draft.Answers, res.Answers), res.Changed
	}
	a.draft.Deferred = nil
	for _, m := range a.item.Materials {
		if posted.Get(screen.DeferInput+m.ID) != "" {
			a.draft.Deferred = append(a.draft.Deferred, m.ID)
		}
	}
	if a.draft.Files == nil {
		a.draft.Files = map[string][]casework.FileRef{}
	}
	if id, digest, ok := strings.Cut(posted.Get("remove"), "/"); ok {
		a.draft.Files[id] = slices.DeleteFunc(a.draft.Files[id], func(f casework.FileRef) bool { return f.Digest == digest })
		changed = true
	}
	files, err := screen.Uploads(c, h.Cases)
	if err != nil {
		return false, err
	}
	for id, refs := range files {
		a.draft.Files[id] = append(a.draft.Files[id], refs...)
	}
	rev, err := strconv.ParseInt(posted.Get("rev"), 10, 64)
	if err == nil && rev != a.draft.Rev {
		return false, store.ErrConflict
	}
	kept, err := h.Cases.SaveDraft(c.Request.Context(), screen.Actor(r), *a.draft)
	if err != nil {
		return false, err
	}
	a.draft = kept
	return changed || posted.Get("go") == "update", nil
}

func (h *Handler) postApply(c *gin.Context) error {
	r := web.From(c)
	a, err := h.open(c)
	if err != nil {
		return err
	}
	before := a.draft.Answers
	changed, err := h.take(c, a)
	switch {
	case errors.Is(err, store.ErrConflict):
		v, verr := h.applyView(c, a, nil)
		if verr != nil {
			return verr
		}
		if a.form != nil {
			v.Conflict = a.form.Diff(before, a.draft.Answers, string(r.Lang))
		}
		return formPage.Render(c, http.StatusConflict, v)
	case err != nil:
		return err
	case changed:
		return h.renderApply(c, http.StatusOK, a, nil)
	case c.Request.PostForm.Get("go") == "save":
		web.SetFlash(c, "ok", saved(r, a.draft))
		return web.SeeOther(c, screen.ProjectURL(a.project.ID))
	}
	problems, err := h.problems(c, a)
	if err != nil {
		return err
	}
	if forms.Blocking(problems) {
		return h.renderApply(c, http.StatusUnprocessableEntity, a, problems)
	}
	return web.SeeOther(c, a.url()+"/check")
}

// problems are those of the answers and of the materials, as sending would find them.
func (h *Handler) problems(c *gin.Context, a *application) ([]forms.Problem, error) {
	r := web.From(c)
	var out []forms.Problem
	if a.form != nil {
		out = a.form.Check(a.draft.Answers, screen.FormContext(r))
	}
	states, err := h.Cases.CheckMaterials(c.Request.Context(), screen.Actor(r), a.project.ID, a.item.ID, a.sent())
	if err != nil {
		return nil, err
	}
	return append(out, casework.MissingMaterials(states)...), nil
}

func (h *Handler) postSaveApply(c *gin.Context) error {
	r := web.From(c)
	a, err := h.open(c)
	if err != nil {
		return err
	}
	switch _, err := h.take(c, a); {
	case errors.Is(err, store.ErrConflict):
		return web.Text(c, http.StatusConflict, Pack.T(r.Lang, "hall.draft.conflict"))
	case err != nil:
		return err
	}
	c.Header("X-Draft-Rev", strconv.FormatInt(a.draft.Rev, 10))
	return web.Text(c, http.StatusOK, saved(r, a.draft))
}

func (h *Handler) getCheckApply(c *gin.Context) error {
	r := web.From(c)
	a, err := h.open(c)
	if err != nil {
		return err
	}
	if a.draft.Rev == 0 {
		return web.SeeOther(c, a.url())
	}
	fv, err := h.applyView(c, a, nil)
	if err != nil {
		return err
	}
	t := func(key string, args ...any) string { return Pack.T(r.Lang, key, args...) }
	v := checkView{
		Title: t("hall.check.title"), Steps: a.steps(r, 1), Back: a.url(), Action: a.url() + "/check",
		Submit: t("hall.apply.submit"), Next: []string{t("hall.apply.next.pre_review"), t("hall.apply.next.intake", "limit", screen.Amount(r.Lang, a.project.Catalogue.Param("intake_days"), "days"))},
	}
	v.Crumbs = []web.Link{{Text: fv.Title, Href: a.url()}, {Text: v.Title}}
	if a.form != nil {
		v.Answers = a.form.Summary(a.draft.Answers, string(r.Lang))
	}
	for _, m := range fv.Materials {
		m.Input, m.Defer, m.Why = "", "", web.Why{}
		for i := range m.Files {
			m.Files[i].RemoveName = ""
		}
		v.Materials = append(v.Materials, m)
	}
	return checkPage.Render(c, http.StatusOK, v)
}

// postCheckApply sends it. The draft's id is the key: pressing twice is one case.
func (h *Handler) postCheckApply(c *gin.Context) error {
	r, ctx := web.From(c), c.Request.Context()
	a, err := h.open(c)
	if err != nil {
		return err
	}
	if a.draft.Rev == 0 { // it was sent already
		for _, l := range a.project.Cases {
			if l.Item == a.item.ID && l.Open {
				return web.SeeOther(c, screen.CaseURL(l.ID)+"/receipt")
			}
		}
		return web.SeeOther(c, screen.ProjectURL(a.project.ID))
	}
	k, err := h.Cases.Apply(ctx, screen.Actor(r), a.project.ID, a.item.ID, a.sent())
	if bad, ok := errors.AsType[*casework.Invalid](err); ok {
		return h.renderApply(c, http.StatusUnprocessableEntity, a, bad.Problems)
	}
	if refused, ok := errors.AsType[*flow.Refusal](err); ok && strings.HasPrefix(Pack.T(r.Lang, "hall.refused."+refused.Code), "hall.") {
		return err
	} else if ok {
		return &web.Problem{
			Status: http.StatusConflict, Title: Pack.T(r.Lang, "hall.refused"), Message: Pack.T(r.Lang, "hall.refused."+refused.Code),
			NextURL: screen.ProjectURL(a.project.ID), NextText: Pack.T(r.Lang, "hall.receipt.open"), Err: err,
		}
	}
	if err != nil {
		return err
	}
	if err := h.Cases.DeleteDraft(ctx, screen.Actor(r), a.draft.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return web.SeeOther(c, screen.CaseURL(k.ID)+"/receipt")
}

func (h *Handler) getCaseReceipt(c *gin.Context) error {
	r := web.From(c)
	k, err := h.Cases.Case(c.Request.Context(), screen.Actor(r), c.Param("id"))
	if err != nil {
		return err
	}
	if k.Item == nil {
		return store.ErrNotFound
	}
	t := func(key string, args ...any) string { return Pack.T(r.Lang, key, args...) }
	v := receiptView{Title: t("hall.receipt.case")}
	v.Receipt = web.Receipt{Title: v.Title, NumberLabel: t("hall.receipt.case_id"), Number: k.ID, At: k.OpenedAt}
	v.Receipt.Rows = []web.Pair{
		{Label: t("hall.receipt.item"), Text: r.Lang.Pick(k.Item.Name, k.Item.NameEn)},
		{Label: t("hall.receipt.name"), Text: k.Title},
		{Label: t("hall.receipt.code"), Text: k.Code},
	}
	for _, m := range k.Materials {
		if m.Deferred {
			line := screen.AskMaterial(r, m, func(casework.FileRef) string { return "" })
			v.Receipt.Rows = append(v.Receipt.Rows, web.Pair{Label: line.Status, Text: line.Name + " · " + line.DeferBy})
		}
	}
	v.Receipt.Next = []string{
		t("hall.apply.next.pre_review"), t("hall.apply.next.intake", "limit", screen.Amount(r.Lang, k.Catalogue.Param("intake_days"), "days")),
		t("hall.receipt.next.follow"),
	}
	v.Links = []web.Link{{Text: t("hall.receipt.open_case"), Href: screen.CaseURL(k.ID)}, {Text: t("hall.receipt.open"), Href: screen.ProjectURL(k.Head.Project)}}
	return receiptPage.Render(c, http.StatusOK, v)
}
