// Package web makes the pages: shells, components, texts in two languages,
// sessions, and answers to errors. Features bring views; it draws them.
//
// It promises that a page is made whole before any of it is sent, that every
// page carries the same headers (no inline script or style, nothing of another
// origin, no caching once somebody is signed in), and that each request leaves
// one line in the log. It decides nothing about cases and knows no definitions.
//
// # How to add a page
//
// A feature package embeds its templates and texts and makes a pack of them:
//
//	//go:embed templates messages
//	var files embed.FS
//
//	var pack = web.NewPack(files)
//
//	// caseView is what the page shows: values that are ready, so that the template decides nothing.
//	type caseView struct {
//		Code, Name string
//		Clocks     []web.Clock
//		Problems   web.ErrorSummary
//		Form       forms.View
//	}
//
//	var casePage = web.NewPage[caseView](pack, "case.html", web.Desk)
//
// templates/case.html defines title and main, perhaps crumbs, and parts for htmx:
//
//	{{define "title"}}{{.Name}}{{end}}
//	{{define "main"}}
//	{{template "error-summary" (summary .Form.Problems)}}
//	<div class="ap-head"><h1>{{.Name}}</h1></div>
//	<section class="sec" aria-labelledby="clocks-h"><h2 id="clocks-h">{{t "desk.case.clocks"}}</h2>
//	{{range .Clocks}}{{template "clock" (clock .)}}{{end}}</section>
//	<form method="post" novalidate>{{template "form" .Form}}
//	<div class="bar"><button class="btn btn-primary" type="submit">{{t "desk.case.accept"}}</button></div></form>
//	{{end}}
//
// messages/zh-CN.yaml and messages/en.yaml hold its texts, flat, keyed area.page.part:
//
//	desk.case.clocks: 计时
//	desk.case.count: 共 {n} 件
//
// A handler reads, calls, answers, and returns its error; Mount lists the routes:
//
//	func (h *Handler) Mount(e *gin.Engine) {
//		g := e.Group("/desk", web.Require("dept_window", "handler"))
//		g.GET("/cases/:id", web.Handle(h.getCase))
//		g.POST("/cases/:id", web.Handle(h.postCase))
//	}
//
//	func (h *Handler) postCase(c *gin.Context) error {
//		posted, err := web.Form(c) // not c.PostForm, which swallows errors
//		if err != nil {
//			return err
//		}
//		…
//		if len(problems) > 0 {
//			return casePage.Render(c, http.StatusUnprocessableEntity, view)
//		}
//		web.SetFlash(c, "ok", pack.T(web.From(c).Lang, "desk.case.accepted"))
//		return web.SeeOther(c, "/desk/cases/"+id)
//	}
//
// One test checks templates against their types and texts in both languages:
//
//	func TestPages(t *testing.T) {
//		webtest.CheckPages(t, pack.Pages()...)
//		webtest.CheckMessages(t, pack)
//	}
//
// # What templates may call
//
// t (a text by key, then name and value of parameters), pick (Chinese or English
// of data), date, instant, due (24:00, never 00:00 of the next day), short and
// shortdue (without this year; they take now), money, thousands, rate, or_dash,
// add, lang, asset; and constructors of components: clock, tag, tile, button,
// control, cell, summary, draw. Times may be values, pointers, nil or zero.
//
// Components, each a template and the type it is run with: clock [ClockBadge],
// tag [Tag], tiles []Tile, strip [Strip], steps []Step, breadcrumb []Link, empty
// [Empty], receipt [Receipt], pairs []Pair, filters [Filters], pager [Pager],
// error-summary [ErrorSummary], form (forms.View), answers ([]forms.SummaryRow),
// diff ([]forms.DiffRow), materials []Material, upload-progress (any), autosave
// (a line of text), flash [Flash], button [Button]. The gallery shows all of them.
//
// Uploads show their progress where the form also carries hx-post, the same
// address as its action, hx-encoding="multipart/form-data", hx-target="main",
// hx-select="main", hx-swap="outerHTML" and hx-push-url="true".
//
// # Script
//
// Works without; with it: form[data-autosave=URL] saves while typing (POST; the
// answer is one line of text, [Text], 409 where the draft changed elsewhere; and X-Draft-Rev may set the field named
// rev), data-show-when hides questions, textarea[data-count] counts, [data-focus]
// gets focus in a swapped part, [data-all=name] ticks all boxes of a name, and a
// clock at zero sends the event clock-due for hx-trigger="clock-due from:body".
package web
