package casefile

import (
	"net/http"
	"strconv"

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
	Pairs   []web.Pair
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
	if c.Query("format") == "json" {
		c.JSON(http.StatusOK, x.Explanation)
		return nil
	}
	return clockPage.render(c, http.StatusOK, newClockView(r, x))
}

func newClockView(r *web.Request, x *casework.ExplainView) clockView {
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
	view.Lead = Sentences(r, x, name)
	view.Strip = strip(r, x, name)
	for _, e := range x.Events {
		view.Events = append(view.Events, newLedgerRow(r, v, e))
	}
	return view
}

// Sentences explain a clock in sentences: from when, how much, what did not count, until when.
func Sentences(r *web.Request, x *casework.ExplainView, name string) []string {
	cv, zone := x.Explanation.Clock, r.Now.Location()
	t := func(key string, args ...any) string { return Pack.T(r.Lang, key, args...) }
	if cv.Status == flow.Idle || cv.StartedAt == nil {
		return []string{t("clock.lead.idle", "clock", name)}
	}
	out := []string{t("clock.lead.start."+cv.Unit, "clock", name, "at", web.Instant(*cv.StartedAt, zone), "limit", screen.Amount(r.Lang, cv.Limit, cv.Unit))}
	if e := begins(x); e != nil && e.At.After(*cv.StartedAt) { // T17
		a := screen.Action(x.Case.Flow, e.Do)
		out = append(out, t("clock.lead.retroactive", "name", r.Lang.Pick(a.Name, a.NameEn), "at", web.Due(e.At, zone)))
	}
	if cv.Run > 1 {
		out = append(out, t("clock.lead.run", "n", cv.Run))
	}
	paused, off := 0, 0
	for _, s := range x.Explanation.Spans {
		switch s.Kind {
		case "paused":
			paused++
		case "off":
			off++
		}
	}
	if off > 0 {
		out = append(out, t("clock.lead.off", "n", off))
	}
	if paused > 0 {
		out = append(out, t("clock.lead.pauses", "n", paused))
	}
	switch {
	case cv.Status == flow.Paused && cv.Due == nil:
		resumed := "—"
		if cv.DueIfResumed != nil {
			resumed = web.Due(*cv.DueIfResumed, zone)
		}
		out = append(out, t("clock.lead.paused", "hold", screen.HoldName(r.Lang, x.Case.Flow, cv.PausedBy), "due", resumed))
	case cv.Due != nil:
		out = append(out, t("clock.lead.due", "due", web.Due(*cv.Due, zone)))
		if cv.Provisional {
			out = append(out, t("clock.lead.provisional"))
		}
	}
	if late := cv.Overdue && cv.StoppedAt == nil; late {
		out = append(out, t("clock.lead.over", "over", over(r, cv)))
	}
	if cv.StoppedAt != nil {
		key := "clock.lead.stopped"
		if cv.Overdue {
			key = "clock.lead.stopped_late"
		}
		out = append(out, t(key, "at", web.Due(*cv.StoppedAt, zone), "used", screen.Units(cv.Used)+" "+screen.T(r.Lang, "unit.short."+cv.Unit)))
	}
	return out
}

// begins is the event a clock began with; nil where nothing says so.
func begins(x *casework.ExplainView) *flow.Event {
	if spans := x.Explanation.Spans; len(spans) > 0 {
		for i, e := range x.Events {
			if e.Seq == spans[0].Event {
				return &x.Events[i]
			}
		}
	}
	return nil
}

// over is how far a running clock is past its due instant.
func over(r *web.Request, cv flow.ClockView) string {
	c := web.Clock{Lamp: flow.LampOver, Unit: cv.Unit, Left: cv.Left, LeftDays: cv.LeftDays, Due: cv.Due, Now: r.Now}
	return c.Badge(r.Lang).Text
}

func strip(r *web.Request, x *casework.ExplainView, name string) web.Strip {
	cv, v := x.Explanation.Clock, x.Case
	s := web.Strip{
		ID: "strip", Title: name + r.Lang.Pick("：", ": ") + screen.Amount(r.Lang, cv.Limit, cv.Unit), Unit: cv.Unit,
		Due: cv.Due, Now: r.Now, Limit: strconv.Itoa(cv.Limit),
	}
	if cv.Due != nil {
		s.Find, s.Sum = Pack.T(r.Lang, "clock.lead.due", "due", web.Due(*cv.Due, r.Now.Location())), screen.Units(x.Explanation.Sum)
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
