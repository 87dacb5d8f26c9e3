package definitions

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"banli/engine/flow"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
)

// Mutant is one small change to a flow, or to a limit of an item, as a slip of the pen would make it. A test that
// fails under it guards what was changed.
type Mutant struct {
	Place Place
	Flow  string    // the flow it changes
	Item  string    // or the item
	Of    [2]string // the clock, action, hold or item, in Chinese and English
	Field string    // what of it, as written: limit, while, set …
	Was   string
	Now   string // empty: taken out
	edit  func(*flow.Spec)
	days  func(*Item)
}

// mutantFields are the fields a mutant may change, in Chinese; English names them as they are written.
var mutantFields = map[string]string{
	"limit": "时限", "unit": "单位", "while": "计时状态", "from": "起点", "pause": "暂停事由", "again": "再次进入",
	"on_due": "期满动作", "when": "条件", "requires": "前提", "set": "记录事实", "at_most": "次数上限", "mark": "标记", "repin": "事项版本", "prolong": "延长时限",
	"close_when": "自动结束条件", "clock": "计时", "promised": "承诺时限", "statutory": "法定时限",
}

// Zh says in Chinese what the mutant changes.
func (m Mutant) Zh() string {
	if m.Now == "" {
		return fmt.Sprintf("%s %s %s 删去", m.Of[0], mutantFields[m.Field], shortened(m.Was))
	}
	return fmt.Sprintf("%s %s %s 改成 %s", m.Of[0], mutantFields[m.Field], m.Was, m.Now)
}

// En says it in English.
func (m Mutant) En() string {
	if m.Now == "" {
		return fmt.Sprintf("%s: %s %s taken out", m.Of[1], m.Field, shortened(m.Was))
	}
	return fmt.Sprintf("%s: %s %s changed to %s", m.Of[1], m.Field, m.Was, m.Now)
}

// breeder makes the mutants of one flow.
type breeder struct {
	flow   *Flow
	lines  []string
	of     [2]string
	bred   []Mutant
	barren int // equivalent by construction
}

func (b *breeder) add(path string, offset int, field, was, now string, edit func(*flow.Spec)) {
	m := Mutant{Flow: b.flow.ID(), Of: b.of, Field: field, Was: was, Now: now, edit: edit}
	v := b.flow.object.at(path)
	m.Place.File = b.flow.object.file
	m.Place.Line, m.Place.Col = locate(b.lines, v.n, offset)
	b.bred = append(b.bred, m)
}

// mutantsOf are all mutants of a flow, in the order of its file, and how many more would change nothing.
func mutantsOf(f *Flow, lines []string) ([]Mutant, int) {
	b := &breeder{flow: f, lines: lines}
	r := explore(&f.Spec, everyAction(&f.Spec))
	for i, h := range f.Spec.Holds {
		b.of = named(h.Name, h.NameEn, h.ID)
		b.expression("/holds/"+h.ID+"/close_when", "close_when", h.CloseWhen, func(s *flow.Spec, x string) { s.Holds[i].CloseWhen = x })
	}
	for i := range f.Spec.Actions {
		b.action(i, &f.Spec.Actions[i])
	}
	for i := range f.Spec.Clocks {
		b.clock(i, &f.Spec.Clocks[i], r)
	}
	slices.SortStableFunc(b.bred, func(m, n Mutant) int {
		return cmp.Or(cmp.Compare(m.Place.Line, n.Place.Line), cmp.Compare(m.Place.Col, n.Place.Col))
	})
	return b.bred, b.barren
}

func named(zh, en, id string) [2]string {
	if en == "" {
		en = id
	}
	return [2]string{zh, en}
}

// everyAction takes every signal as sent: whether somebody sends it is not what a mutant changes.
func everyAction(s *flow.Spec) map[string]bool {
	sent := map[string]bool{}
	for _, a := range s.Actions {
		sent[a.ID] = true
	}
	return sent
}

