package flow_test

import (
	"strings"
	"testing"
	"time"

	"banli/engine/calendar"
	"banli/engine/flow"
	"banli/engine/internal/cn"
)

// toAccepted plays a permit up to its acceptance at an instant, intake passed just before.
func toAccepted(at string) []string {
	return []string{at + " submit", at + " pass_pre_review", at + " accept"}
}

func days(n int) map[string]any { return map[string]any{"days": float64(n)} }

// E1–E14, E40, E41: hour clocks through their flows.
func TestWorkedHours(t *testing.T) {
	for name, tt := range map[string]struct{ flow, start, due string }{
		"E1":  {"registration", "2018-05-08 10:00", "2018-05-09 10:00"},
		"E2":  {"registration", "2018-05-11 16:30", "2018-05-14 16:30"},
		"E3":  {"registration", "2018-05-12 09:00", "2018-05-14 24:00"},
		"E4":  {"registration", "2018-09-29 09:00", "2018-09-30 09:00"},
		"E5":  {"registration", "2018-09-30 15:00", "2018-10-08 15:00"},
		"E6":  {"registration", "2025-10-10 20:00", "2025-10-11 20:00"},
		"E7":  {"reply", "2018-09-28 10:00", "2018-10-08 10:00"},
		"E8":  {"reply", "2024-02-08 14:00", "2024-02-19 14:00"},
		"E9":  {"reply", "2018-12-28 11:00", "2019-01-03 11:00"},
		"E10": {"reply", "2018-05-12 09:00", "2018-05-16 24:00"},
		"E11": {"reply", "2018-05-09 00:00", "2018-05-11 24:00"},
		"E12": {"filing", "2025-04-25 18:00", "2025-04-29 18:00"},
		"E13": {"filing", "2020-01-22 09:00", "2020-02-04 09:00"},
		"E14": {"filing", "2019-04-30 10:00", "2019-05-07 10:00"},
		"E40": {"registration", "2025-09-26 16:40", "2025-09-28 16:40"},
		"E41": {"reply", "2025-09-28 09:15", "2025-10-09 09:15"},
	} {
		t.Run(name, func(t *testing.T) {
			spec, clock, open := registration(), "window", "submit"
			switch tt.flow {
			case "reply":
				spec, clock, open = reply(), "reply", "dispatched"
			case "filing":
				spec, clock = filing(), "filing"
			}
			g := newGame(t, spec, scope(10)).play(tt.start + " " + open)
			c := clockOf(t, g.f.View(g.sc, g.s, instant(tt.start)), clock)
			if short(c.Due) != tt.due || c.Status != flow.Running {
				t.Errorf("%s due %s, want %s", c.Status, short(c.Due), tt.due)
			}
		})
	}
}

// E15: a correction stops the clock at 20 hours; a new submission has 72 again.
func TestFilingRestarts(t *testing.T) {
	g := newGame(t, filing(), scope(10)).play("2021-09-17 15:00 submit")
	g.want("2021-09-17 15:00", "filing", "running due 2021-09-23 15:00 used 0/72")
	g.play("2021-09-18 11:00 issue_correction")
	g.want("2021-09-20 11:00", "filing", "stopped due 2021-09-23 15:00 used 20/72 stopped 2021-09-18 11:00")
	g.play("2021-09-24 17:00 supplement")
	v := g.want("2021-09-24 17:00", "filing", "running due 2021-09-28 17:00 used 0/72")
	if run := clockOf(t, v, "filing").Run; run != 2 {
		t.Errorf("run %d, want 2", run)
	}
}

