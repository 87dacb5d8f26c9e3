package definitions_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"banli/definitions"
)

// play answers a stream as banli simulate --json does: a line a scenario, in order.
func play(c *definitions.Catalogue, stream string, loose bool) string {
	var out strings.Builder
	for s, err := range definitions.ReadScenarios(strings.NewReader(stream), c.Calendar.Zone()) {
		var a definitions.Answer
		s.Loose = s.Loose || loose
		if err == nil {
			a, err = definitions.Simulate(c, s)
		}
		if err != nil {
			line, _ := json.Marshal(map[string]string{"error": err.Error()})
			fmt.Fprintln(&out, string(line))
			continue
		}
		line, err := json.Marshal(a)
		if err != nil {
			fmt.Fprintln(&out, err)
		}
		fmt.Fprintln(&out, string(line))
	}
	return out.String()
}

// TestAnswerIsStable keeps the JSON of one scenario to the letter: others read it.
func TestAnswerIsStable(t *testing.T) {
	got := play(shipped(t), `
flow: reply
at: 2018-10-08T10:00:00+08:00
events:
  - {at: 2018-09-28T10:00:00+08:00, do: dispatched}
`, true)
	var pretty any
	if err := json.Unmarshal([]byte(got), &pretty); err != nil {
		t.Fatal(got, err)
	}
	text, _ := json.MarshalIndent(pretty, "", "  ")
	definitions.Golden(t, "testdata/answer.json", string(text)+"\n")
}

// TestScenarioErrors: each bad document has its own error, and the good ones are answered all the same.
func TestScenarioErrors(t *testing.T) {
	const good = "flow: reply\nat: 2018-06-13T10:20\nevents: [{at: 2018-06-13T10:00, do: dispatched}]\n"
	c := shipped(t)
	for name, tt := range map[string]struct{ in, want string }{
		"no YAML":                   {"flow: [reply\nat: x\n", `line 1: cannot be read as YAML: a "[" is not closed by "]", a comma is missing, or a value inside needs quotes`},
		"not UTF-8":                 {"flow: \xff\n", "line 1: the text is not UTF-8"},
		"a list":                    {"- flow: reply\n", "line 1: found a list, expected a scenario"},
		"a misspelt key":            {good + "evnts: []\n", `line 4: /evnts: unknown field "evnts" in a scenario; did you mean "events"?`},
		"neither flow nor item":     {"at: 2018-06-13\nevents: []\n", "line 1: found neither item nor flow, expected one of them"},
		"a bad instant":             {"flow: reply\nat: 13 June\nevents: []\n", `line 2: /at: found "13 June", expected an instant such as 2018-06-13T10:20`},
		"a day that is none":        {"flow: reply\nat: 2018-06-31\nevents: []\n", "line 2: /at: there is no day 2018-06-31 between 1900 and 2200"},
		"an unknown flow":           {"flow: replies\nat: 2018-06-13\nevents: []\n", `unknown flow "replies"; known are filing, permit, registration, reply`},
		"an unknown item":           {"item: ZZ99\nat: 2018-06-13\nevents: []\n", `unknown item "ZZ99"; known are `},
		"an unknown action":         {"flow: reply\nat: 2018-06-13\nevents: [{at: 2018-06-13, do: repli}]\n", `events[0]: unknown action "repli" of flow reply; did you mean "reply"?`},
		"an unknown parameter":      {good + "params: {reply_hour: 3}\n", `unknown parameter "reply_hour"; did you mean "reply_hours"?`},
		"a parameter that is text":  {good + "params: {reply_hours: '3'}\n", "parameter reply_hours is 3, expected a whole number from 0 to 100000"},
		"an unknown policy":         {good + "policies: {filing: overdue}\n", `unknown policy "filing"; `},
		"a reading there is not":    {good + "policies: {filing_expiry: later}\n", "policy filing_expiry is later, expected one of overdue, deemed_filed"},
		"an unknown role":           {strings.Replace(good, "do: dispatched", "do: dispatched, by: nobody", 1), `events[0] dispatched: unknown role "nobody"; `},
		"events out of order":       {"flow: reply\nat: 2018-06-14\nevents: [{at: 2018-06-13T10:00, do: dispatched}, {at: 2018-06-13T09:59, do: reply}]\n", "events[1] reply at 2018-06-13T09:59:00+08:00 is earlier than the event before it, at 2018-06-13T10:00:00+08:00"},
		"what the clock does alone": {"flow: reply\nat: 2018-06-14\nevents: [{at: 2018-06-13T10:00, do: dispatched}, {at: 2018-06-13T11:00, do: auto_reply}]\n", "events[1]: auto_reply happens by itself and cannot be given"},
		"not lawful":                {"flow: reply\nat: 2018-06-14\nevents: [{at: 2018-06-13T10:00, do: dispatched}, {at: 2018-06-13T11:00, do: reply}, {at: 2018-06-13T12:00, do: reply}]\n", "events[2] reply at 2018-06-13T12:00:00+08:00: refused: reply: final: "},
		"does not begin so":         {"flow: reply\nat: 2018-06-14\nevents: [{at: 2018-06-13T10:00, do: reply}]\n", "events[0]: "},
	} {
		t.Run(name, func(t *testing.T) {
			out := strings.Split(strings.TrimSpace(play(c, tt.in+"---\n"+good, true)), "\n")
			if len(out) != 2 {
				t.Fatalf("got %d answers for 2 documents:\n%s", len(out), strings.Join(out, "\n"))
			}
			var bad struct{ Error string }
			if err := json.Unmarshal([]byte(out[0]), &bad); err != nil || !strings.HasPrefix(bad.Error, tt.want) {
				t.Errorf("got %s\nwant %s", out[0], tt.want)
			}
			var answer definitions.Answer
			if err := json.Unmarshal([]byte(out[1]), &answer); err != nil || answer.State != "waiting" {
				t.Errorf("the good one after it: %s", out[1])
			}
		})
	}
}

