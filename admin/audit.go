package admin

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"banli/internal/web"
	"banli/server/screen"

	"github.com/gin-gonic/gin"
)

// auditView is what audit.html shows.
type auditView struct {
	Rows  []auditRow
	Pager web.Pager
}

type auditRow struct {
	At                time.Time
	Who, What, Detail string
}

var auditPage = web.NewPage[auditView](Pack, "audit.html", web.Admin)

func (h *Handler) getAudit(c *gin.Context) error {
	r := web.From(c)
	page, err := h.Cases.AuditLog(c.Request.Context(), screen.Actor(r), r.Query.Get("after"))
	if err != nil {
		return err
	}
	var v auditView
	for _, e := range page.Rows {
		row := auditRow{At: e.At, Who: person(r.Lang, e.By), What: Pack.T(r.Lang, "admin.audit.kind."+e.Kind), Detail: words(r.Lang, e.Detail)}
		if !Pack.Has(r.Lang, "admin.audit.kind."+e.Kind) {
			row.What = e.Kind
		}
		v.Rows = append(v.Rows, row)
	}
	from := 0
	if _, err := fmt.Sscan(r.Query.Get("from"), &from); err != nil || r.Query.Get("after") == "" {
		from = 0
	}
	v.Pager = web.NewPager(r, from, len(v.Rows), -1, page.Next)
	return auditPage.Render(c, http.StatusOK, v)
}

// words is the detail of an entry on one line, name by name; identifiers nobody reads are left out.
func words(l web.Lang, detail json.RawMessage) string {
	var m map[string]any
	if json.Unmarshal(detail, &m) != nil {
		return string(detail)
	}
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		text, name := fmt.Sprint(m[k]), k
		if text == "" || k == "id" || k == "revision" {
			continue
		}
		if Pack.Has(l, "admin.audit.key."+k) {
			name = Pack.T(l, "admin.audit.key."+k)
		}
		if k == "role" {
			text = screen.Role(l, text)
		}
		parts = append(parts, name+" "+text)
	}
	return strings.Join(parts, " · ")
}
