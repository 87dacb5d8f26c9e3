package hall

import (
	"bytes"
	"html/template"
	"net/http"

	"banli/definitions"
	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"
	"banli/store"

	"github.com/gin-gonic/gin"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// guideView is what guide.html shows: the guide of an item as the founding document demands it.
type guideView struct {
	Title, ID     string
	Crumbs        []web.Link
	Facts         []web.Pair
	Basis         []basisRow
	Review        []string
	Conditions    []string
	Steps         []string
	Materials     []web.Material
	Prerequisites []prerequisite
	Results       []web.Pair
	FAQ           []definitions.QA
	Why           web.Why
	Contact       []web.Pair
}

type basisRow struct{ Instrument, Article, Force, Text string }

type prerequisite struct {
	Items []web.Link
	Text  string
}

var guidePage = web.NewPage[guideView](Pack, "guide.html", web.Hall)

func (h *Handler) getGuide(c *gin.Context) error {
	r, cat := web.From(c), h.Cases.Catalogues.Current()
	it := cat.Item(c.Param("item"), r.Now)
	if it == nil {
		return store.ErrNotFound
	}
	return guidePage.Render(c, http.StatusOK, newGuideView(r, cat, it))
}

func newGuideView(r *web.Request, cat *definitions.Catalogue, it *definitions.Item) guideView {
	t := func(key string, args ...any) string { return Pack.T(r.Lang, key, args...) }
	v := guideView{Title: r.Lang.Pick(it.Name, it.NameEn), ID: it.ID, Review: it.Review, Steps: it.Steps, FAQ: it.FAQ}
	v.Crumbs = []web.Link{{Text: t("hall.menu.guides"), Href: "/guides"}, {Text: v.Title}}
	d := cat.Department(it.Department)
	v.Facts = []web.Pair{{Label: t("hall.guide.id"), Text: it.ID}, {Label: t("hall.guide.kind"), Text: t("hall.kind." + it.Kind)}}
	if d != nil {
		v.Facts = append(v.Facts, web.Pair{Label: t("hall.guide.department"), Text: r.Lang.Pick(d.Name, d.NameEn)})
	}
	if s := cat.Stage(it.Stage); s != nil {
		v.Facts = append(v.Facts, web.Pair{Label: t("hall.guide.stage"), Text: r.Lang.Pick(s.Name, s.NameEn)})
	}
	regimes := ""
	for i, regime := range it.AppliesTo {
		if i > 0 {
			regimes += t("hall.comma")
		}
		regimes += screen.T(r.Lang, "regime."+regime)
	}
	v.Facts = append(v.Facts,
		web.Pair{Label: t("hall.guide.applies"), Text: regimes},
		web.Pair{Label: t("hall.guide.applies_when"), Text: r.Lang.Pick(it.AppliesWhenText, it.AppliesWhenEn)},
		web.Pair{Label: t("hall.guide.statutory"), Text: screen.Limit(r.Lang, it.Statutory)},
		web.Pair{Label: t("hall.guide.promised"), Text: screen.Limit(r.Lang, it.Promised)},
		web.Pair{Label: t("hall.guide.fees"), Text: it.Fees},
		web.Pair{Label: t("hall.guide.aligns"), Text: it.AlignsWith})
	for _, b := range it.Basis {
		row := basisRow{Instrument: b.Instrument, Article: b.Article, Text: b.Text}
		if b.Number != "" {
			row.Instrument += t("hall.brackets", "text", b.Number)
		}
		switch {
		case b.From != "" && b.To != "":
			row.Force = b.From + " – " + b.To
		case b.From != "":
			row.Force = t("hall.guide.since", "day", b.From)
		case b.To != "":
			row.Force = t("hall.guide.until", "day", b.To)
		}
		v.Basis = append(v.Basis, row)
	}
	for _, cond := range it.Conditions {
		v.Conditions = append(v.Conditions, r.Lang.Pick(cond.Text, cond.TextEn))
	}
	for _, m := range it.Materials {
		line := screen.Material(r, casework.MaterialState{Material: m, Needed: m.Required == "always"}, nil)
		line.State, line.Status = "", ""
		line.Why = screen.Rule(screen.WhyMaterial(r, cat, it, m.ID, definitions.Data{}))
		if m.FromItem != "" {
			if from := cat.AnyItem(m.FromItem); from != nil {
				line.Status = t("hall.guide.shared_from", "item", r.Lang.Pick(from.Name, from.NameEn))
			}
		}
		v.Materials = append(v.Materials, line)
	}
	for _, p := range it.Prerequisites {
		row := prerequisite{Text: r.Lang.Pick(p.Text, p.En)}
		for _, id := range p.AnyOf {
			if other := cat.AnyItem(id); other != nil {
				row.Items = append(row.Items, web.Link{Text: r.Lang.Pick(other.Name, other.NameEn), Href: "/guides/" + id})
			}
		}
		v.Prerequisites = append(v.Prerequisites, row)
	}
	for _, res := range it.Results {
		v.Results = append(v.Results, web.Pair{Label: r.Lang.Pick(res.Name, res.NameEn), Text: res.Validity})
	}
	v.Why = screen.Rule(screen.WhyNeeded(r, t("hall.guide.why"), cat.WhyItem(it, definitions.Data{}), nil))
	v.Contact = contact(r, it.Contact)
	if len(v.Contact) == 0 && d != nil {
		v.Contact = contact(r, d.Contact)
	}
	return v
}

func contact(r *web.Request, k definitions.Contact) []web.Pair {
	var out []web.Pair
	for _, p := range []web.Pair{
		{Label: "hall.contact.window", Text: k.Window},
		{Label: "hall.contact.phone", Text: k.Phone},
		{Label: "hall.contact.address", Text: k.Address},
		{Label: "hall.contact.hours", Text: k.Hours},
	} {
		if p.Text != "" {
			p.Label = Pack.T(r.Lang, p.Label)
			out = append(out, p)
		}
	}
	return out
}

// helpView is what help.html shows: the guides of operation, and one of them.
type helpView struct {
	Title  string
	Guides []web.Link
	Body   template.HTML
}

var helpPage = web.NewPage[helpView](Pack, "help.html", web.Hall)

// markdown renders the guides of the catalogue, which an administrator publishes: raw HTML in them is left out.
var markdown = goldmark.New(goldmark.WithExtensions(extension.Table))

func (h *Handler) getHelp(c *gin.Context) error {
	r := web.From(c)
	return helpPage.Render(c, http.StatusOK, h.newHelp(r, Pack.T(r.Lang, "hall.help.title")))
}

func (h *Handler) getHelpPage(c *gin.Context) error {
	r := web.From(c)
	for _, g := range h.Cases.Catalogues.Current().Guides {
		if g.ID != c.Param("guide") {
			continue
		}
		var buf bytes.Buffer
		if err := markdown.Convert([]byte(g.Markdown), &buf); err != nil {
			return err
		}
		view := h.newHelp(r, r.Lang.Pick(g.Name, g.NameEn))
		view.Body = template.HTML(buf.String()) //nolint:gosec // goldmark leaves raw HTML and unsafe links out
		return helpPage.Render(c, http.StatusOK, view)
	}
	return store.ErrNotFound
}

func (h *Handler) newHelp(r *web.Request, title string) helpView {
	v := helpView{Title: title}
	for _, g := range h.Cases.Catalogues.Current().Guides {
		v.Guides = append(v.Guides, web.Link{Text: r.Lang.Pick(g.Name, g.NameEn), Href: "/help/" + g.ID})
	}
	return v
}
