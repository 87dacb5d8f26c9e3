package admin

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"banli/definitions"
	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"
	"banli/store"

	"github.com/gin-gonic/gin"
)

const (
	movesShown = 50               // of all that move
	patience   = 2 * time.Second  // a page waits so long for all answers; then it shows those there are
	fresh      = time.Minute      // an answer is taken for true so long
	givenUp    = 10 * time.Minute // then a question is given up
)

// whatIf asks one question about all cases under way, in the background: there may be many. A new question ends the
// one before.
type whatIf struct {
	mu     sync.Mutex
	key    string
	cancel context.CancelFunc
	last   *answers
}

// answers are what is known of a question so far.
type answers struct {
	mu                            sync.Mutex
	cases, moved, overdue, failed int
	late, rest                    []casework.Move // that become overdue, and that do not; as many as a file holds of each
	err                           error
	asked                         time.Time
	done                          chan struct{} // closed when all cases were asked
}

func (a *answers) take(w casework.WhatIf) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cases, a.moved, a.failed = a.cases+w.Cases, a.moved+len(w.Moves), a.failed+w.Failed
	for _, m := range w.Moves {
		list := &a.rest
		if m.BecomesOverdue {
			a.overdue++
			list = &a.late
		}
		if len(*list) < screen.ExportRows {
			*list = append(*list, m)
		}
	}
}

// first are the first n moves, those that become overdue before the others.
func (a *answers) first(n int) []casework.Move {
	all := slices.Concat(a.late, a.rest)
	return all[:min(n, len(all))]
}

// ask gives the answers to a question, all of them where they come soon.
func (w *whatIf) ask(ctx context.Context, key string, run func(context.Context, func(casework.WhatIf)) error) *answers {
	w.mu.Lock()
	stale := w.last == nil || w.key != key
	if !stale {
		select {
		case <-w.last.done:
			stale = time.Since(w.last.asked) > fresh
		default:
		}
	}
	if stale {
		if w.cancel != nil {
			w.cancel()
		}
		a := &answers{asked: time.Now(), done: make(chan struct{})}
		background, cancel := context.WithTimeout(context.WithoutCancel(ctx), givenUp)
		w.key, w.last, w.cancel = key, a, cancel
		go func() {
			defer cancel()
			err := run(background, a.take)
			a.mu.Lock()
			a.err = err
			a.mu.Unlock()
			close(a.done)
		}()
	}
	a := w.last
	w.mu.Unlock()
	select {
	case <-a.done:
	case <-ctx.Done():
	case <-time.After(patience):
	}
	return a
}

// whatIfView is what one question came to so far.
type whatIfView struct {
	ID, Title, Lead               string
	Cases, Total                  int
	Moved, Overdue, Failed, Shown int
	Rows                          []moveRow
	Done                          bool
	Export                        string // address of the moves as CSV, once they are all known
}

type moveRow struct {
	Code, Title, Name, Clock, Href string
	Was, Now                       string
	Late                           bool
}

// question is one question with what is known of it so far.
type question struct {
	id string
	*answers
}

// ask asks what publishing would move, where the calendar changed, and how cases under way would stand under what else
// changed.
func (h *Handler) ask(ctx context.Context, cat *definitions.Catalogue, edits []Edit, draft *definitions.Catalogue) (out []question) {
	key := checkKey(cat, edits)
	if slices.ContainsFunc(edits, func(e Edit) bool { return e.Kind == calendar }) {
		out = append(out, question{"published", h.published.ask(ctx, key, func(ctx context.Context, take func(casework.WhatIf)) error {
			return h.Cases.WhatIfPublished(ctx, draft, take)
		})})
	}
	if slices.ContainsFunc(edits, func(e Edit) bool { return e.Kind != calendar }) {
		out = append(out, question{"under", h.under.ask(ctx, key, func(ctx context.Context, take func(casework.WhatIf)) error {
			return h.Cases.WhatIfUnder(ctx, draft, take)
		})})
	}
	return out
}

