package casefile

import (
	"mime"
	"net/http"
	"time"

	"banli/internal/web"
	"banli/server/screen"
	"banli/store"

	"github.com/gin-gonic/gin"
)

// getFile sends a file handed in. It is offered for saving and never shown as a page of ours.
func (h *Handler) getFile(c *gin.Context) error {
	f, ref, err := h.Cases.OpenFile(c.Request.Context(), screen.Actor(web.From(c)), c.Param("id"), c.Param("digest"))
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	kind := "attachment"
	if ref.Type == "application/pdf" || ref.Type == "image/png" || ref.Type == "image/jpeg" {
		kind = "inline"
	}
	head := c.Writer.Header()
	head.Set("Content-Type", ref.Type)
	head.Set("Content-Disposition", mime.FormatMediaType(kind, map[string]string{"filename": ref.Name}))
	http.ServeContent(c.Writer, c.Request, "", ref.At, f)
	return nil
}

// documentView is what document.html shows: a notice or decision as it was issued.
type documentView struct {
	Title, Body string
	Crumbs      []web.Link
	At          time.Time
	Test        bool
}

var documentPage = newPages[documentView]("document.html")

func (h *Handler) getDocument(c *gin.Context) error {
	r := web.From(c)
	v, err := h.Cases.Case(c.Request.Context(), screen.Actor(r), c.Param("id"))
	if err != nil {
		return err
	}
	for _, d := range v.Documents {
		if d.ID == c.Param("document") {
			return documentPage.render(c, http.StatusOK, documentView{
				Title: d.Title, Body: d.Body, At: d.At, Test: r.Test(),
				Crumbs: []web.Link{{Text: caseTitle(r, v), Href: screen.CaseURL(v.ID)}, {Text: d.Title}},
			})
		}
	}
	return store.ErrNotFound
}
