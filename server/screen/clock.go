package screen

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/internal/web"
	"banli/server/casework"
)

// Actor is who the signed-in user of a request acts as; nobody without one.
func Actor(r *web.Request) flow.Actor {
	if r.User == nil {
		return flow.Actor{}
	}
	return flow.Actor{User: r.User.ID, Name: r.User.Name, Role: r.User.Role, Department: r.User.Department}
}

// CaseURL is the page of a case.
func CaseURL(id string) string { return "/cases/" + id }

// ProjectURL is the page of a project.
func ProjectURL(id string) string { return "/projects/" + id }

// ClockURL is the page that explains a clock of a case.
func ClockURL(caseID, clock string) string { return CaseURL(caseID) + "/clocks/" + clock }

// Clock is a clock of a case as its badge needs it. The flow names the hold that pauses it; it may be nil.
func Clock(r *web.Request, f *definitions.Flow, v flow.ClockView, caseID string) web.Clock {
	c := web.Clock{
		Name: r.Lang.Pick(v.Name, v.NameEn), Lamp: v.Lamp, Unit: v.Unit, Left: v.Left, LeftDays: v.LeftDays,
		Due: v.Due, Now: r.Now, Provisional: v.Provisional,
	}
	if caseID != "" {
		c.Href = ClockURL(caseID, v.ID)
	}
	if v.PausedBy != "" {
		c.Reason = HoldName(r.Lang, f, v.PausedBy)
	}
	if v.Lamp == flow.LampDone {
		c.Done = T(r.Lang, "clock.done."+doneWord(v))
	}
	return c
}

// doneWord says how a clock ended.
func doneWord(v flow.ClockView) string {
	switch {
	case v.Status == flow.Expired:
		return "expired"
	case v.Overdue:
		return "late"
	}
	return "in_time"
}

// LeadingClock is the badge of a case in a list: its clock with the least legal time left.
func LeadingClock(r *web.Request, cat *definitions.Catalogue, l casework.CaseLine) web.ClockBadge {
	if l.Leading != nil {
		c := Clock(r, cat.Flows[l.Flow], *l.Leading, l.ID)
		c.Name = ""
		return c.Badge(r.Lang)
	}
	c := web.Clock{Lamp: l.Lamp, Now: r.Now}
	if l.Lamp == flow.LampDone && l.Clock != "" {
		c.Href = ClockURL(l.ID, l.Clock)
		c.Done = T(r.Lang, "clock.done."+lineDone(cat.Flows[l.Flow], l))
	}
	return c.Badge(r.Lang)
}

// lineDone says how the clock of a case in a list ended.
func lineDone(f *definitions.Flow, l casework.CaseLine) string {
	switch {
	case !l.Late:
		return "in_time"
	case f != nil && leftToClock(f.Spec, l.State):
		return "expired"
	}
	return "late"
}

// leftToClock tells whether a case comes to a final state only because nobody did anything in time.
func leftToClock(spec flow.Spec, state string) bool {
	reached := false
	for _, a := range spec.Actions {
		if a.To == state {
			if len(a.By) != 1 || a.By[0] != "clock" {
				return false
			}
			reached = true
		}
	}
	return reached && Final(spec, state)
}

// HoldName is the name of a hold in the page's language.
func HoldName(l web.Lang, f *definitions.Flow, id string) string {
	if f != nil {
		for _, h := range f.Spec.Holds {
			if h.ID == id {
				return l.Pick(h.Name, h.NameEn)
			}
		}
	}
	return id
}

// StateName is the name of a state in the page's language.
func StateName(l web.Lang, f *definitions.Flow, id string) string {
	if f != nil {
		for _, s := range f.Spec.States {
			if s.ID == id {
				return l.Pick(s.Name, s.NameEn)
			}
		}
	}
	return id
}

// Action is the action of a flow with this id; empty when there is none.
func Action(f *definitions.Flow, id string) flow.ActionSpec {
	if f != nil {
		for _, a := range f.Spec.Actions {
			if a.ID == id {
				return a
			}
		}
	}
	return flow.ActionSpec{ID: id, Name: id}
}

// Role is the name of a role or pseudo-role in the page's language.
func Role(l web.Lang, id string) string {
	if n, ok := definitions.RoleNames[id]; ok {
		return l.Pick(n[0], n[1])
	}
	return id
}

// Amount is a number of units in words: 5 个工作日, 72 小时.
func Amount(l web.Lang, n int, unit string) string { return T(l, "unit."+unit, "n", n) }

// Limit is a limit of an item with its source in words; empty when the item has none.
func Limit(l web.Lang, limit definitions.Limit) string {
	if limit.Days == 0 {
		return ""
	}
	text := Amount(l, limit.Days, "days")
	if limit.Source != "" {
		text += T(l, "unit.source", "source", limit.Source)
	}
	return text
}

// Units is a counted amount without needless digits: 7.5, 10.
func Units(u float64) string { return strconv.FormatFloat(float64(int64(u*100+.5))/100, 'f', -1, 64) }

// Effects says in sentences what an act does to the clocks; nothing when it touches none.
func Effects(r *web.Request, zone *time.Location, f *definitions.Flow, a flow.Act) []string {
	var out []string
	for _, e := range a.Effects {
		if e.Kind == "none" || e.Kind == "" {
			continue
		}
		due := ""
		if e.Due != nil {
			due = T(r.Lang, "effect.until", "due", web.Due(*e.Due, zone))
		}
		if e.Kind == "pause" {
			due = "" // it is open while the clock stands
		}
		out = append(out, T(r.Lang, "effect."+e.Kind, "clock", ClockName(r.Lang, f, e.Clock), "limit", Amount(r.Lang, e.Limit, e.Unit))+due)
	}
	return out
}

// Marks are the permanent marks of a case as tags.
func Marks(l web.Lang, cat *definitions.Catalogue, marks []string) []web.Tag {
	var out []web.Tag
	for _, m := range marks {
		out = append(out, web.Tag{Text: MarkName(l, cat, m), Kind: "bad"})
	}
	return out
}

// MarkName is the word for a permanent mark: ours, or the name of the action that leaves it.
func MarkName(l web.Lang, cat *definitions.Catalogue, mark string) string {
	if key := "mark." + mark; Pack.Has(l, key) {
		return T(l, key)
	}
	for _, id := range slices.Sorted(maps.Keys(cat.Flows)) {
		for _, a := range cat.Flows[id].Spec.Actions {
			if slices.Contains(a.Mark, mark) {
				return l.Pick(a.Name, a.NameEn)
			}
		}
	}
	return mark
}

// CardTags are the cards of a case as tags.
func CardTags(l web.Lang, cards []string) []web.Tag {
	var out []web.Tag
	for _, color := range []string{flow.Red, flow.Yellow} {
		if slices.Contains(cards, casework.CardMark(color)) {
			out = append(out, CardTag(l, color))
		}
	}
	return out
}

// CardTag is a card as a tag.
func CardTag(l web.Lang, color string) web.Tag {
	kind := map[string]string{flow.Red: "bad", flow.Yellow: "warn"}[color]
	return web.Tag{Text: T(l, "mark."+casework.CardMark(color)), Kind: kind}
}

// Reason words why a stretch of a clock did not count: a hold, a holiday, a weekend.
func Reason(l web.Lang, f *definitions.Flow, s flow.Span) string {
	switch {
	case s.Kind == flow.SpanPaused:
		return HoldName(l, f, s.Reason)
	case s.Reason == "weekend":
		return T(l, "span.weekend")
	}
	return s.Reason
}
