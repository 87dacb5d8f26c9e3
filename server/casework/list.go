package casework

import (
	"context"
	"fmt"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/store"
)

// Queue lists cases that the actor may see, and counts them by lamp (over all pages, whatever q.Lamp says).
func (s *Service) Queue(ctx context.Context, actor flow.Actor, q store.CaseQuery) (store.Page[CaseLine], store.LampCounts, error) {
	var out store.Page[CaseLine]
	if !narrow(actor, &q) {
		return out, store.LampCounts{}, nil
	}
	now := s.instant()
	q.Now = now
	page, err := s.Store.Cases(ctx, q)
	if err != nil {
		return out, store.LampCounts{}, fmt.Errorf("queue: %w", err)
	}
	out.Next = page.Next
	names := map[string]string{}
	for i := range page.Rows {
		l := s.line(&page.Rows[i], now)
		if id := l.Assignee; id != "" {
			if names[id] == "" {
				names[id] = s.Person(ctx, id)
			}
			l.AssigneeName = names[id]
		}
		out.Rows = append(out.Rows, l)
	}
	every := q
	every.Lamp = ""
	counts, err := s.Store.Tally(ctx, every, "")
	if err != nil {
		return out, store.LampCounts{}, fmt.Errorf("count queue: %w", err)
	}
	return out, counts[""], nil
}

// Tally counts cases that the actor may see by lamp, per "department", "flow", "item" or "state".
func (s *Service) Tally(ctx context.Context, actor flow.Actor, q store.CaseQuery, by string) (map[string]store.LampCounts, error) {
	if !narrow(actor, &q) {
		return nil, nil
	}
	q.Now = s.instant()
	counts, err := s.Store.Tally(ctx, q, by)
	if err != nil {
		return nil, fmt.Errorf("tally by %s: %w", by, err)
	}
	return counts, nil
}

// line words a head at an instant, from the catalogue in force: no case is loaded for a list.
func (s *Service) line(h *store.Head, now time.Time) CaseLine {
	cat := s.Catalogues.Current()
	l := CaseLine{Head: *h, Lamp: h.Lamp(now)}
	l.Marks, l.Cards = splitMarks(h.Marks)
	if d := cat.Department(h.Department); d != nil {
		l.DepartmentName, l.DepartmentNameEn = d.Name, d.NameEn
	}
	if it := cat.AnyItem(h.Item); it != nil {
		l.ItemName, l.ItemNameEn = it.Name, it.NameEn
	}
	f := cat.Flows[h.Flow]
	if f == nil {
		return l
	}
	l.FlowName, l.FlowNameEn = f.Spec.Name, f.Spec.NameEn
	for _, st := range f.Spec.States {
		if st.ID == h.State {
			l.StateName, l.StateNameEn = st.Name, st.NameEn
		}
	}
	if c, ok := clockSpec(f, h.Clock); ok && h.Open && !h.Stopped {
		l.Leading = clockOf(cat, c, h, now)
	}
	return l
}

// clockOf is the leading clock of a head at an instant: what of it a list shows.
func clockOf(cat *definitions.Catalogue, c flow.ClockSpec, h *store.Head, now time.Time) *flow.ClockView {
	v := &flow.ClockView{
		ID: c.ID, Name: c.Name, NameEn: c.NameEn, Family: c.Family, Unit: c.Unit, Rule: c.Rule, OnDue: c.OnDue,
		Status: flow.Running, Lamp: h.Lamp(now),
	}
	if h.Paused {
		v.Status, v.PausedBy = flow.Paused, h.Hold
		return v
	}
	zone := cat.Calendar.Zone()
	due, warn, urgent := h.Due.In(zone), h.WarnAt.In(zone), h.UrgentAt.In(zone)
	v.Due, v.WarnAt, v.UrgentAt = &due, &warn, &urgent
	v.Overdue, v.Provisional = now.After(due), cat.Calendar.Provisional(due)
	if c.Unit == "hours" {
		v.Left = cat.Calendar.Hours(now, due)
	} else {
		v.LeftDays = cat.Calendar.Days(now, due)
		if v.Overdue {
			v.LeftDays = -cat.Calendar.Days(due.Add(-time.Microsecond), now) // from the day that ended at due
		}
	}
	return v
}

// Project shows a project with its cases, as it stands now.
func (s *Service) Project(ctx context.Context, actor flow.Actor, id string) (*ProjectView, error) {
	p, err := s.Store.Project(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("project %s: %w", id, err)
	}
	if err := s.seesProject(ctx, actor, p); err != nil {
		return nil, err
	}
	now, cat := s.instant(), s.Catalogues.Current()
	x := extraOf(p)
	v := &ProjectView{Project: p, At: now, Catalogue: cat, Test: true, Granted: x.Granted, Mandates: x.Liaisons}
	if err := unmarshal(p.Answers, &v.Answers); err != nil {
		return nil, fmt.Errorf("answers of project %s: %w", id, err)
	}
	heads, err := s.heads(ctx, store.CaseQuery{Project: id})
	if err != nil {
		return nil, err
	}
	for i := range heads {
		v.Cases = append(v.Cases, s.line(&heads[i], now))
	}
	v.Needed = cat.Needed(now, definitions.Data{Project: v.Answers, Granted: x.Granted})
	if p.Status == StatusSubmitted || p.Status == StatusDispatched {
		v.Warnings = append(v.Warnings, WarnNotDispatched)
	}
	return v, nil
}

// PublicProject shows anybody what is public about a project with this code: no person, no answer, no reason.
func (s *Service) PublicProject(ctx context.Context, code string) (*PublicView, error) {
	p, err := s.Store.ProjectByCode(ctx, code)
	if err != nil {
		return nil, fmt.Errorf("project code %s: %w", code, err)
	}
	heads, err := s.heads(ctx, store.CaseQuery{Project: p.ID})
	if err != nil {
		return nil, err
	}
	now := s.instant()
	v := &PublicView{Code: p.Code, Name: p.Name, Regime: p.Regime, Stage: p.Stage, Status: p.Status, Test: true, RegisteredAt: p.CreatedAt}
	for i := range heads {
		l := s.line(&heads[i], now)
		v.Cases = append(v.Cases, PublicCase{
			FlowName: l.FlowName, FlowNameEn: l.FlowNameEn, ItemName: l.ItemName, ItemNameEn: l.ItemNameEn,
			DepartmentName: l.DepartmentName, DepartmentNameEn: l.DepartmentNameEn,
			StateName: l.StateName, StateNameEn: l.StateNameEn, Marks: l.Marks, Open: l.Open,
			OpenedAt: l.OpenedAt, ClosedAt: l.ClosedAt, Due: l.Due, Lamp: l.Lamp,
		})
	}
	return v, nil
}
