package accounts

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"banli/engine/flow"
	"banli/store"
)

// The roles, and whether each is bound to a department.
var roles = map[string]bool{
	"owner": false, "liaison": false, "general_window": false,
	"dept_window": true, "handler": true, "dept_leader": true,
	"platform_admin": false, "service_center": false, "supervisor": false, "leading_group": false,
	"rule_designer": false, "system_admin": false, "auditor": false,
}

// Roles lists the role codes, sorted.
func Roles() []string {
	var out []string
	for r := range roles {
		out = append(out, r)
	}
	slices.Sort(out)
	return out
}

// User is one account.
type User struct {
	ID         string    `json:"id"` // opaque, never reused
	Login      string    `json:"login"`
	Name       string    `json:"name"`
	Role       string    `json:"role"`
	Department string    `json:"department,omitempty"`
	Unit       string    `json:"unit,omitempty"` // the firm or office an owner belongs to
	Mobile     string    `json:"mobile,omitempty"`
	Disabled   bool      `json:"disabled,omitempty"`
	Created    time.Time `json:"created"`
}

// record is a user in the collection "users", under the login: one login, one user, by the store's own promise.
type record struct {
	User
	Hash string `json:"hash"`
}

// Invalid says what is wrong with a new account or password, by field: login, name, role, department, mobile, unit, password.
type Invalid struct{ Fields map[string]string }

