package assets

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

// The budgets of the interface guide, in bytes as sent.
var budgets = map[string]int{"app.css": 40 << 10, "app.js": 30 << 10, "autocomplete.js": 25 << 10}

func TestFilesAreWithinTheirBudget(t *testing.T) {
	for name, budget := range budgets {
		address, err := URL(name)
		if err != nil {
			t.Fatal(err)
		}
		w := get(address, "gzip, br")
		if w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: %d %v", name, w.Code, w.Header())
		}
		if w.Body.Len() > budget {
			t.Errorf("%s: %d bytes sent, budget %d", name, w.Body.Len(), budget)
		}
		plain := get(address, "")
		if plain.Header().Get("Content-Encoding") != "" || plain.Body.Len() <= w.Body.Len() {
			t.Errorf("%s: a browser without gzip gets %v", name, plain.Header())
		}
	}
}

func TestServedTypes(t *testing.T) {
	for name, want := range map[string]string{
		"app.css": "text/css; charset=utf-8", "app.js": "text/javascript; charset=utf-8", "favicon.svg": "image/svg+xml",
	} {
		address, err := URL(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := get(address, "").Header().Get("Content-Type"); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	licences := get(Prefix+"LICENSES.txt", "")
	for _, name := range []string{"bootstrap 5.3.9", "htmx.org 2.0.11", "accessible-autocomplete 3.0.1"} {
		if !strings.Contains(licences.Body.String(), name) {
			t.Errorf("no licence of %s", name)
		}
	}
	if strings.Contains(licences.Header().Get("Cache-Control"), "immutable") {
		t.Error("a name without a hash is kept for ever")
	}
}

func TestNothingElseIsServed(t *testing.T) {
	if _, err := URL("nope.css"); err == nil {
		t.Error("an unknown name has an address")
	}
	for _, name := range []string{"", "manifest.json", "SOURCES", "nope.css", "../assets.go", "a/b", "app.css"} {
		if w := get(Prefix+name, ""); w.Code != http.StatusNotFound {
			t.Errorf("%q: %d, want 404", name, w.Code)
		}
	}
}

// The sum is made as gen makes it.
func TestBundleIsOfTheseSources(t *testing.T) {
	h := sha256.New()
	src := os.DirFS("src")
	err := fs.WalkDir(src, ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "node_modules":
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		content, err := fs.ReadFile(src, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s %d\n%s", path, len(content), content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	bundled, err := dist.ReadFile("dist/SOURCES")
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != strings.TrimSpace(string(bundled)) {
		t.Error("dist was bundled from other sources; run make assets")
	}
}

func get(path, encoding string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, Prefix, nil)
	r.URL.Path = path
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	Serve(w, r)
	return w
}
