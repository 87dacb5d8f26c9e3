package admin_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"banli/internal/web/webtest"
)

// TestWho is who reaches what: 200 or 303 where it is theirs, 404 where it is not, whatever is there.
func TestWho(t *testing.T) {
	o := newOffice(t)
	people := map[string]*webtest.Client{}
	for _, role := range []string{"platform_admin", "rule_designer", "system_admin", "auditor", "supervisor", "dept_leader", "general_window", "owner"} {
		people[role] = o.as(role)
	}
	for _, tt := range []struct {
		method, path string
		may          map[string]int
	}{
		{"GET", "/admin", map[string]int{"platform_admin": 200, "rule_designer": 200, "auditor": 200, "system_admin": 303}},
		{"GET", "/admin/parameters", map[string]int{"platform_admin": 200, "rule_designer": 200, "auditor": 200}},
		{"GET", "/admin/parameters/reply_hours", map[string]int{"platform_admin": 200, "rule_designer": 200, "auditor": 200}},
		{"POST", "/admin/parameters/reply_hours", map[string]int{"platform_admin": 422, "rule_designer": 422}},
		{"POST", "/admin/policies/filing_expiry", map[string]int{"platform_admin": 422, "rule_designer": 422}},
		{"GET", "/admin/items", map[string]int{"platform_admin": 200, "rule_designer": 200, "auditor": 200}},
		{"GET", "/admin/items/FG04", map[string]int{"platform_admin": 200, "rule_designer": 200, "auditor": 200}},
		{"POST", "/admin/items/FG04", map[string]int{"platform_admin": 422, "rule_designer": 422}},
		{"GET", "/admin/check", map[string]int{"platform_admin": 200, "rule_designer": 200, "auditor": 200}},
		{"POST", "/admin/check", map[string]int{"platform_admin": 409}},
		{"POST", "/admin/check/edits", map[string]int{"platform_admin": 409, "rule_designer": 409}},
		{"GET", "/admin/revisions", map[string]int{"platform_admin": 200, "rule_designer": 200, "auditor": 200}},
		{"GET", "/admin/revisions/1", map[string]int{"platform_admin": 200, "rule_designer": 200, "auditor": 200}},
		{"GET", "/admin/revisions/2", nil},
		{"POST", "/admin/revisions/1/take-back", nil},
		{"GET", "/admin/users", map[string]int{"platform_admin": 200, "system_admin": 200}},
		{"GET", "/admin/users/new", map[string]int{"platform_admin": 200, "system_admin": 200}},
		{"POST", "/admin/users/new", map[string]int{"platform_admin": 422, "system_admin": 422}},
		{"GET", "/admin/audit", map[string]int{"platform_admin": 200, "system_admin": 200, "auditor": 200}},
		{"GET", "/admin/work", map[string]int{"platform_admin": 200, "system_admin": 200, "auditor": 200}},
		{"POST", "/admin/work", map[string]int{"platform_admin": 422, "system_admin": 422}},
	} {
		for role, c := range people {
			want := tt.may[role]
			if want == 0 {
				want = http.StatusNotFound
			}
			form := url.Values(nil)
			if tt.method == http.MethodPost {
				form = url.Values{}
			}
			if page := c.Do(tt.method, tt.path, form); page.Status != want {
				t.Errorf("%s %s as %s: %d, want %d", tt.method, tt.path, role, page.Status, want)
			}
		}
		if tt.method == http.MethodGet {
			if page := o.base.Get(tt.path); page.Status != http.StatusSeeOther || page.Location != "/login?next="+url.QueryEscape(tt.path) {
				t.Errorf("%s for nobody: %d %s", tt.path, page.Status, page.Location)
			}
		}
	}
}

func TestUsers(t *testing.T) {
	o := newOffice(t)
	c := o.as("system_admin")
	form := c.Get("/admin/users/new").Form("main form")
	for k, v := range map[string]string{"login": "FG-经办", "name": "李经办", "role": "handler", "password": "short"} {
		form.Set(k, v)
	}
	page := c.Post("/admin/users/new", form)
	if page.Status != http.StatusUnprocessableEntity || page.Count(".err-sum a[href='#department']") != 1 || page.Count(".err-sum a[href='#password']") != 1 {
		t.Fatalf("an incomplete account: %d %s", page.Status, page.Text(".err-sum"))
	}
	kept := page.Form("main form")
	if kept.Get("login") != "FG-经办" || kept.Get("role") != "handler" || kept.Get("password") != "" {
		t.Errorf("the form holds %v", kept)
	}
	kept.Set("department", "FG")
	kept.Set("password", "long enough")
	page = c.Post("/admin/users/new", kept)
	if page.Status != http.StatusSeeOther {
		t.Fatalf("create: %d %s", page.Status, page.Text("main"))
	}
	made := page.Location
	has(t, "account", c.Follow(page).Text("main"), "用户 fg-经办 已建立", "部门经办", "李经办")

	if page = c.Post(made+"/password", url.Values{"password": {"x"}}); page.Status != http.StatusUnprocessableEntity || page.Count(".err-sum a[href='#password']") != 1 {
		t.Errorf("a short password: %d", page.Status)
	}
	if page = c.Post(made+"/password", url.Values{"password": {"another one"}}); page.Status != http.StatusSeeOther {
		t.Errorf("reset: %d", page.Status)
	}
	if page = c.Post(made+"/disabled", url.Values{"disabled": {"true"}}); page.Status != http.StatusSeeOther {
		t.Errorf("disable: %d", page.Status)
	}
	if page = o.base.Post("/login", url.Values{"login": {"fg-经办"}, "password": {"another one"}}); page.Status != http.StatusUnprocessableEntity {
		t.Errorf("a disabled account logs in: %d", page.Status)
	}
	c.Post(made+"/disabled", url.Values{"disabled": {"false"}})
	if page = o.base.Post("/login", url.Values{"login": {"fg-经办"}, "password": {"another one"}}); page.Status != http.StatusSeeOther {
		t.Errorf("an enabled account does not: %d", page.Status)
	}
	me, err := o.accounts.ByLogin(t.Context(), "system_admin")
	if err != nil {
		t.Fatal(err)
	}
	if page = c.Post("/admin/users/"+me.ID+"/disabled", url.Values{"disabled": {"true"}}); page.Status != http.StatusUnprocessableEntity {
		t.Errorf("shuts itself out: %d", page.Status)
	}
	log := c.Get("/admin/audit").All("tbody th")
	slices.Sort(log) // all of this happened in one instant
	if want := []string{"停用用户", "恢复用户", "新建用户", "重设密码"}; !slices.Equal(log, want) {
		t.Errorf("audit: %q, want %q", log, want)
	}
}
