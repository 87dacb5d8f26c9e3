package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"banli/store"

	"pgregory.net/rapid"
)

func boolp(b bool) *bool { return &b }

func queryConditions(t *testing.T, s store.Store) {
	for i, change := range []func(*store.Case){
		func(c *store.Case) {},
		func(c *store.Case) { c.Project = "p2" },
		func(c *store.Case) { c.Flow = "reply" },
		func(c *store.Case) { c.Flow, c.Item = "filing", "FG05" },
		func(c *store.Case) { c.Department = "fgj" },
		func(c *store.Case) { c.Owner = "u9" },
		func(c *store.Case) { c.Parent = "" },
		func(c *store.Case) { c.State, c.Open = "delivered", false },
		func(c *store.Case) { c.Marks = []string{"late_reply", "no_reply"} },
		func(c *store.Case) { c.Title = "Line 3 of 100%_" },
		func(c *store.Case) { c.OpenedAt = utc(noon.Add(time.Hour)) },
		func(c *store.Case) { c.Marks, c.Assignee = nil, "u7" },
	} {
		c := newCase(fmt.Sprintf("k%02d", i))
		change(c)
		insert(t, s, c)
	}
	for name, tt := range map[string]struct {
		q    store.CaseQuery
		want int
	}{
		"all":                         {store.CaseQuery{}, 12},
		"project":                     {store.CaseQuery{Project: "p2"}, 1},
		"flow":                        {store.CaseQuery{Flow: "reply"}, 1},
		"flows":                       {store.CaseQuery{Flows: []string{"reply", "filing", "none"}}, 2},
		"item":                        {store.CaseQuery{Item: "FG05"}, 1},
		"department":                  {store.CaseQuery{Department: "fgj"}, 1},
		"owner":                       {store.CaseQuery{Owner: "u9"}, 1},
		"parent":                      {store.CaseQuery{Parent: "par"}, 11},
		"state":                       {store.CaseQuery{State: "delivered"}, 1},
		"assignee":                    {store.CaseQuery{Assignee: "u7"}, 1},
		"assignee of closed cases":    {store.CaseQuery{Assignee: "u7", Open: boolp(false)}, 0},
		"states":                      {store.CaseQuery{States: []string{"delivered", "accepted"}}, 12},
		"open":                        {store.CaseQuery{Open: boolp(true)}, 11},
		"closed":                      {store.CaseQuery{Open: boolp(false)}, 1},
		"closed elsewhere":            {store.CaseQuery{Open: boolp(false), Department: "fgj"}, 0},
		"mark":                        {store.CaseQuery{Mark: "no_reply"}, 1},
		"common mark":                 {store.CaseQuery{Mark: "late_reply"}, 11},
		"part of a mark":              {store.CaseQuery{Mark: "late"}, 0},
		"text in the title":           {store.CaseQuery{Text: "LINE 3"}, 1},
		"text in the owner's name":    {store.CaseQuery{Text: "水务"}, 12},
		"text in the code":            {store.CaseQuery{Text: "510411-48"}, 12},
		"text without wildcards":      {store.CaseQuery{Text: "0%_"}, 1},
		"since":                       {store.CaseQuery{Since: noon.Add(time.Microsecond)}, 1},
		"since is included":           {store.CaseQuery{Since: noon}, 12},
		"until is not included":       {store.CaseQuery{Until: noon.Add(time.Hour)}, 11},
		"open with the lamp":          {store.CaseQuery{Open: boolp(true), Lamp: store.LampOK, Now: noon}, 11},
		"closed with an open's lamp":  {store.CaseQuery{Open: boolp(false), Lamp: store.LampOK, Now: noon}, 0},
		"closed with the lamp":        {store.CaseQuery{Open: boolp(false), Lamp: store.LampDone, Now: noon}, 1},
		"several restrict together":   {store.CaseQuery{Department: "ghj", Flow: "permit", Project: "p1", Text: "污水", Parent: "par", State: "accepted"}, 5},
		"flow outside flows: nothing": {store.CaseQuery{Flow: "permit", Flows: []string{"reply"}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			tt.q.Limit = 5
			if got := cases(t, s, tt.q); len(got) != tt.want {
				t.Errorf("%d cases %v, expected %d", len(got), ids(got), tt.want)
			}
			if n, err := s.CountCases(t.Context(), tt.q); err != nil || n != tt.want {
				t.Errorf("counted %d, %v, expected %d", n, err, tt.want)
			}
			tally, err := s.Tally(t.Context(), tt.q, "")
			must(t, err)
			if n := tally[""].Total(); n != tt.want {
				t.Errorf("tallied %d, expected %d", n, tt.want)
			}
		})
	}
}

