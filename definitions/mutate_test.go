package definitions_test

import (
	"strings"
	"testing"

	"banli/definitions"
)

// TestShippedTestsNoticeSlips: of the slips one can make in a shipped flow, nine in ten fail a test.
func TestShippedTestsNoticeSlips(t *testing.T) {
	for _, m := range definitions.Mutate(shipped(t)) {
		if m.ID == "" {
			continue // limits of items are for the district to set
		}
		t.Logf("%s: %d of %d", m.ID, m.Killed, m.Total())
		if m.Percent() < 90 {
			t.Errorf("flow %s: only %.0f %% of its mutants are noticed", m.ID, m.Percent())
			for _, alive := range m.Alive {
				t.Logf("%v %s", alive.Place, alive.En())
			}
		}
	}
}

// TestMutantsStandWhereTheySay: whoever follows a mutant's place finds what it changes.
func TestMutantsStandWhereTheySay(t *testing.T) {
	c := shipped(t)
	c.Tests = nil // so that every mutant is alive
	for _, m := range definitions.Mutate(c) {
		for _, alive := range m.Alive {
			lines := strings.Split(string(c.Files[alive.Place.File]), "\n")
			rest := string([]rune(lines[alive.Place.Line-1])[alive.Place.Col-1:])
			rest = strings.TrimLeft(rest, `"'`)
			switch {
			case strings.HasPrefix(rest, ">"): // a folded text is told by where it begins
			case alive.Field == "set" || alive.Field == "clock" || alive.Field == "prolong" || alive.Field == "after": // by its value
			case !strings.Contains(alive.Was, strings.TrimRight(rest[:min(2, len(rest))], ",] ()")):
				t.Errorf("%v: %s, found %q", alive.Place, alive.En(), rest)
			}
		}
	}
}

// TestMutants lists every mutant of a small catalogue which has no test: joint sign-off, child cases, signals, cards and
// a decision table are in it.
func TestMutants(t *testing.T) {
	tree := base(t)
	edit(t, tree, `flow.yaml: to: decided, by: [dept_leader]} => to: decided, by: [dept_leader], sign: {by: [handler, dept_leader], need: all}, signal: {to: parent, do: accept}, spawn: {flow: permit, do: submit, when: 'policy.filing_expiry == "overdue"'}}
flow.yaml: accept: {name: 受理, name_en: Accept, from: intake, to: accepted, by: [handler] => accept: {name: 受理, name_en: Accept, from: intake, to: accepted, by: [handler, signal]
flow.yaml: submit: {name: 提交, name_en: Submit, from: new, to: intake, by: [owner]} => submit: {name: 提交, name_en: Submit, from: new, to: intake, by: [owner, signal]}
flow.yaml: limit: item.promised => limit: {table: [{when: item.promised > 9, then: 9}, {when: count("deem") == 1, then: item.promised - 1}], otherwise: item.promised}
flow.yaml: clocks:\n => cards:\n  - {color: yellow, clock: promised, after: 2}\n  - {color: red, mark: deemed, times: 3}\nclocks:\n`)
	c, faults := definitions.Load(tree)
	if c == nil {
		t.Fatal(faults)
	}
	var got strings.Builder
	for _, m := range definitions.Mutate(c) {
		for _, alive := range m.Alive {
			got.WriteString(alive.Place.String() + " " + alive.Zh() + " | " + alive.En() + "\n")
		}
	}
	definitions.Golden(t, "testdata/mutants.txt", got.String())
}

func BenchmarkMutate(b *testing.B) {
	c := shipped(b)
	for b.Loop() {
		definitions.Mutate(c)
	}
}
