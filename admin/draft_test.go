package admin

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"banli/definitions"
	"banli/definitions/catalogue"

	"pgregory.net/rapid"
)

// TestEditAndReverse edits every value there is, all at once and back: the files are the same to the byte, and in
// between they differ by one line per value.
func TestEditAndReverse(t *testing.T) {
	cat, faults := definitions.Load(catalogue.Renhe)
	if cat == nil {
		t.Fatal(faults)
	}
	var there, back []Edit
	for _, s := range settings(cat) {
		now := "1"
		if s.Kind == policy {
			now = s.OneOf[(slices.Index(s.OneOf, s.Value)+1)%len(s.OneOf)]
		}
		if now == s.Value {
			now = "2"
		}
		there = append(there, Edit{Kind: s.Kind, ID: s.ID, Old: s.Value, New: now})
		back = append(back, Edit{Kind: s.Kind, ID: s.ID, Old: now, New: s.Value})
	}
	files, err := edited(cat, there)
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for name, src := range files {
		for _, l := range compare(string(cat.Files[name]), string(src)) {
			if l.Kind == "+" {
				lines++
			}
		}
	}
	if lines != len(there) {
		t.Errorf("%d edits changed %d lines", len(there), lines)
	}
	// Values keep their lines and columns, so that the places of before serve for the way back.
	changed := *cat
	changed.Files = files
	files, err = edited(&changed, back)
	if err != nil {
		t.Fatal(err)
	}
	for name, src := range cat.Files {
		if string(files[name]) != string(src) {
			t.Errorf("%s is not as it was: %+v", name, compare(string(src), string(files[name])))
		}
	}
}

// TestEditsOfOneLine: values that stand on one line are replaced from its end, so that none is missed.
func TestEditsOfOneLine(t *testing.T) {
	const src = `kind: catalogue
id: small
name: 小
region: "510411"
calendar: cn
parameters: {a: {value: 5, unit: days, name: 甲}, b: {value: 7, unit: days, name: 乙}}
policies: {p: {value: one, one_of: [one, another], name: 丙}}
`
	const calendar = `kind: calendar
id: cn
name: 历
zone: Asia/Shanghai
from: 2018-01-01
confirmed_until: 2018-12-31
days: []
`
	cat, faults := definitions.Load(fstest.MapFS{"c.yaml": {Data: []byte(src)}, "cal.yaml": {Data: []byte(calendar)}})
	if cat == nil {
		t.Fatal(faults)
	}
	files, err := edited(cat, []Edit{
		{Kind: parameter, ID: "a", Old: "5", New: "120"}, {Kind: policy, ID: "p", Old: "one", New: "another"}, {Kind: parameter, ID: "b", Old: "7", New: "8"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer("value: 5,", "value: 120,", "value: 7", "value: 8", "value: one", "value: another").Replace(src)
	if got := string(files["c.yaml"]); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestCompare: what a comparison says, done to the text before, gives the text now.
func TestCompare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 12)
		a, b := text.Draw(t, "before"), text.Draw(t, "now")
		removed, added := map[int]bool{}, map[int]string{}
		for _, l := range compare(strings.Join(a, "\n"), strings.Join(b, "\n")) {
			switch l.Kind {
			case "-":
				removed[l.No] = true
			case "+":
				added[l.No] = l.Text
			}
		}
		var kept []string
		for i, l := range strings.Split(strings.Join(a, "\n"), "\n") {
			if !removed[i+1] {
				kept = append(kept, l)
			}
		}
		var got []string
		for len(kept) > 0 || len(added) > 0 {
			if l, ok := added[len(got)+1]; ok {
				delete(added, len(got)+1)
				got = append(got, l)
				continue
			}
			if len(kept) == 0 {
				t.Fatalf("lines are added past the end: %v", added)
			}
			got, kept = append(got, kept[0]), kept[1:]
		}
		if strings.Join(got, "\n") != strings.Join(b, "\n") {
			t.Errorf("got %q, want %q", got, b)
		}
	})
}
