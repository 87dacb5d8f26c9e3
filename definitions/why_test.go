package definitions_test

import (
	"cmp"
	"strings"
	"testing"

	"banli/definitions"
	"banli/engine/flow"
)

func TestWhyItemAndMaterial(t *testing.T) {
	c, faults := definitions.Load(base(t))
	if c == nil {
		t.Fatal(faults)
	}
	b01, a01 := c.AnyItem("B01"), c.AnyItem("A01")
	project := func(kv ...any) definitions.Data {
		d := definitions.Data{Project: map[string]any{}}
		for i := 0; i < len(kv); i += 2 {
			d.Project[kv[i].(string)] = kv[i+1]
		}
		return d
	}
	material := func(id string, d definitions.Data) definitions.Reason {
		r, ok := c.WhyMaterial(b01, id, d)
		if !ok {
			t.Fatalf("no material %s", id)
		}
		return r
	}
	for name, tt := range map[string]struct {
		reason definitions.Reason
		zh, en string
	}{
		"an item whose condition holds": {
			c.WhyItem(b01, project("land_area", 50)),
			"需要；条件：用地的项目 project.land_area > 0；用地面积 = 50；依据：建筑法第七条（items.yaml:25:15）",
			"needed; condition: Where land is used project.land_area > 0; Land area = 50; source: 建筑法第七条 (items.yaml:25:15)",
		},
		"an item whose condition does not hold": {
			c.WhyItem(b01, project("land_area", 0)),
			"不需要；条件：用地的项目 project.land_area > 0；用地面积 = 0；依据：建筑法第七条（items.yaml:25:15）",
			"not needed; condition: Where land is used project.land_area > 0; Land area = 0; source: 建筑法第七条 (items.yaml:25:15)",
		},
		"an answer is missing": {
			c.WhyItem(b01, project()),
			"还不能确定；条件：用地的项目 project.land_area > 0；用地面积 = 未填；依据：建筑法第七条（items.yaml:25:15）",
			"not known yet; condition: Where land is used project.land_area > 0; Land area = not given; source: 建筑法第七条 (items.yaml:25:15)",
		},
		"another regime": {
			c.WhyItem(a01, project("regime", "FILING")),
			`不需要；条件：project.regime in ["APPROVAL"]；项目类型 = FILING；依据：行政许可法第四十二条（items.yaml:10:13）`,
			`not needed; condition: project.regime in ["APPROVAL"]; Regime = FILING; source: 行政许可法第四十二条 (items.yaml:10:13)`,
		},
		"a material without a condition": {
			material("approval", project()),
			"需要；没有条件，一律需要；依据：建筑法第七条（items.yaml:32:5）",
			"needed; without any condition; source: 建筑法第七条 (items.yaml:32:5)",
		},
		"a material whose condition does not hold": {
			material("map", project("land_area", 50)),
			"不需要；条件：用地超过 100 平方米 project.land_area > 100；用地面积 = 50；依据：建筑法第七条（items.yaml:33:60）",
			"not needed; condition: More than 100 m² of land project.land_area > 100; Land area = 50; source: 建筑法第七条 (items.yaml:33:60)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tt.reason.Sentence("zh", c.Calendar.Zone()); got != tt.zh {
				t.Errorf("got  %s\nwant %s", got, tt.zh)
			}
			if got := tt.reason.Sentence("en", c.Calendar.Zone()); got != tt.en {
				t.Errorf("got  %s\nwant %s", got, tt.en)
			}
		})
	}
	if _, ok := c.WhyMaterial(b01, "nothing", project()); ok {
		t.Error("a material that is not there has a reason")
	}
}

// TestWhyLaw: an English reason cites the law by its English name, where the item gives one.
func TestWhyLaw(t *testing.T) {
	tree := base(t)
	edit(t, tree, `items.yaml: {instrument: 建筑法, => {instrument: 建筑法, instrument_en: Construction Law,`)
	c, faults := definitions.Load(tree)
	if c == nil {
		t.Fatal(faults)
	}
	r := c.WhyItem(c.AnyItem("B01"), definitions.Data{Project: map[string]any{"land_area": 50}})
	if r.Source != "建筑法第七条" || r.SourceEn != "Construction Law 第七条" {
		t.Errorf("source %q, %q", r.Source, r.SourceEn)
	}
	if got := r.Sentence("en", c.Calendar.Zone()); !strings.Contains(got, "source: Construction Law 第七条 (") {
		t.Errorf("in English: %s", got)
	}
}

