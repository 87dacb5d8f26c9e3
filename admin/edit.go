package admin

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"banli/definitions"
	"banli/engine/flow"
	"banli/forms"
	"banli/internal/web"
	"banli/server/screen"

	"github.com/gin-gonic/gin"
)

// editView is what edit.html shows: one value, what it is now, and the form that changes it.
type editView struct {
	Title   string
	Crumbs  []web.Link
	Facts   []web.Pair
	Guide   string // address of what applicants see; empty: none
	May     bool   // the person may change it
	Changed *changeRow
	Value   forms.FieldView
	Reason  forms.FieldView
	Seen    string
	Theirs  string // what somebody else set meanwhile; empty: nobody did
	Summary web.ErrorSummary
}

var editPage = web.NewPage[editView](Pack, "edit.html", web.Admin)

func (h *Handler) getEdit(kind string) func(*gin.Context) error {
	return func(c *gin.Context) error {
		s, d, err := h.open(c, kind)
		if err != nil {
			return err
		}
		typed, reason := d.value(s), ""
		if e := d.edit(kind, s.ID); e != nil {
			reason = e.Reason
		}
		return editPage.Render(c, http.StatusOK, h.editView(c, s, d, typed, reason))
	}
}

func (h *Handler) open(c *gin.Context, kind string) (setting, *Draft, error) {
	s, err := find(h.Cases.Catalogues.Current(), kind, c.Param("id"))
	if err != nil {
		return s, nil, err
	}
	d, err := h.draft(c.Request.Context())
	return s, d, err
}

// errStale says that the value is not what the person saw when they began to type.
var errStale = errors.New("changed since it was shown")

func (h *Handler) postEdit(kind string) func(*gin.Context) error {
	return func(c *gin.Context) error {
		form, err := web.Form(c)
		if err != nil {
			return err
		}
		s, d, err := h.open(c, kind)
		if err != nil {
			return err
		}
		r := web.From(c)
		value, problem := s.read(r.Lang, form.Get("value"))
		reason, noReason := strings.TrimSpace(form.Get("reason")), ""
		if reason == "" {
			noReason = Pack.T(r.Lang, "admin.problem.reason")
		}
		v := h.editView(c, s, d, form.Get("value"), form.Get("reason"))
		v.Seen = form.Get("seen")
		if problem != "" || noReason != "" {
			v.tell(problem, noReason)
			return editPage.Render(c, http.StatusUnprocessableEntity, v)
		}
		ctx := c.Request.Context()
		err = h.change(ctx, func(now *Draft) error {
			if s, err = find(h.Cases.Catalogues.Current(), kind, s.ID); err != nil {
				return err
			}
			if d = now; d.value(s) != form.Get("seen") {
				return errStale
			}
			d.put(Edit{Kind: kind, ID: s.ID, Old: s.Value, New: value, By: screen.Actor(r), At: r.Now, Reason: reason})
			return nil
		})
		switch {
		case errors.Is(err, errStale):
			v = h.editView(c, s, d, form.Get("value"), form.Get("reason"))
			v.Theirs = s.words(r.Lang, d.value(s))
			return editPage.Render(c, http.StatusConflict, v)
		case err != nil:
			return err
		}
		web.SetFlash(c, "ok", Pack.T(r.Lang, "admin.edit.saved", "name", s.label(r.Lang), "value", s.words(r.Lang, value)))
		if kind == item {
			return web.SeeOther(c, "/admin/items")
		}
		return web.SeeOther(c, "/admin/parameters")
	}
}

func (v *editView) tell(value, reason string) {
	if value != "" {
		if v.Value.Hint == value { // said once, as what to do
			v.Value.Hint, v.Value.DescribedBy = "", v.Value.UnitID
		}
		v.Value.Problem, v.Value.DescribedBy = value, strings.TrimSpace(v.Value.ProblemID+" "+v.Value.DescribedBy)
		v.Summary.Errors = append(v.Summary.Errors, web.ErrorLink{Target: v.Value.ID, Text: value})
	}
	if reason != "" {
		v.Reason.Problem, v.Reason.DescribedBy = reason, v.Reason.ProblemID+" "+v.Reason.DescribedBy
		v.Summary.Errors = append(v.Summary.Errors, web.ErrorLink{Target: v.Reason.ID, Text: reason})
	}
}

