package gallery

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"banli/internal/browser"
	"banli/internal/web"

	"github.com/gin-gonic/gin"
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

func TestInBrowser(t *testing.T) {
	b := browser.Start(t)
	server := httptest.NewServer(sampleSite().Handler(func(e *gin.Engine) { Mount(e) }))
	t.Cleanup(server.Close)
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
	} {
		tab := b.Tab(t, look.width)
		tab.Open(server.URL + "/gallery?_lang=" + string(look.lang))
		for _, path := range Paths {
			tab.Open(server.URL + path)
			look.check(tab)
			tab.Shot(strings.NewReplacer("/", "-", "?", "-", "=", "").Replace(strings.TrimPrefix(path, "/")) + "-" + look.name)
		}
	}
}
