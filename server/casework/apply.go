package casework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/forms"
	"banli/store"
)

// Apply applies for an item of a project. That the stage's dispatch is not complete does not stop it (T5). Answers or
// materials that are wrong or missing are an [*Invalid]; an item that is not for this project, or has an open case in
// it, is a [*flow.Refusal]. A case for the record only (T31) is opened by the department of the item, in any project,
// and is asked neither the answers nor the materials of an application.
func (s *Service) Apply(ctx context.Context, actor flow.Actor, project, item string, a Application) (*CaseView, error) {
	now := s.instant()
	p, err := s.Store.Project(ctx, project)
	if err != nil {
		return nil, fmt.Errorf("project %s: %w", project, err)
	}
	if !records(s.Catalogues.Current(), actor, item, a.Do, now) {
		if err := s.seesProject(ctx, actor, p); err != nil {
			return nil, err
		}
	}
	if err := s.settle(ctx, project, now); err != nil {
		return nil, err
	}
	key, actor := personKey(actor, a.Key), onBehalf(actor, p)
	for range maxTries {
		k, act, done, err := s.prepare(ctx, actor, p, item, a, now)
		if err != nil {
			return nil, err
		}
		if done {
			return s.view(ctx, actor, k, now)
		}
		cmd := flow.Command{Do: act.ID, At: now.In(k.cat.Calendar.Zone()), By: actor, Input: a.Input, Key: key}
		if cmd.Input, err = s.checkInput(ctx, k, act, cmd); err != nil {
			return nil, err
		}
		dec, err := k.decide(cmd)
		if err != nil {
			return nil, err
		}
		lines, err := s.insert(ctx, k, dec, &projectLine{})
		if errors.Is(err, store.ErrExists) {
			continue // somebody applied for the same item meanwhile
		}
		if err != nil {
			return nil, err
		}
		s.deliverNow(ctx, lines)
		return s.caseAt(ctx, actor, k.ID, now)
	}
	return nil, fmt.Errorf("apply for %s in project %s: %w, %d times in a row", item, project, store.ErrConflict, maxTries)
}

// prepare checks an application and prepares its case. done: it is there already, by the same key. The n-th
// application for an item of a project has a key of its own, so that two at once cannot both open. act opens the case.
func (s *Service) prepare(ctx context.Context, actor flow.Actor, p *store.Project, item string, a Application, now time.Time) (k *loaded, act *flow.ActionSpec, done bool, err error) {
	cat := s.Catalogues.Current()
	earlier, err := s.heads(ctx, store.CaseQuery{Project: p.ID, Item: item})
	if err != nil {
		return nil, nil, false, err
	}
	if key := personKey(actor, a.Key); key != "" {
		for _, h := range earlier {
			if k, err = s.load(ctx, h.ID); err != nil || k.has(key) {
				return k, nil, err == nil, err
			}
		}
	}
	k, err = s.newCase(ctx, cat, p, opening{
		key: p.ID + "/" + item + "/" + strconv.Itoa(len(earlier)+1), item: item, flow: flowOf(cat, item, now), at: now,
	})
	if err != nil {
		return nil, nil, false, err
	}
	if scopes[actor.Role] == department && k.Head.Department != actor.Department {
		return nil, nil, false, fmt.Errorf("item %s of department %s: %w", item, k.Head.Department, store.ErrNotFound)
	}
	if act, err = openingAct(k.flow, actor.Role, a.Do); err != nil {
		return nil, nil, false, err
	}
	switch {
	case over(p.Status):
		return nil, nil, false, &flow.Refusal{Action: "apply", Code: RefusedCancelled, State: p.Status, Detail: "the project is cancelled or withdrawn"}
	case cat.Need(k.item, k.data()).Status == definitions.NotNeeded:
		return nil, nil, false, &flow.Refusal{Action: "apply", Code: RefusedNotApplying, Detail: "item " + item + " is not for this project"}
	case slices.ContainsFunc(earlier, func(h store.Head) bool { return h.Open }):
		return nil, nil, false, &flow.Refusal{Action: "apply", Code: RefusedOpenAlready, Detail: "item " + item + " has an open case in this project"}
	}
	if act.RecordOnly {
		return k, act, false, nil
	}
	if k.item.Form != "" {
		if k.body.Answers, err = checkApplication(cat, k.item.Form, k.answers, a.Answers, now); err != nil {
			return nil, nil, false, err
		}
		k.scope.Answers = k.body.Answers
	}
	k.body.Deferred = a.Deferred
	if err := s.attach(ctx, actor, k.item, &k.body, a.Files); err != nil {
		return nil, nil, false, err
	}
	if problems := MissingMaterials(k.materials()); problems != nil {
		return nil, nil, false, &Invalid{Problems: problems}
	}
	return k, act, false, nil
}

