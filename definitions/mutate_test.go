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
			case alive.Field == "set" || alive.Field == "clock" || alive.Field == "prolong": // by its value
			case !strings.Contains(alive.Was, strings.TrimRight(rest[:min(2, len(rest))], ",] ()")):
				t.Errorf("%v: %s, found %q", alive.Place, alive.En(), rest)
			}
		}
	}
}

// TestMutants lists every mutant of the small catalogue which has no test.
func TestMutants(t *testing.T) {
	c, faults := definitions.Load(base(t))
	if c == nil {
		t.Fatal(faults)
	}
	var got []string
	for _, m := range definitions.Mutate(c) {
		for _, alive := range m.Alive {
			got = append(got, alive.Place.String()+" "+alive.Zh()+" | "+alive.En())
		}
	}
	want := `flow.yaml:13:101 受理 记录事实 accepted_at 删去 | Accept: set accepted_at taken out
flow.yaml:14:108 视为受理 记录事实 accepted_at 删去 | Deemed accepted: set accepted_at taken out
flow.yaml:14:119 视为受理 标记 deemed 删去 | Deemed accepted: mark deemed taken out
flow.yaml:15:111 延期 条件 input.days <= 30 删去 | Extend: when input.days <= 30 taken out
flow.yaml:15:122 延期 条件 input.days <= 30 改成 input.days < 30 | Extend: when input.days <= 30 changed to input.days < 30
flow.yaml:15:125 延期 条件 input.days <= 30 改成 input.days <= 29 | Extend: when input.days <= 30 changed to input.days <= 29
flow.yaml:15:125 延期 条件 input.days <= 30 改成 input.days <= 31 | Extend: when input.days <= 30 changed to input.days <= 31
flow.yaml:19:11 接件 计时 intake 删去 | Intake: clock intake taken out
flow.yaml:19:65 接件 单位 days 改成 hours | Intake: unit days changed to hours
flow.yaml:19:78 接件 时限 param.intake_days 改成 param.intake_days - 1 | Intake: limit param.intake_days changed to param.intake_days - 1
flow.yaml:19:78 接件 时限 param.intake_days 改成 param.intake_days + 1 | Intake: limit param.intake_days changed to param.intake_days + 1
flow.yaml:19:122 接件 期满动作 deem 删去 | Intake: on_due deem taken out
flow.yaml:20:13 承诺 计时 promised 删去 | Promised: clock promised taken out
flow.yaml:20:69 承诺 单位 days 改成 hours | Promised: unit days changed to hours
flow.yaml:20:82 承诺 时限 item.promised 改成 item.promised - 1 | Promised: limit item.promised changed to item.promised - 1
flow.yaml:20:82 承诺 时限 item.promised 改成 item.promised + 1 | Promised: limit item.promised changed to item.promised + 1
flow.yaml:20:122 承诺 起点 accepted_at 删去 | Promised: from accepted_at taken out
flow.yaml:20:143 承诺 暂停事由 pause 删去 | Promised: pause pause taken out
flow.yaml:21:10 延期 计时 pause 删去 | Extension: clock pause taken out
flow.yaml:21:47 延期 单位 days 改成 hours | Extension: unit days changed to hours
flow.yaml:21:61 延期 时限 hold.days ?? 30 改成 (hold.days ?? 30) - 1 | Extension: limit hold.days ?? 30 changed to (hold.days ?? 30) - 1
flow.yaml:21:61 延期 时限 hold.days ?? 30 改成 (hold.days ?? 30) + 1 | Extension: limit hold.days ?? 30 changed to (hold.days ?? 30) + 1
flow.yaml:21:74 延期 时限 hold.days ?? 30 改成 hold.days ?? 29 | Extension: limit hold.days ?? 30 changed to hold.days ?? 29
flow.yaml:21:74 延期 时限 hold.days ?? 30 改成 hold.days ?? 31 | Extension: limit hold.days ?? 30 changed to hold.days ?? 31
flow.yaml:21:106 延期 期满动作 close_pause 删去 | Extension: on_due close_pause taken out
items.yaml:14:18 A01 立项批复 承诺时限 10 改成 9 | A01 Project approval: promised 10 changed to 9
items.yaml:14:18 A01 立项批复 承诺时限 10 改成 11 | A01 Project approval: promised 10 changed to 11
items.yaml:13:19 A01 立项批复 法定时限 20 改成 19 | A01 Project approval: statutory 20 changed to 19
items.yaml:13:19 A01 立项批复 法定时限 20 改成 21 | A01 Project approval: statutory 20 changed to 21
items.yaml:30:18 B01 施工许可 承诺时限 7 改成 6 | B01 Building permit: promised 7 changed to 6
items.yaml:30:18 B01 施工许可 承诺时限 7 改成 8 | B01 Building permit: promised 7 changed to 8`
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("got:\n%s\nwant:\n%s", text, want)
	}
}

func BenchmarkMutate(b *testing.B) {
	c := shipped(b)
	for b.Loop() {
		definitions.Mutate(c)
	}
}
