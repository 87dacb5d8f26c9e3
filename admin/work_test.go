package admin_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"banli/store"
)

// TestWork: what was set aside is listed with its problem and can be tried again, by who may.
func TestWork(t *testing.T) {
	o := newOffice(t)
	line := store.Line{ID: "case-1/3/document/0", Kind: "document", Data: json.RawMessage(`{}`), CreatedAt: time.Now()}
	kase := &store.Case{Head: store.Head{ID: "case-1", Key: "case-1", Open: true}, Outbox: []store.Line{line}}
	if err := o.Store.InsertCase(t.Context(), kase); err != nil {
		t.Fatal(err)
	}
	if err := o.Store.DelayLine(t.Context(), line.ID, time.Now(), "no such template", true); err != nil {
		t.Fatal(err)
	}
	page := o.as("auditor").Get("/admin/work")
	problems := strings.Join(page.All("main td"), " ")
	if page.Status != 200 || !strings.Contains(problems, "no such template") || len(page.All("main button")) > 0 {
		t.Errorf("for an auditor: %d, %s", page.Status, problems)
	}
	admin := o.as("platform_admin")
	if page := admin.Get("/admin/work"); len(page.All(`main button[value="case-1/3/document/0"]`)) != 1 {
		t.Error("no button to try again")
	}
	if page := admin.Do("POST", "/admin/work", url.Values{"line": {line.ID}}); page.Status != 303 {
		t.Errorf("try again: %d", page.Status)
	}
	if left, err := o.Store.PoisonLines(t.Context(), 9); err != nil || len(left) != 0 {
		t.Errorf("still set aside: %v, %v", left, err)
	}
}