// TestWhyAct: the reason names the line that forbids an act, and what its condition read.
func TestWhyAct(t *testing.T) {
	c := shipped(t)
	k := running(t, c, "k", "2018-06-12T09:00 submit", "2018-06-13T10:20 pass_pre_review", "2018-06-14T09:00 accept")
	f := c.Flows["permit"]
	s, err := f.Replay(k.Scope, k.Events)
	if err != nil {
		t.Fatal(err)
	}
	k.Scope.Loose = false
	at := instant(t, c, "2018-06-15T09:00")
	for name, tt := range map[string]struct {
		do, role string
		input    map[string]any
		result   string
		reads    map[string]any
	}{
		"may be taken":            {"grant", "dept_leader", nil, definitions.Offered, nil},
		"another role's":          {"grant", "handler", nil, flow.WrongRole, nil},
		"another state's":         {"deliver", "dept_window", nil, flow.WrongState, nil},
		"a hold that is not open": {"close_wait", "handler", nil, flow.HoldClosed, nil},
		"before the form is asked": { // what requires and when read, though the input is still to come
			"open_extension", "dept_leader", nil, definitions.Offered,
			map[string]any{"policy.extension_cap": "cumulative", `hold_days("extension")`: 0, "input.days": nil, "param.extension_default": 30},
		},
		"a guard": {
			"open_extension", "dept_leader",
			map[string]any{"days": 61},
			flow.Guard,
			map[string]any{"input.days": 61, "param.extension_max": 60, "policy.extension_cap": "cumulative", `hold_days("extension")`: 0},
		},
		"a row of a decision table": {
			"prolong_statutory", "dept_leader",
			map[string]any{"kind": "licence", "days": 11, "reason": "案情复杂"},
			flow.Guard,
			map[string]any{"input.kind": "licence", "item.kind": "permit", "input.days": 11},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := c.WhyAct(f, k.Scope, s, flow.Command{Do: tt.do, At: at, By: flow.Actor{Role: tt.role, User: "u"}, Input: tt.input})
			if err != nil {
				t.Fatal(err)
			}
			if r.Result != tt.result || r.Place.File != "flows/permit.yaml" || (r.Expression != "") != (tt.reads != nil) {
				t.Errorf("got %+v", r)
			}
			where := map[string]string{flow.WrongState: "只在这些状态办理：已办结，待送达; only while the case is: Decided, to be delivered"}
			if r.Text+"; "+r.TextEn != cmp.Or(where[r.Result], "; ") { // what an act does is no condition of it
				t.Errorf("it says %q, %q", r.Text, r.TextEn)
			}
			for _, read := range r.Reads {
				if want, ok := tt.reads[read.Path]; ok && want != read.Value {
					t.Errorf("%s = %v, want %v", read.Path, read.Value, want)
				}
				delete(tt.reads, read.Path)
			}
			if len(tt.reads) > 0 {
				t.Errorf("it does not say that it read %v", tt.reads)
			}
		})
	}
}

// TestWhyRow: of a decision table the row that decides is named, with its place and law, and what was read up to it.
func TestWhyRow(t *testing.T) {
	tree := base(t)
	edit(t, tree, `items.yaml: applies_when: project.land_area > 0\n => applies_when:\n  table:\n    - {when: project.regime == "FILING", then: project.land_area > 500, source: 条例第三条}\n    - {when: project.land_area >= 1, then: true}\n  otherwise: granted("A01") || has("map")\n
flow.yaml: limit: param.intake_days => limit: {table: [{when: count("submit") > 1, then: 3}], otherwise: param.intake_days}`)
	c, faults := definitions.Load(tree)
	if c == nil {
		t.Fatal(faults)
	}
	why := func(project map[string]any) definitions.Reason {
		return c.WhyItem(c.AnyItem("B01"), definitions.Data{Project: project, Have: []string{"map"}})
	}
	for name, tt := range map[string]struct {
		project map[string]any
		want    string
	}{
		"the first":     {map[string]any{"regime": "FILING", "land_area": 501}, `需要；用地的项目 判定表第 1 行：project.regime == "FILING" → project.land_area > 500；项目类型 = FILING；用地面积 = 501；依据：条例第三条（items.yaml:27:14）`},
		"the second":    {map[string]any{"regime": "APPROVAL", "land_area": 1}, `需要；用地的项目 判定表第 2 行：project.land_area >= 1 → true；项目类型 = APPROVAL；用地面积 = 1；依据：建筑法第七条（items.yaml:28:14）`},
		"otherwise":     {map[string]any{"regime": "APPROVAL", "land_area": 0}, `需要；用地的项目 判定表第 3 行：otherwise → granted("A01") || has("map")；项目类型 = APPROVAL；用地面积 = 0；granted("A01") = false；has("map") = true；依据：建筑法第七条（items.yaml:29:14）`},
		"not known yet": {map[string]any{"regime": "APPROVAL"}, `还不能确定；用地的项目 判定表第 2 行：project.land_area >= 1 → true；项目类型 = APPROVAL；用地面积 = 未填；依据：建筑法第七条（items.yaml:28:14）`},
	} {
		if got := why(tt.project).Sentence("zh", c.Calendar.Zone()); got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, tt.want)
		}
	}
	f := c.Flows["permit"]
	sc := c.Scope(c.AnyItem("A01").Revision, instant(t, c, "2018-06-12T09:00"))
	sc.Loose = true
	d, err := f.Decide(sc, &flow.State{}, flow.Command{Do: "submit", At: instant(t, c, "2018-06-12T09:00")})
	if err != nil {
		t.Fatal(err)
	}
	limit, ok := c.WhyLimit(f, sc, d.Events, "intake")
	want := `limit: 5 working days; row 2 of the table: otherwise → param.intake_days; count("submit") = 1; param.intake_days = 5 (flow.yaml:19:137)`
	if got := limit.Sentence("en", c.Calendar.Zone()); !ok || got != want {
		t.Errorf("limit:\ngot  %s\nwant %s", got, want)
	}
	if _, ok := c.WhyLimit(f, sc, d.Events, "promised"); ok {
		t.Error("a clock that never ran has a reason for its limit")
	}
}
