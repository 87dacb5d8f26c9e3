package admin_test

import (
	"strings"
	"testing"

	"banli/internal/browser"
	"banli/internal/web"
)

// TestInBrowser looks at every page in both sizes and languages, with a draft that has edits and a revision that was
// published, and changes a value as a person does.
func TestInBrowser(t *testing.T) {
	b, o := browser.Start(t), newOffice(t)
	boss := o.as("platform_admin")
	set(t, boss, "/admin/parameters/window_hours", "20")
	publish(t, boss)
	base := o.base.Base()

	tab := b.Private(t, browser.Wide)
	tab.Open(base + "/login?next=/admin/parameters/reply_hours")
	tab.Fill("#login", "platform_admin")
	tab.Fill("#password", password)
	tab.Click("main form button[type=submit]")
	tab.Fill("#value", "999")
	tab.Click("form[aria-labelledby=edit-h] button[type=submit]")
	tab.Wait(".err-sum")
	tab.Check()
	tab.Shot("admin-edit-refused-wide")
	tab.Fill("#value", "48")
	browser.Eval[string](tab, `document.querySelector("#reason").value = "区政府要求压缩回复时限"`)
	tab.Click("form[aria-labelledby=edit-h] button[type=submit]")
	if got := tab.Text("#parameters-h ~ table ins"); got != "48 小时" {
		t.Errorf("the list shows %q", got)
	}

	u, err := o.accounts.ByLogin(t.Context(), "platform_admin")
	if err != nil {
		t.Fatal(err)
	}
	paths := []string{
		"/admin", "/admin/parameters", "/admin/parameters/reply_hours", "/admin/policies/filing_expiry", "/admin/items?q=GH",
		"/admin/items/FG04", "/admin/calendar?year=2025", "/admin/check", "/admin/revisions", "/admin/revisions/2", "/admin/revisions/1",
		"/admin/users", "/admin/users/new", "/admin/users/" + u.ID, "/admin/audit",
	}
	for _, look := range []struct {
		name  string
		width int64
		lang  web.Lang
		check func(*browser.Tab)
	}{
		{"wide-zh", browser.Wide, web.Chinese, (*browser.Tab).Check},
		{"phone-zh", browser.Phone, web.Chinese, (*browser.Tab).Check},
		{"phone-en", browser.Phone, web.English, (*browser.Tab).CheckReflow},
	} {
		view := b.Private(t, look.width)
		view.Open(base + "/login?next=/admin&_lang=" + string(look.lang))
		view.Fill("#login", "platform_admin")
		view.Fill("#password", password)
		view.Click("main form button[type=submit]")
		for _, path := range paths {
			view.Open(base + path)
			look.check(view)
			view.Shot(strings.NewReplacer("/", "-", "?", "-", "=", "-", u.ID, "one").Replace(path[1:]) + "-" + look.name)
		}
	}
}
