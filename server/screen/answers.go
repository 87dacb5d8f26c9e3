package screen

import (
	"strings"

	"banli/definitions"
	"banli/forms"
	"banli/internal/web"
)

// Answers are answers for reading, with identity numbers shown by their first and last four characters only.
func Answers(l web.Lang, f *definitions.Form, answers map[string]any) []forms.SummaryRow {
	rows := f.Summary(answers, string(l))
	for _, q := range f.Fields() {
		if q.Format != "resident-id" {
			continue
		}
		for i, r := range rows {
			if n := []rune(r.Value); r.Pointer == q.Pointer && len(n) > 8 {
				rows[i].Value = string(n[:4]) + strings.Repeat("*", len(n)-8) + string(n[len(n)-4:])
			}
		}
	}
	return rows
}
