package casefile

import (
	"net/http"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/forms"
	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"

	"github.com/gin-gonic/gin"
)

// projectView is what project.html shows.
type projectView struct {
	Title, Code string
	Test        bool
	Crumbs      []web.Link
	Tags        []web.Tag
	Facts       []web.Pair
	Cases       []caseRow
	Needed      []neededRow
	Finish      finishView
	Owner       bool // the person may apply
	NotAsked    bool // the departments have not been asked yet
	Answers     []forms.SummaryRow
	Amend       string // address of the registration form, after a cancellation
}

type caseRow struct {
	Name, Department, State string
	Marks                   []web.Tag
	Badge                   web.ClockBadge
	OpenedAt                time.Time
	Href                    string
	Open                    bool
}

type neededRow struct {
	ID, Name, Department, Because, Promised string
	Stage                                   string
	Guide                                   string
	State                                   string // word: 可申请, 在办, 已办结, 待前置
	Missing                                 []string
	Why                                     web.Why
	Apply                                   string // empty: nothing to apply for now
	Case                                    string
	Undecided                               bool
}

// finishView is when the project could be done at the earliest, and the chain of items that decides it.
type finishView struct {
	At          time.Time // zero: nothing is needed any more
	Provisional bool
	Chain       []finishStep
}

type finishStep struct {
	Name, Days string
	From, To   time.Time
}

var projectPage = newPages[projectView]("project.html")

func (h *Handler) getProject(c *gin.Context) error {
	r := web.From(c)
	actor := screen.Actor(r)
	v, err := h.Cases.Project(c.Request.Context(), actor, c.Param("id"))
	if err != nil {
		return err
	}
	return projectPage.render(c, http.StatusOK, newProjectView(r, actor, v))
}

func newProjectView(r *web.Request, actor flow.Actor, v *casework.ProjectView) projectView {
	t := func(key string, args ...any) string { return Pack.T(r.Lang, key, args...) }
	view := projectView{Title: v.Name, Code: v.Code, Test: v.Test, Owner: screen.Shell(r) == web.Hall}
	view.Tags = []web.Tag{{Text: screen.T(r.Lang, "regime."+v.Regime)}, {Text: screen.T(r.Lang, "status."+v.Status)}}
	if view.Owner {
		view.Crumbs = []web.Link{{Text: t("project.mine"), Href: "/my"}, {Text: v.Name}}
	} else {
		view.Crumbs = []web.Link{{Text: t("project.back"), Href: screen.Home(r)}, {Text: v.Name}}
	}
	view.Facts = []web.Pair{
		{Label: t("project.fact.owner"), Text: v.OwnerName},
		{Label: t("project.fact.regime"), Text: screen.T(r.Lang, "regime."+v.Regime)},
		{Label: t("project.fact.registered"), Text: web.Instant(v.CreatedAt, r.Now.Location())},
	}
	if s := v.Catalogue.Stage(v.Stage); s != nil {
		view.Facts = append(view.Facts, web.Pair{Label: t("project.fact.stage"), Text: r.Lang.Pick(s.Name, s.NameEn)})
	}
	for _, w := range v.Warnings {
		view.NotAsked = view.NotAsked || w == casework.WarnNotDispatched
	}
	for _, l := range v.Cases {
		view.Cases = append(view.Cases, newCaseRow(r, v.Catalogue, l))
	}
	for _, n := range v.Needed {
		view.Needed = append(view.Needed, newNeededRow(r, v, n))
	}
	if v.Status != casework.StatusCancelled && v.Status != casework.StatusWithdrawn {
		view.Finish = newFinish(r, v)
	}
	if f := v.Catalogue.Forms[casework.RegistrationForm]; f != nil {
		view.Answers = screen.Answers(r.Lang, f, v.Answers)
	}
	if view.Owner && v.Status == casework.StatusCancelled {
		view.Amend = "/projects/new?project=" + v.ID
	}
	return view
}

