package screen

import (
	"strings"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/internal/web"
)

// EventName is what happened, in the page's language.
func EventName(l web.Lang, f *definitions.Flow, e flow.Event) string {
	if e.Do == flow.CalendarRevised {
		return T(l, "event.calendar_revised")
	}
	do, signing := strings.CutSuffix(e.Do, "/sign")
	a := Action(f, do)
	name := l.Pick(a.Name, a.NameEn)
	if signing {
		name = T(l, "event.sign", "act", name)
	}
	return name
}

// Moved says which clocks a revised calendar moved, from when to when (T30); nothing for other events.
func Moved(l web.Lang, zone *time.Location, f *definitions.Flow, e flow.Event) []string {
	if e.Calendar == nil {
		return nil
	}
	var out []string
	for _, m := range e.Calendar.Moved {
		name := ClockName(l, f, m.Clock)
		if m.Was == nil || m.Now == nil {
			out = append(out, T(l, "event.moved.paused", "clock", name))
			continue
		}
		out = append(out, T(l, "event.moved", "clock", name, "was", web.Due(*m.Was, zone), "now", web.Due(*m.Now, zone)))
	}
	if out == nil {
		out = []string{T(l, "event.moved.none")}
	}
	return append(out, T(l, "event.calendar", "from", short(e.Calendar.From), "to", short(e.Calendar.To)))
}

func short(revision string) string { return revision[:min(len(revision), 12)] }

// ClockName is the name of a clock in the page's language.
func ClockName(l web.Lang, f *definitions.Flow, id string) string {
	if f != nil {
		for _, c := range f.Spec.Clocks {
			if c.ID == id {
				return l.Pick(c.Name, c.NameEn)
			}
		}
	}
	return id
}
