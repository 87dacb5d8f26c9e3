package storebench

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// report collects figures by name.
type report struct {
	lines  []line
	values map[string]float64
}

type line struct {
	name, unit string
	value      float64
	goal       string
	missed     bool
}

func (r *report) add(name, unit string, value float64) {
	if r.values == nil {
		r.values = map[string]float64{}
	}
	r.values[name] = value
	r.lines = append(r.lines, line{name: name, unit: unit, value: value})
}

// atMost and atLeast are figures with a goal.
func (r *report) atMost(name, unit string, value, goal float64) {
	r.add(name, unit, value)
	l := &r.lines[len(r.lines)-1]
	l.goal, l.missed = fmt.Sprintf("≤ %g", goal), value > goal
}

func (r *report) atLeast(name, unit string, value, goal float64) {
	r.add(name, unit, value)
	l := &r.lines[len(r.lines)-1]
	l.goal, l.missed = fmt.Sprintf("≥ %g", goal), value < goal
}

func (r *report) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "measure\tfigure\tunit\tgoal\t\t")
	for _, l := range r.lines {
		mark := ""
		switch {
		case l.missed:
			mark = "missed"
		case l.goal != "":
			mark = "met"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t\n", l.name, figure(l.value), l.unit, l.goal, mark)
	}
	return w.Flush()
}

func figure(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// latencies are times taken, to be asked for their quantiles.
type latencies []time.Duration

// at is a quantile in microseconds, 0.5 being the median.
func (l latencies) at(q float64) float64 {
	if len(l) == 0 {
		return 0
	}
	slices.Sort(l)
	return float64(l[min(len(l)-1, int(float64(len(l))*q))].Nanoseconds()) / 1000
}
