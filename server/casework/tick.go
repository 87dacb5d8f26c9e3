package casework

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"banli/engine/flow"
	"banli/store"
)

// Ticked is what a tick did.
type Ticked struct {
	Fired int           // cases written
	Lag   time.Duration // how long after its due instant the latest of them was moved
	Next  time.Time     // when the next case is due; zero: none is
}

// dueGroup is how many due cases are read at once.
const dueGroup = 500

// Tick does what the clock does before now, in every case that is due, earliest first, and brings running cases under
// a calendar that was published (T30). Any number of workers may call it: a case moves once, whoever is first. Projects do not touch each other, so they are moved side by side, and the
// store commits them together; within a project the order is that of the due instants. Documents to be issued are
// left to Deliver: rendering them must not hold up what is due.
//
// Before that it takes over what other servers published. A case that cannot be moved does not hold up the others;
// its error is in err. What is done late is reported: see [Service.LateReports].
func (s *Service) Tick(ctx context.Context, now time.Time) (Ticked, error) {
	var t Ticked
	if err := s.Catalogues.Refresh(ctx); err != nil {
		return t, err
	}
	failed, late := map[string]error{}, &lateness{}
	for ctx.Err() == nil {
		due, err := s.Store.Due(ctx, now, dueGroup+len(failed))
		if err != nil {
			return t, fmt.Errorf("due cases: %w", err)
		}
		due = slices.DeleteFunc(due, func(d store.DueCase) bool { return failed[d.ID] != nil })
		before := t.Fired + len(failed)
		var mu sync.Mutex
		sideBySide(due, func(d store.DueCase) string { return d.Project }, func(d store.DueCase) {
			moved, err := s.advance(ctx, d.ID, d.Due)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed[d.ID] = err
			}
			if moved {
				t.Fired++
				late.add(d, s.instant())
			}
		})
		more, err := s.reformSome(ctx, now)
		if err != nil {
			failed[""] = err
		}
		if t.Fired+len(failed) == before && (!more || err != nil) {
			break // nothing is due, or others are at it
		}
	}
	t.Lag = late.Worst
	err := errors.Join(slices.Collect(maps.Values(failed))...)
	if next, nextErr := s.Store.NextDue(ctx); nextErr != nil {
		err = errors.Join(err, nextErr)
	} else {
		t.Next = next
	}
	return t, errors.Join(err, s.reportLate(ctx, late), ctx.Err())
}

// hands is how many cases are worked on side by side: more than there are processors, since each waits for its commit
// most of the time, and the more wait, the more go into one commit.
const hands = 128

// sideBySide does all of a list, those of one key in their order, the others at the same time.
func sideBySide[T any](all []T, key func(T) string, do func(T)) {
	groups, order := map[string][]T{}, []string{}
	for _, x := range all {
		k := key(x)
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], x)
	}
	next := make(chan []T)
	var done sync.WaitGroup
	for range min(hands, len(order)) {
		done.Go(func() {
			for group := range next {
				for _, x := range group {
					do(x)
				}
			}
		})
	}
	for _, k := range order {
		next <- groups[k]
	}
	close(next)
	done.Wait()
}

// settle does what the clock does before now in the cases of a project, in the order of their due instants, and
// carries it to the others, so that a worker that comes late changes nothing. A case that cannot be moved is left to
// the worker, which says so: it must not keep people from the others.
func (s *Service) settle(ctx context.Context, project string, now time.Time) error {
	open, failed := true, map[string]bool{}
	for ctx.Err() == nil {
		heads, err := s.heads(ctx, store.CaseQuery{Project: project, Open: &open})
		if err != nil {
			return err
		}
		first, at := "", now
		for i := range heads {
			if due, err := s.nextStep(ctx, &heads[i], now); err != nil {
				return err
			} else if !due.IsZero() && due.Before(at) && !failed[heads[i].ID] {
				first, at = heads[i].ID, due
			}
		}
		if first == "" {
			return nil
		}
		if _, err := s.advance(ctx, first, at); err != nil {
			failed[first] = true
			s.log().ErrorContext(ctx, "case cannot be brought up to date", "case", first, "err", err)
		}
	}
	return ctx.Err()
}

