package definitions

import (
	"slices"
	"strings"
	"testing"

	"banli/definitions/catalogue"
)

// TestTold compares the sentences of chosen worked dates with the golden text.
func TestTold(t *testing.T) {
	c, faults := Load(catalogue.Renhe)
	if c == nil {
		t.Fatal(faults)
	}
	var got strings.Builder
	for _, test := range c.Tests {
		number, _, _ := strings.Cut(test.Name, " ")
		switch number {
		case "E2", "E4", "E19", "E34":
		default:
			continue
		}
		got.WriteString("# " + test.Name + "\n")
		for _, told := range tellTest(t, c, test) {
			for _, say := range [][]string{slices.Concat([]string{told.Name}, told.Lead, told.Zh), slices.Concat([]string{told.NameEn}, told.LeadEn, told.En)} {
				got.WriteString(strings.Join(say, "\n  ") + "\n")
			}
		}
	}
	Golden(t, "testdata/told.txt", got.String())
}

// TestToldAddsUp: of every clock of every test, there is a sentence for each stretch, the stretches follow each other
// from the start, and what they count up to the due instant is the limit; the limit has its reason.
func TestToldAddsUp(t *testing.T) {
	c, faults := Load(catalogue.Renhe)
	if c == nil {
		t.Fatal(faults)
	}
	clocks := 0
	for _, test := range c.Tests {
		for _, k := range tellTest(t, c, test) {
			clocks++
			if len(k.Zh) != len(k.Spans) || len(k.En) != len(k.Zh) || len(k.Lead) < 2 || len(k.LeadEn) != len(k.Lead) {
				t.Fatalf("%s: %s: %d sentences of %d spans", test.Name, k.ID, len(k.Zh), len(k.Spans))
			}
			at, sum := *k.StartedAt, 0.0
			for _, s := range k.Spans {
				if s.From != at {
					t.Errorf("%s: %s: a stretch begins at %s, the one before ends at %s", test.Name, k.ID, s.From, at)
				}
				if at = s.To; s.Kind != "over" {
					sum += s.Units
				}
			}
			if diff := sum - k.Sum; diff > 1e-6 || diff < -1e-6 {
				t.Errorf("%s: %s: the stretches add up to %g, told %g", test.Name, k.ID, sum, k.Sum)
			}
			if k.Status == "running" && k.Sum != float64(*k.AnswerClock.Limit) {
				t.Errorf("%s: %s: due with %g of %d", test.Name, k.ID, k.Sum, *k.AnswerClock.Limit)
			}
			if k.Limit.Expression == "" || k.Limit.Place.Line == 0 {
				t.Errorf("%s: %s: no reason for its limit: %+v", test.Name, k.ID, k.Limit)
			}
		}
	}
	if clocks < 200 {
		t.Errorf("only %d clocks", clocks)
	}
}

func tellTest(t *testing.T, c *Catalogue, test Test) []Told {
	t.Helper()
	p, err := c.play(test.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	list, err := c.Tell(p.flow, p.scope, p.events, test.At)
	if err != nil {
		t.Fatalf("%s: %v", test.Name, err)
	}
	return list
}
