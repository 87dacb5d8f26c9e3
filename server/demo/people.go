package demo

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"

	"banli/definitions"
	"banli/engine/flow"
)

// Person is somebody with an account in the demo. The role codes are the platform's.
type Person struct {
	User, Name, Role string // User is what one logs in with
	Department       string // id; empty for roles of the whole district
	ID               string // of the account; User until it has one
}

// Actor is the person at work.
func (p Person) Actor() flow.Actor {
	return flow.Actor{User: cmp.Or(p.ID, p.User), Name: p.Name, Role: p.Role, Department: p.Department}
}

// district are the roles that one person holds for the whole district, with the account's name.
var district = []struct{ user, role string }{
	{"owner", "owner"},
	{"liaison", "liaison"},
	{"window", "general_window"},
	{"platform", "platform_admin"},
	{"center", "service_center"},
	{"supervisor", "supervisor"},
	{"leading", "leading_group"},
	{"designer", "rule_designer"},
	{"admin", "system_admin"},
	{"auditor", "auditor"},
}

// manned are the departments whose staff have accounts: those with items, and two that are only asked.
var manned = []string{"FG", "JX", "GH", "GT", "HB", "ZJ", "SW", "LY"}

// posts are the roles inside a department, with the ending of the account's name.
var posts = []struct{ ending, role string }{
	{"window", "dept_window"}, {"handler", "handler"}, {"leader", "dept_leader"},
}

// People are the accounts of a demo, in the order shown: one per role, and three per manned department.
func People(cat *definitions.Catalogue) []Person {
	r := rand.New(rand.NewPCG(7, 7))
	var all []Person
	for _, d := range district {
		all = append(all, Person{User: d.user, Name: person(r), Role: d.role})
	}
	for _, id := range manned {
		if !slices.ContainsFunc(cat.Departments, func(d *definitions.Department) bool { return d.ID == id }) {
			continue
		}
		for _, p := range posts {
			all = append(all, Person{User: strings.ToLower(id) + "-" + p.ending, Name: person(r), Role: p.role, Department: id})
		}
	}
	return all
}
