package admin

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"banli/definitions"
	"banli/forms"
	"banli/internal/web"
	"banli/server/accounts"
	"banli/server/screen"

	"github.com/gin-gonic/gin"
)

// usersView is what users.html shows.
type usersView struct {
	Rows    []userRow
	N       int
	Filters web.Filters
}

type userRow struct {
	accounts.User
	RoleName, Where string
}

// newUserView is what user-new.html shows.
type newUserView struct {
	Crumbs   []web.Link
	Fields   []forms.FieldView
	Password passwordField
	Summary  web.ErrorSummary
}

// passwordField is the one control that never shows what was typed.
type passwordField struct{ Label, Problem string }

// userView is what user.html shows.
type userView struct {
	User     userRow
	Crumbs   []web.Link
	Facts    []web.Pair
	Self     bool // nobody shuts themselves out
	Password passwordField
	Summary  web.ErrorSummary
}

var (
	usersPage   = web.NewPage[usersView](Pack, "users.html", web.Admin)
	newUserPage = web.NewPage[newUserView](Pack, "user-new.html", web.Admin)
	userPage    = web.NewPage[userView](Pack, "user.html", web.Admin)
)

func (h *Handler) getUsers(c *gin.Context) error {
	r := web.From(c)
	users, err := h.Accounts.List(c.Request.Context())
	if err != nil {
		return err
	}
	q, role := strings.ToLower(strings.TrimSpace(r.Query.Get("q"))), r.Query.Get("role")
	v := usersView{N: len(users)}
	for _, u := range users {
		if role != "" && u.Role != role || !strings.Contains(strings.ToLower(u.Login+" "+u.Name+" "+u.Unit), q) {
			continue
		}
		v.Rows = append(v.Rows, h.userRow(r, u))
	}
	roles := []string{"", Pack.T(r.Lang, "admin.any")}
	for _, id := range accounts.Roles() {
		roles = append(roles, id, screen.Role(r.Lang, id))
	}
	v.Filters = web.Filters{Label: Pack.T(r.Lang, "admin.users.filter"), Action: "/admin/users", Fields: []web.Filter{
		{Name: "q", Label: Pack.T(r.Lang, "admin.users.filter.text"), Value: r.Query.Get("q")},
		{Name: "role", Label: Pack.T(r.Lang, "admin.user.role"), Options: web.Options(role, roles...)},
	}}
	if len(r.Query) > 0 {
		v.Filters.Clear = "/admin/users"
	}
	return usersPage.Render(c, http.StatusOK, v)
}

func (h *Handler) userRow(r *web.Request, u accounts.User) userRow {
	row := userRow{User: u, RoleName: screen.Role(r.Lang, u.Role), Where: u.Unit}
	if d := h.Cases.Catalogues.Current().Department(u.Department); d != nil {
		row.Where = r.Lang.Pick(d.ShortName, d.NameEn)
	}
	return row
}

func (h *Handler) getNewUser(c *gin.Context) error {
	r := web.From(c)
	return newUserPage.Render(c, http.StatusOK, newNewUserView(r, h.Cases.Catalogues.Current(), accounts.User{}, nil))
}

func (h *Handler) postNewUser(c *gin.Context) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	r, ctx, cat := web.From(c), c.Request.Context(), h.Cases.Catalogues.Current()
	asked := accounts.User{
		Login: form.Get("login"), Name: form.Get("name"), Role: form.Get("role"), Department: form.Get("department"),
		Unit: strings.TrimSpace(form.Get("unit")), Mobile: strings.TrimSpace(form.Get("mobile")),
	}
	if asked.Department != "" && cat.Department(asked.Department) == nil {
		return newUserPage.Render(c, http.StatusUnprocessableEntity, newNewUserView(r, cat, asked, map[string]string{"department": "required"}))
	}
	u, err := h.Accounts.AddUser(ctx, asked, form.Get("password"))
	if e, ok := errors.AsType[*accounts.Invalid](err); ok {
		return newUserPage.Render(c, http.StatusUnprocessableEntity, newNewUserView(r, cat, asked, e.Fields))
	}
	if err != nil {
		return err
	}
	if err := h.Cases.Audit(ctx, screen.Actor(r), "user-add", who(u)); err != nil {
		return err
	}
	web.SetFlash(c, "ok", Pack.T(r.Lang, "admin.user.added", "login", u.Login))
	return web.SeeOther(c, "/admin/users/"+u.ID)
}

// who is what the audit keeps of an account; never a password.
func who(u *accounts.User) map[string]string {
	return map[string]string{"id": u.ID, "login": u.Login, "name": u.Name, "role": u.Role, "department": u.Department}
}

