package definitions

import (
	"cmp"
	"io/fs"
	"slices"
)

// readItems reads every item. Their expressions are compiled later, when forms have given them types.
func (l *loader) readItems(fs.FS) {
	for _, o := range l.of("item") {
		it := l.readItem(o)
		l.cat.Items, l.sources[it] = append(l.cat.Items, it), o
	}
	rank := map[string]int{}
	for i, s := range l.cat.Stages {
		rank[s.ID] = i
	}
	first := map[string]int{} // revisions of one item stay together, where the first of them stands
	for i, it := range l.cat.Items {
		if _, ok := first[it.ID]; !ok {
			first[it.ID] = i
		}
	}
	slices.SortStableFunc(l.cat.Items, func(a, b *Item) int {
		return cmp.Or(cmp.Compare(rank[a.Stage], rank[b.Stage]), cmp.Compare(first[a.ID], first[b.ID]), cmp.Compare(a.Valid.From, b.Valid.From))
	})
}

func (l *loader) readItem(o *object) *Item {
	it := &Item{
		ID: o.id, Name: o.get("name").text(), NameEn: o.get("name_en").text(), Revision: o.id + "@" + digest(o.text),
		Kind: o.get("type").text(), Department: o.get("department").text(), Stage: o.get("stage").text(),
		Flow: o.get("flow").text(), Form: o.get("form").text(), AppliesTo: o.get("applies_to").texts(),
		AppliesWhenText: o.get("applies_when_text").text(), AppliesWhenEn: o.get("applies_when_text_en").text(), Review: o.get("review").texts(), Steps: o.get("steps").texts(),
		Statutory: readLimit(o, o.get("statutory")), Promised: readLimit(o, o.get("promised")),
		Fees: o.get("fees").text(), Contact: readContact(o.get("contact")), AlignsWith: o.get("aligns_with").text(),
		Valid: l.period(o, o.get("valid")), Place: o.get("id").place(o), object: o,
	}
	for _, v := range o.get("basis").list() {
		l.period(o, v)
		it.Basis = append(it.Basis, Basis{
			v.get("instrument").text(), v.get("instrument_en").text(), v.get("number").text(), v.get("article").text(),
			v.get("from").text(), v.get("to").text(), v.get("text").text(),
		})
	}
	for _, v := range o.get("conditions").list() {
		c := Condition{Text: v.get("text").text(), TextEn: v.get("text_en").text()}
		if c.Text == "" {
			c.Text = v.text()
		}
		it.Conditions = append(it.Conditions, c)
	}
	for _, v := range o.get("materials").list() {
		it.Materials = append(it.Materials, readMaterial(v))
	}
	for _, v := range o.get("prerequisites").list() {
		p := Prerequisite{AnyOf: v.get("any_of").texts(), Text: v.get("text").text(), En: v.get("text_en").text()}
		if t := v.text(); t != "" {
			p.AnyOf = []string{t}
		}
		it.Prerequisites = append(it.Prerequisites, p)
	}
	for _, v := range o.get("results").list() {
		it.Results = append(it.Results, Result{
			v.get("id").text(), v.get("name").text(), v.get("name_en").text(), v.get("document").text(), v.get("validity").text(),
		})
	}
	for _, v := range o.get("faq").list() {
		it.FAQ = append(it.FAQ, QA{v.get("question").text(), v.get("answer").text()})
	}
	return it
}

func readLimit(o *object, v value) Limit {
	if !v.ok() {
		return Limit{}
	}
	return Limit{v.get("days").integer(), v.get("source").text(), v.get("mark").text(), v.get("days").place(o)}
}

func readMaterial(v value) *Material {
	return &Material{
		ID: v.get("id").text(), Name: v.get("name").text(), NameEn: v.get("name_en").text(),
		Required: cmp.Or(v.get("required").text(), "always"), WhenText: v.get("when_text").text(), WhenEn: v.get("when_text_en").text(),
		Form: v.get("form").text(), Deferrable: v.get("deferrable").yes(),
		DeferUntil: cmp.Or(v.get("defer_until").text(), "accept"), Types: v.get("types").texts(),
		MaxMB: v.get("max_mb").integer(), FromItem: v.get("from_item").text(), Source: v.get("source").text(),
		Where: v.get("where").text(), Note: v.get("note").text(),
	}
}
