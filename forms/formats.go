package forms

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// formats are ours beside those of JSON Schema. As there, a value of another type passes.
var formats = map[string]func(any) bool{
	"uscc":         text(func(s string) bool { f, _ := CheckUSCC(s); return f == CodeOK }),
	"org-code":     text(func(s string) bool { return CheckOrgCode(s) == CodeOK }),
	"resident-id":  text(func(s string) bool { return CheckResidentID(s, "") == CodeOK }),
	"project-code": text(func(s string) bool { return CheckProjectCode(s) == CodeOK }),
	"mobile-cn":    text(mobileShape.MatchString),
	"year-month":   text(monthShape.MatchString),
	"date":         text(func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil }),
}

func text(valid func(string) bool) func(any) bool {
	return func(v any) bool {
		s, ok := v.(string)
		return !ok || valid(s)
	}
}

var decimalShape = regexp.MustCompile(`^decimal\((\d{1,2}),(\d{1,2})\)$`)

// precision reads decimal(16,4): at most 16 digits, 4 of them after the point.
func precision(format string) (digits, scale int, ok bool) {
	m := decimalShape.FindStringSubmatch(strings.ReplaceAll(format, " ", ""))
	if m == nil {
		return 0, 0, false
	}
	digits, _ = strconv.Atoi(m[1])
	scale, _ = strconv.Atoi(m[2])
	return digits, scale, scale <= digits && digits > 0
}

func decimalFormat(name string) func(any) bool {
	digits, scale, _ := precision(name)
	return func(v any) bool {
		r, ok := rat(v)
		if !ok {
			return true
		}
		whole, fraction := places(r)
		return whole <= digits-scale && fraction <= scale
	}
}

// decimalFormats collects the decimal(p,s) a schema uses.
func decimalFormats(v any, found map[string]bool) map[string]bool {
	if found == nil {
		found = map[string]bool{}
	}
	switch v := v.(type) {
	case map[string]any:
		if s, ok := v["format"].(string); ok {
			if _, _, ok := precision(s); ok {
				found[s] = true
			}
		}
		for _, e := range v {
			decimalFormats(e, found)
		}
	case []any:
		for _, e := range v {
			decimalFormats(e, found)
		}
	}
	return found
}

// compact formats are typed without spaces, in ASCII, and upper case where letters count.
func compact(format, s string) string {
	switch format {
	case "uscc", "resident-id":
		return strings.ToUpper(strip(halfWidth(s)))
	case "org-code":
		return strings.ToUpper(strings.ReplaceAll(strip(halfWidth(s)), "-", ""))
	case "mobile-cn", "project-code":
		return strip(halfWidth(s))
	case "date", "date-time", "year-month", "email", "uri":
		return halfWidth(s)
	}
	return s
}

func strip(s string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "\u3000", "").Replace(s)
}

var (
	dayForm   = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$`)
	monthForm = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})月?$`)
)

// readDate writes the ways people type a day or a month as JSON Schema has them.
func readDate(format, s string) string {
	two := func(d string) string { return strings.Repeat("0", 2-len(d)) + d }
	if m := dayForm.FindStringSubmatch(strip(s)); m != nil && format == "date" {
		return m[1] + "-" + two(m[2]) + "-" + two(m[3])
	}
	if m := monthForm.FindStringSubmatch(strip(s)); m != nil && format == "year-month" {
		return m[1] + "-" + two(m[2])
	}
	return s
}
