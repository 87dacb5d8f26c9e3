package definitions

import (
	"io/fs"

	"banli/engine/flow"
)

// readFlows turns every flow object into the engine's Spec. Paths in the Spec's faults are paths in the YAML.
func (l *loader) readFlows(fs.FS) {
	for _, o := range l.of("flow") {
		l.specs[o.id] = readSpec(o.value)
	}
}

func readSpec(v value) flow.Spec {
	s := flow.Spec{ID: v.get("id").text(), Name: v.get("name").text(), NameEn: v.get("name_en").text()}
	for id, f := range v.get("states").fields() {
		s.States = append(s.States, flow.StateSpec{
			ID: id, Name: f.get("name").text(), NameEn: f.get("name_en").text(),
			Final: f.get("final").yes(), Rule: f.get("rule").text(),
		})
	}
	for id, f := range v.get("holds").fields() {
		s.Holds = append(s.Holds, flow.HoldSpec{
			ID: id, Name: f.get("name").text(), NameEn: f.get("name_en").text(),
			CloseWhen: f.get("close_when").expression(), Rule: f.get("rule").text(),
		})
	}
	for id, f := range v.get("actions").fields() {
		s.Actions = append(s.Actions, readAction(id, f))
	}
	for id, f := range v.get("clocks").fields() {
		s.Clocks = append(s.Clocks, flow.ClockSpec{
			ID: id, Name: f.get("name").text(), NameEn: f.get("name_en").text(),
			Family: f.get("family").text(), Unit: f.get("unit").text(), Limit: f.get("limit").expression(),
			While: f.get("while").texts(), WhileHold: f.get("while_hold").text(), From: f.get("from").expression(),
			Pause: f.get("pause").texts(), Again: f.get("again").text(), OnDue: f.get("on_due").text(),
			Warn: flow.Warn{Left: f.get("warn").get("left").integer(), Share: float64(f.get("warn").get("share").integer()) / 100},
			Rule: f.get("rule").text(), Source: f.get("source").text(),
		})
	}
	for _, f := range v.get("cards").list() {
		s.Cards = append(s.Cards, flow.CardSpec{
			Color: f.get("color").text(), Clock: f.get("clock").text(), After: f.get("after").expression(),
			Mark: f.get("mark").text(), Times: f.get("times").expression(), Rule: f.get("rule").text(),
		})
	}
	return s
}

func readAction(id string, f value) flow.ActionSpec {
	a := flow.ActionSpec{
		ID: id, Name: f.get("name").text(), NameEn: f.get("name_en").text(),
		From: f.get("from").texts(), To: f.get("to").text(), Open: f.get("open").text(), Close: f.get("close").text(),
		By: f.get("by").texts(), Requires: f.get("requires").expression(), When: f.get("when").expression(), Input: f.get("input").text(),
		Mark: f.get("mark").texts(), AtMost: f.get("at_most").integer(), Document: f.get("document").text(),
		Repin: f.get("repin").text(), RecordOnly: f.get("record_only").yes(), DifferentFrom: f.get("different_from").text(),
		Assign: f.get("assign").expression(), Rule: f.get("rule").text(), Note: f.get("note").text(), NoteEn: f.get("note_en").text(),
	}
	for fact, e := range f.get("set").fields() {
		a.Set = append(a.Set, flow.Assign{Name: fact, Expr: e.expression()})
	}
	for _, p := range f.get("prolong").list() {
		a.Prolong = append(a.Prolong, flow.ProlongSpec{Clock: p.get("clock").text(), Units: p.get("by").expression()})
	}
	for _, s := range f.get("spawn").list() {
		a.Spawn = append(a.Spawn, flow.SpawnSpec{
			Flow: s.get("flow").text(), When: s.get("when").expression(), Each: s.get("each").expression(),
			Item: s.get("item").expression(), Do: s.get("do").text(),
		})
	}
	for _, s := range f.get("signal").list() {
		a.Signal = append(a.Signal, flow.SignalSpec{To: s.get("to").text(), Do: s.get("do").text()})
	}
	if s := f.get("sign"); s.ok() {
		a.Sign = &flow.SignSpec{By: s.get("by").texts(), Need: s.get("need").text()}
	}
	if s := f.get("add_signer"); s.ok() {
		a.AddSigner = &flow.AddSignerSpec{To: s.get("to").text(), User: s.get("user").expression()}
	}
	return a
}
