package definitions

import (
	"fmt"
	"slices"
	"strings"

	"banli/engine/flow"
)

// lead tells a clock in short: from when and how much, what did not count, until when.
func (t teller) lead(x flow.Explanation) []string {
	k := x.Clock
	if k.Status == flow.Idle || k.StartedAt == nil {
		return []string{t.pick("尚未起算。", "Not started yet.")}
	}
	return slices.Concat(t.start(x), t.between(x), t.end(x))
}

func (t teller) start(x flow.Explanation) []string {
	k := x.Clock
	limit := t.amount(float64(k.Limit), k.Unit)
	if k.Prolonged > 0 {
		limit += fmt.Sprintf(t.pick("（其中延长 %s）", " (of it %s prolonged)"), t.amount(float64(k.Prolonged), k.Unit))
	}
	line := t.pick("自 %s 起立即累计，时限 %s；工作日每日计 24 小时，非工作日不计%s。", "Counts from %s at once, limit %s; a working day counts 24 hours, other days none%s.")
	if k.Unit == "days" {
		line = t.pick("自 %s 起算，起算当日不计，时限 %s%s。", "Runs from %s, that day itself not counted; the limit is %s%s.")
	}
	list := []string{fmt.Sprintf(line, t.instant(*k.StartedAt, false), limit, t.rules(k.Rule))}
	if len(x.Spans) > 0 { // T17
		i := slices.IndexFunc(t.events, func(e flow.Event) bool { return e.Seq == x.Spans[0].Event })
		if i >= 0 && t.events[i].At.After(*k.StartedAt) {
			name, rule := t.event(t.events[i].Seq)
			list = append(list, fmt.Sprintf(t.pick("因“%s”开始，该记录生效于 %s，起算时间按规定追溯%s。", "It began with “%s”, in force at %s, and counts retroactively, as the rules say%s."),
				name, t.instant(t.events[i].At, true), t.rules(rule)))
		}
	}
	if k.Run > 1 {
		list = append(list, fmt.Sprintf(t.pick("这是第 %d 轮计时，已按规定重新给足时限。", "This is round %d, with the full limit again, as the rules say."), k.Run))
	}
	return list
}

// between says how often something did not count.
func (t teller) between(x flow.Explanation) []string {
	var list []string
	for _, kind := range []struct{ kind, zh, en string }{
		{flow.SpanOff, "非工作日 %d 段", "stretches of days off (%d)"}, {flow.SpanPaused, "暂停 %d 次", "pauses (%d)"},
	} {
		n := 0
		for _, sp := range x.Spans {
			if sp.Kind == kind.kind {
				n++
			}
		}
		if n > 0 {
			list = append(list, fmt.Sprintf(t.pick(kind.zh, kind.en), n))
		}
	}
	if len(list) == 0 {
		return nil
	}
	return []string{t.pick("其间不计入：", "Not counted in between: ") + strings.Join(list, t.pick("、", ", ")) + t.pick("。", ".")}
}

// end says what the stretches come to.
func (t teller) end(x flow.Explanation) []string {
	k := x.Clock
	if k.StoppedAt != nil && (!k.Overdue || k.Due == nil) {
		return []string{fmt.Sprintf(t.pick("已于 %s 停止%s，计 %s，未超过时限。", "It stopped at %s%s with %s counted, within the limit."),
			t.instant(*k.StoppedAt, true), t.stopped(x), t.amount(x.Sum, k.Unit))}
	}
	if k.Due == nil {
		hold := ""
		if h := t.hold(k.PausedBy); h != nil {
			hold = fmt.Sprintf(t.pick("因“%s”", " by “%s”"), t.pick(h.Name, h.NameEn))
		}
		line := fmt.Sprintf(t.pick("已计 %s，现%s暂停，到期时间待恢复后确定", "%s counted; paused now%s, so there is no due time until it resumes"), t.amount(x.Sum, k.Unit), hold)
		if k.DueIfResumed != nil {
			line += fmt.Sprintf(t.pick("；若此刻恢复，到期时间为 %s", "; resumed now it would be due at %s"), t.instant(*k.DueIfResumed, true))
		}
		return []string{line + t.pick("。", ".")}
	}
	list := []string{fmt.Sprintf(t.pick("计满 %s之时，即 %s，为到期时间。", "With %s counted, the whole limit, it is due at %s."), t.amount(x.Sum, k.Unit), t.instant(*k.Due, true))}
	if k.Provisional {
		list = append(list, t.pick("到期日所在年份的放假安排尚未公布，按周一至周五暂定，公布后重新计算。",
			"The holidays of that year are not published yet; Monday to Friday are assumed, and the date is computed again when they are."))
	}
	switch {
	case k.StoppedAt != nil:
		list = append(list, fmt.Sprintf(t.pick("已于 %s 停止%s，超过时限。", "It stopped at %s%s, past the limit."), t.instant(*k.StoppedAt, true), t.stopped(x)))
	case k.Overdue:
		over := t.amount(-k.Left.Hours(), k.Unit)
		if k.Unit == "days" {
			over = t.pick("不足 1 个工作日", "less than a working day")
			if k.LeftDays < 0 {
				over = t.amount(float64(-k.LeftDays), k.Unit)
			}
		}
		list = append(list, fmt.Sprintf(t.pick("现已逾期 %s。", "It is overdue by %s."), over))
	}
	return list
}

// stopped is the event that stopped a clock.
func (t teller) stopped(x flow.Explanation) string {
	name, _ := t.event(x.StopEvent)
	if name == "" {
		return ""
	}
	return fmt.Sprintf(t.pick("（第 %d 件事“%s”）", " (event %d, “%s”)"), x.StopEvent, name)
}
