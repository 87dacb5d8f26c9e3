package bench

import (
	"syscall"
	"testing"
	"time"
)

// measure runs op for the benchmark and reports the processor time it took.
func measure(b *testing.B, op func()) {
	b.Helper()
	op()
	b.ReportAllocs()
	n, start := 0, processor(b)
	for b.Loop() {
		op()
		n++
	}
	b.ReportMetric(float64(processor(b)-start)/float64(n), "cpu-ns/op")
}

func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
