package definitions_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"banli/definitions"
)

// TestFailuresAreClear: a test that fails says where, what was expected and what is.
func TestFailuresAreClear(t *testing.T) {
	tree := base(t)
	tree["tests.yaml"] = &fstest.MapFile{Data: []byte(`kind: tests
item: B01
tests:
  - name: 全错
    given: [{at: 2018-06-13T10:20, do: submit}]
    at: 2018-06-20T09:00
    then:
      state: accepted
      mark: deemed
      holds: pause
      accepted_at: 2018-06-13T10:20
      clock.intake.due: 2018-06-21T00:00
      clock.intake.used: 4
      next_due: 2018-06-21T24:00
      events: [submit, deem]
  - name: 全对
    given: [{at: 2018-06-13T10:20, do: submit}]
    at: 2018-06-22T00:00
    then:
      state: accepted
      mark: deemed
      holds: []
      accepted_at: 2018-06-21T24:00
      clock.intake.status: expired
      clock.intake.used: 5
      clock.promised.limit: 7
      events: [submit, deem]
  - name: 拒绝
    strict: true
    given: [{at: 2018-06-13T10:20, do: submit}, {at: 2018-06-13T10:21, do: accept, by: owner}]
    at: 2018-06-13T10:22
    then: {refused: {do: accept, code: wrong-role}, state: intake}
  - name: 不该拒绝
    given: [{at: 2018-06-13T10:20, do: submit}, {at: 2018-06-13T10:21, do: grant}]
    at: 2018-06-13T10:22
    then: {state: decided}
  - name: 没拒绝
    given: [{at: 2018-06-13T10:20, do: submit}]
    at: 2018-06-13T10:22
    then: {refused: {do: submit, code: final}}
`)}
	c, faults := definitions.Load(tree)
	if c == nil {
		t.Fatal(faults)
	}
	var got []string
	for _, r := range definitions.RunTests(c) {
		got = append(got, r.String())
	}
	want := `tests.yaml:8:14: 全错: state: expected accepted, got intake
tests.yaml:9:13: 全错: mark: expected deemed, got []
tests.yaml:10:14: 全错: holds: expected pause, got []
tests.yaml:11:20: 全错: accepted_at: expected 2018-06-13T10:20, got nothing
tests.yaml:12:25: 全错: clock.intake.due: expected 2018-06-21T00:00, got 2018-06-22T00:00:00+08:00
tests.yaml:13:26: 全错: clock.intake.used: expected 4, got 3
tests.yaml:15:15: 全错: events: expected [submit, deem], got [submit]
tests.yaml:16:11: 全对: ok
tests.yaml:28:11: 拒绝: ok
tests.yaml:33:11: 不该拒绝: given[1]: expected grant to be taken, got wrong-state: taken in accepted, the case is in intake
tests.yaml:40:21: 没拒绝: refused: expected submit: final, got nothing refused`
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("got:\n%s\nwant:\n%s", text, want)
	}
}
