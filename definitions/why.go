package definitions

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"banli/engine/flow"
	"banli/engine/rule"

	"github.com/expr-lang/expr/parser/lexer"
)

// Reason says why a rule answers as it does: the expression, where it is written, what it read and the law or sentence
// behind it.
type Reason struct {
	Result       string // [Needed], [NotNeeded] or [Undecided]; of an act: [Offered] or the code of a refusal
	Expression   string // empty: no condition
	Place        Place  // of the expression, or of what has none
	Text, TextEn string // its sentence for people, where it has one
	Reads        []Read // in the order of the expression
	Missing      string // of an undecided one: the answer it waits for
	Source       string // law, document, or T-rule
	Detail       string // of a refusal, in English
}

// Offered is the result of an act that may be taken.
const Offered = "offered"

// Read is one value that an expression reads.
type Read struct {
	Path           string // project.land_mode
	Label, LabelEn string // the question's title, where a form asks it
	Value          any    // nil: not answered
}

// WhyItem says why a project needs an item, or why not. The regimes an item is for come before its condition.
func (c *Catalogue) WhyItem(it *Item, d Data) Reason {
	n := c.Need(it, d)
	src := c.source(it, d)
	r := Reason{Result: n.Status, Missing: n.Missing, Source: law(it), Place: it.Place, Text: it.AppliesWhenText, TextEn: it.AppliesWhenEn}
	if len(it.AppliesTo) > 0 {
		r.Reads = append(r.Reads, c.read("project.regime", src, it))
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
	c.condition(&r, it, it.AppliesWhen, "/applies_when", src)
	return r
}

// WhyMaterial says why an application must hand in a material, or why not; false when the item has no such material.
func (c *Catalogue) WhyMaterial(it *Item, material string, d Data) (Reason, bool) {
	i := slices.IndexFunc(it.Materials, func(m *Material) bool { return m.ID == material })
	if i < 0 {
		return Reason{}, false
	}
	m, src := it.Materials[i], c.source(it, d)
	path := "/materials/" + strconv.Itoa(i)
	r := Reason{Source: law(it), Text: m.WhenText, TextEn: m.WhenEn, Place: it.object.at(path).place(it.object)}
	r.Result, r.Missing = decide(m.When, src)
	c.condition(&r, it, m.When, path+"/when", src)
	return r, true
}

func (c *Catalogue) condition(r *Reason, it *Item, when *rule.Rule, path string, src rule.Source) {
	if when == nil {
		return
	}
	r.Expression, r.Place = when.String(), it.object.at(path).place(it.object)
	for _, read := range when.Reads() {
		r.Reads = append(r.Reads, c.read(read, src, it))
	}
}

// law names the articles an item rests on.
func law(it *Item) string {
	var list []string
	for _, b := range it.Basis {
		list = append(list, strings.TrimSpace(b.Instrument+b.Article))
	}
	return strings.Join(list, "；")
}

// read looks up what stands at a path, and the title of the question that asks for it.
func (c *Catalogue) read(path string, src rule.Source, it *Item) Read {
	r := Read{Path: path}
	root, rest, _ := strings.Cut(path, ".")
	switch path { // what functions read
	case "granted":
		root = grantedVar
	case "materials":
		root = haveVar
	}
	r.Value = inside(src.Get(root), rest)
	var asked []*Form
	switch {
	case root == "project":
		for _, id := range sortedKeys(c.Forms) {
			if id == "registration" || strings.HasPrefix(id, "registration-") {
				asked = append(asked, c.Forms[id])
			}
		}
	case root == "answers" && it != nil:
		asked = append(asked, c.Forms[it.Form])
	}
	c.label(&r, rest, asked)
	return r
}

func (c *Catalogue) label(r *Read, field string, asked []*Form) {
	for _, f := range asked {
		if f == nil || f.Form == nil {
			continue
		}
		for _, q := range f.Fields() {
			if q.Pointer == "/"+strings.ReplaceAll(field, ".", "/") {
				r.Label, r.LabelEn = q.Title, q.TitleEn
				return
			}
		}
	}
}

// inside follows a dotted path into objects.
func inside(v any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		if name == "" {
			continue
		}
		switch o := v.(type) {
		case map[string]any:
			v = o[name]
		case rule.Source:
			v = o.Get(name)
		default:
			return nil
		}
	}
	return v
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
	r := Reason{Result: Offered, Place: at.place(f.object), Source: a.Rule, Text: a.Note, TextEn: a.NoteEn}
	if source := at.get("source").text(); source != "" {
		r.Source = source
	}
	if refusal == nil {
		return r, nil
	}
	r.Result, r.Detail = refusal.Code, refusal.Detail
	field, list := "when", a.When
	if a.Requires != "" && strings.HasSuffix(refusal.Detail, a.Requires) {
		field, list = "requires", a.Requires
	}
	if refusal.Code != flow.Guard {
		field, list = map[string]string{
			flow.WrongState: "from", flow.WrongRole: "by", flow.AtMost: "at_most", flow.HoldOpen: "open", flow.HoldClosed: "close",
			flow.SamePerson: "different_from",
		}[refusal.Code], ""
	}
	if v := at.get(field); v.ok() {
		r.Place = v.place(f.object)
	}
	if r.Expression = list; list == "" {
		return r, nil
	}
	src := rule.Vars{
		"at": cmd.At, "input": cmd.Input, "item": sc.Items[cmp.Or(s.ItemPin, sc.Item)], "param": sc.Param, "policy": sc.Policy,
		"project": sc.Project, "answers": sc.Answers, "state": s.State, "marks": s.Marks, grantedVar: s.Granted,
		"children": map[string]any{"open": len(s.Open), "total": s.Spawned},
	}
	for name, v := range s.Facts {
		src[name] = v
	}
	for _, path := range reads(list) {
		if root, _, _ := strings.Cut(path, "."); !hasKey(src, root) {
			continue // a let, or the name of an operator
		}
		read := c.read(path, src, nil)
		if field, ok := strings.CutPrefix(path, "input."); ok {
			c.label(&read, field, []*Form{c.Forms[a.Input]})
		}
		r.Reads = append(r.Reads, read)
		if read.Value == nil && r.Missing == "" && strings.HasPrefix(refusal.Detail, "cannot tell") {
			r.Missing = path
		}
	}
	return r, nil
}

