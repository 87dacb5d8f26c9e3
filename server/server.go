package server

import (
	"context"
	"log/slog"
	"net/http"

	"banli/internal/web"
	"banli/server/accounts"
	"banli/server/casefile"
	"banli/server/casework"
	"banli/server/demo"
	"banli/server/desk"
	"banli/server/hall"
	"banli/server/screen"
	"banli/server/supervision"

	"github.com/gin-gonic/gin"
)

// Feature is a part of the site: its routes, and its menus where it has some.
type Feature interface {
	Mount(gin.IRouter)
}

// Menu is what a feature with a menu adds to [Feature].
type Menu interface {
	Menu(context.Context, *web.Request) ([]web.MenuGroup, error)
}

// Server is what one process serves. Its fields are set before Handler.
type Server struct {
	Cases    *casework.Service
	Accounts *accounts.Service
	Admin    Feature       // configuration; nil: none
	Demo     *demo.Handler // nil: this is no demo
	Version  string
	Secure   bool     // browsers reach us over TLS, if only at a proxy
	Test     bool     // marks every page 测试
	Proxies  []string // addresses whose word about the client's address is taken; empty: nobody's
	Log      *slog.Logger
}

// Handler answers every request. Faults in Proxies are its only error.
func (s *Server) Handler() (http.Handler, error) {
	cat := s.Cases.Catalogues.Current()
	hallPages := &hall.Handler{Cases: s.Cases}
	deskPages := &desk.Handler{Cases: s.Cases}
	watch := &supervision.Handler{Cases: s.Cases}
	menus := map[web.Shell]any{web.Hall: hallPages, web.Desk: deskPages, web.Supervision: watch, web.Admin: s.Admin}

	site := &web.Site{
		Title: cat.Name, TitleEn: cat.NameEn, Version: s.Version,
		HelpURL: "/help", LoginURL: "/login",
		Now: s.Cases.Now, Zone: cat.Calendar.Zone(),
		Secure: s.Secure, Test: s.Test, Log: s.Log,
		Sessions: s.Accounts,
		Menu: func(ctx context.Context, r *web.Request, shell web.Shell) ([]web.MenuGroup, error) {
			if m, ok := menus[shell].(Menu); ok {
				return m.Menu(ctx, r)
			}
			return nil, nil
		},
	}
	if s.Demo != nil {
		site.Demo = s.Demo.Bar
	}
	features := []Feature{hallPages, deskPages, watch, &casefile.Handler{Cases: s.Cases}}
	if s.Admin != nil {
		features = append(features, s.Admin)
	}
	var fault error
	h := site.Handler(func(e *gin.Engine) {
		fault = e.SetTrustedProxies(s.Proxies)
		for _, f := range features {
			f.Mount(e)
		}
		(&accounts.Handler{Accounts: s.Accounts, Home: home}).Mount(e)
		if s.Demo != nil {
			s.Demo.Mount(e)
		}
	})
	return h, fault
}

// home is where somebody of a role begins.
func home(role string) string {
	return screen.Home(&web.Request{User: &web.User{Role: role}})
}