func (e *Invalid) Error() string {
	var parts []string
	for f, code := range e.Fields {
		parts = append(parts, f+": "+code)
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

var (
	loginPattern  = regexp.MustCompile(`^[\p{Han}a-z0-9][\p{Han}a-z0-9._@-]{1,39}$`)
	mobilePattern = regexp.MustCompile(`^1[3-9]\d{9}$`)
)

// check says what is wrong with an account as it is asked for.
func (u *User) check(password string) error {
	f := map[string]string{}
	if !loginPattern.MatchString(u.Login) {
		f["login"] = "bad-login"
	}
	if u.Name = strings.TrimSpace(u.Name); u.Name == "" {
		f["name"] = "required"
	}
	bound, known := roles[u.Role]
	switch {
	case !known:
		f["role"] = "unknown-role"
	case bound && u.Department == "":
		f["department"] = "required"
	case !bound && u.Department != "":
		f["department"] = "not-for-role"
	}
	if u.Mobile != "" && !mobilePattern.MatchString(u.Mobile) {
		f["mobile"] = "bad-mobile"
	}
	if code := checkPassword(u.Login, password); code != "" {
		f["password"] = code
	}
	if len(f) > 0 {
		return &Invalid{f}
	}
	return nil
}

// AddUser makes an account; ID and Created are given by the service. An [*Invalid] says what is wrong, also that the
// login is taken.
func (s *Service) AddUser(ctx context.Context, u User, password string) (*User, error) {
	u.Login = normal(u.Login)
	if err := u.check(password); err != nil {
		return nil, err
	}
	u.ID, u.Created = rand.Text(), s.Now().Truncate(time.Microsecond)
	hash, err := s.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	doc, err := userDoc(record{u, hash})
	if err != nil {
		return nil, err
	}
	err = s.users().Insert(ctx, doc)
	if errors.Is(err, store.ErrExists) {
		return nil, &Invalid{map[string]string{"login": "taken"}}
	}
	if err != nil {
		return nil, fmt.Errorf("add user %s: %w", u.Login, err)
	}
	return &u, nil
}

// RegisterOwner makes an account for a person who wants to register projects: name, mobile and unit are required.
func (s *Service) RegisterOwner(ctx context.Context, u User, password string) (*User, error) {
	u.Role, u.Department = "owner", ""
	f := map[string]string{}
	if err, ok := errors.AsType[*Invalid](func() error { u.Login = normal(u.Login); return u.check(password) }()); ok {
		f = err.Fields
	}
	if u.Mobile == "" {
		f["mobile"] = "required"
	}
	if u.Unit = strings.TrimSpace(u.Unit); u.Unit == "" {
		f["unit"] = "required"
	}
	if len(f) > 0 {
		return nil, &Invalid{f}
	}
	return s.AddUser(ctx, u, password)
}

// User is the account with an id.
func (s *Service) User(ctx context.Context, id string) (*User, error) {
	r, _, err := s.byID(ctx, id)
	if err != nil {
		return nil, err
	}
	return &r.User, nil
}

// ByLogin is the account with a login.
func (s *Service) ByLogin(ctx context.Context, login string) (*User, error) {
	doc, err := s.users().Get(ctx, normal(login))
	if err != nil {
		return nil, fmt.Errorf("user %s: %w", login, err)
	}
	r, err := readUser(doc)
	if err != nil {
		return nil, err
	}
	return &r.User, nil
}

// List lists all accounts by login.
func (s *Service) List(ctx context.Context) ([]User, error) {
	var out []User
	err := s.eachUser(ctx, store.DocQuery{}, func(u User) { out = append(out, u) })
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	slices.SortFunc(out, func(a, b User) int { return cmp.Compare(a.Login, b.Login) })
	return out, nil
}

func (s *Service) eachUser(ctx context.Context, q store.DocQuery, each func(User)) error {
	for q.Limit = 200; ; {
		page, err := s.users().Find(ctx, q)
		if err != nil {
			return err
		}
		for i := range page.Rows {
			r, err := readUser(&page.Rows[i])
			if err != nil {
				return err
			}
			each(r.User)
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}

// Staff are those who work in a department and may sign in, by name: with [Service.Person], what casework asks.
func (s *Service) Staff(ctx context.Context, department string) ([]flow.Actor, error) {
	var out []flow.Actor
	err := s.eachUser(ctx, store.DocQuery{Index: [3]string{"", "", department}}, func(u User) {
		if !u.Disabled {
			out = append(out, u.actor())
		}
	})
	if err != nil {
		return nil, fmt.Errorf("staff of %s: %w", department, err)
	}
	slices.SortFunc(out, func(a, b flow.Actor) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.User, b.User)) })
	return out, nil
}

// Person is somebody by id, whether they may still sign in or not.
func (s *Service) Person(ctx context.Context, id string) (flow.Actor, error) {
	u, err := s.User(ctx, id)
	if err != nil {
		return flow.Actor{}, err
	}
	return u.actor(), nil
}

func (u *User) actor() flow.Actor {
	return flow.Actor{User: u.ID, Name: u.Name, Role: u.Role, Department: u.Department}
}

// SetPassword gives an account another password and ends its sessions.
func (s *Service) SetPassword(ctx context.Context, id, password string) error {
	u, err := s.User(ctx, id)
	if err != nil {
		return err
	}
	if code := checkPassword(u.Login, password); code != "" {
		return &Invalid{map[string]string{"password": code}}
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return err
	}
	if err := s.change(ctx, id, func(r *record) { r.Hash = hash }); err != nil {
		return err
	}
	return s.EndAll(ctx, id)
}

// Disable shuts an account out, at once and until it is enabled again; what it did stays.
func (s *Service) Disable(ctx context.Context, id string, disabled bool) error {
	if err := s.change(ctx, id, func(r *record) { r.Disabled = disabled }); err != nil {
		return err
	}
	if disabled {
		return s.EndAll(ctx, id)
	}
	return nil
}

func (s *Service) change(ctx context.Context, id string, change func(*record)) error {
	for range 10 {
		r, doc, err := s.byID(ctx, id)
		if err != nil {
			return err
		}
		change(r)
		next, err := userDoc(*r)
		if err != nil {
			return err
		}
		next.Rev = doc.Rev
		if err = s.users().Replace(ctx, next); !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("user %s: %w, again and again", id, store.ErrConflict)
}

func (s *Service) byID(ctx context.Context, id string) (*record, *store.Doc, error) {
	page, err := s.users().Find(ctx, store.DocQuery{Index: [3]string{id}, Limit: 1})
	if err == nil && (id == "" || len(page.Rows) == 0) {
		err = store.ErrNotFound
	}
	if err != nil {
		return nil, nil, fmt.Errorf("user %s: %w", id, err)
	}
	r, err := readUser(&page.Rows[0])
	return r, &page.Rows[0], err
}

func userDoc(r record) (*store.Doc, error) {
	data, err := json.Marshal(r)
	return &store.Doc{ID: r.Login, Index: [3]string{r.ID, r.Role, r.Department}, Data: data}, err
}

func readUser(doc *store.Doc) (*record, error) {
	var r record
	if err := json.Unmarshal(doc.Data, &r); err != nil {
		return nil, fmt.Errorf("user %s: %w", doc.ID, err)
	}
	return &r, nil
}

func (s *Service) users() store.Docs { return s.Store.Docs("users") }

// normal is the form logins are kept and compared in.
func normal(login string) string { return strings.ToLower(strings.TrimSpace(login)) }
