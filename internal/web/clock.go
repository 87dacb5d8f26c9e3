package web

import (
	"time"
)

// Clock is how a legal clock stands at an instant, in plain values: what the
// engine's clock view says, with words for the reason and the end.
type Clock struct {
	Name        string        // 承诺时限; may be empty
	Lamp        string        // idle, ok, soon, urgent, over, paused, done
	Unit        string        // hours or days
	Left        time.Duration // of an hour clock, counted; negative: over
	LeftDays    int           // of a day clock, counted working days; negative: over
	Due         *time.Time    // nil while paused or idle
	Now         time.Time     // in the zone to show
	Reason      string        // of a pause: 等待用地预审
	Done        string        // the word of its end: 已回复; empty: 已办结
	Provisional bool          // due lies beyond the confirmed calendar
	Href        string        // its explanation
}

// ClockBadge is a clock in words, ready to be drawn.
type ClockBadge struct {
	State string // the lamp
	Word  string // 正常
	Text  string // 余 68 小时 5 分; may be empty
	Name  string
	Href  string
	// LeftMin and Pattern let the browser count whole minutes down in the text; 0: it must not,
	// since not every minute from now to the due instant counts.
	LeftMin int
	Pattern string
}

// String is the badge as one line, for tables without colours.
func (b ClockBadge) String() string {
	switch {
	case b.Text == "":
		return b.Word
	case b.State == "paused":
		return b.Word + " · " + b.Text
	}
	return b.Word + " " + b.Text
}

// Badge words the clock. It is the one place where a clock becomes text.
func (c Clock) Badge(l Lang) ClockBadge {
	b := ClockBadge{State: c.Lamp, Word: T(l, "clock.state."+c.Lamp), Name: c.Name, Href: c.Href}
	switch c.Lamp {
	case "idle":
		return b
	case "done":
		if c.Done != "" {
			b.Word = c.Done
		}
		return b
	case "paused":
		b.Text = c.Reason
		return b
	}
	over := c.Lamp == "over"
	switch {
	case c.Unit == "hours" && over:
		b.Text = overHours(l, -c.Left)
	case c.Unit == "hours":
		minutes := int(c.Left / time.Minute)
		b.Text = T(l, "clock.left.hours", "h", minutes/60, "m", minutes%60)
		// Counted time left equals time left on the wall: nothing in between is skipped.
		if c.Due != nil && c.Due.Sub(c.Now) == c.Left && minutes > 0 {
			b.LeftMin, b.Pattern = minutes, T(l, "clock.left.hours")
		}
	case over && c.LeftDays == 0:
		b.Text = T(l, "clock.over.under_a_day")
	case over:
		b.Text = T(l, "clock.over.days", "n", -c.LeftDays)
	case c.Due != nil && dayOf(*c.Due, c.Now.Location()) == dayOf(c.Now.Add(time.Nanosecond), c.Now.Location()):
		b.Text = T(l, "clock.left.today")
	case c.Due != nil:
		b.Text = T(l, "clock.left.days", "n", c.LeftDays, "day", shortDay(*c.Due, c.Now))
	default:
		b.Text = T(l, "clock.left.days_only", "n", c.LeftDays)
	}
	if c.Provisional && b.LeftMin == 0 {
		b.Text += T(l, "clock.provisional")
	} else if c.Provisional {
		b.Text += T(l, "clock.provisional")
		b.Pattern += T(l, "clock.provisional")
	}
	return b
}

// overHours tells counted time past due: days of 24 counted hours and hours, or minutes at first.
func overHours(l Lang, over time.Duration) string {
	hours := int(over / time.Hour)
	switch {
	case hours == 0:
		return T(l, "clock.over.minutes", "n", int(over/time.Minute))
	case hours < 24:
		return T(l, "clock.over.hours", "n", hours)
	}
	return T(l, "clock.over.days_hours", "n", hours/24, "h", hours%24)
}
