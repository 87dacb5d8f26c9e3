package storebench

import (
	"strings"
	"testing"
)

// TestRun makes a whole run, small: every measure is there, and no event was lost
// or doubled.
func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	var out strings.Builder
	err := Run(t.Context(), Options{Cases: 2000, Dir: t.TempDir(), Seconds: 0.1, Due: []int{50}, Out: &out, Log: func(line string) { t.Log(line) }})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"64 writers / driver alone", "list page of 50, p99", "50 due at once: all fired", "size of a case"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}
