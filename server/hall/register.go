package hall

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"banli/definitions"
	"banli/forms"
	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"
	"banli/store"

	"github.com/gin-gonic/gin"
)

// Kinds of draft.
const (
	draftRegistration = "registration"
	draftApplication  = "application"
)

// formView is what form.html shows: one form being filled, for a registration or an application.
type formView struct {
	Title, Note string
	Crumbs      []web.Link
	Steps       []web.Step
	Form        forms.View
	Summary     web.ErrorSummary
	Materials   []web.Material
	Asks        bool // the form has questions
	Rev         string
	Saved       string // quiet line: 草稿已保存 20:41
	Conflict    []forms.DiffRow
	Action      string
	Autosave    string
	Aside       []web.Pair
	AsideTitle  string
	Help        []web.Pair
}

// checkView is what check.html shows: check your answers.
type checkView struct {
	Title     string
	Crumbs    []web.Link
	Steps     []web.Step
	Answers   []forms.SummaryRow
	Materials []web.Material
	Next      []string // what happens after sending
	Back      string
	Action    string
	Project   string // of a registration that is sent again
	Submit    string
}

// receiptView is what receipt.html shows.
type receiptView struct {
	Title   string
	Receipt web.Receipt
	Links   []web.Link
}

// firstView is what first.html shows: the question that stops a classified project.
type firstView struct {
	Title   string
	Steps   []web.Step
	Form    forms.View
	Project string
	Stopped string // the answer stopped the form; nothing was kept
	Window  []web.Pair
}

var (
	firstPage   = web.NewPage[firstView](Pack, "first.html", web.Hall)
	formPage    = web.NewPage[formView](Pack, "form.html", web.Hall)
	checkPage   = web.NewPage[checkView](Pack, "check.html", web.Hall)
	receiptPage = web.NewPage[receiptView](Pack, "receipt.html", web.Hall)
)

func (h *Handler) registration() *definitions.Form {
	return h.Cases.Catalogues.Current().Forms[casework.RegistrationForm]
}

func registerSteps(r *web.Request, current int) []web.Step {
	t := func(key string) string { return Pack.T(r.Lang, key) }
	return web.Steps(current, t("hall.new.step.first"), t("hall.new.step.form"), t("hall.new.step.check"), t("hall.new.step.done"))
}

// stops are the questions of a form that may stop it (x-stop). They come before anything is kept.
func stops(f *definitions.Form) []string {
	var out []string
	props, _ := f.Schema()["properties"].(map[string]any)
	for _, q := range f.Fields() {
		if p, ok := props[strings.TrimPrefix(q.Pointer, "/")].(map[string]any); ok && p["x-stop"] != nil {
			out = append(out, q.Pointer)
		}
	}
	return out
}

// first is the form cut down to the questions that may stop it.
func (h *Handler) first(r *web.Request, answers map[string]any, problems []forms.Problem) firstView {
	f := h.registration()
	v := firstView{Title: Pack.T(r.Lang, "hall.new.title"), Steps: registerSteps(r, 0), Project: r.Query.Get("project")}
	first := stops(f)
	problems = slices.DeleteFunc(problems, func(p forms.Problem) bool { return !slices.Contains(first, p.Pointer) })
	v.Form = f.View(answers, problems, screen.FormContext(r))
	v.Form.Hidden = nil
	v.Form.Sections = slices.DeleteFunc(v.Form.Sections, func(s forms.Section) bool {
		return !slices.ContainsFunc(s.Fields, func(q forms.FieldView) bool { return slices.Contains(first, q.Pointer) })
	})
	for i := range v.Form.Sections {
		s := &v.Form.Sections[i]
		s.Title = ""
		s.Fields = slices.DeleteFunc(s.Fields, func(q forms.FieldView) bool { return !slices.Contains(first, q.Pointer) })
	}
	return v
}

func (h *Handler) getNew(c *gin.Context) error {
	return firstPage.Render(c, http.StatusOK, h.first(web.From(c), nil, nil))
}

