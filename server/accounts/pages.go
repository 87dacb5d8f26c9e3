package accounts

import (
	"embed"
	"errors"
	"net/http"

	"banli/internal/web"

	"github.com/gin-gonic/gin"
)

//go:embed templates messages
var files embed.FS

// Pages are the pages and texts of this package.
var Pages = web.NewPack(files)

var (
	entryPage   = web.NewPage[entryView](Pages, "entry.html", web.Hall)
	accountPage = web.NewPage[accountView](Pages, "account.html", web.Hall)
)

// Handler serves log-in, log-out, registration and a person's own account.
type Handler struct {
	Accounts *Service
	Home     func(role string) string // where somebody goes after logging in; nil: the start page
}

// Mount lists the routes. The register page makes accounts for project owners; all others are made by an administrator.
func (h *Handler) Mount(r gin.IRoutes) {
	r.GET("/login", web.Handle(h.getLogin))
	r.POST("/login", web.Handle(h.postLogin))
	r.POST("/logout", web.Handle(h.postLogout))
	r.GET("/register", web.Handle(h.getRegister))
	r.POST("/register", web.Handle(h.postRegister))
	r.GET("/account", web.Require(), web.Handle(h.getAccount))
	r.GET("/account/password", web.Require(), web.Handle(h.getPassword))
	r.POST("/account/password", web.Require(), web.Handle(h.postPassword))
	r.POST("/account/sessions/end", web.Require(), web.Handle(h.postEnd))
}

// entryView is a page with one short form.
type entryView struct {
	Title, Lead, Submit, Next string
	Fields                    []input
	Summary                   web.ErrorSummary
	Links                     []web.Link
}

// input is one line of a short form. Its id is its name.
type input struct {
	Name, Label, Hint, Type, Autocomplete, Value, Problem string
}

// Describes lists the ids of what describes the input.
func (f input) Describes() string {
	switch {
	case f.Hint != "" && f.Problem != "":
		return f.Name + "-h " + f.Name + "-e"
	case f.Hint != "":
		return f.Name + "-h"
	case f.Problem != "":
		return f.Name + "-e"
	}
	return ""
}

type accountView struct {
	User     *User
	RoleName string
	Unit     string
	Sessions []sessionRow
	Others   bool // there are sessions besides this one
}

type sessionRow struct {
	Session
	Current bool
}

func (h *Handler) getLogin(c *gin.Context) error {
	if web.From(c).User != nil {
		return web.SeeOther(c, h.home(c, web.From(c).User.Role))
	}
	return entryPage.Render(c, http.StatusOK, loginView(c, "", ""))
}

func (h *Handler) postLogin(c *gin.Context) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	u, err := h.Accounts.Authenticate(c.Request.Context(), form.Get("login"), form.Get("password"), c.ClientIP())
	if err != nil {
		message, status := refused(c, err)
		if message == "" {
			return err
		}
		return entryPage.Render(c, status, loginView(c, form.Get("login"), message))
	}
	return h.enter(c, u)
}

// enter begins a new session, never one the browser brought along, and ends that.
func (h *Handler) enter(c *gin.Context, u *User) error {
	ctx := c.Request.Context()
	if old := web.SessionToken(c); old != "" {
		if err := h.Accounts.End(ctx, old); err != nil {
			return err
		}
	}
	token, err := h.Accounts.Start(ctx, u, c.ClientIP(), c.Request.UserAgent())
	if err != nil {
		return err
	}
	web.SetSession(c, token, h.Accounts.absolute())
	return web.SeeOther(c, h.home(c, u.Role))
}

func (h *Handler) home(c *gin.Context, role string) string {
	home := "/"
	if h.Home != nil {
		home = h.Home(role)
	}
	return web.Next(c, home)
}

// refused words a log-in that is not let in; empty: err is something else.
func refused(c *gin.Context, err error) (message string, status int) {
	r := web.From(c)
	if errors.Is(err, ErrLogin) {
		return Pages.T(r.Lang, "login.wrong"), http.StatusUnprocessableEntity
	}
	if t, ok := errors.AsType[*Throttled](err); ok {
		minutes := int(t.Until.Sub(r.Now).Minutes()) + 1
		return Pages.T(r.Lang, "login.throttled", "n", minutes), http.StatusTooManyRequests
	}
	return "", 0
}

