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

// StripView is a strip with its measures.
type StripView struct {
	Strip
	Width, Height int
	Bars          []bar
	DueX, NowX    string // empty: outside
	Ticks         []tick
}

type bar struct {
	X, Width, Kind, Title string
}

type tick struct{ X, Anchor, Text string }

const (
	stripWidth  = 960
	stripMargin = 12
)

// draw measures a strip. Only numbers of ours become attributes.
func (s Strip) draw(l locale) StripView {
	v := StripView{Strip: s, Width: stripWidth, Height: 74}
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
	x := func(t time.Time) float64 {
		return stripMargin + float64(stripWidth-2*stripMargin)*float64(t.Sub(from))/float64(total)
	}
	at := func(t time.Time) string { return fmt.Sprintf("%.1f", x(t)) }
	for _, sp := range s.Spans {
		w := max(x(sp.To)-x(sp.From), .5)
		title := T(l.lang, "strip.kind."+sp.Kind) + " " + Instant(sp.From, l.zone) + " – " + Due(sp.To, l.zone)
		if sp.Reason != "" {
			title += " · " + sp.Reason
		}
		v.Bars = append(v.Bars, bar{at(sp.From), fmt.Sprintf("%.1f", w), sp.Kind, title})
	}
	v.Ticks = append(v.Ticks, tick{at(from), "start", Instant(from, l.zone)})
	if s.Due != nil {
		v.DueX = at(*s.Due)
		v.Ticks = append(v.Ticks, tick{v.DueX, anchor(x(*s.Due)), T(l.lang, "strip.due", "at", Due(*s.Due, l.zone))})
	}
	if s.Now.After(from) && s.Now.Before(to) {
		v.NowX = at(s.Now)
	}
	return v
}

// anchor keeps a text inside the picture.
func anchor(x float64) string {
	switch {
	case x > stripWidth*.75:
		return "end"
	case x < stripWidth*.25:
		return "start"
	}
	return "middle"
}
