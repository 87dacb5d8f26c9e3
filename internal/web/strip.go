package web

import (
	"fmt"
	"time"
)

// Strip is the line of time of a clock: what of it counted, and why not the rest.
type Strip struct {
	ID    string // unique on the page, safe as an HTML id
	Title string // 承诺时限：10 个工作日
	Find  string // one sentence: what the picture says
	Unit  string // hours or days
	Spans []Span
	Due   *time.Time
	Now   time.Time
	Limit string // 10; shown under the sum
	Sum   string
}

// Span is one stretch; spans follow each other without gaps.
type Span struct {
	From, To time.Time
	Kind     string // counted, start_day, off, paused, over
	Units    string // counted in it
	Reason   string // in words: holiday, hold
	Event    string // in words: what began it; may be empty
	EventURL string
	Rule     string
	RuleURL  string
}

// StripView is a strip with its measures, in percent of its width, so that it
// keeps readable letters at any width.
type StripView struct {
	Strip
	Bars      []bar
	From      string
	DueX      string // empty: no due date
	DueAnchor string
	DueText   string
	NowX      string // empty: outside
	NowAnchor string
}

type bar struct {
	X, Width, Kind, Title string
}

// draw measures a strip. Only numbers of ours become attributes.
func (s Strip) draw(l locale) StripView {
	v := StripView{Strip: s}
	if len(s.Spans) == 0 {
		return v
	}
	from, to := s.Spans[0].From, s.Spans[len(s.Spans)-1].To
	if s.Due != nil && s.Due.After(to) {
		to = *s.Due
	}
	total := to.Sub(from)
	if total <= 0 {
		return v
	}
	x := func(t time.Time) float64 { return 100 * float64(t.Sub(from)) / float64(total) }
	percent := func(f float64) string { return fmt.Sprintf("%.2f%%", f) }
	for _, sp := range s.Spans {
		title := T(l.lang, "strip.kind."+sp.Kind) + " " + Instant(sp.From, l.zone) + " – " + Due(sp.To, l.zone)
		if sp.Reason != "" {
			title += " · " + sp.Reason
		}
		width := max(x(sp.To)-x(sp.From), .1) // even a minute is seen
		v.Bars = append(v.Bars, bar{percent(x(sp.From)), percent(width), sp.Kind, title})
	}
	v.From = Instant(from, l.zone)
	if s.Due != nil {
		v.DueX, v.DueAnchor = percent(x(*s.Due)), side(x(*s.Due))
		v.DueText = T(l.lang, "strip.due", "at", Due(*s.Due, l.zone))
	}
	if s.Now.After(from) && s.Now.Before(to) {
		v.NowX, v.NowAnchor = percent(x(s.Now)), side(x(s.Now))
	}
	return v
}

// side keeps a text that stands at x inside the picture.
func side(x float64) string {
	if x > 50 {
		return "end"
	}
	return "start"
}

// Why is reason and event in one.
func (s Span) Why() string {
	if s.Reason == "" || s.Event == "" {
		return s.Reason + s.Event
	}
	return s.Reason + " · " + s.Event
}
