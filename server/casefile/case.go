package casefile

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/forms"
	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"

	"github.com/gin-gonic/gin"
)

// caseView is what case.html shows.
type caseView struct {
	Title      string
	ID, Code   string
	Crumbs     []web.Link
	State      string
	Marks      []web.Tag
	NoGrant    []childRow // cases of items that this one waits for in vain (T24)
	Cards      []cardRow
	OnBehalf   []behalfView
	Facts      []web.Pair // project, owner, department, limits
	Clocks     []clockRow
	Acts       []actView
	Refused    []refusedAct
	Ledger     []ledgerRow
	Answers    []forms.SummaryRow
	Registered []forms.SummaryRow // the project's registration, for those who decide on it
	Materials  []web.Material
	Documents  []web.Pair
	Replies    []replyRow
	Children   []childRow
	Final      bool
	Unread     bool // nothing may be done by this person
	GuideURL   string
	GuideTitle string
}

type clockRow struct {
	Name, Limit, Used string
	Badge             web.ClockBadge
	StartedAt         *time.Time
	Due, StoppedAt    *time.Time
	DueIfResumed      *time.Time
	OnDue             string // what the clock does at the due instant
	Href              string
}

// actView is one lawful act with what it does, said before the click.
type actView struct {
	ID, Name, Note string
	Effects        []string
	Rule           string
	URL            string
	Form           bool // it asks something first: a page of its own
	Primary        bool
	Rev            int64
	Key            string
	For            string // user id of the colleague on whose mandate it is done; empty: one's own
}

// behalfView is what may be done on a colleague's mandate.
type behalfView struct {
	Title string
	Acts  []actView
}

type refusedAct struct {
	Name, Answer string
	Why          web.Why
}

// cardRow is a card of the case, with the clock that gave it (T27).
type cardRow struct {
	Tag         web.Tag
	Clock, Href string
	Rule        string
	At          time.Time
}

type ledgerRow struct {
	Seq        int
	At         time.Time
	RecordedAt time.Time // zero where it says nothing new
	Name       string
	By         string
	Automatic  bool
	Marks      []web.Tag
	Moved      []string // clocks that a revised calendar moved (T30)
	Input      []forms.SummaryRow
	Changes    []forms.DiffRow // of the answers, with this event
	Files      []web.File      // handed in with it
	Rule       string
	Document   web.Link
}

type replyRow struct {
	Department, Items, Note string
	Badge                   web.ClockBadge
	At                      time.Time
	Auto                    bool
	Marks                   []web.Tag
	Href                    string
}

type childRow struct {
	Name, State string
	Badge       web.ClockBadge
	Href        string
}

var casePage = newPages[caseView]("case.html")

func (h *Handler) getCase(c *gin.Context) error {
	r := web.From(c)
	v, err := h.Cases.Case(c.Request.Context(), screen.Actor(r), c.Param("id"))
	if err != nil {
		return err
	}
	return casePage.render(c, http.StatusOK, newCaseView(r, v))
}