// standing draws a head whose lamp may be any, with instants close enough to meet.
func standing(t *rapid.T, id string) *store.Case {
	at := func(label string) time.Time {
		if rapid.Bool().Draw(t, "no "+label) {
			return time.Time{}
		}
		return utc(noon.Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, label)) * time.Microsecond))
	}
	pick := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
	return &store.Case{Head: store.Head{
		ID: id, Open: rapid.IntRange(0, 3).Draw(t, "open") > 0, Paused: rapid.IntRange(0, 4).Draw(t, "paused") == 0, Stopped: rapid.Bool().Draw(t, "stopped"),
		Due: at("due"), WarnAt: at("warn"), UrgentAt: at("urgent"), NextDue: at("next"), OpenedAt: at("opened"), UpdatedAt: at("updated"),
		Department: pick("department", "a", "b"), Flow: pick("flow", "permit", "reply"), Item: pick("item", "", "GH02"), State: pick("state", "x", "y"),
		Project: pick("project", "p", "q"), Hold: pick("hold", "", "wait", "extension"), Clock: pick("clock", "", "promised"), Late: rapid.Bool().Draw(t, "late"),
	}}
}

func lampsAgree(t *testing.T, s store.Store) {
	n, model := 0, map[string]store.Head{}
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 4).Draw(rt, "cases") {
			c := standing(rt, fmt.Sprintf("k%05d", n))
			n++
			insert(t, s, c)
			model[c.ID] = c.Head
		}
		now := noon.Add(time.Duration(rapid.IntRange(-4000, 4000).Draw(rt, "now")) * time.Nanosecond)
		q := store.CaseQuery{Now: now, Limit: 200}
		switch rapid.IntRange(0, 3).Draw(rt, "restrict") {
		case 1:
			q.Department = "a"
		case 2:
			q.Project = "p"
		case 3:
			q.Open = boolp(rapid.Bool().Draw(rt, "open"))
		}
		for by, field := range map[string]func(store.Head) string{
			"":           func(store.Head) string { return "" },
			"department": func(h store.Head) string { return h.Department },
			"flow":       func(h store.Head) string { return h.Flow },
			"item":       func(h store.Head) string { return h.Item },
			"state":      func(h store.Head) string { return h.State },
		} {
			want := map[string]store.LampCounts{}
			for _, h := range model {
				if matches(&q, &h) {
					counts := want[field(h)]
					*counts.Of(h.Lamp(now))++
					want[field(h)] = counts
				}
			}
			got, err := s.Tally(t.Context(), q, by)
			must(rt, err)
			same(rt, "tally by "+by, got, want)
		}
		q.Lamp = rapid.SampledFrom(store.Lamps).Draw(rt, "lamp")
		want := []string{}
		for _, h := range model {
			if matches(&q, &h) {
				want = append(want, h.ID)
			}
		}
		got := ids(cases(t, s, q))
		slices.Sort(got)
		slices.Sort(want)
		same(rt, "selected by "+q.Lamp, got, want)
	})
}

