package definitions

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"banli/engine/flow"
)

// Sentence says the reason in one sentence, in Chinese, or in English with lang "en".
func (r Reason) Sentence(lang string, zone *time.Location) string {
	en := lang == "en"
	pick := func(zh, english string) string {
		if en {
			return cmp.Or(english, zh)
		}
		return zh
	}
	result := map[string]string{
		Needed: pick("需要", "needed"), NotNeeded: pick("不需要", "not needed"), Undecided: pick("还不能确定", "not known yet"), Offered: pick("可以办理", "may be done"),
		flow.WrongState: pick("当前状态不能办理", "not in this state"), flow.WrongRole: pick("不由这个角色办理", "not for this role"), flow.AtMost: pick("次数已满", "done as often as allowed"),
		flow.Guard: pick("条件不满足", "its condition does not hold"), flow.HoldOpen: pick("已经暂停", "paused already"), flow.HoldClosed: pick("没有在暂停", "not paused"),
		flow.SamePerson: pick("须由另一人办理", "must be somebody else"), flow.FinalState: pick("办件已终结", "the case has ended"), flow.BadInput: pick("填写有误", "something filled in is wrong"),
		flow.BeforeLastEvent: pick("早于最近一次办理", "earlier than the last event"),
	}[r.Result]
	parts := []string{cmp.Or(result, r.Result)}
	if n, err := strconv.Atoi(r.Result); err == nil && r.Unit != "" {
		parts[0] = pick("期限：", "limit: ") + teller{en: en}.amount(float64(n), r.Unit)
		if r.Row == 0 && r.Expression != r.Result {
			parts[0] += " = " + r.Expression
		}
	}
	switch {
	case r.Expression == "" && (r.Result == Needed):
		parts = append(parts, pick("没有条件，一律需要", "without any condition"))
	case r.Row > 0:
		parts = append(parts, strings.TrimSpace(pick(r.Text, r.TextEn)+" "+fmt.Sprintf(pick("判定表第 %d 行：%s → %s", "row %d of the table: %s → %s"), r.Row, r.Expression, r.Then)))
	case r.Expression != "" && r.Unit == "":
		parts = append(parts, pick("条件：", "condition: ")+strings.TrimSpace(pick(r.Text, r.TextEn)+" "+r.Expression))
	case r.Result == flow.WrongState:
		parts = append(parts, pick(r.Text, r.TextEn))
	}
	for _, read := range r.Reads {
		value := pick("未填", "not given")
		switch v := read.Value.(type) {
		case nil:
		case time.Time:
			value = v.In(zone).Format("2006-01-02 15:04")
		default:
			value = show(v)
		}
		parts = append(parts, cmp.Or(pick(read.Label, read.LabelEn), read.Path)+" = "+value)
	}
	if r.Source != "" {
		parts = append(parts, pick("依据：", "source: ")+pick(r.Source, r.SourceEn))
	}
	return strings.Join(parts, pick("；", "; ")) + pick("（", " (") + r.Place.String() + pick("）", ")")
}
