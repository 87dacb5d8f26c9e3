package archtest

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// pure packages answer from their arguments alone.
var pure = []string{"engine/...", "forms", "definitions"}

// impure are the doors through which a clock, the environment or chance would enter.
var impure = map[string][]string{
	"time": {"Now", "Since", "Until", "After", "AfterFunc", "Tick", "Sleep", "NewTimer", "NewTicker"},
	"os":   {"Getenv", "LookupEnv", "Environ", "Hostname"},
}

func TestPurePackagesReadNoClock(t *testing.T) {
	for _, p := range packages(t) {
		if !slices.ContainsFunc(pure, matches(p.name)) {
			continue
		}
		for _, name := range p.GoFiles {
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if stmt, ok := n.(*ast.GoStmt); ok {
					t.Errorf("%s: a pure package starts a goroutine", fset.Position(stmt.Pos()))
				}
				sel, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if x, ok := sel.X.(*ast.Ident); ok && x.Obj == nil && slices.Contains(impure[x.Name], sel.Sel.Name) {
					t.Errorf("%s: a pure package uses %s.%s; the caller gives the instant", fset.Position(sel.Pos()), x.Name, sel.Sel.Name)
				}
				return true
			})
		}
	}
}

// unfit are words that do not belong in what we publish.
var unfit = []struct {
	pattern *regexp.Regexp
	why     string
}{
	{regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX|HA` + `CK)\b|not ` + `implemented`), "an unfinished mark: finish it, or file it"},
	{regexp.MustCompile(`(^|[\s"'=(` + "`" + `])/(home|root|Users|work)/[a-z]`), "a path of one machine"},
	{regexp.MustCompile(`(?i)\b(see|per|in|of) iss` + `ue \d|\bas requ` + `ested\b|\bthe br` + `ief\b`), "the text speaks of how the work was ordered, not of itself"},
}

// textual names the files those words are looked for in.
var textual = regexp.MustCompile(`\.(go|html|css|js|md|ya?ml|txtar|sh)$|(^|/)(Makefile|run)$`)

func TestTextSpeaksOfItself(t *testing.T) {
	root := packages(t)[0].Module.Dir
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{".git", "node_modules", "vendor", "dist"}, d.Name()) {
			return fs.SkipDir // not ours, or not published
		}
		if d.IsDir() || !textual.MatchString(filepath.ToSlash(path)) {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for i, line := range bytes.Split(text, []byte("\n")) {
			for _, u := range unfit {
				if found := u.pattern.Find(line); found != nil {
					t.Errorf("%s:%d: %q: %s", path, i+1, found, u.why)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