func (b *breeder) action(i int, a *flow.ActionSpec) {
	b.of = named(a.Name, a.NameEn, a.ID)
	path := "/actions/" + a.ID
	b.guard(path+"/requires", "requires", a.Requires, func(s *flow.Spec, x string) { s.Actions[i].Requires = x })
	b.guard(path+"/when", "when", a.When, func(s *flow.Spec, x string) { s.Actions[i].When = x })
	if a.AtMost > 0 {
		for _, n := range []int{a.AtMost - 1, a.AtMost + 1} {
			if n > 0 { // 0 would say any number
				b.add(path+"/at_most", 0, "at_most", strconv.Itoa(a.AtMost), strconv.Itoa(n), func(s *flow.Spec) { s.Actions[i].AtMost = n })
			}
		}
	}
	for j, set := range a.Set {
		b.add(path+"/set/"+set.Name, 0, "set", set.Name, "", func(s *flow.Spec) { s.Actions[i].Set = dropped(a.Set, j) })
		b.expression(path+"/set/"+set.Name, "set", set.Expr, func(s *flow.Spec, x string) {
			s.Actions[i].Set = slices.Clone(a.Set)
			s.Actions[i].Set[j].Expr = x
		})
	}
	for j, mark := range a.Mark {
		b.add(path+"/mark/"+strconv.Itoa(j), 0, "mark", mark, "", func(s *flow.Spec) { s.Actions[i].Mark = dropped(a.Mark, j) })
	}
	for j, p := range a.Prolong {
		at := path + "/prolong/" + strconv.Itoa(j)
		b.add(at, 0, "prolong", p.Clock, "", func(s *flow.Spec) { s.Actions[i].Prolong = dropped(a.Prolong, j) })
		b.expression(at+"/by", "prolong", p.Units, func(s *flow.Spec, x string) {
			s.Actions[i].Prolong = slices.Clone(a.Prolong)
			s.Actions[i].Prolong[j].Units = x
		})
	}
	if a.Repin != "" {
		b.add(path+"/repin", 0, "repin", a.Repin, "", func(s *flow.Spec) { s.Actions[i].Repin = "" })
	}
}

func (b *breeder) guard(path, field, src string, set func(*flow.Spec, string)) {
	if src != "" {
		b.add(path, 0, field, src, "", func(s *flow.Spec) { set(s, "") })
		b.expression(path, field, src, set)
	}
}

func dropped[T any](list []T, i int) []T { return slices.Delete(slices.Clone(list), i, i+1) }

func (b *breeder) clock(i int, c *flow.ClockSpec, r *reach) {
	b.of = named(c.Name, c.NameEn, c.ID)
	path := "/clocks/" + c.ID
	b.limit(path+"/limit", i, c)
	other := map[string]string{"hours": "days", "days": "hours"}[c.Unit]
	b.add(path+"/unit", 0, "unit", c.Unit, other, func(s *flow.Spec) { s.Clocks[i].Unit = other })
	if len(c.While) == 1 || c.WhileHold != "" { // without any state there is no clock
		b.add(path, 0, "clock", c.ID, "", func(s *flow.Spec) { s.Clocks = dropped(s.Clocks, i) })
	} else {
		for j, state := range c.While {
			b.add(path+"/while/"+strconv.Itoa(j), 0, "while", state, "", func(s *flow.Spec) { s.Clocks[i].While = dropped(c.While, j) })
		}
	}
	if c.From != "" {
		b.add(path+"/from", 0, "from", c.From, "", func(s *flow.Spec) { s.Clocks[i].From = "" })
	}
	for j, h := range c.Pause {
		b.add(path+"/pause/"+strconv.Itoa(j), 0, "pause", h, "", func(s *flow.Spec) { s.Clocks[i].Pause = dropped(c.Pause, j) })
	}
	b.again(path, i, c, r)
	if c.OnDue != "" {
		b.add(path+"/on_due", 0, "on_due", c.OnDue, "", func(s *flow.Spec) { s.Clocks[i].OnDue = "" })
	}
}

