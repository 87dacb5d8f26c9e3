package accounts_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"time"

	"banli/server/accounts"
	"banli/store"
	"banli/store/sqlite"
)

// cheap parameters: the tests are about what is kept, not what it costs.
var cheap = accounts.Params{Memory: 64, Time: 1, Threads: 1}

// house is accounts on a store of their own, with a clock that a test moves.
type house struct {
	*accounts.Service
	now time.Time
}

func newHouse(t *testing.T) *house {
	t.Helper()
	st, err := sqlite.Open(context.Background(), ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	h := &house{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	h.Service = &accounts.Service{Store: st, Now: func() time.Time { return h.now }, Params: cheap, Log: slog.New(slog.DiscardHandler)}
	return h
}

func (h *house) add(t *testing.T, u accounts.User, password string) *accounts.User {
	t.Helper()
	got, err := h.AddUser(t.Context(), u, password)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (h *house) start(t *testing.T, u *accounts.User) string {
	t.Helper()
	token, err := h.Start(t.Context(), u, "10.0.0.1", "test")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

var handler = accounts.User{Login: "FG-Handler", Name: "发改经办", Role: "handler", Department: "FG"}

func TestAddUser(t *testing.T) {
	for name, tt := range map[string]struct {
		user     accounts.User
		password string
		want     map[string]string
	}{
		"a handler of a department":         {handler, "correct horse", nil},
		"an owner with a Chinese login":     {accounts.User{Login: "张三", Name: "张三", Role: "owner"}, "八个字符的密码呀", nil},
		"seven characters":                  {handler, "seven77", map[string]string{"password": "too-short"}},
		"the login as password":             {accounts.User{Login: "longlogin", Name: "x", Role: "owner"}, "LongLogin", map[string]string{"password": "same-as-login"}},
		"a password longer than we hash":    {handler, strings.Repeat("x", 2000), map[string]string{"password": "too-long"}},
		"a handler of no department":        {accounts.User{Login: "ab", Name: "x", Role: "handler"}, "correct horse", map[string]string{"department": "required"}},
		"a window bound to a department":    {accounts.User{Login: "ab", Name: "x", Role: "general_window", Department: "FG"}, "correct horse", map[string]string{"department": "not-for-role"}},
		"everything wrong is told together": {accounts.User{Login: "a b", Role: "boss", Mobile: "1"}, "x", map[string]string{"login": "bad-login", "name": "required", "role": "unknown-role", "mobile": "bad-mobile", "password": "too-short"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newHouse(t).AddUser(t.Context(), tt.user, tt.password)
			var got map[string]string
			if bad, ok := errors.AsType[*accounts.Invalid](err); ok {
				got = bad.Fields
			} else if err != nil {
				t.Fatal(err)
			}
			if !maps.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestLoginsAreUnique(t *testing.T) {
	h := newHouse(t)
	h.add(t, handler, "correct horse")
	again := handler
	again.Login = " fg-HANDLER "
	_, err := h.AddUser(t.Context(), again, "correct horse")
	if bad, ok := errors.AsType[*accounts.Invalid](err); !ok || bad.Fields["login"] != "taken" {
		t.Errorf("the same login again: %v", err)
	}
}

func TestAuthenticate(t *testing.T) {
	h := newHouse(t)
	u := h.add(t, handler, "correct horse")
	for name, tt := range map[string]struct {
		login, password string
		want            error
	}{
		"right":                    {"fg-handler", "correct horse", nil},
		"capitals do not matter":   {"FG-HANDLER", "correct horse", nil},
		"they do in the password":  {"fg-handler", "Correct horse", accounts.ErrLogin},
		"nobody of that name":      {"nobody", "correct horse", accounts.ErrLogin},
		"a very long password":     {"fg-handler", strings.Repeat("x", 1<<20), accounts.ErrLogin},
		"an empty login":           {"", "correct horse", accounts.ErrLogin},
		"a name with odd contents": {"fg-handler\x00", "correct horse", accounts.ErrLogin},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := h.Authenticate(t.Context(), tt.login, tt.password, "10.0.0.1")
			if !errors.Is(err, tt.want) || err == nil && got.ID != u.ID {
				t.Errorf("got %v, %v; want %v", got, err, tt.want)
			}
		})
	}
	if err := h.Disable(t.Context(), u.ID, true); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Authenticate(t.Context(), "fg-handler", "correct horse", "10.0.0.1"); !errors.Is(err, accounts.ErrLogin) {
		t.Errorf("a disabled account: %v", err)
	}
}

// TestHash: what is kept is a PHC string with its parameters, salted, and it follows the parameters of the day.
func TestHash(t *testing.T) {
	h := newHouse(t)
	u := h.add(t, handler, "correct horse")
	hash := func() string {
		doc, err := h.Store.Docs("users").Get(t.Context(), "fg-handler")
		if err != nil {
			t.Fatal(err)
		}
		_, after, _ := strings.Cut(string(doc.Data), `"hash":"`)
		before, _, _ := strings.Cut(after, `"`)
		return before
	}
	first := hash()
	if !strings.HasPrefix(first, "$argon2id$v=19$m=64,t=1,p=1$") || strings.Count(first, "$") != 5 {
		t.Errorf("kept as %q", first)
	}
	if err := h.SetPassword(t.Context(), u.ID, "correct horse"); err != nil || hash() == first {
		t.Errorf("the same password gives the same hash twice: %v", err)
	}
	h.Params = accounts.Params{Memory: 128, Time: 2, Threads: 1}
	if _, err := h.Authenticate(t.Context(), "fg-handler", "correct horse", ""); err != nil || !strings.HasPrefix(hash(), "$argon2id$v=19$m=128,t=2,p=1$") {
		t.Errorf("after a log-in under new parameters: %q, %v", hash(), err)
	}
	if _, err := h.Authenticate(t.Context(), "fg-handler", "correct horse", ""); err != nil {
		t.Errorf("with the renewed hash: %v", err)
	}
	if p := accounts.DefaultParams; p.Memory < 19*1024 || p.Time < 2 {
		t.Errorf("default parameters %+v are weaker than OWASP's least", p)
	}
}

func TestThrottle(t *testing.T) {
	h := newHouse(t)
	h.add(t, handler, "correct horse")
	wrong := func(login, address string) error {
		_, err := h.Authenticate(t.Context(), login, "wrong", address)
		return err
	}
	for i := range 10 {
		if err := wrong("fg-handler", fmt.Sprint("10.0.1.", i)); !errors.Is(err, accounts.ErrLogin) {
			t.Fatalf("attempt %d: %v", i, err)
		}
	}
	_, err := h.Authenticate(t.Context(), "fg-handler", "correct horse", "10.0.2.1")
	if held, ok := errors.AsType[*accounts.Throttled](err); !ok || !held.Until.Equal(h.now.Add(15*time.Minute)) {
		t.Errorf("the eleventh, although right: %v", err)
	}
	h.now = h.now.Add(15 * time.Minute)
	if _, err := h.Authenticate(t.Context(), "fg-handler", "correct horse", "10.0.2.1"); err != nil {
		t.Errorf("a quarter of an hour later: %v", err)
	}
	for i := range 50 {
		if err := wrong(fmt.Sprint("user", i), "10.9.9.9"); !errors.Is(err, accounts.ErrLogin) {
			t.Fatalf("address, attempt %d: %v", i, err)
		}
	}
	if err := wrong("somebody", "10.9.9.9"); !errors.As(err, new(*accounts.Throttled)) {
		t.Errorf("an address that tries names: %v", err)
	}
	if err := wrong("somebody", "10.9.9.8"); !errors.Is(err, accounts.ErrLogin) {
		t.Errorf("another address: %v", err)
	}
}

func TestSessions(t *testing.T) {
	h := newHouse(t)
	h.Department = func(id string) (string, string) { return "发展和改革局", "Development and Reform" }
	u := h.add(t, handler, "correct horse")
	load := func(token string) error {
		w, err := h.Load(t.Context(), token)
		if err == nil && (w.ID != u.ID || w.Role != "handler" || w.Department != "FG" || w.DepartmentName != "发展和改革局") {
			t.Errorf("loaded %+v", w)
		}
		return err
	}
	gone := func(err error) bool { return errors.Is(err, store.ErrNotFound) }

	token := h.start(t, u)
	if len(token) != 43 || load(token) != nil {
		t.Fatalf("token %q: %v", token, load(token))
	}
	page, err := h.Store.Docs("sessions").Find(t.Context(), store.DocQuery{})
	if err != nil || len(page.Rows) != 1 || strings.Contains(page.Rows[0].ID+string(page.Rows[0].Data), token) {
		t.Errorf("the token itself is kept: %+v, %v", page.Rows, err)
	}

	// Idle: two hours, from the last use.
	h.now = h.now.Add(2*time.Hour - time.Second)
	if err := load(token); err != nil {
		t.Errorf("used within two hours: %v", err)
	}
	h.now = h.now.Add(2*time.Hour - time.Second)
	if err := load(token); err != nil {
		t.Errorf("used within two hours again: %v", err)
	}
	h.now = h.now.Add(2 * time.Hour)
	if err := load(token); !gone(err) {
		t.Errorf("not used for two hours: %v", err)
	}

	// Absolute: twelve hours, however much it is used.
	token = h.start(t, u)
	for range 12 {
		if err := load(token); err != nil {
			t.Fatal(err)
		}
		h.now = h.now.Add(time.Hour)
	}
	if err := load(token); !gone(err) {
		t.Errorf("after twelve hours: %v", err)
	}

	a, b := h.start(t, u), h.start(t, u)
	if err := h.End(t.Context(), a); err != nil || !gone(load(a)) || load(b) != nil {
		t.Errorf("end of one session: %v, %v", load(a), load(b))
	}
	c := h.start(t, u)
	if err := h.SetPassword(t.Context(), u.ID, "another horse"); err != nil || !gone(load(b)) || !gone(load(c)) {
		t.Errorf("a new password ends all sessions: %v %v", load(b), load(c))
	}
	d := h.start(t, u)
	if err := h.Disable(t.Context(), u.ID, true); err != nil || !gone(load(d)) {
		t.Errorf("a disabled account has no session: %v", load(d))
	}
	if err := load("not a token"); !gone(err) {
		t.Errorf("a made-up token: %v", err)
	}
}

func TestSessionsOfOthers(t *testing.T) {
	h := newHouse(t)
	a, b := h.add(t, handler, "correct horse"), h.add(t, accounts.User{Login: "bb", Name: "b", Role: "owner"}, "correct horse")
	h.start(t, a)
	list, err := h.Sessions(t.Context(), a.ID)
	if err != nil || len(list) != 1 {
		t.Fatalf("sessions %v, %v", list, err)
	}
	if err := h.EndSession(t.Context(), b.ID, list[0].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody else's session: %v", err)
	}
}
