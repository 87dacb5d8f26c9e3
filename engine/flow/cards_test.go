package flow_test

import (
	"fmt"
	"strings"
	"testing"

	"banli/engine/flow"
)

func cards(clock, after string) []flow.CardSpec {
	return []flow.CardSpec{{Color: "yellow", Clock: clock, Rule: "T27"}, {Color: "red", Clock: clock, After: after, Rule: "T27"}}
}

func (g *game) cards(at string) string {
	g.t.Helper()
	g.look(at)
	list, err := g.f.Cards(g.sc, g.events, instant(at))
	if err != nil {
		g.t.Fatal(err)
	}
	var out []string
	for _, c := range list {
		out = append(out, fmt.Sprintf("%s %s/%d %s", c.Color, c.Clock, c.Run, short(&c.At)))
	}
	return strings.Join(out, ", ")
}

// T27: yellow once the limit is over, red 24 counted hours later; they stay, also of a former run.
func TestCards(t *testing.T) {
	spec := registration()
	spec.Cards = cards("window", "24")
	g := newGame(t, spec, scope(10)).play("2018-05-10 10:00 submit") // Thursday; due Friday 10:00, red Monday 10:00
	for at, want := range map[string]string{
		"2018-05-11 10:00": "", "2018-05-11 10:00:01": "yellow window/1 2018-05-11 10:00",
		"2018-05-14 10:00": "yellow window/1 2018-05-11 10:00", "2018-05-14 10:00:01": "yellow window/1 2018-05-11 10:00, red window/1 2018-05-14 10:00",
	} {
		if got := g.cards(at); got != want {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
	g = newGame(t, spec, scope(10)).play("2018-05-10 10:00 submit", "2018-05-11 12:00 cancel", "2018-05-15 10:00 submit", "2018-05-15 11:00 cancel", "2018-05-16 10:00 submit")
	if got, want := g.cards("2018-05-17 10:00:01"), "yellow window/1 2018-05-11 10:00, yellow window/3 2018-05-17 10:00"; got != want {
		t.Errorf("%s, want %s", got, want)
	}

	spec = reply()
	spec.Cards = cards("reply", "24")[:1]
	g = newGame(t, spec, scope(10)).play("2018-05-08 10:00 dispatched", "2018-05-11 10:00 reply")
	if got := g.cards("2018-06-01 10:00"); got != "" {
		t.Errorf("replied at due: %s", got)
	}
	g = newGame(t, spec, scope(10)).play("2018-05-08 10:00 dispatched")
	if got, want := g.cards("2018-06-01 10:00"), "yellow reply/1 2018-05-11 10:00"; got != want {
		t.Errorf("the clock replied: %s, want %s", got, want)
	}

	spec = permit()
	spec.Cards = append(cards("promised", "0")[:1], flow.CardSpec{Color: "red", Clock: "statutory"})
	g = newGame(t, spec, scope(2)).play(toAccepted("2018-06-19 09:00")...).play("2018-06-22 10:00 open_wait", "2018-12-22 10:00 close_wait", "2018-12-24 10:00 grant")
	if got, want := g.cards("2019-06-01 10:00"), "yellow promised/1 2018-06-21 24:00"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// T27: so many missed replies of one department in a calendar month; the month is that of the zone.
func TestDepartmentCards(t *testing.T) {
	spec := reply()
	spec.Cards = []flow.CardSpec{{Color: "red", Mark: "overdue_no_reply", Times: "3", Rule: "T27"}}
	f := compile(t, spec)
	note := func(department, at string) flow.Noted {
		return flow.Noted{Department: department, Mark: "overdue_no_reply", At: instant(at).UTC()}
	}
	list, err := f.DepartmentCards(scope(10), []flow.Noted{
		note("GH", "2018-06-01 00:00"), note("GH", "2018-06-20 10:00"), note("GH", "2018-06-30 23:59"), note("GH", "2018-06-30 23:59"),
		note("FG", "2018-05-31 23:59"), note("FG", "2018-06-01 00:00"), note("FG", "2018-06-02 00:00"),
		{Department: "FG", Mark: "other", At: instant("2018-06-03 00:00")},
		note("LY", "2018-05-31 12:00"), note("LY", "2018-05-01 12:00"), note("LY", "2018-05-20 12:00"),
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range list {
		got = append(got, fmt.Sprintf("%s %s %s %d %s", c.Department, c.Color, c.Month, c.Times, short(&c.At)))
	}
	if want := "LY red 2018-05 3 2018-05-31 12:00\nGH red 2018-06 4 2018-06-30 23:59"; strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

func TestCardFaults(t *testing.T) {
	spec := reply()
	spec.Cards = []flow.CardSpec{{Color: "green", Clock: "replly"}, {Color: "red"}, {Color: "red", Mark: "overdue_no_repli"}, {Color: "red", Clock: "reply", After: "param.red"}}
	_, faults := flow.Compile(spec, types())
	var got []string
	for _, x := range faults {
		got = append(got, x.Path+" "+x.Code+": "+x.Message+"; "+x.Hint)
	}
	want := `/cards/0/color wrong-value: color is "green", expected yellow or red; 
/cards/0/clock unknown-clock: unknown clock "replly"; did you mean "reply"?
/cards/1 missing-field: a card is for a clock that is over, or for a mark given too often; give either clock: or mark:
/cards/2/mark unknown-mark: unknown mark "overdue_no_repli"; did you mean "overdue_no_reply"?
/cards/2 missing-field: a card for a mark says how often in a month; add times: with a number or an expression
/cards/3/after unknown-field: param has no field "red"; `
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}
