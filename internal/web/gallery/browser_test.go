package gallery

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"banli/internal/browser"
	"banli/internal/web"
)

// zone is where the sample lives.
var zone = time.FixedZone("CST", 8*3600)

func sampleSite() *web.Site {
	return &web.Site{
		Title: "投资项目在线审批监管平台", TitleEn: "Investment project approval", Version: "0.1", HelpURL: "/help", LoginURL: "/login",
		Now:  func() time.Time { return time.Date(2026, 11, 23, 20, 46, 0, 0, zone) },
		Zone: zone, Test: true, Log: slog.New(slog.DiscardHandler),
		Menu: web.StaticMenu(
			web.MenuGroup{Title: "我的工作", Items: []web.MenuItem{{Text: "待办事项", Href: "/gallery", Count: "27"}, {Text: "表单", Href: "/gallery/form"}, {Text: "查看与回执", Href: "/gallery/read", Count: "6"}}},
			web.MenuGroup{Title: "统计", Items: []web.MenuItem{{Text: "效能看板", Href: "/board"}}},
		),
		Demo: func(r *web.Request) *web.DemoBar {
			return &web.DemoBar{Text: "演示时钟 " + web.Instant(r.Now, zone), Action: "/demo/clock", Next: r.Path, Buttons: []web.Button{{Name: "step", Value: "1h", Text: "+1 小时"}, {Name: "step", Value: "1wd", Text: "+1 个工作日"}}}
		},
	}
}

// serve runs the gallery until the test ends.
func serve(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(sampleSite().Handler(Mount))
	t.Cleanup(server.Close)
	return server.URL
}

func TestInBrowser(t *testing.T) {
	b, base := browser.Start(t), serve(t)
	for _, look := range []struct {
		name  string
		width int64
		lang  web.Lang
		check func(*browser.Tab)
	}{
		{"wide-zh", browser.Wide, web.Chinese, (*browser.Tab).Check},
		{"wide-en", browser.Wide, web.English, (*browser.Tab).Check},
		{"phone-zh", browser.Phone, web.Chinese, (*browser.Tab).Check},
		{"phone-en", browser.Phone, web.English, (*browser.Tab).CheckReflow},
		{"narrow-zh", 320, web.Chinese, (*browser.Tab).CheckReflow},
		{"large-zh", browser.Phone, web.Chinese, (*browser.Tab).CheckReflow},
	} {
		tab := b.Tab(t, look.width)
		size := "normal"
		if look.name == "large-zh" {
			size = "large"
		}
		tab.Open(base + "/gallery?_size=" + size + "&_lang=" + string(look.lang))
		for _, path := range Paths {
			tab.Open(base + path)
			look.check(tab)
			tab.Shot(strings.NewReplacer("/", "-", "?", "-", "=", "").Replace(strings.TrimPrefix(path, "/")) + "-" + look.name)
		}
	}
}

func TestScript(t *testing.T) {
	b, base := browser.Start(t), serve(t)
	tab := b.Tab(t, browser.Wide)
	focused := func() string {
		return browser.Eval[string](tab, `document.activeElement.id || document.activeElement.className`)
	}

	tab.Open(base + "/gallery/form?errors=1")
	if got := focused(); got != "err-sum" {
		t.Errorf("a page with errors has its focus on %q", got)
	}
	tab.Press(`[data-err-sum] a[href="#amount-1"]`)
	if got := focused(); got != "amount-1" {
		t.Errorf("a link of the summary moves focus to %q", got)
	}
	tab.Press(`[data-err-sum] a[href="#land"]`)
	if got := focused(); got != "land-true" {
		t.Errorf("a link to a group moves focus to %q", got)
	}

	tab.Open(base + "/gallery/form")
	if got := tab.Text("#scope-n"); got != "还可输入 447 字" {
		t.Errorf("counter %q", got)
	}
	hidden := `document.querySelector('#area').closest('[data-show-when]').hidden`
	if browser.Eval[bool](tab, hidden) {
		t.Error("the question behind 是 is hidden at first")
	}
	tab.Press("#land-false")
	if !browser.Eval[bool](tab, hidden) {
		t.Error("the question behind 是 is shown after 否")
	}
	tab.Wait(".autocomplete__input")
	tab.Fill("#pname", "新项目")
	const saved = `new Promise((done, late) => { const line = document.querySelector('[data-autosave-status]')
		setTimeout(() => done(line.textContent), 20000)
		new MutationObserver(() => done(line.textContent)).observe(line, {childList: true, characterData: true, subtree: true}) })`
	if got := browser.Eval[string](tab, saved); got != "草稿已保存 20:46：新项目" {
		t.Errorf("autosave says %q", got)
	}
	if faults := tab.Faults(); len(faults) > 0 {
		t.Errorf("faults: %q", faults)
	}
}
