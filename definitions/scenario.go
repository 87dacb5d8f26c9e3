package definitions

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// Scenario is one document of a scenario stream (design: banli simulate).
type Scenario struct {
	Name, Item, Flow string         // an item, or a flow without one
	At               time.Time      // the instant to report on
	Params           map[string]any // overrides; "promised" and "statutory" override the item's limits
	Policies         map[string]any // overrides
	Project, Answers map[string]any // what guards read, when not loose
	Events           []ScenarioEvent
	Loose            bool // skip roles, forms, and guards on data and materials
}

// ScenarioEvent is one command of a scenario.
type ScenarioEvent struct {
	At            time.Time
	Do            string
	By            string // role; empty: the first role that may
	User, For     string // who; empty: one person for each role. For: on whose mandate
	Input         map[string]any
	Granted, Done []string // items known to be granted, children known to be finished, from now on
}

// ReadScenarios reads a YAML stream of any number of scenarios, one at a time. A document that cannot be read gives an
// error in its place, and the ones after it are read all the same. Instants without an offset are in zone. An empty
// document is no scenario.
func ReadScenarios(r io.Reader, zone *time.Location) iter.Seq2[Scenario, error] {
	return func(yield func(Scenario, error) bool) {
		for doc, err := range documents(r) {
			s := Scenario{}
			if err == nil {
				s, err = readScenario(doc, zone)
			}
			if !yield(s, err) {
				return
			}
		}
	}
}

func readScenario(doc document, zone *time.Location) (Scenario, error) {
	root, err := parse(doc)
	if err != nil {
		return Scenario{}, err
	}
	var faults []string
	var paths map[*yaml.Node]string
	report := func(v value, code, message, hint string) {
		if hint != "" {
			message += "; " + hint
		}
		if paths == nil {
			paths = pointers(root)
		}
		if path := paths[v.n]; path != "" {
			message = path + ": " + message
		}
		faults = append(faults, fmt.Sprintf("line %d: %s", v.n.Line, message))
	}
	v := value{n: root}
	p := shapePass{report: func(v value, key bool, code, message, hint string) { report(v, code, message, hint) }}
	p.check(v, shapes()["scenario"])
	s := Scenario{
		Name: v.get("name").text(), Item: v.get("item").text(), Flow: v.get("flow").text(), Loose: v.get("loose").yes(),
		Params: v.get("params").object(), Policies: v.get("policies").object(),
		Project: v.get("project").object(), Answers: v.get("answers").object(),
	}
	if v.n.Kind == yaml.MappingNode && s.Item == "" && s.Flow == "" && len(faults) == 0 {
		report(v, "missing-field", "found neither item nor flow, expected one of them", "")
	}
	at := func(v value) time.Time {
		t, err := parseInstant(v.text(), zone)
		if err != nil && v.ok() && len(faults) == 0 {
			report(v, "wrong-value", err.Error(), "")
		}
		return t
	}
	s.At = at(v.get("at"))
	s.Events = readEvents(v.get("events"), at)
	if len(faults) > 0 {
		return s, errors.New(strings.Join(faults, "; "))
	}
	return s, nil
}

func readEvents(list value, at func(value) time.Time) []ScenarioEvent {
	var out []ScenarioEvent
	for _, e := range list.list() {
		out = append(out, ScenarioEvent{
			At: at(e.get("at")), Do: e.get("do").text(), By: e.get("by").text(), User: e.get("user").text(), For: e.get("for").text(),
			Input:   e.get("input").object(),
			Granted: e.get("granted").texts(), Done: e.get("done").texts(),
		})
	}
	return out
}

// object is a block of values; nil when it is not there.
func (v value) object() map[string]any {
	m, _ := v.data().(map[string]any)
	return m
}

var instant = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(Z|([+-])(\d{2}):(\d{2}))?)?$`)

// parseInstant reads 2018-06-13T10:20, with seconds and offset where given; 24:00 is the next day's 00:00, a day alone
// its 00:00. Without an offset it is local time in zone.
func parseInstant(s string, zone *time.Location) (time.Time, error) {
	m := instant.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, fmt.Errorf("found %s, expected an instant such as 2018-06-13T10:20 or 2018-06-13T10:20:00+08:00", quote(s))
	}
	n := make([]int, len(m))
	for _, i := range []int{1, 2, 3, 4, 5, 6, 9, 10} {
		n[i], _ = strconv.Atoi(m[i])
	}
	switch day := time.Date(n[1], time.Month(n[2]), n[3], 0, 0, 0, 0, time.UTC); {
	case day.Month() != time.Month(n[2]) || day.Day() != n[3] || n[1] < 1900 || n[1] > 2200:
		return time.Time{}, fmt.Errorf("there is no day %s between 1900 and 2200", s[:10])
	case n[4] > 24 || n[4] == 24 && (n[5] != 0 || n[6] != 0) || n[5] > 59 || n[6] > 59 || n[9] > 14 || n[10] > 59:
		return time.Time{}, fmt.Errorf("there is no time %s", quote(s[11:]))
	}
	switch {
	case m[7] == "Z":
		zone = time.UTC
	case m[8] != "":
		offset := (n[9]*60 + n[10]) * 60
		if m[8] == "-" {
			offset = -offset
		}
		zone = time.FixedZone("", offset)
	}
	return time.Date(n[1], time.Month(n[2]), n[3], n[4], n[5], n[6], 0, zone), nil
}
