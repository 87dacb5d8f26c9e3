package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"banli/engine/flow"
	"banli/store"
)

const (
	maxAttempts = 12               // then a line is poison: set aside, shown, not tried again
	maxBackOff  = 10 * time.Minute // between attempts
)

type signalLine struct {
	Signal flow.Signal `json:"signal"`
	Done   string      `json:"done,omitempty"` // key of this case among its parent's children, when it is finished
}

// Deliver delivers outbox lines whose turn has come, those of one case in their order, with back-off for those that
// fail; a line that keeps failing is set aside. It says how many it delivered.
func (s *Service) Deliver(ctx context.Context, now time.Time) (delivered int, err error) {
	for ctx.Err() == nil {
		lines, err := s.Store.Outbox(ctx, now, dueGroup)
		if err != nil {
			return delivered, fmt.Errorf("outbox: %w", err)
		}
		if len(lines) == 0 {
			break
		}
		var mu sync.Mutex
		var failed error
		sideBySide(lines, func(l store.Line) string { return l.Case }, func(l store.Line) {
			problem := s.deliver(ctx, l)
			var err error
			if problem != nil {
				err = s.delay(ctx, l, now, problem)
			}
			mu.Lock()
			defer mu.Unlock()
			if problem == nil {
				delivered++
			}
			failed = errors.Join(failed, err)
		})
		if failed != nil {
			return delivered, failed
		}
	}
	return delivered, ctx.Err()
}

func (s *Service) delay(ctx context.Context, l store.Line, now time.Time, problem error) error {
	poison := l.Attempts+1 >= maxAttempts
	wait := min(time.Second<<l.Attempts, maxBackOff)
	s.log().WarnContext(ctx, "effect not delivered", "line", l.ID, "attempt", l.Attempts+1, "set_aside", poison, "problem", problem)
	err := s.Store.DelayLine(ctx, l.ID, now.Add(wait), problem.Error(), poison)
	if errors.Is(err, store.ErrNotFound) { // somebody else delivered it
		return nil
	}
	return err
}

// deliverNow delivers fresh lines, and those that follow from them, as far as it goes: what fails now is the
// worker's, and never undoes the action.
func (s *Service) deliverNow(ctx context.Context, lines []store.Line) {
	for _, l := range lines {
		if err := s.deliver(ctx, l); err != nil {
			s.log().DebugContext(ctx, "effect left to the worker", "line", l.ID, "problem", err)
			if s.Wake != nil {
				s.Wake(s.instant())
			}
		}
	}
}

// deliver applies a line once, however often it is called.
func (s *Service) deliver(ctx context.Context, l store.Line) error {
	apply, ok := map[string]func(context.Context, store.Line) error{
		lineProject:  s.followProject,
		lineSpawn:    s.openChild,
		lineSignal:   s.signal,
		lineDocument: s.issue,
		lineMark:     s.note,
	}[l.Kind]
	if !ok {
		return fmt.Errorf("line %s: unknown kind %q", l.ID, l.Kind)
	}
	if err := apply(ctx, l); err != nil {
		return fmt.Errorf("line %s: %w", l.ID, err)
	}
	return s.Store.DoneLine(ctx, l.ID)
}

// openChild opens the child case that a line asks for, at the instant of the event that asked.
func (s *Service) openChild(ctx context.Context, l store.Line) error {
	var sp flow.Spawn
	if err := unmarshal(l.Data, &sp); err != nil {
		return err
	}
	parent, err := s.load(ctx, l.Case)
	if err != nil {
		return err
	}
	cat, err := s.Catalogues.InForce(ctx, sp.At)
	if err != nil {
		return err
	}
	k, err := s.newCase(ctx, cat, parent.project, opening{
		key: parent.ID + "/" + sp.Key, flow: sp.Flow, item: sp.Item, department: sp.Department, parent: parent.ID, at: sp.At,
	})
	if err != nil {
		return err
	}
	dec, err := k.decide(flow.Command{
		Do: sp.Do, At: sp.At.In(cat.Calendar.Zone()), By: flow.Actor{Role: "signal"}, Input: sp.Input,
		Granted: extraOf(parent.project).Granted, Key: lineKey(l),
	})
	if err != nil {
		return err
	}
	lines, err := s.insert(ctx, k, dec, nil)
	if errors.Is(err, store.ErrExists) {
		return nil // by an earlier delivery
	}
	if err != nil {
		return err
	}
	s.deliverNow(ctx, lines)
	_, _, err = s.reform(ctx, k.ID, s.instant()) // where it began before a calendar that the others are under by now
	return err
}

