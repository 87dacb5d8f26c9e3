package rule_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"banli/engine/rule"
)

func env() *rule.Env {
	return &rule.Env{
		Vars: []rule.Field{
			{Name: "at", Type: rule.Time},
			{Name: "t0", Type: rule.Time},
			{Name: "t1", Type: rule.Time},
			{Name: "input", Type: rule.ObjectOf(
				rule.Field{Name: "days", Type: rule.Int},
				rule.Field{Name: "items", Type: rule.ListOf(rule.String)},
				rule.Field{Name: "agree", Type: rule.Bool},
				rule.Field{Name: "reason", Type: rule.String},
				rule.Field{Name: "site", Type: rule.ObjectOf(rule.Field{Name: "area", Type: rule.Number})},
			)},
			{Name: "project", Type: rule.ObjectOf(
				rule.Field{Name: "regime", Type: rule.String},
				rule.Field{Name: "total_investment", Type: rule.Number},
			)},
			{Name: "param", Type: rule.ObjectOf(rule.Field{Name: "extension_max", Type: rule.Int}, rule.Field{Name: "extension_default", Type: rule.Int})},
			{Name: "anything", Type: rule.Any},
		},
		Funcs: []rule.Func{
			{Name: "granted", Params: []rule.Type{rule.String}, Result: rule.Bool, Call: func(_ rule.Source, args []rule.Value) (rule.Value, error) {
				id, _ := args[0].Text()
				return rule.Truth(id == "GH01"), nil
			}},
			{Name: "hold_days", Params: []rule.Type{rule.String}, Result: rule.Int, OneOf: []string{"extension", "wait"}, Call: func(rule.Source, []rule.Value) (rule.Value, error) {
				return rule.Whole(10), nil
			}},
			{Name: "count", Params: []rule.Type{rule.String}, Result: rule.Int, OneOf: []string{"accept", "supplement"}, Call: func(rule.Source, []rule.Value) (rule.Value, error) {
				return rule.Whole(2), nil
			}},
			{Name: "has", Params: []rule.Type{rule.String}, Result: rule.Bool, Reads: []string{"answers"}, Call: func(rule.Source, []rule.Value) (rule.Value, error) {
				return rule.Truth(true), nil
			}},
		},
	}
}

var noon = time.Date(2018, 6, 13, 12, 0, 0, 0, time.UTC)

func vars() rule.Vars {
	return rule.Vars{
		"at": noon, "t0": noon.Add(-time.Hour),
		"input":   map[string]any{"days": 30.0, "items": []any{"GH01", "GT01"}, "agree": true, "site": map[string]any{"area": json.Number("1.5")}},
		"project": map[string]any{"regime": "FILING", "total_investment": json.Number("9007199254740993")},
		"param":   map[string]any{"extension_max": 60, "extension_default": 30},
	}
}

func TestEval(t *testing.T) {
	for src, want := range map[string]any{
		`input.days <= 60`:                                           true,
		`input.days`:                                                 30,
		`input.days + 1`:                                             31,
		`input.days / 4`:                                             7.5,
		`input.days / 3`:                                             10,
		`-input.days % 7`:                                            -2,
		`t1 ?? t0`:                                                   noon.Add(-time.Hour),
		`at > t0 and t0 == t0 and t1 == nil`:                         true,
		`input.reason ?? "none"`:                                     "none",
		`input.reason == nil ? "a" : "b"`:                            "a",
		`input.site.area * 2`:                                        3,
		`project.regime == "FILING"`:                                 true,
		`project.regime in ["APPROVAL", "RATIFICATION"]`:             false,
		`project.regime not in ["APPROVAL"]`:                         true,
		`anything in ["APPROVAL", 1]`:                                false,
		`(input.days == 30 ? 1 : 2) in [2, 1]`:                       true,
		`anything in ["APPROVAL", "FILING"]`:                         false,
		`"x" in []`:                                                  false,
		`project.total_investment > 9007199254740992`:                true,
		`project.total_investment == 9007199254740992`:               false,
		`all(input.items, granted(#))`:                               false,
		`any(input.items, granted(#))`:                               true,
		`all(input.items ?? [], # != "")`:                            true,
		`filter(input.items, # startsWith "GT")`:                     []any{"GT01"},
		`map(input.items, len(#))`:                                   []any{4, 4},
		`count(input.items, granted(#))`:                             1,
		`count("accept")`:                                            2,
		`sum([1, 2, 3])`:                                             6,
		`sum(input.items, len(#))`:                                   8,
		`hold_days("extension") + input.days <= param.extension_max`: true,
		`let d = input.days ?? 5; d >= 1 && d <= 60`:                 true,
		`anything.below.nothing ?? 3`:                                3,
		`anything?.below`:                                            nil,
		`input.items[1]`:                                             "GT01",
		`input.items[7]`:                                             nil,
		`first(input.items) + "/" + last(input.items)`:               "GH01/GT01",
		`not input.agree or !input.agree`:                            false,
		`max(1, input.days, 7) - min(2, 1)`:                          29,
		`round(7.5) + floor(1.9) + ceil(1.1) + abs(-3)`:              14,
		`0.1 + 0.2 > 0.3`:                                            true,
		`1.10 == 1.1`:                                                true,
		`nil == nil`:                                                 true,
		`len("办理") == 2`:                                             true,
		`upper("a") + lower("B") + trim(" c ") + string(4)`:          "Abc4",
		`1 < 2 < 3`:                                                  true,
		`input.items | filter(# == "GH01") | len()`:                  1,
		`has("plan")`:                                                true,
	} {
		r, err := rule.Compile(src, env(), rule.Any)
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		got, err := r.Eval(vars())
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s = %v (%T), %v; want %v", src, got, got, err, want)
		}
	}
}

