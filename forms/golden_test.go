package forms

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// draft is a registration half filled in, with a wrong code and a late end.
const draft = `{"is_classified": false, "regime": "RATIFICATION", "name": "仁和区高标准农田节水灌溉示范项目",
 "total_investment": 1280.5, "new_land": true, "land": {"area": 24533.35, "mode": "1"},
 "fund_lines": [{"source": "06", "payer": "沃野现代农业发展有限公司", "amount": 880.50}, {"source": "99", "amount": 400}],
 "planned_start": "2026-05", "planned_end": "2026-03", "owner_name": "沃野现代农业发展有限公司",
 "owner_cert_no": "91510411MA6", "contact_tel": "13800000000", "declarations": ["truth"]}`

// A realistic form, as the page would draw it.
func TestViewGolden(t *testing.T) {
	f := registration(t)
	answers := parseJSON(t, draft)
	for _, lang := range []string{Chinese, English} {
		ctx := Context{Today: "2026-11-23", Lang: lang}
		golden(t, "testdata/view."+lang+".txt", sketch(f.View(answers, f.Check(answers, ctx), ctx)))
	}
}

func TestSummaryAndDiffGolden(t *testing.T) {
	f := registration(t)
	old := parseJSON(t, draft)
	now := parseJSON(t, draft)
	now["total_investment"] = parseJSON(t, `{"n": 1300}`)["n"]
	now["fund_lines"] = now["fund_lines"].([]any)[:1]
	now["regime"] = "FILING"
	now["contact_email"] = "a@example.com"
	for _, lang := range []string{Chinese, English} {
		var b strings.Builder
		for _, r := range f.Summary(old, lang) {
			if r.Section != "" {
				fmt.Fprintf(&b, "== %s\n", r.Section)
			}
			fmt.Fprintf(&b, "%s%s: %s\n", strings.Repeat("  ", r.Level), r.Label, r.Value)
		}
		b.WriteString("\n-- differences\n")
		for _, d := range f.Diff(old, now, lang) {
			fmt.Fprintf(&b, "%s %s: %s → %s\n", d.Word, d.Label, d.Old, d.New)
		}
		golden(t, "testdata/summary."+lang+".txt", b.String())
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; go test -update rewrites it. Got:\n%s", path, got)
	}
}

// sketch writes what a page would draw, one field a line with what it has.
func sketch(v View) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", v.Title)
	for _, p := range v.Problems {
		fmt.Fprintf(&b, "! #%s %s\n", p.Target, p.Text)
	}
	for _, in := range v.Hidden {
		fmt.Fprintf(&b, "hidden %s=%s\n", in.Name, in.Value)
	}
	var draw func(fs []FieldView, indent string)
	draw = func(fs []FieldView, indent string) {
		for _, f := range fs {
			fmt.Fprintf(&b, "%s%s %s %q%s\n", indent, f.Kind, f.Name, f.Label, extras(f))
			for _, o := range f.Options {
				fmt.Fprintf(&b, "%s  (%s) %s %s\n", indent, map[bool]string{true: "x", false: " "}[o.Selected], o.Value, o.Label)
			}
			for _, c := range f.Columns {
				fmt.Fprintf(&b, "%s  | %s %s %s\n", indent, c.Label, c.Unit, c.Total)
			}
			draw(f.Fields, indent+"  ")
			for _, r := range f.Rows {
				fmt.Fprintf(&b, "%s  %s [%s]\n", indent, r.Label, r.RemoveLabel)
				draw(r.Fields, indent+"    ")
			}
		}
	}
	for _, s := range v.Sections {
		fmt.Fprintf(&b, "\n== %s\n", s.Title)
		draw(s.Fields, "")
	}
	return b.String()
}

// extras lists what is set besides name, kind and parts.
func extras(f FieldView) string {
	var b strings.Builder
	v := reflect.ValueOf(f)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch name {
		case "Name", "Kind", "Label", "Pointer", "ID", "LabelID", "HintID", "UnitID", "ProblemID",
			"Options", "Fields", "Rows", "Columns", "Totals", "Spellcheck", "AddID", "AddName":
			continue
		case "Shown":
			if !f.Shown {
				b.WriteString(" hidden")
			}
			continue
		}
		if !v.Field(i).IsZero() {
			fmt.Fprintf(&b, " %s=%v", name, v.Field(i).Interface())
		}
	}
	return b.String()
}
