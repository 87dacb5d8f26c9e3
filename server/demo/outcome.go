package demo

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// beat is one thing somebody does, some working days after the beat before.
type beat struct {
	days  int
	role  string
	do    string
	input map[string]any
}

// outcome is how far one application has come: what was done, and how many working days ago the last of it.
type outcome struct {
	beats []beat
	age   [2]int // from, to
	// promised: age is counted from the promised limit of the item, not from the last beat.
	promised bool
}

var (
	submit  = beat{0, "owner", "submit", nil}
	pass    = beat{1, "dept_window", "pass_pre_review", nil}
	accept  = beat{2, "dept_window", "accept", nil}
	correct = beat{2, "dept_window", "issue_correction", map[string]any{
		"items":  []any{"补充经盖章的总平面图", "补充委托代理人身份证明"},
		"reason": "材料不符合受理条件所列的形式要求",
	}}
	supplement = beat{3, "owner", "supplement", nil}
	request    = beat{1, "handler", "request_extension", nil}
	extend     = beat{0, "dept_leader", "open_extension", nil}
	grant      = beat{3, "dept_leader", "grant", map[string]any{"conclusion": "经审查，符合法定条件、标准，准予许可。"}}
	deliver    = beat{1, "dept_window", "deliver", map[string]any{"method": "electronic", "receiver": "申请人"}}
)

// after is the beat with another distance to the one before.
func (b beat) after(days int) beat { b.days = days; return b }

// of is the beat with more input.
func (b beat) of(input map[string]any) beat {
	merged := maps.Clone(b.input)
	if merged == nil {
		merged = map[string]any{}
	}
	maps.Copy(merged, input)
	b.input = merged
	return b
}

func extension(days int, kind, basis string) map[string]any {
	return map[string]any{
		"days": json.Number(strconv.Itoa(days)), "kind": kind, "basis": basis,
		"notice": "因特别程序需要，办理期限暂停，特此书面告知。",
	}
}

// history are outcomes that are over and well, as earlier stages of a project have them.
var history = []outcome{
	{beats: []beat{submit, pass, accept, grant, deliver}},
	{beats: []beat{submit, pass, accept.after(1), grant.after(2), deliver}},
	{beats: []beat{submit, pass, accept.after(3), grant.after(4), deliver.after(2)}},
	{beats: []beat{submit, pass, correct, supplement, accept.after(1), grant, deliver}},
	{beats: []beat{submit, {1, "dept_window", "return_pre_review", map[string]any{"opinion": "请补充设计单位资质证明并更正用地面积。"}}, {2, "owner", "resubmit", nil}, pass, accept, grant, deliver}},
	{beats: []beat{submit, pass, grant.after(7), deliver}}, // deemed accepted
	{beats: []beat{
		submit, pass, accept,
		request.of(extension(5, "expert_review", "规划委员会专家评审会议安排")), extend.of(extension(5, "expert_review", "规划委员会专家评审会议安排")),
		grant.after(8), deliver,
	}},
	{beats: []beat{submit, pass, accept, grant.after(13), deliver}}, // late
}

// living are outcomes that are under way now, or ended otherwise than well, with how often each occurs.
var living = []struct {
	weight int
	name   string
	outcome
}{
	{3, "pre_review", outcome{beats: []beat{submit}, age: [2]int{0, 4}}},
	{2, "returned", outcome{beats: []beat{submit, {1, "dept_window", "return_pre_review", map[string]any{"opinion": "用地红线图与登记面积不一致，请核对后重新提交。"}}}, age: [2]int{0, 6}}},
	{4, "intake", outcome{beats: []beat{submit, pass}, age: [2]int{0, 3}}},
	{2, "intake, last day", outcome{beats: []beat{submit, pass}, age: [2]int{4, 5}}},
	{3, "correction", outcome{beats: []beat{submit, pass, correct}, age: [2]int{0, 9}}},
	{3, "supplemented", outcome{beats: []beat{submit, pass, correct, supplement}, age: [2]int{0, 4}}},
	{3, "deemed accepted", outcome{beats: []beat{submit, pass}, age: [2]int{6, 9}}},
	{1, "deemed accepted in the second round", outcome{beats: []beat{submit, pass, correct, supplement}, age: [2]int{6, 8}}},
	{2, "not accepted", outcome{beats: []beat{submit, pass, {2, "dept_window", "non_accept", map[string]any{
		"reason": "申请事项依法不属于本机关职权范围，请向市级主管部门申请。", "remedy": "可以自收到之日起六十日内申请行政复议。",
	}}}, age: [2]int{0, 12}}},
	{7, "accepted", outcome{beats: []beat{submit, pass, accept}, age: [2]int{-6, -2}, promised: true}},
	{3, "accepted, nearly due", outcome{beats: []beat{submit, pass, accept}, age: [2]int{-1, 0}, promised: true}},
	{3, "overdue", outcome{beats: []beat{submit, pass, accept}, age: [2]int{1, 6}, promised: true}},
	{3, "extension", outcome{beats: []beat{
		submit, pass, accept,
		request.of(extension(30, "intermediary", "委托第三方开展技术评审")), extend.of(extension(30, "intermediary", "委托第三方开展技术评审")),
	}, age: [2]int{0, 20}}},
	{1, "extended", outcome{beats: []beat{
		submit, pass, accept,
		request.of(extension(3, "testing", "现场检测报告出具所需时间")), extend.of(extension(3, "testing", "现场检测报告出具所需时间")),
	}, age: [2]int{4, 5}}},
	{3, "waiting", outcome{beats: []beat{submit, pass, accept, {1, "handler", "open_wait", map[string]any{"reason": "前置事项尚未办结，依法暂停计时。"}}}, age: [2]int{0, 14}}},
	{4, "granted", outcome{beats: []beat{submit, pass, accept, grant}, age: [2]int{0, 6}}},
	{4, "delivered", outcome{beats: []beat{submit, pass, accept, grant, deliver}, age: [2]int{0, 15}}},
	{1, "denied", outcome{beats: []beat{submit, pass, accept, {3, "dept_leader", "deny", map[string]any{
		"reasons": "拟建内容不符合经批准的控制性详细规划，不满足准予许可的法定条件。", "remedy": "可以自收到之日起六十日内申请行政复议。",
	}}}, age: [2]int{0, 8}}},
	{2, "withdrawn", outcome{beats: []beat{submit, pass, {1, "owner", "withdraw", map[string]any{"reason": "建设方案调整，撤回后重新申请。"}}}, age: [2]int{0, 15}}},
	{1, "terminated", outcome{beats: []beat{submit, pass, accept, {2, "dept_leader", "terminate", map[string]any{"reason": "项目用地调整，原代码失效，终止办理。"}}}, age: [2]int{0, 15}}},
}

// length is how many working days lie between the first beat and the last.
func (o outcome) length() (days int) {
	for _, b := range o.beats {
		days += b.days
	}
	return days
}

// does tells whether an act is among the beats.
func (o outcome) does(act string) bool {
	return slices.ContainsFunc(o.beats, func(b beat) bool { return b.do == act })
}
