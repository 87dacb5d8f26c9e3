package gallery

import (
	"testing"

	"banli/internal/web/webtest"
)

func TestPages(t *testing.T) {
	webtest.CheckPages(t, pack.Pages()...)
	webtest.CheckMessages(t, pack)
}
