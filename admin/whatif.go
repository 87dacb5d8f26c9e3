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
	moves                         []casework.Move // the first
	err                           error
	asked                         time.Time
	done                          chan struct{} // closed when all cases were asked
}

func (a *answers) take(w casework.WhatIf) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cases, a.moved, a.failed = a.cases+w.Cases, a.moved+len(w.Moves), a.failed+w.Failed
	for _, m := range w.Moves {
		if m.BecomesOverdue {
			a.overdue++
		}
	}
	a.moves = append(a.moves, w.Moves[:min(len(w.Moves), movesShown-len(a.moves))]...)
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
}

type moveRow struct {
	Code, Title, Name, Clock, Href string
	Was, Now                       string
	Late                           bool
}

// whatIfs asks what publishing would move, where the calendar changed, and how cases under way would stand under
// what else changed.
func (h *Handler) whatIfs(ctx context.Context, r *web.Request, cat *definitions.Catalogue, edits []Edit, draft *definitions.Catalogue) ([]whatIfView, error) {
	open := true
	total, err := h.Cases.Store.CountCases(ctx, store.CaseQuery{Open: &open})
	if err != nil {
		return nil, err
	}
	key := checkKey(cat, edits)
	var out []whatIfView
	if slices.ContainsFunc(edits, func(e Edit) bool { return e.Kind == calendar }) {
		a := h.published.ask(ctx, key, func(ctx context.Context, take func(casework.WhatIf)) error {
			return h.Cases.WhatIfPublished(ctx, draft, take)
		})
		v, err := newWhatIfView(r, "published", total, a)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	if slices.ContainsFunc(edits, func(e Edit) bool { return e.Kind != calendar }) {
		a := h.under.ask(ctx, key, func(ctx context.Context, take func(casework.WhatIf)) error {
			return h.Cases.WhatIfUnder(ctx, draft, take)
		})
		v, err := newWhatIfView(r, "under", total, a)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func newWhatIfView(r *web.Request, id string, total int, a *answers) (whatIfView, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err != nil && !errors.Is(a.err, context.Canceled) {
		return whatIfView{}, a.err
	}
	v := whatIfView{
		ID: id, Title: Pack.T(r.Lang, "admin.whatif."+id), Lead: Pack.T(r.Lang, "admin.whatif."+id+".lead"),
		Cases: a.cases, Total: max(total, a.cases), Moved: a.moved, Overdue: a.overdue, Failed: a.failed, Shown: len(a.moves),
	}
	select {
	case <-a.done:
		v.Done, v.Total = true, a.cases
	default:
	}
	for _, m := range a.moves {
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
	return v, nil
}

func moment(r *web.Request, at *time.Time) string {
	if at == nil {
		return Pack.T(r.Lang, "admin.whatif.not_running")
	}
	return web.Due(*at, r.Now.Location())
}