// postNew begins a draft once the first question is answered with no. Of a classified project nothing is stored.
func (h *Handler) postNew(c *gin.Context) error {
	r, actor := web.From(c), screen.Actor(web.From(c))
	posted, err := web.Form(c)
	if err != nil {
		return err
	}
	f := h.registration()
	all, answers := f.Parse(posted).Answers, map[string]any{}
	for _, ptr := range stops(f) {
		if v, ok := all[ptr[1:]]; ok {
			answers[ptr[1:]] = v
		}
	}
	if p, stopped := f.Stop(answers); stopped {
		view := h.first(r, nil, nil)
		view.Stopped = p.Message(string(r.Lang))
		return firstPage.Render(c, http.StatusUnprocessableEntity, view)
	}
	if len(answers) < len(stops(f)) {
		view := h.first(r, answers, f.Check(answers, screen.FormContext(r)))
		view.Project = posted.Get("project")
		return firstPage.Render(c, http.StatusUnprocessableEntity, view)
	}
	d := casework.Draft{Kind: draftRegistration, Answers: f.Initial()}
	if id := posted.Get("project"); id != "" { // sending a cancelled registration again (T2)
		p, err := h.Cases.Project(c.Request.Context(), actor, id)
		if err != nil {
			return err
		}
		d.Project, d.Answers = id, p.Answers
	}
	if d.Answers == nil {
		d.Answers = map[string]any{}
	}
	for k, v := range answers {
		d.Answers[k] = v
	}
	saved, err := h.Cases.SaveDraft(c.Request.Context(), actor, d)
	if err != nil {
		return err
	}
	return web.SeeOther(c, "/projects/new/"+saved.ID)
}

func (h *Handler) registrationView(r *web.Request, d *casework.Draft, problems []forms.Problem) formView {
	t := func(key string, args ...any) string { return Pack.T(r.Lang, key, args...) }
	f := h.registration()
	v := formView{
		Title: f.Title(string(r.Lang)), Note: t("hall.new.note"), Steps: registerSteps(r, 1), Asks: true,
		Form: f.View(d.Answers, problems, screen.FormContext(r)), Rev: strconv.FormatInt(d.Rev, 10), Saved: saved(r, d),
		Action: "/projects/new/" + d.ID, Autosave: "/projects/new/" + d.ID + "/save",
	}
	v.Summary = screen.Summary(v.Form, web.ErrorSummary{})
	v.Crumbs = []web.Link{{Text: t("hall.menu.my"), Href: "/my"}, {Text: v.Title}}
	cat := h.Cases.Catalogues.Current()
	v.AsideTitle = t("hall.new.aside")
	v.Aside = []web.Pair{
		{Label: t("hall.new.aside.window"), Text: screen.Amount(r.Lang, cat.Param("window_hours"), "hours")},
		{Label: t("hall.new.aside.reply"), Text: screen.Amount(r.Lang, cat.Param("reply_hours"), "hours")},
		{Label: t("hall.new.aside.filing"), Text: screen.Amount(r.Lang, cat.Param("filing_hours"), "hours")},
	}
	return v
}

func saved(r *web.Request, d *casework.Draft) string {
	zone := r.Now.Location()
	return Pack.T(r.Lang, "hall.draft.saved", "at", d.UpdatedAt.In(zone).Format("15:04"), "until", web.Day(d.UpdatedAt.Add(keep), zone))
}

func (h *Handler) getRegistration(c *gin.Context) error {
	r := web.From(c)
	d, err := h.Cases.Draft(c.Request.Context(), screen.Actor(r), c.Param("draft"))
	if err != nil {
		return err
	}
	return formPage.Render(c, http.StatusOK, h.registrationView(r, d, nil))
}

// save puts posted answers into a draft. changed: a row was added or removed, or 更新 was pressed.
func (h *Handler) save(c *gin.Context, f *definitions.Form, d *casework.Draft) (changed bool, err error) {
	posted, err := web.Form(c)
	if err != nil {
		return false, err
	}
	res := f.Parse(posted)
	d.Answers = f.Merge(d.Answers, res.Answers)
	if _, stopped := f.Stop(d.Answers); stopped { // it turned out to be classified: nothing stays
		if d.Rev > 0 {
			if err := h.Cases.DeleteDraft(c.Request.Context(), screen.Actor(web.From(c)), d.ID); err != nil {
				return false, err
			}
		}
		return false, errStopped
	}
	rev, err := strconv.ParseInt(posted.Get("rev"), 10, 64)
	if err == nil && posted.Get("rev") != "" && rev != d.Rev {
		return false, store.ErrConflict
	}
	kept, err := h.Cases.SaveDraft(c.Request.Context(), screen.Actor(web.From(c)), *d)
	if err != nil {
		return false, err
	}
	*d = *kept
	return res.Changed || posted.Get("go") == "update", nil
}

