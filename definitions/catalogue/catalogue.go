// Package catalogue ships the content that makes the product real: the flows, forms, items, documents,
// departments and calendar of Renhe district, with their own tests.
//
// It holds no logic. The YAML is the source; package definitions reads, checks and compiles it. An office
// that starts its own catalogue exports this one and edits the copy.
package catalogue

import (
	"embed"
	"io/fs"
)

//go:embed all:renhe
var files embed.FS

// Renhe is the catalogue of Renhe district, Panzhihua (510411), rooted at its catalogue.yaml.
var Renhe fs.FS = sub("renhe")

func sub(dir string) fs.FS {
	tree, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // the path is a constant of this file
	}
	return tree
}