func hasKey(vars rule.Vars, name string) bool {
	_, ok := vars[name]
	return ok
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

// reads lists the variables and fields that an expression names, each once: what tokens of names and dots spell.
func reads(src string) (list []string) {
	all := tokens(src)
	for i := 0; i < len(all); i++ {
		if !all[i].Is(lexer.Identifier) || i > 0 && (all[i-1].Is(lexer.Operator, ".") || all[i-1].Value == "let") {
			continue
		}
		path := all[i].Value
		for i+2 < len(all) && all[i+1].Is(lexer.Operator, ".") && all[i+2].Is(lexer.Identifier) {
			path, i = path+"."+all[i+2].Value, i+2
		}
		if call := i+1 < len(all) && all[i+1].Is(lexer.Bracket, "("); !call && !slices.Contains(list, path) {
			list = append(list, path)
		}
	}
	return list
}

// Sentence says the reason in one sentence, in Chinese, or in English with lang "en".
func (r Reason) Sentence(lang string, zone *time.Location) string {
	en := lang == "en"
	pick := func(zh, english string) string {
		if en {
			return cmp.Or(english, zh)
		}
		return zh
	}
	result := map[string]string{
		Needed: pick("需要", "needed"), NotNeeded: pick("不需要", "not needed"), Undecided: pick("还不能确定", "not known yet"), Offered: pick("可以办理", "may be done"),
		flow.WrongState: pick("当前状态不能办理", "not in this state"), flow.WrongRole: pick("不由这个角色办理", "not for this role"), flow.AtMost: pick("次数已满", "done as often as allowed"),
		flow.Guard: pick("条件不满足", "its condition does not hold"), flow.HoldOpen: pick("已经暂停", "paused already"), flow.HoldClosed: pick("没有在暂停", "not paused"),
		flow.SamePerson: pick("须由另一人办理", "must be somebody else"), flow.FinalState: pick("办件已终结", "the case has ended"), flow.BadInput: pick("填写有误", "something filled in is wrong"),
		flow.BeforeLastEvent: pick("早于最近一次办理", "earlier than the last event"),
	}[r.Result]
	parts := []string{result}
	switch {
	case r.Expression == "" && (r.Result == Needed):
		parts = append(parts, pick("没有条件，一律需要", "without any condition"))
	case r.Expression != "":
		parts = append(parts, pick("条件：", "condition: ")+strings.TrimSpace(pick(r.Text, r.TextEn)+" "+r.Expression))
	}
	for _, read := range r.Reads {
		value := pick("未填", "not given")
		switch v := read.Value.(type) {
		case nil:
		case time.Time:
			value = v.In(zone).Format("2006-01-02 15:04")
		default:
			value = show(v)
		}
		parts = append(parts, cmp.Or(pick(read.Label, read.LabelEn), read.Path)+" = "+value)
	}
	if r.Source != "" {
		parts = append(parts, pick("依据：", "source: ")+r.Source)
	}
	return strings.Join(parts, pick("；", "; ")) + pick("（", " (") + r.Place.String() + pick("）", ")")
}
