package casework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"banli/engine/flow"
	"banli/store"
)

// maxTries is how often a write is tried again when others changed the case meanwhile.
const maxTries = 10

// Act does something to a case: it brings the project's cases to the instant, decides, and writes once. A repeated
// Key answers as the first time. It answers a [*flow.Refusal] when the act is not lawful, an [*Invalid] when its
// input is wrong, and a [*Stale] when cmd.Rev is behind and what changed matters.
func (s *Service) Act(ctx context.Context, actor flow.Actor, id string, cmd ActCmd) (*CaseView, error) {
	now := s.instant()
	if err := s.act(ctx, actor, id, cmd, nil, now); err != nil {
		return nil, err
	}
	return s.caseAt(ctx, actor, id, now)
}

// Do is [Service.Act] for those who do not look at the case afterwards.
func (s *Service) Do(ctx context.Context, actor flow.Actor, id string, cmd ActCmd) error {
	return s.act(ctx, actor, id, cmd, nil, s.instant())
}

func (s *Service) act(ctx context.Context, actor flow.Actor, id string, cmd ActCmd, project *projectLine, now time.Time) error {
	k, err := s.loadFor(ctx, actor, id)
	if err != nil {
		return err
	}
	if actor, err = s.actingFor(ctx, onBehalf(actor, k.project), cmd.For); err != nil {
		return err
	}
	if err := s.settle(ctx, k.Head.Project, now); err != nil {
		return err
	}
	key := personKey(actor, cmd.Key)
	for i := range maxTries {
		if k, err = s.loadFor(ctx, actor, id); err != nil {
			return err
		}
		switch found, err := s.catchUp(ctx, k, now); {
		case err != nil:
			return err
		case found && i < maxTries/2: // later, the act does not wait for what cannot be delivered
			continue
		}
		if k.has(key) {
			return nil
		}
		lines, err := s.try(ctx, actor, k, cmd, key, now, project)
		switch {
		case err == nil:
			s.deliverNow(ctx, lines)
			return nil
		case errors.Is(err, store.ErrDuplicate):
			return nil
		case !errors.Is(err, store.ErrConflict) || isStale(err):
			return err
		}
	}
	return fmt.Errorf("act %s in case %s: %w, %d times in a row", cmd.Do, id, store.ErrConflict, maxTries)
}

// try makes one attempt at an act.
func (s *Service) try(ctx context.Context, actor flow.Actor, k *loaded, cmd ActCmd, key string, now time.Time, project *projectLine) ([]store.Line, error) {
	if err := k.stale(cmd.Rev); err != nil {
		return nil, err
	}
	var b *body
	if project != nil && project.Answers != nil {
		b = k.replaced(k.answers)
		k.body = *b
		if err := k.asks(project.Answers); err != nil {
			return nil, err
		}
	}
	at := k.notBefore(now)
	amended, err := s.amendBody(ctx, actor, k, cmd)
	if err != nil {
		return nil, err
	}
	if amended != nil {
		b = amended
	}
	if err := s.enforce(ctx, k, at); err != nil {
		return nil, err
	}
	act := k.flow.Action(cmd.Do)
	input, err := s.checkInput(ctx, k, act, flow.Command{Do: cmd.Do, At: at, By: actor, Input: cmd.Input})
	if err != nil {
		return nil, err
	}
	dec, err := k.decide(flow.Command{Do: cmd.Do, At: at, By: actor, Input: input, Key: key})
	if err != nil {
		return nil, err
	}
	if err := deferredUntil(cmd.Do, k.materials()); err != nil {
		return nil, err
	}
	return s.append(ctx, k, dec, b, project)
}

// checkInput checks what an act says against its form and gives it without what is hidden. The engine decides first
// whether the act is lawful at all: a refusal says more than a missing field.
func (s *Service) checkInput(ctx context.Context, k *loaded, act *flow.ActionSpec, cmd flow.Command) (map[string]any, error) {
	if act == nil || act.Input == "" {
		return cmd.Input, nil
	}
	if _, err := k.decide(cmd); lawless(err) {
		return nil, err
	}
	input, err := checkAnswers(k.cat, act.Input, cmd.Input, cmd.At)
	if err != nil {
		return nil, err
	}
	return input, s.checkPerson(ctx, k, act, input)
}

// lawless tells whether an act is refused for another reason than what it says.
func lawless(err error) bool {
	r, ok := errors.AsType[*flow.Refusal](err)
	return ok && r.Code != "guard" && r.Code != "bad-input"
}

func isStale(err error) bool {
	_, ok := errors.AsType[*Stale](err)
	return ok
}

// stale compares what a person saw, the case at revision rev, with what it is.
func (k *loaded) stale(rev int64) error {
	if rev <= 0 || rev >= k.Rev || int(rev) > len(k.seqs) {
		return nil
	}
	seen := k.seqs[rev-1]
	old, err := k.flow.Replay(&k.scope, k.events[:seen])
	if err != nil {
		return err
	}
	since := k.events[seen:]
	matters := old.State() != k.state.State() || !slices.Equal(old.Holding(), k.state.Holding())
	for _, e := range since {
		matters = matters || !slices.Contains(automatic, e.By.Role)
	}
	if !matters {
		return nil
	}
	return &Stale{Old: k.viewStored(old), New: k.viewStored(&k.state), Since: since, Rev: k.Rev}
}

// automatic are the roles nobody plays.
var automatic = []string{"clock", "engine", "signal"}

// amendBody is the case's body with what a command hands in; nil when it hands in nothing.
func (s *Service) amendBody(ctx context.Context, actor flow.Actor, k *loaded, cmd ActCmd) (*body, error) {
	if cmd.Files == nil && cmd.Answers == nil && cmd.Deferred == nil {
		return nil, nil
	}
	b := k.body.clone()
	if cmd.Answers != nil && k.item != nil && k.item.Form != "" {
		answers, err := checkApplication(k.cat, k.item.Form, k.answers, cmd.Answers, k.notBefore(s.instant()))
		if err != nil {
			return nil, err
		}
		b.Former = k.replaced(k.body.Answers).Former
		b.Answers, k.scope.Answers = answers, answers
	}
	if cmd.Deferred != nil {
		b.Deferred = cmd.Deferred
	}
	if err := s.attach(ctx, actor, k.item, &b, cmd.Files); err != nil {
		return nil, err
	}
	k.body = b
	return &b, nil
}

// replaced is the body once these answers are no longer the ones that count.
func (k *loaded) replaced(answers map[string]any) *body {
	b := k.body.clone()
	b.Former = append(slices.Clone(b.Former), Former{len(k.events), answers})
	return &b
}

func (b body) clone() body {
	c := b
	c.Materials = map[string][]FileRef{}
	for id, refs := range b.Materials {
		c.Materials[id] = slices.Clone(refs)
	}
	return c
}