// What cannot be answered says which field is missing, and is never simply false.
func TestMissing(t *testing.T) {
	for src, want := range map[string]string{
		`input.reason contains "x"`:      "input.reason is missing",
		`not (input.site.height > 3)`:    "",
		`t1 > t0`:                        "t1 is missing",
		`at < t1`:                        "t1 is missing",
		`anything + 1`:                   "anything is missing",
		`anything.deep.er > 2`:           "anything.deep.er is missing",
		`all(anything, # == 1)`:          "anything is missing",
		`len(anything)`:                  "anything is missing",
		`anything ? 1 : 2`:               "anything is missing",
		`granted(input.reason)`:          "input.reason is missing",
		`1 % 0`:                          "divided by zero",
		`input.days / (input.days - 30)`: "divided by zero",
		`9223372036854775807 + 1`:        "the number is too large",
		`anything.x < "a"`:               "anything.x is missing",
	} {
		r, err := rule.Compile(src, env(), rule.Any)
		if want == "" {
			if err == nil {
				t.Errorf("%s: compiled", src)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		got, err := r.Eval(vars())
		if e, ok := errors.AsType[*rule.EvalError](err); !ok || e.Error() != want {
			t.Errorf("%s = %v, %v; want %s", src, got, err, want)
		}
	}
}

func TestFaults(t *testing.T) {
	for src, want := range map[string]struct {
		offset int
		code   string
		text   string
	}{
		`project.total_investmnt > 500`:     {8, "unknown-field", `project has no field "total_investmnt"; did you mean "total_investment"?`},
		`proyect.regime == "A"`:             {0, "unknown-name", `unknown name "proyect"; did you mean "project"?`},
		`"办理" == projct.regime`:             {8, "unknown-name", `unknown name "projct"; did you mean "project"?`},
		`input.site.aera > 1`:               {11, "unknown-field", `input.site has no field "aera"; did you mean "area"?`},
		`input.days > "x"`:                  {11, "type-mismatch", `">" cannot be used with a whole number and text`},
		`input.days == "x"`:                 {11, "type-mismatch", `"==" cannot be used with a whole number and text`},
		`input.days`:                        {6, "type-mismatch", `this gives a whole number, expected yes or no`},
		`input.days and true`:               {11, "type-mismatch", `"and" cannot be used with a whole number and yes or no`},
		`now() > at`:                        {0, "not-available", `now is not available in rules; the instant of the event is at`},
		`date("2018-01-01") > at`:           {0, "not-available", `date is not available in rules; write day("2018-06-13")`},
		`len(keys(input)) > 0`:              {4, "not-available", `keys is not available in rules; name the fields`},
		`input.reason matches "(a+)+"`:      {13, "not-available", `rules cannot match regular expressions; give the field a pattern in its form`},
		`3 in 1..1000000000`:                {6, "not-available", `rules cannot make ranges; compare with >= and <=`},
		`count("acept") > 1`:                {6, "unknown-value", `count knows no "acept"; did you mean "accept"?`},
		`hold_day("wait") > 1`:              {0, "unknown-function", `unknown function "hold_day"; did you mean "hold_days"?`},
		`granted() == true`:                 {0, "wrong-arguments", `granted takes 1 values, found 0`},
		`granted(1)`:                        {8, "type-mismatch", `expected text, found a whole number`},
		`input.days <= `:                    {13, "syntax", `the expression ends too early`},
		``:                                  {0, "syntax", `the expression is empty`},
		`a b`:                               {2, "syntax", `unexpected token Identifier("b")`},
		`"a`:                                {2, "syntax", `literal not terminated`},
		`$env.at == at`:                     {0, "unknown-name", `unknown name "$env"`},
		`input.days.x == 1`:                 {11, "unknown-field", `input.days is a whole number and has no field "x"`},
		`true; false`:                       {0, "not-available", `a rule is one expression, found several separated by ;`},
		`reduce(input.items, #acc, 1) == 1`: {0, "not-available", `reduce is not available in rules`},
		`input.reason.upper() == ""`:        {13, "not-available", `values have no functions of their own`},
		`"GH01" in input.days`:              {7, "type-mismatch", `"in" cannot be used with text and a whole number`},
	} {
		_, err := rule.Compile(src, env(), rule.Bool)
		e, ok := errors.AsType[*rule.Error](err)
		if !ok {
			t.Errorf("%s: got %v", src, err)
			continue
		}
		if e.Offset != want.offset || e.Code != want.code || e.Error() != want.text {
			t.Errorf("%s:\n got %d %s %s\nwant %d %s %s", src, e.Offset, e.Code, e.Error(), want.offset, want.code, want.text)
		}
	}
}

func TestReads(t *testing.T) {
	for src, want := range map[string][]string{
		`project.regime == "FILING" && children == nil`: nil,
		`project.regime == "FILING"`:                    {"project.regime"},
		`input.days ?? param.extension_default`:         {"input.days", "param.extension_default"},
		`has("plan") and at > t0`:                       {"answers", "at", "t0"},
		`let d = input.site; d.area > 1`:                {"input.site"},
		`input.site.area > input.site.area`:             {"input.site.area"},
		`all(input.items, # == project.regime)`:         {"input.items", "project.regime"},
	} {
		r, err := rule.Compile(src, env(), rule.Any)
		if want == nil {
			if err == nil {
				t.Errorf("%s compiled", src)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", src, err)
		} else if !reflect.DeepEqual(r.Reads(), want) {
			t.Errorf("%s reads %v, want %v", src, r.Reads(), want)
		}
	}
}

// What a record has read it keeps; a rule compiled later reads what it needs; a rule of another layout, the source.
func TestRecord(t *testing.T) {
	layout := rule.NewLayout("input", "project")
	e := env()
	e.Layout = layout
	compile := func(src string, e *rule.Env) *rule.Rule {
		r, err := rule.Compile(src, e, rule.Any)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	days := compile("input.days", e)
	v := vars()
	record := layout.Record(v)
	want := func(r *rule.Rule, want any) {
		t.Helper()
		if got, err := r.Eval(record); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s = %v, %v; want %v", r, got, err, want)
		}
	}
	want(days, 30)
	v["input"].(map[string]any)["days"] = 31
	want(days, 30)
	want(compile("input.days", env()), 31)
	want(compile(`input.days + (input.site.area > 1 ? 1 : 0) + len(input.items)`, e), 33)
	want(compile("project.regime == nil", e), false)
	want(compile("input.reason ?? param.extension_max", e), 60)
	want(compile("input.reason ?? param.extension_max", e), 60)
	record.Reset(layout, v)
	want(days, 31)
	v["input"] = 7
	record.Reset(layout, v)
	if _, err := days.Eval(record); err == nil || err.Error() != "input: expected an object, found 7" {
		t.Errorf("below a number: %v", err)
	}
}

// Evaluating allocates nothing.
func TestAllocations(t *testing.T) {
	e := env()
	e.Layout = rule.NewLayout("input", "project", "param")
	record := e.Layout.Record(vars())
	for _, src := range []string{simple, complex} {
		r, err := rule.Compile(src, e, rule.Bool)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() {
			if ok, err := r.Bool(record); !ok || err != nil {
				t.Fatal(ok, err)
			}
		}); n > 0 {
			t.Errorf("%s: %g allocations", src, n)
		}
	}
}
