package webtest

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// Client is a browser without script: it keeps cookies, and does not follow
// redirects by itself.
type Client struct {
	t    *testing.T
	base string
	http *http.Client
	// Header is added to every request; Accept-Language: zh-CN at first.
	Header http.Header
}

// NewClient serves h until the test ends and returns a browser of it.
func NewClient(t *testing.T, h http.Handler) *Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return Visit(t, server.URL)
}

// Visit returns another browser, with cookies of its own, of a server at base.
func Visit(t *testing.T, base string) *Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Client{
		t: t, base: base,
		http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}},
		Header: http.Header{"Accept-Language": {"zh-CN"}},
	}
}

// Base is the server's address.
func (c *Client) Base() string { return c.base }

// Get asks for a page.
func (c *Client) Get(path string) *Doc {
	c.t.Helper()
	return c.Do(http.MethodGet, path, nil)
}

// Post sends a form, as the site's own page would.
func (c *Client) Post(path string, form url.Values) *Doc {
	c.t.Helper()
	return c.Do(http.MethodPost, path, form)
}

// Do sends a request; a form goes into its body.
func (c *Client) Do(method, path string, form url.Values) *Doc {
	c.t.Helper()
	kind := ""
	if form != nil {
		kind = "application/x-www-form-urlencoded"
	}
	return c.send(method, path, strings.NewReader(form.Encode()), kind)
}

func (c *Client) send(method, path string, body io.Reader, kind string) *Doc {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header = c.Header.Clone()
	if kind != "" {
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := c.http.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	var raw strings.Builder
	root, err := html.Parse(io.TeeReader(res.Body, &raw))
	if err != nil {
		c.t.Fatal(err)
	}
	return &Doc{t: c.t, root: root, Status: res.StatusCode, Header: res.Header, Location: res.Header.Get("Location"), Body: raw.String()}
}

// Upload sends a form with files, each by the name of its input: name and content.
func (c *Client) Upload(path string, form url.Values, files map[string][2]string) *Doc {
	c.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form {
		for _, v := range values {
			if err := w.WriteField(name, v); err != nil {
				c.t.Fatal(err)
			}
		}
	}
	for name, f := range files {
		part, err := w.CreateFormFile(name, f[0])
		if err != nil {
			c.t.Fatal(err)
		}
		if _, err := io.WriteString(part, f[1]); err != nil {
			c.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		c.t.Fatal(err)
	}
	return c.send(http.MethodPost, path, &body, w.FormDataContentType())
}

// Follow asks for the page a redirect leads to.
func (c *Client) Follow(d *Doc) *Doc {
	c.t.Helper()
	if d.Location == "" {
		c.t.Fatalf("no redirect: status %d: %s", d.Status, d.Text("main"))
	}
	return c.Get(d.Location)
}

// Doc is an answer, read as a page.
type Doc struct {
	t        *testing.T
	root     *html.Node
	Status   int
	Header   http.Header
	Location string
	Body     string // as it came
}

// All are the texts of what a CSS selector finds, in page order.
func (d *Doc) All(selector string) []string {
	d.t.Helper()
	var texts []string
	for _, n := range d.nodes(selector) {
		texts = append(texts, trim(text(n)))
	}
	return texts
}

// Text is the text of the first element found, empty where there is none.
func (d *Doc) Text(selector string) string {
	d.t.Helper()
	if all := d.All(selector); len(all) > 0 {
		return all[0]
	}
	return ""
}

// Count is how many elements a selector finds.
func (d *Doc) Count(selector string) int {
	d.t.Helper()
	return len(d.nodes(selector))
}

// Attr is an attribute of the first element found, empty where there is none.
func (d *Doc) Attr(selector, name string) string {
	d.t.Helper()
	if all := d.Attrs(selector, name); len(all) > 0 {
		return all[0]
	}
	return ""
}

// Attrs are an attribute of all elements found that have it, in page order.
func (d *Doc) Attrs(selector, name string) []string {
	d.t.Helper()
	var values []string
	for _, n := range d.nodes(selector) {
		if has(n, name) {
			values = append(values, attr(n, name))
		}
	}
	return values
}

// Form is what the form found would send as it stands, without a button.
func (d *Doc) Form(selector string) url.Values {
	d.t.Helper()
	found := d.nodes(selector)
	if len(found) == 0 {
		d.t.Fatalf("no form %s in: %s", selector, d.Text("main"))
	}
	values := url.Values{}
	for _, n := range cascadia.QueryAll(found[0], cascadia.MustCompile("input[name],select[name],textarea[name]")) {
		collect(values, n)
	}
	return values
}

func collect(values url.Values, n *html.Node) {
	name := attr(n, "name")
	switch n.Data {
	case "textarea":
		values.Add(name, text(n))
	case "select":
		options := cascadia.QueryAll(n, cascadia.MustCompile("option"))
		for i, o := range options {
			if has(o, "selected") || i == 0 && !has(n, "multiple") && cascadia.Query(n, cascadia.MustCompile("option[selected]")) == nil {
				values.Add(name, attr(o, "value"))
			}
		}
	default:
		switch typ := attr(n, "type"); {
		case typ == "file", (typ == "radio" || typ == "checkbox") && !has(n, "checked"):
		default:
			values.Add(name, attr(n, "value"))
		}
	}
}

func (d *Doc) nodes(selector string) []*html.Node {
	d.t.Helper()
	s, err := cascadia.ParseGroup(selector)
	if err != nil {
		d.t.Fatalf("selector %s: %v", selector, err)
	}
	return cascadia.QueryAll(d.root, s)
}

func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(text(c))
	}
	return b.String()
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}
