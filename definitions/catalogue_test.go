package definitions_test

import (
	"testing"
	"time"

	"banli/definitions"
	"banli/definitions/catalogue"
)

// shipped is the shipped catalogue, which has no fault.
func shipped(t testing.TB) *definitions.Catalogue {
	t.Helper()
	c, faults := definitions.Load(catalogue.Renhe)
	if len(faults) > 0 {
		t.Fatalf("faults:\n%v", faults)
	}
	return c
}

func TestShippedCatalogueHasNoFault(t *testing.T) { shipped(t) }

func TestShippedTestsPass(t *testing.T) {
	results := definitions.RunTests(shipped(t))
	if len(results) == 0 {
		t.Fatal("the catalogue has no tests")
	}
	for _, r := range results {
		if !r.Passed() {
			t.Error(r)
		}
	}
}

func BenchmarkRunTests(b *testing.B) {
	c := shipped(b)
	start := time.Now()
	for b.Loop() {
		definitions.RunTests(c)
	}
	b.ReportMetric(float64(time.Since(start).Microseconds())/float64(b.N*max(len(c.Tests), 1)), "µs/test")
}
