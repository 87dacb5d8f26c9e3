package definitions

import (
	"fmt"

	"banli/engine/flow"
)

// Mutant is one small change to a flow, or to a limit of an item, as a slip of the pen would make it. A test that
// fails under it guards what was changed.
type Mutant struct {
	Place Place
	Flow  string    // the flow it changes
	Item  string    // or the item
	Of    [2]string // the clock, action, hold or item, in Chinese and English
	Field string    // what of it, as written: limit, while, set …
	Was   string
	Now   string // empty: taken out
	edit  func(*flow.Spec)
	days  func(*Item)
}

// mutantFields are the fields a mutant may change, in Chinese; English names them as they are written.
var mutantFields = map[string]string{
	"limit": "时限", "unit": "单位", "while": "计时状态", "from": "起点", "pause": "暂停事由", "again": "再次进入",
	"on_due": "期满动作", "when": "条件", "requires": "前提", "set": "记录事实", "at_most": "次数上限", "mark": "标记", "repin": "事项版本", "prolong": "延长时限",
	"close_when": "自动结束条件", "clock": "计时", "promised": "承诺时限", "statutory": "法定时限",
	"to": "去向", "by": "角色", "need": "需签人数", "spawn": "子办件", "signal": "通知", "do": "动作",
	"each": "逐个", "item": "事项", "assign": "转交", "add_signer": "加签", "different_from": "须由另一人", "row": "行", "card": "亮牌", "color": "颜色", "after": "超出", "times": "次数",
}

// Zh says in Chinese what the mutant changes.
func (m Mutant) Zh() string {
	if m.Now == "" {
		return fmt.Sprintf("%s %s %s 删去", m.Of[0], mutantFields[m.Field], shortened(m.Was))
	}
	return fmt.Sprintf("%s %s %s 改成 %s", m.Of[0], mutantFields[m.Field], m.Was, m.Now)
}

// En says it in English.
func (m Mutant) En() string {
	if m.Now == "" {
		return fmt.Sprintf("%s: %s %s taken out", m.Of[1], m.Field, shortened(m.Was))
	}
	return fmt.Sprintf("%s: %s %s changed to %s", m.Of[1], m.Field, m.Was, m.Now)
}