// again makes a clock resume that starts anew, or the other way round. It is the same for a clock that no history
// enters twice, and for one that runs with a hold, which always starts anew.
func (b *breeder) again(path string, i int, c *flow.ClockSpec, r *reach) {
	was, now := "resume", "restart"
	if c.Again == "restart" {
		was, now = now, was
	}
	if c.WhileHold != "" || !r.reentered(func(f config) bool { return slices.Contains(c.While, f.state) }) {
		if c.Again != "" {
			b.barren++
		}
		return
	}
	b.add(path+"/again", 0, "again", was, now, func(s *flow.Spec) { s.Clocks[i].Again = now })
}

// limit changes a limit by one unit, and what stands inside of it.
func (b *breeder) limit(path string, i int, c *flow.ClockSpec) {
	set := func(s *flow.Spec, x string) { s.Clocks[i].Limit = x }
	if n, err := strconv.Atoi(c.Limit); err == nil {
		for _, k := range []int{n - 1, n + 1} {
			b.add(path, 0, "limit", c.Limit, strconv.Itoa(k), func(s *flow.Spec) { set(s, strconv.Itoa(k)) })
		}
		return
	}
	whole, simple := c.Limit, len(tokens(c.Limit)) <= 3 // one name
	if !simple {
		whole = "(" + whole + ")"
	}
	for _, by := range []string{" - 1", " + 1"} {
		b.add(path, 0, "limit", c.Limit, whole+by, func(s *flow.Spec) { set(s, whole+by) })
	}
	if !simple {
		b.expression(path, "limit", c.Limit, set)
	}
}

// slips are the words and signs of expressions that are easily mistaken for each other.
var slips = map[string]string{
	"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&&": "||", "||": "&&", "and": "or", "or": "and",
	"+": "-", "-": "+", "all": "any", "any": "all",
}

// expression changes each number and parameter of an expression by one, and each sign to the one next to it.
func (b *breeder) expression(path, field, src string, set func(*flow.Spec, string)) {
	text, list := []rune(src), tokens(src)
	change := func(from, to int, by string) {
		whole := string(text[:from]) + by + string(text[to:])
		left, right := excerpt(list, from, to)
		b.add(path, from, field, string(text[left:right]), string(text[left:from])+by+string(text[to:right]), func(s *flow.Spec) { set(s, whole) })
	}
	for i, t := range list {
		word := string(text[t.From:t.To])
		switch {
		case t.Kind == lexer.Number:
			if n, err := strconv.Atoi(word); err == nil {
				change(t.From, t.To, strconv.Itoa(n-1))
				change(t.From, t.To, strconv.Itoa(n+1))
			}
		case word == "param" && i+2 < len(list):
			end := list[i+2].To
			change(t.From, end, "("+string(text[t.From:end])+" - 1)")
			change(t.From, end, "("+string(text[t.From:end])+" + 1)")
		case t.Kind != lexer.String && slips[word] != "":
			change(t.From, t.To, slips[word])
		}
	}
}

// tokens are the words and signs of an expression that compiled.
func tokens(src string) (list []lexer.Token) {
	l := lexer.New()
	l.Reset(file.NewSource(src))
	for {
		t, err := l.Next()
		if err != nil || t.Is(lexer.EOF) {
			return list
		}
		list = append(list, t)
	}
}

// excerpt is the stretch of an expression to show for a change: with the names or numbers on both sides.
func excerpt(list []lexer.Token, from, to int) (left, right int) {
	part := func(t lexer.Token) bool {
		return t.Kind == lexer.Identifier || t.Kind == lexer.Number || t.Kind == lexer.String || t.Is(lexer.Operator, ".")
	}
	first := slices.IndexFunc(list, func(t lexer.Token) bool { return t.From >= from })
	last := first
	for last+1 < len(list) && list[last+1].From < to {
		last++
	}
	for first > 0 && part(list[first-1]) {
		first--
	}
	for last+1 < len(list) && part(list[last+1]) {
		last++
	}
	if first > 0 && part(list[first]) && list[first-1].Kind == lexer.Operator { // of a sum or comparison, its first half too
		for first--; first > 0 && part(list[first-1]); first-- {
		}
	}
	return list[first].From, list[last].To
}
