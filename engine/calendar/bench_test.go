package calendar_test

import (
	"testing"
	"time"

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
