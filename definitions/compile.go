package definitions

import (
	"io/fs"
	"slices"

	"banli/engine/flow"
)

// foundBefore are faults of the engine's that earlier passes found already, at the very entry of a list.
var foundBefore = []string{
	"unknown-state", "unknown-hold", "unknown-action", "duplicate-id", "wrong-value", "missing-to", "missing-when", "no-beginning",
	"never-runs", "not-by-clock", "missing-limit",
}

func (l *loader) compileFlows(fs.FS) {
	for _, o := range l.of("flow") {
		spec := l.specs[o.id]
		f := &Flow{Spec: spec, Source: o.get("source").text(), object: o}
		l.cat.Flows[o.id] = f
		if o.broken {
			continue
		}
		f.types = flow.Types{
			Param: l.env.param, Policy: l.env.policy, Item: l.env.item, Project: l.env.project,
			Answers: l.answers(o.id), Inputs: l.env.inputs,
		}
		compiled, faults := flow.Compile(spec, f.types)
		for _, fault := range faults {
			if fault.Offset < 0 && slices.Contains(foundBefore, fault.Code) {
				continue
			}
			l.faultInside(o, o.at(fault.Path), fault.Offset, fault.Code, fault.Message, fault.Hint)
		}
		f.Flow = compiled
	}
}
