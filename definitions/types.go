package definitions

import (
	"fmt"

	"banli/engine/calendar"
	"banli/engine/flow"
	"banli/engine/rule"
	"banli/forms"
)

// Catalogue is everything one office published: checked, compiled, immutable, shared by goroutines.
type Catalogue struct {
	ID, Name, NameEn string
	Region           string // GB/T 2260
	Revision         string // digest of all files: the same files, the same revision
	Parameters       []*Parameter
	Policies         []*Policy
	Calendar         *calendar.Calendar
	Departments      []*Department // in the order shown
	Stages           []*Stage      // S1 … S4, SP
	CodeLists        map[string]*CodeList
	Forms            map[string]*Form
	Flows            map[string]*Flow
	Items            []*Item // in the order shown; several revisions of an item by Valid
	Documents        map[string]*Document
	Guides           []*Guide
	Files            map[string][]byte // path → source, as loaded
	Tests            []Test
}

// Parameter is a number an administrator changes without code.
type Parameter struct {
	ID, Name, NameEn string
	Value            int
	Min, Max         int    // bounds; Max 0: none
	Unit             string // hours, days, times, percent
	Source, Rule     string
	Place            Place // of its value
}

// Policy is a reading of the rules that the owner may decide otherwise (A8, A9, A12, A16).
type Policy struct {
	ID, Name, NameEn, Value string
	OneOf                   []string
	Names                   map[string][2]string // of its readings, in Chinese and English, where they have some
	Source, Rule            string
	Place                   Place
}

// Department is an office that answers and decides. Valid dates follow reorganisations.
type Department struct {
	ID, Name, NameEn, ShortName string
	Successor                   string
	Contact                     Contact
	Valid                       Period
}

// Contact is where a person turns to.
type Contact struct{ Window, Phone, Address, Hours string }

// Stage is one of the four stages and the parallel one (国办发〔2018〕33号).
type Stage struct{ ID, Name, NameEn, Lead string }

// Period is a half-open stretch of days [From, To); empty strings are open ends.
type Period struct{ From, To string }

// CodeList is a list of codes a form chooses from.
type CodeList struct {
	ID, Name, NameEn, Source string
	Codes                    []forms.Code
}

// Form is a compiled form.
type Form struct {
	ID, Name, NameEn string
	*forms.Form
	Type rule.Type // of its answers, for expressions
}

// Flow is a compiled flow and the texts beside it.
type Flow struct {
	*flow.Flow
	Spec   flow.Spec
	Source string // the sentence of the founding document it implements
	types  flow.Types
	object *object // as written
}

// Item is one approval item with the full guide the founding document demands.
type Item struct {
	ID, Name, NameEn string
	Revision         string // digest of its file
	Kind             string // permit 许可, approval 审批, ratification 核准, filing 备案, other 其他
	Department       string
	Stage            string
	Flow             string
	Form             string
	AppliesTo        []string   // regimes: APPROVAL, RATIFICATION, FILING
	AppliesWhen      *rule.Rule // over project; nil: always. AppliesWhenText is its sentence for people.
	AppliesWhenText  string
	AppliesWhenEn    string // the sentence in English
	Basis            []Basis
	Review           []string // what is examined
	Conditions       []Condition
	Steps            []string // the flow in words, for the guide
	Statutory        Limit
	Promised         Limit
	Materials        []*Material
	Prerequisites    []Prerequisite
	Results          []Result
	Fees             string // 不收费, or the standard
	Contact          Contact
	AlignsWith       string // code of the counterpart at province or nation
	FAQ              []QA
	Valid            Period
	Place            Place
	object           *object // as written
}

// Basis is one article an item rests on.
type Basis struct{ Instrument, InstrumentEn, Number, Article, From, To, Text string }

// Limit is a number of working days with its source mark (L, D, U, N, F of the field's tables).
type Limit struct {
	Days   int
	Source string // the instrument or reason in words
	Mark   string
	Place  Place
}

// Condition is one acceptance condition; Check decides it where a rule can.
type Condition struct {
	Text, TextEn string
	Check        *rule.Rule
}

// Material is one thing to hand in.
type Material struct {
	ID, Name, NameEn string
	Required         string     // always, when
	When             *rule.Rule // over project and answers
	WhenText, WhenEn string     // the sentence of When for people
	Form             string     // original, copy, electronic
	Deferrable       bool       // 可容缺
	DeferUntil       string     // accept (default): what it must be there for
	Types            []string   // pdf, jpg, …
	MaxMB            int
	FromItem         string // issued by this item: shared, not asked again
	Source           string // registration: made by the platform from the registration, never asked; empty: handed in
	Where            string // where to get it
	Note             string
}

// Prerequisite is another item whose result must be there first. AnyOf holds alternatives.
type Prerequisite struct {
	AnyOf []string
	When  *rule.Rule // nil: always
	Text  string     // the sentence for people
	En    string     // and in English
}

// Result is what a grant produces.
type Result struct {
	ID, Name, NameEn string
	Document         string
	Validity         string // in words
}

// QA is a frequent question.
type QA struct{ Question, Answer string }

// Document is a notice or decision that an action issues: a text template over project, case and input.
type Document struct {
	ID, Name, NameEn string
	Title            string
	Body             string               // text/template source with the fields of DocumentData
	codes            map[string]*CodeList // of its catalogue, for names in the text
}

// Guide is an operation guide for a role, in Markdown.
type Guide struct {
	ID, Name, NameEn, Role string
	Markdown               string
}

// Place is where a value stands in its file, 1-based.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
}

func (p Place) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col) }
