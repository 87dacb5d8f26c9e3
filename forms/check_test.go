package forms

import (
	"strings"
	"testing"
)

// What a person reads: one wrong answer, the words beside it in both languages.
func TestMessages(t *testing.T) {
	for name, tt := range map[string]struct{ schema, answers, zh, en string }{
		"a missing text": {
			`{"properties": {"a": {"type": "string", "title": "项目名称", "x-title-en": "Project name"}}, "required": ["a"]}`, `{}`,
			"请填写项目名称", "Enter Project name",
		},
		"an empty text is missing": {
			`{"properties": {"a": {"type": "string", "title": "项目名称", "minLength": 1}}, "required": ["a"]}`, `{"a": ""}`,
			"请填写项目名称", "Enter 项目名称",
		},
		"a missing choice": {
			`{"properties": {"a": {"type": "boolean", "title": "是否涉密", "x-title-en": "Secret"}}, "required": ["a"]}`, `{}`,
			"请选择是否涉密", "Choose Secret",
		},
		"a missing list": {
			`{"properties": {"a": {"type": "array", "title": "资金构成", "x-title-en": "Funds", "items": {"type": "object", "properties": {"b": {"type": "string"}}}}}, "required": ["a"]}`, `{}`,
			"请至少增加一行资金构成", "Add at least one row to Funds",
		},
		"a declaration not ticked": {
			`{"properties": {"a": {"const": true, "title": "所填内容真实", "x-title-en": "All is true"}}, "required": ["a"]}`, `{"a": false}`,
			"请勾选“所填内容真实”", "Tick “All is true”",
		},
		"a missing answer in a missing group": {
			`{"properties": {"g": {"title": "用地", "properties": {"a": {"type": "number", "title": "面积", "x-title-en": "Area"}}, "required": ["a"]}}, "required": ["g"]}`, `{}`,
			"请填写面积", "Enter Area",
		},
		"a locked answer": {
			`{"properties": {"a": {"type": "string", "title": "单位", "x-title-en": "Owner", "readOnly": true}}, "required": ["a"]}`, `{}`,
			"单位由系统带入，目前缺少，请先在其来源处补全", "Owner is filled in from elsewhere and is missing; complete it there first",
		},
		"money below zero": {
			`{"properties": {"a": {"type": "number", "format": "decimal(16,4)", "minimum": 0, "title": "总投资", "x-title-en": "Total investment"}}}`, `{"a": -1}`,
			"总投资应为不小于 0 的数，最多 4 位小数", "Total investment must be a number of at least 0, with at most 4 decimal places",
		},
		"money with five places": {
			`{"properties": {"a": {"type": "number", "format": "decimal(16,4)", "title": "总投资", "x-title-en": "Total investment"}}}`, `{"a": 0.00001}`,
			"总投资应为数，最多 4 位小数", "Total investment must be a number, with at most 4 decimal places",
		},
		"too much money": {
			`{"properties": {"a": {"type": "number", "format": "decimal(6,4)", "title": "总投资", "x-title-en": "Total investment"}}}`, `{"a": 123}`,
			"总投资应为数，整数部分最多 2 位，最多 4 位小数", "Total investment must be a number, with at most 2 digits before the point and 4 after",
		},
		"a text for a number": {
			`{"properties": {"a": {"type": "number", "exclusiveMinimum": 0, "maximum": 100, "title": "比例", "x-title-en": "Share"}}}`, `{"a": "很多"}`,
			"比例应为大于 0、不大于 100 的数", "Share must be a number greater than 0 and of at most 100",
		},
		"half a person": {
			`{"properties": {"a": {"type": "integer", "minimum": 1, "title": "人数", "x-title-en": "People"}}}`, `{"a": 1.5}`,
			"人数应为不小于 1 的整数", "People must be a whole number of at least 1",
		},
		"steps": {
			`{"properties": {"a": {"type": "number", "multipleOf": 0.5, "title": "层高", "x-title-en": "Height"}}}`, `{"a": 1.3}`,
			"层高应为数，且为 0.5 的倍数", "Height must be a number, a multiple of 0.5",
		},
		"too short": {
			`{"properties": {"a": {"type": "string", "minLength": 4, "title": "名称", "x-title-en": "Name"}}}`, `{"a": "仁和"}`,
			"名称至少 4 个字，现有 2 个字", "Name needs at least 4 characters; it has 2",
		},
		"too long": {
			`{"properties": {"a": {"type": "string", "maxLength": 1, "title": "名称", "x-title-en": "Name"}}}`, `{"a": "仁和"}`,
			"名称不超过 1 个字，现有 2 个字，请精简", "Name may have 1 characters; it has 2, shorten it",
		},
		"not an option": {
			`{"properties": {"a": {"enum": ["1", "2"], "title": "方式", "x-title-en": "Mode"}}}`, `{"a": "3"}`,
			"请在列出的选项中选择方式", "Choose Mode from the options listed",
		},
		"not a code": {
			`{"properties": {"a": {"type": "string", "x-codes": "regime", "title": "类型", "x-title-en": "Regime"}}}`, `{"a": "X"}`,
			"请在列出的选项中选择类型", "Choose Regime from the options listed",
		},
		"a pattern of the author's": {
			`{"properties": {"a": {"type": "string", "pattern": "^B", "title": "编号", "x-message": "请填写以 B 开头的编号", "x-message-en": "Enter a number that starts with B"}}}`, `{"a": "A"}`,
			"请填写以 B 开头的编号", "Enter a number that starts with B",
		},
		"a pattern without words": {
			`{"properties": {"a": {"type": "string", "pattern": "^B", "title": "编号", "x-title-en": "Number"}}}`, `{"a": "A"}`,
			"请按说明填写编号", "Enter Number as its description says",
		},
		"short credit code": {
			`{"properties": {"a": {"type": "string", "format": "uscc"}}}`, `{"a": "91510411MA6"}`,
			"请填写 18 位统一社会信用代码", "Enter the unified social credit code of 18 characters",
		},
		"credit code's digit": {
			`{"properties": {"a": {"type": "string", "format": "uscc"}}}`, `{"a": "91350100M000100Y44"}`,
			"请填写 18 位统一社会信用代码，最后一位校验码不符", "Enter the unified social credit code of 18 characters; its last character, the check digit, does not fit",
		},
		"born tomorrow": {
			`{"properties": {"a": {"type": "string", "format": "resident-id"}}}`, `{"a": "` + withDigit("51041120261124001") + `"}`,
			"请填写 18 位公民身份号码，第 7–14 位的出生日期不存在或晚于今天", "Enter the citizen identity number of 18 characters; characters 7–14 must be a birthday that exists and is not after today",
		},
		"mobile": {`{"properties": {"a": {"type": "string", "format": "mobile-cn"}}}`, `{"a": "12345678901"}`, "请填写 11 位手机号码", "Enter a mobile number of 11 digits"},
		"month": {
			`{"properties": {"a": {"type": "string", "format": "year-month", "title": "拟开工时间", "x-title-en": "Start"}}}`, `{"a": "2026-13"}`,
			"请按年-月填写拟开工时间，例如 2026-03", "Enter Start as year and month, such as 2026-03",
		},
		"a day that does not exist": {
			`{"properties": {"a": {"type": "string", "format": "date", "title": "日期", "x-title-en": "Day"}}}`, `{"a": "2026-02-29"}`,
			"请按年-月-日填写日期，例如 2026-03-01", "Enter Day as year, month and day, such as 2026-03-01",
		},
		"before today": {
			`{"properties": {"a": {"type": "string", "format": "date", "title": "日期", "x-title-en": "Day", "x-not-before": "today"}}}`, `{"a": "2026-11-22"}`,
			"日期不应早于今天（2026-11-23）", "Day must not be before today (2026-11-23)",
		},
		"this month is not before today": {`{"properties": {"a": {"type": "string", "format": "year-month", "title": "日期", "x-not-before": "today"}}}`, `{"a": "2026-11"}`, "", ""},
		"in a row": {
			`{"properties": {"l": {"type": "array", "items": {"properties": {"a": {"type": "number", "title": "金额", "x-title-en": "Amount"}}, "required": ["a"]}}}}`, `{"l": [{"a": 1}, {}]}`,
			"第 2 行：请填写金额", "Row 2: Enter Amount",
		},
		"a blank row": {
			`{"properties": {"l": {"type": "array", "title": "地点", "x-title-en": "Place", "items": {"type": "string"}}}}`, `{"l": ["仁和", null]}`,
			"第 2 行：请填写地点", "Row 2: Enter Place",
		},
		"too few rows": {
			`{"properties": {"l": {"type": "array", "title": "地点", "x-title-en": "Place", "minItems": 2, "items": {"type": "string"}}}}`, `{"l": ["仁和"]}`,
			"地点至少 2 行，请补充", "Place needs at least 2 rows; add them",
		},
		"twice the same": {
			`{"properties": {"l": {"type": "array", "title": "地点", "x-title-en": "Place", "uniqueItems": true, "items": {"type": "string"}}}}`, `{"l": ["仁和", "仁和"]}`,
			"地点有重复，请去掉重复的", "Place has repetitions; remove them",
		},
		"a field nobody asked for": {
			`{"properties": {"a": {"type": "string"}}, "additionalProperties": false}`, `{"z": 1}`,
			"表中没有“z”这一栏，请去掉", "The form has no field “z”; remove it",
		},
		"a number no machine should multiply": {
			`{"properties": {"a": {"type": "number", "title": "数", "x-title-en": "Number", "multipleOf": 2}}}`, `{"a": 1e999999999}`,
			"数应为数，且为 2 的倍数", "Number must be a number, a multiple of 2",
		},
		"neither of two": {
			`{"properties": {"a": {"type": "string", "title": "手机"}, "b": {"type": "string", "title": "邮箱"}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}`, `{}`,
			"请填写手机", "Enter 手机",
		},
		"the sum": {
			`{"x-sum": {"rows": "/l/*/a", "equals": "/t", "tolerance": "0.01"}, "properties": {"t": {"type": "number", "title": "总投资", "x-title-en": "Total", "format": "decimal(16,4)", "x-unit": "万元"}, "l": {"type": "array", "items": {"properties": {"a": {"type": "number", "title": "金额", "x-title-en": "Amount"}}}}}}`, `{"t": 1280.5, "l": [{"a": 880.1}, {"a": 400.389}]}`,
			"金额合计 1,280.489，应与总投资 1,280.50 万元一致，请修改", "The sum of Amount is 1,280.489; it must equal Total, 1,280.50",
		},
		"the sum within its tolerance": {`{"x-sum": {"rows": "/l/*/a", "equals": "/t", "tolerance": "0.01"}, "properties": {"t": {"type": "number"}, "l": {"type": "array", "items": {"properties": {"a": {"type": "number"}}}}}}`, `{"t": 0.3, "l": [{"a": 0.1}, {"a": 0.21}]}`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := compile(t, parseJSON(t, tt.schema))
			problems := f.Check(parseJSON(t, tt.answers), Context{Today: "2026-11-23"})
			var zh, en []string
			for _, p := range problems {
				zh, en = append(zh, p.Message(Chinese)), append(en, p.Message(English))
			}
			if got := strings.Join(zh, "; "); got != tt.zh {
				t.Errorf("said %q, want %q (%+v)", got, tt.zh, problems)
			}
			if got := strings.Join(en, "; "); got != tt.en {
				t.Errorf("said %q, want %q", got, tt.en)
			}
		})
	}
}

