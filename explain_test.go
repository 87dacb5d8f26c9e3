package main

import (
	"encoding/json"
	"strings"
	"testing"

	"banli/internal/web"
	"banli/server/servertest"
)

// TestExplainProject: with the code of a project each of its cases is explained, and a question asks which; what is
// neither a case nor a code is said once.
func TestExplainProject(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	p := d.Register("FILING", nil)
	registration := d.Find(p.ID, "registration", "")
	code, filing := d.Act("general_window", registration, "confirm", nil).Code, d.Find(p.ID, "filing", "")
	var out strings.Builder
	e := explanation{cases: d.Service, lang: web.English}
	if err := e.clocks(t.Context(), &out, code); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"  " + registration + "\n", "  " + filing + "\n", "\nGeneral window time\n", "  limit: 72 h = param.filing_hours"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got\n%s\nwithout %q", out.String(), want)
		}
	}
	err := e.why(t.Context(), &out, code, "act:confirm")
	if err == nil || !strings.Contains(err.Error(), "2 cases") || !strings.Contains(err.Error(), registration) || !strings.Contains(err.Error(), filing) {
		t.Errorf("a question about two cases: %v", err)
	}
	out.Reset()
	e.json = true
	var list []explained
	if err := e.clocks(t.Context(), &out, code); err != nil || json.Unmarshal([]byte(out.String()), &list) != nil || len(list) != 2 {
		t.Errorf("as JSON: %v, %s", err, out.String())
	}
	if err := e.clocks(t.Context(), &out, "nothing"); err == nil || strings.Count(err.Error(), "nothing") != 1 {
		t.Errorf("a case that is not there: %v", err)
	}
}

// A case is explained in sentences of both languages and to machines, and each question about a rule has its answer.
func TestExplain(t *testing.T) {
	d := servertest.New(t, "2026-11-23 09:00")
	p := d.Register("FILING", nil)
	id := d.Find(p.ID, "registration", "")
	filing := d.Find(p.ID, "filing", "")
	d.At("2026-11-25 10:00")
	ask := func(lang web.Lang, asJSON bool, id, why string) string {
		t.Helper()
		var out strings.Builder
		e := explanation{cases: d.Service, lang: lang, json: asJSON}
		var err error
		if why == "" {
			err = e.clocks(t.Context(), &out, id)
		} else {
			err = e.why(t.Context(), &out, id, why)
		}
		if err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	for name, tt := range map[string]struct {
		got  string
		want []string
	}{
		"zh": {ask(web.Chinese, false, id, ""), []string{
			"窗口计时\n  自 2026-11-23 09:00 起立即累计，时限 24 小时；工作日每日计 24 小时，非工作日不计（T1）。\n",
			"2026-11-23 09:00 至 2026-11-24 09:00：计 24 小时；由第 1 件事“提交登记”引起（D2、T1）",
			"2026-11-24 09:00 至 2026-11-25 10:00：已过到期时间，超 25 小时（D5）",
			"计满 24 小时之时，即 2026-11-24 09:00，为到期时间。\n  现已逾期 25 小时。\n",
			"\n  期限：24 小时 = param.window_hours；param.window_hours = 24；依据：攀仁府办〔2018〕77号",
		}},
		"en":     {ask(web.English, false, id, ""), []string{"General window time\n  Counts from 2026-11-23 09:00 at once, limit 24 h; a working day counts 24 hours, other days none (T1).\n", "because of event 1, “Submit registration” (D2, T1)", "With 24 h counted, the whole limit, it is due at 2026-11-24 09:00.\n  It is overdue by 25 h."}},
		"act":    {ask(web.Chinese, false, id, "act:complete_dispatch"), []string{"不由这个角色办理；依据：T6（flows/registration.yaml:"}},
		"state":  {ask(web.English, false, id, "act:note_filing"), []string{"may be done; source: T10"}},
		"limit":  {ask(web.English, false, filing, "limit:filing"), []string{"limit: 72 h = param.filing_hours; param.filing_hours = 72; source: 攀仁府办〔2018〕77号"}},
		"item":   {ask(web.Chinese, false, id, "item:FG05"), []string{"需要", "项目属类 = ", "企业投资项目核准和备案管理条例", "（items/FG05.yaml:"}},
		"for it": {ask(web.Chinese, true, id, "item:FG05"), []string{`"result": "needed"`, `"file": "items/FG05.yaml"`, `"sentence": "需要；`}},
	} {
		for _, want := range tt.want {
			if !strings.Contains(tt.got, want) {
				t.Errorf("%s: got\n%s\nwithout %s", name, tt.got, want)
			}
		}
	}
	var x explained
	if err := json.Unmarshal([]byte(ask(web.Chinese, true, id, "")), &x); err != nil {
		t.Fatal(err)
	}
	if len(x.Clocks) != 1 || x.Clocks[0].ID != "window" || x.Clocks[0].Sum != 24 || !x.Clocks[0].Overdue || len(x.Clocks[0].Spans) != len(x.Clocks[0].Zh) {
		t.Errorf("%+v", x)
	}
	for _, question := range []string{"act:nothing", "item:XX99", "material:map", "limit:nothing", "what"} {
		if err := (explanation{cases: d.Service}).why(t.Context(), &strings.Builder{}, id, question); err == nil {
			t.Errorf("%s is answered", question)
		}
	}
}