// E16, E19 (T17, D7): nothing is done in intake, so the case counts as accepted as of t0.
func TestDeemedAcceptance(t *testing.T) {
	g := newGame(t, permit(), scope(10)).play("2018-06-13 10:00 submit", "2018-06-13 10:20 pass_pre_review")
	g.want("2018-06-21 23:59", "intake", "running due 2018-06-21 24:00 used 4/5")
	v := g.look("2018-06-25 09:00") // long after: it happened at its instant all the same
	if got := g.history(); got != "submit, pass_pre_review, deem_accepted by clock 2018-06-21 24:00" {
		t.Error(got)
	}
	accepted, marks := v.Facts["accepted_at"], strings.Join(v.Marks, " ")
	if !accepted.(time.Time).Equal(instant("2018-06-13 10:20")) || marks != "deemed_acceptance" || v.State != "accepted" {
		t.Errorf("accepted %v, %s, %s", accepted, marks, v.State)
	}
	if got := clockLine(clockOf(t, v, "intake")); got != "expired due 2018-06-21 24:00 used 5/5 stopped 2018-06-21 24:00" {
		t.Error(got)
	}
	if got := clockLine(clockOf(t, v, "promised")); got != "running due 2018-06-28 24:00 used 6/10" {
		t.Error(got)
	}
	e := g.events[2]
	if !e.RecordedAt.Equal(instant("2018-06-25 09:00")) || e.By.Role != "clock" {
		t.Errorf("recorded %v by %s", e.RecordedAt, e.By.Role)
	}
	if r := g.act("2018-06-25 09:00 issue_correction"); r == nil || r.Code != flow.WrongState { // T19
		t.Errorf("correction after deemed acceptance: %v", r)
	}
}

// E17, E18 (T13, T14, T18): the second round has all its days again and counts from t1.
func TestSecondRound(t *testing.T) {
	g := newGame(t, permit(), scope(10)).play("2022-04-01 09:00 submit", "2022-04-01 09:30 pass_pre_review")
	g.want("2022-04-01 09:30", "intake", "running due 2022-04-11 24:00 used 0/5")
	g.play("2022-04-07 15:00 issue_correction")
	g.want("2022-04-07 15:00", "intake", "stopped due 2022-04-11 24:00 used 2/5 stopped 2022-04-07 15:00")
	g.play("2022-04-22 11:00 supplement")
	g.want("2022-04-22 11:00", "intake", "running due 2022-04-28 24:00 used 0/5")
	if r := g.act("2022-04-25 10:00 issue_correction"); r == nil || r.Code != flow.AtMost || r.Rule != "T13" {
		t.Errorf("second correction: %v", r)
	}
	v := g.want("2022-04-29 00:00", "promised", "running due 2022-05-09 24:00 used 5/10")
	if !v.Facts["accepted_at"].(time.Time).Equal(instant("2022-04-22 11:00")) {
		t.Errorf("accepted at %v", v.Facts["accepted_at"])
	}
}

// A12 b: by policy the second round counts from the first intake.
func TestSecondRoundByPolicy(t *testing.T) {
	sc := scope(10)
	sc.Policy["second_round_start"] = "first"
	g := newGame(t, permit(), sc).play("2022-04-01 09:00 submit", "2022-04-01 09:30 pass_pre_review", "2022-04-07 15:00 issue_correction", "2022-04-22 11:00 supplement")
	g.want("2022-04-29 00:00", "promised", "running due 2022-04-18 24:00 used 19/10 overdue")
}

// E20 (A13): a promise shorter than intake is overdue when it begins.
func TestOverdueOnArrival(t *testing.T) {
	g := newGame(t, permit(), scope(3)).play("2023-09-27 10:00 submit", "2023-09-27 10:00 pass_pre_review")
	g.want("2023-09-27 10:00", "intake", "running due 2023-10-10 24:00 used 0/5")
	v := g.want("2023-10-11 00:00", "promised", "running due 2023-10-08 24:00 used 5/3 overdue")
	if c := clockOf(t, v, "promised"); c.LeftDays != -2 || c.Lamp != flow.LampOver {
		t.Errorf("left %d, lamp %s", c.LeftDays, c.Lamp)
	}
}

