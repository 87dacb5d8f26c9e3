package screen

import (
	"maps"
	"slices"

	"banli/definitions"
	"banli/engine/flow"
)

// OwnerStates are the states, over all flows, in which the owner is the one to go on: no department does.
func OwnerStates(cat *definitions.Catalogue) []string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(cat.Flows)) {
		for _, s := range cat.Flows[id].Spec.States {
			if !slices.Contains(out, s.ID) && WaitsForOwner(cat.Flows[id].Spec, s.ID) {
				out = append(out, s.ID)
			}
		}
	}
	return out
}

// WaitsForOwner tells whether an owner's act leads on from a state, and nobody else's but ones that end the case.
func WaitsForOwner(spec flow.Spec, state string) bool {
	owner := false
	for _, a := range spec.Actions {
		if !slices.Contains(a.From, state) || a.To == "" || a.To == state || Final(spec, a.To) {
			continue
		}
		if !slices.Contains(a.By, "owner") {
			return false
		}
		owner = true
	}
	return owner
}

// AppliedFor tells whether owners begin cases of a flow themselves; the others begin by what else happens.
func AppliedFor(f *definitions.Flow) bool {
	return f != nil && slices.ContainsFunc(f.Spec.Actions, func(a flow.ActionSpec) bool {
		return slices.Contains(a.From, flow.New) && slices.Contains(a.By, "owner")
	})
}

// Final tells whether a state is final.
func Final(spec flow.Spec, state string) bool {
	return slices.ContainsFunc(spec.States, func(s flow.StateSpec) bool { return s.ID == state && s.Final })
}
