package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"banli/engine/flow"
	"banli/store"
)

// Kinds of outbox lines.
const (
	lineProject  = "project"  // the project's record follows a case
	lineSpawn    = "spawn"    // open a child case
	lineSignal   = "signal"   // act in the parent, or in cases that wait
	lineDocument = "document" // render and keep a document
	lineMark     = "mark"     // count a mark for its department
)

// append makes the one conditional write of a decision. b is the new body, nil when unchanged; project says
// what else the project's record takes over. The lines are returned for delivery at once.
func (s *Service) append(ctx context.Context, k *loaded, dec flow.Decision, b *body, project *projectLine) ([]store.Line, error) {
	ch, err := s.change(k, dec, project)
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", k.ID, err)
	}
	if b != nil {
		if ch.Body, err = json.Marshal(b); err != nil {
			return nil, fmt.Errorf("case %s: body: %w", k.ID, err)
		}
	}
	if err := s.Store.Append(ctx, k.ID, k.Rev, ch); err != nil {
		return nil, fmt.Errorf("case %s: %w", k.ID, err)
	}
	s.wake(&ch.Head)
	return ch.Outbox, nil
}

// insert keeps a new case with the decision that opened it.
func (s *Service) insert(ctx context.Context, k *loaded, dec flow.Decision, project *projectLine) ([]store.Line, error) {
	k.OpenedAt = dec.Events[0].At
	ch, err := s.change(k, dec, project)
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", k.ID, err)
	}
	if k.Body, err = json.Marshal(k.body); err != nil {
		return nil, fmt.Errorf("case %s: body: %w", k.ID, err)
	}
	k.Head, k.Folded, k.Events, k.Outbox = ch.Head, ch.Folded, ch.Events, ch.Outbox
	if err := s.Store.InsertCase(ctx, k.Case); err != nil {
		return nil, fmt.Errorf("open case %s: %w", k.ID, err)
	}
	s.wake(&ch.Head)
	return ch.Outbox, nil
}

// change is what a decision does to the record of its case.
func (s *Service) change(k *loaded, dec flow.Decision, project *projectLine) (*store.Change, error) {
	now := s.instant()
	ch := &store.Change{Head: k.Head}
	for _, e := range dec.Events {
		e.RecordedAt = now
		stored, err := storedEvent(e)
		if err != nil {
			return nil, err
		}
		ch.Events = append(ch.Events, stored)
	}
	var err error
	if ch.Folded, err = json.Marshal(folded{foldedBy, dec.State, append(slices.Clone(k.seqs), dec.State.Seq)}); err != nil {
		return nil, fmt.Errorf("folded state: %w", err)
	}
	if err := k.summarise(&ch.Head, dec, now); err != nil {
		return nil, err
	}
	ch.Outbox, err = k.lines(dec, project, now)
	return ch, err
}

