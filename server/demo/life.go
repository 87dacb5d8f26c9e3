package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/server/casework"
	"banli/store"
)

// life is one project of the demo while it is being played.
type life struct {
	plan
	cases   *casework.Service // by the clock of this project alone
	at      time.Time         // what that clock shows
	cat     *definitions.Catalogue
	people  []Person
	days    *days
	owner   flow.Actor
	answers map[string]any
	moments []moment
	project string            // id, once registered
	paper   *casework.FileRef // what the owner hands in for every material
}

// deed is something somebody does so many working days ago, moment one at its instant.
type (
	deed struct {
		ago int
		do  func(context.Context) error
	}
	moment struct {
		at time.Time
		do func(context.Context) error
	}
)

// all is everything that happens to the project, in order.
func (l *life) all() []moment {
	var out []moment
	place := func(deeds []deed) {
		ago := make([]int, len(deeds))
		for i, d := range deeds {
			ago[i] = max(0, d.ago)
		}
		for i, at := range l.days.at(ago) {
			out = append(out, moment{at, deeds[i].do})
		}
	}
	place(l.registering())
	if l.answers["regime"] == "FILING" {
		place(l.filings())
	}
	for _, wave := range l.waves {
		for i, a := range wave {
			place(l.applying(a, wave[(i+1)%len(wave)].item.ID))
		}
	}
	slices.SortStableFunc(out, func(a, b moment) int { return a.at.Compare(b.at) })
	return out
}

// play does everything in order, with the clock at each instant; what is due between happens too. A refused act
// ends it: what was to follow would make no sense.
func (l *life) play(ctx context.Context) (acts int, err error) {
	for _, m := range l.moments {
		l.at = m.at
		if err := m.do(ctx); err != nil {
			return acts, fmt.Errorf("%s: %s: %w", l.answers["name"], m.at.Format(time.DateTime), err)
		}
		acts++
	}
	return acts, nil
}

// registering is the registration and what the window and the departments make of it.
func (l *life) registering() (deeds []deed) {
	add := func(ago int, do func(context.Context) error) { deeds = append(deeds, deed{ago, do}) }
	add(l.ago, l.register)
	window := func(do string, input map[string]any) func(context.Context) error {
		return func(ctx context.Context) error {
			return l.act(ctx, l.staff("general_window", ""), "registration", "", "", do, input)
		}
	}
	if l.window == "submitted" {
		return deeds
	}
	if l.window == "withdrawn" {
		add(l.ago, func(ctx context.Context) error {
			return l.act(ctx, l.owner, "registration", "", "", "withdraw", map[string]any{"reason": "投资方案调整"})
		})
		return deeds
	}
	if l.window == "confirmed" {
		add(l.ago, window("confirm", nil))
		return deeds
	}
	if l.window == "cancelled" {
		add(l.ago, window("cancel", map[string]any{"reason_code": "incomplete", "note": "建设地点与附图不一致，请更正后重新提交。"}))
		return deeds
	}
	asked := make([]any, len(l.asked))
	for i, d := range l.asked {
		asked[i] = d
	}
	add(l.ago, window("dispatch", map[string]any{"stage": "S1", "departments": asked, "note": "请回复本阶段需办事项。"}))
	answering := l.asked
	if l.late || l.window == "dispatched" {
		answering = answering[:len(answering)-1] // the last one lets its time pass, or has some left
	}
	for i, d := range answering {
		days := l.ago - 1 - i/2
		if days < 0 || l.window == "dispatched" && i > 0 {
			break
		}
		add(days, func(ctx context.Context) error {
			return l.act(ctx, l.staff("dept_window", d), "reply", d, "", "reply", map[string]any{"items": l.itemsOf(d)})
		})
	}
	return deeds
}

