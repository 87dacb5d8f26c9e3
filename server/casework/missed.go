package casework

import (
	"context"
	"fmt"
	"time"

	"banli/engine/flow"
	"banli/store"
)

// Missed is what time did to a case while nobody looked.
type Missed struct {
	*CaseLine
	Happens []Happened       // what the clock does in it by itself, each at its due instant
	Overdue []flow.ClockView // clocks that fell due and run on
}

// Happened is one act of the clock, taken or about to be.
type Happened struct {
	At           time.Time
	Name, NameEn string
	Rule         string
}

// Missed calls each for every open case in which a clock fell due after an instant and up to now, by legal time: what
// the worker will do there once it runs, at its due instants, and what is overdue.
func (s *Service) Missed(ctx context.Context, since time.Time, each func(Missed) error) error {
	now, open := s.instant(), true
	for heads, err := range s.pages(ctx, store.CaseQuery{Open: &open}) {
		if err != nil {
			return fmt.Errorf("what fell due since %s: %w", since.Format(time.RFC3339), err)
		}
		for i := range heads {
			h := &heads[i]
			fell := func(due time.Time) bool { return !due.IsZero() && due.Before(now) }
			if since := fell(h.Due) && h.Due.After(since); !since && !fell(h.NextDue) {
				continue
			}
			m, err := s.missed(ctx, h, since, now)
			if err == nil && len(m.Happens)+len(m.Overdue) > 0 {
				err = each(m)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) missed(ctx context.Context, h *store.Head, since, now time.Time) (Missed, error) {
	k, err := s.load(ctx, h.ID)
	if err != nil {
		return Missed{}, err
	}
	at := k.notBefore(now)
	if err := s.enforce(ctx, k, at); err != nil {
		return Missed{}, err
	}
	dec, err := s.ahead(ctx, k, at)
	if err != nil {
		return Missed{}, err
	}
	line := s.line(h, now)
	m := Missed{CaseLine: &line}
	for _, e := range dec.Events {
		if e.Do == flow.CalendarRevised { // nothing of the clock's: it only moves what follows
			continue
		}
		done := Happened{At: e.At, Name: e.Do, NameEn: e.Do}
		if a := k.flow.Action(e.Do); a != nil {
			done = Happened{At: e.At, Name: a.Name, NameEn: a.NameEn, Rule: a.Rule}
		}
		m.Happens = append(m.Happens, done)
	}
	for _, c := range k.flow.View(&k.scope, &dec.State, at).Clocks {
		if c.Overdue && c.StoppedAt == nil && c.Due != nil && c.Due.After(since) {
			m.Overdue = append(m.Overdue, c)
		}
	}
	return m, nil
}