// signal acts in the parent of a case, or in the cases of its project that may wait for its item.
func (s *Service) signal(ctx context.Context, l store.Line) error {
	var sig signalLine
	if err := unmarshal(l.Data, &sig); err != nil {
		return err
	}
	h, err := s.Store.Head(ctx, l.Case)
	if err != nil {
		return err
	}
	if sig.Signal.To == "parent" {
		if h.Parent == "" {
			return nil // opened by hand: nobody to tell
		}
		cmd := flow.Command{Do: sig.Signal.Do, At: sig.Signal.At, Key: lineKey(l)}
		if sig.Done != "" {
			cmd.Done = []string{sig.Done}
		}
		return s.signalTo(ctx, h.Parent, cmd)
	}
	if err := s.noteGrant(ctx, h.Project, h.Item); err != nil {
		return err
	}
	open := true
	others, err := s.heads(ctx, store.CaseQuery{Project: h.Project, Open: &open})
	if err != nil {
		return err
	}
	var failed []error
	for _, o := range others {
		if o.ID == h.ID {
			continue
		}
		// What is granted goes with every command; see decide.
		failed = append(failed, s.signalTo(ctx, o.ID, flow.Command{Do: sig.Signal.Do, At: sig.Signal.At, Key: lineKey(l)}))
	}
	return errors.Join(failed...)
}

// signalTo does a signalled act in a case, once. A case in which it is not lawful has no use for it.
func (s *Service) signalTo(ctx context.Context, id string, cmd flow.Command) error {
	cmd.By = flow.Actor{Role: "signal"}
	for range maxTries {
		k, _, err := s.reform(ctx, id, cmd.At)
		if err != nil {
			return err
		}
		if k.has(cmd.Key) || k.flow.Action(cmd.Do) == nil {
			return nil
		}
		c := cmd
		c.At = k.notBefore(cmd.At)
		dec, err := k.decide(c)
		if _, refused := errors.AsType[*flow.Refusal](err); refused {
			return nil
		}
		if err != nil {
			return err
		}
		lines, err := s.append(ctx, k, dec, nil, nil)
		switch {
		case err == nil:
			s.deliverNow(ctx, lines)
			return nil
		case errors.Is(err, store.ErrDuplicate):
			return nil
		case !errors.Is(err, store.ErrConflict):
			return err
		}
	}
	return fmt.Errorf("case %s: %w, %d times in a row", id, store.ErrConflict, maxTries)
}

// lineKey is the idempotency key under which a line is applied; people's keys begin otherwise, see personKey.
func lineKey(l store.Line) string { return "line:" + l.ID }

func personKey(a flow.Actor, key string) string {
	if key == "" {
		return ""
	}
	return "by:" + a.User + ":" + key
}

// spawnKey is the key of a child among its parent's children.
func (k *loaded) spawnKey() string { return strings.TrimPrefix(k.Key, k.Head.Parent+"/") }

func (s *Service) log() *slog.Logger {
	if s.Log != nil {
		return s.Log
	}
	return slog.Default()
}

// projectLine is what the project's record takes over from a case.
type projectLine struct {
	Insert  *store.Project  `json:"insert,omitempty"`  // the record itself, when the case is the registration
	Answers json.RawMessage `json:"answers,omitempty"` // new registration answers (T2)
	FormRev string          `json:"form_rev,omitempty"`
}
