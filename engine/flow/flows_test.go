package flow_test

import (
	"banli/engine/flow"
	"banli/engine/rule"
)

// The four flows of the founding document, as the engine's tests need them.

func field(name string, t rule.Type) rule.Field { return rule.Field{Name: name, Type: t} }

func types() flow.Types {
	params := []string{"window_hours", "reply_hours", "filing_hours", "intake_days", "extension_default", "extension_max", "delivery_days", "statutory_default"}
	var fields []rule.Field
	for _, p := range params {
		fields = append(fields, field(p, rule.Int))
	}
	return flow.Types{
		Param: rule.ObjectOf(fields...),
		Policy: rule.ObjectOf(field("filing_expiry", rule.String), field("second_round_start", rule.String),
			field("extension_cap", rule.String)),
		Item:    rule.ObjectOf(field("promised", rule.Int), field("statutory", rule.Int)),
		Project: rule.ObjectOf(field("regime", rule.String), field("category", rule.String)),
		Answers: rule.Type{Kind: rule.KindObject, Open: true},
		Inputs: map[string]rule.Type{
			"dispatch":  rule.ObjectOf(field("stage", rule.String), field("departments", rule.ListOf(rule.String))),
			"reply":     rule.ObjectOf(field("items", rule.ListOf(rule.String))),
			"extension": rule.ObjectOf(field("days", rule.Int), field("reason", rule.String)),
			"wait":      rule.ObjectOf(field("items", rule.ListOf(rule.String))),
			"reason":    rule.ObjectOf(field("reason", rule.String)),
		},
	}
}

func params() map[string]any {
	return map[string]any{
		"window_hours": 24, "reply_hours": 72, "filing_hours": 72, "intake_days": 5,
		"extension_default": 30, "extension_max": 60, "delivery_days": 10, "statutory_default": 20,
	}
}

func policies() map[string]any {
	return map[string]any{"filing_expiry": "overdue", "second_round_start": "supplement", "extension_cap": "total"}
}

func states(ids ...string) (list []flow.StateSpec) {
	for _, id := range ids {
		final := id[0] == '*'
		if final {
			id = id[1:]
		}
		list = append(list, flow.StateSpec{ID: id, Name: id, Final: final})
	}
	return list
}

func to(list ...string) []string { return list }

func set(pairs ...string) (list []flow.Assign) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, flow.Assign{Name: pairs[i], Expr: pairs[i+1]})
	}
	return list
}

func registration() flow.Spec {
	return flow.Spec{
		ID: "registration", Name: "项目登记",
		States: states("submitted", "confirmed", "dispatched", "replied", "cancelled"),
		Actions: []flow.ActionSpec{
			{ID: "submit", From: to(flow.New, "cancelled"), To: "submitted", By: to("owner", "liaison"), Rule: "T1", Spawn: []flow.SpawnSpec{
				{Flow: "filing", When: `project.regime == "FILING" && children.open == 0`, Item: `project.category == "02" ? "JX01" : "FG05"`, Do: "submit"},
			}},
			{ID: "confirm", From: to("submitted"), To: "confirmed", By: to("general_window"), Rule: "T1"},
			{ID: "cancel", From: to("submitted", "confirmed"), To: "cancelled", By: to("general_window"), Input: "reason", Rule: "T2"},
			{
				ID: "dispatch", From: to("submitted", "confirmed", "dispatched", "replied"), To: "dispatched", By: to("general_window"), Input: "dispatch",
				Set: set("stage", "input.stage", "dispatched_at", "at"), Spawn: []flow.SpawnSpec{{Flow: "reply", Each: "input.departments", Do: "dispatched"}},
				Document: "dispatch-sheet", Rule: "T3",
			},
			{ID: "note_reply", From: to("submitted", "confirmed", "dispatched", "replied", "cancelled"), By: to("signal"), Rule: "T6"},
			{ID: "complete_dispatch", From: to("dispatched"), To: "replied", By: to("engine"), When: "children.total > 0 && children.open == 0", Set: set("replied_at", "at"), Rule: "T6"},
		},
		Clocks: []flow.ClockSpec{
			{ID: "window", Name: "窗口计时", Family: "supervision", Unit: "hours", Limit: "param.window_hours", While: to("submitted"), Again: "restart", Rule: "T1"},
		},
	}
}

