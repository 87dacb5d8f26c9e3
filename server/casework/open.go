package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/store"
)

// opening says which case to open.
type opening struct {
	key, parent            string
	flow, item, department string // department empty: the item's
	at                     time.Time
	body                   body
}

// newCase prepares a case that does not exist yet, under a catalogue.
func (s *Service) newCase(ctx context.Context, cat *definitions.Catalogue, p *store.Project, o opening) (*loaded, error) {
	pin := pins{Catalogue: cat.Revision}
	if o.item != "" {
		it := cat.Item(o.item, o.at)
		if it == nil {
			return nil, fmt.Errorf("item %s at %s: %w", o.item, o.at.Format(time.DateOnly), store.ErrNotFound)
		}
		pin.Item = itemPin(cat, it)
		if o.department == "" {
			o.department = it.Department
		}
	}
	raw, err := json.Marshal(pin)
	if err != nil {
		return nil, err
	}
	k := &loaded{Case: &store.Case{Pins: raw}, project: p, body: o.body}
	k.Head = store.Head{
		ID: s.newID(), Project: p.ID, Key: o.key, Parent: o.parent,
		Flow: o.flow, Item: o.item, Department: o.department,
	}
	return k, s.define(ctx, k, pin)
}

// openingAct is the act by which a role opens a case of a flow; do names it, empty: the first.
func openingAct(f *definitions.Flow, role, do string) (*flow.ActionSpec, error) {
	for i, a := range f.Spec.Actions {
		if slices.Contains(a.From, flow.New) && slices.Contains(a.By, role) && (do == "" || do == a.ID) {
			return &f.Spec.Actions[i], nil
		}
	}
	return nil, &flow.Refusal{Code: "wrong-role", Detail: fmt.Sprintf("a case of flow %s is not opened by role %s", f.Spec.ID, role)}
}

// decide asks the engine. What is granted in the project and not known to the case yet goes with every command,
// so that no answer hangs on how far the outbox is.
func (k *loaded) decide(cmd flow.Command) (flow.Decision, error) {
	for _, item := range extraOf(k.project).Granted {
		if !slices.Contains(k.state.Granted, item) && !slices.Contains(cmd.Granted, item) {
			cmd.Granted = append(cmd.Granted, item)
		}
	}
	return k.flow.Decide(&k.scope, &k.state, cmd)
}