// E21–E28, E35–E39, E42, E43: day clocks without pauses.
func TestWorkedDays(t *testing.T) {
	for name, tt := range map[string]struct {
		start string
		limit int
		due   string
	}{
		"E21": {"2018-06-20 16:00", 10, "2018-07-04 24:00"},
		"E22": {"2026-02-12 09:00", 5, "2026-02-26 24:00"},
		"E23": {"2022-12-29 17:30", 5, "2023-01-06 24:00"},
		"E24": {"2019-04-23 09:00", 7, "2019-05-05 24:00"},
		"E25": {"2018-05-14 15:00", 20, "2018-06-11 24:00"},
		"E26": {"2018-05-14 15:00", 30, "2018-06-26 24:00"},
		"E27": {"2018-05-14 15:00", 60, "2018-08-07 24:00"},
		"E28": {"2021-09-15 09:00", 45, "2021-11-23 24:00"},
		"E35": {"2020-01-16 10:00", 10, "2020-02-06 24:00"},
		"E36": {"2018-12-03 10:00", 20, "2018-12-29 24:00"},
		"E37": {"2023-04-20 11:00", 10, "2023-05-06 24:00"},
		"E39": {"2019-05-28 16:00", 15, "2019-06-19 24:00"},
		"E43": {"2025-10-14 15:00", 7, "2025-10-23 24:00"},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGame(t, permit(), scope(tt.limit)).play(toAccepted(tt.start)...)
			if c := clockOf(t, g.look(tt.start), "promised"); short(c.Due) != tt.due {
				t.Errorf("due %s, want %s", short(c.Due), tt.due)
			}
		})
	}
	g := newGame(t, permit(), scope(10)).play(toAccepted("2020-06-24 09:00")...).play("2020-06-24 09:00 grant")
	g.want("2020-06-24 09:00", "delivery", "running due 2020-07-09 24:00 used 0/10") // E38
	g = newGame(t, permit(), scope(10)).play("2025-10-10 11:00 submit", "2025-10-10 11:00 pass_pre_review")
	g.want("2025-10-10 11:00", "intake", "running due 2025-10-16 24:00 used 0/5") // E42
}

// E29–E34: pauses (D4, T22–T25).
func TestWorkedPauses(t *testing.T) {
	ext := func(g *game, at string, n int) {
		t.Helper()
		if r := g.act(at+" open_extension", days(n)); r != nil {
			t.Fatal(r)
		}
	}
	t.Run("E29 thirty days by default", func(t *testing.T) {
		g := newGame(t, permit(), scope(15)).play(toAccepted("2021-01-18 09:00")...).play("2021-01-25 10:00 open_extension")
		g.want("2021-01-26 09:00", "promised", "paused due - used 4/15 if resumed 2021-02-08 24:00")
		g.want("2021-03-12 00:00", "promised", "running due 2021-03-26 24:00 used 4/15")
		g.want("2021-03-12 00:00", "extension", "expired due 2021-03-11 24:00 used 30/30 stopped 2021-03-11 24:00")
		if h := g.history(); !strings.HasSuffix(h, "open_extension, close_extension by clock 2021-03-11 24:00") {
			t.Error(h)
		}
	})
	t.Run("E30 ended early", func(t *testing.T) {
		g := newGame(t, permit(), scope(15)).play(toAccepted("2021-01-18 09:00")...).play("2021-01-25 10:00 open_extension", "2021-02-08 09:00 close_extension")
		g.want("2021-02-08 09:00", "promised", "running due 2021-02-26 24:00 used 4/15")
		// ten days really used, so fifty are left of sixty (T23)
		if r := g.act("2021-02-09 09:00 open_extension", days(51)); r == nil || r.Code != flow.Guard || r.Rule != "T22" {
			t.Errorf("51 more days: %v", r)
		}
		ext(g, "2021-02-09 09:00", 50)
		if r := g.act("2021-02-10 09:00 open_extension", days(1)); r == nil || r.Code != flow.HoldOpen {
			t.Errorf("a second one at the same time: %v", r)
		}
	})
	t.Run("E31 sixty days", func(t *testing.T) {
		g := newGame(t, permit(), scope(12)).play(toAccepted("2026-01-05 10:00")...)
		ext(g, "2026-01-12 09:00", 60)
		g.want("2026-04-14 00:00", "promised", "running due 2026-04-23 24:00 used 4/12")
	})
	t.Run("E32 waiting", func(t *testing.T) {
		g := newGame(t, permit(), scope(8)).play(toAccepted("2025-09-22 14:00")...).play("2025-09-25 10:00 open_wait", "2025-10-13 09:00 close_wait")
		g.want("2025-10-13 09:00", "promised", "running due 2025-10-20 24:00 used 2/8")
	})
	t.Run("E33 within a day", func(t *testing.T) {
		g := newGame(t, permit(), scope(5)).play(toAccepted("2025-06-05 10:00")...).play("2025-06-09 10:00 open_wait", "2025-06-09 16:00 close_wait")
		g.want("2025-06-09 16:00", "promised", "running due 2025-06-12 24:00 used 1/5")
	})
	t.Run("E34 overlapping", func(t *testing.T) {
		g := newGame(t, permit(), scope(7)).play(toAccepted("2024-04-01 09:00")...)
		ext(g, "2024-04-03 09:00", 10)
		g.play("2024-04-15 14:00 open_wait")
		g.want("2024-04-19 00:00", "promised", "paused due - used 1/7 if resumed 2024-04-26 24:00")
		g.want("2024-04-19 00:00", "extension", "expired due 2024-04-18 24:00 used 10/10 stopped 2024-04-18 24:00")
		g.play("2024-04-28 11:00 close_wait")
		g.want("2024-04-28 11:00", "promised", "running due 2024-05-08 24:00 used 1/7")
	})
}

