package admin

import (
	"net/http"
	"strings"

	"banli/definitions"
	"banli/internal/web"

	"github.com/gin-gonic/gin"
)

// parametersView is what parameters.html shows.
type parametersView struct {
	Parameters, Policies []settingRow
	Draft                draftView
}

// itemsView is what items.html shows.
type itemsView struct {
	Rows    []settingRow
	N       int // of all
	Filters web.Filters
	Draft   draftView
}

// settingRow is one setting in a list.
type settingRow struct {
	ID, Name, Href, Act string
	Value, New          string // New: in the draft; empty: unchanged
	Bounds              string
	Rule, Source        string
	Department          string
	Statutory, Validity string
}

var (
	parametersPage = web.NewPage[parametersView](Pack, "parameters.html", web.Admin)
	itemsPage      = web.NewPage[itemsView](Pack, "items.html", web.Admin)
)

func (h *Handler) getParameters(c *gin.Context) error {
	r, cat := web.From(c), h.Cases.Catalogues.Current()
	d, err := h.draft(c.Request.Context())
	if err != nil {
		return err
	}
	v := parametersView{Draft: newDraftView(r, cat, d)}
	for _, s := range settings(cat) {
		switch s.Kind {
		case parameter:
			v.Parameters = append(v.Parameters, newSettingRow(r, d, s))
		case policy:
			v.Policies = append(v.Policies, newSettingRow(r, d, s))
		}
	}
	return parametersPage.Render(c, http.StatusOK, v)
}

func newSettingRow(r *web.Request, d *Draft, s setting) settingRow {
	row := settingRow{
		ID: s.ID, Name: r.Lang.Pick(s.Name, s.NameEn), Href: s.url(), Value: s.words(r.Lang, s.Value), Rule: s.Rule, Source: s.Source,
		Act: Pack.T(r.Lang, "admin.open"),
	}
	if may(r, drafters) {
		row.Act = Pack.T(r.Lang, "admin.open.edit")
	}
	switch {
	case s.Kind == policy:
		words := make([]string, len(s.OneOf))
		for i, o := range s.OneOf {
			words[i] = s.words(r.Lang, o)
		}
		row.Bounds = strings.Join(words, Pack.T(r.Lang, "admin.or"))
	case s.Max > 0:
		row.Bounds = Pack.T(r.Lang, "admin.bounds", "min", s.Min, "max", s.Max)
	default:
		row.Bounds = Pack.T(r.Lang, "admin.bounds.least", "min", s.Min)
	}
	if e := d.edit(s.Kind, s.ID); e != nil {
		row.New = s.words(r.Lang, e.New)
	}
	return row
}

func (h *Handler) getItems(c *gin.Context) error {
	r, cat := web.From(c), h.Cases.Catalogues.Current()
	d, err := h.draft(c.Request.Context())
	if err != nil {
		return err
	}
	q, department, only := strings.ToLower(strings.TrimSpace(r.Query.Get("q"))), r.Query.Get("department"), r.Query.Get("changed") == "yes"
	v := itemsView{Draft: newDraftView(r, cat, d), Filters: itemFilters(r, cat)}
	for _, s := range settings(cat) {
		if s.Kind != item {
			continue
		}
		v.N++
		if department != "" && s.of.Department != department || only && d.edit(item, s.ID) == nil ||
			!strings.Contains(strings.ToLower(s.ID+" "+r.Lang.Pick(s.Name, s.NameEn)), q) {
			continue
		}
		row := newSettingRow(r, d, s)
		row.Validity = validity(r.Lang, s.of.Valid)
		if s.of.Statutory.Days > 0 {
			row.Statutory = Pack.T(r.Lang, "admin.amount", "n", s.of.Statutory.Days, "unit", unit(r.Lang, "days"))
		}
		if dep := cat.Department(s.of.Department); dep != nil {
			row.Department = r.Lang.Pick(dep.ShortName, dep.NameEn)
		}
		v.Rows = append(v.Rows, row)
	}
	return itemsPage.Render(c, http.StatusOK, v)
}

func itemFilters(r *web.Request, cat *definitions.Catalogue) web.Filters {
	t := func(key string) string { return Pack.T(r.Lang, key) }
	departments := []string{"", t("admin.any")}
	for _, d := range cat.Departments {
		departments = append(departments, d.ID, r.Lang.Pick(d.ShortName, d.NameEn))
	}
	f := web.Filters{Label: t("admin.items.filter"), Action: "/admin/items", Fields: []web.Filter{
		{Name: "q", Label: t("admin.items.filter.text"), Value: r.Query.Get("q")},
		{Name: "department", Label: t("admin.fact.department"), Options: web.Options(r.Query.Get("department"), departments...)},
		{Name: "changed", Label: t("admin.items.filter.changed"), Options: web.Options(r.Query.Get("changed"), "", t("admin.any"), "yes", t("admin.items.filter.changed.yes"))},
	}}
	if len(r.Query) > 0 {
		f.Clear = "/admin/items"
	}
	return f
}
