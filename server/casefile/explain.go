package casefile

import (
	"net/http"
	"strconv"

	"banli/definitions"
	"banli/engine/flow"
	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"

	"github.com/gin-gonic/gin"
)

// clockView is what clock.html shows: the sum behind a due date.
type clockView struct {
	Title   string
	Crumbs  []web.Link
	Badge   web.ClockBadge
	Lead    []string // the answer in sentences
	Limit   string   // how much; empty: it has not started
	Why     web.Why  // why so much
	Strip   web.Strip
	Has     bool
	Rules   []casework.RuleText
	Events  []ledgerRow
	Machine string // address of the same as JSON
}

var clockPage = newPages[clockView]("clock.html")

func (h *Handler) getClock(c *gin.Context) error {
	r := web.From(c)
	x, err := h.Cases.Explain(c.Request.Context(), screen.Actor(r), c.Param("id"), c.Param("clock"))
	if err != nil {
		return err
	}
	v := x.Case
	told, err := v.Catalogue.TellClock(v.Flow, v.Scope, v.Ledger, x.Clock.ID, v.At)
	if err != nil {
		return err
	}
	if c.Query("format") == "json" {
		c.JSON(http.StatusOK, told)
		return nil
	}
	return clockPage.render(c, http.StatusOK, newClockView(r, x, told))
}

func newClockView(r *web.Request, x *casework.ExplainView, told definitions.Told) clockView {
	cv, v := x.Explanation.Clock, x.Case
	name := r.Lang.Pick(cv.Name, cv.NameEn)
	view := clockView{
		Title: Pack.T(r.Lang, "clock.title", "clock", name), Rules: x.Rules, Has: len(x.Explanation.Spans) > 0,
		Machine: screen.ClockURL(v.ID, cv.ID) + "?format=json",
		Crumbs: []web.Link{
			{Text: v.Head.Title, Href: screen.ProjectURL(v.Head.Project)},
			{Text: caseTitle(r, v), Href: screen.CaseURL(v.ID)},
			{Text: name},
		},
	}
	badge := screen.Clock(r, v.Flow, cv, "")
	badge.Name = ""
	view.Badge = badge.Badge(r.Lang)
	view.Lead = told.Lead
	if r.Lang == web.English {
		view.Lead = told.LeadEn
	}
	if cv.Status != flow.Idle {
		view.Limit = screen.Amount(r.Lang, cv.Limit-cv.Prolonged, cv.Unit)
		view.Why = screen.Why(r, "", "", told.Limit, asked(v))
	}
	view.Strip = strip(r, x, name)
	for _, e := range x.Events {
		view.Events = append(view.Events, newLedgerRow(r, v, e))
	}
	return view
}

func strip(r *web.Request, x *casework.ExplainView, name string) web.Strip {
	cv, v := x.Explanation.Clock, x.Case
	s := web.Strip{
		ID: "strip", Title: name + r.Lang.Pick("：", ": ") + screen.Amount(r.Lang, cv.Limit, cv.Unit), Unit: cv.Unit,
		Due: cv.Due, Now: r.Now, Limit: strconv.Itoa(cv.Limit),
	}
	if cv.Due != nil {
		s.Find, s.Sum = Pack.T(r.Lang, "clock.due", "due", web.Due(*cv.Due, r.Now.Location())), screen.Units(x.Explanation.Sum)
	}
	names := map[int]string{}
	for _, e := range v.Ledger {
		names[e.Seq] = Pack.T(r.Lang, "clock.event", "n", e.Seq, "name", screen.EventName(r.Lang, v.Flow, e))
	}
	for _, sp := range x.Explanation.Spans {
		out := web.Span{From: sp.From, To: sp.To, Kind: sp.Kind, Reason: screen.Reason(r.Lang, v.Flow, sp), Rule: sp.Rule, Event: names[sp.Event]}
		if sp.Units != 0 {
			out.Units = screen.Units(sp.Units)
		}
		s.Spans = append(s.Spans, out)
	}
	return s
}
