package supervision

import (
	"net/http"
	"strings"
	"time"

	"banli/engine/flow"
	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"
	"banli/store"

	"github.com/gin-gonic/gin"
)

// cardsView is what cards.html shows: the cards of one colour, and those of departments in one month (T27).
type cardsView struct {
	Title       string
	Tiles       []web.Tile
	Filters     web.Filters
	Rows        []cardRow
	Pager       web.Pager
	Export      string
	Empty       web.Empty
	Departments []departmentRow
	Month       web.Filters
	MonthTitle  string
}

type cardRow struct {
	Code, Title, Name, Department string
	Card                          web.Tag
	Clock, Rule                   string
	At                            time.Time
	Href, Why                     string // the case; the clock that gave the card
}

type departmentRow struct {
	Department, Mark, Rule string
	Card                   web.Tag
	Times                  int
	At                     time.Time
	Href                   string
}

var cardsPage = web.NewPage[cardsView](Pack, "cards.html", web.Supervision)

func (h *Handler) getCards(c *gin.Context) error {
	r, ctx, actor := web.From(c), c.Request.Context(), screen.Actor(web.From(c))
	t := func(key string, args ...any) string { return Pack.T(r.Lang, key, args...) }
	cat, q := h.Cases.Catalogues.Current(), screen.ReadQuery(r)
	if q.Mark != casework.YellowCard {
		q.Mark = casework.RedCard
	}
	if q.Sort == "" {
		q.Sort = "-opened"
	}
	if screen.WantsCSV(r) {
		return h.cardsCSV(c, q)
	}
	page, err := h.Cases.Cards(ctx, actor, q)
	if err != nil {
		return err
	}
	v := cardsView{Title: t("supervision.cards"), Export: screen.ExportURL(r), Empty: web.Empty{Text: t("supervision.cards.none")}}
	for _, color := range []string{flow.Red, flow.Yellow} {
		counted := q
		counted.Mark = casework.CardMark(color)
		n, err := h.Cases.Count(ctx, actor, counted)
		if err != nil {
			return err
		}
		v.Tiles = append(v.Tiles, web.Tile{
			Text: t("supervision.cards.cases", "card", screen.CardTag(r.Lang, color).Text), N: n, Current: counted.Mark == q.Mark, Href: cardsURL(r, counted.Mark),
		})
		if counted.Mark == q.Mark {
			v.Pager = screen.Pager(r, q, cases(page.Rows), n, page.Next)
		}
	}
	for _, l := range page.Rows {
		v.Rows = append(v.Rows, newCardRow(r, h.Cases, l))
	}
	v.Filters = web.Filters{Label: t("supervision.filter"), Action: "/supervision/cards", Clear: screen.Clear(r), Fields: []web.Filter{
		{Name: "mark", Label: t("supervision.card"), Options: web.Options(q.Mark, casework.RedCard, screen.CardTag(r.Lang, flow.Red).Text, casework.YellowCard, screen.CardTag(r.Lang, flow.Yellow).Text)},
		{Name: "department", Label: t("supervision.filter.department"), Options: screen.DepartmentOptions(r.Lang, q, cat)},
		{Name: "q", Label: t("supervision.filter.text"), Value: q.Text},
	}}
	return h.renderCards(c, v)
}

// cases counts the cases among cards, which stand together.
func cases(rows []casework.CardLine) (n int) {
	for i := range rows {
		if i == 0 || rows[i].ID != rows[i-1].ID {
			n++
		}
	}
	return n
}

func cardsURL(r *web.Request, mark string) string {
	url := "/supervision/cards?mark=" + mark
	if d := r.Query.Get("department"); d != "" {
		url += "&department=" + d
	}
	return url
}

func newCardRow(r *web.Request, service *casework.Service, l casework.CardLine) cardRow {
	return cardRow{
		Code: l.Code, Title: l.Title, Name: screen.LineName(r.Lang, l.CaseLine),
		Department: screen.Department(r.Lang, service.Catalogues.Current(), l.Department),
		Card:       screen.CardTag(r.Lang, l.Color), Clock: r.Lang.Pick(l.ClockName, l.ClockNameEn), Rule: l.Rule, At: l.At,
		Href: screen.CaseURL(l.ID), Why: screen.ClockURL(l.ID, l.Clock),
	}
}

// renderCards adds the cards of departments in a month.
func (h *Handler) renderCards(c *gin.Context, v cardsView) error {
	r, cat := web.From(c), h.Cases.Catalogues.Current()
	month := r.Query.Get("month")
	if _, err := time.Parse("2006-01", month); err != nil {
		month = r.Now.Format("2006-01")
	}
	list, err := h.Cases.DepartmentCards(c.Request.Context(), screen.Actor(r), month)
	if err != nil {
		return err
	}
	for _, d := range list {
		v.Departments = append(v.Departments, departmentRow{
			Department: screen.Department(r.Lang, cat, d.Department), Mark: screen.MarkName(r.Lang, cat, d.Mark), Rule: d.Rule,
			Card: screen.CardTag(r.Lang, d.Color), Times: d.Times, At: d.At,
			Href: "/supervision/cases?mark=" + d.Mark + "&department=" + d.DepartmentCard.Department,
		})
	}
	var months []string
	for i := range 12 {
		m := time.Date(r.Now.Year(), r.Now.Month()-time.Month(i), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
		months = append(months, m, m)
	}
	v.MonthTitle = Pack.T(r.Lang, "supervision.cards.month", "month", month)
	v.Month = web.Filters{Label: Pack.T(r.Lang, "supervision.cards.choose"), Action: "/supervision/cards", Fields: []web.Filter{
		{Name: "month", Label: Pack.T(r.Lang, "supervision.cards.choose"), Options: web.Options(month, months...)},
	}}
	return cardsPage.Render(c, http.StatusOK, v)
}

func (h *Handler) cardsCSV(c *gin.Context, q store.CaseQuery) error {
	r := web.From(c)
	list := func(q store.CaseQuery) (store.Page[casework.CardLine], error) {
		return h.Cases.Cards(c.Request.Context(), screen.Actor(r), q)
	}
	head := screen.CSVHead(r.Lang, "card", "clock", "rule", "given", "code", "title", "owner", "item", "department", "case")
	return screen.ListCSV(c, "cards", head, q, list, func(l casework.CardLine) []string {
		row := newCardRow(r, h.Cases, l)
		return []string{
			row.Card.Text, strings.TrimSpace(row.Clock), row.Rule, row.At.Format(time.DateTime), row.Code, row.Title, l.OwnerName, row.Name, row.Department, l.ID,
		}
	})
}
