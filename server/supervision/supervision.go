// Package supervision shows those who watch how the clocks stand: lamps per
// department, what is overdue, who did not reply. Each number is the count of a
// list and leads to it; the list leads to cases, and they to the rule.
package supervision

import (
	"context"
	"embed"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"banli/definitions"
	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"
	"banli/store"

	"github.com/gin-gonic/gin"
)

//go:embed templates messages
var files embed.FS

// Pack is the pages and texts of this feature.
var Pack = web.NewPack(files)

// Handler serves supervision.
type Handler struct{ Cases *casework.Service }

// Roles are those who see all departments.
var Roles = []string{"supervisor", "leading_group", "platform_admin", "service_center", "auditor"}

// Mount lists the routes.
func (h *Handler) Mount(r gin.IRouter) {
	g := r.Group("/supervision", web.Require(Roles...))
	g.GET("", web.Handle(h.getBoard))
	g.GET("/cases", web.Handle(h.getCases))
	g.GET("/cards", web.Handle(h.getCards))
}

// boardView is what board.html shows.
type boardView struct {
	Tiles []web.Tile
	Rows  []boardRow
	Total boardRow
	Marks []string // what the mark columns count
	Worst web.CaseList
}

// boardRow is one department: every figure leads to its cases.
type boardRow struct {
	Name  string
	Lamps []figure
	Marks []figure
}

type figure struct {
	N     int
	State string
	Href  string
	Label string // for those who hear the table
}

var (
	boardPage = web.NewPage[boardView](Pack, "board.html", web.Supervision)
	casesPage = web.NewPage[casesView](Pack, "cases.html", web.Supervision)
)

// lamps are the columns, most urgent first.
var lamps = []string{store.LampOver, store.LampUrgent, store.LampSoon, store.LampOK, store.LampPaused}

func (h *Handler) getBoard(c *gin.Context) error {
	r, ctx, actor := web.From(c), c.Request.Context(), screen.Actor(web.From(c))
	cat, open := h.Cases.Catalogues.Current(), true
	byLamp, err := h.Cases.Tally(ctx, actor, store.CaseQuery{Open: &open}, "department")
	if err != nil {
		return err
	}
	marks := marksOf(cat)
	byMark := map[string]map[string]store.LampCounts{}
	for _, m := range marks {
		if byMark[m], err = h.Cases.Tally(ctx, actor, store.CaseQuery{Mark: m}, "department"); err != nil {
			return err
		}
	}
	view := boardView{Total: boardRow{Name: Pack.T(r.Lang, "supervision.total")}}
	for _, m := range marks {
		view.Marks = append(view.Marks, screen.MarkName(r.Lang, cat, m))
	}
	sum := map[string]int{}
	row := func(name, department string, of func(key string) int) boardRow {
		out := boardRow{Name: name}
		at := func(key, value string) figure {
			q := url.Values{key: {value}}
			if department != "" {
				q.Set("department", department)
			}
			return figure{N: of(key + value), State: value, Href: "/supervision/cases?" + q.Encode()}
		}
		for _, l := range lamps {
			f := at("lamp", l)
			f.Label = screen.T(r.Lang, "lamp.word."+l)
			out.Lamps = append(out.Lamps, f)
		}
		for i, m := range marks {
			f := at("mark", m)
			f.State, f.Label = "", view.Marks[i]
			out.Marks = append(out.Marks, f)
		}
		return out
	}
	for _, d := range append([]*definitions.Department{{ShortName: Pack.T(r.Lang, "supervision.window"), NameEn: Pack.T(r.Lang, "supervision.window")}}, cat.Departments...) {
		counts := byLamp[d.ID]
		of := func(key string) int {
			if m := key[4:]; key[:4] == "mark" {
				t := byMark[m][d.ID]
				return t.Total()
			}
			return *counts.Of(key[4:])
		}
		line := row(r.Lang.Pick(d.ShortName, d.NameEn), d.ID, of)
		if d.ID == "" {
			for i := range line.Lamps {
				line.Lamps[i].Href += "&flow=registration"
			}
		}
		n := 0
		for _, f := range append(append([]figure{}, line.Lamps...), line.Marks...) {
			n += f.N
		}
		for _, l := range lamps {
			sum["lamp"+l] += of("lamp" + l)
		}
		for _, m := range marks {
			sum["mark"+m] += of("mark" + m)
		}
		if n > 0 {
			view.Rows = append(view.Rows, line)
		}
	}
	view.Total = row(view.Total.Name, "", func(key string) int { return sum[key] })
	for i, l := range lamps {
		view.Tiles = append(view.Tiles, web.Tile{State: l, Text: screen.T(r.Lang, "lamp."+l), N: sum["lamp"+l], Href: view.Total.Lamps[i].Href})
	}
	for i, m := range marks {
		view.Tiles = append(view.Tiles, web.Tile{Text: view.Marks[i], N: sum["mark"+m], Href: view.Total.Marks[i].Href})
	}
	q := store.CaseQuery{Open: &open, Lamp: store.LampOver, Limit: 20}
	page, counts, err := h.Cases.Queue(ctx, actor, q)
	if err != nil {
		return err
	}
	view.Worst = screen.CaseList(c, cat, q, page, counts)
	view.Worst.Label, view.Worst.Department = Pack.T(r.Lang, "supervision.worst"), true
	view.Worst.Empty = web.Empty{Text: Pack.T(r.Lang, "supervision.worst.none")}
	view.Worst.Pager.Next, view.Worst.Pager.First = "", ""
	if page.Next != "" {
		view.Worst.Pager.Next = view.Total.Lamps[0].Href
	}
	return boardPage.Render(c, http.StatusOK, view)
}