// nextStep is when a case next does something by itself: at a due instant, or when a calendar was published. Zero: never.
func (s *Service) nextStep(ctx context.Context, h *store.Head, now time.Time) (time.Time, error) {
	if !slices.ContainsFunc(s.Catalogues.newCalendars(), func(n newCalendar) bool { return !n.At.Before(h.OpenedAt) }) {
		return h.NextDue, nil
	}
	k, err := s.load(ctx, h.ID)
	if err != nil {
		return time.Time{}, err
	}
	if list := s.awaits(k, now); len(list) > 0 && (h.NextDue.IsZero() || list[0].At.Before(h.NextDue)) {
		return list[0].At, nil
	}
	return h.NextDue, nil
}

// catchUp does what the worker has yet to do to a case before somebody acts in it: it brings the case under calendars
// published by now, and delivers what finished children had to tell it and nobody has delivered yet: another server may
// be about to. It tells whether there was something. The lines are made again from the children's last events, and are
// the same ones.
func (s *Service) catchUp(ctx context.Context, k *loaded, now time.Time) (found bool, err error) {
	if len(s.awaits(k, now)) > 0 {
		if _, found, err = s.reform(ctx, k.ID, now); found || err != nil {
			return found, err
		}
	}
	if len(k.state.Open) == 0 {
		return false, nil
	}
	open := false
	children, err := s.heads(ctx, store.CaseQuery{Parent: k.ID, Open: &open})
	if err != nil {
		return false, err
	}
	slices.SortStableFunc(children, func(a, b store.Head) int { return a.ClosedAt.Compare(b.ClosedAt) })
	for _, h := range children {
		if !slices.Contains(k.state.Open, strings.TrimPrefix(h.Key, k.ID+"/")) {
			continue
		}
		child, err := s.load(ctx, h.ID)
		if err != nil {
			return found, err
		}
		last, err := child.lines(child.lastWrite(), nil, child.UpdatedAt)
		if err != nil {
			return found, err
		}
		for _, l := range last {
			if l.Kind == lineSignal {
				found = true
				s.deliverNow(ctx, []store.Line{l})
			}
		}
	}
	return found, nil
}

// lastWrite is the last decision of a case, as far as it can be told from its events: its signals.
func (k *loaded) lastWrite() flow.Decision {
	dec := flow.Decision{State: k.state}
	from := 0
	if n := len(k.seqs); n > 1 {
		from = k.seqs[n-2]
	}
	for _, e := range k.events[from:] {
		a := k.flow.Action(e.Do)
		if a == nil { // one signature of several
			continue
		}
		for _, sig := range a.Signal {
			dec.Signals = append(dec.Signals, flow.Signal{To: sig.To, Do: sig.Do, At: e.At})
		}
	}
	return dec
}

// advance does what the clock does in a case up to and including an instant that lies behind, unless another worker
// did it already.
func (s *Service) advance(ctx context.Context, id string, due time.Time) (moved bool, err error) {
	k, err := s.load(ctx, id)
	if err != nil {
		return false, err
	}
	if len(s.awaits(k, due)) > 0 {
		if k, moved, err = s.reform(ctx, id, due); moved || err != nil {
			return moved, err
		}
	}
	if k.NextDue.IsZero() || k.NextDue.After(due) {
		return false, nil // somebody else did it
	}
	return s.fire(ctx, k, due)
}

// fire does what the clock does in a case up to and including an instant.
func (s *Service) fire(ctx context.Context, k *loaded, due time.Time) (moved bool, err error) {
	if err := s.enforce(ctx, k, due); err != nil {
		return false, err
	}
	dec, err := k.flow.Advance(&k.scope, &k.state, due.In(k.cat.Calendar.Zone()), true)
	if err != nil {
		return false, fmt.Errorf("case %s at %s: %w", k.ID, due.Format(time.RFC3339), err)
	}
	// Without an event the due act was not lawful and the clock runs on (T9), or a card is given (T27); the record
	// still has to say so.
	k.seen = due
	lines, err := s.append(ctx, k, dec, nil, nil)
	if errors.Is(err, store.ErrConflict) {
		return false, nil // the winner moved it; whatever is due still is found again
	}
	if err != nil {
		return false, err
	}
	s.deliverNow(ctx, slices.DeleteFunc(lines, func(l store.Line) bool { return l.Kind == lineDocument }))
	return true, nil
}
