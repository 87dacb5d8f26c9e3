package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"banli/engine/calendar"
	"banli/engine/flow"
	"banli/store"
)

// A publication with another calendar moves the clocks that run (T30): every case under way comes under the calendar
// at the instant of publication, whenever a worker gets to it. Until then an act brings its own case there first, and
// a page shows it there, so that a late worker changes nothing.

// newCalendar is a publication that put another calendar in force.
type newCalendar struct {
	No       int
	At       time.Time
	Calendar string // revision
}

func (n newCalendar) key() string { return fmt.Sprintf("calendar:%d", n.No) }

// newCalendars are the publications with another calendar than the one before, oldest first.
func (c *Catalogues) newCalendars() []newCalendar {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []newCalendar
	for i := 1; i < len(c.history); i++ {
		if r := c.history[i]; r.Calendar != c.history[i-1].Calendar {
			out = append(out, newCalendar{r.No, r.At, r.Calendar})
		}
	}
	return out
}

// calendar finds a published revision of the calendar.
func (c *Catalogues) calendar(ctx context.Context, revision string) (*calendar.Calendar, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.history, func(r revisionDoc) bool { return r.Calendar == revision })
	if i < 0 { // published by another server
		if err := c.refresh(ctx); err != nil {
			return nil, err
		}
		i = slices.IndexFunc(c.history, func(r revisionDoc) bool { return r.Calendar == revision })
	}
	if i < 0 {
		return nil, fmt.Errorf("calendar revision %.12s: %w", revision, store.ErrNotFound)
	}
	cat, err := c.load(ctx, c.history[i].ID)
	if err != nil {
		return nil, err
	}
	return cat.Calendar, nil
}

// knowCalendars gives the scope of a case each calendar that its events name.
func (s *Service) knowCalendars(ctx context.Context, k *loaded) error {
	for _, e := range k.events {
		if e.Calendar == nil {
			continue
		}
		c, err := s.Catalogues.calendar(ctx, e.Calendar.To)
		if err != nil {
			return err
		}
		k.know(c)
	}
	return nil
}

func (k *loaded) know(c *calendar.Calendar) {
	if k.scope.Calendars == nil {
		k.scope.Calendars = map[string]*calendar.Calendar{}
	}
	k.scope.Calendars[c.Revision()] = c
}

// awaits are the calendars published by an instant that the case has yet to come under, oldest first. Cases that are
// only kept for the record have no clock to move.
func (s *Service) awaits(k *loaded, until time.Time) (out []newCalendar) {
	if !k.Head.Open || slices.Contains(k.Head.Marks, flow.RecordOnly) {
		return nil
	}
	for _, n := range slices.Backward(s.Catalogues.newCalendars()) {
		if n.At.Before(k.OpenedAt) || k.has(n.key()) {
			break
		}
		if !n.At.After(until) {
			out = append(out, n)
		}
	}
	slices.Reverse(out)
	for len(out) > 0 && out[0].Calendar == k.calendar() { // it began under it
		out = out[1:]
	}
	return out
}

// calendar is the revision of the calendar that the case is under.
func (k *loaded) calendar() string {
	for _, e := range slices.Backward(k.events) {
		if e.Calendar != nil {
			return e.Calendar.To
		}
	}
	return k.cat.Calendar.Revision()
}

// under is what it comes to that a case in a state comes under a calendar at an instant.
func (s *Service) under(ctx context.Context, k *loaded, st *flow.State, n newCalendar) (flow.Decision, error) {
	c, err := s.Catalogues.calendar(ctx, n.Calendar)
	if err != nil {
		return flow.Decision{}, err
	}
	k.know(c)
	dec, err := k.flow.Revise(&k.scope, st, n.Calendar, n.At.In(c.Zone()))
	for i := range dec.Events {
		if dec.Events[i].Do == flow.CalendarRevised {
			dec.Events[i].Key = n.key()
		}
	}
	return dec, err
}

// ahead is what happens to a case by itself up to and including an instant: calendars published meanwhile, and what
// the clock does.
func (s *Service) ahead(ctx context.Context, k *loaded, at time.Time) (flow.Decision, error) {
	all := flow.Decision{State: k.state}
	for _, n := range s.awaits(k, at) {
		dec, err := s.under(ctx, k, &all.State, n)
		if err != nil {
			return all, fmt.Errorf("case %s: %w", k.ID, err)
		}
		all.State, all.Events = dec.State, append(all.Events, dec.Events...)
	}
	dec, err := k.flow.Advance(&k.scope, &all.State, k.notBefore(at), true)
	if err != nil {
		return all, fmt.Errorf("case %s: %w", k.ID, err)
	}
	all.State, all.Events = dec.State, append(all.Events, dec.Events...)
	return all, nil
}

