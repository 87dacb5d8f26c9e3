package definitions

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
	_ "time/tzdata"

	"banli/engine/calendar"
)

func (l *loader) readCatalogue(fs.FS) {
	all := l.of("catalogue")
	if len(all) == 0 {
		l.add(Fault{File: ".", Line: 1, Col: 1, Code: "no-catalogue", Message: "found no object of kind catalogue, expected one", Hint: "add a file catalogue.yaml with the region, the calendar and the parameters"})
		return
	}
	o := all[0]
	l.cat.ID, l.cat.Name, l.cat.NameEn = o.id, o.get("name").text(), o.get("name_en").text()
	l.cat.Region = o.get("region").text()
	for id, p := range o.get("parameters").fields() {
		l.readParameter(o, id, p)
	}
	for id, p := range o.get("policies").fields() {
		policy := &Policy{
			ID: id, Name: p.get("name").text(), NameEn: p.get("name_en").text(), Value: p.get("value").text(),
			OneOf: p.get("one_of").texts(), Source: p.get("source").text(), Rule: p.get("rule").text(),
			Place: p.get("value").place(o),
		}
		if p.get("value").ok() && p.get("one_of").ok() && !slices.Contains(policy.OneOf, policy.Value) {
			l.fault(o, p.get("value"), "policy-value", fmt.Sprintf("found %q, expected one of %s", policy.Value, strings.Join(policy.OneOf, ", ")), didYouMean(policy.Value, policy.OneOf))
		}
		for reading, v := range p.get("names").fields() {
			if !slices.Contains(policy.OneOf, reading) {
				l.fault(o, v, "policy-value", fmt.Sprintf("there is no reading %q, expected one of %s", reading, strings.Join(policy.OneOf, ", ")), didYouMean(reading, policy.OneOf))
			}
			if policy.Names == nil {
				policy.Names = map[string][2]string{}
			}
			policy.Names[reading] = [2]string{v.get("name").text(), v.get("name_en").text()}
		}
		l.cat.Policies = append(l.cat.Policies, policy)
	}
	seen := map[string]bool{}
	for _, s := range o.get("stages").list() {
		stage := &Stage{ID: s.get("id").text(), Name: s.get("name").text(), NameEn: s.get("name_en").text(), Lead: s.get("lead").text()}
		if seen[stage.ID] {
			l.fault(o, s.get("id"), "duplicate-id", fmt.Sprintf("stage %q is declared twice", stage.ID), "")
		}
		seen[stage.ID] = true
		l.refer(o, s.get("lead"), "department")
		l.cat.Stages = append(l.cat.Stages, stage)
	}
	l.refer(o, o.get("calendar"), "calendar")
}

func (l *loader) readParameter(o *object, id string, v value) {
	p := &Parameter{
		ID: id, Name: v.get("name").text(), NameEn: v.get("name_en").text(), Value: v.get("value").integer(),
		Min: v.get("min").integer(), Max: v.get("max").integer(), Unit: v.get("unit").text(),
		Source: v.get("source").text(), Rule: v.get("rule").text(), Place: v.get("value").place(o),
	}
	l.cat.Parameters = append(l.cat.Parameters, p)
	if !v.get("value").ok() || o.broken {
		return
	}
	if v.get("max").ok() && p.Max < p.Min {
		l.fault(o, v.get("max"), "out-of-bounds", fmt.Sprintf("the highest value %d is below the lowest, %d", p.Max, p.Min), "")
		return
	}
	if msg := p.outside(p.Value); msg != "" {
		l.fault(o, v.get("value"), "out-of-bounds", msg, "")
	}
}

// outside says why n cannot be the value of the parameter; empty: it can.
func (p *Parameter) outside(n int) string {
	switch {
	case n < p.Min:
		return fmt.Sprintf("found %d, expected %d or more", n, p.Min)
	case p.Max > 0 && n > p.Max:
		return fmt.Sprintf("found %d, expected %d or less", n, p.Max)
	}
	return ""
}

