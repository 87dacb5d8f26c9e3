package admin

import (
	"maps"
	"strconv"
	"testing"
	"testing/fstest"

	"banli/definitions"
	"banli/definitions/catalogue"
)

// TestShippedValuesMayChange: no test beside the rules stands in the way of an administrator. What a worked date
// rests on it pins; so values may be changed within their bounds, and every test still passes.
func TestShippedValuesMayChange(t *testing.T) {
	cat, faults := definitions.Load(catalogue.Renhe)
	if cat == nil {
		t.Fatal(faults)
	}
	type change struct {
		place definitions.Place
		text  string
	}
	var shorter, longer, policies, promised []change
	for _, p := range cat.Parameters {
		shorter = append(shorter, change{p.Place, strconv.Itoa(max(p.Value-1, p.Min))})
		longer = append(longer, change{p.Place, strconv.Itoa(min(p.Value+1, p.Max))})
	}
	for _, p := range cat.Policies {
		for _, v := range p.OneOf {
			if v != p.Value {
				policies = append(policies, change{p.Place, v})
				break
			}
		}
	}
	for _, it := range cat.Items {
		promised = append(promised, change{it.Promised.Place, "1"})
	}
	for name, changes := range map[string][]change{
		"every parameter lower": shorter, "every parameter higher": longer,
		"every policy the other way": policies, "every item promised in a day": promised,
	} {
		t.Run(name, func(t *testing.T) {
			files := maps.Clone(cat.Files)
			for _, c := range changes {
				src, err := definitions.SetScalarAt(files[c.place.File], c.place.Line, c.place.Col, c.text)
				if err != nil {
					t.Fatal(err)
				}
				files[c.place.File] = src
			}
			changed, faults := definitions.Load(mapTree(files))
			if changed == nil {
				t.Fatal(faults)
			}
			for _, r := range definitions.RunTests(changed) {
				if !r.Passed() {
					t.Error(r)
				}
			}
		})
	}
}

func mapTree(files map[string][]byte) fstest.MapFS {
	tree := fstest.MapFS{}
	for name, data := range files {
		tree[name] = &fstest.MapFile{Data: data}
	}
	return tree
}
