package definitions_test

import (
	"os"
	"testing"

	"banli/definitions"
)

// TestVerbs plays the tests of a flow that has every verb; they notice nine in ten slips, too.
func TestVerbs(t *testing.T) {
	c, faults := definitions.Load(os.DirFS("testdata/verbs"))
	if c == nil || len(faults) > 0 {
		t.Fatal(faults)
	}
	for _, r := range definitions.RunTests(c) {
		if !r.Passed() {
			t.Error(r)
		}
	}
	for _, m := range definitions.Mutate(c) {
		t.Logf("%s: %d of %d", m.ID, m.Killed, m.Total())
		for _, alive := range m.Alive {
			t.Logf("%v %s", alive.Place, alive.En())
		}
		if m.Percent() < 90 {
			t.Errorf("flow %s: only %.0f %% of its mutants are noticed", m.ID, m.Percent())
		}
	}
}
