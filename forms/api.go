package forms

import "io"

// Languages of every text this package makes. Any other value means Chinese.
const (
	Chinese = "zh-CN"
	English = "en"
)

// Code is one entry of a code list.
type Code struct {
	Code   string
	Name   string
	NameEn string
	Parent string // code of the entry above, for trees; empty at the top
	From   string // first day the code may be chosen, 2006-01-02; empty: always
	To     string // last day; empty: for ever
}

// Valid tells whether the code may be chosen on a day (2006-01-02). An empty day is any day.
func (c Code) Valid(day string) bool {
	return day == "" || (c.From == "" || c.From <= day) && (c.To == "" || day <= c.To)
}

// Options is what compiling needs besides the schema. The zero value serves a
// schema without code lists and without references to other documents.
type Options struct {
	// Codes gives the entries of a code list, in the order to offer them.
	Codes func(list string) ([]Code, bool)
	// Load opens a schema document another one refers to by URL. Nil refuses all:
	// compiling never touches files or the network by itself.
	Load func(url string) (io.ReadCloser, error)
	// Draft is the JSON Schema draft of a schema without "$schema": 7 or 2020 (also 0).
	Draft int
	// Partial leaves out what cannot be rendered and lists it in [Form.Faults],
	// where otherwise compiling fails.
	Partial bool
}

// Fault is one thing wrong with a schema, or one part of it that cannot be rendered.
type Fault struct {
	Pointer string // JSON Pointer into the schema
	Code    string // stable: bad-schema, bad-keyword, unknown-codes, unknown-field, unsupported
	Message string // what was found and what was expected
}

// Faults is the error of [Compile]: every fault, in order of pointer.
type Faults []Fault

// Context is what the answers themselves do not say.
type Context struct {
	Today string // 2006-01-02 in the authority's zone; empty leaves out checks against today
	Lang  string // Chinese (also when empty) or English
}

// Field describes one question, group or list of a form, for those who derive
// types or references from a form. Pointer has * for the rows of a list.
type Field struct {
	Pointer  string
	Type     string // string, integer, number, boolean, object, array
	Items    string // of a list: type of its rows
	Kind     Kind
	Format   string // JSON Schema format, such as date, uscc, decimal(16,4)
	Title    string
	TitleEn  string
	Unit     string // 万元, 平方米 …
	Required bool   // required whatever the other answers are
	Shown    bool   // shown whatever the other answers are
	Codes    string // id of the code list
	Values   []any  // the values to choose from, when the schema lists them
	Source   string // x-source: where the value is taken from
	ReadOnly bool
}

// Kind is the control a field is shown with.
type Kind string

// The kinds. Choices have Options; a group has Fields; rows have Rows.
const (
	Text         Kind = "text"
	TextArea     Kind = "textarea"
	Number       Kind = "number"
	Money        Kind = "money"   // a decimal(p,s) whose unit ends in 元, or x-widget money: two places at least when read
	Date         Kind = "date"    // 2006-01-02
	Month        Kind = "month"   // 2006-01
	YesNo        Kind = "yesno"   // two radios
	Confirm      Kind = "confirm" // one checkbox that must be ticked
	Radios       Kind = "radios"
	Checkboxes   Kind = "checkboxes"
	Select       Kind = "select"
	Autocomplete Kind = "autocomplete" // a select, replaced by a search box where script runs
	Output       Kind = "output"       // shown, never posted
	Group        Kind = "group"
	Rows         Kind = "rows"
	Hidden       Kind = "hidden" // drawn by View.Hidden
)

// View is a form ready to be drawn: every decision is taken, every text is in
// one language. A template walks it and decides nothing.
type View struct {
	Title    string
	Hint     string
	Sections []Section
	Problems []ProblemLink // for the summary, in page order
	Hidden   []Input       // hidden inputs to draw anywhere inside the form
}

// Section is a part of the page with its own heading.
type Section struct {
	ID     string // safe as an HTML id
	Title  string // empty: no heading
	Fields []FieldView
	Shown  bool // at least one field is shown
}

// Input is a hidden input.
type Input struct{ Name, Value string }

// ProblemLink is one line of the summary of problems.
type ProblemLink struct {
	Pointer string
	Target  string // id of the control to focus; empty: the form as a whole
	Text    string
	Warning bool
}

