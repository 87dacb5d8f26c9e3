package supervision_test

import (
	"testing"

	"banli/internal/browser"
)

func TestInBrowser(t *testing.T) {
	b := browser.Start(t)
	d := watched(t)
	d.Look(b, "supervisor", "/supervision", "/supervision/cases?mark=overdue_no_reply", "/supervision/cases", "/supervision/cards?mark=yellow_card")
}
