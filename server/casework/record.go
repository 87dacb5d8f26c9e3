package casework

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"banli/engine/flow"
	"banli/store"
)

// registrationFlow is the flow every project begins with; the other flows are named by items and by what spawns them.
const registrationFlow = "registration"

// pins are the definition revisions a case runs under.
type pins struct {
	Catalogue string `json:"catalogue"`
	Item      string `json:"item,omitempty"` // see itemPin
}

// body is the large part of a case, written only when it changes.
type body struct {
	Answers   map[string]any       `json:"answers,omitempty"`
	Materials map[string][]FileRef `json:"materials,omitempty"`
	Deferred  []string             `json:"deferred,omitempty"`
	Former    []Former             `json:"former,omitempty"`
}

// folded is the engine's state at a revision, and how many events the case had at each revision before.
type folded struct {
	Engine int        `json:"engine"`
	State  flow.State `json:"state"`
	Seqs   []int      `json:"seqs"` // [i]: number of events at revision i+1
}

// extra is what a project's record keeps for casework.
type extra struct {
	Granted  []string `json:"granted,omitempty"`  // items granted, in order
	Liaisons []string `json:"liaisons,omitempty"` // user ids with a mandate
}

func extraOf(p *store.Project) extra {
	var x extra
	if len(p.Extra) > 0 {
		_ = json.Unmarshal(p.Extra, &x) // written by setExtra only
	}
	return x
}

func setExtra(p *store.Project, x extra) error {
	raw, err := json.Marshal(x)
	p.Extra = raw
	return err
}

// storedEvent is an engine's event as the store keeps it.
func storedEvent(e flow.Event) (store.Event, error) {
	data, err := json.Marshal(e)
	if err != nil {
		return store.Event{}, fmt.Errorf("event %s: %w", e.Do, err)
	}
	return store.Event{
		Do: e.Do, At: e.At, RecordedAt: e.RecordedAt,
		By: e.By.Role, User: e.By.User, Department: e.By.Department, Key: e.Key, Data: data,
	}, nil
}

func engineEvents(stored []store.Event) ([]flow.Event, error) {
	out := make([]flow.Event, len(stored))
	for i, e := range stored {
		if err := unmarshal(e.Data, &out[i]); err != nil {
			return nil, fmt.Errorf("event %d (%s): %w", e.Seq, e.Do, err)
		}
	}
	return out, nil
}

// unmarshal reads JSON with numbers kept exact, as forms and rules expect them.
func unmarshal(data []byte, v any) error {
	if len(data) == 0 {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return dec.Decode(v)
}

// instant is the time of a command, to the precision of the store.
func (s *Service) instant() time.Time { return s.Now().Truncate(time.Microsecond) }

func (s *Service) newID() string {
	if s.NewID != nil {
		return s.NewID()
	}
	return rand.Text()
}

// wake tells the worker of a case that will act by itself.
func (s *Service) wake(h *store.Head) {
	if s.Wake != nil && !h.NextDue.IsZero() {
		s.Wake(h.NextDue)
	}
}

// findAll reads all pages of a find.
func findAll(ctx context.Context, docs store.Docs, q store.DocQuery) ([]store.Doc, error) {
	q.Limit = 200
	var all []store.Doc
	for {
		page, err := docs.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Rows...)
		if q.After = page.Next; q.After == "" {
			return all, nil
		}
	}
}

// heads reads all pages of a list of cases, oldest first.
func (s *Service) heads(ctx context.Context, q store.CaseQuery) ([]store.Head, error) {
	q.Sort = "opened"
	var all []store.Head
	for rows, err := range s.pages(ctx, q) {
		if err != nil {
			return nil, fmt.Errorf("cases of project %s: %w", q.Project, err)
		}
		all = append(all, rows...)
	}
	return all, nil
}

// pages reads a list of cases a page at a time; an error ends it.
func (s *Service) pages(ctx context.Context, q store.CaseQuery) iter.Seq2[[]store.Head, error] {
	return func(yield func([]store.Head, error) bool) {
		q := q
		for q.Limit = 200; ; {
			page, err := s.Store.Cases(ctx, q)
			if !yield(page.Rows, err) || err != nil || page.Next == "" {
				return
			}
			q.After = page.Next
		}
	}
}
