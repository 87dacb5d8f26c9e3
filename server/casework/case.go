package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/store"
)

// foldedBy numbers what the engine keeps in a folded state. Raise it when that changes: states of other
// numbers are replayed from their events.
const foldedBy = 1

// loaded is a case brought to life: its record, and the definitions it runs under.
type loaded struct {
	*store.Case
	project *store.Project
	cat     *definitions.Catalogue
	flow    *definitions.Flow
	item    *definitions.Item // the revision pinned last; nil without one
	scope   flow.Scope
	answers map[string]any // of the registration; scope.Project has the project code beside them
	state   flow.State
	events  []flow.Event
	seqs    []int
	body    body
	seen    time.Time // an instant up to which the clock did what there was to do; zero: the last event
}

// load reads a case and everything its rules may look at.
func (s *Service) load(ctx context.Context, id string) (*loaded, error) {
	c, err := s.Store.Case(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", id, err)
	}
	p, err := s.Store.Project(ctx, c.Head.Project)
	if err != nil {
		return nil, fmt.Errorf("project of case %s: %w", id, err)
	}
	k := &loaded{Case: c, project: p}
	if err := s.revive(ctx, k); err != nil {
		return nil, fmt.Errorf("case %s: %w", id, err)
	}
	return k, nil
}

// loadFor is load for somebody who may see the case.
func (s *Service) loadFor(ctx context.Context, actor flow.Actor, id string) (*loaded, error) {
	k, err := s.load(ctx, id)
	if err != nil {
		return nil, err
	}
	return k, s.seesCase(actor, &k.Head, k.project)
}

func (s *Service) revive(ctx context.Context, k *loaded) (err error) {
	if k.events, err = engineEvents(k.Events); err != nil {
		return err
	}
	if err := unmarshal(k.Body, &k.body); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	var pin pins
	if err := json.Unmarshal(k.Pins, &pin); err != nil {
		return fmt.Errorf("pins: %w", err)
	}
	if err := s.define(ctx, k, pin); err != nil {
		return err
	}
	return k.fold()
}

// define sets what the case runs under: the pinned catalogue, and each item revision that it took.
func (s *Service) define(ctx context.Context, k *loaded, pin pins) (err error) {
	if k.cat, err = s.Catalogues.At(ctx, pin.Catalogue); err != nil {
		return err
	}
	if k.flow = k.cat.Flows[k.Head.Flow]; k.flow == nil {
		return fmt.Errorf("catalogue %.12s has no flow %q", pin.Catalogue, k.Head.Flow)
	}
	k.scope = flow.Scope{
		Calendar: k.cat.Calendar, Param: k.cat.Params(), Policy: k.cat.PolicyValues(),
		Answers: k.body.Answers, Item: pin.Item,
	}
	if err := s.knowCalendars(ctx, k); err != nil {
		return err
	}
	if err := k.asks(k.project.Answers); err != nil {
		return err
	}
	if pin.Item == "" {
		return nil
	}
	k.scope.Items = map[string]map[string]any{}
	taken := []string{pin.Item}
	for _, e := range k.events {
		if p := e.Pins["item"]; p != "" {
			taken = append(taken, p)
		}
	}
	for _, p := range taken {
		cat, it, err := s.pinnedItem(ctx, p)
		if err != nil {
			return err
		}
		k.item, k.scope.Items[p] = it, fields(cat, it)
	}
	return nil
}

// asks sets the registration answers that rules ask about.
func (k *loaded) asks(answers json.RawMessage) error {
	k.answers = nil
	if err := unmarshal(answers, &k.answers); err != nil {
		return fmt.Errorf("answers of project %s: %w", k.project.ID, err)
	}
	k.scope.Project = map[string]any{"code": k.project.Code}
	maps.Copy(k.scope.Project, k.answers)
	return nil
}

// enforce adds the item revision in force at an instant, for acts that take it (T15: the law at acceptance).
func (s *Service) enforce(ctx context.Context, k *loaded, at time.Time) error {
	if k.item == nil {
		return nil
	}
	cat, err := s.Catalogues.InForce(ctx, at)
	if err != nil {
		return err
	}
	if it := cat.Item(k.item.ID, at); it != nil {
		k.scope.Current = itemPin(cat, it)
		k.scope.Items[k.scope.Current] = fields(cat, it)
	}
	return nil
}

// itemPin names an item revision with the catalogue that has it: revisions of catalogues never go.
func itemPin(cat *definitions.Catalogue, it *definitions.Item) string {
	return cat.Revision + "/" + it.Revision
}

func (s *Service) pinnedItem(ctx context.Context, pin string) (*definitions.Catalogue, *definitions.Item, error) {
	catalogue, revision, _ := strings.Cut(pin, "/")
	cat, err := s.Catalogues.At(ctx, catalogue)
	if err != nil {
		return nil, nil, err
	}
	it := cat.ItemRevision(revision)
	if it == nil {
		return nil, nil, fmt.Errorf("catalogue %.12s has no item revision %.12s", catalogue, revision)
	}
	return cat, it, nil
}

// fields are what rules read of an item.
func fields(cat *definitions.Catalogue, it *definitions.Item) map[string]any {
	return cat.Scope(it.Revision, time.Time{}).Items[it.Revision]
}

// fold takes the stored state where it is the engine's of now and belongs to the last event, and replays otherwise.
func (k *loaded) fold() error {
	var f folded
	if err := json.Unmarshal(k.Folded, &f); err != nil {
		return fmt.Errorf("folded state: %w", err)
	}
	k.seqs = f.Seqs
	if f.Engine == foldedBy && f.State.Seq == len(k.events) {
		if st, err := k.flow.Adopt(&f.State, k.cat.Calendar.Zone()); err == nil {
			k.state = *st
			return nil
		}
	}
	st, err := k.flow.Replay(&k.scope, k.events)
	if err != nil {
		return err
	}
	k.state = *st
	return nil
}

// has tells whether a command with this key was done.
func (k *loaded) has(key string) bool {
	for _, e := range k.Events {
		if key != "" && e.Key == key {
			return true
		}
	}
	return false
}

// notBefore is at, or the instant of the last event where that is later: clocks of servers differ, and what
// happened first stays first.
func (k *loaded) notBefore(at time.Time) time.Time {
	if last := k.state.At(); at.Before(last) {
		at = last
	}
	return at.In(k.cat.Calendar.Zone())
}
