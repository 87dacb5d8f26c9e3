package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"banli/definitions"
	"banli/forms"
	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"
	"banli/store"

	"github.com/gin-gonic/gin"
)

// revisionsView is what revisions.html shows.
type revisionsView struct{ Rows []revisionRow }

type revisionRow struct {
	casework.Revision
	Who     string
	Edits   []changeRow
	InForce bool
}

// revisionView is what revision.html shows: one revision against the one before.
type revisionView struct {
	Title  string
	Crumbs []web.Link
	Facts  []web.Pair
	Row    revisionRow
	Diff   []forms.DiffRow
	Files  []fileDiff
	Reform string // how far its calendar has got through the cases under way; empty: it has none of its own
	First  bool
	May    bool // take back
}

type fileDiff struct {
	Name, Change string // Change in words: 新增, 删除, 已改
	Lines        []line
}

var (
	revisionsPage = web.NewPage[revisionsView](Pack, "revisions.html", web.Admin)
	revisionPage  = web.NewPage[revisionView](Pack, "revision.html", web.Admin)
)

func (h *Handler) getRevisions(c *gin.Context) error {
	r, ctx := web.From(c), c.Request.Context()
	history, err := h.Cases.Catalogues.History(ctx)
	if err != nil {
		return err
	}
	var v revisionsView
	for i, rev := range history {
		row, err := h.revisionRow(ctx, r, rev, i == 0)
		if err != nil {
			return err
		}
		v.Rows = append(v.Rows, row)
	}
	return revisionsPage.Render(c, http.StatusOK, v)
}

func (h *Handler) revisionRow(ctx context.Context, r *web.Request, rev casework.Revision, inForce bool) (revisionRow, error) {
	row := revisionRow{Revision: rev, Who: person(r.Lang, rev.By), InForce: inForce}
	doc, err := h.changes().Get(ctx, changeID(rev.No, rev.ID))
	if errors.Is(err, store.ErrNotFound) { // the first, or one that came as files
		return row, nil
	}
	var change Change
	if err == nil {
		err = json.Unmarshal(doc.Data, &change)
	}
	if err != nil {
		return row, fmt.Errorf("edits of revision %d: %w", rev.No, err)
	}
	cat := h.Cases.Catalogues.Current()
	for _, e := range change.Edits {
		shown := newChangeRow(r, cat, e)
		shown.Theirs = "" // what is in force by now is no conflict with the past
		row.Edits = append(row.Edits, shown)
	}
	return row, nil
}

// pair is a revision and the one before it; before is nil for the first.
func (h *Handler) pair(c *gin.Context) (rev casework.Revision, inForce bool, before, now *definitions.Catalogue, err error) {
	ctx := c.Request.Context()
	history, err := h.Cases.Catalogues.History(ctx)
	if err != nil {
		return rev, false, nil, nil, err
	}
	no, err := strconv.Atoi(c.Param("no"))
	if err != nil || no < 1 || no > len(history) {
		return rev, false, nil, nil, fmt.Errorf("revision %s: %w", c.Param("no"), store.ErrNotFound)
	}
	i := len(history) - no
	if now, err = h.Cases.Catalogues.At(ctx, history[i].ID); err == nil && no > 1 {
		before, err = h.Cases.Catalogues.At(ctx, history[i+1].ID)
	}
	return history[i], i == 0, before, now, err
}

