package demo

import (
	"context"
	"testing"
	"time"

	"banli/definitions/catalogue"
	"banli/server/casework"
	"banli/store"
	"banli/store/sqlite"
)

// fill plays a district that is at this instant now.
func fill(t *testing.T, at time.Time, projects int) (*casework.Service, Summary) {
	t.Helper()
	st, err := sqlite.Open(t.Context(), ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	now := func() time.Time { return at }
	cats, err := casework.OpenCatalogues(t.Context(), st, catalogue.Renhe, now)
	if err != nil {
		t.Fatal(err)
	}
	cases := &casework.Service{Store: st, Catalogues: cats, Now: now}
	sum, err := Seeding{Cases: cases, Now: at, People: People(cats.Current()), Projects: projects, Seed: 1}.Fill(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return cases, sum
}

var zone = time.FixedZone("CST", 8*3600)

// Whenever a demo is started, everything in its plan is lawful, nothing lies in the future, and all
// lamps are lit.
func TestFillAtAnyInstant(t *testing.T) {
	for name, at := range map[string]time.Time{
		"a Tuesday afternoon":       time.Date(2026, 11, 24, 15, 20, 0, 0, zone),
		"a Monday before office":    time.Date(2026, 11, 23, 2, 5, 0, 0, zone),
		"a Sunday":                  time.Date(2026, 8, 30, 11, 0, 0, 0, zone),
		"in the spring festival":    time.Date(2026, 2, 19, 12, 0, 0, 0, zone),
		"beyond the calendar known": time.Date(2027, 6, 9, 9, 45, 0, 0, zone),
	} {
		t.Run(name, func(t *testing.T) {
			cases, sum := fill(t, at, 60)
			for _, err := range sum.Refused {
				t.Errorf("refused: %v", err)
			}
			page, err := cases.Store.Cases(context.Background(), store.CaseQuery{Sort: "-opened", Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			if len(page.Rows) == 0 || page.Rows[0].UpdatedAt.After(at) {
				t.Errorf("the newest case is of the future: %v", page.Rows)
			}
			t.Log(sum.Acts)
		})
	}
}
