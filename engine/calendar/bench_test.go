package calendar_test

import (
	"testing"
	"time"

	"banli/engine/calendar"
	"banli/engine/internal/cn"
)

func BenchmarkAddDays(b *testing.B) {
	cal := cn.Calendar(nil)
	start := time.Date(2018, 5, 14, 15, 0, 0, 0, cn.Zone())
	b.ReportAllocs()
	for b.Loop() {
		cal.AddDays(start, 60)
	}
}

func BenchmarkAddHours(b *testing.B) {
	cal := cn.Calendar(nil)
	start := time.Date(2018, 9, 28, 10, 0, 0, 0, cn.Zone())
	b.ReportAllocs()
	for b.Loop() {
		cal.AddHours(start, 72*time.Hour)
	}
}

func BenchmarkAddInstant(b *testing.B) {
	cal := cn.Calendar(nil)
	start := calendar.At(time.Date(2018, 9, 28, 10, 0, 0, 0, cn.Zone()))
	b.ReportAllocs()
	for b.Loop() {
		cal.Add(start, 72*calendar.Hour)
	}
}

// BenchmarkUneven is in a zone with summer time.
func BenchmarkUneven(b *testing.B) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		b.Fatal(err)
	}
	cal, err := calendar.New(calendar.Config{Zone: zone, Exceptions: cn.Exceptions(nil), From: calendar.NewDate(2018, 1, 1), ConfirmedUntil: calendar.NewDate(2026, 12, 31)})
	if err != nil {
		b.Fatal(err)
	}
	start := calendar.At(time.Date(2018, 10, 26, 10, 0, 0, 0, zone))
	b.Run("hours", func(b *testing.B) {
		for b.Loop() {
			cal.Add(start, 72*calendar.Hour)
		}
	})
	b.Run("days", func(b *testing.B) {
		for b.Loop() {
			cal.Begin(cal.Nth(cal.Day(start)+1, 60) + 1)
		}
	})
}
