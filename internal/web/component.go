package web

import (
	"net/url"
	"time"

	"banli/forms"
)

// The components: each is a template of the same name in templates/ and the
// type here that it is run with. See the gallery for all of them.

// Tag is a short word in a frame. Kinds: req (必交), tol (可容缺), warn, bad, test; empty: plain.
type Tag struct{ Text, Kind string }

// Link is an address with its words; an empty Href is the place where one is.
type Link struct{ Text, Href string }

// Tile counts one state and leads to its rows. State is a lamp, or empty.
type Tile struct {
	State, Text string
	N           int
	Href        string
	Current     bool // the list below is filtered by it
}

// Step of a process; State is done, current, or empty for to do.
type Step struct{ Text, State string }

// Steps makes the steps of a process of which the current one is at index i.
func Steps(current int, texts ...string) []Step {
	steps := make([]Step, len(texts))
	for i, text := range texts {
		steps[i].Text = text
		switch {
		case i < current:
			steps[i].State = "done"
		case i == current:
			steps[i].State = "current"
		}
	}
	return steps
}

// Empty says why nothing is there and what comes next.
type Empty struct {
	Text, Next string
	Link       Link // a way on; empty: none
}

// Receipt confirms an act: its number and what happens next.
type Receipt struct {
	Title       string // 登记已提交
	NumberLabel string
	Number      string
	At          time.Time
	Rows        []Pair
	Next        []string
}

// Pair is one line of a definition list.
type Pair struct {
	Label, Text string
	Href        string // where Text leads; empty: nowhere
}

// ErrorSummary lists what a page wants mended, in page order.
type ErrorSummary struct {
	Errors, Warnings []ErrorLink
}

// ErrorLink leads to the control with the id Target; empty: nowhere.
type ErrorLink struct{ Target, Text string }

func newErrorSummary(problems []forms.ProblemLink) ErrorSummary {
	var s ErrorSummary
	for _, p := range problems {
		link := ErrorLink{p.Target, p.Text}
		if p.Warning {
			s.Warnings = append(s.Warnings, link)
		} else {
			s.Errors = append(s.Errors, link)
		}
	}
	return s
}

// Pager stands below a list: where one is, how many there are, and as of when.
// It goes forward by key: First and Next are addresses, empty where there is none.
type Pager struct {
	From, To, Total int // 1-based; Total negative: not counted
	At              time.Time
	First, Next     string
}

// NewPager makes the pager of a page of rows that begins at offset, keeping the
// other parameters of the address: after is the key of the next page.
func NewPager(r *Request, offset, rows, total int, next string) Pager {
	p := Pager{From: offset + 1, To: offset + rows, Total: total, At: r.Now}
	if rows == 0 {
		p.From = 0
	}
	at := func(set func(url.Values)) string {
		q := url.Values{}
		for k, v := range r.Query {
			q[k] = v
		}
		q.Del("after")
		q.Del("from")
		set(q)
		return (&url.URL{Path: r.Path, RawQuery: q.Encode()}).String()
	}
	if offset > 0 {
		p.First = at(func(url.Values) {})
	}
	if next != "" {
		p.Next = at(func(q url.Values) {
			q.Set("after", next)
			q.Set("from", itoa(offset+rows))
		})
	}
	return p
}

// Filters is a GET form above a list, kept in the address.
type Filters struct {
	Label  string // names the form: 筛选待办
	Action string
	Fields []Filter
	Hidden []forms.Input
	Clear  string // address without conditions; empty: nothing is set
}

// Filter is one condition: a search field, or a choice where it has Options.
type Filter struct {
	Name, Label, Value string
	Type               string // search, date; ignored with Options
	Options            []FilterOption
}

// FilterOption is one choice of a filter.
type FilterOption struct {
	Value, Text string
	Selected    bool
}

// Options makes the choices of a filter from value, text pairs and marks the chosen one.
func Options(chosen string, pairs ...string) []FilterOption {
	var list []FilterOption
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, FilterOption{pairs[i], pairs[i+1], pairs[i] == chosen})
	}
	return list
}

// Why answers why a rule says what it says: its condition, what it read, and where it comes from.
type Why struct {
	Question   string // 为什么需要
	Answer     string
	Text       string // the condition in words
	Expression string // and as written
	Reads      []Pair // what it read
	Missing    string // an answer it waits for
	Source     string // law, document, rule
	Place      string // file, line and column of the definition
}
