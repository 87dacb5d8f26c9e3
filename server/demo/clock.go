package demo

import (
	"sync"
	"time"

	"banli/engine/calendar"
)

// Clock is the demo's time: the machine's, moved forward by what people asked for. While
// the past is being played it stands where the player puts it. The zero Clock is right.
type Clock struct {
	mu     sync.RWMutex
	stands bool
	at     time.Time // while it stands
	ahead  time.Duration
}

// Now is the instant it is in the demo.
func (c *Clock) Now() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.stands {
		return c.at
	}
	return time.Now().Add(c.ahead)
}

// Ahead is how far the clock is ahead of the machine's.
func (c *Clock) Ahead() time.Duration {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.ahead
}

// Advance moves the clock forward. It never goes back: what was due has happened.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += max(d, 0)
}

// standAt stops the clock at t; run lets it go on with the machine's time.
func (c *Clock) standAt(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stands, c.at = true, t
}

func (c *Clock) run() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stands = false
}

// toNextWorkday is how long it is from t to the same time of day on the next working day.
func toNextWorkday(cal *calendar.Calendar, t time.Time) time.Duration {
	today := cal.DateOf(t)
	return cal.Start(cal.NextWorkday(today)).Add(t.Sub(cal.Start(today))).Sub(t)
}
