package desk_test

import (
	"testing"

	"banli/internal/browser"
)

func TestInBrowser(t *testing.T) {
	b := browser.Start(t)
	d, _ := fourRegistrations(t)
	d.Look(b, "general_window", "/desk", "/desk/after", "/desk?lamp=over", "/desk?q=zzz")
}
