// Package assets holds the built browser files and serves them.
//
// The sources are in src, the bundler in gen, its output in dist: committed and
// embedded, so that building the product needs neither Node nor the network.
// Names carry a hash of the content, so that a browser may keep them for ever.
package assets

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// Prefix is where the files are served.
const Prefix = "/assets/"

//go:embed dist
var dist embed.FS

var manifest = readManifest()

func readManifest() map[string]string {
	raw, err := dist.ReadFile("dist/manifest.json")
	if err != nil {
		panic(fmt.Errorf("assets: %w; run the bundler in internal/web/assets/gen", err))
	}
	names := map[string]string{}
	if err := json.Unmarshal(raw, &names); err != nil {
		panic(fmt.Errorf("assets: manifest.json: %w", err))
	}
	return names
}

// URL is the address of a file by its plain name, such as app.css. An unknown name is an error, so
// that a misspelt one fails the first rendering.
func URL(name string) (string, error) {
	if hashed, ok := manifest[name]; ok {
		return Prefix + hashed, nil
	}
	return "", fmt.Errorf("no asset %q", name)
}

// Serve answers a request for one file. It never lists folders; an unknown name is a plain 404.
func Serve(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, Prefix)
	if strings.ContainsRune(name, '/') || strings.HasSuffix(name, ".gz") || name == "manifest.json" || name == "SOURCES" {
		http.NotFound(w, r)
		return
	}
	file := "dist/" + name
	h := w.Header()
	if _, err := fs.Stat(dist, file+".gz"); err == nil {
		h.Add("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			file += ".gz"
		}
	}
	content, err := dist.ReadFile(file)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	h.Set("Content-Type", contentType(name))
	h.Set("Content-Length", fmt.Sprint(len(content)))
	if name != "LICENSES.txt" {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if r.Method != http.MethodHead {
		w.Write(content) //nolint:errcheck // the reader has gone; nothing is left to tell it
	}
}

// contentType does not ask the machine's own table, which may know other types.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return mime.TypeByExtension(path.Ext(name))
}
