package casework

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"banli/store"
)

// lateAfter is how long after its due instant an act of the clock counts as late.
const lateAfter = time.Minute

// lateShown is how many cases a report names.
const lateShown = 200

// keepReports is how long reports are kept.
const keepReports = 365 * 24 * time.Hour

// LateReport says what was done late in one go: after an outage, when the worker got to it. The acts took effect at
// their due instants all the same.
type LateReport struct {
	At       time.Time     `json:"at"`       // when it was done
	Earliest time.Time     `json:"earliest"` // due instant
	Latest   time.Time     `json:"latest"`   // due instant
	Worst    time.Duration `json:"worst"`
	Count    int           `json:"count"`
	Cases    []LateCase    `json:"cases"` // the first of them
}

// LateCase is one of the cases of a [LateReport].
type LateCase struct {
	ID   string    `json:"id"`
	Due  time.Time `json:"due"`
	Done time.Time `json:"done"`
}

// lateness gathers what a tick did late; Worst is of all it did.
type lateness struct{ LateReport }

func (l *lateness) add(d store.DueCase, done time.Time) {
	by := done.Sub(d.Due)
	l.Worst = max(l.Worst, by)
	if by < lateAfter {
		return
	}
	l.Count++
	if l.Earliest.IsZero() || d.Due.Before(l.Earliest) {
		l.Earliest = d.Due
	}
	if d.Due.After(l.Latest) {
		l.Latest = d.Due
	}
	if len(l.Cases) < lateShown {
		l.Cases = append(l.Cases, LateCase{d.ID, d.Due, done})
	}
}

func (s *Service) reportLate(ctx context.Context, l *lateness) error {
	if l.Count == 0 || s.Played {
		return nil
	}
	l.At = s.instant()
	s.log().WarnContext(ctx, "acts of the clock were done late", "cases", l.Count, "due_from", l.Earliest, "due_until", l.Latest, "worst", l.Worst)
	data, err := json.Marshal(l.LateReport)
	if err != nil {
		return err
	}
	// Real time: a demo's clock runs ahead of it.
	id := fmt.Sprintf("%020d-%s", l.At.UnixMicro(), rand.Text()[:8])
	err = s.Store.Docs("late").Insert(ctx, &store.Doc{ID: id, Expires: time.Now().Add(keepReports), Data: data})
	if err != nil {
		return fmt.Errorf("report of what was done late: %w", err)
	}
	return nil
}

// LateReports are the reports of what was done late, newest first.
func (s *Service) LateReports(ctx context.Context, limit int) ([]LateReport, error) {
	page, err := s.Store.Docs("late").Find(ctx, store.DocQuery{Descending: true, Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("reports of what was done late: %w", err)
	}
	out := make([]LateReport, len(page.Rows))
	for i, d := range page.Rows {
		if err := json.Unmarshal(d.Data, &out[i]); err != nil {
			return nil, fmt.Errorf("report %s of what was done late: %w", d.ID, err)
		}
	}
	return out, nil
}

// SetAside are the effects that could not be delivered and wait for somebody to look at them.
func (s *Service) SetAside(ctx context.Context, limit int) ([]store.Line, error) {
	return s.Store.PoisonLines(ctx, limit)
}

// TryAgain has an effect that was set aside delivered again, now. An effect that is gone was delivered meanwhile.
func (s *Service) TryAgain(ctx context.Context, line string) error {
	err := s.Store.DelayLine(ctx, line, s.instant(), "tried again by hand", false)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if s.Wake != nil {
		s.Wake(s.instant())
	}
	return err
}
