package flow

import (
	"slices"
	"strconv"
	"time"

	"banli/engine/calendar"
	"banli/engine/rule"
)

// Colours of a card.
const (
	Yellow = "yellow"
	Red    = "red"
)

// Card is a card given for a clock of a case (T27). It stays, whatever happens later.
type Card struct {
	Color, Clock, Rule string
	Run                int       // of the clock
	At                 time.Time // given once this instant is over
}

// Cards lists the cards a case was given up to an instant, earliest first: for the
// present run of each clock and for those before it. The case's events are all that
// have happened by then; see [Flow.Advance].
func (f *Flow) Cards(sc *Scope, events []Event, at time.Time) ([]Card, error) {
	v := f.vars(sc, f.clone(&State{}))
	defer v.release()
	var list []Card
	for i := range events {
		before := f.clone(v.s)
		if err := v.apply(&events[i]); err != nil {
			return nil, err
		}
		for j := range before.clocks {
			if run := &before.clocks[j]; v.s.clocks[j].no != run.no {
				var err error
				if list, err = v.cards(list, run, before.pauses, v.s.at); err != nil {
					return nil, err
				}
			}
		}
	}
	for i := range v.s.clocks {
		var err error
		if list, err = v.cards(list, &v.s.clocks[i], v.s.pauses, calendar.At(at)); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(a, b Card) int { return a.At.Compare(b.At) })
	return list, nil
}

// cards adds those of one run, which is over at end at the latest.
func (v *vars) cards(list []Card, run *run, pauses []pause, end calendar.Instant) ([]Card, error) {
	end = min(end, run.stoppedAt)
	k := &v.f.clocks[run.clock]
	t := v.timer(k, run)
	t.pauses = pauses
	for i := range v.f.cards {
		c := &v.f.cards[i]
		if c.Clock != k.ID {
			continue
		}
		beyond, err := c.number(v)
		if err != nil {
			return nil, err
		}
		given, ok := t.reach(t.limit() + t.amount(beyond))
		// What the clock did at its due instant, nobody did in time.
		if ok && (end > given || run.expired && end >= given) {
			list = append(list, Card{c.Color, c.Clock, c.Rule, int(run.no), given.In(v.zone())})
		}
	}
	return list, nil
}

// Noted is a mark that a case of a department was left with.
type Noted struct {
	Department, Mark string
	At               time.Time
}

// DepartmentCard is a card given to a department for marks of its cases in one calendar month (T27).
type DepartmentCard struct {
	Department, Color, Mark, Rule string
	Month                         string    // 2018-05
	Times                         int       // marks in the month, as far as they are given
	At                            time.Time // of the mark that made it so many
}

// DepartmentCards lists the cards that departments get for marks in any order, earliest
// first; the marks are those of all cases of the flow. A month is one of the calendar's zone.
func (f *Flow) DepartmentCards(sc *Scope, marks []Noted) ([]DepartmentCard, error) {
	marks = slices.Clone(marks)
	slices.SortStableFunc(marks, func(a, b Noted) int { return a.At.Compare(b.At) })
	v := f.vars(sc, &State{})
	defer v.release()
	var list []DepartmentCard
	for i := range f.cards {
		c := &f.cards[i]
		if c.Mark == "" {
			continue
		}
		times, err := c.number(v)
		if err != nil {
			return nil, err
		}
		type key struct{ department, month string }
		seen, given := map[key]int{}, map[key]int{}
		for _, m := range marks {
			if m.Mark != c.Mark {
				continue
			}
			at := m.At.In(sc.Calendar.Zone())
			k := key{m.Department, at.Format("2006-01")}
			switch seen[k]++; {
			case seen[k] == max(times, 1):
				given[k] = len(list)
				list = append(list, DepartmentCard{m.Department, c.Color, c.Mark, c.Rule, k.month, seen[k], at})
			case seen[k] > times:
				list[given[k]].Times = seen[k]
			}
		}
	}
	slices.SortStableFunc(list, func(a, b DepartmentCard) int { return a.At.Compare(b.At) })
	return list, nil
}

// card is a compiled [CardSpec].
type card struct {
	*CardSpec
	count *rule.Rule // After or Times
}

func (c *card) number(v *vars) (int, error) {
	if c.count == nil {
		return 0, nil
	}
	return c.count.Int(&v.rec)
}

func (c *compiler) cards() {
	for i := range c.spec.Cards {
		s := &c.spec.Cards[i]
		path := "/cards/" + strconv.Itoa(i)
		if s.Color != Yellow && s.Color != Red {
			c.fault(path+"/color", "wrong-value", `color is "`+s.Color+`", expected yellow or red`, "")
		}
		out := card{CardSpec: s}
		switch {
		case (s.Clock == "") == (s.Mark == ""):
			c.fault(path, "missing-field", "a card is for a clock that is over, or for a mark given too often", "give either clock: or mark:")
		case s.Clock != "":
			c.one(path+"/clock", "clock", s.Clock, c.clockIDs)
			out.count = c.compile(path+"/after", s.After, c.base(false), rule.Int)
		default:
			c.one(path+"/mark", "mark", s.Mark, c.marks())
			if s.Times == "" {
				c.fault(path, "missing-field", "a card for a mark says how often in a month", "add times: with a number or an expression")
			}
			out.count = c.compile(path+"/times", s.Times, c.base(false), rule.Int)
		}
		c.f.cards = append(c.f.cards, out)
	}
}

// marks are those that actions leave.
func (c *compiler) marks() (list []string) {
	for i := range c.spec.Actions {
		list = append(list, c.spec.Actions[i].Mark...)
	}
	return list
}
