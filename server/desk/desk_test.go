package desk

import (
	"reflect"
	"testing"

	"banli/definitions"
	"banli/definitions/catalogue"
	"banli/internal/web/webtest"
)

func TestPages(t *testing.T) {
	webtest.CheckPages(t, Pack.Pages()...)
	webtest.CheckMessages(t, Pack)
}

// TestListsOf reads from the shipped flows what each role has to do and what waits for the owner.
func TestListsOf(t *testing.T) {
	cat, faults := definitions.Load(catalogue.Renhe)
	if cat == nil {
		t.Fatal(faults)
	}
	for role, want := range map[string]map[string][]string{
		"general_window": {
			"todo": {"submitted"}, "after": {"confirmed", "dispatched", "replied"}, "waiting": {"cancelled", "withdrawn"}, "done": nil,
		},
		"handler": {
			"todo": {"submitted", "pre_review", "intake", "verification", "accepted", "decided", "waiting"}, "waiting": {"correction", "returned"}, "done": nil,
		},
	} {
		got := map[string][]string{}
		for _, l := range listsOf(role, cat) {
			got[l.id] = l.states
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", role, got, want)
		}
	}
}
