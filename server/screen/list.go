package screen

import (
	"net/url"
	"slices"
	"strconv"

	"banli/definitions"
	"banli/internal/web"
	"banli/server/casework"
	"banli/store"

	"github.com/gin-gonic/gin"
)

// ReadQuery takes what the filters of a list say from the address: q, lamp, flow, item, department, mark, after, size.
func ReadQuery(r *web.Request) store.CaseQuery {
	q := store.CaseQuery{
		Text: r.Query.Get("q"), Lamp: r.Query.Get("lamp"), Flow: r.Query.Get("flow"), Item: r.Query.Get("item"),
		Department: r.Query.Get("department"), Mark: r.Query.Get("mark"), Sort: r.Query.Get("sort"), After: r.Query.Get("after"), Limit: 20,
	}
	switch q.Sort {
	case "", "due", "opened", "-opened", "updated", "-updated":
	default:
		q.Sort = ""
	}
	switch q.Lamp {
	case "", store.LampOver, store.LampUrgent, store.LampSoon, store.LampOK, store.LampPaused, store.LampIdle, store.LampDone:
	default:
		q.Lamp = ""
	}
	if n, err := strconv.Atoi(r.Query.Get("size")); err == nil && (n == 50 || n == 100) {
		q.Limit = n
	}
	return q
}

// CaseList makes the list a query answered. Filters is the form above it; lamps are the tiles, in the order of urgency.
func CaseList(c *gin.Context, cat *definitions.Catalogue, q store.CaseQuery, page store.Page[casework.CaseLine], counts store.LampCounts, lamps ...string) web.CaseList {
	r := web.From(c)
	list := web.CaseList{Now: r.Now}
	for _, lamp := range lamps {
		list.Tiles = append(list.Tiles, web.Tile{
			State: lamp, Text: T(r.Lang, "lamp."+lamp), N: *counts.Of(lamp), Current: q.Lamp == lamp, Href: lampURL(r, lamp, q.Lamp == lamp),
		})
	}
	total := counts.Total()
	if q.Lamp != "" {
		total = *counts.Of(q.Lamp)
	}
	for _, l := range page.Rows {
		list.Rows = append(list.Rows, CaseRow(r, cat, l))
	}
	list.Pager = Pager(r, q, len(list.Rows), total, page.Next)
	list.Empty = web.Empty{Text: T(r.Lang, "list.empty")}
	if q.Text != "" || q.Lamp != "" || q.Flow != "" || q.Item != "" || q.Mark != "" || q.Department != "" {
		list.Empty = web.Empty{Text: T(r.Lang, "list.no_match"), Link: web.Link{Text: web.T(r.Lang, "filters.clear"), Href: Clear(r)}}
	}
	return list
}

// Pager leads through the pages of a query: how many are shown, of how many, and where the next page begins.
func Pager(r *web.Request, q store.CaseQuery, shown, total int, next string) web.Pager {
	from, err := strconv.Atoi(r.Query.Get("from"))
	if err != nil || from < 0 || q.After == "" {
		from = 0
	}
	return web.NewPager(r, from, shown, total, next)
}

// Lamps are the lamps a list filters by: those given, and what stands still besides where there is any.
func Lamps(q store.CaseQuery, counts store.LampCounts, lamps ...string) []string {
	for _, l := range []string{store.LampIdle, store.LampDone} {
		if !slices.Contains(lamps, l) && (*counts.Of(l) > 0 || q.Lamp == l) {
			lamps = append(slices.Clone(lamps), l)
		}
	}
	return lamps
}

// LampOptions are the choices of a filter by lamp.
func LampOptions(l web.Lang, q store.CaseQuery, lamps []string) []web.FilterOption {
	pairs := []string{"", T(l, "list.any")}
	for _, lamp := range lamps {
		pairs = append(pairs, lamp, T(l, "lamp.word."+lamp))
	}
	return web.Options(q.Lamp, pairs...)
}

// FlowOptions are the choices of a filter by flow.
func FlowOptions(l web.Lang, q store.CaseQuery, cat *definitions.Catalogue, flows ...string) []web.FilterOption {
	pairs := []string{"", T(l, "list.any")}
	for _, id := range flows {
		if f := cat.Flows[id]; f != nil {
			pairs = append(pairs, id, l.Pick(f.Spec.Name, f.Spec.NameEn))
		}
	}
	return web.Options(q.Flow, pairs...)
}

// DepartmentOptions are the choices of a filter by department.
func DepartmentOptions(l web.Lang, q store.CaseQuery, cat *definitions.Catalogue) []web.FilterOption {
	pairs := []string{"", T(l, "list.any")}
	for _, d := range cat.Departments {
		pairs = append(pairs, d.ID, l.Pick(d.ShortName, d.NameEn))
	}
	return web.Options(q.Department, pairs...)
}

// lampURL filters by a lamp, or takes the filter away where it is set.
func lampURL(r *web.Request, lamp string, set bool) string {
	q := keep(r, "lamp", "after", "from")
	if !set {
		q.Set("lamp", lamp)
	}
	return r.Path + "?" + q.Encode()
}

func keep(r *web.Request, without ...string) url.Values {
	q := url.Values{}
	for k, v := range r.Query {
		q[k] = v
	}
	for _, k := range without {
		q.Del(k)
	}
	return q
}

// Clear is the address of a list without conditions; empty when none is set.
func Clear(r *web.Request) string {
	if len(r.Query) == 0 {
		return ""
	}
	return r.Path
}

// CaseRow is a case as a list shows it.
func CaseRow(r *web.Request, cat *definitions.Catalogue, l casework.CaseLine) web.CaseRow {
	row := web.CaseRow{
		Code: l.Code, Title: l.Title, Owner: l.OwnerName, Name: LineName(r.Lang, l),
		Department: Department(r.Lang, cat, l.Department), State: r.Lang.Pick(l.StateName, l.StateNameEn),
		Marks: LineMarks(r, cat, l), Clock: LeadingClock(r, cat, l), OpenedAt: l.OpenedAt, Href: CaseURL(l.ID),
		Over: l.Lamp == store.LampOver, Act: T(r.Lang, "list.view"),
	}
	if Shell(r) != web.Hall {
		if l.AssigneeName != "" {
			row.Assignee = T(r.Lang, "list.assignee", "name", l.AssigneeName)
		}
	}
	if l.Open && Shell(r) == web.Desk {
		row.Act = T(r.Lang, "list.handle")
	}
	return row
}

// LineMarks are the permanent marks of a case in a list, and its cards, which owners and the public do not see.
func LineMarks(r *web.Request, cat *definitions.Catalogue, l casework.CaseLine) []web.Tag {
	tags := Marks(r.Lang, cat, l.Marks)
	if Shell(r) != web.Hall {
		tags = append(tags, CardTags(r.Lang, l.Cards)...)
	}
	return tags
}

// Department is the short name of a department; what has none is the general window's.
func Department(l web.Lang, cat *definitions.Catalogue, id string) string {
	if d := cat.Department(id); d != nil {
		return l.Pick(d.ShortName, d.NameEn)
	}
	return Role(l, "general_window")
}

// LineName is what a case in a list is about: its item, or the flow.
func LineName(l web.Lang, c casework.CaseLine) string {
	if c.ItemName != "" {
		return l.Pick(c.ItemName, c.ItemNameEn)
	}
	return l.Pick(c.FlowName, c.FlowNameEn)
}
