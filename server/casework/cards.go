package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"banli/engine/flow"
	"banli/store"
)

// Cards stand among the marks of a head, so that lists can be asked for them. [CaseLine] tells them apart again.
const (
	YellowCard = "yellow_card"
	RedCard    = "red_card"
)

// CardMark is the mark that tells of a card of a colour.
func CardMark(color string) string {
	return map[string]string{flow.Yellow: YellowCard, flow.Red: RedCard}[color]
}

// CardLine is a card of a case in a list, with the clock it was given for (T27).
type CardLine struct {
	CaseLine
	flow.Card
	ClockName, ClockNameEn string
}

// DepartmentCard is a card of a department for marks its cases were left with in a month (T27).
type DepartmentCard struct {
	flow.DepartmentCard
	Flow string
}

// noted is what a line tells of a mark that counts towards the cards of a department.
type noted struct {
	Flow       string    `json:"flow"`
	Department string    `json:"department"`
	Mark       string    `json:"mark"`
	At         time.Time `json:"at"`
}

// cards are those the case was given up to an instant, and the next one it would get if nobody did anything; zero:
// none.
func (k *loaded) cards(events []flow.Event, at time.Time) (given []flow.Card, next time.Time, err error) {
	if len(k.flow.Spec.Cards) == 0 {
		return nil, next, nil
	}
	all, err := k.flow.Cards(&k.scope, events, at.AddDate(100, 0, 0))
	if err != nil {
		return nil, next, fmt.Errorf("cards: %w", err)
	}
	if given, err = k.flow.Cards(&k.scope, events, at); err != nil {
		return nil, next, fmt.Errorf("cards: %w", err)
	}
	if len(all) > len(given) {
		next = all[slices.IndexFunc(all, func(c flow.Card) bool { return !slices.Contains(given, c) })].At
	}
	return given, next, nil
}

// splitMarks tells the marks of a head from its cards.
func splitMarks(all []string) (marks, cards []string) {
	for _, m := range all {
		if m == YellowCard || m == RedCard {
			cards = append(cards, m)
		} else {
			marks = append(marks, m)
		}
	}
	return marks, cards
}

// Cards lists the cards of one colour, as q.Mark says, of the cases that the actor may see; only for those who work
// on cases or watch them.
func (s *Service) Cards(ctx context.Context, actor flow.Actor, q store.CaseQuery) (store.Page[CardLine], error) {
	var out store.Page[CardLine]
	if scopes[actor.Role] < department {
		return out, fmt.Errorf("cards: %w", store.ErrNotFound)
	}
	page, _, err := s.Queue(ctx, actor, q)
	if err != nil {
		return out, err
	}
	out.Next = page.Next
	for _, l := range page.Rows {
		k, err := s.load(ctx, l.ID)
		if err != nil {
			return out, err
		}
		given, _, err := k.cards(k.events, s.instant())
		if err != nil {
			return out, fmt.Errorf("case %s: %w", l.ID, err)
		}
		for _, c := range given {
			if CardMark(c.Color) == q.Mark {
				spec, _ := clockSpec(k.flow, c.Clock)
				out.Rows = append(out.Rows, CardLine{l, c, spec.Name, spec.NameEn})
			}
		}
	}
	return out, nil
}

// note keeps a mark that counts towards the cards of a department.
func (s *Service) note(ctx context.Context, l store.Line) error {
	var n noted
	if err := json.Unmarshal(l.Data, &n); err != nil {
		return err
	}
	doc := &store.Doc{ID: l.ID, Index: [3]string{s.month(n.At), n.Department, n.Flow}, Data: l.Data}
	if err := s.Store.Docs("marks").Insert(ctx, doc); err != nil && !errors.Is(err, store.ErrExists) {
		return err
	}
	return nil
}

// month is the calendar month of an instant where we are: 2018-05.
func (s *Service) month(at time.Time) string {
	return at.In(s.Catalogues.Current().Calendar.Zone()).Format("2006-01")
}

// DepartmentCards lists the cards that departments got in a month such as 2018-05, earliest first, by the rules in
// force now.
func (s *Service) DepartmentCards(ctx context.Context, actor flow.Actor, month string) ([]DepartmentCard, error) {
	if scopes[actor.Role] < department {
		return nil, fmt.Errorf("cards of departments: %w", store.ErrNotFound)
	}
	docs, err := findAll(ctx, s.Store.Docs("marks"), store.DocQuery{Index: [3]string{month}})
	if err != nil {
		return nil, fmt.Errorf("marks of %s: %w", month, err)
	}
	marks := map[string][]flow.Noted{}
	for _, d := range docs {
		var n noted
		if err := json.Unmarshal(d.Data, &n); err != nil {
			return nil, fmt.Errorf("mark %s: %w", d.ID, err)
		}
		if scopes[actor.Role] == all || actor.Department == n.Department {
			marks[n.Flow] = append(marks[n.Flow], flow.Noted{Department: n.Department, Mark: n.Mark, At: n.At})
		}
	}
	cat := s.Catalogues.Current()
	sc := flow.Scope{Calendar: cat.Calendar, Param: cat.Params(), Policy: cat.PolicyValues()}
	var out []DepartmentCard
	for _, id := range slices.Sorted(maps.Keys(marks)) {
		f := cat.Flows[id]
		if f == nil {
			continue
		}
		cards, err := f.DepartmentCards(&sc, marks[id])
		if err != nil {
			return nil, fmt.Errorf("cards of flow %s: %w", id, err)
		}
		for _, c := range cards {
			out = append(out, DepartmentCard{c, id})
		}
	}
	slices.SortStableFunc(out, func(a, b DepartmentCard) int { return a.At.Compare(b.At) })
	return out, nil
}