// whatIfs shows what the questions about a draft came to so far.
func (h *Handler) whatIfs(ctx context.Context, r *web.Request, cat *definitions.Catalogue, edits []Edit, draft *definitions.Catalogue) (out []whatIfView, err error) {
	open := true
	total, err := h.Cases.Store.CountCases(ctx, store.CaseQuery{Open: &open})
	if err != nil {
		return nil, err
	}
	for _, q := range h.ask(ctx, cat, edits, draft) {
		v, err := newWhatIfView(r, q.id, total, q.answers)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// movesCSV answers with all moves that one question about a draft came to, once they are known.
func (h *Handler) movesCSV(c *gin.Context, d *Draft, id string) error {
	r, ctx, cat := web.From(c), c.Request.Context(), h.Cases.Catalogues.Current()
	res, err := h.checks.of(cat, d.Edits)
	if err != nil {
		return err
	}
	if res.cat == nil {
		return store.ErrNotFound
	}
	asked := h.ask(ctx, cat, d.Edits, res.cat)
	i := slices.IndexFunc(asked, func(q question) bool { return q.id == id })
	if i < 0 {
		return store.ErrNotFound
	}
	a := asked[i].answers
	select {
	case <-a.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err != nil {
		return a.err
	}
	t := func(key string) string { return Pack.T(r.Lang, "admin.whatif."+key) }
	head := append(screen.CSVHead(r.Lang, "code", "title", "owner", "item", "department", "clock"),
		t("was"), t("was_limit"), t("now"), t("now_limit"), t("late"))
	var rows [][]string
	for _, m := range a.first(screen.ExportRows) {
		late := ""
		if m.BecomesOverdue {
			late = t("late")
		}
		rows = append(rows, []string{
			m.Code, m.Title, m.OwnerName, screen.LineName(r.Lang, m.CaseLine), r.Lang.Pick(m.DepartmentName, m.DepartmentNameEn),
			r.Lang.Pick(m.Clock.Name, m.Clock.NameEn), dateTime(r, m.WasDue), limit(r, m, m.WasLimit), dateTime(r, m.Due), limit(r, m, m.Limit), late, m.ID,
		})
	}
	return screen.CSV(c, "moves-"+id, append(head, screen.CSVHead(r.Lang, "case")...), rows)
}

func dateTime(r *web.Request, at *time.Time) string {
	if at == nil {
		return Pack.T(r.Lang, "admin.whatif.not_running")
	}
	return at.In(r.Now.Location()).Format(time.DateTime)
}

// limit is a limit of a move in words; empty: the clock had none.
func limit(r *web.Request, m casework.Move, n int) string {
	if n <= 0 {
		return ""
	}
	return screen.Amount(r.Lang, n, m.Clock.Unit)
}

func newWhatIfView(r *web.Request, id string, total int, a *answers) (whatIfView, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err != nil && !errors.Is(a.err, context.Canceled) {
		return whatIfView{}, a.err
	}
	v := whatIfView{
		ID: id, Title: Pack.T(r.Lang, "admin.whatif."+id), Lead: Pack.T(r.Lang, "admin.whatif."+id+".lead"),
		Cases: a.cases, Total: max(total, a.cases), Moved: a.moved, Overdue: a.overdue, Failed: a.failed,
	}
	select {
	case <-a.done:
		v.Done, v.Total = true, a.cases
		if a.moved > 0 {
			v.Export = "/admin/check?format=csv&moves=" + id
		}
	default:
	}
	for _, m := range a.first(movesShown) {
		row := moveRow{
			Code: m.Code, Title: m.Title, Name: screen.LineName(r.Lang, m.CaseLine), Clock: r.Lang.Pick(m.Clock.Name, m.Clock.NameEn),
			Href: screen.CaseURL(m.ID), Was: moment(r, m.WasDue), Now: moment(r, m.Due), Late: m.BecomesOverdue,
		}
		if m.WasLimit != m.Limit && m.WasLimit > 0 && m.Limit > 0 {
			row.Was += Pack.T(r.Lang, "admin.whatif.limit", "limit", screen.Amount(r.Lang, m.WasLimit, m.Clock.Unit))
			row.Now += Pack.T(r.Lang, "admin.whatif.limit", "limit", screen.Amount(r.Lang, m.Limit, m.Clock.Unit))
		}
		v.Rows = append(v.Rows, row)
	}
	v.Shown = len(v.Rows)
	return v, nil
}

func moment(r *web.Request, at *time.Time) string {
	if at == nil {
		return Pack.T(r.Lang, "admin.whatif.not_running")
	}
	return web.Due(*at, r.Now.Location())
}
