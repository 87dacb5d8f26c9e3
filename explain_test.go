package main

import (
	"encoding/json"
	"strings"
	"testing"

	"banli/internal/web"
	"banli/server/servertest"
)

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
			"窗口计时\n  自 2026-11-23 09:00 起算，时限 24 小时（T1）\n",
			"2026-11-23 09:00 至 2026-11-24 09:00：计 24 小时；由第 1 件事“提交登记”引起（D2、T1）",
			"2026-11-24 09:00 至 2026-11-25 10:00：已过到期时间，超 25 小时（D5）",
			"合计 24 小时，满时限，即 2026-11-24 09:00 到期",
			"时限：24；条件：param.window_hours；param.window_hours = 24；依据：攀仁府办〔2018〕77号",
		}},
		"en":     {ask(web.English, false, id, ""), []string{"General window time\n  counts from 2026-11-23 09:00, limit 24 h (T1)\n", "because of event 1, “Submit registration” (D2, T1)", "24 h in all, the whole limit, so it is due at 2026-11-24 09:00"}},
		"act":    {ask(web.Chinese, false, id, "act:complete_dispatch"), []string{"不由这个角色办理；依据：T6（flows/registration.yaml:"}},
		"state":  {ask(web.English, false, id, "act:note_filing"), []string{"may be done; source: T10"}},
		"limit":  {ask(web.English, false, filing, "limit:filing"), []string{"72; condition: param.filing_hours; param.filing_hours = 72; source: 攀仁府办〔2018〕77号"}},
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
	if len(x.Clocks) != 1 || x.Clocks[0].ID != "window" || x.Clocks[0].Sum != 24 || !x.Clocks[0].Overdue || len(x.Clocks[0].Spans)+2 != len(x.Clocks[0].Zh) {
		t.Errorf("%+v", x)
	}
	for _, question := range []string{"act:nothing", "item:XX99", "material:map", "limit:nothing", "what"} {
		if err := (explanation{cases: d.Service}).why(t.Context(), &strings.Builder{}, id, question); err == nil {
			t.Errorf("%s is answered", question)
		}
	}
}