// marksOf are the permanent marks that flows leave on cases, in a fixed order, and the cards they give.
func marksOf(cat *definitions.Catalogue) []string {
	var out []string
	seen := map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(cat.Flows)) {
		for _, a := range cat.Flows[id].Spec.Actions {
			for _, m := range a.Mark {
				if !seen[m] {
					seen[m], out = true, append(out, m)
				}
			}
		}
	}
	if slices.ContainsFunc(slices.Collect(maps.Values(cat.Flows)), func(f *definitions.Flow) bool { return len(f.Spec.Cards) > 0 }) {
		out = append(out, casework.YellowCard, casework.RedCard)
	}
	return out
}

// casesView is what cases.html shows.
type casesView struct{ List web.CaseList }

func (h *Handler) getCases(c *gin.Context) error {
	r, cat := web.From(c), h.Cases.Catalogues.Current()
	q := screen.ReadQuery(r)
	if q.Mark == "" { // marks are for ever; lamps are of open cases
		open := true
		q.Open = &open
	}
	if screen.WantsCSV(r) {
		return screen.CasesCSV(c, h.Cases, q, "cases")
	}
	page, counts, err := h.Cases.Queue(c.Request.Context(), screen.Actor(r), q)
	if err != nil {
		return err
	}
	shown := screen.Lamps(q, counts, lamps...)
	t := func(key string) string { return Pack.T(r.Lang, key) }
	view := casesView{List: screen.CaseList(c, cat, q, page, counts, shown...)}
	view.List.Label, view.List.Department, view.List.Export = t("supervision.cases"), true, screen.ExportURL(r)
	marks := []string{"", t("supervision.any")}
	for _, m := range marksOf(cat) {
		marks = append(marks, m, screen.MarkName(r.Lang, cat, m))
	}
	view.List.Filters = web.Filters{Label: t("supervision.filter"), Action: "/supervision/cases", Clear: screen.Clear(r), Fields: []web.Filter{
		{Name: "q", Label: t("supervision.filter.text"), Value: q.Text},
		{Name: "department", Label: t("supervision.filter.department"), Options: screen.DepartmentOptions(r.Lang, q, cat)},
		{Name: "flow", Label: t("supervision.filter.flow"), Options: screen.FlowOptions(r.Lang, q, cat, slices.Sorted(maps.Keys(cat.Flows))...)},
		{Name: "lamp", Label: t("supervision.filter.lamp"), Options: screen.LampOptions(r.Lang, q, shown)},
		{Name: "mark", Label: t("supervision.filter.mark"), Options: web.Options(q.Mark, marks...)},
	}}
	return casesPage.Render(c, http.StatusOK, view)
}

// Menu is the side menu of supervision, and the way to configuration for those who go there from here.
func (h *Handler) Menu(_ context.Context, r *web.Request) ([]web.MenuGroup, error) {
	t := func(key string) string { return Pack.T(r.Lang, key) }
	menu := []web.MenuGroup{{Title: t("supervision.menu"), Items: []web.MenuItem{
		{Text: t("supervision.title"), Href: "/supervision"},
		{Text: t("supervision.cases"), Href: "/supervision/cases"},
		{Text: t("supervision.cards"), Href: "/supervision/cards"},
	}}}
	if r.User != nil && slices.Contains([]string{"platform_admin", "auditor"}, r.User.Role) {
		menu = append(menu, web.MenuGroup{Title: t("supervision.menu.elsewhere"), Items: []web.MenuItem{{Text: t("supervision.menu.admin"), Href: "/admin"}}})
	}
	return menu, nil
}
