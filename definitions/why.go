package definitions

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"banli/engine/flow"
	"banli/engine/rule"
)

// Reason says why a rule answers as it does: the expression, where it is written, what it read and the law or sentence
// behind it.
type Reason struct {
	Result     string `json:"result"`               // [Needed], [NotNeeded] or [Undecided]; of an act: [Offered] or the code of a refusal; of a limit: its number
	Expression string `json:"expression,omitempty"` // empty: no condition. Of a decision table, the condition of the row that decides
	Row        int    `json:"row,omitempty"`        // of a decision table: that row, 1-based; otherwise is the last
	Then       string `json:"then,omitempty"`       // and its value, as written
	Place      Place  `json:"place"`                // of the expression, or of what has none
	Text       string `json:"text,omitempty"`       // its sentence for people, where it has one
	TextEn     string `json:"text_en,omitempty"`
	Reads      []Read `json:"reads,omitempty"`   // in the order of the expression
	Missing    string `json:"missing,omitempty"` // of an undecided one: the answer it waits for
	Source     string `json:"source,omitempty"`  // law, document, or T-rule
	SourceEn   string `json:"source_en,omitempty"`
	Unit       string `json:"unit,omitempty"`   // of a limit: days (working days) or hours
	Detail     string `json:"detail,omitempty"` // of a refusal, in English
}

// Offered is the result of an act that may be taken.
const Offered = "offered"

// Read is one value that an expression reads: a field, or what a function gives.
type Read struct {
	Path    string `json:"path"`            // project.land_mode, hold_days("extension")
	Label   string `json:"label,omitempty"` // the question's title, where a form asks it
	LabelEn string `json:"label_en,omitempty"`
	Value   any    `json:"value"` // nil: not answered
}

// asker evaluates a part of an expression where a reason is sought.
type asker func(part string) (any, error)

// WhyItem says why a project needs an item, or why not. The regimes an item is for come before its condition.
func (c *Catalogue) WhyItem(it *Item, d Data) Reason {
	n := c.Need(it, d)
	ask := c.asker(it, d)
	r := Reason{Result: n.Status, Missing: n.Missing, Place: it.Place, Text: it.AppliesWhenText, TextEn: it.AppliesWhenEn}
	r.Source, r.SourceEn = law(it)
	if len(it.AppliesTo) > 0 {
		c.reads(&r, "project.regime", it.Form, ask)
	}
	if !n.Regime {
		quoted := make([]string, len(it.AppliesTo))
		for i, regime := range it.AppliesTo {
			quoted[i] = strconv.Quote(regime)
		}
		r.Expression, r.Place = "project.regime in ["+strings.Join(quoted, ", ")+"]", it.object.get("applies_to").place(it.object)
		r.Text, r.TextEn = "", ""
		return r
	}
	c.because(&r, it.object, it.object.get("applies_when"), it.Form, ask)
	return r
}

// WhyMaterial says why an application must hand in a material, or why not; false when the item has no such material.
func (c *Catalogue) WhyMaterial(it *Item, material string, d Data) (Reason, bool) {
	i := slices.IndexFunc(it.Materials, func(m *Material) bool { return m.ID == material })
	if i < 0 {
		return Reason{}, false
	}
	m, at := it.Materials[i], it.object.at("/materials/"+strconv.Itoa(i))
	r := Reason{Text: m.WhenText, TextEn: m.WhenEn, Place: at.place(it.object)}
	r.Source, r.SourceEn = law(it)
	r.Result, r.Missing = decide(m.When, c.source(it, d))
	c.because(&r, it.object, at.get("when"), it.Form, c.asker(it, d))
	return r, true
}