func reply() flow.Spec {
	return flow.Spec{
		ID: "reply", Name: "部门回复",
		States: states("waiting", "*replied", "*auto_replied"),
		Actions: []flow.ActionSpec{
			{ID: "dispatched", From: to(flow.New), To: "waiting", By: to("signal", "general_window"), Rule: "T3"},
			{ID: "reply", From: to("waiting"), To: "replied", By: to("dept_window", "handler"), Input: "reply", Signal: []flow.SignalSpec{{To: "parent", Do: "note_reply"}}, Rule: "T3"},
			{ID: "auto_reply", From: to("waiting"), To: "auto_replied", By: to("clock"), Mark: to("overdue_no_reply"), Signal: []flow.SignalSpec{{To: "parent", Do: "note_reply"}}, Rule: "T4"},
		},
		Clocks: []flow.ClockSpec{
			{ID: "reply", Name: "回复计时", Family: "supervision", Unit: "hours", Limit: "param.reply_hours", While: to("waiting"), OnDue: "auto_reply", Rule: "T3"},
		},
	}
}

func filing() flow.Spec {
	return flow.Spec{
		ID: "filing", Name: "备案",
		States: states("submitted", "correction", "*filed", "*not_applicable"),
		Actions: []flow.ActionSpec{
			{ID: "submit", From: to(flow.New), To: "submitted", By: to("owner", "signal"), Rule: "T7"},
			{ID: "file", From: to("submitted"), To: "filed", By: to("handler"), Rule: "T7"},
			{ID: "issue_correction", From: to("submitted"), To: "correction", By: to("handler"), Rule: "T8"},
			{ID: "supplement", From: to("correction"), To: "submitted", By: to("owner"), Rule: "T8"},
			{ID: "not_applicable", From: to("submitted"), To: "not_applicable", By: to("handler"), Rule: "T7"},
			{ID: "deem_filed", From: to("submitted"), To: "filed", By: to("clock"), When: `policy.filing_expiry == "deemed_filed"`, Mark: to("deemed_filed"), Rule: "T9"},
		},
		Clocks: []flow.ClockSpec{
			{ID: "filing", Name: "备案计时", Family: "efficiency", Unit: "hours", Limit: "param.filing_hours", While: to("submitted"), Again: "restart", OnDue: "deem_filed", Rule: "T7"},
		},
	}
}