func newCaseView(r *web.Request, v *casework.CaseView) caseView {
	view := caseView{
		Title: caseTitle(r, v), ID: v.ID, Code: v.Code, Final: v.View.Final,
		State: screen.StateName(r.Lang, v.Flow, v.View.State),
		Marks: screen.Marks(r.Lang, v.Catalogue, v.View.Marks), Facts: facts(r, v),
		Answers: answers(r, v), Materials: materials(r, v),
	}
	if f := v.Catalogue.Forms[casework.RegistrationForm]; f != nil && v.Item == nil && screen.Shell(r) != web.Hall {
		view.Registered = screen.Answers(r.Lang, f, v.ProjectAnswers)
	}
	view.Crumbs = []web.Link{{Text: v.Head.Title, Href: screen.ProjectURL(v.Head.Project)}, {Text: view.Title}}
	if v.Item != nil {
		view.GuideURL, view.GuideTitle = "/guides/"+v.Item.ID, r.Lang.Pick(v.Item.Name, v.Item.NameEn)
	}
	for _, cv := range v.View.Clocks {
		view.Clocks = append(view.Clocks, newClockRow(r, v, cv))
	}
	for _, l := range v.Refused {
		view.NoGrant = append(view.NoGrant, childRow{Name: screen.LineName(r.Lang, l), State: r.Lang.Pick(l.StateName, l.StateNameEn), Href: screen.CaseURL(l.ID)})
	}
	var st *flow.State // as it stands, folded once for all that is refused
	for _, a := range v.Acts {
		if a.Refused == nil {
			view.Acts = append(view.Acts, newActView(r, v, a, ""))
		} else if why := web.RefusalText(r.Lang, a.Refused); why != "" && a.Refused.Code != flow.WrongRole {
			if st == nil {
				st, _ = v.Flow.Replay(v.Scope, v.Ledger)
			}
			view.Refused = append(view.Refused, refusedAct{r.Lang.Pick(a.Name, a.NameEn), why, whyRefused(r, v, st, a)})
		}
	}
	for _, b := range v.OnBehalf {
		row := behalfView{Title: Pack.T(r.Lang, "case.acts.for", "name", b.For.Name, "role", screen.Role(r.Lang, b.For.Role))}
		for _, a := range b.Acts {
			row.Acts = append(row.Acts, newActView(r, v, a, b.For.User))
		}
		view.OnBehalf = append(view.OnBehalf, row)
	}
	view.Unread = len(view.Acts) == 0 && len(view.OnBehalf) == 0
	for _, c := range v.Cards {
		view.Cards = append(view.Cards, cardRow{
			Tag: screen.CardTag(r.Lang, c.Color), Clock: screen.ClockName(r.Lang, v.Flow, c.Clock), Href: screen.ClockURL(v.ID, c.Clock), Rule: c.Rule, At: c.At,
		})
	}
	view.Ledger = ledger(r, v)
	for _, d := range v.Documents {
		view.Documents = append(view.Documents, web.Pair{Label: web.Instant(d.At, r.Now.Location()), Text: d.Title, Href: documentURL(v.ID, d.ID)})
	}
	for _, rep := range v.Replies {
		view.Replies = append(view.Replies, newReplyRow(r, v, rep))
	}
	for _, l := range v.Children {
		if l.Flow == "reply" {
			continue // shown as replies
		}
		view.Children = append(view.Children, childRow{screen.LineName(r.Lang, l), r.Lang.Pick(l.StateName, l.StateNameEn), screen.LeadingClock(r, v.Catalogue, l), screen.CaseURL(l.ID)})
	}
	return view
}

// caseTitle is the item, or the flow with the department that is asked.
func caseTitle(r *web.Request, v *casework.CaseView) string {
	if v.Item != nil {
		return r.Lang.Pick(v.Item.Name, v.Item.NameEn)
	}
	name := v.Head.Flow
	if v.Flow != nil {
		name = r.Lang.Pick(v.Flow.Spec.Name, v.Flow.Spec.NameEn)
	}
	if v.Department != nil && v.Head.Parent != "" {
		name += " · " + r.Lang.Pick(v.Department.ShortName, v.Department.NameEn)
	}
	return name
}

func facts(r *web.Request, v *casework.CaseView) []web.Pair {
	t := func(key string, args ...any) string { return Pack.T(r.Lang, key, args...) }
	pairs := []web.Pair{
		{Label: t("case.fact.project"), Text: v.Head.Title, Href: screen.ProjectURL(v.Head.Project)},
		{Label: t("case.fact.code"), Text: v.Code},
		{Label: t("case.fact.owner"), Text: v.OwnerName},
	}
	if v.Department != nil {
		pairs = append(pairs, web.Pair{Label: t("case.fact.department"), Text: r.Lang.Pick(v.Department.Name, v.Department.NameEn)})
	}
	if s := v.Catalogue.Stage(v.Stage); s != nil {
		pairs = append(pairs, web.Pair{Label: t("case.fact.stage"), Text: r.Lang.Pick(s.Name, s.NameEn)})
	}
	if v.Item != nil {
		pairs = append(pairs,
			web.Pair{Label: t("case.fact.statutory"), Text: screen.Limit(r.Lang, v.Item.Statutory)},
			web.Pair{Label: t("case.fact.promised"), Text: screen.Limit(r.Lang, v.Item.Promised)})
	}
	if v.Parent != nil {
		pairs = append(pairs, web.Pair{Label: t("case.fact.parent"), Text: screen.LineName(r.Lang, *v.Parent), Href: screen.CaseURL(v.Parent.ID)})
	}
	if a := v.View.Assignee; a != "" {
		pairs = append(pairs, web.Pair{Label: t("case.fact.assignee"), Text: v.Names[a]})
	}
	pairs = append(pairs, web.Pair{Label: t("case.fact.id"), Text: v.ID}, web.Pair{Label: t("case.fact.revision"), Text: short(v.Catalogue.Revision)})
	return pairs
}

func short(revision string) string { return revision[:min(len(revision), 12)] }

