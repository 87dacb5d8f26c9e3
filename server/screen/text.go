package screen

import (
	"embed"

	"banli/internal/web"
)

//go:embed messages
var files embed.FS

// Pack is the words shared by all features.
var Pack = web.NewPack(files)

// T is a text every feature may use: of this package, or of the shared components.
func T(l web.Lang, key string, args ...any) string { return Pack.T(l, key, args...) }
