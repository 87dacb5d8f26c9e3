package casework

import (
	"context"
	"fmt"
	"slices"

	"banli/engine/flow"
	"banli/store"
)

// scope is how far a role sees.
type scope int

const (
	none       scope = iota // no business data
	own                     // the projects it registered, or has a mandate for
	department              // cases of its department, and their projects
	all
)

// scopes says how far each role sees (roles of the platform, section 9 of its rules).
var scopes = map[string]scope{
	"owner": own, "liaison": own,
	"dept_window": department, "handler": department, "dept_leader": department,
	"general_window": all, "platform_admin": all, "service_center": all,
	"supervisor": all, "leading_group": all, "auditor": all,
}

// administers tells who reads the audit log and what administrative acts leave in it.
func administers(role string) bool {
	return slices.Contains([]string{"system_admin", "platform_admin", "rule_designer", "auditor"}, role)
}

// seesProject answers [store.ErrNotFound] unless the actor may see the project.
func (s *Service) seesProject(ctx context.Context, a flow.Actor, p *store.Project) error {
	switch scopes[a.Role] {
	case all:
		return nil
	case own:
		if a.User != "" && (p.Owner == a.User || slices.Contains(extraOf(p).Liaisons, a.User)) {
			return nil
		}
	case department:
		if a.Department == "" {
			break
		}
		n, err := s.Store.CountCases(ctx, store.CaseQuery{Project: p.ID, Department: a.Department})
		if err != nil {
			return fmt.Errorf("cases of project %s: %w", p.ID, err)
		}
		if n > 0 {
			return nil
		}
	}
	return fmt.Errorf("project %s: %w", p.ID, store.ErrNotFound)
}

// seesCase answers [store.ErrNotFound] unless the actor may see the case. p is its project.
func (s *Service) seesCase(a flow.Actor, h *store.Head, p *store.Project) error {
	switch scopes[a.Role] {
	case all:
		return nil
	case own:
		if a.User != "" && (p.Owner == a.User || slices.Contains(extraOf(p).Liaisons, a.User)) {
			return nil
		}
	case department:
		if a.Department != "" && h.Department == a.Department {
			return nil
		}
	}
	return fmt.Errorf("case %s: %w", h.ID, store.ErrNotFound)
}

// narrow restricts a query to what the actor may see; false: to nothing.
func narrow(a flow.Actor, q *store.CaseQuery) bool {
	switch scopes[a.Role] {
	case all:
		return true
	case own:
		q.Owner = a.User
		return a.User != ""
	case department:
		q.Department = a.Department
		return a.Department != ""
	}
	return false
}
