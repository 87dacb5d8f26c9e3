package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"banli/definitions"
	"banli/forms"
	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"
	"banli/store"

	"github.com/gin-gonic/gin"
)

// checkView is what check.html shows: the draft as it would be.
type checkView struct {
	Draft      draftView
	Moves      []whatIfView // what publishing moves, and what the draft would move besides
	Faults     []faultRow
	Failed     []failedRow
	Passed     int
	Loads      bool
	MayDraft   bool
	MayPublish bool
	Ready      bool // nothing stands in the way
	Base       string
	Rev        int64
	Note       forms.FieldView
	Diff       []forms.DiffRow // what changed since the person looked
	Stale      bool
	Newer      int // the revision published since the draft was begun; 0: none
	Summary    web.ErrorSummary
}

type faultRow struct {
	Place, Message, Hint string
	Edit                 *web.Link // the edit it points at; nil: another place
}

type failedRow struct {
	Name, Place string
	Failures    []definitions.TestFailure
}

var checkPage = web.NewPage[checkView](Pack, "check.html", web.Admin)

func (h *Handler) getCheck(c *gin.Context) error {
	// Others may have published meanwhile; who publishes next wants to know before, not after.
	if err := h.Cases.Catalogues.Refresh(c.Request.Context()); err != nil {
		return err
	}
	d, err := h.draft(c.Request.Context())
	if err != nil {
		return err
	}
	if r := web.From(c); screen.WantsCSV(r) {
		return h.movesCSV(c, d, r.Query.Get("moves"))
	}
	v, err := h.checkView(c, d)
	if err != nil {
		return err
	}
	return checkPage.Render(c, http.StatusOK, v)
}

func (h *Handler) checkView(c *gin.Context, d *Draft) (checkView, error) {
	r, cat := web.From(c), h.Cases.Catalogues.Current()
	v := checkView{
		Draft: newDraftView(r, cat, d), MayDraft: may(r, drafters), MayPublish: may(r, publishers), Base: cat.Revision, Rev: d.rev,
	}
	v.Note = field("note", Pack.T(r.Lang, "admin.check.note"), "")
	v.Note.Kind, v.Note.Lines, v.Note.MaxLength, v.Note.Hint = forms.TextArea, 3, 300, Pack.T(r.Lang, "admin.check.note.hint")
	v.Note.DescribedBy = v.Note.HintID
	if len(d.Edits) == 0 {
		return v, nil
	}
	if d.Base != cat.Revision {
		history, err := h.Cases.Catalogues.History(c.Request.Context())
		if err != nil {
			return v, err
		}
		v.Newer = history[0].No
	}
	res, err := h.checks.of(cat, d.Edits)
	if err != nil {
		return v, err
	}
	v.Loads, v.Passed, v.Ready = res.cat != nil, res.passed, res.clean() && v.Draft.Conflicts == 0
	for _, f := range res.faults {
		v.Faults = append(v.Faults, newFaultRow(r, cat, d, f))
	}
	for _, t := range res.failed {
		v.Failed = append(v.Failed, failedRow{t.Test.Name, t.Test.Place.String(), t.Failures})
	}
	if res.cat != nil {
		if v.Moves, err = h.whatIfs(c.Request.Context(), r, cat, d.Edits, res.cat); err != nil {
			return v, err
		}
	}
	for i := range v.Draft.Edits {
		n, err := h.running(c.Request.Context(), cat, v.Draft.Edits[i].Edit)
		if err != nil {
			return v, err
		}
		v.Draft.Edits[i].Running = strconv.Itoa(n)
	}
	return v, nil
}

// newFaultRow words a fault and finds the edit at its line.
func newFaultRow(r *web.Request, cat *definitions.Catalogue, d *Draft, f definitions.Fault) faultRow {
	row := faultRow{Place: fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Col), Message: f.Message, Hint: f.Hint}
	for _, e := range d.Edits {
		if s, err := find(cat, e.Kind, e.ID); err == nil && s.Place.File == f.File && s.Place.Line == f.Line {
			row.Edit = &web.Link{Text: s.label(r.Lang), Href: s.url()}
		}
	}
	return row
}

// running counts the open cases that began under the value an edit changes, and keep it.
func (h *Handler) running(ctx context.Context, cat *definitions.Catalogue, e Edit) (int, error) {
	open := true
	q := store.CaseQuery{Open: &open}
	switch e.Kind {
	case item:
		q.Item = e.itemID()
	case parameter, policy:
		q.Flows = flowsOf(cat, e)
	}
	n, err := h.Cases.Store.CountCases(ctx, q)
	if err != nil {
		return 0, fmt.Errorf("count running cases: %w", err)
	}
	return n, nil
}

// postResolve takes an edit out of the draft, or keeps it although something else is in force by now.
func (h *Handler) postResolve(c *gin.Context) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	r, done := web.From(c), "admin.edit.dropped"
	gone := &web.Problem{
		Status: http.StatusConflict, Title: web.T(r.Lang, "error.conflict.title"), Message: web.T(r.Lang, "error.conflict.message"),
		NextURL: "/admin/check", NextText: web.T(r.Lang, "error.conflict.next"),
	}
	err = h.change(c.Request.Context(), func(d *Draft) error {
		e := d.edit(form.Get("kind"), form.Get("id"))
		if e == nil || e.New != form.Get("seen") {
			return gone
		}
		next := Edit{Kind: e.Kind, ID: e.ID}
		if form.Get("do") == "keep" {
			s, err := find(h.Cases.Catalogues.Current(), e.Kind, e.ID)
			if err != nil {
				return err
			}
			next, done = *e, "admin.edit.kept"
			next.Old, next.By, next.At = s.Value, screen.Actor(r), r.Now
		}
		d.put(next)
		return nil
	})
	if err != nil {
		return err
	}
	web.SetFlash(c, "ok", Pack.T(r.Lang, done))
	return web.SeeOther(c, "/admin/check")
}