// errStopped: an answer says that nothing may be kept here.
var errStopped = errors.New("the form was stopped by an answer")

func (h *Handler) postRegistration(c *gin.Context) error {
	r, actor := web.From(c), screen.Actor(web.From(c))
	d, err := h.Cases.Draft(c.Request.Context(), actor, c.Param("draft"))
	if err != nil {
		return err
	}
	before := d.Answers
	f := h.registration()
	changed, err := h.save(c, f, d)
	switch {
	case errors.Is(err, errStopped):
		view := h.first(r, nil, nil)
		p, _ := f.Stop(d.Answers)
		view.Stopped = p.Message(string(r.Lang))
		return firstPage.Render(c, http.StatusUnprocessableEntity, view)
	case errors.Is(err, store.ErrConflict):
		return h.stale(c, r, d, before, f, h.registrationView)
	case err != nil:
		return err
	case changed:
		return formPage.Render(c, http.StatusOK, h.registrationView(r, d, nil))
	case c.Request.PostForm.Get("go") == "save":
		web.SetFlash(c, "ok", saved(r, d))
		return web.SeeOther(c, "/my")
	}
	if problems := f.Check(d.Answers, screen.FormContext(r)); forms.Blocking(problems) {
		return formPage.Render(c, http.StatusUnprocessableEntity, h.registrationView(r, d, problems))
	}
	return web.SeeOther(c, "/projects/new/"+d.ID+"/check")
}

// stale shows both what was typed and what another window saved meanwhile; sending again keeps what was typed.
func (h *Handler) stale(c *gin.Context, r *web.Request, typed *casework.Draft, stored map[string]any, f *definitions.Form, view func(*web.Request, *casework.Draft, []forms.Problem) formView) error {
	v := view(r, typed, nil)
	v.Conflict = f.Diff(stored, typed.Answers, string(r.Lang))
	return formPage.Render(c, http.StatusConflict, v)
}

// postSaveRegistration is the autosave: one line of text back.
func (h *Handler) postSaveRegistration(c *gin.Context) error {
	d, err := h.Cases.Draft(c.Request.Context(), screen.Actor(web.From(c)), c.Param("draft"))
	if err != nil {
		return err
	}
	return h.autosave(c, h.registration(), d)
}

func (h *Handler) autosave(c *gin.Context, f *definitions.Form, d *casework.Draft) error {
	r := web.From(c)
	_, err := h.save(c, f, d)
	switch {
	case errors.Is(err, errStopped):
		return web.Text(c, http.StatusOK, Pack.T(r.Lang, "hall.draft.stopped"))
	case errors.Is(err, store.ErrConflict):
		return web.Text(c, http.StatusConflict, Pack.T(r.Lang, "hall.draft.conflict"))
	case err != nil:
		return err
	}
	c.Header("X-Draft-Rev", strconv.FormatInt(d.Rev, 10))
	return web.Text(c, http.StatusOK, saved(r, d))
}

