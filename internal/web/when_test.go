package web_test

import (
	"testing"
	"time"

	"banli/internal/web"
)

func TestTimes(t *testing.T) {
	utc := func(s string) time.Time {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	now := utc("2026-11-23T12:46:00Z").In(beijing)
	for name, tt := range map[string]struct{ got, want string }{
		"a day is the zone's day":            {web.Day(utc("2026-11-23T16:30:00Z"), beijing), "2026-11-24"},
		"an instant":                         {web.Instant(utc("2026-11-23T12:46:00Z"), beijing), "2026-11-23 20:46"},
		"midnight ends the day before":       {web.Due(utc("2026-11-23T16:00:00Z"), beijing), "2026-11-23 24:00"},
		"midnight of new year":               {web.Due(utc("2026-12-31T16:00:00Z"), beijing), "2026-12-31 24:00"},
		"other deadlines are instants":       {web.Due(utc("2026-11-23T02:00:00Z"), beijing), "2026-11-23 10:00"},
		"this year is left out of lists":     {web.ShortInstant(utc("2026-11-23T02:00:00Z"), now), "11-23 10:00"},
		"another year is not":                {web.ShortInstant(utc("2025-11-23T02:00:00Z"), now), "2025-11-23 10:00"},
		"thousands":                          {web.Thousands("1280"), "1,280"},
		"thousands of three digits":          {web.Thousands("-280"), "-280"},
		"thousands with a fraction":          {web.Thousands("1234567.8901"), "1,234,567.8901"},
		"money has two places":               {web.Money("1280.5"), "1,280.50"},
		"money is rounded exactly":           {web.Money("0.005"), "0.01"},
		"money beyond a float":               {web.Money("90071992547409931.1"), "90,071,992,547,409,931.10"},
		"what is no number stays":            {web.Money("约 100"), "约 100"},
		"a fraction is no amount":            {web.Money("1/3"), "1/3"},
		"a rate":                             {web.Rate(1, 3), "33.3%"},
		"a rate of nothing":                  {web.Rate(0, 0), "—"},
		"bytes":                              {web.Bytes(512), "512 B"},
		"kilobytes":                          {web.Bytes(86_000), "84 KB"},
		"megabytes":                          {web.Bytes(2_411_724), "2.3 MB"},
		"a size just under the next unit up": {web.Bytes(1<<20 - 1), "1024 KB"},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("%q, want %q", tt.got, tt.want)
			}
		})
	}
}