// FieldView is one field as it is to be drawn.
type FieldView struct {
	Pointer string // JSON Pointer of the answer
	ID      string // of the control, or of the fieldset for a group, rows, or a choice with several controls
	Name    string // of the control
	Kind    Kind
	Label   string // never empty
	Hint    string
	Unit    string

	LabelID, HintID, UnitID, ProblemID string // ids of those elements, whether drawn or not
	DescribedBy                        string // ids of hint, problem and unit that are there, for aria-describedby

	Required bool
	ReadOnly bool   // shown as text; a posted value is ignored
	Source   string // where a prefilled value comes from: 来自项目登记
	Shown    bool
	ShowWhen string // JSON for the page's script, see [Condition]; empty: nothing on the page changes Shown
	Level    int    // 0, or the depth of indentation under the question that opens this one

	Value    string   // of a text-like control, as typed; of a Confirm "true" when ticked
	Values   []string // of checkboxes, or of a multiple select
	Display  string   // the value in words, without its unit, for read-only fields and outputs; empty when there is none
	Options  []Option
	Multiple bool // a select or autocomplete that takes several values

	Problem string // what to do, for the person; empty: nothing wrong
	Warning bool   // the problem does not stop the form

	MaxLength    int    // 0: none
	InputMode    string // numeric, decimal, tel, email, url
	Autocomplete string // the HTML attribute
	Spellcheck   bool
	Min, Max     string // of dates, months and numbers
	Step         string
	Width        int // characters of the expected answer; 0: full width
	Lines        int // of a textarea

	Fields   []FieldView // of a group
	Columns  []Column    // of rows
	Rows     []RowView   // of rows
	Totals   []Total     // of rows, for tfoot
	Table    bool        // the rows fit a table; otherwise they are drawn one under the other
	AddName  string      // name and value of the button 增加一行; empty name: no more rows
	AddValue string
	AddID    string
}

// Column heads a column of repeated rows.
type Column struct {
	Label   string
	Unit    string
	Numeric bool
	Total   string // the column's total in words; empty: none
}

// RowView is one row of a repeated group.
type RowView struct {
	Pointer     string
	ID          string
	Label       string // 第 2 行
	Fields      []FieldView
	RemoveName  string // name and value of the button 删除; empty name: the row must stay
	RemoveValue string
	RemoveLabel string // 删除第 2 行
}

// Total is the exact sum of a column.
type Total struct {
	Label string
	Value string // with thousands
	Unit  string
}

// Option is one choice.
type Option struct {
	ID       string
	Value    string
	Label    string
	Parent   string // value of the entry above it in a tree
	Selected bool
	Unknown  bool // an answer that is not, or no longer, among the choices
}

// Condition is one test of FieldView.ShowWhen, which is a JSON array of arrays of
// conditions: the field is shown when all conditions of any inner array hold.
type Condition struct {
	Name   string   `json:"name"`             // name of the control that decides
	In     []string `json:"in,omitempty"`     // its posted value is one of these; absent: it has any value
	Not    bool     `json:"not,omitempty"`    // the test is turned round
	Absent bool     `json:"absent,omitempty"` // what the test says of a control without a value
}

// Result is what a post held.
type Result struct {
	Answers map[string]any
	Changed bool   // a row was added or removed: draw the form again, do not check it
	Focus   string // pointer of the row to focus after such a change, or of its list
}

// Problem is one thing a person has to mend. It survives JSON.
type Problem struct {
	Pointer string            `json:"pointer"` // of the answer; empty: the form as a whole
	Code    string            `json:"code"`    // stable: required, uscc, min …, see messages.go
	Params  map[string]string `json:"params,omitempty"`
	Warning bool              `json:"warning,omitempty"` // told, but does not stop the form
}

// SummaryRow is one line of a form being read: check-your-answers, a case page, a print.
type SummaryRow struct {
	Pointer string
	ID      string // id of the field in the form, for a link that returns there
	Section string // heading, set on the first row of each section
	Label   string
	Level   int    // depth below the section: fields of a group or of a row
	Heading bool   // a group or a row: no value of its own
	Value   string // in words; — when empty
	Empty   bool
}

// DiffRow is one difference between two sets of answers.
type DiffRow struct {
	Pointer  string
	Label    string // with group and row: 资金构成 › 第 2 行 › 金额
	Change   Change
	Word     string // 已改, 新增, 删除
	Old, New string // in words; — when empty
}

// Change says how an answer differs.
type Change string

// The changes.
const (
	Changed Change = "changed"
	Added   Change = "added"
	Removed Change = "removed"
)
