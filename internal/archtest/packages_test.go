package archtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "banli"

// pkg is what `go list` says of one package.
type pkg struct {
	name                      string // import path inside the module, "." for the root
	ImportPath, Dir, Doc      string
	Imports                   []string
	Module                    struct{ Dir string }
	GoFiles                   []string
	TestGoFiles, XTestGoFiles []string
}

var listed = sync.OnceValues(func() ([]pkg, error) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,Module,Doc,Imports,GoFiles,TestGoFiles,XTestGoFiles", module+"/...").Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil, fmt.Errorf("%w: %s", err, exit.Stderr)
	} else if err != nil {
		return nil, err
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p pkg
		if err := dec.Decode(&p); err != nil {
			return nil, err
		}
		p.name, _ = ours(p.ImportPath)
		all = append(all, p)
	}
	return all, nil
})

func packages(t *testing.T) []pkg {
	t.Helper()
	all, err := listed()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	return all
}

// ours cuts the module's name off an import path.
func ours(path string) (string, bool) {
	if path == module {
		return ".", true
	}
	return strings.CutPrefix(path, module+"/")
}

// untested are packages without a test file, each with the reason.
var untested = map[string]string{
	"engine":             "holds no code, only the map of its packages",
	"engine/internal/cn": "holds a calendar for the engine's own tests",
	"store/storetest":    "is a test suite itself, run by every backend",
}

func TestPackagesSayWhatTheyAre(t *testing.T) {
	for _, p := range packages(t) {
		want := "Package " + filepath.Base(p.name) + " "
		if p.name == "." {
			want = "Command banli "
		}
		if len(p.GoFiles) > 0 && !strings.HasPrefix(p.Doc, want) {
			t.Errorf("%s: the package comment starts with %q; it should start with %q and say what the package owns, promises and leaves to others", p.name, p.Doc, want)
		}
	}
}

func TestPackagesHaveTests(t *testing.T) {
	for _, p := range packages(t) {
		reason, listed := untested[p.name]
		tested := len(p.TestGoFiles)+len(p.XTestGoFiles) > 0
		switch {
		case !tested && !listed:
			t.Errorf("%s has no test file; write one, or list the package in untested with the reason", p.name)
		case tested && listed:
			t.Errorf("%s has tests now; take it off untested (%s)", p.name, reason)
		}
	}
	for name := range untested {
		if !slices.ContainsFunc(packages(t), func(p pkg) bool { return p.name == name }) {
			t.Errorf("untested lists %s, which does not exist", name)
		}
	}
}
