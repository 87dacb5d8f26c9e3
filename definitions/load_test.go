package definitions_test

import (
	"testing"

	"banli/definitions"
	"banli/definitions/catalogue"
)

func TestShippedCatalogue(t *testing.T) {
	_, faults := definitions.Load(catalogue.Renhe)
	for _, f := range faults {
		t.Error(f)
	}
}
