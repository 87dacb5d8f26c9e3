package catalogue_test

import (
	"testing"

	"banli/definitions"
	"banli/definitions/catalogue"
)

func load(t *testing.T) *definitions.Catalogue {
	t.Helper()
	c, faults := definitions.Load(catalogue.Renhe)
	for _, f := range faults {
		t.Error(f)
	}
	if c == nil {
		t.FailNow()
	}
	return c
}

// The shipped catalogue loads without a fault or a warning, and every test beside its rules passes.
func TestRenhe(t *testing.T) {
	for _, r := range definitions.RunTests(load(t)) {
		if !r.Passed() {
			t.Error(r)
		}
	}
}