// reform brings a case under the calendars published by an instant, with what the clock did before each, and gives it
// as it is then. found: something was written.
func (s *Service) reform(ctx context.Context, id string, until time.Time) (k *loaded, found bool, err error) {
	for range maxTries {
		if k, err = s.load(ctx, id); err != nil {
			return nil, found, err
		}
		list := s.awaits(k, until)
		if len(list) == 0 {
			return k, found, nil
		}
		n := list[0]
		if due := k.NextDue; !due.IsZero() && due.Before(n.At) {
			if _, err := s.fire(ctx, k, due); err != nil {
				return nil, found, err
			}
			continue
		}
		if err := s.enforce(ctx, k, n.At); err != nil {
			return nil, found, err
		}
		dec, err := s.under(ctx, k, &k.state, n)
		if err != nil {
			return nil, found, fmt.Errorf("case %s under calendar %.12s: %w", id, n.Calendar, err)
		}
		lines, err := s.append(ctx, k, dec, nil, nil)
		switch {
		case err == nil:
			found = true
			s.deliverNow(ctx, lines)
		case !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrDuplicate):
			return nil, found, err
		}
	}
	return nil, found, fmt.Errorf("case %s: %w, %d times in a row", id, store.ErrConflict, maxTries)
}

// Publish puts files in force: see [Catalogues.Publish]. Where their calendar is another one, the worker brings the
// cases under way under it.
func (s *Service) Publish(ctx context.Context, actor flow.Actor, files map[string][]byte, note string) (*Revision, error) {
	r, err := s.Catalogues.Publish(ctx, actor, files, note)
	if err == nil && s.Wake != nil {
		s.Wake(s.instant())
	}
	return r, err
}

// Reform is how far a publication with another calendar has got through the cases under way.
type Reform struct {
	No     int    `json:"no"`     // of the revision
	Cases  int    `json:"cases"`  // looked at
	Moved  int    `json:"moved"`  // of which some clock is due at another instant
	Failed int    `json:"failed"` // which an operator must look at; the log says why
	Done   bool   `json:"done"`
	After  string `json:"after,omitempty"` // cursor of the next batch
}

// Reform tells how far the publication of a revision has got; false when it changed no calendar, or nobody began.
func (s *Service) Reform(ctx context.Context, no int) (Reform, bool, error) {
	doc, r, err := s.reformDoc(ctx, no)
	return r, err == nil && doc.Rev > 0, err
}

func (s *Service) reforms() store.Docs { return s.Store.Docs("calendar_reforms") }

// reformDoc is what is written down about a publication; a new document where there is nothing yet.
func (s *Service) reformDoc(ctx context.Context, no int) (*store.Doc, Reform, error) {
	r := Reform{No: no}
	doc, err := s.reforms().Get(ctx, revisionID(no))
	if errors.Is(err, store.ErrNotFound) {
		return &store.Doc{ID: revisionID(no)}, r, nil
	}
	if err == nil {
		err = json.Unmarshal(doc.Data, &r)
	}
	if err != nil {
		return nil, r, fmt.Errorf("calendar of revision %d: %w", no, err)
	}
	return doc, r, nil
}

// reformSize is how many cases are brought under a calendar before due work is looked at again.
const reformSize = 200

// reformSome brings the next cases under a calendar published by now. more: there may be others. What was done is
// written down after each batch: a worker that stops in between does one batch twice, and each of its cases once.
func (s *Service) reformSome(ctx context.Context, now time.Time) (more bool, err error) {
	all := s.Catalogues.newCalendars()
	for i := int(s.Catalogues.reformed.Load()); i < len(all) && !all[i].At.After(now); i++ {
		doc, r, err := s.reformDoc(ctx, all[i].No)
		if err != nil {
			return false, err
		}
		if !r.Done {
			return true, s.reformBatch(ctx, all[i], doc, r)
		}
		s.Catalogues.reformed.Store(int64(i + 1))
	}
	return false, nil
}

func (s *Service) reformBatch(ctx context.Context, n newCalendar, doc *store.Doc, r Reform) error {
	open := true
	page, err := s.Store.Cases(ctx, store.CaseQuery{Open: &open, Until: n.At.Add(time.Microsecond), Sort: "opened", After: r.After, Limit: reformSize})
	if err != nil {
		return fmt.Errorf("cases under calendar %.12s: %w", n.Calendar, err)
	}
	cases, failed := make([]*loaded, len(page.Rows)), make([]error, len(page.Rows))
	sideBySide(indexes(page.Rows), func(i int) string { return page.Rows[i].Project }, func(i int) {
		cases[i], _, failed[i] = s.reform(ctx, page.Rows[i].ID, n.At)
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for i, k := range cases {
		r.Cases++
		switch {
		case failed[i] != nil:
			r.Failed++
			s.log().ErrorContext(ctx, "case does not come under the calendar", "case", page.Rows[i].ID, "calendar", n.Calendar, "err", failed[i])
		case k.movedBy(n):
			r.Moved++
		}
	}
	r.After, r.Done = page.Next, page.Next == ""
	if doc.Data, err = json.Marshal(r); err != nil {
		return err
	}
	if doc.Rev == 0 {
		err = s.reforms().Insert(ctx, doc)
	} else {
		err = s.reforms().Replace(ctx, doc)
	}
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrExists) {
		return nil // another worker wrote it down
	}
	return err
}

// movedBy tells whether a clock of the case moved when it came under a calendar.
func (k *loaded) movedBy(n newCalendar) bool {
	return slices.ContainsFunc(k.events, func(e flow.Event) bool { return e.Key == n.key() && len(e.Calendar.Moved) > 0 })
}
