package admin

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"

	"banli/definitions"
)

// checked is what loading and testing an edited catalogue found.
type checked struct {
	cat    *definitions.Catalogue // nil: it does not load
	files  map[string][]byte
	faults definitions.Faults // warnings that the revision in force has too are left out
	failed []definitions.TestResult
	passed int
}

// clean says whether it may be published.
func (c *checked) clean() bool { return c.cat != nil && len(c.failed) == 0 }

// errors counts what stands in the way of publishing.
func (c *checked) errors() int {
	n := len(c.failed)
	for _, f := range c.faults {
		if f.Severity != definitions.Warning {
			n++
		}
	}
	return n
}

// checks keeps the last check: a page and the menu beside it ask for the same one, and so does the next page.
type checks struct {
	mu   sync.Mutex
	key  string
	last *checked

	loader definitions.Loader // a draft is the catalogue in force but for a line or two
}

// of checks a catalogue with edits made in it: loads it, and plays the tests beside the rules.
func (k *checks) of(cat *definitions.Catalogue, edits []Edit) (*checked, error) {
	key := checkKey(cat, edits)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.key == key {
		return k.last, nil
	}
	files, err := edited(cat, edits)
	if err != nil {
		return nil, err
	}
	fsys, err := tree(files)
	if err != nil {
		return nil, err
	}
	c := &checked{files: files}
	c.cat, c.faults = k.loader.Load(fsys)
	c.faults = slices.DeleteFunc(c.faults, func(f definitions.Fault) bool { return f.Severity == definitions.Warning })
	if c.cat != nil {
		for _, r := range definitions.RunTests(c.cat) {
			if r.Passed() {
				c.passed++
			} else {
				c.failed = append(c.failed, r)
			}
		}
	}
	k.key, k.last = key, c
	return c, nil
}

// checkKey is the same for the same edits of the same catalogue.
func checkKey(cat *definitions.Catalogue, edits []Edit) string {
	key := cat.Revision
	for _, e := range edits {
		key += "\n" + e.Kind + " " + e.ID + " " + e.New
	}
	return key
}

// flowsOf are the flows whose rules read a parameter or a policy; none: all cases feel it alike, as they feel the
// shares at which lamps warn.
func flowsOf(cat *definitions.Catalogue, e Edit) []string {
	name := map[string]string{parameter: "param", policy: "policy"}[e.Kind]
	reads := regexp.MustCompile(`\b` + name + `\.` + regexp.QuoteMeta(e.ID) + `\b`)
	var out []string
	for id, f := range cat.Flows {
		spec, err := json.Marshal(f.Spec)
		if err == nil && reads.Match(spec) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// itemID is the code of the item an edit is about.
func (e Edit) itemID() string {
	id, _, _ := strings.Cut(e.ID, "@")
	return id
}