// asker evaluates as the rules of an item do.
func (c *Catalogue) asker(it *Item, d Data) asker {
	src := c.source(it, d)
	env := &rule.Env{Funcs: itemFuncs(nil, nil)}
	for _, name := range []string{"project", "answers", "item", "param", "policy"} {
		env.Vars = append(env.Vars, rule.Field{Name: name})
	}
	return func(part string) (any, error) {
		r, err := rule.Compile(part, env, rule.Any)
		if err != nil {
			return nil, err
		}
		return r.Eval(src)
	}
}

// law names the articles an item rests on; in English where an instrument has an English name, else empty.
func law(it *Item) (zh, en string) {
	var list, english []string
	named := false
	for _, b := range it.Basis {
		article := b.Instrument + b.Article
		list = append(list, article)
		if b.InstrumentEn != "" {
			named, article = true, strings.TrimSpace(b.InstrumentEn+" "+b.Article)
		}
		english = append(english, article)
	}
	if named {
		en = strings.Join(english, "; ")
	}
	return strings.Join(list, "；"), en
}

// because fills in the expression at v, what it read, and, of a decision table, the row that decides. The form is the
// one whose answers it may read as answers or input.
func (c *Catalogue) because(r *Reason, o *object, v value, form string, ask asker) {
	if !v.ok() {
		return
	}
	r.Place = v.place(o)
	if !v.isTable() {
		r.Expression = v.text()
		c.reads(r, r.Expression, form, ask)
		return
	}
	for i, row := range v.rows() {
		r.Row, r.Expression, r.Then = i+1, row.when.text(), row.then.text()
		if !row.when.ok() {
			r.Expression, r.Place = "otherwise", row.then.place(o)
			c.reads(r, r.Then, form, ask)
			return
		}
		r.Place = row.when.place(o)
		c.reads(r, r.Expression, form, ask)
		yes, err := ask(r.Expression)
		if err != nil {
			r.Missing = cmp.Or(r.Missing, missing(err))
			return
		}
		if yes == true {
			c.reads(r, r.Then, form, ask)
			if source := row.source.text(); source != "" {
				r.Source, r.SourceEn = source, ""
			}
			return
		}
	}
}

// reads adds what an expression asks, each once, with the title of the question where a form asks it.
func (c *Catalogue) reads(r *Reason, src, form string, ask asker) {
	for _, part := range asked(src) {
		if slices.ContainsFunc(r.Reads, func(known Read) bool { return known.Path == part }) {
			continue
		}
		read := Read{Path: part}
		if v, err := ask(part); err == nil {
			read.Value = v
		}
		root, field, _ := strings.Cut(part, ".")
		switch root {
		case "project":
			for _, id := range sortedKeys(c.Forms) {
				if id == "registration" || strings.HasPrefix(id, "registration-") {
					c.label(&read, field, id)
				}
			}
		case "answers", "input":
			c.label(&read, field, form)
		}
		r.Reads = append(r.Reads, read)
	}
}

func (c *Catalogue) label(r *Read, field, form string) {
	f := c.Forms[form]
	if f == nil || f.Form == nil || r.Label != "" {
		return
	}
	for _, q := range f.Fields() {
		if q.Pointer == "/"+strings.ReplaceAll(field, ".", "/") {
			r.Label, r.LabelEn = q.Title, q.TitleEn
			return
		}
	}
}

