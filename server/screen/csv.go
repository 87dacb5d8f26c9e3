package screen

import (
	"encoding/csv"
	"net/url"
	"strings"
	"time"

	"banli/definitions"
	"banli/internal/web"
	"banli/server/casework"
	"banli/store"

	"github.com/gin-gonic/gin"
)

// ExportRows is how many rows a list is exported with at most.
const ExportRows = 10000

// WantsCSV tells whether a list is asked for as a file.
func WantsCSV(r *web.Request) bool { return r.Query.Get("format") == "csv" }

// ExportURL is the address of the list of a request as CSV.
func ExportURL(r *web.Request) string {
	q := keep(r, "after", "from", "size")
	q.Set("format", "csv")
	return (&url.URL{Path: r.Path, RawQuery: q.Encode()}).String()
}

// CSV answers with a table that spreadsheets open: UTF-8 with its mark, and no cell that they would compute.
func CSV(c *gin.Context, name string, head []string, rows [][]string) error {
	h := c.Writer.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	if _, err := c.Writer.WriteString("\ufeff"); err != nil {
		return err
	}
	w := csv.NewWriter(c.Writer)
	for _, row := range append([][]string{head}, rows...) {
		for i, cell := range row {
			if strings.ContainsRune("=+-@\t\r", first(cell)) {
				row[i] = "'" + cell
			}
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func first(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

// CasesCSV answers with the cases of a query that the person may see.
func CasesCSV(c *gin.Context, cases *casework.Service, q store.CaseQuery, name string) error {
	r := web.From(c)
	cat := cases.Catalogues.Current()
	list := func(q store.CaseQuery) (store.Page[casework.CaseLine], error) {
		page, _, err := cases.Queue(c.Request.Context(), Actor(r), q)
		return page, err
	}
	head := CSVHead(r.Lang, "code", "title", "owner", "item", "department", "state", "marks", "clock", "due", "opened", "case")
	return ListCSV(c, name, head, q, list, func(l casework.CaseLine) []string { return csvRow(r, cat, l) })
}

// ListCSV answers with all pages of a list from its first, up to [ExportRows].
func ListCSV[T any](c *gin.Context, name string, head []string, q store.CaseQuery, list func(store.CaseQuery) (store.Page[T], error), row func(T) []string) error {
	var rows [][]string
	for q.Limit, q.After = 200, ""; len(rows) < ExportRows; {
		page, err := list(q)
		if err != nil {
			return err
		}
		for _, l := range page.Rows {
			rows = append(rows, row(l))
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	return CSV(c, name, head, rows)
}

// CSVHead are the headings of columns.
func CSVHead(l web.Lang, columns ...string) []string {
	head := make([]string, len(columns))
	for i, id := range columns {
		head[i] = T(l, "csv."+id)
	}
	return head
}

func csvRow(r *web.Request, cat *definitions.Catalogue, l casework.CaseLine) []string {
	row := CaseRow(r, cat, l)
	marks := make([]string, len(row.Marks))
	for i, m := range row.Marks {
		marks[i] = m.Text
	}
	due := ""
	if l.Leading != nil && l.Leading.Due != nil {
		due = l.Leading.Due.In(r.Now.Location()).Format(time.DateTime)
	}
	return []string{
		l.Code, l.Title, l.OwnerName, row.Name, row.Department, row.State, strings.Join(marks, T(r.Lang, "why.comma")),
		row.Clock.String(), due, l.OpenedAt.In(r.Now.Location()).Format(time.DateTime), l.ID,
	}
}
