package web

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"sync"
	"time"
)

//go:embed templates messages
var ownFiles embed.FS

// own is the pack of this package: layouts, components, error pages, and the
// texts every page may use.
var own = NewPack(ownFiles)

// Pack is what a feature brings to its pages: templates/*.html and
// messages/zh-CN.yaml, en.yaml, embedded. Pages are made of a pack with
// [NewPage] and share its texts; texts of this package are behind them.
type Pack struct {
	files    fs.FS
	messages *Messages
	pages    []AnyPage
}

// NewPack reads the files of a feature. It panics where they cannot be read:
// they are part of the program, and its tests load them.
func NewPack(files fs.FS) *Pack {
	m, err := readMessages(files)
	if err != nil {
		panic(fmt.Errorf("web: %w", err))
	}
	return &Pack{files: files, messages: m}
}

// Pages are all pages made of this pack.
func (p *Pack) Pages() []AnyPage { return p.pages }

// Messages are the pack's own texts.
func (p *Pack) Messages() *Messages { return p.messages }

// T is the text for key in a language, with parameters given as name, value
// pairs. Without a text in that language it is the Chinese one, and without any
// the key: a test finds both before a reader does.
func (p *Pack) T(l Lang, key string, args ...any) string {
	for _, lang := range [...]Lang{l, Chinese} {
		if s, ok := p.messages.text(lang, key, args); ok {
			return s
		}
		if p == own {
			continue
		}
		if s, ok := own.messages.text(lang, key, args); ok {
			return s
		}
	}
	return key
}

// Has tells whether T finds a text of that language, here or among the shared ones.
func (p *Pack) Has(l Lang, key string) bool {
	return p.messages.Has(l, key) || own.messages.Has(l, key)
}

// T is a text every page may use; see [Pack.T].
func T(l Lang, key string, args ...any) string { return own.T(l, key, args...) }

// locale is what templates are parsed for.
type locale struct {
	lang Lang
	zone *time.Location
}

// base is the layouts and components, parsed once per locale and cloned by pages.
var base sync.Map // locale → *template.Template

func baseTemplates(l locale) (*template.Template, error) {
	if t, ok := base.Load(l); ok {
		return t.(*template.Template).Clone()
	}
	t, err := template.New("").Funcs(funcs(own, l)).ParseFS(own.files, "templates/*.html")
	if err != nil {
		return nil, err
	}
	kept, _ := base.LoadOrStore(l, t)
	return kept.(*template.Template).Clone()
}
