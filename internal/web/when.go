package web

import (
	"fmt"
	"html/template"
	"math/big"
	"strings"
	"time"
)

const (
	dayLayout     = "2006-01-02"
	instantLayout = "2006-01-02 15:04"
)

// dayOf is the day a deadline belongs to: midnight is the end of the day before.
func dayOf(t time.Time, zone *time.Location) string {
	return t.In(zone).Add(-time.Nanosecond).Format(dayLayout)
}

// shortDay is dayOf without the year where it is this one.
func shortDay(t, now time.Time) string {
	day := dayOf(t, now.Location())
	if year := now.Format("2006-"); strings.HasPrefix(day, year) {
		return strings.TrimPrefix(day, year)
	}
	return day
}

// Day is the date of an instant: 2026-11-23.
func Day(t time.Time, zone *time.Location) string { return t.In(zone).Format(dayLayout) }

// Instant is a date with hour and minute: 2026-11-23 20:46.
func Instant(t time.Time, zone *time.Location) string { return t.In(zone).Format(instantLayout) }

// Due is the instant of a deadline. At midnight it is 24:00 of the day that ends.
func Due(t time.Time, zone *time.Location) string {
	if l := t.In(zone); l.Hour() == 0 && l.Minute() == 0 && l.Second() == 0 {
		return dayOf(t, zone) + " 24:00"
	}
	return Instant(t, zone)
}

// ShortInstant is Instant without the year where it is now's, for lists.
func ShortInstant(t, now time.Time) string {
	s := Instant(t, now.Location())
	return strings.TrimPrefix(s, now.Format("2006-"))
}

// timeTag marks a time up for machines. Its text holds digits and signs only.
func timeTag(text string, t time.Time, zone *time.Location) template.HTML {
	return template.HTML(fmt.Sprintf(`<time datetime="%s">%s</time>`, t.In(zone).Format(time.RFC3339), text)) //nolint:gosec // both come from time layouts
}

// instantOf takes a time or a pointer to one; anything else, nil and zero are no time.
func instantOf(v any) (time.Time, bool) {
	switch t := v.(type) {
	case time.Time:
		return t, !t.IsZero()
	case *time.Time:
		if t != nil {
			return *t, !t.IsZero()
		}
	}
	return time.Time{}, false
}

// Thousands groups the digits of a whole or decimal number: 1,280.50.
func Thousands(number string) string {
	sign := ""
	if rest, ok := strings.CutPrefix(number, "-"); ok {
		sign, number = "-", rest
	}
	whole, fraction, dot := strings.Cut(number, ".")
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	if dot {
		b.WriteString("." + fraction)
	}
	return sign + b.String()
}

// Money shows an exact decimal with two places and thousands; what is no number stays as it is.
func Money(decimal string) string {
	r, ok := new(big.Rat).SetString(decimal)
	if !ok || strings.ContainsAny(decimal, "/eE") {
		return decimal
	}
	return Thousands(r.FloatString(2))
}

// Rate is a share in percent with one decimal; — where there is nothing to share.
func Rate(part, whole int) string {
	if whole == 0 {
		return "—"
	}
	return big.NewRat(int64(part)*100, int64(whole)).FloatString(1) + "%"
}
