package casework

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/forms"
	"banli/store"
)

// RegistrationForm is the form every project is registered with.
const RegistrationForm = "registration"

// Register registers a project and opens its registration case, with its code. The case is the one write: the
// project's record follows it through the outbox, at once where possible. Problems are an [*Invalid], a state
// secret is a [*Classified]; then nothing is stored.
func (s *Service) Register(ctx context.Context, actor flow.Actor, r Registration) (*store.Project, error) {
	cat := s.Catalogues.Current()
	at := s.instant().In(cat.Calendar.Zone())
	answers, err := checkAnswers(cat, RegistrationForm, r.Answers, at)
	if err != nil {
		return nil, err
	}
	id := s.newID()
	if r.Key != "" {
		id = derivedID(actor.User, r.Key)
	}
	key := id + "/" + registrationFlow
	if c, err := s.Store.CaseByKey(ctx, key); !errors.Is(err, store.ErrNotFound) {
		if err != nil {
			return nil, fmt.Errorf("registration %s: %w", id, err)
		}
		return s.registered(ctx, c)
	}
	p := &store.Project{ID: id, Owner: actor.User, FormRev: cat.Revision, CreatedAt: at, UpdatedAt: at}
	if p.Code, err = s.assignCode(ctx, id, at, partsOf(cat.Region, answers)); err != nil {
		return nil, err
	}
	if err := describe(p, answers); err != nil {
		return nil, err
	}
	k, err := s.newCase(ctx, cat, p, opening{key: key, flow: registrationFlow, at: at})
	if err != nil {
		return nil, err
	}
	act, err := openingAct(k.flow, actor.Role, "")
	if err != nil {
		return nil, err
	}
	dec, err := k.decide(flow.Command{Do: act.ID, At: at, By: actor, Key: personKey(actor, r.Key)})
	if err != nil {
		return nil, err
	}
	p.Status, p.Stage = dec.State.State(), firstStage(cat)
	lines, err := s.insert(ctx, k, dec, &projectLine{Insert: p})
	if errors.Is(err, store.ErrExists) { // the same key at the same time
		c, err := s.Store.CaseByKey(ctx, key)
		if err != nil {
			return nil, err
		}
		return s.registered(ctx, c)
	}
	if err != nil {
		return nil, err
	}
	s.deliverNow(ctx, lines)
	return s.registered(ctx, k.Case)
}

// Registered is the project that somebody registered with a key.
func (s *Service) Registered(ctx context.Context, actor flow.Actor, key string) (*store.Project, error) {
	c, err := s.Store.CaseByKey(ctx, derivedID(actor.User, key)+"/"+registrationFlow)
	if err != nil {
		return nil, fmt.Errorf("registration by key: %w", err)
	}
	return s.registered(ctx, c)
}

// registered is the project of a registration case, delivered now if it was not yet.
func (s *Service) registered(ctx context.Context, c *store.Case) (*store.Project, error) {
	p, err := s.Store.Project(ctx, c.Head.Project)
	if !errors.Is(err, store.ErrNotFound) {
		return p, err
	}
	lines, err := s.Store.Outbox(ctx, s.instant(), 200)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		if l.Case == c.ID {
			s.deliverNow(ctx, []store.Line{l})
		}
	}
	return s.Store.Project(ctx, c.Head.Project)
}

// Amend sends a cancelled or withdrawn registration again with new answers (T2): the window's time starts anew.
func (s *Service) Amend(ctx context.Context, actor flow.Actor, project string, r Registration) (*store.Project, error) {
	p, err := s.Store.Project(ctx, project)
	if err != nil {
		return nil, fmt.Errorf("project %s: %w", project, err)
	}
	h, err := s.registration(ctx, project)
	if err != nil {
		return nil, err
	}
	if err := s.seesCase(actor, h, p); err != nil {
		return nil, err
	}
	cat := s.Catalogues.Current()
	answers, err := checkAnswers(cat, RegistrationForm, r.Answers, s.instant().In(cat.Calendar.Zone()))
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(answers)
	if err != nil {
		return nil, err
	}
	act, err := openingAct(cat.Flows[registrationFlow], actor.Role, "")
	if err != nil {
		return nil, err
	}
	err = s.act(ctx, actor, h.ID, ActCmd{Do: act.ID, Key: r.Key}, &projectLine{Answers: raw, FormRev: cat.Revision}, s.instant())
	if err != nil {
		return nil, err
	}
	return s.Store.Project(ctx, project)
}

// registration is the head of a project's registration case.
func (s *Service) registration(ctx context.Context, project string) (*store.Head, error) {
	page, err := s.Store.Cases(ctx, store.CaseQuery{Project: project, Flow: registrationFlow, Limit: 1})
	if err == nil && len(page.Rows) == 0 {
		err = store.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("registration of project %s: %w", project, err)
	}
	return &page.Rows[0], nil
}

// checkAnswers checks answers against a form and gives them without those of hidden questions.
func checkAnswers(cat *definitions.Catalogue, form string, answers map[string]any, at time.Time) (map[string]any, error) {
	f := cat.Forms[form]
	if f == nil {
		return nil, fmt.Errorf("catalogue %.12s has no form %q", cat.Revision, form)
	}
	if p, stop := f.Stop(answers); stop {
		return nil, &Classified{p}
	}
	problems := f.Check(answers, forms.Context{Today: cat.Calendar.DateOf(at).String()})
	if forms.Blocking(problems) {
		return nil, &Invalid{form, problems}
	}
	return f.Prune(answers), nil
}

// describe puts registration answers into a project's record.
func describe(p *store.Project, answers map[string]any) (err error) {
	p.Name, p.OwnerName, p.Regime = text(answers, "name"), text(answers, "owner_name"), text(answers, "regime")
	p.Text = strings.ToLower(p.Name + "\n" + p.Code + "\n" + p.OwnerName)
	p.Answers, err = json.Marshal(answers)
	return err
}

// derivedID is the same for the same person and key, and tells nothing about either.
func derivedID(user, key string) string {
	sum := sha256.Sum256([]byte(user + "\x00" + key))
	return hex.EncodeToString(sum[:13])
}

func firstStage(cat *definitions.Catalogue) string {
	if len(cat.Stages) == 0 {
		return ""
	}
	return cat.Stages[0].ID
}
