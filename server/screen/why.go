package screen

import (
	"fmt"
	"strings"
	"time"

	"banli/definitions"
	"banli/forms"
	"banli/internal/web"
	"banli/server/casework"
)

// Asked is a form with what was answered: where the values come from that a rule read.
type Asked struct {
	Form    *definitions.Form // nil: none
	Answers map[string]any
}

// Why words a reason. What it read is shown as on the form that asked it; asked has the forms by the first name of a
// path: project, answers, input.
func Why(r *web.Request, question, answer string, reason definitions.Reason, asked map[string]Asked) web.Why {
	w := web.Why{Question: question, Answer: answer, Text: r.Lang.Pick(reason.Text, reason.TextEn), Expression: reason.Expression, Source: r.Lang.Pick(reason.Source, reason.SourceEn), Place: reason.Place.String()}
	switch {
	case reason.Row > 0:
		w.Expression = T(r.Lang, "why.row", "n", reason.Row) + " " + reason.Expression + " → " + reason.Then
	case reason.Expression == "" && reason.Result == definitions.Needed:
		w.Text = T(r.Lang, "why.always")
	}
	rows := map[string][]forms.SummaryRow{}
	for _, read := range reason.Reads {
		root, field, _ := strings.Cut(read.Path, ".")
		if a := asked[root]; a.Form != nil && rows[root] == nil {
			rows[root] = Answers(r.Lang, a.Form, a.Answers)
		}
		p := web.Pair{Label: r.Lang.Pick(read.Label, read.LabelEn), Text: value(r, read.Value)}
		for _, row := range rows[root] {
			if row.Pointer == "/"+strings.ReplaceAll(field, ".", "/") && read.Value != nil {
				p.Label, p.Text = row.Label, row.Value
			}
		}
		if p.Label == "" {
			p.Label = read.Path
		}
		if reason.Missing == read.Path {
			w.Missing = p.Label
		}
		w.Reads = append(w.Reads, p)
	}
	return w
}

// WhyNeeded is [Why] for an item or a material: whether it is needed.
func WhyNeeded(r *web.Request, question string, reason definitions.Reason, asked map[string]Asked) web.Why {
	return Why(r, question, T(r.Lang, "why."+reason.Result), reason, asked)
}

// WhyMaterial is [Why] for a material of an item, with the answers at hand.
func WhyMaterial(r *web.Request, cat *definitions.Catalogue, it *definitions.Item, material string, d definitions.Data) web.Why {
	reason, ok := cat.WhyMaterial(it, material, d)
	if !ok {
		return web.Why{}
	}
	return WhyNeeded(r, T(r.Lang, "why.material"), reason, map[string]Asked{
		"project": {Form: cat.Forms[casework.RegistrationForm], Answers: d.Project}, "answers": {Form: cat.Forms[it.Form], Answers: d.Answers},
	})
}

// Rule is a reason without a project: the rule itself, and what it asks.
func Rule(w web.Why) web.Why {
	w.Answer, w.Missing = "", ""
	for i := range w.Reads {
		w.Reads[i].Text = ""
	}
	return w
}

// value is a value that no form asked for.
func value(r *web.Request, v any) string {
	switch v := v.(type) {
	case nil:
		return T(r.Lang, "why.unanswered")
	case bool:
		return T(r.Lang, fmt.Sprintf("why.%t", v))
	case time.Time:
		return web.Instant(v, r.Now.Location())
	case []any:
		list := make([]string, len(v))
		for i, x := range v {
			list[i] = fmt.Sprint(x)
		}
		return strings.Join(list, T(r.Lang, "why.comma"))
	case []string:
		return strings.Join(v, T(r.Lang, "why.comma"))
	}
	return fmt.Sprint(v)
}
