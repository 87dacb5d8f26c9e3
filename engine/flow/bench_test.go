package flow_test

import (
	"testing"

	"banli/engine/flow"
)

// longCase is a permit of 20 events: correction, extension, waits, grant, delivery.
func longCase(tb testing.TB) *game {
	g := newGame(tb, permit(), scope(20)).play(
		"2024-03-01 09:00 submit", "2024-03-04 09:00 return_pre_review", "2024-03-05 09:00 resubmit", "2024-03-06 09:00 return_pre_review",
		"2024-03-07 09:00 resubmit", "2024-03-08 09:00 pass_pre_review", "2024-03-11 09:00 issue_correction", "2024-03-20 09:00 supplement",
		"2024-03-22 09:00 accept", "2024-03-25 09:00 open_wait", "2024-03-26 09:00 request_extension", "2024-03-27 09:00 open_extension",
		"2024-03-29 09:00 close_wait", "2024-04-08 09:00 close_extension", "2024-04-09 09:00 open_wait", "2024-04-10 09:00 note_grant",
		"2024-04-11 09:00 close_wait", "2024-04-15 09:00 note_grant", "2024-04-16 09:00 grant", "2024-04-18 09:00 deliver",
	)
	if len(g.events) != 20 {
		tb.Fatalf("%d events", len(g.events))
	}
	return g
}

func BenchmarkReplay(b *testing.B) {
	g := longCase(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := g.f.Replay(g.sc, g.events); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkApply(b *testing.B) {
	g := longCase(b)
	s, err := g.f.Replay(g.sc, g.events[:16])
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := g.f.Apply(g.sc, s, g.events[16]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkView(b *testing.B) {
	g := longCase(b)
	s, err := g.f.Replay(g.sc, g.events[:18])
	if err != nil {
		b.Fatal(err)
	}
	at := instant("2024-04-15 12:00")
	b.ReportAllocs()
	for b.Loop() {
		g.f.View(g.sc, s, at)
	}
}

func BenchmarkDecide(b *testing.B) {
	g := longCase(b)
	s, err := g.f.Replay(g.sc, g.events[:18])
	if err != nil {
		b.Fatal(err)
	}
	cmd := flow.Command{Do: "grant", At: instant("2024-04-16 09:00"), By: flow.Actor{Role: "dept_leader"}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := g.f.Decide(g.sc, s, cmd); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	s, t := permit(), types()
	b.ReportAllocs()
	for b.Loop() {
		if f, faults := flow.Compile(s, t); f == nil {
			b.Fatal(faults)
		}
	}
}