func (h *Handler) getRevision(c *gin.Context) error {
	r := web.From(c)
	t := func(key string, args ...any) string { return Pack.T(r.Lang, key, args...) }
	rev, inForce, before, now, err := h.pair(c)
	if err != nil {
		return err
	}
	v := revisionView{Title: t("admin.revision", "no", rev.No), First: before == nil, May: may(r, drafters)}
	v.Crumbs = []web.Link{{Text: t("admin.overview"), Href: "/admin"}, {Text: t("admin.revisions"), Href: "/admin/revisions"}, {Text: v.Title}}
	if v.Row, err = h.revisionRow(c.Request.Context(), r, rev, inForce); err != nil {
		return err
	}
	v.Facts = []web.Pair{{Label: t("admin.revision.by"), Text: v.Row.Who}, {Label: t("admin.revision.note"), Text: rev.Note}, {Label: t("admin.revision.id"), Text: rev.ID}}
	if reform, begun, err := h.Cases.Reform(c.Request.Context(), rev.No); err != nil {
		return err
	} else if begun {
		key := "admin.reform.going"
		if reform.Done {
			key = "admin.reform.done"
		}
		v.Reform = t(key, "n", reform.Cases, "moved", reform.Moved, "failed", reform.Failed)
	}
	if before != nil {
		for _, s := range moved(before, now) {
			v.Diff = append(v.Diff, s.row(r.Lang))
		}
		v.Files = compareFiles(r.Lang, before.Files, now.Files)
	}
	return revisionPage.Render(c, http.StatusOK, v)
}

// move is a setting that two catalogues give other values.
type move struct {
	setting // as it is now
	before  string
}

func (m move) row(l web.Lang) forms.DiffRow {
	return forms.DiffRow{Label: m.label(l), Change: forms.Changed, Word: Pack.T(l, "admin.diff.changed"), Old: m.words(l, m.before), New: m.words(l, m.Value)}
}

// moved are the settings that changed from one catalogue to another.
func moved(before, now *definitions.Catalogue) []move {
	old := map[Edit]string{}
	for _, s := range settings(before) {
		old[Edit{Kind: s.Kind, ID: s.ID}] = s.Value
	}
	var out []move
	for _, s := range settings(now) {
		if v, ok := old[Edit{Kind: s.Kind, ID: s.ID}]; ok && v != s.Value {
			out = append(out, move{s, v})
		}
	}
	return append(out, movedDays(before, now)...)
}

func compareFiles(l web.Lang, before, now map[string][]byte) []fileDiff {
	all := maps.Clone(before)
	maps.Copy(all, now)
	var out []fileDiff
	for _, name := range slices.Sorted(maps.Keys(all)) {
		a, was := before[name]
		b, is := now[name]
		switch {
		case !was:
			out = append(out, fileDiff{Name: name, Change: Pack.T(l, "admin.diff.added")})
		case !is:
			out = append(out, fileDiff{Name: name, Change: Pack.T(l, "admin.diff.removed")})
		case string(a) != string(b):
			out = append(out, fileDiff{name, Pack.T(l, "admin.diff.changed"), compare(string(a), string(b))})
		}
	}
	return out
}

// postTakeBack puts into the draft what gives the settings a revision changed their earlier values again. What was
// changed once more since is left alone: it is another decision.
func (h *Handler) postTakeBack(c *gin.Context) error {
	r := web.From(c)
	rev, _, before, now, err := h.pair(c)
	if err != nil {
		return err
	}
	if before == nil {
		return fmt.Errorf("the first revision has none before it: %w", store.ErrNotFound)
	}
	taken, left := 0, 0
	err = h.change(c.Request.Context(), func(d *Draft) error {
		taken, left = 0, 0
		for _, m := range moved(before, now) {
			s, err := find(h.Cases.Catalogues.Current(), m.Kind, m.ID)
			if err != nil || s.Value != m.Value {
				left++
				continue
			}
			taken++
			d.put(Edit{Kind: m.Kind, ID: m.ID, Old: s.Value, New: m.before, By: screen.Actor(r), At: r.Now, Reason: Pack.T(web.Chinese, "admin.takeback.reason", "no", rev.No)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	kind := "ok"
	if taken == 0 || left > 0 {
		kind = "warn"
	}
	web.SetFlash(c, kind, Pack.T(r.Lang, "admin.takeback.done", "n", taken, "left", left))
	return web.SeeOther(c, "/admin/check")
}
