package accounts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"banli/store"
)

// ErrLogin is a log-in that is not right. It does not say whether the name, the password or a disabled account is why.
var ErrLogin = errors.New("unknown login or wrong password")

// Throttled is a log-in that came after too many wrong ones.
type Throttled struct{ Until time.Time }

func (e *Throttled) Error() string {
	return "too many wrong log-ins, until " + e.Until.Format(time.RFC3339)
}

// Service keeps accounts and sessions in a store. Its fields are set before use.
type Service struct {
	Store    store.Store
	Now      func() time.Time
	Params   Params        // of new hashes; DefaultParams when zero
	Absolute time.Duration // a session ends after this; 12 hours when zero
	Idle     time.Duration // and when not used for this; 2 hours when zero
	Log      *slog.Logger  // slog's default when nil
	// Department gives the names of a department for pages; nil: its id.
	Department func(id string) (name, nameEn string)

	throttle throttle
	once     sync.Once
	slots    chan struct{} // hashing is memory: only so many at once
	decoy    string
}

// Authenticate finds the account of a login and password, coming from an address (an IP). [ErrLogin] and [*Throttled]
// are its refusals.
func (s *Service) Authenticate(ctx context.Context, login, password, address string) (*User, error) {
	login = normal(login)
	now := s.Now()
	if until := s.throttle.check(login, address, now); !until.IsZero() {
		return nil, &Throttled{until}
	}
	r, err := s.verified(ctx, login, password)
	if err == nil {
		s.throttle.right(login)
		return &r.User, nil
	}
	if errors.Is(err, ErrLogin) {
		s.throttle.wrong(login, address, now)
		s.log().InfoContext(ctx, "log-in refused", "login", login, "address", address)
	}
	return nil, err
}

func (s *Service) verified(ctx context.Context, login, password string) (*record, error) {
	if len(password) > maxPassword {
		password = ""
	}
	doc, err := s.users().Get(ctx, login)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("user %s: %w", login, err)
	}
	leave, slotErr := s.enter(ctx)
	if slotErr != nil {
		return nil, slotErr
	}
	defer leave()
	if err != nil { // nobody of that name: as much work as for a wrong password
		_, _, _ = verify(s.decoy, password)
		return nil, ErrLogin
	}
	r, err := readUser(doc)
	if err != nil {
		return nil, err
	}
	ok, made, err := verify(r.Hash, password)
	switch {
	case err != nil:
		return nil, fmt.Errorf("user %s: %w", login, err)
	case !ok || r.Disabled:
		return nil, ErrLogin
	}
	if made != s.params() { // hashes follow the parameters of the day, when their owners come by
		hash := s.params().hash(password)
		if err := s.change(ctx, r.ID, func(r *record) { r.Hash = hash }); err != nil {
			s.log().WarnContext(ctx, "password hash not renewed", "login", login, "err", err)
		}
	}
	return r, nil
}

// ChangePassword is SetPassword by the person: the old password must be right.
func (s *Service) ChangePassword(ctx context.Context, id, old, password string) error {
	r, _, err := s.byID(ctx, id)
	if err != nil {
		return err
	}
	if until := s.throttle.check(r.Login, "", s.Now()); !until.IsZero() {
		return &Throttled{until}
	}
	if _, err := s.verified(ctx, r.Login, old); err != nil {
		if errors.Is(err, ErrLogin) {
			s.throttle.wrong(r.Login, "", s.Now())
		}
		return err
	}
	return s.SetPassword(ctx, id, password)
}

func (s *Service) hash(ctx context.Context, password string) (string, error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return s.params().hash(password), nil
}

// enter waits for a turn to hash.
func (s *Service) enter(ctx context.Context) (leave func(), err error) {
	s.once.Do(func() {
		s.slots = make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))
		s.decoy = s.params().hash("nobody has this password")
	})
	select {
	case s.slots <- struct{}{}:
		return func() { <-s.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *Service) params() Params {
	if s.Params == (Params{}) {
		return DefaultParams
	}
	return s.Params
}

func (s *Service) log() *slog.Logger {
	if s.Log == nil {
		return slog.Default()
	}
	return s.Log
}
