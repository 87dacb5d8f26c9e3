package definitions

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// SetDay makes a day of a calendar a holiday or a workday with a name, or, with an empty kind, what the day of the week
// says, and leaves every other line of the file as it was. Days stand one a line, as {date: …, kind: …, name: …}.
func SetDay(src []byte, calendar, day, kind, name string) ([]byte, error) {
	days, err := daysOf(src, calendar)
	if err != nil {
		return nil, err
	}
	lines := bytes.SplitAfter(src, []byte("\n"))
	if last := lines[len(lines)-1]; len(last) > 0 {
		lines[len(lines)-1] = append(slices.Clone(last), '\n')
		lines = append(lines, nil)
	}
	at, found := len(lines)-1, false // index of the line where the day stands, or before which it belongs
	for i, d := range days {
		if i > 0 && d.Line == days[i-1].Line || !strings.HasPrefix(strings.TrimSpace(string(lines[d.Line-1])), "- {") {
			return nil, fmt.Errorf("line %d: a day must stand on a line of its own, as {date: %s, kind: holiday, name: …}", d.Line, day)
		}
		date := value{n: d}.get("date").text()
		if found = date == day; found || date > day {
			at = d.Line - 1
			break
		}
		at = d.Line
	}
	var line []byte
	if kind != "" {
		indent := ""
		if len(days) > 0 {
			text := string(lines[days[0].Line-1])
			indent = text[:len(text)-len(strings.TrimLeft(text, " "))]
		}
		line = fmt.Appendf(nil, "%s- {date: %s, kind: %s, name: %s}\n", indent, day, kind, written(name, 0))
	}
	if found {
		lines[at] = line
	} else {
		lines = slices.Insert(lines, at, line)
	}
	return bytes.Join(lines, nil), nil
}

// daysOf are the days of a calendar, in the order of the file.
func daysOf(src []byte, calendar string) ([]*yaml.Node, error) {
	for root, err := range roots(src) {
		if err != nil {
			return nil, err
		}
		o := value{n: root}
		if o.get("kind").text() != "calendar" || o.get("id").text() != calendar {
			continue
		}
		if days := o.get("days"); days.ok() && days.n.Kind == yaml.SequenceNode && len(days.n.Content) > 0 {
			return days.n.Content, nil
		}
		return nil, fmt.Errorf("calendar %s has no days", calendar)
	}
	return nil, fmt.Errorf("there is no calendar %s", calendar)
}