// WhyAct says why a command is lawful now, or why it is not, without doing it. A command without input is answered as on
// a page before its form is filled in: a condition that reads the input does not speak yet.
func (c *Catalogue) WhyAct(f *Flow, sc *flow.Scope, s *flow.State, cmd flow.Command) (Reason, error) {
	a := f.Action(cmd.Do)
	if a == nil {
		return Reason{}, fmt.Errorf("unknown action %q of flow %s; %s", cmd.Do, f.ID(), known(cmd.Do, actionIDs(f.Spec)))
	}
	refusal, err := f.refusal(sc, s, cmd)
	if err != nil {
		return Reason{}, err
	}
	at := f.object.get("actions").get(a.ID)
	r := Reason{Result: Offered, Place: at.place(f.object), Source: cmp.Or(at.get("source").text(), a.Rule)}
	ask := func(part string) (any, error) { return f.Ask(sc, s, cmd, part) }
	if refusal == nil {
		before := ""
		for _, field := range []string{"requires", "when"} {
			if c.because(&r, f.object, at.get(field), a.Input, ask); before != "" && r.Expression != before {
				r.Expression = fmt.Sprintf("(%s) && (%s)", before, r.Expression)
			}
			before = r.Expression
		}
		return r, nil
	}
	r.Result, r.Detail = refusal.Code, refusal.Detail
	if refusal.Code != flow.Guard {
		field := map[string]string{
			flow.WrongState: "from", flow.WrongRole: "by", flow.AtMost: "at_most", flow.HoldOpen: "open", flow.HoldClosed: "close",
			flow.SamePerson: "different_from",
		}[refusal.Code]
		if v := at.get(field); v.ok() {
			r.Place = v.place(f.object)
		}
		if refusal.Code == flow.WrongState {
			var zh, en []string
			for _, st := range f.Spec.States {
				if slices.Contains(a.From, st.ID) {
					zh, en = append(zh, st.Name), append(en, cmp.Or(st.NameEn, st.Name))
				}
			}
			r.Text, r.TextEn = "只在这些状态办理："+strings.Join(zh, "、"), "only while the case is: "+strings.Join(en, ", ")
		}
		return r, nil
	}
	for _, field := range []string{"requires", "when"} { // the first that does not hold speaks
		src := at.get(field).expression()
		if src == "" {
			continue
		}
		holds, err := ask(src)
		if holds != true {
			if err != nil {
				r.Missing = missing(err)
			}
			c.because(&r, f.object, at.get(field), a.Input, ask)
			return r, nil
		}
	}
	if v := at.get("prolong"); v.ok() { // else the engine refused because the clock it prolongs ran out
		r.Place = v.place(f.object)
	}
	return r, nil
}

// WhyLimit says why a clock of a case has its limit: what its expression read when the clock was armed. It is false
// for a clock that never ran.
func (c *Catalogue) WhyLimit(f *Flow, sc *flow.Scope, events []flow.Event, clock string) (Reason, bool) {
	s, err := f.Replay(sc, events)
	if err != nil {
		return Reason{}, false
	}
	return c.whyLimit(f, sc, s, events, clock)
}

// whyLimit is [Catalogue.WhyLimit] of events that were folded into s.
func (c *Catalogue) whyLimit(f *Flow, sc *flow.Scope, s *flow.State, events []flow.Event, clock string) (Reason, bool) {
	seq, armed, limit, ok := s.Armed(clock)
	if !ok {
		return Reason{}, false
	}
	until := slices.IndexFunc(events, func(e flow.Event) bool { return e.Seq > seq })
	if until < 0 {
		until = len(events)
	}
	s, err := f.Replay(sc, events[:until])
	if err != nil {
		return Reason{}, false
	}
	at := f.object.get("clocks").get(clock)
	r := Reason{Result: strconv.Itoa(limit), Unit: at.get("unit").text(), Source: cmp.Or(at.get("source").text(), at.get("rule").text())}
	c.because(&r, f.object, at.get("limit"), "", func(part string) (any, error) {
		return f.Ask(sc, s, flow.Command{Do: clock, At: armed}, part)
	})
	return r, true
}

// refusal is why a command would be refused; nil: it would not.
func (f *Flow) refusal(sc *flow.Scope, s *flow.State, cmd flow.Command) (*flow.Refusal, error) {
	if cmd.Input == nil {
		for _, act := range f.Lawful(sc, s, cmd.By, cmd.At) {
			if act.ID == cmd.Do {
				return act.Refused, nil
			}
		}
	}
	_, err := f.Decide(sc, s, cmd)
	if r, ok := errors.AsType[*flow.Refusal](err); ok {
		return r, nil
	}
	return nil, err
}
