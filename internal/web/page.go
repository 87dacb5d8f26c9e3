package web

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"reflect"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// AnyPage is a page of whatever type, as checks see it.
type AnyPage interface {
	Name() string
	Pack() *Pack
	// Template is the page in one language, layout included.
	Template(Lang) (*template.Template, error)
	// Zero is a value of the type the template is run with.
	Zero() any
	// View is a value of the type the page's own definitions are run with.
	View() any
}

// Page is a page whose templates are run with a T, its view: values that are
// ready to be shown, so that templates decide nothing.
//
// Its file defines "title" and "main", and may define "crumbs" and "aside-head".
// Further definitions are parts, which [Page.RenderPart] sends alone.
type Page[T any] struct {
	pack  *Pack
	name  string
	shell Shell
	cache sync.Map // locale → *template.Template
}

// NewPage makes a page of a file in the pack's templates folder. Faults in the
// template show when it is first used: the test of a package checks all its pages.
func NewPage[T any](pack *Pack, name string, shell Shell) *Page[T] {
	p := &Page[T]{pack: pack, name: name, shell: shell}
	pack.pages = append(pack.pages, p)
	return p
}

// Name is the file of the page.
func (p *Page[T]) Name() string { return p.name }

// Pack is the pack the page is made of.
func (p *Page[T]) Pack() *Pack { return p.pack }

// Zero is an empty value of what the layout is run with.
func (p *Page[T]) Zero() any { return document[T]{Request: &Request{}} }

// View is an empty view.
func (p *Page[T]) View() any { return *new(T) }

// Template is the parsed page in one language.
func (p *Page[T]) Template(l Lang) (*template.Template, error) {
	return p.template(locale{l, time.UTC})
}

func (p *Page[T]) template(l locale) (*template.Template, error) {
	if t, ok := p.cache.Load(l); ok {
		return t.(*template.Template), nil
	}
	t, err := baseTemplates(l)
	if err != nil {
		return nil, err
	}
	if t, err = t.Funcs(funcs(p.pack, l)).ParseFS(p.pack.files, "templates/"+p.name); err != nil {
		return nil, fmt.Errorf("page %s: %w", p.name, err)
	}
	kept, _ := p.cache.LoadOrStore(l, t)
	return kept.(*template.Template), nil
}

// document is what the layout is run with.
type document[T any] struct {
	*Request
	Shell  Shell
	Menu   []MenuGroup
	Demo   *DemoBar
	Errors bool // the page shows errors: its title says so
	View   T
}

// Render answers with the whole page. It is made in memory first, so that a
// fault in it becomes an error page and not half a page.
func (p *Page[T]) Render(c *gin.Context, status int, view T) error {
	r := From(c)
	t, err := p.template(r.locale())
	if err != nil {
		return err
	}
	doc := document[T]{Request: r, Shell: p.shell, Errors: status == http.StatusUnprocessableEntity, View: view}
	if s := r.site; s != nil {
		if s.Menu != nil {
			if doc.Menu, err = s.Menu(c.Request.Context(), r, p.shell); err != nil {
				return fmt.Errorf("menu of %s: %w", p.shell, err)
			}
			markCurrent(doc.Menu, r.Path)
		}
		if s.Demo != nil {
			doc.Demo = s.Demo(r)
		}
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, "layout", doc); err != nil {
		return fmt.Errorf("page %s: %w", p.name, err)
	}
	clearFlash(c)
	writeHTML(c, status, buf.Bytes())
	return nil
}

// RenderPart answers with one definition of the page alone: what htmx swaps in.
func (p *Page[T]) RenderPart(c *gin.Context, status int, part string, view T) error {
	t, err := p.template(From(c).locale())
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, part, view); err != nil {
		return fmt.Errorf("part %s of page %s: %w", part, p.name, err)
	}
	writeHTML(c, status, buf.Bytes())
	return nil
}

// String names the page and its type in test output.
func (p *Page[T]) String() string { return fmt.Sprintf("%s (%v)", p.name, reflect.TypeFor[T]()) }
