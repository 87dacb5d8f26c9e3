package screen

import "banli/internal/web"

// Shell is the frame a person works in: owners and the public in the hall, windows
// and departments at the desk, those who watch in supervision.
func Shell(r *web.Request) web.Shell {
	if r.User == nil {
		return web.Hall
	}
	switch r.User.Role {
	case "owner", "liaison":
		return web.Hall
	case "general_window", "dept_window", "handler", "dept_leader":
		return web.Desk
	case "rule_designer", "system_admin":
		return web.Admin
	}
	return web.Supervision
}

// Home is the page a person begins with.
func Home(r *web.Request) string {
	switch Shell(r) {
	case web.Desk:
		return "/desk"
	case web.Supervision:
		return "/supervision"
	case web.Admin:
		return "/admin"
	}
	if r.User != nil {
		return "/my"
	}
	return "/"
}
