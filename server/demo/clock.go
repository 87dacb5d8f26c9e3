package demo

import (
	"sync/atomic"
	"time"

	"banli/engine/calendar"
)

// Sessions is how long a session of a demo lives: moving the clock logs nobody out.
const Sessions = 10 * 365 * 24 * time.Hour

// Clock is the demo's time: the machine's, moved forward by what people asked for. The zero Clock shows the
// machine's.
type Clock struct{ ahead atomic.Int64 }

// Now is the instant it is in the demo.
func (c *Clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// Advance moves the clock forward. It never goes back: what was due has happened.
func (c *Clock) Advance(d time.Duration) { c.ahead.Add(int64(max(d, 0))) }

// toNextWorkday is how long it is from t to the same time of day on the next working day.
func toNextWorkday(cal *calendar.Calendar, t time.Time) time.Duration {
	today := cal.DateOf(t)
	return cal.Start(cal.NextWorkday(today)).Add(t.Sub(cal.Start(today))).Sub(t)
}
