package server_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"banli/definitions/catalogue"
	"banli/internal/browser"
	"banli/server"
	"banli/server/accounts"
	"banli/server/casework"
	"banli/server/demo"
	"banli/store/sqlite"
)

// district is a running server with people in it and a clock that can be moved.
type district struct {
	t    *testing.T
	url  string
	chro *browser.Browser
}

const password = "correct horse battery"

func newDistrict(t *testing.T) *district {
	t.Helper()
	d := &district{t: t, chro: browser.Start(t)}
	st, err := sqlite.Open(t.Context(), ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	clock := &demo.Clock{}
	cats, err := casework.OpenCatalogues(t.Context(), st, catalogue.Renhe, clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	cases := &casework.Service{Store: st, Catalogues: cats, Now: clock.Now}
	people := &accounts.Service{
		Store: st, Now: clock.Now, Params: accounts.Params{Memory: 64, Time: 1, Threads: 1},
		Absolute: demo.Sessions, Idle: demo.Sessions,
	}
	for _, who := range demo.People(cats.Current()) {
		if _, err := people.AddUser(t.Context(), accounts.User{Login: who.User, Name: who.Name, Role: who.Role, Department: who.Department}, password); err != nil {
			t.Fatal(err)
		}
	}
	s := &server.Server{Cases: cases, Accounts: people, Demo: &demo.Handler{Cases: cases, Clock: clock}, Test: true, Log: slog.New(slog.DiscardHandler)}
	h, err := s.Handler()
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	d.url = web.URL
	return d
}

// person is somebody at a screen.
type person struct {
	*browser.Tab
	d *district
}

// visit opens a screen for somebody who is not logged in.
func (d *district) visit() *person {
	d.t.Helper()
	p := &person{d.chro.Private(d.t, browser.Wide), d}
	p.open("/")
	return p
}

// enter opens a screen for somebody with an account.
func (d *district) enter(login string) *person {
	d.t.Helper()
	p := d.visit()
	p.open("/login")
	p.Fill("#login", login)
	p.Fill("#password", password)
	p.Click("main form button[type=submit]")
	return p
}

func (p *person) open(path string) {
	p.d.t.Helper()
	p.Open(p.d.url + path)
}

// answers are what is typed and chosen, by the name of the control.
type answers map[string][]string

// answer fills in controls as somebody would, and fails where there is none of a name.
func (p *person) answer(a answers) {
	p.d.t.Helper()
	if len(a) == 0 {
		return
	}
	js, err := json.Marshal(a)
	if err != nil {
		p.d.t.Fatal(err)
	}
	missing := browser.Eval[string](p.Tab, fmt.Sprintf(`(answers => {
		const missing = [];
		for (const [name, want] of Object.entries(answers)) {
			const controls = [...document.getElementsByName(name)];
			if (!controls.length) missing.push(name);
			for (const c of controls) {
				if (c.type === "radio" || c.type === "checkbox") c.checked = want.includes(c.value);
				else if (c.multiple) for (const o of c.options) o.selected = want.includes(o.value);
				else c.value = want[0];
				c.dispatchEvent(new Event("input", {bubbles: true}));
				c.dispatchEvent(new Event("change", {bubbles: true}));
			}
		}
		return missing.join(" ");
	})(%s)`, js))
	if missing != "" {
		p.d.t.Fatalf("%s has no control named %s", p.URL(), missing)
	}
}

// addRows adds a row to each repeated group that answers are given for.
func (p *person) addRows(a answers) {
	p.d.t.Helper()
	groups := map[string]bool{}
	for name := range a {
		if group, _, ok := strings.Cut(name, "/0"); ok && !groups[group] {
			groups[group] = true
			p.Click(`button[name=_add][value="` + group + `"]`)
		}
	}
}

// handIn chooses a file for every material asked for.
func (p *person) handIn() {
	p.d.t.Helper()
	browser.Eval[int](p.Tab, `(() => {
		const inputs = [...document.querySelectorAll("input[type=file]")];
		for (const input of inputs) {
			const chosen = new DataTransfer();
			chosen.items.add(new File(["%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"], "材料.pdf", {type: "application/pdf"}));
			input.files = chosen.files;
		}
		return inputs.length;
	})()`)
}

// send presses the main button of the page's form.
func (p *person) send() {
	p.d.t.Helper()
	p.Click("main form .bar .btn-primary")
	if p.Has("[data-err-sum]") {
		p.d.t.Fatalf("%s: %s", p.URL(), p.Text("[data-err-sum]"))
	}
}

// act does something in a case: the act must be offered there.
func (p *person) act(caseURL, do string, a answers) {
	p.d.t.Helper()
	p.open(caseURL)
	if !p.Has("#act-" + do) {
		p.d.t.Fatalf("%s offers no %s: %s", caseURL, do, p.Text("main"))
	}
	if !p.Has("#act-" + do + " a.btn") {
		p.Click("#act-" + do + " button")
		return
	}
	p.Click("#act-" + do + " a.btn")
	p.addRows(a)
	p.answer(a)
	p.handIn()
	p.send()
}

// later moves the clock by working days.
func (p *person) later(days int) {
	p.d.t.Helper()
	for range days {
		p.Click(`form[action="/demo/clock"] button[value=day]`)
	}
}

// link is the address behind the first link with these words; empty when there is none.
func (p *person) link(words string) string {
	p.d.t.Helper()
	return browser.Eval[string](p.Tab, fmt.Sprintf(`[...document.querySelectorAll("main a")].find(a => a.textContent.includes(%q))?.getAttribute("href") ?? ""`, words))
}

// firstCase is the page of the first case in a list.
func (p *person) firstCase() string {
	p.d.t.Helper()
	return browser.Eval[string](p.Tab, `document.querySelector("main a[href^='/cases/']")?.getAttribute("href") ?? ""`)
}

// sees fails unless all words can be read on the page.
func (p *person) sees(words ...string) {
	p.d.t.Helper()
	text := p.Text("main")
	for _, w := range words {
		if !strings.Contains(text, w) {
			p.d.t.Errorf("%s: no %q in: %s", p.URL(), w, text)
		}
	}
}

// clock is what the table of a case's clocks says of one: name, state, start, due, used, limit.
func (p *person) clock(name string) []string {
	p.d.t.Helper()
	cells := browser.Eval[[]string](p.Tab, fmt.Sprintf(`[...([...document.querySelectorAll("main tr")].find(r => r.cells[0].textContent.trim() == %q)?.cells ?? [])].map(c => c.innerText.trim())`, name))
	if len(cells) != 6 {
		p.d.t.Fatalf("%s says of the clock %s: %q", p.URL(), name, cells)
	}
	return cells
}

// shot keeps a picture and looks for what is wrong with the page.
func (p *person) shot(name string) {
	p.d.t.Helper()
	p.Shot(name)
	p.Check()
}
