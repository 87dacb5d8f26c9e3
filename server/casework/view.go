package casework

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/store"
)

// Case shows a case as it stands now: with everything the clock did, even while every worker is stopped.
func (s *Service) Case(ctx context.Context, actor flow.Actor, id string) (*CaseView, error) {
	return s.caseAt(ctx, actor, id, s.instant())
}

func (s *Service) caseAt(ctx context.Context, actor flow.Actor, id string, now time.Time) (*CaseView, error) {
	k, err := s.loadFor(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return s.view(ctx, actor, k, now)
}

func (s *Service) view(ctx context.Context, actor flow.Actor, k *loaded, now time.Time) (*CaseView, error) {
	at := k.notBefore(now)
	if err := s.enforce(ctx, k, at); err != nil {
		return nil, err
	}
	dec, err := s.ahead(ctx, k, at)
	if err != nil {
		return nil, err
	}
	st := &dec.State
	self := onBehalf(actor, k.project)
	v := &CaseView{
		Head: k.Head, At: at, Project: k.project, ProjectAnswers: k.answers,
		Catalogue: k.cat, Flow: k.flow, Scope: &k.scope, Item: k.item, Department: k.department(), Stage: k.stage(),
		Answers: k.body.Answers, Former: k.body.Former, View: k.flow.View(&k.scope, st, at), Acts: k.flow.Lawful(&k.scope, st, self, at),
		Ledger: slices.Concat(k.events, dec.Events), Materials: k.materials(),
	}
	if err := s.people(ctx, actor, k, st, v); err != nil {
		return nil, err
	}
	if scopes[actor.Role] >= department {
		if v.Cards, _, err = k.cards(v.Ledger, at); err != nil {
			return nil, fmt.Errorf("case %s: %w", k.ID, err)
		}
		if v.Refused, err = s.refusedItems(ctx, k, v); err != nil {
			return nil, err
		}
	}
	if v.Documents, err = s.documents(ctx, k.ID); err != nil {
		return nil, err
	}
	children, err := s.heads(ctx, store.CaseQuery{Parent: k.ID})
	if err != nil {
		return nil, err
	}
	for i := range children {
		line := s.line(&children[i], now)
		v.Children = append(v.Children, line)
		if children[i].Item == "" {
			r, err := s.reply(ctx, line, now)
			if err != nil {
				return nil, err
			}
			v.Replies = append(v.Replies, r)
		}
	}
	if k.Head.Parent != "" {
		h, err := s.Store.Head(ctx, k.Head.Parent)
		if err != nil {
			return nil, fmt.Errorf("parent of case %s: %w", k.ID, err)
		}
		line := s.line(h, now)
		v.Parent = &line
	}
	return v, nil
}

// reply is what a department answered to a dispatch.
func (s *Service) reply(ctx context.Context, line CaseLine, now time.Time) (Reply, error) {
	k, err := s.load(ctx, line.ID)
	if err != nil {
		return Reply{}, err
	}
	dec, err := s.ahead(ctx, k, now)
	if err != nil {
		return Reply{}, err
	}
	r := Reply{CaseLine: line, Stage: k.stage(), Round: k.round()}
	v := k.flow.View(&k.scope, &dec.State, k.notBefore(now))
	if !v.Final {
		return r, nil
	}
	last := slices.Concat(k.events, dec.Events)
	e := last[len(last)-1]
	r.At, r.Auto, r.Note = e.At, e.By.Role == "clock", text(e.Input, "note")
	if items, ok := e.Input["items"].([]any); ok {
		for _, it := range items {
			if id, ok := it.(string); ok {
				r.Items = append(r.Items, id)
			}
		}
	}
	return r, nil
}

// round is the event of the parent that opened the case: keys of children end with it.
func (k *loaded) round() int {
	n, _ := strconv.Atoi(k.Key[strings.LastIndexByte(k.Key, ':')+1:])
	return n
}

// stage is the stage a case is about: what its opening was asked about, or its item's.
func (k *loaded) stage() string {
	if len(k.events) > 0 {
		if stage := text(k.events[0].Input, "stage"); stage != "" {
			return stage
		}
	}
	if k.item != nil {
		return k.item.Stage
	}
	return k.project.Stage
}

func (k *loaded) department() *definitions.Department { return k.cat.Department(k.Head.Department) }

// viewStored is how a case stands at its last event, which is what the store may say of it.
func (k *loaded) viewStored(st *flow.State) flow.View { return k.flow.View(&k.scope, st, st.At()) }

// finalIn tells whether the case is finished in a state.
func (k *loaded) finalIn(st *flow.State) bool { return k.viewStored(st).Final }

// Explain shows the sum behind the due date of a clock of a case.
func (s *Service) Explain(ctx context.Context, actor flow.Actor, id, clock string) (*ExplainView, error) {
	k, err := s.loadFor(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx, actor, k, s.instant())
	if err != nil {
		return nil, err
	}
	spec, ok := clockSpec(v.Flow, clock)
	if !ok {
		return nil, fmt.Errorf("clock %q of case %s: %w", clock, id, store.ErrNotFound)
	}
	dec, err := s.ahead(ctx, k, v.At)
	if err != nil {
		return nil, err
	}
	ex, err := k.flow.Explain(&k.scope, &dec.State, clock, v.At)
	if err != nil {
		return nil, fmt.Errorf("explain clock %s of case %s: %w", clock, id, err)
	}
	out := &ExplainView{Case: v, Clock: spec, Explanation: ex, Rules: []RuleText{{spec.Rule, spec.Name, spec.NameEn, spec.Source}}}
	seen := map[int]bool{}
	for _, sp := range ex.Spans {
		if sp.Event < 1 || sp.Event > len(v.Ledger) || seen[sp.Event] {
			continue
		}
		seen[sp.Event] = true
		e := v.Ledger[sp.Event-1]
		out.Events = append(out.Events, e)
		if a := v.Flow.Action(e.Do); a != nil && a.Rule != "" {
			out.Rules = append(out.Rules, RuleText{Rule: a.Rule, Name: a.Name, NameEn: a.NameEn})
		}
	}
	slices.SortFunc(out.Events, func(a, b flow.Event) int { return a.Seq - b.Seq })
	return out, nil
}

func clockSpec(f *definitions.Flow, id string) (flow.ClockSpec, bool) {
	for _, c := range f.Spec.Clocks {
		if c.ID == id {
			return c, true
		}
	}
	return flow.ClockSpec{}, false
}
