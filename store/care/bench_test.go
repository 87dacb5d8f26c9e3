package care_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"testing"

	"banli/store"
	"banli/store/care"
	"banli/store/sqlite"
)

// BenchmarkCare is what an operator waits for: by case of twenty events.
func BenchmarkCare(b *testing.B) {
	const cases = 1000
	s, err := sqlite.Open(b.Context(), ":memory:")
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	var all []store.Record
	for i := range cases {
		c := aCase(i)
		c.Body = fmt.Appendf(nil, `{"answers":%q}`, fmt.Sprintf("%01500d", i))
		for j := range 19 {
			c.Events = append(c.Events, store.Event{
				Do: "act", At: noon, RecordedAt: noon, By: "handler", User: "u1", Key: fmt.Sprint(j),
				Data: json.RawMessage(`{"do":"issue_correction","input":{"materials":["general-plan"],"reason":"总平面图缺少红线坐标"}}`),
			})
		}
		if err := store.Chain(store.Event{}, c.Events); err != nil {
			b.Fatal(err)
		}
		c.Rev = 20
		all = append(all, store.Record{Case: c})
	}
	if err := s.Load(b.Context(), all); err != nil {
		b.Fatal(err)
	}
	var saved bytes.Buffer
	if _, err := care.Backup(b.Context(), s, &saved, care.Manifest{Taken: noon}); err != nil {
		b.Fatal(err)
	}
	for _, bench := range []struct {
		name string
		do   func() error
	}{
		{"backup", func() error {
			_, err := care.Backup(b.Context(), s, io.Discard, care.Manifest{Taken: noon})
			return err
		}},
		{"check", func() error {
			_, err := care.Check(bytes.NewReader(saved.Bytes()))
			return err
		}},
		{"verify", func() error { return s.Verify(b.Context(), func(fault string) { b.Error(fault) }) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				if err := bench.do(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*cases)/b.Elapsed().Seconds(), "cases/s")
		})
	}
}
