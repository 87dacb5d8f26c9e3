package admin_test

import (
	"testing"

	"banli/admin"
	"banli/internal/web/webtest"
)

func TestPages(t *testing.T) {
	webtest.CheckPages(t, admin.Pack.Pages()...)
	webtest.CheckMessages(t, admin.Pack)
}