// matches is CaseQuery in Go, for the fields that random tests use.
func matches(q *store.CaseQuery, h *store.Head) bool {
	return (q.Department == "" || q.Department == h.Department) && (q.Project == "" || q.Project == h.Project) &&
		(q.Flow == "" || q.Flow == h.Flow) && (q.State == "" || q.State == h.State) &&
		(q.Open == nil || *q.Open == h.Open) && (q.Lamp == "" || q.Lamp == h.Lamp(q.Now))
}

func lampEdges(t *testing.T, s store.Store) {
	c := insert(t, s, newCase("k1"))
	for _, tt := range []struct {
		after time.Duration // noon
		lamp  string
	}{
		{0, store.LampOK},
		{24*time.Hour - time.Microsecond, store.LampOK},
		{24 * time.Hour, store.LampSoon},
		{48*time.Hour - time.Microsecond, store.LampSoon},
		{48 * time.Hour, store.LampUrgent},
		{72 * time.Hour, store.LampUrgent}, // at the due instant it is still on time
		{72*time.Hour + 999*time.Nanosecond, store.LampUrgent},
		{72*time.Hour + time.Microsecond, store.LampOver},
	} {
		now := noon.Add(tt.after)
		if got := c.Lamp(now); got != tt.lamp {
			t.Errorf("after %s: lamp %s, expected %s", tt.after, got, tt.lamp)
		}
		for _, lamp := range store.Lamps {
			n, err := s.CountCases(t.Context(), store.CaseQuery{Lamp: lamp, Now: now})
			must(t, err)
			if (n == 1) != (lamp == tt.lamp) {
				t.Errorf("after %s: %d cases with lamp %s, expected the one with %s", tt.after, n, lamp, tt.lamp)
			}
		}
	}
}

func querySorts(t *testing.T, s store.Store) {
	r := rand.New(rand.NewPCG(1, 2))
	at := func() time.Time { return utc(noon.Add(time.Duration(r.IntN(20)) * time.Hour)) } // with ties
	const n = 40
	for i := range n {
		c := newCase(fmt.Sprintf("k%02d", i))
		c.Due, c.OpenedAt, c.UpdatedAt, c.Open = at(), at(), at(), r.IntN(4) > 0
		c.Paused, c.Stopped, c.Department = r.IntN(5) == 0, r.IntN(2) == 0, []string{"a", "b"}[r.IntN(2)]
		if r.IntN(4) == 0 {
			c.Due = time.Time{}
		}
		insert(t, s, c)
	}
	last := noon.Add(10000 * time.Hour)
	rank := func(h store.Head) time.Time {
		switch {
		case !h.Open:
			return last.Add(3)
		case h.Paused:
			return last
		case h.Due.IsZero() && h.Stopped:
			return last.Add(2)
		case h.Due.IsZero():
			return last.Add(1)
		}
		return h.Due
	}
	for sort, key := range map[string]func(store.Head) time.Time{
		"": rank, "due": rank,
		"opened":  func(h store.Head) time.Time { return h.OpenedAt },
		"updated": func(h store.Head) time.Time { return h.UpdatedAt },
	} {
		for _, q := range []store.CaseQuery{{}, {Department: "a"}, {Open: boolp(true)}, {Open: boolp(false)}, {Project: "p1"}, {Department: "b", Open: boolp(true)}, {Flows: []string{"permit"}}} {
			q.Sort, q.Limit = sort, 7
			up := cases(t, s, q)
			count, err := s.CountCases(t.Context(), q)
			must(t, err)
			if len(up) != count {
				t.Errorf("%+v: listed %d, counted %d", q, len(up), count)
			}
			if !slices.IsSortedFunc(up, func(a, b store.Head) int { return key(a).Compare(key(b)) }) {
				t.Errorf("%+v: out of order: %v", q, ids(up))
			}
			if sort == "" {
				sort = "due" // so it says, backwards
			}
			for _, limit := range []int{11, 200} { // in pages of another size, and in one
				q.Sort, q.Limit = "-"+sort, limit
				down := ids(cases(t, s, q))
				slices.Reverse(down)
				same(t, fmt.Sprintf("%+v backwards", q), down, ids(up))
			}
		}
	}
}