func withDigit(id17 string) string {
	for _, c := range "0123456789X" {
		if s := id17 + string(c); CheckResidentID(s, "") == CodeOK {
			return s
		}
	}
	return ""
}

// An inner digit that does not fit is told, and does not stop the form.
func TestInnerLayerOnlyWarns(t *testing.T) {
	f := compile(t, parseJSON(t, `{"properties": {"a": {"type": "string", "format": "uscc"}}}`))
	code := ""
	for _, c := range usccAlphabet {
		if fault, inner := CheckUSCC("91510411MA65ABCD1" + string(c)); fault == CodeOK && !inner {
			code = "91510411MA65ABCD1" + string(c)
		}
	}
	problems := f.Check(map[string]any{"a": code}, Context{})
	if len(problems) != 1 || problems[0].Code != "uscc.inner" || Blocking(problems) {
		t.Errorf("%s: found %+v, want one warning", code, problems)
	}
}

// The secrecy question ends the form: nothing else is said, nothing is to be kept.
func TestStop(t *testing.T) {
	f := registration(t)
	answers := parseJSON(t, `{"is_classified": true, "name": "x"}`)
	p, ok := f.Stop(answers)
	if !ok || p.Pointer != "/is_classified" || p.Message(Chinese) != "涉密项目不得在本平台申报，请到区发展改革局线下办理" {
		t.Errorf("found %+v, %v", p, ok)
	}
	if all := f.Check(answers, Context{}); len(all) != 1 || all[0].Code != "stop" || !Blocking(all) {
		t.Errorf("found %+v, want the stop alone", all)
	}
	if _, ok := f.Stop(parseJSON(t, `{"is_classified": false}`)); ok {
		t.Error("stopped by an answer that does not stop")
	}
}

