package demo

import (
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

// Whenever a demo is started, everything in its plan is lawful and nothing lies in the future.
func TestFillAtAnyInstant(t *testing.T) {
	for name, at := range map[string]time.Time{
		"a Tuesday afternoon":       time.Date(2026, 11, 24, 15, 20, 0, 0, zone),
		"a Monday before office":    time.Date(2026, 11, 23, 2, 5, 0, 0, zone),
		"a Sunday":                  time.Date(2026, 8, 30, 11, 0, 0, 0, zone),
		"in the spring festival":    time.Date(2026, 2, 19, 12, 0, 0, 0, zone),
		"beyond the calendar known": time.Date(2027, 6, 9, 9, 45, 0, 0, zone),
	} {
		t.Run(name, func(t *testing.T) {
			cases, sum := fill(t, at, 24)
			for _, err := range sum.Refused {
				t.Errorf("refused: %v", err)
			}
			for _, h := range heads(t, cases, store.CaseQuery{}) {
				if h.OpenedAt.After(at) || h.UpdatedAt.After(at) {
					t.Errorf("case %s is of the future: opened %s, changed %s", h.ID, h.OpenedAt, h.UpdatedAt)
				}
			}
		})
	}
}

// What a newcomer is shown: every lamp is lit, and every way a case can go has been gone.
func TestFillShowsEverything(t *testing.T) {
	at := time.Date(2026, 11, 24, 15, 20, 0, 0, zone)
	cases, _ := fill(t, at, Projects)
	all, err := cases.Store.Tally(t.Context(), store.CaseQuery{Now: at}, "")
	if err != nil {
		t.Fatal(err)
	}
	if n := all[""]; n.OK == 0 || n.Soon == 0 || n.Urgent == 0 || n.Over == 0 || n.Paused == 0 || n.Done == 0 || n.Idle == 0 {
		t.Errorf("lamps %+v, want all of them", n)
	}
	seen := map[string]bool{}
	for _, h := range heads(t, cases, store.CaseQuery{}) {
		seen[h.Flow+" "+h.State] = true
		for _, m := range h.Marks {
			seen[m] = true
		}
	}
	for _, want := range []string{
		"registration submitted", "registration confirmed", "registration dispatched", "registration replied", "registration cancelled", "registration withdrawn",
		"reply waiting", "reply replied", "reply auto_replied", "overdue_no_reply",
		"filing submitted", "filing correction", "filing filed", "filing not_applicable",
		"permit pre_review", "permit returned", "permit intake", "permit correction", "permit accepted", "permit decided", "permit delivered",
		"permit not_accepted", "permit withdrawn", "permit terminated", "deemed_acceptance",
	} {
		if !seen[want] {
			t.Errorf("nothing is %q", want)
		}
	}
}

func heads(t *testing.T, cases *casework.Service, q store.CaseQuery) (all []store.Head) {
	t.Helper()
	for q.Limit = 200; ; {
		page, err := cases.Store.Cases(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.Rows...)
		if q.After = page.Next; q.After == "" {
			return all
		}
	}
}