func newClockRow(r *web.Request, v *casework.CaseView, cv flow.ClockView) clockRow {
	row := clockRow{
		Name: r.Lang.Pick(cv.Name, cv.NameEn), StartedAt: cv.StartedAt, Due: cv.Due, StoppedAt: cv.StoppedAt,
		DueIfResumed: cv.DueIfResumed, Href: screen.ClockURL(v.ID, cv.ID),
	}
	badge := screen.Clock(r, v.Flow, cv, v.ID)
	badge.Name = ""
	row.Badge = badge.Badge(r.Lang)
	if cv.Status != flow.Idle {
		row.Limit, row.Used = screen.Amount(r.Lang, cv.Limit, cv.Unit), screen.Units(cv.Used)
	}
	if cv.OnDue != "" && cv.Status == flow.Running {
		a := screen.Action(v.Flow, cv.OnDue)
		row.OnDue = Pack.T(r.Lang, "case.clock.on_due", "act", r.Lang.Pick(a.Name, a.NameEn))
	}
	return row
}

func newActView(r *web.Request, v *casework.CaseView, a flow.Act, behalf string) actView {
	view := actView{
		ID: a.ID, Name: r.Lang.Pick(a.Name, a.NameEn), Note: note(r, v.Flow, a),
		Effects: screen.Effects(r, v.Catalogue.Calendar.Zone(), v.Flow, a), Rule: a.Rule,
		URL: actURL(v.ID, a.ID), Form: needsPage(v, a), Rev: v.Rev, Key: newKey(), For: behalf,
	}
	if behalf != "" {
		view.URL += "?for=" + url.QueryEscape(behalf)
	}
	return view
}

// whyRefused answers why an act cannot be taken in a state, from the definition.
func whyRefused(r *web.Request, v *casework.CaseView, st *flow.State, a flow.Act) web.Why {
	if st == nil {
		return web.Why{}
	}
	reason, err := v.Catalogue.WhyAct(v.Flow, v.Scope, st, flow.Command{Do: a.ID, At: v.At, By: screen.Actor(r)})
	if err != nil || reason.Result == definitions.Offered {
		return web.Why{}
	}
	return screen.Why(r, Pack.T(r.Lang, "case.acts.why"), web.RefusalText(r.Lang, a.Refused), reason, asked(v))
}

// asked are the forms whose answers the rules of a case read.
func asked(v *casework.CaseView) map[string]screen.Asked {
	out := map[string]screen.Asked{"project": {Form: v.Catalogue.Forms[casework.RegistrationForm], Answers: v.ProjectAnswers}}
	if v.Item != nil {
		out["answers"] = screen.Asked{Form: v.Catalogue.Forms[v.Item.Form], Answers: v.Answers}
	}
	return out
}

// note is the sentence the definition says before the click, where it has one in the language of the page.
func note(r *web.Request, f *definitions.Flow, a flow.Act) string {
	return r.Lang.Pick(a.Note, screen.Action(f, a.ID).NoteEn)
}

// needsPage tells whether an act needs a page of its own: it has a form, or the application goes on with it.
func needsPage(v *casework.CaseView, a flow.Act) bool { return a.Input != "" || resumes(v, a) }

// resumes tells whether the owner goes on with an application by an act, so that answers and materials may change.
func resumes(v *casework.CaseView, a flow.Act) bool {
	spec := screen.Action(v.Flow, a.ID)
	return v.Item != nil && len(v.Materials) > 0 && !screen.Final(v.Flow.Spec, spec.To) && spec.To != "" && spec.Open == "" &&
		len(spec.By) > 0 && spec.By[0] == "owner"
}

func actURL(caseID, do string) string { return screen.CaseURL(caseID) + "/acts/" + url.PathEscape(do) }

// ledger is everything that happened, the latest first, with what the owner handed in and changed each time.
func ledger(r *web.Request, v *casework.CaseView) []ledgerRow {
	rows := make([]ledgerRow, len(v.Ledger))
	for i, e := range v.Ledger {
		rows[i] = newLedgerRow(r, v, e)
	}
	for _, m := range v.Materials {
		for _, f := range m.Files {
			i := slices.IndexFunc(v.Ledger, func(e flow.Event) bool { return asks(e) && !f.At.After(e.RecordedAt) })
			if i >= 0 {
				rows[i].Files = append(rows[i].Files, web.File{
					Name: f.Name, Size: web.Bytes(f.Size), Href: fileURL(v.ID)(f), Note: r.Lang.Pick(m.Name, m.NameEn),
				})
			}
		}
	}
	form, now := v.Catalogue.Forms[casework.RegistrationForm], v.ProjectAnswers
	if v.Item != nil {
		form, now = v.Catalogue.Forms[v.Item.Form], v.Answers
	}
	for i, former := range v.Former {
		after := now
		if i+1 < len(v.Former) {
			after = v.Former[i+1].Answers
		}
		at := slices.IndexFunc(v.Ledger, func(e flow.Event) bool { return e.Seq > former.Until && asks(e) })
		if at >= 0 && form != nil {
			rows[at].Changes = form.Diff(former.Answers, after, string(r.Lang))
		}
	}
	slices.Reverse(rows)
	return rows
}