func queryPagesUnderChange(t *testing.T, s store.Store) {
	const n = 60
	for i := range n {
		c := newCase(fmt.Sprintf("k%02d", i))
		c.Due = utc(noon.Add(time.Duration(i) * time.Hour))
		insert(t, s, c)
	}
	r := rand.New(rand.NewPCG(3, 4))
	moved, seen := map[string]bool{}, map[string]int{}
	q := store.CaseQuery{Department: "ghj", Open: boolp(true), Limit: 6}
	for i := 0; ; i++ {
		page, err := s.Cases(t.Context(), q)
		must(t, err)
		for _, h := range page.Rows {
			seen[h.ID]++
		}
		if q.After = page.Next; q.After == "" {
			break
		}
		fresh := newCase(fmt.Sprintf("new%02d", i))
		fresh.Due = utc(noon.Add(time.Duration(r.IntN(n)) * time.Hour))
		insert(t, s, fresh)
		id := fmt.Sprintf("k%02d", r.IntN(n))
		h, err := s.Head(t.Context(), id)
		must(t, err)
		h.Due = utc(noon.Add(time.Duration(r.IntN(n)) * time.Hour))
		must(t, s.Append(t.Context(), id, h.Rev, &store.Change{Head: *h}))
		moved[id] = true
	}
	for i := range n {
		if id := fmt.Sprintf("k%02d", i); !moved[id] && seen[id] != 1 {
			t.Errorf("%s stayed where it was and was seen %d times", id, seen[id])
		}
	}
}

func queryFaults(t *testing.T, s store.Store) {
	insert(t, s, newCase("k1"))
	for name, q := range map[string]store.CaseQuery{
		"lamp": {Lamp: "green"}, "sort": {Sort: "title"}, "cursor": {After: "nonsense"},
	} {
		if _, err := s.Cases(t.Context(), q); err == nil {
			t.Errorf("%s: %+v is taken", name, q)
		}
	}
	if _, err := s.Tally(t.Context(), store.CaseQuery{}, "title"); err == nil {
		t.Error("cases are tallied by title")
	}
}

func dueOrder(t *testing.T, s store.Store) {
	next, err := s.NextDue(t.Context())
	must(t, err)
	if !next.IsZero() {
		t.Fatalf("an empty store is next due at %s", next)
	}
	for i, hours := range []int{5, 1, 3, 0, 2} {
		c := newCase(fmt.Sprint("k", i))
		c.NextDue = time.Time{}
		if hours > 0 {
			c.NextDue = utc(noon.Add(time.Duration(hours) * time.Hour))
		}
		insert(t, s, c)
	}
	due := func(now time.Time, limit int) []string {
		list, err := s.Due(t.Context(), now, limit)
		must(t, err)
		out := []string{}
		for _, d := range list {
			out = append(out, d.ID+" "+d.Due.Sub(noon).String())
		}
		return out
	}
	same(t, "at the due instant", due(noon.Add(time.Hour), 9), []string{})
	same(t, "just after", due(noon.Add(time.Hour+time.Microsecond), 9), []string{"k1 1h0m0s"})
	same(t, "later", due(noon.Add(9*time.Hour), 9), []string{"k1 1h0m0s", "k4 2h0m0s", "k2 3h0m0s", "k0 5h0m0s"})
	same(t, "two", due(noon.Add(9*time.Hour), 2), []string{"k1 1h0m0s", "k4 2h0m0s"})
	next, err = s.NextDue(t.Context())
	must(t, err)
	same(t, "next", next, utc(noon.Add(time.Hour)))

	h, err := s.Head(t.Context(), "k1")
	must(t, err)
	h.NextDue, h.Open = time.Time{}, false
	must(t, s.Append(t.Context(), "k1", 1, &store.Change{Head: *h}))
	next, err = s.NextDue(t.Context())
	must(t, err)
	same(t, "next, after the first acted", next, utc(noon.Add(2*time.Hour)))
}
