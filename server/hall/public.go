package hall

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"banli/definitions"
	"banli/forms"
	"banli/internal/web"
	"banli/server/screen"
	"banli/store"

	"github.com/gin-gonic/gin"
)

// startView is what start.html shows.
type startView struct {
	Stages []stageItems
	SignUp string // empty: somebody is signed in
	Home   string
	Steps  []web.Step
}

type stageItems struct {
	ID, Name, Lead string
	Items          []itemLine
}

type itemLine struct{ ID, Name, Department, Promised, Href string }

var startPage = web.NewPage[startView](Pack, "start.html", web.Hall)

func (h *Handler) getStart(c *gin.Context) error {
	r := web.From(c)
	view := startView{Stages: byStage(r, h.Cases.Catalogues.Current(), "", ""), Home: screen.Home(r)}
	if r.User == nil {
		view.SignUp = "/register"
	}
	t := func(key string) string { return Pack.T(r.Lang, key) }
	view.Steps = web.Steps(0, t("hall.steps.register"), t("hall.steps.list"), t("hall.steps.apply"), t("hall.steps.decide"), t("hall.steps.deliver"))
	for i := range view.Steps {
		view.Steps[i].State = ""
	}
	return startPage.Render(c, http.StatusOK, view)
}

// byStage lists the items in force, those whose name, number or department contains text, by stage.
func byStage(r *web.Request, cat *definitions.Catalogue, text, department string) []stageItems {
	text = strings.ToLower(strings.TrimSpace(text))
	var out []stageItems
	for _, s := range cat.Stages {
		group := stageItems{ID: s.ID, Name: r.Lang.Pick(s.Name, s.NameEn)}
		if d := cat.Department(s.Lead); d != nil {
			group.Lead = r.Lang.Pick(d.ShortName, d.NameEn)
		}
		for _, it := range cat.ItemsAt(r.Now) {
			d := cat.Department(it.Department)
			if it.Stage != s.ID || department != "" && it.Department != department {
				continue
			}
			if text != "" && !strings.Contains(strings.ToLower(it.ID+" "+it.Name+" "+it.NameEn+" "+d.Name), text) {
				continue
			}
			line := itemLine{ID: it.ID, Name: r.Lang.Pick(it.Name, it.NameEn), Href: "/guides/" + it.ID, Department: r.Lang.Pick(d.ShortName, d.NameEn)}
			if it.Promised.Days > 0 {
				line.Promised = screen.Amount(r.Lang, it.Promised.Days, "days")
			}
			group.Items = append(group.Items, line)
		}
		if len(group.Items) > 0 {
			out = append(out, group)
		}
	}
	return out
}

// guidesView is what guides.html shows.
type guidesView struct {
	Filters web.Filters
	Stages  []stageItems
	N       int
	Empty   web.Empty
}

var guidesPage = web.NewPage[guidesView](Pack, "guides.html", web.Hall)

func (h *Handler) getGuides(c *gin.Context) error {
	r, cat := web.From(c), h.Cases.Catalogues.Current()
	q, department := r.Query.Get("q"), r.Query.Get("department")
	t := func(key string) string { return Pack.T(r.Lang, key) }
	view := guidesView{Stages: byStage(r, cat, q, department)}
	for _, s := range view.Stages {
		view.N += len(s.Items)
	}
	pairs := []string{"", t("hall.guides.any")}
	for _, d := range cat.Departments {
		if d.Valid.Has(cat.Day(r.Now)) {
			pairs = append(pairs, d.ID, r.Lang.Pick(d.ShortName, d.NameEn))
		}
	}
	view.Filters = web.Filters{Label: t("hall.guides.filter"), Action: "/guides", Clear: "/guides", Fields: []web.Filter{
		{Name: "q", Label: t("hall.guides.text"), Value: q},
		{Name: "department", Label: t("hall.guides.department"), Options: web.Options(department, pairs...)},
	}}
	view.Empty = web.Empty{Text: t("hall.guides.none"), Link: web.Link{Text: t("hall.guides.all"), Href: "/guides"}}
	return guidesPage.Render(c, http.StatusOK, view)
}

// lookupView is what lookup.html shows.
type lookupView struct {
	Code    string
	Problem string
	Summary web.ErrorSummary
}

var lookupPage = web.NewPage[lookupView](Pack, "lookup.html", web.Hall)

// getLookup finds a project by its code; what is wrong with a code is said beside it.
func (h *Handler) getLookup(c *gin.Context) error {
	r := web.From(c)
	code := strings.TrimSpace(r.Query.Get("code"))
	if code == "" {
		return lookupPage.Render(c, http.StatusOK, lookupView{})
	}
	view := lookupView{Code: code}
	_, err := h.Cases.PublicProject(c.Request.Context(), code)
	switch {
	case err == nil:
		return web.SeeOther(c, "/p/"+url.PathEscape(code))
	case !errors.Is(err, store.ErrNotFound):
		return err
	case forms.CheckProjectCode(code) != forms.CodeOK:
		view.Problem = Pack.T(r.Lang, "hall.lookup.bad_code")
	default:
		view.Problem = Pack.T(r.Lang, "hall.lookup.unknown")
	}
	view.Summary.Errors = []web.ErrorLink{{Target: "code", Text: view.Problem}}
	return lookupPage.Render(c, http.StatusUnprocessableEntity, view)
}

// publicView is what public.html shows.
type publicView struct {
	Name, Code string
	Test       bool
	Crumbs     []web.Link
	Facts      []web.Pair
	Cases      []publicCase
}

type publicCase struct {
	Name, Department, State string
	Marks                   []web.Tag
	Clock                   web.ClockBadge
	Due, ClosedAt           time.Time
}

var publicPage = web.NewPage[publicView](Pack, "public.html", web.Hall)

func (h *Handler) getPublic(c *gin.Context) error {
	r := web.From(c)
	p, err := h.Cases.PublicProject(c.Request.Context(), c.Param("code"))
	if err != nil {
		return err
	}
	t := func(key string) string { return Pack.T(r.Lang, key) }
	view := publicView{Name: p.Name, Code: p.Code, Test: p.Test}
	view.Crumbs = []web.Link{{Text: t("hall.menu.lookup"), Href: "/lookup"}, {Text: p.Name}}
	view.Facts = []web.Pair{
		{Label: t("hall.public.regime"), Text: screen.T(r.Lang, "regime."+p.Regime)},
		{Label: t("hall.public.status"), Text: screen.T(r.Lang, "status."+p.Status)},
		{Label: t("hall.public.registered"), Text: web.Instant(p.RegisteredAt, r.Now.Location())},
	}
	for _, k := range p.Cases {
		name := r.Lang.Pick(k.ItemName, k.ItemNameEn)
		if name == "" {
			name = r.Lang.Pick(k.FlowName, k.FlowNameEn)
		}
		badge := web.Clock{Lamp: k.Lamp, Now: r.Now}.Badge(r.Lang)
		badge.Text = ""
		view.Cases = append(view.Cases, publicCase{
			Name: name, Department: r.Lang.Pick(k.DepartmentName, k.DepartmentNameEn), State: r.Lang.Pick(k.StateName, k.StateNameEn),
			Marks: screen.Marks(r.Lang, h.Cases.Catalogues.Current(), k.Marks), Clock: badge, Due: k.Due, ClosedAt: k.ClosedAt,
		})
	}
	return publicPage.Render(c, http.StatusOK, view)
}
