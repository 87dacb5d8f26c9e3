package desk_test

import (
	"testing"

	"banli/internal/browser"
)

func TestInBrowser(t *testing.T) {
	b := browser.Start(t)
	d, codes := fourRegistrations(t)
	d.Look(b, "general_window", "/desk", "/desk/after", "/desk?lamp=over", "/desk?q=zzz")
	d.Look(b, "gh-window", "/desk/record?item=GH02&q=2", "/desk/record/GH02/"+codes[0])
}
