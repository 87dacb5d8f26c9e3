package definitions_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"banli/definitions"
)

// waiting is a small catalogue of items that wait for each other, read from lines "A 3 B|C D".
func waiting(t *testing.T, lines ...string) *definitions.Catalogue {
	t.Helper()
	tree := base(t)
	var b strings.Builder
	for _, line := range lines {
		words := strings.Fields(line)
		fmt.Fprintf(&b, "---\nkind: item\nid: %s\nname: %s\nname_en: %s\ntype: permit\ndepartment: FG\nstage: S1\nflow: permit\nform: application\nbasis: [{instrument: 法, article: 一}]\npromised: {days: %s}\nprerequisites:\n", words[0], words[0], words[0], words[1])
		for _, w := range words[2:] {
			ids, when, conditional := strings.Cut(w, "?")
			fmt.Fprintf(&b, "  - {any_of: [%s]", strings.ReplaceAll(ids, "|", ", "))
			if conditional {
				fmt.Fprintf(&b, ", when: %q, text: %q", "project.land_area > "+when, w)
			}
			b.WriteString("}\n")
		}
		if len(words) == 2 {
			b.WriteString("  []\n")
		}
	}
	tree["items.yaml"] = &fstest.MapFile{Data: []byte(b.String())}
	c, faults := definitions.Load(tree)
	if c == nil {
		t.Fatal(faults)
	}
	return c
}

func TestEarliestFinish(t *testing.T) {
	for name, tt := range map[string]struct {
		items   []string
		granted []string
		want    string // finish: items on the deciding chain; others after the bar
	}{
		"one item":                            {[]string{"A 3"}, nil, "06-19 A"}, // 14, 15, 19: 18 is a holiday
		"one after the other":                 {[]string{"A 3", "B 2 A"}, nil, "06-21 A B"},
		"side by side, the longer decides":    {[]string{"A 3", "B 5"}, nil, "06-21 B | A"},
		"the later of two prerequisites":      {[]string{"A 3", "B 5", "C 1 A B"}, nil, "06-22 B C | A"},
		"the sooner of two alternatives":      {[]string{"A 3", "B 5", "C 1 A|B"}, nil, "06-21 B | A C"},
		"granted already":                     {[]string{"A 3", "B 2 A"}, []string{"A"}, "06-15 B"},
		"a condition that does not hold":      {[]string{"A 3", "B 2 A?100"}, nil, "06-19 A | B"},
		"a condition that holds":              {[]string{"A 3", "B 2 A?10"}, nil, "06-21 A B"},
		"nothing needed":                      {[]string{"A 3"}, []string{"A"}, "06-13"},
		"a longer chain of shorter items":     {[]string{"A 1", "B 1 A", "C 1 B", "D 2"}, nil, "06-19 A B C | D"},
		"conditions that make them go around": {[]string{"A 1 B?10", "B 1 A"}, nil, "items wait for each other: A → B → A"},
	} {
		t.Run(name, func(t *testing.T) {
			c := waiting(t, tt.items...)
			at := instant(t, c, "2018-06-13T10:20")
			finish, steps, err := c.EarliestFinish(definitions.Data{Project: map[string]any{"land_area": 50}, Granted: tt.granted}, at)
			got := ""
			if err != nil {
				got = err.Error()
			} else {
				chain, rest := "", ""
				for _, s := range steps {
					if s.Decisive {
						chain += " " + s.Item.ID
					} else {
						rest += " " + s.Item.ID
					}
				}
				got = finish.Add(-1).Format("01-02") + chain
				if rest != "" {
					got += " |" + rest
				}
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestEarliestFinishOfShippedItems: a project waits for its approvals in the order the law has them.
func TestEarliestFinishOfShippedItems(t *testing.T) {
	c := shipped(t)
	at := instant(t, c, "2025-09-26T16:40")
	finish, steps, err := c.EarliestFinish(definitions.Data{Project: map[string]any{
		"regime": "FILING", "project_category": "01", "land_mode": "2", "build_kind": "new", "industry": "C", "region": "510411",
	}}, at)
	if err != nil {
		t.Fatal(err)
	}
	if len(steps) == 0 || !finish.After(at) {
		t.Fatalf("%d steps until %v", len(steps), finish)
	}
	for _, s := range steps {
		if s.After == "" {
			continue
		}
		i := slices.IndexFunc(steps, func(o definitions.Step) bool { return o.Item.ID == s.After })
		if i < 0 || !steps[i].To.Equal(s.From) {
			t.Errorf("%s begins at %v, not when %s is granted", s.Item.ID, s.From, s.After)
		}
	}
}