// Every text is there in both languages, with the same parameters.
func TestTextsAreComplete(t *testing.T) {
	names := func(s string) (out []string) {
		for _, part := range strings.Split(s, "{")[1:] {
			name, _, ok := strings.Cut(part, "}")
			if !ok {
				t.Errorf("open brace in %q", s)
			}
			out = append(out, name)
		}
		return out
	}
	for key, w := range texts {
		if w.zh == "" || w.en == "" {
			t.Errorf("%s lacks a language", key)
		}
		for _, n := range names(w.en) {
			if !strings.Contains(w.zh, "{"+n+"}") {
				t.Errorf("%s: {%s} is in the English text only", key, n)
			}
		}
	}
}

// A document of the page's problems and the words beside the field are the same.
func TestSummaryOfProblemsReadsAsBesideTheField(t *testing.T) {
	f := registration(t)
	answers := parseJSON(t, draft)
	ctx := Context{Today: "2026-11-23"}
	v := f.View(answers, f.Check(answers, ctx), ctx)
	beside := map[string]string{}
	for _, fv := range controls(v) {
		if fv.Problem != "" {
			beside[fv.Pointer] = fv.Problem
		}
	}
	if len(v.Problems) == 0 || len(beside) != len(v.Problems) {
		t.Fatalf("%d problems in the summary, %d beside fields", len(v.Problems), len(beside))
	}
	for _, p := range v.Problems {
		if p.Text != beside[p.Pointer] || p.Target == "" {
			t.Errorf("summary says %q with target %q, beside the field stands %q", p.Text, p.Target, beside[p.Pointer])
		}
	}
}

// A code that changed its name is one choice, in force while any of its entries is.
func TestCodesInTime(t *testing.T) {
	f := compile(t, parseJSON(t, `{"properties": {"a": {"type": "string", "x-codes": "fund_source"}}}`))
	for _, tt := range []struct{ code, today, want string }{
		{"07", "2026-11-23", ""}, {"07", "2018-01-01", ""}, {"99", "2026-11-23", "expired"}, {"99", "2020-12-31", ""}, {"99", "", ""}, {"00", "", "choose"},
	} {
		got := ""
		for _, p := range f.Check(map[string]any{"a": tt.code}, Context{Today: tt.today}) {
			got += p.Code
		}
		if got != tt.want {
			t.Errorf("code %s on %q: %q, want %q", tt.code, tt.today, got, tt.want)
		}
	}
	seen := map[string]int{}
	for _, o := range f.View(nil, nil, Context{Today: "2026-11-23"}).Sections[0].Fields[0].Options {
		seen[o.Value]++
	}
	if seen["07"] != 1 || seen["99"] != 0 {
		t.Errorf("offered %v", seen)
	}
}
