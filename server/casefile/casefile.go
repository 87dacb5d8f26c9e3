package casefile

import (
	"embed"

	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"

	"github.com/gin-gonic/gin"
)

//go:embed templates messages
var files embed.FS

// Pack is the pages and texts of this feature.
var Pack = web.NewPack(files)

// Handler serves the pages of projects and cases.
type Handler struct {
	Cases     *casework.Service
	MaxUpload int64 // bytes of one post with files; 32 MiB when zero
}

// Mount lists the routes.
func (h *Handler) Mount(r gin.IRouter) {
	limit := h.MaxUpload
	if limit == 0 {
		limit = 32 << 20
	}
	g := r.Group("", web.Require())
	g.GET("/projects/:id", web.Handle(h.getProject))
	g.GET("/cases/:id", web.Handle(h.getCase))
	g.GET("/cases/:id/acts/:do", web.Handle(h.getAct))
	g.POST("/cases/:id/acts/:do", web.MaxBody(limit), web.Handle(h.postAct))
	g.GET("/cases/:id/clocks/:clock", web.Handle(h.getClock))
	g.GET("/cases/:id/files/:digest", web.Handle(h.getFile))
	g.GET("/cases/:id/documents/:document", web.Handle(h.getDocument))
}

// pages is one page in each frame that somebody may see it in.
type pages[T any] map[web.Shell]*web.Page[T]

func newPages[T any](name string) pages[T] {
	p := pages[T]{}
	for _, s := range []web.Shell{web.Hall, web.Desk, web.Supervision} {
		p[s] = web.NewPage[T](Pack, name, s)
	}
	return p
}

// render shows the page in the frame of the person's own work.
func (p pages[T]) render(c *gin.Context, status int, view T) error {
	return p[screen.Shell(web.From(c))].Render(c, status, view)
}
