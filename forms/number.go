package forms

import (
	"encoding/json"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

var (
	jsonNumber = regexp.MustCompile(`^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,3})?$`)
	plainForm  = regexp.MustCompile(`^(-?)(\d+)(\.\d*)?$`)
	bareForm   = regexp.MustCompile(`^([+-]?)(\d*)(?:\.(\d*))?$`)
)

// maxDigits bounds what is taken as a number: longer text, or an exponent of four
// digits, would let one short answer cost minutes of exact arithmetic.
const maxDigits = 400

// tame tells whether a text is a JSON number of bounded size.
func tame(s string) bool { return len(s) <= maxDigits && jsonNumber.MatchString(s) }

// rat is the exact value of an answer that is a number.
func rat(v any) (*big.Rat, bool) {
	n, ok := number(v)
	if !ok {
		return nil, false
	}
	return new(big.Rat).SetString(string(n))
}

// number gives an answer's number however Go holds it.
func number(v any) (json.Number, bool) {
	var s string
	switch v := v.(type) {
	case json.Number:
		s = string(v)
	case float64:
		s = strconv.FormatFloat(v, 'g', -1, 64)
	case int:
		s = strconv.Itoa(v)
	case int64:
		s = strconv.FormatInt(v, 10)
	default:
		return "", false
	}
	return json.Number(s), tame(s)
}

// readNumber reads a number as people type it: full-width digits, thousands
// commas and spaces, a leading plus or zeros. The digits are kept as they are.
func readNumber(s string) (json.Number, bool) {
	s = halfWidth(s)
	s = strings.Map(func(r rune) rune {
		switch r {
		case ',', ' ', '\u00a0', '\u3000', '\t':
			return -1
		}
		return r
	}, s)
	if m := bareForm.FindStringSubmatch(s); m != nil && m[2]+m[3] != "" {
		whole := strings.TrimLeft(m[2], "0")
		if whole == "" {
			whole = "0"
		}
		s = strings.TrimPrefix(m[1], "+") + whole
		if m[3] != "" {
			s += "." + m[3]
		}
	}
	return json.Number(s), tame(s)
}

// halfWidth turns full-width letters, digits and signs (Ａ, ０, ，, －) into ASCII.
func halfWidth(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '−', r == '–', r == '—':
			return '-'
		case r == '。':
			return '.'
		}
		return r
	}, s)
}

// grouped sets thousands commas in a plain decimal; other texts stay.
func grouped(s string) string {
	m := plainForm.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	whole := m[2]
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return m[1] + whole + m[3]
}

// amount shows money: thousands, at least two places, no more than it has.
func amount(v any) string {
	r, ok := rat(v)
	if !ok {
		return plain(v)
	}
	s := decimal(r)
	if dot := strings.IndexByte(s, '.'); dot < 0 {
		s += ".00"
	} else if len(s)-dot == 2 {
		s += "0"
	}
	return grouped(s)
}

// decimal writes a rational without trailing zeros, to 12 places at most.
func decimal(r *big.Rat) string {
	n, exact := r.FloatPrec()
	if !exact || n > 12 {
		n = 12
	}
	return r.FloatString(n)
}

// places counts the digits before and after the point of a number's shortest plain form.
func places(r *big.Rat) (whole, fraction int) {
	fraction, exact := r.FloatPrec()
	if !exact {
		fraction = maxDigits
	}
	q := new(big.Int).Quo(new(big.Int).Abs(r.Num()), r.Denom())
	if q.Sign() == 0 {
		return 0, fraction
	}
	return len(q.String()), fraction
}

// plain writes any single answer as the text a control holds.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	}
	if n, ok := number(v); ok {
		return string(n)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// equal compares two answers: numbers by value, everything else by kind and content.
func equal(a, b any) bool {
	if x, ok := rat(a); ok {
		y, ok := rat(b)
		return ok && x.Cmp(y) == 0
	}
	switch a := a.(type) {
	case nil:
		return b == nil
	case string:
		s, ok := b.(string)
		return ok && a == s
	case bool:
		t, ok := b.(bool)
		return ok && a == t
	case []any:
		l, ok := b.([]any)
		if !ok || len(a) != len(l) {
			return false
		}
		for i := range a {
			if !equal(a[i], l[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		m, ok := b.(map[string]any)
		if !ok || len(a) != len(m) {
			return false
		}
		for k, v := range a {
			w, ok := m[k]
			if !ok || !equal(v, w) {
				return false
			}
		}
		return true
	}
	return false
}

// empty tells whether an answer says nothing.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}
