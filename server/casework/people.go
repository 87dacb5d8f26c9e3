package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"banli/engine/flow"
	"banli/forms"
	"banli/store"
)

// People knows who there is. [Service] asks it where an act names somebody.
type People interface {
	// Staff are those who work in a department and may sign in, by name.
	Staff(ctx context.Context, department string) ([]flow.Actor, error)
	// Person is somebody, whether they may still sign in or not; [store.ErrNotFound]: nobody.
	Person(ctx context.Context, id string) (flow.Actor, error)
}

// colleagues are those a case can be handed to: the people of its department who do something in its flow.
func (s *Service) colleagues(ctx context.Context, spec flow.Spec, department string) ([]flow.Actor, error) {
	if s.People == nil || department == "" {
		return nil, nil
	}
	staff, err := s.People.Staff(ctx, department)
	if err != nil {
		return nil, fmt.Errorf("staff of %s: %w", department, err)
	}
	return slices.DeleteFunc(staff, func(a flow.Actor) bool {
		return !slices.ContainsFunc(spec.Actions, func(do flow.ActionSpec) bool { return slices.Contains(do.By, a.Role) })
	}), nil
}

// Person is the name of somebody; the id where nobody knows it.
func (s *Service) Person(ctx context.Context, id string) string {
	if s.People == nil || id == "" {
		return id
	}
	if a, err := s.People.Person(ctx, id); err == nil {
		return a.Name
	}
	return id
}

// NamesPerson is the field of an act's form that names whose case it is from then on, or who signs besides; empty: none.
func NamesPerson(a flow.ActionSpec) string {
	for _, expr := range []string{a.Assign, signer(a)} {
		if field, ok := strings.CutPrefix(strings.TrimSpace(expr), "input."); ok {
			return field
		}
	}
	return ""
}

func signer(a flow.ActionSpec) string {
	if a.AddSigner == nil {
		return ""
	}
	return a.AddSigner.User
}

// checkPerson refuses an act that names somebody who is not of the case's department.
func (s *Service) checkPerson(ctx context.Context, k *loaded, a *flow.ActionSpec, input map[string]any) error {
	field := NamesPerson(*a)
	if field == "" || s.People == nil {
		return nil
	}
	staff, err := s.colleagues(ctx, k.flow.Spec, k.Head.Department)
	if err != nil {
		return err
	}
	id := text(input, field)
	if slices.ContainsFunc(staff, func(p flow.Actor) bool { return p.User == id }) {
		return nil
	}
	return &Invalid{a.Input, []forms.Problem{{Pointer: "/" + field, Code: "choose"}}}
}

// onBehalf is a liaison who acts for the owner of a project, with the mandate said; anybody else as they are.
func onBehalf(a flow.Actor, p *store.Project) flow.Actor {
	if a.Role == "liaison" && a.For == "" && p.Owner != a.User {
		a.For = p.Owner
	}
	return a
}

// StandIn is somebody's word that a colleague may act for them until the end of a day.
type StandIn struct {
	For   flow.Actor `json:"for"`   // who gave it
	To    flow.Actor `json:"to"`    // who may act
	Until string     `json:"until"` // last day, 2006-01-02
}

func (s *Service) standIns() store.Docs { return s.Store.Docs("stand_ins") }

// Entrust lets a colleague of the same department act for somebody until the end of a day; an empty day ends it.
func (s *Service) Entrust(ctx context.Context, actor flow.Actor, to, until string) error {
	id := actor.User + "/" + to
	if until == "" {
		if err := s.standIns().Delete(ctx, id); err != nil {
			return fmt.Errorf("mandate %s: %w", id, err)
		}
		return s.Audit(ctx, actor, "stand-in", map[string]string{"to": to})
	}
	var staff []flow.Actor
	if s.People != nil && actor.Department != "" {
		var err error
		if staff, err = s.People.Staff(ctx, actor.Department); err != nil {
			return err
		}
	}
	i := slices.IndexFunc(staff, func(p flow.Actor) bool { return p.User == to && to != actor.User })
	if i < 0 {
		return fmt.Errorf("colleague %s: %w", to, store.ErrNotFound)
	}
	data, err := json.Marshal(StandIn{actor, staff[i], until})
	if err != nil {
		return err
	}
	doc := &store.Doc{ID: id, Index: [3]string{to, actor.User}, Data: data}
	if old, err := s.standIns().Get(ctx, id); err == nil {
		doc.Rev = old.Rev
		err = s.standIns().Replace(ctx, doc)
		if err != nil {
			return fmt.Errorf("mandate %s: %w", id, err)
		}
	} else if err := s.standIns().Insert(ctx, doc); err != nil {
		return fmt.Errorf("mandate %s: %w", id, err)
	}
	return s.Audit(ctx, actor, "stand-in", map[string]string{"to": staff[i].Name, "until": until})
}

// Day tells whether a text is a day such as 2018-05-01.
func Day(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// StandIns lists the mandates in force that somebody has, and those they gave.
func (s *Service) StandIns(ctx context.Context, actor flow.Actor) (has, gave []StandIn, err error) {
	if actor.User == "" {
		return nil, nil, nil
	}
	list := func(q store.DocQuery) (out []StandIn, err error) {
		docs, err := findAll(ctx, s.standIns(), q)
		if err != nil {
			return nil, fmt.Errorf("mandates of %s: %w", actor.User, err)
		}
		today := s.Catalogues.Current().Calendar.DateOf(s.instant()).String()
		for _, d := range docs {
			var m StandIn
			if err := json.Unmarshal(d.Data, &m); err != nil {
				return nil, fmt.Errorf("mandate %s: %w", d.ID, err)
			}
			if m.Until >= today {
				out = append(out, m)
			}
		}
		return out, nil
	}
	if has, err = list(store.DocQuery{Index: [3]string{actor.User}}); err == nil {
		gave, err = list(store.DocQuery{Index: [3]string{"", actor.User}})
	}
	return has, gave, err
}

// standsIn is somebody as they act for another: in that one's role, with the mandate said.
func standsIn(actor flow.Actor, m StandIn) flow.Actor {
	return flow.Actor{User: actor.User, Name: actor.Name, Role: m.For.Role, Department: m.For.Department, For: m.For.User}
}

// actingFor is the actor of a command that says on whose mandate it is; without the mandate, [store.ErrNotFound].
func (s *Service) actingFor(ctx context.Context, actor flow.Actor, user string) (flow.Actor, error) {
	if user == "" {
		return actor, nil
	}
	has, _, err := s.StandIns(ctx, actor)
	if err != nil {
		return actor, err
	}
	for _, m := range has {
		if m.For.User == user {
			return standsIn(actor, m), nil
		}
	}
	return actor, fmt.Errorf("mandate of %s for %s: %w", actor.User, user, store.ErrNotFound)
}

// people adds to a view what the actor may do on mandates, and the names of those it mentions.
func (s *Service) people(ctx context.Context, actor flow.Actor, k *loaded, st *flow.State, v *CaseView) error {
	has, _, err := s.StandIns(ctx, actor)
	if err != nil {
		return err
	}
	for _, m := range has {
		b := OnBehalf{For: m.For}
		for _, a := range k.flow.Lawful(&k.scope, st, standsIn(actor, m), v.At) {
			if own := v.Act(a.ID); a.Refused == nil && (own == nil || own.Refused != nil) {
				b.Acts = append(b.Acts, a)
			}
		}
		if b.Acts != nil && m.For.Department == k.Head.Department {
			v.OnBehalf = append(v.OnBehalf, b)
		}
	}
	if scopes[actor.Role] >= department && slices.ContainsFunc(v.Flow.Spec.Actions, func(a flow.ActionSpec) bool { return NamesPerson(a) != "" }) {
		if v.Colleagues, err = s.colleagues(ctx, v.Flow.Spec, v.Head.Department); err != nil {
			return err
		}
	}
	v.Names = map[string]string{}
	name := func(id string) {
		if id != "" && v.Names[id] == "" {
			v.Names[id] = s.Person(ctx, id)
		}
	}
	name(v.View.Assignee)
	for _, e := range v.Ledger {
		name(e.By.For)
		if a := v.Flow.Action(e.Do); a != nil {
			name(text(e.Input, NamesPerson(*a)))
		}
	}
	return nil
}