func newFinish(r *web.Request, v *casework.ProjectView) finishView {
	at, steps, err := v.Catalogue.EarliestFinish(definitions.Data{Project: v.Answers, Granted: v.Granted}, v.At)
	if err != nil || len(steps) == 0 { // items that wait for each other are told when the catalogue is checked
		return finishView{}
	}
	view := finishView{At: at, Provisional: v.Catalogue.Calendar.Provisional(at)}
	for _, s := range steps {
		if s.Decisive {
			view.Chain = append(view.Chain, finishStep{r.Lang.Pick(s.Item.Name, s.Item.NameEn), screen.Amount(r.Lang, s.Days, "days"), s.From, s.To})
		}
	}
	return view
}

func newCaseRow(r *web.Request, cat *definitions.Catalogue, l casework.CaseLine) caseRow {
	return caseRow{
		Name: screen.LineName(r.Lang, l), Department: screen.Department(r.Lang, cat, l.Department),
		State: r.Lang.Pick(l.StateName, l.StateNameEn), Marks: screen.LineMarks(r, cat, l),
		Badge: screen.LeadingClock(r, cat, l), OpenedAt: l.OpenedAt, Href: screen.CaseURL(l.ID), Open: l.Open,
	}
}

func newNeededRow(r *web.Request, v *casework.ProjectView, n definitions.Need) neededRow {
	t := func(key string, args ...any) string { return Pack.T(r.Lang, key, args...) }
	it := n.Item
	row := neededRow{
		ID: it.ID, Name: r.Lang.Pick(it.Name, it.NameEn), Because: r.Lang.Pick(n.Because, it.AppliesWhenEn), Guide: "/guides/" + it.ID,
		Undecided: n.Status == definitions.Undecided, State: t("project.need.open"),
	}
	reason := v.Catalogue.WhyItem(it, definitions.Data{Project: v.Answers, Granted: v.Granted})
	row.Why = screen.WhyNeeded(r, t("project.need.why"), reason, map[string]screen.Asked{
		"project": {Form: v.Catalogue.Forms[casework.RegistrationForm], Answers: v.Answers},
	})
	if d := v.Catalogue.Department(it.Department); d != nil {
		row.Department = r.Lang.Pick(d.ShortName, d.NameEn)
	}
	if s := v.Catalogue.Stage(it.Stage); s != nil {
		row.Stage = r.Lang.Pick(s.Name, s.NameEn)
	}
	if it.Promised.Days > 0 {
		row.Promised = screen.Amount(r.Lang, it.Promised.Days, "days")
	}
	open := false
	for _, l := range v.Cases {
		if l.Item == it.ID {
			row.Case, row.State, open = screen.CaseURL(l.ID), r.Lang.Pick(l.StateName, l.StateNameEn), open || l.Open
		}
	}
	for _, g := range v.Granted {
		if g == it.ID {
			row.State = t("project.need.granted")
			return row
		}
	}
	for _, p := range n.Prerequisites {
		if p.Status == definitions.Needed && p.Met == "" {
			row.Missing = append(row.Missing, prerequisiteText(r, v.Catalogue, p.Prerequisite))
		}
	}
	if !open && screen.AppliedFor(v.Catalogue.Flows[it.Flow]) && v.Status != casework.StatusCancelled && v.Status != casework.StatusWithdrawn {
		row.Apply = screen.ProjectURL(v.ID) + "/apply/" + it.ID
	}
	return row
}

func prerequisiteText(r *web.Request, cat *definitions.Catalogue, p definitions.Prerequisite) string {
	out := ""
	for i, id := range p.AnyOf {
		if i > 0 {
			out += Pack.T(r.Lang, "project.need.or")
		}
		if it := cat.AnyItem(id); it != nil {
			id = r.Lang.Pick(it.Name, it.NameEn)
		}
		out += id
	}
	return out
}