// summarise fills the projections of a head from the state of its case. They hold instants, never what is
// overdue or left (promise 1): lists compare them with now.
func (k *loaded) summarise(h *store.Head, dec flow.Decision, now time.Time) error {
	st := &dec.State
	v := k.flow.View(&k.scope, st, k.seen) // at the last event where that is later
	over := st.At()
	if !k.seen.IsZero() && !k.seen.Before(over) {
		over = k.seen.Add(time.Microsecond) // that instant is over
	}
	cards, nextCard, err := k.cards(slices.Concat(k.events, dec.Events), over)
	if err != nil {
		return err
	}
	h.Code, h.Title, h.OwnerName, h.Owner = k.project.Code, k.project.Name, k.project.OwnerName, k.project.Owner
	h.State, h.Marks, h.UpdatedAt, h.Assignee = v.State, slices.Clip(v.Marks), now, v.Assignee
	for _, c := range cards {
		if m := CardMark(c.Color); !slices.Contains(h.Marks, m) {
			h.Marks = append(h.Marks, m)
		}
	}
	if h.Open = !v.Final; !h.Open && h.ClosedAt.IsZero() {
		h.ClosedAt = st.At()
	}
	h.Clock, h.Paused, h.Hold, h.Stopped, h.Late = "", false, "", false, false
	h.Due, h.WarnAt, h.UrgentAt, h.NextDue = time.Time{}, time.Time{}, time.Time{}, value(v.NextDue)
	if !nextCard.IsZero() && h.Open && (h.NextDue.IsZero() || nextCard.Before(h.NextDue)) {
		h.NextDue = nextCard // somebody looks at the case then, and it gets its card
	}
	h.Late = k.late(v, st.At())
	c := leading(v)
	if c == nil {
		return nil
	}
	h.Clock = c.ID
	switch {
	case c.StoppedAt != nil:
		h.Stopped = true
	case c.Status == flow.Paused && !c.Overdue:
		h.Paused, h.Hold = true, c.PausedBy
	default: // running; or overdue before it was paused, which a pause does not undo (T26)
		h.Due, h.WarnAt, h.UrgentAt = value(c.Due), value(c.WarnAt), value(c.UrgentAt)
	}
	return nil
}

// leading is the clock a list shows: the one with the least legal time left, else the one that stopped last. Nil
// when none was ever armed.
func leading(v flow.View) *flow.ClockView {
	var last *flow.ClockView
	for i := range v.Clocks {
		c := &v.Clocks[i]
		if c.ID == v.Leading {
			return c
		}
		if c.StoppedAt != nil && (last == nil || c.StoppedAt.After(*last.StoppedAt)) {
			last = c
		}
	}
	return last
}

// late tells whether some clock of the case stopped after its due instant, or ended the case at it because nobody did
// (T4). The clocks that only count how long a hold lasts are never late.
func (k *loaded) late(v flow.View, last time.Time) bool {
	for _, c := range v.Clocks {
		spec, _ := clockSpec(k.flow, c.ID)
		ended := v.Final && c.Status == flow.Expired && c.StoppedAt.Equal(last)
		if spec.WhileHold == "" && (ended || c.Status == flow.Stopped && c.Overdue) {
			return true
		}
	}
	return false
}

// lines are the outbox lines of a decision. Their ids follow from case, event and place alone, so a line is the
// same however often it is made.
func (k *loaded) lines(dec flow.Decision, project *projectLine, now time.Time) ([]store.Line, error) {
	var out []store.Line
	add := func(kind string, n int, v any) error {
		data, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("outbox line %s: %w", kind, err)
		}
		id := fmt.Sprintf("%s/%d/%s/%d", k.ID, dec.State.Seq, kind, n)
		out = append(out, store.Line{ID: id, Case: k.ID, Kind: kind, Data: data, CreatedAt: now})
		return nil
	}
	if project == nil && k.Head.Flow == registrationFlow {
		project = &projectLine{}
	}
	if project != nil {
		if err := add(lineProject, 0, project); err != nil {
			return nil, err
		}
	}
	for i, sp := range dec.Spawns {
		if err := add(lineSpawn, i, sp); err != nil {
			return nil, err
		}
	}
	done := ""
	if k.finalIn(&dec.State) {
		done = k.spawnKey()
	}
	for i, sig := range dec.Signals {
		if err := add(lineSignal, i, signalLine{sig, done}); err != nil {
			return nil, err
		}
	}
	for i, is := range dec.Issues {
		if err := add(lineDocument, i, is); err != nil {
			return nil, err
		}
	}
	n := 0
	for _, e := range dec.Events {
		for _, m := range e.Marks {
			if !slices.ContainsFunc(k.flow.Spec.Cards, func(c flow.CardSpec) bool { return c.Mark == m }) {
				continue
			}
			if err := add(lineMark, n, noted{k.Head.Flow, k.Head.Department, m, e.At}); err != nil {
				return nil, err
			}
			n++
		}
	}
	return out, nil
}

func value(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