func loginView(c *gin.Context, login, problem string) entryView {
	l := web.From(c).Lang
	v := entryView{
		Title: Pages.T(l, "login.title"), Submit: Pages.T(l, "login.submit"), Next: web.Next(c, ""),
		Fields: []input{
			{Name: "login", Label: Pages.T(l, "field.login"), Type: "text", Autocomplete: "username", Value: login, Problem: problem},
			{Name: "password", Label: Pages.T(l, "field.password"), Type: "password", Autocomplete: "current-password"},
		},
		Links: []web.Link{{Text: Pages.T(l, "login.register"), Href: "/register"}},
	}
	v.summarise()
	return v
}

func (v *entryView) summarise() {
	for _, f := range v.Fields {
		if f.Problem != "" {
			v.Summary.Errors = append(v.Summary.Errors, web.ErrorLink{Target: f.Name, Text: f.Problem})
		}
	}
}

func (h *Handler) postLogout(c *gin.Context) error {
	if err := h.Accounts.End(c.Request.Context(), web.SessionToken(c)); err != nil {
		return err
	}
	web.ClearSession(c)
	web.SetFlash(c, "ok", Pages.T(web.From(c).Lang, "logout.done"))
	return web.SeeOther(c, "/")
}

func (h *Handler) getRegister(c *gin.Context) error {
	return entryPage.Render(c, http.StatusOK, registerView(c, User{}, nil))
}

func (h *Handler) postRegister(c *gin.Context) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	asked := User{Login: form.Get("login"), Name: form.Get("name"), Mobile: form.Get("mobile"), Unit: form.Get("unit")}
	password, problems := form.Get("password"), map[string]string{}
	if password != form.Get("again") {
		problems["again"] = "not-the-same"
	} else if u, err := h.Accounts.RegisterOwner(c.Request.Context(), asked, password); err == nil {
		return h.enter(c, u)
	} else if e, ok := errors.AsType[*Invalid](err); ok {
		problems = e.Fields
	} else {
		return err
	}
	return entryPage.Render(c, http.StatusUnprocessableEntity, registerView(c, asked, problems))
}

func registerView(c *gin.Context, u User, problems map[string]string) entryView {
	l := web.From(c).Lang
	v := entryView{
		Title: Pages.T(l, "register.title"), Lead: Pages.T(l, "register.lead"), Submit: Pages.T(l, "register.submit"), Next: web.Next(c, ""),
		Fields: []input{
			{Name: "name", Label: Pages.T(l, "field.name"), Type: "text", Autocomplete: "name", Value: u.Name},
			{Name: "mobile", Label: Pages.T(l, "field.mobile"), Hint: Pages.T(l, "field.mobile.hint"), Type: "tel", Autocomplete: "tel-national", Value: u.Mobile},
			{Name: "unit", Label: Pages.T(l, "field.unit"), Hint: Pages.T(l, "field.unit.hint"), Type: "text", Autocomplete: "organization", Value: u.Unit},
			{Name: "login", Label: Pages.T(l, "field.login"), Hint: Pages.T(l, "field.login.hint"), Type: "text", Autocomplete: "username", Value: u.Login},
			{Name: "password", Label: Pages.T(l, "field.password"), Hint: Pages.T(l, "field.password.hint"), Type: "password", Autocomplete: "new-password"},
			{Name: "again", Label: Pages.T(l, "field.again"), Type: "password", Autocomplete: "new-password"},
		},
		Links: []web.Link{{Text: Pages.T(l, "register.login"), Href: "/login"}},
	}
	v.mark(l, problems)
	return v
}

// mark puts the problems of an [*Invalid] beside their fields.
func (v *entryView) mark(l web.Lang, problems map[string]string) {
	for i := range v.Fields {
		if code := problems[v.Fields[i].Name]; code != "" {
			v.Fields[i].Problem = Pages.T(l, "problem."+code, "field", v.Fields[i].Label)
		}
	}
	v.summarise()
}

