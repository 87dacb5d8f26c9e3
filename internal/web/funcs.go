package web

import (
	"fmt"
	"html/template"
	"time"

	"banli/internal/web/assets"
)

// funcs are what templates may call, bound to a pack's texts, a language and a zone.
func funcs(p *Pack, l locale) template.FuncMap {
	tagged := func(form func(time.Time, *time.Location) string) func(any) template.HTML {
		return func(v any) template.HTML {
			t, ok := instantOf(v)
			if !ok {
				return "—"
			}
			return timeTag(form(t, l.zone), t, l.zone)
		}
	}
	return template.FuncMap{
		// t is the text for a key; parameters follow as name, value.
		"t": func(key string, args ...any) string { return p.T(l.lang, key, args...) },
		// lang is the page's language.
		"lang": func() string { return string(l.lang) },
		// pick chooses between Chinese and English texts of data.
		"pick": l.lang.Pick,

		// Times and pointers to times; none of them is —.
		"date":    tagged(Day),
		"instant": tagged(Instant),
		"due":     tagged(Due),
		"short": func(v any, now time.Time) template.HTML { // without this year, for lists
			t, ok := instantOf(v)
			if !ok {
				return "—"
			}
			return timeTag(ShortInstant(t, now.In(l.zone)), t, l.zone)
		},
		"shortdue": func(v any, now time.Time) template.HTML { // day of a deadline, without this year
			t, ok := instantOf(v)
			if !ok {
				return "—"
			}
			return timeTag(shortDay(t, now.In(l.zone)), t, l.zone)
		},

		"money":     Money,
		"rate":      Rate,
		"thousands": func(n any) string { return Thousands(fmt.Sprint(n)) },
		"or_dash": func(s string) string {
			if s == "" {
				return "—"
			}
			return s
		},
		"add":   func(a, b int) int { return a + b },
		"asset": assets.URL,

		// Constructors of components.
		"clock": func(c Clock) ClockBadge { return c.Badge(l.lang) },
		"tag":   func(text, kind string) Tag { return Tag{text, kind} },
		"tile": func(state, text string, n int, href string) Tile {
			return Tile{State: state, Text: text, N: n, Href: href}
		},
		"button":  func(text, kind string) Button { return Button{Text: text, Kind: kind} },
		"control": newControl,
		"cell":    newCell,
		"summary": newErrorSummary,
		"draw":    func(s Strip) StripView { return s.draw(l) },
	}
}
