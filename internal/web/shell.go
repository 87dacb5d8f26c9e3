package web

import (
	"context"
	"slices"
	"strings"
)

// Shell is the frame of a page.
type Shell string

// The shells of the interface guide.
const (
	Hall        Shell = "hall"        // public and applicants: one centred column
	Desk        Shell = "desk"        // windows and departments: side menu, full width
	Supervision Shell = "supervision" // as the desk
	Admin       Shell = "admin"       // as the desk, for configuration
)

// Side tells whether the shell has a side menu; the hall's menu is in its header.
func (s Shell) Side() bool { return s != Hall }

// MenuGroup is a part of a menu with a heading of its own.
type MenuGroup struct {
	Title string // empty: no heading
	Items []MenuItem
}

// MenuItem is one line of a menu.
type MenuItem struct {
	Text, Href string
	Count      string // shown at the end of the line: 27
	Current    bool   // set by the layout: the page, or the list it belongs to
}

// markCurrent marks the item whose address is the longest beginning of path.
func markCurrent(menu []MenuGroup, path string) {
	var best *MenuItem
	for g := range menu {
		for i := range menu[g].Items {
			it := &menu[g].Items[i]
			href, _, _ := strings.Cut(it.Href, "?")
			under := path == href || strings.HasPrefix(path, strings.TrimSuffix(href, "/")+"/") && href != "/"
			if under && (best == nil || len(it.Href) > len(best.Href)) {
				best = it
			}
		}
	}
	if best != nil {
		best.Current = true
	}
}

// DemoBar is the control of a demonstration's clock, above every page. Its form
// posts the pressed button's name and value, and next: the page to return to.
type DemoBar struct {
	Text    string
	Action  string
	Next    string
	Buttons []Button
}

// Button is one button of a form.
type Button struct {
	Name, Value, Text string
	Kind              string // primary, danger; empty: an outline
}

// StaticMenu is a menu that is the same for everyone, on every shell.
func StaticMenu(groups ...MenuGroup) func(context.Context, *Request, Shell) ([]MenuGroup, error) {
	return func(context.Context, *Request, Shell) ([]MenuGroup, error) {
		menu := make([]MenuGroup, len(groups))
		for i, g := range groups {
			menu[i] = MenuGroup{g.Title, slices.Clone(g.Items)}
		}
		return menu, nil
	}
}