func (h *Handler) getAccount(c *gin.Context) error {
	ctx, r := c.Request.Context(), web.From(c)
	u, err := h.Accounts.User(ctx, r.User.ID)
	if err != nil {
		return err
	}
	list, err := h.Accounts.Sessions(ctx, u.ID)
	if err != nil {
		return err
	}
	v := accountView{User: u, RoleName: Pages.T(r.Lang, "role."+u.Role), Unit: r.Unit(), Others: len(list) > 1}
	if v.Unit == "" {
		v.Unit = u.Unit
	}
	for _, s := range list {
		v.Sessions = append(v.Sessions, sessionRow{s, s.IsCurrent(web.SessionToken(c))})
	}
	return accountPage.Render(c, http.StatusOK, v)
}

func (h *Handler) getPassword(c *gin.Context) error {
	return entryPage.Render(c, http.StatusOK, passwordView(c, nil))
}

func (h *Handler) postPassword(c *gin.Context) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	ctx, r := c.Request.Context(), web.From(c)
	if form.Get("password") != form.Get("again") {
		return entryPage.Render(c, http.StatusUnprocessableEntity, passwordView(c, map[string]string{"again": "not-the-same"}))
	}
	err = h.Accounts.ChangePassword(ctx, r.User.ID, form.Get("old"), form.Get("password"))
	if e, ok := errors.AsType[*Invalid](err); ok {
		return entryPage.Render(c, http.StatusUnprocessableEntity, passwordView(c, e.Fields))
	}
	if errors.Is(err, ErrLogin) {
		return entryPage.Render(c, http.StatusUnprocessableEntity, passwordView(c, map[string]string{"old": "wrong-password"}))
	}
	if message, status := refused(c, err); message != "" {
		v := passwordView(c, nil)
		v.Fields[0].Problem = message
		v.summarise()
		return entryPage.Render(c, status, v)
	}
	if err != nil {
		return err
	}
	// Every session ended, this one too: the person goes on in a new one.
	u, err := h.Accounts.User(ctx, r.User.ID)
	if err != nil {
		return err
	}
	token, err := h.Accounts.Start(ctx, u, c.ClientIP(), c.Request.UserAgent())
	if err != nil {
		return err
	}
	web.SetSession(c, token, h.Accounts.absolute())
	web.SetFlash(c, "ok", Pages.T(r.Lang, "password.done"))
	return web.SeeOther(c, "/account")
}

func passwordView(c *gin.Context, problems map[string]string) entryView {
	l := web.From(c).Lang
	v := entryView{
		Title: Pages.T(l, "password.title"), Lead: Pages.T(l, "password.lead"), Submit: Pages.T(l, "password.submit"),
		Fields: []input{
			{Name: "old", Label: Pages.T(l, "field.old"), Type: "password", Autocomplete: "current-password"},
			{Name: "password", Label: Pages.T(l, "field.new"), Hint: Pages.T(l, "field.password.hint"), Type: "password", Autocomplete: "new-password"},
			{Name: "again", Label: Pages.T(l, "field.again"), Type: "password", Autocomplete: "new-password"},
		},
		Links: []web.Link{{Text: Pages.T(l, "password.back"), Href: "/account"}},
	}
	v.mark(l, problems)
	return v
}

// postEnd ends one session of the person, or all but this one.
func (h *Handler) postEnd(c *gin.Context) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	ctx, r := c.Request.Context(), web.From(c)
	list, err := h.Accounts.Sessions(ctx, r.User.ID)
	if err != nil {
		return err
	}
	for _, s := range list {
		if !s.IsCurrent(web.SessionToken(c)) && (form.Get("id") == "" || form.Get("id") == s.ID) {
			if err := h.Accounts.EndSession(ctx, r.User.ID, s.ID); err != nil {
				return err
			}
		}
	}
	web.SetFlash(c, "ok", Pages.T(r.Lang, "sessions.ended"))
	return web.SeeOther(c, "/account")
}
