package casework

import (
	"maps"
	"strings"

	"banli/definitions"
)

// Prefill gives the answers of an application what the registration already says (x-source: project.…): always where
// the field is read-only, and otherwise where nothing was answered. The maps given are not changed.
func Prefill(f *definitions.Form, project, answers map[string]any) map[string]any {
	out := maps.Clone(answers)
	if out == nil {
		out = map[string]any{}
	}
	for _, q := range f.Fields() {
		name := strings.TrimPrefix(q.Pointer, "/")
		from, ok := strings.CutPrefix(q.Source, "project.")
		if !ok || strings.Contains(name, "/") {
			continue
		}
		if _, answered := out[name]; answered && !q.ReadOnly {
			continue
		}
		if v, there := project[from]; there {
			out[name] = v
		} else if q.ReadOnly {
			delete(out, name)
		}
	}
	return out
}
