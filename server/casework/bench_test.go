package casework_test

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"banli/definitions"
	"banli/server/casework"
	"banli/store"
)

func BenchmarkRegister(b *testing.B) {
	o := newOffice(b, "2025-03-03 09:00")
	b.ReportAllocs()
	for b.Loop() {
		o.register("FILING", nil)
	}
}

// BenchmarkAct is a window that dispatches to three departments: one act, three cases opened, a document issued, and
// the case shown afterwards.
func BenchmarkAct(b *testing.B) {
	o := newOffice(b, "2025-03-03 09:00")
	dispatch := map[string]any{"stage": "S1", "departments": []any{"FG", "GT", "GH"}}
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		reg := o.find(o.register("RATIFICATION", nil).ID, "registration", "")
		b.StartTimer()
		if _, err := o.Act(b.Context(), window, reg, casework.ActCmd{Do: "dispatch", Input: dispatch}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCase(b *testing.B) {
	o := newOffice(b, "2025-03-03 09:00")
	p := o.register("RATIFICATION", nil)
	id := o.apply(p.ID, "GH02").ID
	o.act(of("GH", "dept_window"), id, "pass_pre_review", nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := o.Case(b.Context(), owner, id); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkQueue is the first page of a hundred cases, worded and counted.
func BenchmarkQueue(b *testing.B) {
	o := newOffice(b, "2025-03-03 09:00")
	for range 100 {
		o.register("RATIFICATION", nil)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := o.Queue(b.Context(), window, store.CaseQuery{Limit: 50}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTick is a reply that becomes due: written, told to the registration, its document issued.
func BenchmarkTick(b *testing.B) {
	o := newOffice(b, "2025-03-03 09:00")
	for b.Loop() {
		b.StopTimer()
		o.now = o.now.Add(time.Hour)
		reg := o.find(o.register("RATIFICATION", nil).ID, "registration", "")
		o.act(window, reg, "dispatch", map[string]any{"stage": "S1", "departments": []any{"FG"}})
		later := o.now.Add(30 * 24 * time.Hour)
		b.StartTimer()
		if ticked, err := o.Tick(b.Context(), later); err != nil || ticked.Fired != 1 {
			b.Fatal(ticked, err)
		}
	}
}

// BenchmarkWhatIf asks what a calendar would move of a thousand cases under way; us/case is for all of it, loading too.
func BenchmarkWhatIf(b *testing.B) {
	o := newOffice(b, "2025-03-03 09:00")
	for range 1000 {
		o.register("RATIFICATION", nil)
	}
	files := maps.Clone(o.Catalogues.Current().Files)
	files["calendar.yaml"] = []byte(strings.Replace(string(files["calendar.yaml"]), "days:\n", "days:\n  - {"+holiday0305+"}\n", 1))
	draft, faults := definitions.Load(treeOf(files))
	if draft == nil {
		b.Fatal(faults)
	}
	for name, ask := range map[string]func(context.Context, *definitions.Catalogue, func(casework.WhatIf)) error{
		"published": o.WhatIfPublished, "under": o.WhatIfUnder,
	} {
		b.Run(name, func(b *testing.B) {
			cases := 0
			for b.Loop() {
				if err := ask(b.Context(), draft, func(w casework.WhatIf) { cases += w.Cases }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(cases), "us/case")
		})
	}
}
