package web_test

import (
	"testing"

	"banli/internal/web"
	"banli/internal/web/webtest"
)

func TestOwnPages(t *testing.T) {
	webtest.CheckPages(t, web.Own.Pages()...)
	webtest.CheckMessages(t, web.Own)
}
