package definitions_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"banli/definitions"
)

var june = time.Date(2018, 6, 13, 9, 0, 0, 0, time.UTC)

// small is the small catalogue of testdata/base.
func small(t testing.TB) *definitions.Catalogue {
	t.Helper()
	c, faults := definitions.Load(base(t))
	if c == nil {
		t.Fatal(faults)
	}
	return c
}

func TestNeeded(t *testing.T) {
	c := small(t)
	for name, tt := range map[string]struct {
		data definitions.Data
		want string
	}{
		"nothing is answered yet": {
			want: "A01 undecided project.regime; B01 undecided project.land_area (A01 needed: not met)",
		},
		"another regime, no land": {
			data: definitions.Data{Project: map[string]any{"regime": "FILING", "land_area": json.Number("0")}},
			want: "",
		},
		"all apply, nothing granted": {
			data: definitions.Data{Project: map[string]any{"regime": "APPROVAL", "land_area": json.Number("0.5")}},
			want: "A01 needed; B01 needed (A01 needed: not met)",
		},
		"the prerequisite is granted": {
			data: definitions.Data{Project: map[string]any{"regime": "APPROVAL", "land_area": 12.0}, Granted: []string{"A01"}},
			want: "A01 needed; B01 needed (A01 needed: by A01) ready",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var out []string
			for _, n := range c.Needed(june, tt.data) {
				s := n.Item.ID + " " + n.Status
				if n.Missing != "" {
					s += " " + n.Missing
				}
				for _, p := range n.Prerequisites {
					met := "not met"
					if p.Met != "" {
						met = "by " + p.Met
					}
					s += fmt.Sprintf(" (%s %s: %s)", strings.Join(p.AnyOf, "|"), p.Status, met)
					if n.Ready() {
						s += " ready"
					}
				}
				out = append(out, s)
			}
			if got := strings.Join(out, "; "); got != tt.want {
				t.Errorf("got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestMaterials(t *testing.T) {
	c := small(t)
	it := c.Item("B01", june)
	for name, tt := range map[string]struct {
		data definitions.Data
		want string
	}{
		"the answer it depends on is missing": {want: "approval needed; map undecided project.land_area"},
		"not required, and one is shared": {
			data: definitions.Data{Project: map[string]any{"land_area": 100}, Granted: []string{"A01"}},
			want: "approval needed shared; map not-needed",
		},
		"required and there": {
			data: definitions.Data{Project: map[string]any{"land_area": 101}, Have: []string{"map"}},
			want: "approval needed; map needed there",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var out []string
			for _, m := range c.Materials(it, tt.data) {
				s := m.ID + " " + m.Status
				if m.Missing != "" {
					s += " " + m.Missing
				}
				if m.Shared {
					s += " shared"
				}
				if m.Have {
					s += " there"
				}
				out = append(out, s)
			}
			if got := strings.Join(out, "; "); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestRevisions: an item is in force by the day in the calendar's zone, not in that of the instant given.
func TestRevisions(t *testing.T) {
	tree := base(t)
	src := string(tree["items.yaml"].Data)
	later := src[strings.Index(src, "---\n"):]
	src += strings.Replace(strings.Replace(later, "promised: {days: 7}", "promised: {days: 5}\nvalid: {from: 2019-01-01}", 1), "name: 施工许可", "name: 新施工许可", 1)
	src = strings.Replace(src, "promised: {days: 7}", "promised: {days: 7}\nvalid: {to: 2019-01-01}", 1)
	tree["items.yaml"].Data = []byte(src)
	c, faults := definitions.Load(tree)
	if c == nil {
		t.Fatal(faults)
	}
	eve := time.Date(2018, 12, 31, 15, 59, 59, 0, time.UTC) // 23:59:59 in Shanghai
	if d := c.Item("B01", eve).Promised.Days; d != 7 {
		t.Errorf("on the eve %d days, want 7", d)
	}
	newer := c.Item("B01", eve.Add(time.Second))
	if newer.Promised.Days != 5 || c.ItemRevision(newer.Revision) != newer {
		t.Errorf("from the new year %d days, want 5", newer.Promised.Days)
	}
	if c.Item("C01", eve) != nil || c.ItemRevision("B01@none") != nil {
		t.Error("there is no such item or revision")
	}
	older := c.AnyItem("B01")
	s := c.Scope(older.Revision, eve.Add(time.Second))
	if s.Item != older.Revision || s.Current != newer.Revision || s.Items[older.Revision]["promised"] != 7 || s.Items[newer.Revision]["promised"] != 5 {
		t.Errorf("scope: item %s, current %s, %v", s.Item, s.Current, s.Items)
	}
	if len(c.ItemsAt(eve)) != 2 {
		t.Error("two items are in force on any day")
	}
}

func TestDocumentIsWritten(t *testing.T) {
	c := small(t)
	title, body, err := c.Documents["notice"].Render(definitions.DocumentData{
		Project: definitions.DocumentProject{Name: "仁和新材料"}, Item: definitions.DocumentItem{Name: "施工许可"},
		Facts: map[string]any{"accepted_at": time.Date(2018, 6, 13, 10, 20, 0, 0, c.Calendar.Zone())},
	})
	if want := "仁和新材料：\n你单位申请的施工许可已于2018年6月13日受理。\n"; err != nil || title != "受理通知书" || body != want {
		t.Errorf("%v, %s, %q, want %q", err, title, body, want)
	}
	_, body, err = c.Documents["notice"].Render(definitions.DocumentData{})
	if want := "：\n你单位申请的已于受理。\n"; err != nil || body != want {
		t.Errorf("without anything: %v, %q, want %q", err, body, want)
	}
}