// CheckMaterials gives the materials of an item as they would stand with an application, complete or not.
func (s *Service) CheckMaterials(ctx context.Context, actor flow.Actor, project, item string, a Application) ([]MaterialState, error) {
	p, err := s.Store.Project(ctx, project)
	if err != nil {
		return nil, fmt.Errorf("project %s: %w", project, err)
	}
	if err := s.seesProject(ctx, actor, p); err != nil {
		return nil, err
	}
	cat, now := s.Catalogues.Current(), s.instant()
	k, err := s.newCase(ctx, cat, p, opening{item: item, flow: flowOf(cat, item, now), at: now})
	if err != nil {
		return nil, err
	}
	k.body = body{Answers: a.Answers, Materials: a.Files, Deferred: a.Deferred}
	k.scope.Answers = a.Answers
	return k.materials(), nil
}

func flowOf(cat *definitions.Catalogue, item string, at time.Time) string {
	if it := cat.Item(item, at); it != nil {
		return it.Flow
	}
	return ""
}

// MissingMaterials are the needed materials that are not there, nor shared, nor lawfully promised for later.
func MissingMaterials(states []MaterialState) []forms.Problem {
	var problems []forms.Problem
	for _, m := range states {
		switch {
		case m.Missing():
			problems = append(problems, materialProblem(m.ID, "material-missing", nil))
		case m.Deferred && !m.Deferrable:
			problems = append(problems, materialProblem(m.ID, "material-not-deferrable", nil))
		}
	}
	return problems
}

// deferredUntil is an [*Invalid] when an act may not be taken before a material that was promised for later is there.
func deferredUntil(do string, states []MaterialState) error {
	var problems []forms.Problem
	for _, m := range states {
		if m.Needed && m.Deferred && !m.Shared && len(m.Files) == 0 && m.DeferUntil == do {
			problems = append(problems, materialProblem(m.ID, "material-deferred", nil))
		}
	}
	if problems != nil {
		return &Invalid{Problems: problems}
	}
	return nil
}

// checkApplication is checkAnswers for an application: what is read-only comes from the registration, whatever was
// sent.
func checkApplication(cat *definitions.Catalogue, form string, project, answers map[string]any, at time.Time) (map[string]any, error) {
	if f := cat.Forms[form]; f != nil {
		answers = Prefill(f, project, answers)
	}
	return checkAnswers(cat, form, answers, at)
}

// materials are the materials of the case's item as they stand.
func (k *loaded) materials() []MaterialState {
	if k.item == nil {
		return nil
	}
	var out []MaterialState
	for _, m := range k.cat.Materials(k.item, k.data()) {
		out = append(out, MaterialState{
			Material: m.Material, Needed: m.Status == definitions.Needed, Shared: m.Shared,
			Files: k.body.Materials[m.ID], Deferred: slices.Contains(k.body.Deferred, m.ID),
		})
	}
	return out
}

// data is what the rules of the item read.
func (k *loaded) data() definitions.Data {
	d := definitions.Data{Project: k.scope.Project, Answers: k.body.Answers, Granted: extraOf(k.project).Granted}
	for id, files := range k.body.Materials {
		if len(files) > 0 {
			d.Have = append(d.Have, id)
		}
	}
	slices.Sort(d.Have)
	return d
}
