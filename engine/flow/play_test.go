package flow_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"banli/engine/flow"
	"banli/engine/internal/cn"
)

// cal is the official calendar; building it once is enough.
var cal = cn.Calendar(nil)

// instant reads a local instant; 24:00 is 0:00 of the next day.
func instant(s string) time.Time {
	midnight := strings.Contains(s, " 24:00")
	layout := "2006-01-02 15:04"
	if strings.Count(s, ":") == 2 {
		layout += ":05"
	}
	v, err := time.ParseInLocation(layout, strings.Replace(s, " 24:00", " 00:00", 1), cn.Zone())
	if err != nil {
		panic(err)
	}
	if midnight {
		v = v.AddDate(0, 0, 1)
	}
	return v
}

func compile(t testing.TB, s flow.Spec) *flow.Flow {
	t.Helper()
	f, faults := flow.Compile(s, types())
	for _, x := range faults {
		t.Errorf("%s at %d: %s: %s; %s", x.Path, x.Offset, x.Code, x.Message, x.Hint)
	}
	if f == nil {
		t.FailNow()
	}
	return f
}

func scope(promised int) *flow.Scope {
	return &flow.Scope{
		Calendar: cal, Param: params(), Policy: policies(), Item: "x@1",
		Items:   map[string]map[string]any{"x@1": {"promised": promised, "statutory": 20}},
		Project: map[string]any{"regime": "RATIFICATION"},
	}
}

// game plays a history through Decide, as a server would.
type game struct {
	t      testing.TB
	f      *flow.Flow
	sc     *flow.Scope
	s      *flow.State
	events []flow.Event
	out    flow.Decision // of the last act
}

func newGame(t testing.TB, s flow.Spec, sc *flow.Scope) *game {
	return &game{t: t, f: compile(t, s), sc: sc, s: &flow.State{}}
}

// act is "2018-06-13 10:20 accept"; by is the first role that may.
func (g *game) act(line string, input ...map[string]any) *flow.Refusal {
	g.t.Helper()
	at, do := instant(line[:strings.LastIndex(line, " ")]), line[strings.LastIndex(line, " ")+1:]
	cmd := flow.Command{Do: do, At: at, By: flow.Actor{Role: "nobody"}}
	if a := g.f.Action(do); a != nil {
		cmd.By = flow.Actor{Role: a.By[0], User: a.By[0] + " of " + do}
	}
	if len(input) > 0 {
		cmd.Input = input[0]
	}
	return g.command(cmd)
}

func (g *game) command(cmd flow.Command) *flow.Refusal {
	g.t.Helper()
	d, err := g.f.Decide(g.sc, g.s, cmd)
	g.keep(d)
	if r, ok := errors.AsType[*flow.Refusal](err); ok {
		return r
	}
	if err != nil {
		g.t.Fatalf("%s at %v: %v", cmd.Do, cmd.At, err)
	}
	return nil
}

func (g *game) keep(d flow.Decision) {
	g.t.Helper()
	g.events, g.s, g.out = append(g.events, d.Events...), &d.State, d
}

// play expects every act to be lawful.
func (g *game) play(lines ...string) *game {
	g.t.Helper()
	for _, l := range lines {
		if r := g.act(l); r != nil {
			g.t.Fatalf("%s: %v", l, r)
		}
	}
	return g
}

// look advances up to and with an instant and views the case there.
func (g *game) look(at string) flow.View {
	g.t.Helper()
	d, err := g.f.Advance(g.sc, g.s, instant(at), true)
	if err != nil {
		g.t.Fatal(err)
	}
	g.keep(d)
	return g.f.View(g.sc, g.s, instant(at))
}

func clockOf(t testing.TB, v flow.View, id string) flow.ClockView {
	t.Helper()
	for _, c := range v.Clocks {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("no clock %s", id)
	return flow.ClockView{}
}

// short writes an instant as 2006-01-02 15:04, with 24:00 for midnight.
func short(t *time.Time) string {
	if t == nil {
		return "-"
	}
	l := t.In(cn.Zone())
	if cal.Start(cal.DateOf(l)).Equal(l) {
		return (cal.DateOf(l) - 1).String() + " 24:00"
	}
	s := l.Format("2006-01-02 15:04:05")
	return strings.TrimSuffix(s, ":00")
}

// clockLine is the state of a clock on one line.
func clockLine(c flow.ClockView) string {
	s := fmt.Sprintf("%s due %s used %g/%d", c.Status, short(c.Due), c.Used, c.Limit)
	if c.Overdue {
		s += " overdue"
	}
	if c.DueIfResumed != nil {
		s += " if resumed " + short(c.DueIfResumed)
	}
	if c.StoppedAt != nil {
		s += " stopped " + short(c.StoppedAt)
	}
	return s
}

func (g *game) want(at, clock, want string) flow.View {
	g.t.Helper()
	v := g.look(at)
	if got := clockLine(clockOf(g.t, v, clock)); got != want {
		g.t.Errorf("%s at %s:\n got %s\nwant %s", clock, at, got, want)
	}
	return v
}

func (g *game) history() string {
	var parts []string
	for _, e := range g.events {
		s := e.Do
		if e.By.Role == "clock" || e.By.Role == "engine" {
			s += " by " + e.By.Role + " " + short(&e.At)
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, ", ")
}