func (l *loader) readCalendar(fs.FS) {
	wanted := ""
	if all := l.of("catalogue"); len(all) > 0 {
		wanted = all[0].get("calendar").text()
	}
	for _, o := range l.of("calendar") {
		if c := l.compileCalendar(o); c != nil && o.id == wanted {
			l.cat.Calendar = c
		}
	}
	if l.cat.Calendar == nil { // the fault is known by now; instants of tests still need a zone
		l.cat.Calendar, _ = calendar.New(calendar.Config{ID: "none", Zone: time.UTC})
	}
}

func (l *loader) compileCalendar(o *object) *calendar.Calendar {
	cfg := calendar.Config{ID: o.id, Revision: digest(o.text)}
	var err error
	if cfg.Zone, err = time.LoadLocation(o.get("zone").text()); err != nil || o.get("zone").text() == "" || cfg.Zone == time.Local {
		l.fault(o, o.get("zone"), "unknown-zone", fmt.Sprintf("unknown time zone %s", quote(o.get("zone").text())), "write a name such as Asia/Shanghai")
		return nil
	}
	cfg.From, cfg.ConfirmedUntil = l.date(o, o.get("from")), l.date(o, o.get("confirmed_until"))
	if !o.get("from").ok() {
		cfg.From = min(cfg.From, cfg.ConfirmedUntil)
	}
	if cfg.ConfirmedUntil < cfg.From {
		l.fault(o, o.get("confirmed_until"), "calendar-day", fmt.Sprintf("confirmed until %v, before the first day %v", cfg.ConfirmedUntil, cfg.From), "")
		return nil
	}
	first := map[calendar.Date]value{}
	for _, d := range o.get("days").list() {
		date := d.get("date")
		e := calendar.Exception{Date: l.date(o, date), Kind: d.get("kind").text(), Name: d.get("name").text()}
		if o.broken {
			continue
		}
		if before, again := first[e.Date]; again {
			said := before.get("kind").text()
			msg, hint := fmt.Sprintf("%v is listed twice as %s, first in line %d", e.Date, said, before.get("date").n.Line), "keep one of them"
			if said != e.Kind {
				msg, hint = fmt.Sprintf("%v is a %s here and a %s in line %d", e.Date, e.Kind, said, before.get("date").n.Line), "keep what the later notice says"
			}
			l.fault(o, date, "calendar-day", msg, hint)
			continue
		}
		first[e.Date] = d
		weekend := e.Date.Weekday() == time.Saturday || e.Date.Weekday() == time.Sunday
		switch {
		case e.Kind == calendar.Workday && !weekend:
			l.fault(o, date, "calendar-day", fmt.Sprintf("%v is a %v, which is a working day anyway", e.Date, e.Date.Weekday()), "take the line out, or correct the date")
		case e.Date > cfg.ConfirmedUntil:
			l.fault(o, date, "calendar-day", fmt.Sprintf("%v lies after confirmed_until %v", e.Date, cfg.ConfirmedUntil), "move confirmed_until to the end of the year the notice covers")
		case o.get("from").ok() && e.Date < cfg.From:
			l.fault(o, date, "calendar-day", fmt.Sprintf("%v lies before from %v", e.Date, cfg.From), "")
		}
		cfg.Exceptions = append(cfg.Exceptions, e)
	}
	if o.broken {
		return nil
	}
	c, err := calendar.New(cfg)
	if err != nil {
		l.fault(o, o.get("days"), "calendar-day", err.Error(), "")
	}
	return c
}

// date reads a day; one that looks like a date and is none (30 February) is reported here.
func (l *loader) date(o *object, v value) calendar.Date {
	if !v.ok() {
		return 0
	}
	d, err := calendar.ParseDate(v.text())
	if err != nil && dateShape.MatchString(v.text()) {
		l.fault(o, v, "wrong-value", fmt.Sprintf("there is no day %s", v.text()), "")
		o.broken = true
	}
	return d
}

// period reads a stretch of days and checks that it is one.
func (l *loader) period(o *object, v value) Period {
	from, to := l.date(o, v.get("from")), l.date(o, v.get("to"))
	if v.get("from").ok() && v.get("to").ok() && to <= from && !o.broken {
		l.fault(o, v.get("to"), "validity", fmt.Sprintf("ends on %s, not after it begins on %s", v.get("to").text(), v.get("from").text()), "to is the first day it no longer holds")
	}
	return Period{v.get("from").text(), v.get("to").text()}
}
