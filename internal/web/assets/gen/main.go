// Command gen bundles the browser code of ../src into hashed files under ../dist,
// each with a gzip copy beside it, and writes manifest.json and LICENSES.txt.
// The same sources give the same bytes. Run it in its own folder: go run .
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const src, dist = "../src", "../dist"

// hashed finds the name an entry point had before its hash.
var hashed = regexp.MustCompile(`^(.+)-[A-Z0-9]{8}(\.\w+)$`)

func main() {
	log.SetFlags(0)
	if err := run(); err != nil {
		log.Fatal("gen: ", err)
	}
}

func run() error {
	built := api.Build(api.BuildOptions{
		EntryPoints:       []string{src + "/js/app.js", src + "/js/autocomplete.js", src + "/app.css", src + "/favicon.svg"},
		Bundle:            true,
		Format:            api.FormatIIFE,
		Target:            api.ES2020,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone, // LICENSES.txt has the whole texts
		Loader:            map[string]api.Loader{".svg": api.LoaderCopy},
		EntryNames:        "[name]-[hash]",
		Outdir:            dist,
		LogLevel:          api.LogLevelWarning,
		LogOverride:       map[string]api.LogLevel{"direct-eval": api.LogLevelSilent}, // in htmx, switched off by allowEval
	})
	if len(built.Errors) > 0 {
		return fmt.Errorf("%d faults in the sources", len(built.Errors))
	}
	if err := os.RemoveAll(dist); err != nil {
		return err
	}
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	manifest := map[string]string{}
	for _, f := range built.OutputFiles {
		name := filepath.Base(f.Path)
		if err := write(name, f.Contents); err != nil {
			return err
		}
		if m := hashed.FindStringSubmatch(name); m != nil {
			manifest[m[1]+m[2]] = name
		}
	}
	list, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dist, "manifest.json"), append(list, '\n'), 0o644); err != nil {
		return err
	}
	if err := licences(); err != nil {
		return err
	}
	sum, err := sources()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dist, "SOURCES"), []byte(sum+"\n"), 0o644)
}

// sources is a sum over what was bundled, by which a test of package assets sees that dist is old.
func sources() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(os.DirFS(src), ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "node_modules":
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		content, err := os.ReadFile(filepath.Join(src, path))
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s %d\n%s", path, len(content), content)
		return nil
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

// write puts a file into dist, and a gzip copy without time stamp beside it.
func write(name string, content []byte) error {
	if err := os.WriteFile(filepath.Join(dist, name), content, 0o644); err != nil {
		return err
	}
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(content); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dist, name+".gz"), buf.Bytes(), 0o644)
}

// licences joins the licence of every vendored package, with its version.
func licences() error {
	packages, err := filepath.Glob(src + "/vendor/*/LICENSE")
	if err != nil {
		return err
	}
	var all strings.Builder
	for _, path := range packages {
		dir := filepath.Dir(path)
		version, err := os.ReadFile(filepath.Join(dir, "VERSION"))
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fmt.Fprintf(&all, "%s %s\n\n%s\n\n----\n\n", filepath.Base(dir), bytes.TrimSpace(version), bytes.TrimSpace(text))
	}
	return os.WriteFile(filepath.Join(dist, "LICENSES.txt"), []byte(all.String()), 0o644)
}
