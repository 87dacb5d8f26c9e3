package demo

import (
	"fmt"
	"math/rand/v2"

	"banli/forms"
)

// Identity codes look real and pass every check, but belong to nobody: the register
// numbers are drawn at random.

const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// creditCode is a unified social credit code of this kind: "91" an enterprise, "11" an
// office, "12" a public institution.
func creditCode(r *rand.Rand, kind string) string {
	org := "MA" + pick(r, []string{"5", "6", "7"}) + letters(r, usccAlphabet, 5)
	org = complete(org, func(s string) bool { return forms.CheckOrgCode(s) == forms.CodeOK })
	return complete(kind+region+org, func(s string) bool {
		fault, inner := forms.CheckUSCC(s)
		return fault == forms.CodeOK && inner
	})
}

// residentID is the number of a person's identity card.
func residentID(r *rand.Rand, today string) string {
	birth := fmt.Sprintf("%04d%02d%02d", 1962+r.IntN(36), 1+r.IntN(12), 1+r.IntN(28))
	return complete(region+birth+letters(r, "0123456789", 3), func(s string) bool {
		return forms.CheckResidentID(s, today) == forms.CodeOK
	})
}

// complete appends the check character that makes the code right.
func complete(body string, right func(string) bool) string {
	for _, c := range usccAlphabet {
		if code := body + string(c); right(code) {
			return code
		}
	}
	panic("demo: no check character completes " + body)
}

func letters(r *rand.Rand, alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

func mobile(r *rand.Rand) string {
	return pick(r, []string{"138", "139", "158", "181", "189"}) + letters(r, "0123456789", 8)
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }
