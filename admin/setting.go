package admin

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"banli/definitions"
	"banli/internal/web"
	"banli/store"
)

// The kinds of values an administrator changes.
const (
	parameter = "parameter"
	policy    = "policy"
	item      = "item"     // its promised limit
	calendar  = "calendar" // one of its days, or confirmedUntil
)

// setting is one value of a catalogue that may be changed, and what is said about it.
type setting struct {
	Kind, ID     string // ID of an item: its code, and @from where a revision of it begins on a day
	Name, NameEn string
	Value        string
	Unit         string // of a number
	Min, Max     int    // bounds of a number; Max 0: none
	OneOf        []string
	Names        map[string][2]string // of OneOf
	Source, Rule string
	Place        definitions.Place

	of *definitions.Item // the item whose limit it is
}

// settings are all values of a catalogue that may be changed, in the order shown.
func settings(cat *definitions.Catalogue) []setting {
	var out []setting
	for _, p := range cat.Parameters {
		out = append(out, setting{
			Kind: parameter, ID: p.ID, Name: p.Name, NameEn: p.NameEn, Value: strconv.Itoa(p.Value), Unit: p.Unit,
			Min: p.Min, Max: p.Max, Source: p.Source, Rule: p.Rule, Place: p.Place,
		})
	}
	for _, p := range cat.Policies {
		out = append(out, setting{
			Kind: policy, ID: p.ID, Name: p.Name, NameEn: p.NameEn, Value: p.Value, OneOf: p.OneOf, Names: p.Names,
			Source: p.Source, Rule: p.Rule, Place: p.Place,
		})
	}
	for _, it := range cat.Items {
		if it.Promised.Days > 0 {
			out = append(out, setting{
				Kind: item, ID: itemKey(it), Name: it.Name, NameEn: it.NameEn, Value: strconv.Itoa(it.Promised.Days), Unit: "days",
				Min: 1, Max: it.Statutory.Days, Source: it.Promised.Source, Place: it.Promised.Place, of: it,
			})
		}
	}
	return out
}

// itemKey names one revision of an item through all edits of it: its digest would change with every edit.
func itemKey(it *definitions.Item) string {
	if it.Valid.From == "" {
		return it.ID
	}
	return it.ID + "@" + it.Valid.From
}

// find is one setting of a catalogue; [store.ErrNotFound] when it has none of that name.
func find(cat *definitions.Catalogue, kind, id string) (setting, error) {
	if kind == calendar {
		return calendarDay(cat, id)
	}
	all := settings(cat)
	i := slices.IndexFunc(all, func(s setting) bool { return s.Kind == kind && s.ID == id })
	if i < 0 {
		return setting{}, fmt.Errorf("%s %q: %w", kind, id, store.ErrNotFound)
	}
	return all[i], nil
}

// read takes what was typed for a value: a whole number, or one of the choices. The problem is told in words.
func (s setting) read(l web.Lang, typed string) (value, problem string) {
	typed = strings.TrimSpace(strings.Map(halfWidth, typed))
	if s.Kind == policy {
		if !slices.Contains(s.OneOf, typed) {
			return "", Pack.T(l, "admin.problem.choose")
		}
		return typed, ""
	}
	n, err := strconv.Atoi(typed)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return "", Pack.T(l, "admin.problem.number")
	}
	if err != nil || n < s.Min || s.Max > 0 && n > s.Max {
		return "", s.bounds(l)
	}
	return strconv.Itoa(n), ""
}

// bounds says which numbers the setting takes.
func (s setting) bounds(l web.Lang) string {
	switch {
	case s.Kind == item && s.Max > 0:
		return Pack.T(l, "admin.problem.promised", "min", s.Min, "max", s.Max)
	case s.Max > 0:
		return Pack.T(l, "admin.problem.bounds", "min", s.Min, "max", s.Max, "unit", unit(l, s.Unit))
	}
	return Pack.T(l, "admin.problem.least", "min", s.Min, "unit", unit(l, s.Unit))
}

// halfWidth turns the digits of a Chinese keyboard into plain ones.
func halfWidth(r rune) rune {
	if r >= '０' && r <= '９' {
		return r - '０' + '0'
	}
	return r
}

// url is the page where the setting is changed.
func (s setting) url() string { return editURL(s.Kind, s.ID) }

func editURL(kind, id string) string {
	return map[string]string{parameter: "/admin/parameters/", policy: "/admin/policies/", item: "/admin/items/", calendar: "/admin/calendar#"}[kind] + id
}

// label is the setting in words: 部门回复批分时限; an item is named with what of it is meant.
func (s setting) label(l web.Lang) string {
	switch {
	case s.Kind == calendar && s.ID == confirmedUntil:
		return Pack.T(l, "admin.label.confirmed")
	case s.Kind == calendar:
		return Pack.T(l, "admin.label.day", "day", s.ID)
	case s.Kind == item:
		return Pack.T(l, "admin.label.promised", "id", s.ID, "item", l.Pick(s.Name, s.NameEn))
	}
	return l.Pick(s.Name, s.NameEn)
}

// words is a value of the setting with its unit.
func (s setting) words(l web.Lang, value string) string {
	switch s.Kind {
	case policy:
		if n, ok := s.Names[value]; ok {
			return l.Pick(n[0], n[1])
		}
		return value
	case calendar:
		return dayWords(l, value)
	}
	return Pack.T(l, "admin.amount", "n", value, "unit", unit(l, s.Unit))
}

func unit(l web.Lang, u string) string { return Pack.T(l, "admin.unit."+u) }
