package definitions

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"banli/engine/flow"
)

// Told is a clock of a case with the sum behind its due date, for machines and, in sentences, for people.
type Told struct {
	ID     string `json:"clock"`
	Name   string `json:"name"`
	NameEn string `json:"name_en,omitempty"`
	Rule   string `json:"rule,omitempty"`
	AnswerClock
	Sum    float64  `json:"sum"`        // what its spans count up to the due instant: the limit, unless it stopped or is paused
	Limit  Reason   `json:"limit_from"` // why the limit is what it is; of an idle clock, nothing
	Lead   []string `json:"lead"`       // from when, how much, until when
	LeadEn []string `json:"lead_en"`
	Zh     []string `json:"sentences"` // one of each span
	En     []string `json:"sentences_en"`
}

// Tell explains every clock of a case that ever ran, as it stands at an instant, in the order of the flow. The events
// are all that have happened by then, what the clock did included.
func (c *Catalogue) Tell(f *Flow, sc *flow.Scope, events []flow.Event, at time.Time) ([]Told, error) {
	return c.tell(f, sc, events, at, func(k flow.ClockView) bool { return k.Status != flow.Idle })
}

// TellClock is [Catalogue.Tell] of one clock, which may be idle.
func (c *Catalogue) TellClock(f *Flow, sc *flow.Scope, events []flow.Event, clock string, at time.Time) (Told, error) {
	list, err := c.tell(f, sc, events, at, func(k flow.ClockView) bool { return k.ID == clock })
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("flow %s has no clock %q", f.ID(), clock)
	}
	if err != nil {
		return Told{}, err
	}
	return list[0], nil
}

func (c *Catalogue) tell(f *Flow, sc *flow.Scope, events []flow.Event, at time.Time, wanted func(flow.ClockView) bool) ([]Told, error) {
	s, err := f.Replay(sc, events)
	if err != nil {
		return nil, err
	}
	list, zone := []Told{}, c.Calendar.Zone()
	for _, k := range f.View(sc, s, at).Clocks {
		if !wanted(k) {
			continue
		}
		x, err := f.Explain(sc, s, k.ID, at)
		if err != nil {
			return nil, err
		}
		t := Told{ID: k.ID, Name: k.Name, NameEn: k.NameEn, Rule: k.Rule, AnswerClock: c.answerClock(x), Sum: *units(x.Sum)}
		t.Limit, _ = c.whyLimit(f, sc, s, events, k.ID)
		zh, en := teller{f, events, zone, false}, teller{f, events, zone, true}
		t.Lead, t.LeadEn = zh.lead(x), en.lead(x)
		t.Zh, t.En = zh.spans(x), en.spans(x)
		list = append(list, t)
	}
	return list, nil
}

// teller words an explanation in one language.
type teller struct {
	flow   *Flow
	events []flow.Event
	zone   *time.Location
	en     bool
}

func (t teller) pick(zh, en string) string {
	if t.en {
		return cmp.Or(en, zh)
	}
	return zh
}

// spans has a sentence for each stretch of a clock.
func (t teller) spans(x flow.Explanation) []string {
	list := make([]string, len(x.Spans))
	for i, sp := range x.Spans {
		list[i] = t.span(sp, x.Clock.Unit)
	}
	return list
}

// span says of one stretch how much of it counts, why not, and what it began with.
func (t teller) span(sp flow.Span, unit string) string {
	text, rules := "", []string{sp.Rule}
	switch sp.Kind {
	case flow.SpanStartDay:
		text = t.pick("起算当日，不计", "the day it starts, not counted")
	case flow.SpanOff:
		if sp.Reason == "weekend" {
			text = t.pick("周末，不计", "weekend, not counted")
		} else {
			text = fmt.Sprintf(t.pick("%s放假，不计", "holiday %s, not counted"), sp.Reason)
		}
	case flow.SpanPaused:
		text = t.pick("已停止，不计", "stopped, not counted")
		if h := t.hold(sp.Reason); h != nil {
			text = fmt.Sprintf(t.pick("因“%s”暂停，不计", "paused by “%s”, not counted"), t.pick(h.Name, h.NameEn))
			rules = append(rules, h.Rule)
		}
	case flow.SpanOver:
		text = fmt.Sprintf(t.pick("已过到期时间，超 %s", "after the due time, %s over"), t.amount(sp.Units, unit))
	default:
		text = fmt.Sprintf(t.pick("计 %s", "counts %s"), t.amount(sp.Units, unit))
		if sp.Reason != "" {
			text += fmt.Sprintf(t.pick("（含%s调休上班）", " (with days worked for %s)"), sp.Reason)
		}
	}
	if e, rule := t.event(sp.Event); e != "" {
		if !slices.Contains(rules, rule) {
			rules = append(rules, rule)
		}
		text += fmt.Sprintf(t.pick("；由第 %d 件事“%s”引起", "; because of event %d, “%s”"), sp.Event, e)
	}
	return fmt.Sprintf(t.pick("%s 至 %s：%s", "%s to %s: %s"), t.instant(sp.From, false), t.instant(sp.To, true), text) + t.rules(rules...)
}

func (t teller) rules(list ...string) string {
	list = slices.DeleteFunc(list, func(r string) bool { return r == "" })
	if len(list) == 0 {
		return ""
	}
	return t.pick("（", " (") + strings.Join(list, t.pick("、", ", ")) + t.pick("）", ")")
}

// amount is a number of units; of hours to the second, as clocks are read.
func (t teller) amount(n float64, unit string) string {
	if unit == "days" {
		return strconv.FormatFloat(*units(n), 'f', -1, 64) + t.pick(" 个工作日", map[bool]string{true: " working day", false: " working days"}[n == 1])
	}
	d := time.Duration(n * float64(time.Hour)).Round(time.Second)
	var parts []string
	for _, p := range []struct {
		n      int
		zh, en string
	}{{int(d / time.Hour), "小时", "h"}, {int(d/time.Minute) % 60, "分", "min"}, {int(d/time.Second) % 60, "秒", "s"}} {
		if p.n > 0 || p.en == "h" {
			parts = append(parts, strconv.Itoa(p.n)+" "+t.pick(p.zh, p.en))
		}
	}
	return strings.Join(parts, " ")
}

// instant is a time to the minute; of an end, midnight is 24:00 of the day before.
func (t teller) instant(at time.Time, end bool) string {
	at = at.In(t.zone)
	layout := "2006-01-02 15:04"
	if at.Second() != 0 {
		layout += ":05"
	}
	if end && at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0 {
		return at.AddDate(0, 0, -1).Format(time.DateOnly) + " 24:00"
	}
	return at.Format(layout)
}

func (t teller) hold(id string) *flow.HoldSpec {
	i := slices.IndexFunc(t.flow.Spec.Holds, func(h flow.HoldSpec) bool { return h.ID == id })
	if i < 0 {
		return nil
	}
	return &t.flow.Spec.Holds[i]
}

// event is the name of what happened, and its rule; empty: nothing.
func (t teller) event(seq int) (name, rule string) {
	i := slices.IndexFunc(t.events, func(e flow.Event) bool { return e.Seq == seq })
	switch {
	case i < 0:
		return "", ""
	case t.events[i].Do == flow.CalendarRevised:
		return t.pick("日历改版", "calendar revised"), "T30"
	}
	if a := t.flow.Action(t.events[i].Do); a != nil {
		return t.pick(a.Name, a.NameEn), a.Rule
	}
	return t.events[i].Do, ""
}
