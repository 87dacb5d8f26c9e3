package casework_test

import "testing"

// TestWaitInVain: once what a case waits for is denied, those who handle the case are told; it does not go on by itself (T24).
func TestWaitInVain(t *testing.T) {
	o := newOffice(t, "2026-11-23 09:00")
	p := o.register("RATIFICATION", nil)
	first, second := o.apply(p.ID, "GH02"), o.apply(p.ID, "GH03")
	for _, id := range []string{first.ID, second.ID} {
		o.act(of("GH", "dept_window"), id, "pass_pre_review", nil)
		o.act(of("GH", "handler"), id, "accept", nil)
	}
	v := o.act(of("GH", "handler"), second.ID, "open_wait", map[string]any{"items": []any{"GH02"}, "reason": "等待用地规划许可"})
	if len(v.Refused) != 0 {
		t.Errorf("told before anything was decided: %v", v.Refused)
	}
	o.act(of("GH", "dept_leader"), first.ID, "deny", map[string]any{"reasons": "不符合规划条件，不予许可", "remedy": "六十日内申请行政复议，六个月内提起行政诉讼"})
	v = o.view(of("GH", "handler"), second.ID)
	if len(v.Refused) != 1 || v.Refused[0].ID != first.ID || len(v.View.Holds) != 1 {
		t.Errorf("told %v, holds %v", v.Refused, v.View.Holds)
	}
	if v := o.view(owner, second.ID); v.Refused != nil {
		t.Error("the owner is told too")
	}
}
