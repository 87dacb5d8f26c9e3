package casefile_test

import (
	"testing"

	"banli/internal/browser"
)

func TestInBrowser(t *testing.T) {
	b := browser.Start(t)
	d, p, id := accepted(t)
	d.Act("gh-handler", id, "open_wait", map[string]any{"items": []any{"FG04"}, "reason": "等待核准文件"})
	reg := d.Find(p.ID, "registration", "")
	d.Look(b, "gh-handler", "/cases/"+id, "/cases/"+id+"/clocks/promised", "/cases/"+id+"/acts/close_wait", "/cases/"+id+"/acts/hand_over", "/desk/mandates")
	d.Look(b, "general_window", "/cases/"+reg, "/cases/"+reg+"/acts/dispatch")
	d.Look(b, "owner", "/projects/"+p.ID)
}
