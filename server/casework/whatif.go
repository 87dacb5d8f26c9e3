package casework

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/store"
)

// Move is one running clock of a case that would be due at another instant, or have another limit.
type Move struct {
	CaseLine
	Clock           flow.ClockSpec
	WasDue, Due     *time.Time // while paused, were it resumed at the instant; nil: not going, before or after
	WasLimit, Limit int
	BecomesOverdue  bool // it is in time, and would not be
}

// WhatIf is what is known of a question about the cases under way, after so many of them.
type WhatIf struct {
	Cases   int // looked at
	Moves   []Move
	Failed  int   // cases that cannot be brought there
	Problem error // of the first of them
}

// WhatIfPublished says what publishing a catalogue would do to the cases under way: they keep their definitions and
// come under its calendar. It asks the code that does so afterwards. answers come in batches, until ctx ends.
func (s *Service) WhatIfPublished(ctx context.Context, to *definitions.Catalogue, answer func(WhatIf)) error {
	return s.whatIf(ctx, func(list []*loaded, at time.Time) (out WhatIf) {
		for _, k := range list {
			moves, err := k.flow.WhatIf(&k.scope, k.events, flow.Change{Flow: k.flow.Flow, Scope: &k.scope, Calendar: to.Calendar}, at)
			if err != nil {
				out.fail(fmt.Errorf("case %s: %w", k.ID, err))
			}
			for _, m := range moves {
				out.Moves = append(out.Moves, s.move(k, m))
			}
		}
		return out
	}, answer)
}

// WhatIfUnder says how the cases under way would stand, had they been under a catalogue from the beginning, and its
// calendar from now on. Publishing does not bring them there.
func (s *Service) WhatIfUnder(ctx context.Context, to *definitions.Catalogue, answer func(WhatIf)) error {
	return s.whatIf(ctx, func(list []*loaded, at time.Time) (out WhatIf) {
		byID := make(map[string]*loaded, len(list))
		cases := make([]definitions.Running, len(list))
		for i, k := range list {
			byID[k.ID], cases[i] = k, k.running()
		}
		for m, err := range to.WhatIf(slices.Values(cases), at) {
			if err != nil {
				out.fail(err)
				continue
			}
			out.Moves = append(out.Moves, s.move(byID[m.Case], m.Move))
		}
		return out
	}, answer)
}

func (w *WhatIf) fail(err error) {
	w.Failed++
	if w.Problem == nil {
		w.Problem = err
	}
}

// whatIf asks about every case under way, oldest first, a page at a time.
func (s *Service) whatIf(ctx context.Context, ask func([]*loaded, time.Time) WhatIf, answer func(WhatIf)) error {
	at, open := s.instant(), true
	for heads, err := range s.pages(ctx, store.CaseQuery{Open: &open, Sort: "opened"}) {
		if err != nil {
			return fmt.Errorf("cases under way: %w", err)
		}
		cases, failed := make([]*loaded, len(heads)), make([]error, len(heads))
		sideBySide(indexes(heads), func(i int) string { return heads[i].ID }, func(i int) {
			cases[i], failed[i] = s.asOf(ctx, heads[i].ID, at)
		})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		out := ask(slices.DeleteFunc(cases, func(k *loaded) bool { return k == nil }), at)
		for _, err := range failed {
			if err != nil && !errors.Is(err, errEnded) {
				out.fail(err)
			}
		}
		out.Cases = len(heads)
		answer(out)
	}
	return nil
}

// errEnded says that a case ends by itself before the instant asked about.
var errEnded = errors.New("the case has ended")

// asOf is a case with everything that happens to it by itself up to an instant.
func (s *Service) asOf(ctx context.Context, id string, at time.Time) (*loaded, error) {
	k, err := s.load(ctx, id)
	if err != nil {
		return nil, err
	}
	dec, err := s.ahead(ctx, k, at)
	if err != nil {
		return nil, err
	}
	k.events, k.state = append(k.events, dec.Events...), dec.State
	if k.finalIn(&k.state) {
		return nil, errEnded
	}
	return k, nil
}

func (s *Service) move(k *loaded, m flow.Move) Move {
	spec, _ := clockSpec(k.flow, m.Clock)
	return Move{s.line(&k.Head, s.instant()), spec, m.Was, m.Now, m.LimitWas, m.LimitNow, m.BecomesOverdue()}
}

// running is the case as questions about other definitions take it: item revisions are named without the catalogue
// that has them.
func (k *loaded) running() definitions.Running {
	sc := k.scope
	sc.Item, sc.Current = bare(sc.Item), bare(sc.Current)
	if sc.Items != nil {
		sc.Items = map[string]map[string]any{}
		for pin, fields := range k.scope.Items {
			sc.Items[bare(pin)] = fields
		}
	}
	events := slices.Clone(k.events)
	for i := range events {
		if pin := events[i].Pins["item"]; pin != "" {
			events[i].Pins = maps.Clone(events[i].Pins)
			events[i].Pins["item"] = bare(pin)
		}
	}
	return definitions.Running{ID: k.ID, Flow: k.Head.Flow, Catalogue: k.cat, Scope: &sc, Events: events}
}

// bare is an item revision without its catalogue; see itemPin.
func bare(pin string) string {
	_, revision, _ := strings.Cut(pin, "/")
	return revision
}

func indexes[T any](list []T) []int {
	out := make([]int, len(list))
	for i := range out {
		out[i] = i
	}
	return out
}