func newNewUserView(r *web.Request, cat *definitions.Catalogue, u accounts.User, problems map[string]string) newUserView {
	t := func(key string) string { return Pack.T(r.Lang, key) }
	v := newUserView{Crumbs: []web.Link{{Text: t("admin.users"), Href: "/admin/users"}, {Text: t("admin.user.new")}}}
	add := func(name, value, hint string, optional bool) *forms.FieldView {
		f := field(name, t("admin.user."+name), value)
		f.Required, f.Width, f.Spellcheck = !optional, 30, false
		if hint != "" {
			f.Hint, f.DescribedBy = t(hint), f.HintID
		}
		if code := problems[name]; code != "" {
			f.Problem, f.DescribedBy = Pack.T(r.Lang, "admin.problem.user."+code, "field", f.Label), strings.TrimSpace(f.ProblemID+" "+f.DescribedBy)
			v.Summary.Errors = append(v.Summary.Errors, web.ErrorLink{Target: f.ID, Text: f.Problem})
		}
		v.Fields = append(v.Fields, f)
		return &v.Fields[len(v.Fields)-1]
	}
	add("login", u.Login, "admin.user.login.hint", false).Autocomplete = "off"
	add("name", u.Name, "", false).Autocomplete = "off"
	role := add("role", u.Role, "", false)
	role.Kind = forms.Select
	for _, id := range accounts.Roles() {
		role.Options = append(role.Options, forms.Option{Value: id, Label: screen.Role(r.Lang, id), Selected: id == u.Role})
	}
	department := add("department", u.Department, "admin.user.department.hint", true)
	department.Kind = forms.Select
	for _, d := range cat.Departments {
		department.Options = append(department.Options, forms.Option{Value: d.ID, Label: r.Lang.Pick(d.Name, d.NameEn), Selected: d.ID == u.Department})
	}
	add("mobile", u.Mobile, "admin.user.mobile.hint", true).InputMode = "tel"
	add("unit", u.Unit, "admin.user.unit.hint", true)
	v.Password = newPassword(r, "admin.user.password", problems["password"], &v.Summary)
	return v
}

func newPassword(r *web.Request, label, problem string, sum *web.ErrorSummary) passwordField {
	f := passwordField{Label: Pack.T(r.Lang, label)}
	if problem != "" {
		f.Problem = Pack.T(r.Lang, "admin.problem.user."+problem, "field", f.Label)
		sum.Errors = append(sum.Errors, web.ErrorLink{Target: "password", Text: f.Problem})
	}
	return f
}

func (h *Handler) getUser(c *gin.Context) error {
	u, err := h.Accounts.User(c.Request.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return userPage.Render(c, http.StatusOK, h.userView(web.From(c), u, ""))
}

func (h *Handler) userView(r *web.Request, u *accounts.User, problem string) userView {
	t := func(key string) string { return Pack.T(r.Lang, key) }
	v := userView{User: h.userRow(r, *u), Self: r.User.ID == u.ID}
	v.Crumbs = []web.Link{{Text: t("admin.users"), Href: "/admin/users"}, {Text: u.Name}}
	state := t("admin.user.enabled")
	if u.Disabled {
		state = t("admin.user.disabled")
	}
	v.Facts = []web.Pair{
		{Label: t("admin.user.login"), Text: u.Login},
		{Label: t("admin.user.role"), Text: v.User.RoleName},
		{Label: t("admin.user.where"), Text: v.User.Where},
		{Label: t("admin.user.mobile"), Text: u.Mobile},
		{Label: t("admin.user.state"), Text: state},
	}
	v.Password = newPassword(r, "admin.user.new_password", problem, &v.Summary)
	return v
}

func (h *Handler) postPassword(c *gin.Context) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	r, ctx := web.From(c), c.Request.Context()
	u, err := h.Accounts.User(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	err = h.Accounts.SetPassword(ctx, u.ID, form.Get("password"))
	if e, ok := errors.AsType[*accounts.Invalid](err); ok {
		return userPage.Render(c, http.StatusUnprocessableEntity, h.userView(r, u, e.Fields["password"]))
	}
	if err != nil {
		return err
	}
	return h.told(ctx, c, u, "user-password", "admin.user.password_set")
}

func (h *Handler) postDisabled(c *gin.Context) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	r, ctx := web.From(c), c.Request.Context()
	u, err := h.Accounts.User(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	disable, kind, done := form.Get("disabled") == "true", "user-enable", "admin.user.enabled_now"
	if disable {
		kind, done = "user-disable", "admin.user.disabled_now"
	}
	if u.ID == r.User.ID {
		return &web.Problem{
			Status: http.StatusUnprocessableEntity, Title: Pack.T(r.Lang, "admin.user.self.title"), Message: Pack.T(r.Lang, "admin.user.self"),
			NextURL: "/admin/users", NextText: Pack.T(r.Lang, "admin.users"),
		}
	}
	if err := h.Accounts.Disable(ctx, u.ID, disable); err != nil {
		return err
	}
	return h.told(ctx, c, u, kind, done)
}

// told audits what was done to an account, says so, and shows the account.
func (h *Handler) told(ctx context.Context, c *gin.Context, u *accounts.User, kind, key string) error {
	r := web.From(c)
	if err := h.Cases.Audit(ctx, screen.Actor(r), kind, who(u)); err != nil {
		return err
	}
	web.SetFlash(c, "ok", Pack.T(r.Lang, key, "login", u.Login))
	if u.ID == r.User.ID { // the sessions of the person ended with the old password
		return web.SeeOther(c, "/login")
	}
	return web.SeeOther(c, "/admin/users/"+u.ID)
}
