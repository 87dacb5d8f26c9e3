// Package gallery shows every component in every state with made-up data, for
// whoever works on pages and for the checks in a browser. It is mounted in
// development and in the demonstration only.
package gallery

import (
	"embed"
	"errors"
	"net/http"
	"time"

	"banli/forms"
	"banli/internal/web"

	"github.com/gin-gonic/gin"
)

//go:embed templates messages
var files embed.FS

var pack = web.NewPack(files)

// Paths are all pages of the gallery.
var Paths = []string{"/gallery", "/gallery/form", "/gallery/form?errors=1", "/gallery/read", "/gallery/problem/internal", "/gallery/problem/conflict"}

// listView is what list.html shows.
type listView struct {
	Now     time.Time
	Badges  []web.Clock
	Tiles   []web.Tile
	Filters web.Filters
	Rows    []row
	Pager   web.Pager
	Tags    []web.Tag
	Strips  []web.Strip
	Empty   []web.Empty
}

type row struct {
	Code, Owner, Item, Stage, By string
	Reply, Promised              web.Clock
	Over                         bool
}

// formView is what form.html shows.
type formView struct {
	Crumbs    []web.Link
	Steps     []web.Step
	Form      forms.View
	Materials []web.Material
	Limits    []web.Pair
	Saved     string
}

// readView is what read.html shows.
type readView struct {
	Receipt web.Receipt
	Answers []forms.SummaryRow
	Diff    []forms.DiffRow
	Flashes []web.Flash
}

var (
	listPage = web.NewPage[listView](pack, "list.html", web.Desk)
	formPage = web.NewPage[formView](pack, "form.html", web.Hall)
	readPage = web.NewPage[readView](pack, "read.html", web.Supervision)
)

// Mount adds the gallery's routes.
func Mount(e *gin.Engine) {
	e.GET("/gallery", web.Handle(getList))
	e.GET("/gallery/form", web.Handle(getForm))
	e.POST("/gallery/form", web.Handle(getForm))
	e.POST("/gallery/save", web.Handle(postSave))
	e.GET("/gallery/read", web.Handle(getRead))
	e.GET("/gallery/problem/:kind", web.Handle(getProblem))
}

func getList(c *gin.Context) error {
	return listPage.Render(c, http.StatusOK, sampleList(web.From(c)))
}

func getForm(c *gin.Context) error {
	status := http.StatusOK
	wrong := c.Query("errors") != ""
	if wrong {
		status = http.StatusUnprocessableEntity
	}
	return formPage.Render(c, status, sampleForm(web.From(c), wrong))
}

// postSave answers what autosave shows; it keeps nothing.
func postSave(c *gin.Context) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	return web.Text(c, http.StatusOK, pack.T(web.From(c).Lang, "gallery.saved", "at", web.From(c).Now.Format("15:04"), "name", form.Get("/pname")))
}

func getRead(c *gin.Context) error {
	return readPage.Render(c, http.StatusOK, sampleRead(web.From(c)))
}

// getProblem answers with each kind of error.
func getProblem(c *gin.Context) error {
	switch c.Param("kind") {
	case "conflict":
		l := web.From(c).Lang
		return &web.Problem{
			Status: http.StatusConflict, Title: web.T(l, "error.conflict.title"), Message: web.T(l, "error.conflict.message"),
			NextURL: "/gallery", NextText: web.T(l, "error.conflict.next"),
		}
	case "internal":
		return errors.New("shown in the gallery")
	case "panic":
		panic("shown in the gallery")
	}
	return web.ErrForbidden
}