// asks tells whether an event is of the owner's side.
func asks(e flow.Event) bool { return e.By.Role == "owner" || e.By.Role == "liaison" }

func newLedgerRow(r *web.Request, v *casework.CaseView, e flow.Event) ledgerRow {
	spec := screen.Action(v.Flow, strings.TrimSuffix(e.Do, "/sign"))
	if e.Do == flow.CalendarRevised {
		spec = flow.ActionSpec{ID: e.Do, Rule: "T30"}
	}
	row := ledgerRow{
		Seq: e.Seq, At: e.At, Name: screen.EventName(r.Lang, v.Flow, e), Rule: spec.Rule,
		By: who(r, v, e.By), Moved: screen.Moved(r.Lang, r.Now.Location(), v.Flow, e), Marks: screen.Marks(r.Lang, v.Catalogue, e.Marks),
		Automatic: e.By.Role == "clock" || e.By.Role == "engine" || e.By.Role == "signal",
	}
	if !e.RecordedAt.IsZero() && e.RecordedAt.Sub(e.At).Abs() >= time.Minute {
		row.RecordedAt = e.RecordedAt
	}
	if f := v.Catalogue.Forms[spec.Input]; f != nil && len(e.Input) > 0 {
		for _, s := range f.Summary(e.Input, string(r.Lang)) {
			if !s.Empty {
				s.Section = ""
				if s.Pointer == "/"+casework.NamesPerson(spec) {
					s.Value = v.Names[s.Value]
				}
				row.Input = append(row.Input, s)
			}
		}
	}
	for _, d := range v.Documents {
		if d.Seq == e.Seq {
			row.Document = web.Link{Text: d.Title, Href: documentURL(v.ID, d.ID)}
		}
	}
	return row
}

// who names an actor: 李晓梅（部门窗口 · 区发改局）.
func who(r *web.Request, v *casework.CaseView, a flow.Actor) string {
	role := screen.Role(r.Lang, a.Role)
	if d := v.Catalogue.Department(a.Department); d != nil {
		role += " · " + r.Lang.Pick(d.ShortName, d.NameEn)
	}
	if a.Name == "" {
		return role
	}
	name := a.Name
	if a.For != "" {
		name = Pack.T(r.Lang, "case.ledger.for", "name", name, "for", v.Names[a.For])
	}
	return Pack.T(r.Lang, "case.ledger.by", "name", name, "role", role)
}

func newReplyRow(r *web.Request, v *casework.CaseView, rep casework.Reply) replyRow {
	row := replyRow{
		Department: r.Lang.Pick(rep.DepartmentName, rep.DepartmentNameEn), Note: rep.Note, At: rep.At, Auto: rep.Auto,
		Badge: screen.LeadingClock(r, v.Catalogue, rep.CaseLine), Marks: screen.Marks(r.Lang, v.Catalogue, rep.Marks), Href: screen.CaseURL(rep.ID),
	}
	if rep.At.IsZero() {
		return row
	}
	var names []string
	for _, id := range rep.Items {
		name := id
		if it := v.Catalogue.AnyItem(id); it != nil {
			name = r.Lang.Pick(it.Name, it.NameEn)
		}
		names = append(names, name)
	}
	row.Items = strings.Join(names, Pack.T(r.Lang, "case.list_comma"))
	if len(names) == 0 {
		row.Items = Pack.T(r.Lang, "case.replies.nothing")
	}
	return row
}

// answers are what the case was applied with.
func answers(r *web.Request, v *casework.CaseView) []forms.SummaryRow {
	if v.Item != nil && len(v.Answers) > 0 {
		if f := v.Catalogue.Forms[v.Item.Form]; f != nil {
			return screen.Answers(r.Lang, f, v.Answers)
		}
	}
	return nil
}

func materials(r *web.Request, v *casework.CaseView) []web.Material {
	var out []web.Material
	for _, m := range v.Materials {
		if m.Needed || len(m.Files) > 0 || m.Deferred {
			line := screen.Material(r, m, fileURL(v.ID))
			line.Hint = m.Note // what to choose is said where one chooses
			out = append(out, line)
		}
	}
	return out
}

func fileURL(caseID string) func(casework.FileRef) string {
	return func(f casework.FileRef) string { return screen.CaseURL(caseID) + "/files/" + f.Digest }
}

func documentURL(caseID, id string) string {
	return screen.CaseURL(caseID) + "/documents/" + url.PathEscape(id)
}
