package archtest

import (
	"slices"
	"strings"
	"testing"
)

// mayImport is the import graph: who may import whom of our own packages, and nothing
// else. "x/..." stands for x and everything below it. A package that is not listed is a
// fault too, so nobody adds one without saying where it belongs.
var mayImport = map[string][]string{
	// Leaves: each can be read alone.
	"engine":             {},
	"engine/calendar":    {},
	"engine/rule":        {"engine/calendar"},
	"engine/flow":        {"engine/calendar", "engine/rule"},
	"engine/check":       {"engine/calendar", "engine/rule", "engine/flow"},
	"engine/internal/cn": {"engine/calendar"}, // the real calendar, for tests of the engine
	"forms":              {},
	"store":              {},

	// The definition language, and the shipped content, which is files only.
	"definitions":           {"engine/...", "forms"},
	"definitions/catalogue": {},

	// Backends know the store and nothing of rules.
	"store/sqlite":           {"store"},
	"store/mongo":            {"store"},
	"store/mongo/mongotest":  {}, // servers for tests, and a proxy that loses what it is told to
	"store/mongo/ferrettest": {},
	"store/care":             {"store"},
	"store/storetest":        {"store"},

	// The only shell around the engine.
	"server/casework": {"engine/...", "definitions", "forms", "store"},
	"server/worker":   {"server/casework"},
	"server/accounts": {"engine/flow", "store", "internal/web"},

	// Pages: components and sessions know forms and errors, not definitions.
	"internal/web":         {"forms", "engine/...", "store", "internal/web/..."},
	"internal/web/assets":  {},
	"internal/web/webtest": {"internal/web", "internal/web/assets"},
	"internal/web/gallery": {"forms", "internal/web"},
	"internal/browser":     {},

	// What features share about pages: how a clock, a state, an act reads.
	"server/screen": {"engine/...", "definitions", "forms", "store", "internal/web", "server/casework"},

	// Features share what is below them and never import each other.
	"server/casefile":    below,
	"server/hall":        below,
	"server/desk":        below,
	"server/supervision": below,
	"server/demo":        below,
	"admin":              below,

	"server": {"engine/...", "definitions", "forms", "store", "internal/web/...", "server/..."},

	// A whole server, for tests of its features.
	"server/servertest": {"..."},

	"internal/archtest": {},
	"internal/naive":    {"engine/calendar"}, // the second opinion on clocks, for tests

	// Measures a store with the real worker and the real engine.
	"internal/storebench": {"store", "store/sqlite", "definitions/catalogue", "server/casework", "server/demo", "server/worker"},

	// Wiring: the only place that picks a store.
	".": {"..."},
}

// below is what a feature may import.
var below = []string{
	"engine/...", "definitions", "forms", "store", "internal/web/...",
	"server/casework", "server/accounts", "server/screen",
}

// neverSees lists imports from outside that would break what a package promises.
var neverSees = map[string][]string{
	"engine/...":            {"net/...", "os", "io/fs", "math/rand/...", "crypto/rand", "gopkg.in/...", "github.com/gin-gonic/...", "database/..."},
	"forms":                 {"net/http", "os", "math/rand/...", "crypto/rand", "gopkg.in/...", "github.com/gin-gonic/...", "database/..."},
	"definitions":           {"net/http", "os", "math/rand/...", "crypto/rand", "github.com/gin-gonic/...", "database/..."},
	"store":                 {"net/http", "github.com/gin-gonic/...", "database/...", "gopkg.in/..."},
	"server/casework":       {"github.com/gin-gonic/...", "net/http", "html/template", "database/..."},
	"server/worker":         {"github.com/gin-gonic/...", "net/http", "database/..."},
	"server/hall":           {"database/..."},
	"server/desk":           {"database/..."},
	"server/supervision":    {"database/..."},
	"admin":                 {"database/..."},
	"definitions/catalogue": {"os", "net/http"},
}

func TestImportGraph(t *testing.T) {
	for _, p := range packages(t) {
		allowed, known := mayImport[p.name]
		if !known {
			t.Errorf("package %s is not in the import graph; add it to mayImport and say in an ADR where it belongs", p.name)
			continue
		}
		for _, imp := range p.Imports {
			if own, ok := ours(imp); ok && !slices.ContainsFunc(allowed, matches(own)) {
				t.Errorf("%s imports %s, which the graph does not allow; it may import %s", p.name, own, strings.Join(allowed, ", "))
			}
		}
	}
}

func TestNeverSees(t *testing.T) {
	for _, p := range packages(t) {
		for who, banned := range neverSees {
			if !matches(p.name)(who) {
				continue
			}
			for _, imp := range p.Imports {
				if slices.ContainsFunc(banned, matches(imp)) {
					t.Errorf("%s imports %s, which it promises never to see", p.name, imp)
				}
			}
		}
	}
}

// matches says whether a pattern of the tables names the import path.
func matches(path string) func(pattern string) bool {
	return func(pattern string) bool {
		if pattern == "..." {
			return true
		}
		if root, ok := strings.CutSuffix(pattern, "/..."); ok {
			return path == root || strings.HasPrefix(path, root+"/")
		}
		return path == pattern
	}
}