func (h *Handler) getCheckRegistration(c *gin.Context) error {
	r := web.From(c)
	d, err := h.Cases.Draft(c.Request.Context(), screen.Actor(r), c.Param("draft"))
	if err != nil {
		return err
	}
	t := func(key string, args ...any) string { return Pack.T(r.Lang, key, args...) }
	f, cat := h.registration(), h.Cases.Catalogues.Current()
	v := checkView{
		Title: t("hall.check.title"), Steps: registerSteps(r, 2), Answers: f.Summary(d.Answers, string(r.Lang)),
		Back: "/projects/new/" + d.ID, Action: c.Request.URL.Path, Project: d.Project, Submit: t("hall.new.submit"),
	}
	v.Crumbs = []web.Link{{Text: f.Title(string(r.Lang)), Href: v.Back}, {Text: v.Title}}
	v.Next = []string{t("hall.new.next.code"), t("hall.new.next.window", "limit", screen.Amount(r.Lang, cat.Param("window_hours"), "hours"))}
	if d.Answers["regime"] == "FILING" {
		v.Next = append(v.Next, t("hall.new.next.filing", "limit", screen.Amount(r.Lang, cat.Param("filing_hours"), "hours")))
	} else {
		v.Next = append(v.Next, t("hall.new.next.reply", "limit", screen.Amount(r.Lang, cat.Param("reply_hours"), "hours")))
	}
	return checkPage.Render(c, http.StatusOK, v)
}

// postCheckRegistration sends it. The draft's id is the key: pressing twice is one project.
func (h *Handler) postCheckRegistration(c *gin.Context) error {
	r, actor, ctx := web.From(c), screen.Actor(web.From(c)), c.Request.Context()
	d, err := h.Cases.Draft(ctx, actor, c.Param("draft"))
	if errors.Is(err, store.ErrNotFound) {
		return h.sentBefore(c)
	}
	if err != nil {
		return err
	}
	reg := casework.Registration{Answers: d.Answers, Key: d.ID}
	var p *store.Project
	if d.Project != "" {
		p, err = h.Cases.Amend(ctx, actor, d.Project, reg)
	} else {
		p, err = h.Cases.Register(ctx, actor, reg)
	}
	if bad, ok := errors.AsType[*casework.Invalid](err); ok {
		return formPage.Render(c, http.StatusUnprocessableEntity, h.registrationView(r, d, bad.Problems))
	}
	if err != nil {
		return err
	}
	if err := h.Cases.DeleteDraft(ctx, actor, d.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return web.SeeOther(c, "/projects/"+p.ID+"/receipt")
}

// sentBefore answers a registration that is sent a second time with the receipt of the first.
func (h *Handler) sentBefore(c *gin.Context) error {
	posted, err := web.Form(c)
	if err != nil {
		return err
	}
	actor, ctx, id := screen.Actor(web.From(c)), c.Request.Context(), posted.Get("project")
	if id == "" {
		p, err := h.Cases.Registered(ctx, actor, c.Param("draft"))
		if err != nil {
			return err
		}
		id = p.ID
	}
	return web.SeeOther(c, "/projects/"+id+"/receipt") // where somebody else's is not found
}

func (h *Handler) getProjectReceipt(c *gin.Context) error {
	r := web.From(c)
	p, err := h.Cases.Project(c.Request.Context(), screen.Actor(r), c.Param("id"))
	if err != nil {
		return err
	}
	t := func(key string, args ...any) string { return Pack.T(r.Lang, key, args...) }
	v := receiptView{Title: t("hall.receipt.project")}
	v.Receipt = web.Receipt{Title: v.Title, NumberLabel: t("hall.receipt.code"), Number: p.Code, At: p.CreatedAt}
	v.Receipt.Rows = []web.Pair{{Label: t("hall.receipt.name"), Text: p.Name}, {Label: t("hall.public.regime"), Text: screen.T(r.Lang, "regime."+p.Regime)}}
	if p.Test {
		v.Receipt.Rows = append(v.Receipt.Rows, web.Pair{Label: t("hall.receipt.test"), Text: t("hall.receipt.test.text")})
	}
	for _, k := range p.Cases {
		if k.Leading != nil && k.Leading.Due != nil {
			v.Receipt.Next = append(v.Receipt.Next, t("hall.receipt.due", "name", screen.LineName(r.Lang, k), "due", web.Due(*k.Leading.Due, r.Now.Location())))
		}
	}
	v.Receipt.Next = append(v.Receipt.Next, t("hall.receipt.next.follow"))
	v.Links = []web.Link{{Text: t("hall.receipt.open"), Href: screen.ProjectURL(p.ID)}, {Text: t("hall.menu.my"), Href: "/my"}}
	return receiptPage.Render(c, http.StatusOK, v)
}