// Change is what a publication kept about its edits, beside the revision.
type Change struct {
	No       int    `json:"no"`
	Revision string `json:"revision"`
	Edits    []Edit `json:"edits"`
}

// changeID names a change before it is published: no other revision can have both number and content.
func changeID(no int, revision string) string { return fmt.Sprintf("%08d-%s", no, revision) }

func (h *Handler) changes() store.Docs { return h.Cases.Store.Docs("catalogue_changes") }

func (h *Handler) postPublish(c *gin.Context) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	h.publishing.Lock()
	defer h.publishing.Unlock()
	r, ctx := web.From(c), c.Request.Context()
	if err := h.Cases.Catalogues.Refresh(ctx); err != nil {
		return err
	}
	d, err := h.draft(ctx)
	if err != nil {
		return err
	}
	v, err := h.checkView(c, d)
	if err != nil {
		return err
	}
	note := strings.TrimSpace(form.Get("note"))
	v.Note.Value = form.Get("note")
	if form.Get("base") != v.Base || form.Get("rev") != strconv.FormatInt(d.rev, 10) {
		v.Stale, v.Diff = true, sinceSeen(r, h.Cases.Catalogues.Current(), d, form["edit"])
		return checkPage.Render(c, http.StatusConflict, v)
	}
	problem := ""
	switch {
	case len(d.Edits) == 0:
		problem = Pack.T(r.Lang, "admin.problem.empty")
	case !v.Ready:
		problem = Pack.T(r.Lang, "admin.problem.not_clean")
	case note == "":
		problem = Pack.T(r.Lang, "admin.problem.note")
		v.Note.Problem, v.Note.DescribedBy = problem, v.Note.ProblemID+" "+v.Note.DescribedBy
	}
	if problem != "" {
		link := web.ErrorLink{Text: problem}
		if v.Note.Problem != "" {
			link.Target = v.Note.ID
		}
		v.Summary.Errors = append(v.Summary.Errors, link)
		return checkPage.Render(c, http.StatusUnprocessableEntity, v)
	}
	rev, err := h.publish(ctx, r, d, note)
	if err != nil {
		return err
	}
	web.SetFlash(c, "ok", Pack.T(r.Lang, "admin.published", "no", rev.No))
	return web.SeeOther(c, "/admin/revisions/"+strconv.Itoa(rev.No))
}

// publish keeps the edits, puts the edited files in force, and empties the draft, in this order: a revision never
// lacks its edits, and edits that are in force are not shown as a draft even when the last step was not reached.
func (h *Handler) publish(ctx context.Context, r *web.Request, d *Draft, note string) (*casework.Revision, error) {
	cats, actor := h.Cases.Catalogues, screen.Actor(r)
	res, err := h.checks.of(cats.Current(), d.Edits)
	if err != nil {
		return nil, err
	}
	history, err := cats.History(ctx)
	if err != nil {
		return nil, err
	}
	change := Change{No: len(history) + 1, Revision: res.cat.Revision, Edits: d.Edits}
	data, err := json.Marshal(change)
	if err != nil {
		return nil, err
	}
	err = h.changes().Insert(ctx, &store.Doc{ID: changeID(change.No, change.Revision), Data: data})
	if err != nil && !errors.Is(err, store.ErrExists) { // it exists where an earlier attempt got so far
		return nil, fmt.Errorf("keep edits of revision %d: %w", change.No, err)
	}
	rev, err := h.Cases.Publish(ctx, actor, res.files, note)
	if err != nil {
		return nil, err
	}
	if err := h.Cases.Audit(ctx, actor, "publish", map[string]any{"no": rev.No, "revision": rev.ID, "note": note, "edits": len(d.Edits)}); err != nil {
		return nil, err
	}
	// What is in force now is dropped from the draft when it is read: writing it back is enough.
	return rev, h.change(ctx, func(*Draft) error { return nil })
}

// sinceSeen is how the draft differs from the edits a person saw, each as kind id old new.
func sinceSeen(r *web.Request, cat *definitions.Catalogue, d *Draft, seen []string) []forms.DiffRow {
	var out []forms.DiffRow
	row := func(e Edit, change forms.Change, old, now string) {
		shown := newChangeRow(r, cat, e)
		out = append(out, forms.DiffRow{Label: shown.Label, Change: change, Word: Pack.T(r.Lang, "admin.diff."+string(change)), Old: old, New: now})
	}
	words := func(e Edit, value string) string {
		if s, err := find(cat, e.Kind, e.ID); err == nil {
			return s.words(r.Lang, value)
		}
		return value
	}
	before := map[string]string{}
	for _, line := range seen {
		f := strings.Fields(line)
		if len(f) != 3 {
			continue
		}
		before[f[0]+" "+f[1]] = f[2]
		if d.edit(f[0], f[1]) == nil {
			e := Edit{Kind: f[0], ID: f[1]}
			row(e, forms.Removed, words(e, f[2]), "")
		}
	}
	for _, e := range d.Edits {
		switch old, ok := before[e.Kind+" "+e.ID]; {
		case !ok:
			row(e, forms.Added, "", words(e, e.New))
		case old != e.New:
			row(e, forms.Changed, words(e, old), words(e, e.New))
		}
	}
	slices.SortFunc(out, func(a, b forms.DiffRow) int { return strings.Compare(a.Label, b.Label) })
	return out
}