func permit() flow.Spec {
	live := to("pre_review", "returned", "intake", "correction", "accepted")
	return flow.Spec{
		ID: "permit", Name: "许可类办件",
		States: states("pre_review", "returned", "intake", "correction", "accepted", "decided", "*delivered", "*not_accepted", "*withdrawn", "*terminated"),
		Holds: []flow.HoldSpec{
			{ID: "extension", Name: "特别处置延期", Rule: "T22"},
			{ID: "wait", Name: "等待前置", CloseWhen: "len(hold.items ?? []) > 0 && all(hold.items ?? [], granted(#))", Rule: "T24"},
		},
		Actions: []flow.ActionSpec{
			{ID: "submit", From: to(flow.New), To: "pre_review", By: to("owner", "liaison"), Set: set("submitted_at", "at"), Rule: "T11"},
			{ID: "return_pre_review", From: to("pre_review"), To: "returned", By: to("dept_window"), Rule: "T11"},
			{ID: "resubmit", From: to("returned"), To: "pre_review", By: to("owner", "liaison"), Rule: "T11"},
			{ID: "pass_pre_review", From: to("pre_review"), To: "intake", By: to("dept_window"), Set: set("t0", "at"), Rule: "T12"},
			{ID: "issue_correction", From: to("intake"), To: "correction", By: to("dept_window", "handler"), AtMost: 1, Document: "correction-notice", Rule: "T13"},
			{ID: "supplement", From: to("correction"), To: "intake", By: to("owner", "liaison"), Set: set("t1", "at"), Rule: "T14"},
			{ID: "accept", From: to("intake"), To: "accepted", By: to("dept_window", "handler"), Set: set("accepted_at", "at"), Repin: "item", Document: "acceptance-notice", Rule: "T15"},
			{ID: "non_accept", From: to("intake"), To: "not_accepted", By: to("dept_window"), Rule: "T16"},
			{
				ID: "deem_accepted", From: to("intake"), To: "accepted", By: to("clock"), Set: set("accepted_at", `policy.second_round_start == "first" ? t0 : (t1 ?? t0)`),
				Repin: "item", Mark: to("deemed_acceptance"), Document: "acceptance-notice", Rule: "T17",
			},
			{ID: "request_extension", From: to("accepted"), By: to("handler"), Input: "extension", Rule: "T22"},
			{
				ID: "open_extension", From: to("accepted"), Open: "extension", By: to("dept_leader"), DifferentFrom: "request_extension", Input: "extension",
				When: `let d = input.days ?? param.extension_default; d >= 1 && d <= param.extension_max && (policy.extension_cap == "each" || hold_days("extension") + d <= param.extension_max)`, Rule: "T22",
			},
			{ID: "close_extension", Close: "extension", By: to("handler", "dept_leader", "clock"), Rule: "T22"},
			{ID: "open_wait", From: to("accepted"), Open: "wait", By: to("handler"), Input: "wait", Rule: "T24"},
			{ID: "close_wait", Close: "wait", By: to("handler", "engine"), Rule: "T24"},
			{ID: "note_grant", From: live, By: to("signal"), Rule: "T24"},
			{ID: "grant", From: to("accepted"), To: "decided", By: to("dept_leader"), Set: set("decided_at", "at", "decision", `"grant"`), Signal: []flow.SignalSpec{{To: "waiting", Do: "note_grant"}}, Rule: "T20"},
			{ID: "deny", From: to("accepted"), To: "decided", By: to("dept_leader"), Set: set("decided_at", "at", "decision", `"denial"`), Rule: "T20"},
			{ID: "deliver", From: to("decided"), To: "delivered", By: to("dept_window"), Rule: "T29"},
			{ID: "withdraw", From: live, To: "withdrawn", By: to("owner", "liaison"), Rule: "T28"},
			{ID: "terminate", From: live, To: "terminated", By: to("dept_leader"), Rule: "T28"},
		},
		Clocks: []flow.ClockSpec{
			{ID: "intake", Name: "接件计时", Family: "efficiency", Unit: "days", Limit: "param.intake_days", While: to("intake"), Again: "restart", OnDue: "deem_accepted", Rule: "T12"},
			{ID: "promised", Name: "承诺时限", Family: "efficiency", Unit: "days", Limit: "item.promised", While: to("accepted"), From: "accepted_at", Pause: to("extension", "wait"), Rule: "T20"},
			{ID: "statutory", Name: "法定时限", Family: "efficiency", Unit: "days", Limit: "item.statutory ?? param.statutory_default", While: to("accepted"), From: "accepted_at", Pause: to("extension", "wait"), Rule: "T21"},
			{ID: "extension", Name: "延期计数", Unit: "days", Limit: "hold.days ?? param.extension_default", WhileHold: "extension", OnDue: "close_extension", Rule: "T22"},
			{ID: "delivery", Name: "送达时限", Family: "efficiency", Unit: "days", Limit: "param.delivery_days", While: to("decided"), Rule: "T29"},
		},
	}
}
