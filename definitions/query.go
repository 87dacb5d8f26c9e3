package definitions

import (
	"slices"
	"time"

	"banli/engine/flow"
)

// Day is the day of an instant in the calendar's zone, as valid periods write it.
func (c *Catalogue) Day(at time.Time) string { return at.In(c.Calendar.Zone()).Format(time.DateOnly) }

// Has says whether a day lies in the period.
func (p Period) Has(day string) bool { return p.From <= day && (p.To == "" || day < p.To) }

// Item is the revision of an item in force on the day of an instant; nil when there is none.
func (c *Catalogue) Item(id string, at time.Time) *Item {
	day := c.Day(at)
	for _, it := range c.Items {
		if it.ID == id && it.Valid.Has(day) {
			return it
		}
	}
	return nil
}

// ItemRevision finds a revision of an item by its digest; nil when this catalogue does not have it.
func (c *Catalogue) ItemRevision(revision string) *Item {
	for _, it := range c.Items {
		if it.Revision == revision {
			return it
		}
	}
	return nil
}

// AnyItem is the first revision of an item, in force or not; nil when the item is unknown.
func (c *Catalogue) AnyItem(id string) *Item {
	for _, it := range c.Items { // revisions are in the order of their validity
		if it.ID == id {
			return it
		}
	}
	return nil
}

// ItemsAt are the items in force on the day of an instant, in the order shown.
func (c *Catalogue) ItemsAt(at time.Time) []*Item {
	day := c.Day(at)
	var out []*Item
	for _, it := range c.Items {
		if it.Valid.Has(day) {
			out = append(out, it)
		}
	}
	return out
}

// Department finds a department; nil when it is unknown.
func (c *Catalogue) Department(id string) *Department {
	i := slices.IndexFunc(c.Departments, func(d *Department) bool { return d.ID == id })
	if i < 0 {
		return nil
	}
	return c.Departments[i]
}

// Stage finds a stage; nil when it is unknown.
func (c *Catalogue) Stage(id string) *Stage {
	i := slices.IndexFunc(c.Stages, func(s *Stage) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	return c.Stages[i]
}

func (c *Catalogue) parameter(id string) *Parameter {
	i := slices.IndexFunc(c.Parameters, func(p *Parameter) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return c.Parameters[i]
}

// Param is the value of a parameter; 0 when it is unknown.
func (c *Catalogue) Param(id string) int {
	if p := c.parameter(id); p != nil {
		return p.Value
	}
	return 0
}

// Params are the values of all parameters, as expressions read them. The map belongs to the caller.
func (c *Catalogue) Params() map[string]any {
	m := make(map[string]any, len(c.Parameters))
	for _, p := range c.Parameters {
		m[p.ID] = p.Value
	}
	return m
}

// PolicyValues are the values of all policies. The map belongs to the caller.
func (c *Catalogue) PolicyValues() map[string]any {
	m := make(map[string]any, len(c.Policies))
	for _, p := range c.Policies {
		m[p.ID] = p.Value
	}
	return m
}

// Scope is what the engine needs to know of a case beside its events. Opened is the item revision the case opened with
// (empty: a case without an item); at is the instant asked about, which decides the revision in force for actions that
// take it (repin). Pins are revisions taken earlier; those this catalogue no longer has are left out.
func (c *Catalogue) Scope(opened string, at time.Time, pins ...string) *flow.Scope {
	s := &flow.Scope{Calendar: c.Calendar, Param: c.Params(), Policy: c.PolicyValues(), Item: opened}
	if opened == "" {
		return s
	}
	s.Items = map[string]map[string]any{}
	for _, rev := range append(pins, opened) {
		if it := c.ItemRevision(rev); it != nil {
			s.Items[rev] = it.Fields()
			if now := c.Item(it.ID, at); now != nil {
				s.Items[now.Revision], s.Current = now.Fields(), now.Revision
			}
		}
	}
	return s
}

// RoleNames are the roles and pseudo-roles, in Chinese and English.
var RoleNames = map[string][2]string{
	"owner":          {"项目业主", "Project owner"},
	"liaison":        {"代办员", "Liaison"},
	"general_window": {"综合窗口", "General window"},
	"dept_window":    {"部门窗口", "Department window"},
	"handler":        {"部门经办", "Case handler"},
	"dept_leader":    {"部门负责人", "Head of department"},
	"platform_admin": {"平台管理部门", "Platform administration"},
	"service_center": {"政务服务中心", "Service centre"},
	"supervisor":     {"监察督查", "Supervision"},
	"leading_group":  {"领导小组办公室", "Leading group office"},
	"rule_designer":  {"规则设计员", "Rule designer"},
	"system_admin":   {"系统管理员", "System administrator"},
	"auditor":        {"审计", "Auditor"},
	"clock":          {"期满自动", "At the due instant"},
	"engine":         {"系统自动", "Automatic"},
	"signal":         {"关联办件", "Another case"},
}
