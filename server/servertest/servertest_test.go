package servertest

import "testing"

// TestDistrict: everybody can sign in and begins where their work is.
func TestDistrict(t *testing.T) {
	d := New(t, "2026-11-23 09:00")
	for login, home := range map[string]string{"owner": "/my", "general_window": "/desk", "fg-leader": "/desk", "supervisor": "/supervision"} {
		if page := d.As(login).Get(home); page.Status != 200 || page.Count("h1") != 1 {
			t.Errorf("%s at %s: %d", login, home, page.Status)
		}
	}
	if p := d.Register("FILING", nil); d.Find(p.ID, "filing", "FG05") == "" {
		t.Error("a filing was not opened")
	}
}
