package screen_test

import (
	"slices"
	"testing"

	"banli/definitions"
	"banli/definitions/catalogue"
	"banli/engine/flow"
	"banli/internal/web"
	"banli/internal/web/webtest"
	"banli/server/screen"
)

func TestMessages(t *testing.T) { webtest.CheckMessages(t, screen.Pack) }

func shipped(t *testing.T) *definitions.Catalogue {
	t.Helper()
	cat, faults := definitions.Load(catalogue.Renhe)
	if cat == nil {
		t.Fatal(faults)
	}
	return cat
}

// TestMarkNames: a mark without a word of ours is named by the action that leaves it.
func TestMarkNames(t *testing.T) {
	cat := shipped(t)
	for mark, want := range map[string][2]string{
		"overdue_no_reply": {"逾期未回复", "No reply in time"}, "deemed_filed": {"期满视为备案", "Deemed filed"}, "unheard_of": {"unheard_of", "unheard_of"},
	} {
		if got := [2]string{screen.MarkName(web.Chinese, cat, mark), screen.MarkName(web.English, cat, mark)}; got != want {
			t.Errorf("%s is %q, want %q", mark, got, want)
		}
	}
}

func TestReasons(t *testing.T) {
	f := shipped(t).Flows["permit"]
	for want, span := range map[string]flow.Span{
		"周末": {Kind: flow.SpanOff, Reason: "weekend"}, "春节": {Kind: flow.SpanOff, Reason: "春节"}, "等待前置": {Kind: flow.SpanPaused, Reason: "wait"},
	} {
		if got := screen.Reason(web.Chinese, f, span); got != want {
			t.Errorf("%+v reads %q, want %q", span, got, want)
		}
	}
}

func TestIdentityNumbersAreCut(t *testing.T) {
	f := shipped(t).Forms["registration"]
	var got []string
	for _, r := range screen.Answers(web.Chinese, f, map[string]any{"legal_rep_id_type": "111", "legal_rep_id_no": "510411190001010018", "legal_rep": "赵六"}) {
		got = append(got, r.Value)
	}
	if !slices.Contains(got, "5104**********0018") || slices.Contains(got, "510411190001010018") || !slices.Contains(got, "赵六") {
		t.Errorf("%q", got)
	}
}