// TestStream: markers, comments, empty documents, directives and line ends of all kinds.
func TestStream(t *testing.T) {
	for name, tt := range map[string]struct {
		in   string
		want []string // the names read, or ! for an error
	}{
		"nothing":                       {"", nil},
		"comments alone":                {"# nothing\n\n---\n# here\n", nil},
		"one without marker":            {"{name: a, flow: f, at: 2018-01-01, events: []}", []string{"a"}},
		"markers before and after":      {"---\n{name: a, flow: f, at: 2018-01-01, events: []}\n---\n---\n{name: b, flow: f, at: 2018-01-01, events: []}\n---\n", []string{"a", "b"}},
		"on the marker's line":          {"--- {name: a, flow: f, at: 2018-01-01, events: []}\n--- {name: b, flow: f, at: 2018-01-01, events: []}", []string{"a", "b"}},
		"end marks and directives":      {"%YAML 1.1\n---\n{name: a, flow: f, at: 2018-01-01, events: []}\n...\n%YAML 1.1\n---\n{name: b, flow: f, at: 2018-01-01, events: []}\n", []string{"a", "b"}},
		"Windows line ends":             {"name: a\r\nflow: f\r\nat: 2018-01-01\r\nevents: []\r\n---\r\nname: b\r\nflow: f\r\nat: 2018-01-01\r\nevents: []\r\n", []string{"a", "b"}},
		"a broken one in the middle":    {"{name: a, flow: f, at: 2018-01-01, events: []}\n---\n\"\n---\n{name: c, flow: f, at: 2018-01-01, events: []}\n", []string{"a", "!", "c"}},
		"a marker look-alike in a text": {"name: |\n  --- a\nflow: f\nat: 2018-01-01\nevents: []\n", []string{"--- a\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for s, err := range definitions.ReadScenarios(strings.NewReader(tt.in), time.UTC) {
				if err != nil {
					s.Name = "!"
				}
				got = append(got, s.Name)
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// answer plays one scenario that can be played.
func answer(t *testing.T, c *definitions.Catalogue, scenario string) definitions.Answer {
	t.Helper()
	var a definitions.Answer
	line := play(c, scenario, true)
	if err := json.Unmarshal([]byte(line), &a); err != nil || a.State == "" {
		t.Fatalf("%s: %v", line, err)
	}
	return a
}

func TestSimulate(t *testing.T) {
	c := shipped(t)
	for name, tt := range map[string]struct{ in, want string }{
		"a due instant is included when looking": {
			"{flow: reply, at: 2018-05-16T24:00, events: [{at: 2018-05-12T09:00, do: dispatched}]}", "auto_replied",
		},
		"an instant before, it has not happened": {
			"{flow: reply, at: 2018-05-16T23:59:59, events: [{at: 2018-05-12T09:00, do: dispatched}]}", "waiting",
		},
		"an act at exactly the due instant comes first (D5)": {
			"{flow: reply, at: 2018-05-18, events: [{at: 2018-05-12T09:00, do: dispatched}, {at: 2018-05-17T00:00, do: reply}]}", "replied",
		},
		"an event after the instant has not happened yet": {
			"{flow: reply, at: 2018-05-13, events: [{at: 2018-05-12T09:00, do: dispatched}, {at: 2018-05-14T00:00, do: reply}]}", "waiting",
		},
		"offsets other than the calendar's": {
			"{flow: reply, at: 2018-05-16T16:00:00Z, events: [{at: 2018-05-12T03:00:00+02:00, do: dispatched}]}", "auto_replied",
		},
		"a shorter limit": {
			"{flow: reply, at: 2018-05-15T01:00, params: {reply_hours: 24}, events: [{at: 2018-05-12T09:00, do: dispatched}]}", "auto_replied",
		},
		"the opening left out": {
			"{flow: permit, at: 2018-06-22, events: [{at: 2018-06-13T10:20, do: pass_pre_review}]}", "accepted",
		},
		"a policy that decides otherwise": {
			"{flow: filing, at: 2018-05-16T24:00, policies: {filing_expiry: deemed_filed}, events: [{at: 2018-05-12T09:00, do: submit}]}", "filed",
		},
		"an item before its first revision": {
			"{item: ZJ02, at: 2010-06-22, events: [{at: 2010-06-11T10:20, do: pass_pre_review}]}", "accepted",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if a := answer(t, c, tt.in); a.State != tt.want {
				t.Errorf("state %s, want %s", a.State, tt.want)
			}
		})
	}
}

// TestLimits: promised and statutory come from the item, from parameters, or from the general statutory limit.
func TestLimits(t *testing.T) {
	c := shipped(t)
	limit := func(scenario string) string {
		a := answer(t, c, scenario)
		return fmt.Sprintf("%d of %d", *a.Clocks["promised"].Limit, *a.Clocks["statutory"].Limit)
	}
	gh02 := c.Item("GH02", time.Date(2018, 6, 1, 0, 0, 0, 0, time.UTC))
	const events = "at: 2018-06-22, events: [{at: 2018-06-13T10:20, do: pass_pre_review}, {at: 2018-06-14T09:00, do: accept}]}"
	for in, want := range map[string]string{
		"{item: GH02, ": fmt.Sprintf("%d of %d", gh02.Promised.Days, gh02.Statutory.Days),
		"{item: GH02, params: {promised: 3, statutory: 4}, ": "3 of 4",
		"{flow: permit, ":                                  "20 of 20",
		"{flow: permit, params: {promised: 12}, ":          "12 of 20",
		"{flow: permit, params: {statutory: 9}, ":          "9 of 9",
		"{flow: permit, params: {statutory_default: 15}, ": "15 of 15",
	} {
		if got := limit(in + events); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	if a := answer(t, c, "{item: GH02, params: {promised: 3}, at: 2018-06-22, events: [{at: 2018-06-13T10:20, do: pass_pre_review}]}"); *a.Clocks["promised"].Limit != 3 {
		t.Error("an override reaches the revision taken at acceptance too")
	}
	if again := c.Param("intake_days"); again != 5 || c.Item("GH02", gh02At).Promised.Days != gh02.Promised.Days {
		t.Error("playing changed the catalogue")
	}
}

var gh02At = time.Date(2018, 6, 1, 0, 0, 0, 0, time.UTC)
