package forms

import (
	"encoding/json"
	"os"
	"testing"
)

// lists are the code lists of the tests.
func lists(id string) ([]Code, bool) {
	switch id {
	case "regime":
		return []Code{{Code: "APPROVAL", Name: "审批", NameEn: "Approval"}, {Code: "RATIFICATION", Name: "核准", NameEn: "Ratification"}, {Code: "FILING", Name: "备案", NameEn: "Filing"}}, true
	case "fund_source":
		return []Code{
			{Code: "01", Name: "中央预算"},
			{Code: "02", Name: "省预算"},
			{Code: "03", Name: "市预算"},
			{Code: "04", Name: "区预算"},
			{Code: "05", Name: "地方政府专项债"},
			{Code: "06", Name: "企业自筹"},
			{Code: "07", Name: "银行贷款", To: "2019-12-31"},
			{Code: "07", Name: "国内贷款", From: "2020-01-01"},
			{Code: "99", Name: "旧来源", To: "2020-12-31"},
		}, true
	}
	return nil, false
}

func compile(t testing.TB, schema map[string]any) *Form {
	t.Helper()
	f, err := Compile(t.Name(), schema, Options{Codes: lists})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func parseJSON(t testing.TB, s string) map[string]any {
	t.Helper()
	v, err := decode([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return v.(map[string]any)
}

func registration(t testing.TB) *Form {
	t.Helper()
	raw, err := os.ReadFile("testdata/registration.json")
	if err != nil {
		t.Fatal(err)
	}
	return compile(t, parseJSON(t, string(raw)))
}

func indented(t testing.TB, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
