// Package browser drives a real Chromium in tests: one process per test, one
// tab per page, with what the page did wrong kept beside it. Where Chromium is
// missing a test skips and says so; BANLI_REQUIRE=chromium makes it fail instead.
package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// The widths every page is looked at.
const (
	Wide  = 1366
	Phone = 390
)

// Browser is one running Chromium.
type Browser struct {
	ctx context.Context
}

// Start runs Chromium with an empty profile until the test ends, or skips the test.
func Start(t testing.TB) *Browser {
	t.Helper()
	path := find()
	if path == "" {
		const reason = "no Chromium: install it (apt-get install chromium-headless-shell, or chromium, which takes twice the time) or set BANLI_CHROMIUM to its path"
		if Required("chromium") {
			t.Fatal(reason)
		}
		t.Skip(reason)
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "zh-CN"), chromedp.Flag("accept-lang", "zh-CN"),
	)
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(alloc)
	t.Cleanup(func() {
		end()
		stop()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return &Browser{ctx: ctx}
}

// Required tells whether BANLI_REQUIRE, a list, names something that tests must not skip for.
func Required(name string) bool {
	return slices.Contains(strings.FieldsFunc(os.Getenv("BANLI_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' }), name)
}

func find() string {
	if path := os.Getenv("BANLI_CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Tab is one page of the browser, with its faults.
type Tab struct {
	t   testing.TB
	ctx context.Context

	mu     sync.Mutex
	faults []string
	origin string
}

// Tab opens an empty page of the given width. Tabs share cookies; see [Browser.Private].
func (b *Browser) Tab(t testing.TB, width int64) *Tab { return b.open(t, width) }

// Private opens a tab with cookies of its own: another person.
func (b *Browser) Private(t testing.TB, width int64) *Tab {
	return b.open(t, width, chromedp.WithNewBrowserContext())
}

func (b *Browser) open(t testing.TB, width int64, options ...chromedp.ContextOption) *Tab {
	t.Helper()
	ctx, end := chromedp.NewContext(b.ctx, options...)
	ctx, stop := context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(func() {
		stop()
		end()
	})
	tab := &Tab{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, tab.listen); err != nil {
		t.Fatalf("browser: %v", err)
	}
	tab.Resize(width)
	return tab
}

// Resize makes the window of a tab as wide as this.
func (p *Tab) Resize(width int64) {
	p.t.Helper()
	p.Do(chromedp.EmulateViewport(width, 900, viewport(width)))
}

func viewport(width int64) chromedp.EmulateViewportOption {
	if width < 640 {
		return chromedp.EmulateMobile
	}
	return chromedp.EmulateLandscape
}

// listen keeps what must not happen: errors in the console, uncaught exceptions, blocked content,
// requests to other origins.
func (p *Tab) listen(event any) {
	fault := ""
	switch e := event.(type) {
	case *log.EventEntryAdded:
		// An answer such as 422 is an error to the console, and the page's business.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			fault = "console: " + e.Entry.Text
		}
	case *runtime.EventExceptionThrown:
		fault = "exception: " + (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error()
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			fault = "console.error"
			for _, a := range e.Args {
				fault += " " + string(a.Value)
			}
		}
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; strings.HasPrefix(u, "http") && p.origin != "" && !strings.HasPrefix(u, p.origin) {
			fault = "request to another origin: " + u
		}
	}
	if fault != "" {
		p.mu.Lock()
		p.faults = append(p.faults, fault)
		p.mu.Unlock()
	}
}

// Faults are the faults so far: console errors, exceptions, blocked content, requests elsewhere.
func (p *Tab) Faults() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.faults)
}

// Do runs browser actions, or ends the test.
func (p *Tab) Do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatalf("browser: %v", err)
	}
}

// Open goes to an address and waits until the page is loaded.
func (p *Tab) Open(url string) {
	p.t.Helper()
	if scheme, rest, ok := strings.Cut(url, "://"); ok {
		host, _, _ := strings.Cut(rest, "/")
		p.origin = scheme + "://" + host
	}
	p.Do(chromedp.Navigate(url))
}

// Click clicks the first element of a CSS selector and waits for the page this leads to.
func (p *Tab) Click(selector string) {
	p.t.Helper()
	if _, err := chromedp.RunResponse(p.ctx, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible)); err != nil {
		p.t.Fatalf("browser: click %s: %v", selector, err)
	}
}

// Press clicks the first element of a CSS selector that leads to no other page.
func (p *Tab) Press(selector string) {
	p.t.Helper()
	p.Do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// Fill replaces the value of a control as if it were typed.
func (p *Tab) Fill(selector, value string) {
	p.t.Helper()
	css := chromedp.CSS(selector)
	p.Do(chromedp.Clear(css), chromedp.SendKeys(css, value))
}

// Wait waits until an element of a CSS selector can be seen.
func (p *Tab) Wait(selector string) {
	p.t.Helper()
	p.Do(chromedp.WaitVisible(chromedp.CSS(selector)))
}

// Text is the visible text of the first element of a selector.
func (p *Tab) Text(selector string) string {
	p.t.Helper()
	return strings.Join(strings.Fields(get(p, chromedp.Text(chromedp.CSS(selector)))), " ")
}

// Has tells whether an element of a CSS selector is there.
func (p *Tab) Has(selector string) bool {
	p.t.Helper()
	return Eval[bool](p, fmt.Sprintf("!!document.querySelector(%q)", selector))
}

// Eval is the value of an expression in the page; a promise is waited for.
func Eval[T any](p *Tab, expression string) T {
	p.t.Helper()
	return get(p, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

func get[T any](p *Tab, action chromedp.Action[T]) T {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, action)
	if err != nil {
		p.t.Fatalf("browser: %v", err)
	}
	return v
}

// URL is where the tab is.
func (p *Tab) URL() string {
	p.t.Helper()
	return get(p, chromedp.Location())
}

// Shot keeps a picture of the whole page under name in the folder BANLI_SHOTS; without it, none.
func (p *Tab) Shot(name string) {
	p.t.Helper()
	dir := os.Getenv("BANLI_SHOTS")
	if dir == "" {
		return
	}
	png := get(p, chromedp.FullScreenshot(100))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}
