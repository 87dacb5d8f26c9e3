package browser

import (
	_ "embed" // for axe
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"
)

// axe is axe-core 4.14.1 (MPL-2.0), copied as published; it runs in tests only.
//
//go:embed axe/axe.min.js
var axe string

// Violation is a rule of accessibility a page breaks, and where.
type Violation struct {
	ID, Impact, Help string
	Nodes            []string // selector, and what is wrong there
}

func (v Violation) String() string {
	return fmt.Sprintf("%s %s: %s\n\t%s", v.Impact, v.ID, v.Help, strings.Join(v.Nodes, "\n\t"))
}

// Serious tells whether the violation keeps people from using the page.
func (v Violation) Serious() bool { return slices.Contains([]string{"serious", "critical"}, v.Impact) }

// Axe checks the page as it stands with all rules, best practices included.
func (p *Tab) Axe() []Violation {
	p.t.Helper()
	const run = `axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => ({
		id: v.id, impact: v.impact, help: v.help,
		nodes: v.nodes.map(n => n.target.join(' ') + ' – ' + n.failureSummary.replace(/\s+/g, ' '))})))`
	p.Do(chromedp.Evaluate[chromedp.Void](axe))
	return Eval[[]Violation](p, run)
}

// Check reports everything the page breaks: accessibility, console, other origins, and content
// wider than the window.
func (p *Tab) Check() {
	p.t.Helper()
	for _, v := range p.Axe() {
		p.t.Errorf("%s: %s", p.URL(), v)
	}
	for _, f := range p.Faults() {
		p.t.Errorf("%s: %s", p.URL(), f)
	}
	p.CheckReflow()
}

// CheckReflow reports content that makes the page wider than the window.
func (p *Tab) CheckReflow() {
	p.t.Helper()
	for _, e := range p.sticksOut() {
		p.t.Errorf("%s: wider than the window: %s", p.URL(), e)
	}
}

// sticksOut lists what makes the page wider than the window; regions that scroll are not meant.
func (p *Tab) sticksOut() []string {
	p.t.Helper()
	return Eval[[]string](p, `(() => {
		const w = document.documentElement.clientWidth
		if (document.documentElement.scrollWidth <= w) return []
		return [...document.querySelectorAll('body *')]
			.filter(e => e.getBoundingClientRect().right > w + 1 && !e.closest('.table-responsive') && !e.closest('.vh'))
			.slice(0, 5).map(e => e.outerHTML.slice(0, 90) + ' … ends at ' + Math.round(e.getBoundingClientRect().right))
	})()`)
}