func (h *Handler) editView(c *gin.Context, s setting, d *Draft, typed, reason string) editView {
	r, cat := web.From(c), h.Cases.Catalogues.Current()
	t := func(key string, args ...any) string { return Pack.T(r.Lang, key, args...) }
	v := editView{Title: r.Lang.Pick(s.Name, s.NameEn), May: may(r, drafters), Seen: d.value(s)}
	back := web.Link{Text: t("admin.parameters"), Href: "/admin/parameters"}
	if s.Kind == item {
		back = web.Link{Text: t("admin.items"), Href: "/admin/items"}
		v.Guide = "/guides/" + s.of.ID
	}
	v.Crumbs = []web.Link{{Text: t("admin.overview"), Href: "/admin"}, back, {Text: v.Title}}
	v.Facts = append([]web.Pair{{Label: t("admin.in_force"), Text: s.words(r.Lang, s.Value)}}, facts(r, cat, s)...)
	if e := d.edit(s.Kind, s.ID); e != nil {
		row := newChangeRow(r, cat, *e)
		v.Changed = &row
	}
	v.Value = field("value", t("admin.edit.value"), typed)
	v.Reason = field("reason", t("admin.edit.reason"), reason)
	v.Reason.Kind, v.Reason.Lines, v.Reason.MaxLength, v.Reason.Hint = forms.TextArea, 3, 300, t("admin.edit.reason.hint")
	v.Reason.DescribedBy = v.Reason.HintID
	if s.Kind == policy {
		v.Value.Kind = forms.Radios
		for i, o := range s.OneOf {
			v.Value.Options = append(v.Value.Options, forms.Option{ID: "value-" + strconv.Itoa(i), Value: o, Label: s.words(r.Lang, o), Selected: o == typed})
		}
		return v
	}
	v.Value.Kind, v.Value.Unit, v.Value.InputMode, v.Value.Width = forms.Number, unit(r.Lang, s.Unit), "numeric", 8
	v.Value.Hint = s.bounds(r.Lang)
	v.Value.DescribedBy = v.Value.HintID + " " + v.Value.UnitID
	return v
}

func field(name, label, value string) forms.FieldView {
	return forms.FieldView{
		ID: name, Name: name, Label: label, Value: value, Kind: forms.Text, Required: true, Shown: true, Spellcheck: true,
		LabelID: name + "-l", HintID: name + "-h", UnitID: name + "-u", ProblemID: name + "-e",
	}
}

// facts are what is known about a setting beside its value.
func facts(r *web.Request, cat *definitions.Catalogue, s setting) []web.Pair {
	t := func(key string, args ...any) string { return Pack.T(r.Lang, key, args...) }
	var out []web.Pair
	if it := s.of; it != nil {
		statutory := ""
		if it.Statutory.Days > 0 {
			statutory = t("admin.amount", "n", it.Statutory.Days, "unit", unit(r.Lang, "days"))
		}
		department := it.Department
		if d := cat.Department(it.Department); d != nil {
			department = r.Lang.Pick(d.Name, d.NameEn)
		}
		out = append(out,
			web.Pair{Label: t("admin.fact.statutory"), Text: statutory},
			web.Pair{Label: t("admin.fact.statutory_source"), Text: it.Statutory.Source},
			web.Pair{Label: t("admin.fact.department"), Text: department},
			web.Pair{Label: t("admin.fact.valid"), Text: validity(r.Lang, it.Valid)})
	}
	if s.Rule != "" {
		out = append(out, web.Pair{Label: t("admin.fact.rule"), Text: s.Rule})
	}
	return append(out, web.Pair{Label: t("admin.fact.source"), Text: s.Source}, web.Pair{Label: t("admin.fact.place"), Text: s.Place.String()})
}

func validity(l web.Lang, p definitions.Period) string {
	switch {
	case p.From == "" && p.To == "":
		return Pack.T(l, "admin.valid.always")
	case p.To == "":
		return Pack.T(l, "admin.valid.since", "day", p.From)
	case p.From == "":
		return Pack.T(l, "admin.valid.until", "day", p.To)
	}
	return Pack.T(l, "admin.valid.between", "from", p.From, "to", p.To)
}

// changeRow is an edit as pages show it.
type changeRow struct {
	Edit
	Label, Href       string
	OldWords, NewText string
	Theirs            string // in force instead of Old; empty: no conflict
	Gone              bool   // the value is not there any more
	Who, Running      string
}

func newChangeRow(r *web.Request, cat *definitions.Catalogue, e Edit) changeRow {
	row := changeRow{Edit: e, Label: e.ID, Href: editURL(e.Kind, e.ID), OldWords: e.Old, NewText: e.New, Who: person(r.Lang, e.By)}
	s, err := find(cat, e.Kind, e.ID)
	if err != nil {
		row.Gone = true
		return row
	}
	row.Label, row.OldWords, row.NewText = s.label(r.Lang), s.words(r.Lang, e.Old), s.words(r.Lang, e.New)
	if theirs, yes := e.conflict(cat); yes {
		row.Theirs = s.words(r.Lang, theirs)
	}
	return row
}

// draftView is the draft as pages show it.
type draftView struct {
	Edits     []changeRow
	Conflicts int
}

func newDraftView(r *web.Request, cat *definitions.Catalogue, d *Draft) draftView {
	v := draftView{Conflicts: d.conflicts(cat)}
	for _, e := range d.Edits {
		v.Edits = append(v.Edits, newChangeRow(r, cat, e))
	}
	return v
}

// person is who did something: name and role.
func person(l web.Lang, a flow.Actor) string {
	return Pack.T(l, "admin.person", "name", a.Name, "role", screen.Role(l, a.Role))
}