// filings is what the filing authority does.
func (l *life) filings() (deeds []deed) {
	dept, item := "FG", "FG05"
	if l.answers["project_category"] == "02" {
		dept, item = "JX", "JX01"
	}
	add := func(ago int, who flow.Actor, do string, input map[string]any) {
		deeds = append(deeds, deed{ago, func(ctx context.Context) error { return l.act(ctx, who, "filing", dept, item, do, input) }})
	}
	handler := l.staff("handler", dept)
	ask := map[string]any{"items": []any{"补充建设规模的数量与单位"}, "reason": "备案信息不完整"}
	switch l.filing {
	case "filed":
		add(l.ago-1, handler, "file", nil)
	case "not_applicable":
		add(l.ago-1, handler, "not_applicable", map[string]any{"reason_code": "needs_ratification", "advice": "本项目在核准目录内，请按核准制重新登记。"})
	case "correction":
		add(l.ago-1, handler, "issue_correction", ask)
	case "resubmitted":
		add(l.ago-1, handler, "issue_correction", ask)
		add(l.ago-2, l.owner, "supplement", nil)
	}
	return deeds
}

// applying is one application and what the department makes of it. other is another item of the same wave.
func (l *life) applying(a applied, other string) (deeds []deed) {
	ago := a.age + a.length()
	for i, b := range a.beats {
		ago -= b.days
		if i == 0 {
			deeds = append(deeds, deed{ago, func(ctx context.Context) error { return l.apply(ctx, a) }})
			continue
		}
		who := l.owner
		if b.role != "owner" {
			who = l.staff(b.role, a.item.Department)
		}
		if b.do == "open_wait" {
			b = b.of(map[string]any{"items": []any{other}})
		}
		deeds = append(deeds, deed{ago, func(ctx context.Context) error {
			return l.act(ctx, who, a.item.Flow, "", a.item.ID, b.do, b.input)
		}})
	}
	return deeds
}

func (l *life) register(ctx context.Context) error {
	p, err := l.cases.Register(ctx, l.owner, casework.Registration{Answers: l.answers})
	if err != nil {
		return reason(err)
	}
	l.project = p.ID
	return nil
}

func (l *life) apply(ctx context.Context, a applied) error {
	if l.paper == nil {
		ref, err := l.cases.PutFile(ctx, l.owner, "申请材料.pdf", bytes.NewReader(blankPage))
		if err != nil {
			return err
		}
		l.paper = &ref
	}
	files := map[string][]casework.FileRef{}
	for _, m := range a.item.Materials {
		files[m.ID] = []casework.FileRef{*l.paper}
	}
	_, err := l.cases.Apply(ctx, l.owner, l.project, a.item.ID, casework.Application{
		Answers: application(l.answers, a.item.Name), Files: files,
	})
	return reason(err)
}

// act does something in the newest case of the project that fits.
func (l *life) act(ctx context.Context, who flow.Actor, kind, dept, item, do string, input map[string]any) error {
	page, err := l.cases.Store.Cases(ctx, store.CaseQuery{Project: l.project, Flow: kind, Department: dept, Item: item, Sort: "-opened", Limit: 1})
	if err != nil {
		return err
	}
	if len(page.Rows) == 0 {
		return fmt.Errorf("%s: there is no case of flow %s, department %q, item %q", do, kind, dept, item)
	}
	return reason(l.cases.Do(ctx, who, page.Rows[0].ID, casework.ActCmd{Do: do, Input: input}))
}

// itemsOf are the items of the first stage that a department names in its reply.
func (l *life) itemsOf(dept string) []any {
	items := []any{}
	for _, wave := range chainOf(l.cat, l.days.now, l.answers) {
		for _, it := range wave {
			if it.Department == dept && it.Stage == "S1" {
				items = append(items, it.ID)
			}
		}
	}
	return items
}

// reason adds to an error what is wrong with the answers.
func reason(err error) error {
	if bad, ok := errors.AsType[*casework.Invalid](err); ok {
		return fmt.Errorf("%w: %v", err, bad.Problems)
	}
	return err
}