// E44 (D6): the day of the decision counts.
func TestElapsed(t *testing.T) {
	g := newGame(t, permit(), scope(10)).play(toAccepted("2018-06-20 16:00")...).play("2018-07-02 10:00 grant")
	c := clockOf(t, g.look("2018-07-05 10:00"), "promised")
	if c.Elapsed != 8 || c.Used != 7 || c.Overdue {
		t.Errorf("elapsed %d, used %g, overdue %v", c.Elapsed, c.Used, c.Overdue)
	}
	g = newGame(t, permit(), scope(10)).play(toAccepted("2018-06-20 16:00")...).play("2018-06-20 17:00 grant")
	if c := clockOf(t, g.look("2018-07-05 10:00"), "promised"); c.Elapsed != 0 {
		t.Errorf("decided on the day of acceptance: %d", c.Elapsed)
	}
	g = newGame(t, permit(), scope(2)).play(toAccepted("2018-06-20 16:00")...).play("2018-06-22 24:00 grant")
	if c := clockOf(t, g.look("2018-07-05 10:00"), "promised"); c.Elapsed != 2 || c.Overdue {
		t.Errorf("decided at 24:00 of the last day: %d, overdue %v", c.Elapsed, c.Overdue)
	}
}

// T30: the same events under the former notice give the former date.
func TestFormerCalendar(t *testing.T) {
	var former []calendar.Exception
	for _, e := range cn.Exceptions(nil) {
		if s := e.Date.String(); s != "2018-12-29" && s != "2018-12-30" && s != "2018-12-31" {
			former = append(former, e)
		}
	}
	g := newGame(t, permit(), scope(20)).play(toAccepted("2018-12-03 10:00")...)
	sc := *g.sc
	sc.Calendar = cn.Calendar(former)
	if c := clockOf(t, g.f.View(&sc, g.s, instant("2018-12-05 10:00")), "promised"); short(c.Due) != "2018-12-31 24:00" {
		t.Errorf("due %s", short(c.Due))
	}
}

// T30: a later revision moves what runs, never what has had its effect.
func TestRevisionKeepsEffects(t *testing.T) {
	revised := append(cn.Exceptions(nil), calendar.Exception{Date: calendar.NewDate(2018, 6, 20), Kind: calendar.Holiday, Name: "x"})
	g := newGame(t, permit(), scope(10)).play("2018-06-13 10:00 submit", "2018-06-13 10:20 pass_pre_review")
	g.look("2018-06-22 00:00")
	g.sc.Calendar = cn.Calendar(revised)
	s, err := g.f.Replay(g.sc, g.events)
	if err != nil {
		t.Fatal(err)
	}
	v := g.f.View(g.sc, s, instant("2018-06-25 09:00"))
	intake, promised := clockOf(t, v, "intake"), clockOf(t, v, "promised")
	if intake.Status != flow.Expired || short(intake.StoppedAt) != "2018-06-21 24:00" || v.State != "accepted" {
		t.Errorf("%s, %s", v.State, clockLine(intake))
	}
	if short(promised.Due) != "2018-06-29 24:00" {
		t.Errorf("promised %s", clockLine(promised))
	}
}
