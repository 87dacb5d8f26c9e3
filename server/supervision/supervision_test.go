package supervision

import (
	"testing"

	"banli/internal/web/webtest"
)

func TestPages(t *testing.T) {
	webtest.CheckPages(t, Pack.Pages()...)
	webtest.CheckMessages(t, Pack)
}
