package servertest

import (
	"fmt"

	"banli/internal/browser"
)

// Look opens pages as somebody (empty: nobody signed in) in a real browser and reports everything they break: in
// Chinese at a desk, in English on a phone, and with BANLI_REQUIRE=chromium both in both; also content that does not
// fit 320 px, and focus that is not seen.
func (d *District) Look(b *browser.Browser, login string, paths ...string) {
	d.t.Helper()
	for _, lang := range []string{"zh-CN", "en"} {
		tab := b.Private(d.t, browser.Wide)
		if login != "" {
			d.Enter(tab, login, lang)
		} else {
			tab.Open(d.URL + "/?_lang=" + lang)
		}
		for i, path := range paths {
			tab.Resize(browser.Wide)
			tab.Open(d.URL + path)
			widths := []int64{browser.Wide, browser.Phone}
			if !browser.Required("chromium") {
				widths = map[string][]int64{"zh-CN": widths[:1], "en": widths[1:]}[lang]
			}
			for _, width := range widths {
				tab.Resize(width)
				tab.Check()
				tab.Shot(fmt.Sprintf("%s-%d-%s-%d", login, i, lang, width))
			}
			tab.Resize(320)
			tab.CheckReflow()
			if lang == "zh-CN" {
				for _, lost := range browser.Eval[[]string](tab, unseen) {
					d.t.Errorf("%s: focus is not seen on %s", path, lost)
				}
			}
		}
	}
}

// unseen lists what may have the focus and does not show it.
const unseen = `[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
	.filter(e => e.offsetParent && !e.disabled)
	.filter(e => {
		e.focus();
		const s = getComputedStyle(e);
		return document.activeElement === e && (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2) && s.boxShadow === 'none';
	}).map(e => e.outerHTML.slice(0, 120))`
