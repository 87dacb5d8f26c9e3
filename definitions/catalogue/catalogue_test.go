package catalogue_test

import (
	"testing"

	"banli/definitions"
	"banli/definitions/catalogue"
)

// The shipped catalogue loads without a fault or a warning, and every test beside its rules passes.
func TestRenhe(t *testing.T) {
	c, faults := definitions.Load(catalogue.Renhe)
	for _, f := range faults {
		t.Error(f)
	}
	if c == nil {
		t.FailNow()
	}
}
