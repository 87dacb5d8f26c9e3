package casework

import (
	"context"
	"slices"

	"banli/engine/flow"
	"banli/store"
)

// refusedItems are the latest cases of the items that a case waits for and that no case of the project can be granted
// any more: the wait does not end by itself (T24).
func (s *Service) refusedItems(ctx context.Context, k *loaded, v *CaseView) (out []CaseLine, err error) {
	for _, item := range waitedFor(v) {
		if slices.Contains(extraOf(k.project).Granted, item) {
			continue
		}
		heads, err := s.heads(ctx, store.CaseQuery{Project: k.Head.Project, Item: item})
		if err != nil {
			return nil, err
		}
		open := slices.ContainsFunc(heads, func(h store.Head) bool {
			f := k.cat.Flows[h.Flow]
			return f == nil || grantable(f.Spec, h.State)
		})
		if len(heads) == 0 || open {
			continue
		}
		latest := slices.MaxFunc(heads, func(a, b store.Head) int { return a.OpenedAt.Compare(b.OpenedAt) })
		of, err := s.load(ctx, latest.ID)
		if err != nil {
			return nil, err
		}
		// A grant may not have come to the project yet.
		if !slices.ContainsFunc(of.events, func(e flow.Event) bool { return tells(of.flow.Action(e.Do)) }) {
			out = append(out, s.line(&latest, v.At))
		}
	}
	return out, nil
}

// waitedFor are the items that the open holds of a case list.
func waitedFor(v *CaseView) (items []string) {
	for _, hold := range v.View.Holds {
		for _, e := range slices.Backward(v.Ledger) {
			if a := v.Flow.Action(e.Do); a == nil || a.Open != hold {
				continue
			}
			list, _ := e.Input["items"].([]any)
			for _, it := range list {
				if id, ok := it.(string); ok && !slices.Contains(items, id) {
					items = append(items, id)
				}
			}
			break
		}
	}
	return items
}

// grantable tells whether a case can still come from a state to an act that tells those who wait.
func grantable(spec flow.Spec, state string) bool {
	final := func(id string) bool {
		return slices.ContainsFunc(spec.States, func(s flow.StateSpec) bool { return s.ID == id && s.Final })
	}
	reached := []string{state}
	for i := 0; i < len(reached); i++ {
		for _, a := range spec.Actions {
			if !slices.Contains(a.From, reached[i]) && (len(a.From) > 0 || final(reached[i])) {
				continue
			}
			if tells(&a) {
				return true
			}
			if a.To != "" && !slices.Contains(reached, a.To) {
				reached = append(reached, a.To)
			}
		}
	}
	return false
}

// tells says whether an act tells those who wait.
func tells(a *flow.ActionSpec) bool {
	return a != nil && slices.ContainsFunc(a.Signal, func(s flow.SignalSpec) bool { return s.To == "waiting" })
}
