package flow_test

import (
	"fmt"
	"strings"
	"testing"

	"banli/engine/flow"
)

func explain(t *testing.T, g *game, clock, at string) (string, flow.Explanation) {
	t.Helper()
	g.look(at)
	ex, err := g.f.Explain(g.sc, g.s, clock, instant(at))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for i, s := range ex.Spans {
		if i > 0 && !ex.Spans[i-1].To.Equal(s.From) {
			t.Errorf("a gap before %v", s.From)
		}
		l := fmt.Sprintf("%s – %s %s %g", short(&s.From)[5:], short(&s.To)[5:], s.Kind, s.Units)
		if s.Reason != "" {
			l += " (" + s.Reason + ")"
		}
		if s.Event != 0 {
			l += fmt.Sprintf(" #%d", s.Event)
		}
		lines = append(lines, l+" "+s.Rule)
	}
	return strings.Join(lines, "\n") + fmt.Sprintf("\n= %g", ex.Sum), ex
}

func wantText(t *testing.T, got, want string) {
	t.Helper()
	if want = strings.TrimSpace(want); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// E34: every day of the sum has its reason.
func TestExplainPauses(t *testing.T) {
	g := newGame(t, permit(), scope(7)).play(toAccepted("2024-04-01 09:00")...)
	g.act("2024-04-03 09:00 open_extension", days(10))
	g.play("2024-04-15 14:00 open_wait")
	g.look("2024-04-20 09:00")
	g.play("2024-04-28 11:00 close_wait")
	got, _ := explain(t, g, "promised", "2024-04-29 09:00")
	wantText(t, got, `
04-01 09:00 – 04-01 24:00 start_day 0 #3 D3
04-01 24:00 – 04-03 09:00 counted 1 D3
04-03 09:00 – 04-28 11:00 paused 0 (extension) #4 D4
04-28 11:00 – 04-28 24:00 counted 1 (劳动节) #7 D3
04-28 24:00 – 04-30 24:00 counted 2 D3
04-30 24:00 – 05-05 24:00 off 0 (劳动节) D1
05-05 24:00 – 05-08 24:00 counted 3 D3
= 7`)
}

// E7: hours, over a weekend that is worked and a week that is not; then beyond due.
func TestExplainHours(t *testing.T) {
	spec := reply()
	spec.Clocks[0].OnDue = ""
	g := newGame(t, spec, scope(10)).play("2018-09-28 10:00 dispatched")
	got, _ := explain(t, g, "reply", "2018-10-09 10:00")
	wantText(t, got, `
09-28 10:00 – 09-28 24:00 counted 14 #1 D2
09-28 24:00 – 09-30 24:00 counted 48 (国庆节) D2
09-30 24:00 – 10-07 24:00 off 0 (国庆节) D1
10-07 24:00 – 10-08 10:00 counted 10 D2
10-08 10:00 – 10-09 10:00 over 24 D5
= 72`)
	g.play("2018-10-09 12:00 reply")
	got, ex := explain(t, g, "reply", "2018-10-12 10:00")
	if !strings.HasSuffix(got, "10-08 10:00 – 10-09 12:00 over 26 D5\n= 72") || ex.StopEvent != 2 {
		t.Error(got, ex.StopEvent)
	}
}

// T17: a retroactive start has its days before the clock was armed; a stop ends the sum.
func TestExplainRetroactive(t *testing.T) {
	g := newGame(t, permit(), scope(10)).play("2018-06-13 10:20 submit", "2018-06-13 10:20 pass_pre_review")
	g.look("2018-06-25 09:00")
	g.play("2018-06-26 15:00 grant")
	got, ex := explain(t, g, "promised", "2018-07-20 09:00")
	wantText(t, got, `
06-13 10:20 – 06-13 24:00 start_day 0 #3 D3
06-13 24:00 – 06-15 24:00 counted 2 D3
06-15 24:00 – 06-17 24:00 off 0 (weekend) D1
06-17 24:00 – 06-18 24:00 off 0 (端午节) D1
06-18 24:00 – 06-22 24:00 counted 4 D3
06-22 24:00 – 06-24 24:00 off 0 (weekend) D1
06-24 24:00 – 06-26 15:00 counted 1 D3
= 7`)
	if ex.Clock.Used != ex.Sum {
		t.Errorf("used %g", ex.Clock.Used)
	}
	if _, err := g.f.Explain(g.sc, g.s, "promise", instant("2018-07-20 09:00")); err == nil || err.Error() != `flow permit has no clock "promise"` {
		t.Error(err)
	}
}
