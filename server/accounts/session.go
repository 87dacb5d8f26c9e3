package accounts

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"banli/engine/flow"
	"banli/internal/web"
	"banli/store"
)

// Session is one log-in that lasts.
type Session struct {
	ID      string    `json:"-"` // names it on pages; not the token
	User    string    `json:"user"`
	Started time.Time `json:"started"`
	Seen    time.Time `json:"seen"` // to the minute
	Address string    `json:"address,omitempty"`
	Agent   string    `json:"agent,omitempty"`
}

// seenEvery is how exactly the use of a session is written down: not every request is a write.
const seenEvery = time.Minute

// Start begins a session and gives its token: 256 random bits, of which only the SHA-256 is kept.
func (s *Service) Start(ctx context.Context, u *User, address, agent string) (token string, err error) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails
	token = base64.RawURLEncoding.EncodeToString(raw)
	now := s.Now().Truncate(time.Microsecond)
	doc, err := s.sessionDoc(tokenID(token), Session{User: u.ID, Started: now, Seen: now, Address: address, Agent: cut(agent, 200)})
	if err != nil {
		return "", err
	}
	doc.Expires = time.Now().Add(s.absolute()) // the store sweeps by the wall clock; live decides by ours
	if err := s.sessions().Insert(ctx, doc); err != nil {
		return "", fmt.Errorf("start session of %s: %w", u.Login, err)
	}
	return token, nil
}

// Load is the person of a live session, for pages; [store.ErrNotFound] when there is none any more.
func (s *Service) Load(ctx context.Context, token string) (*web.User, error) {
	u, err := s.user(ctx, token)
	if err != nil {
		return nil, err
	}
	w := &web.User{ID: u.ID, Name: u.Name, Role: u.Role, Department: u.Department, DepartmentName: u.Department, DepartmentNameEn: u.Department}
	if s.Department != nil && u.Department != "" {
		w.DepartmentName, w.DepartmentNameEn = s.Department(u.Department)
	}
	return w, nil
}

// Actor is the person of a page's session, as casework knows them.
func Actor(u *web.User) flow.Actor {
	if u == nil {
		return flow.Actor{}
	}
	return flow.Actor{User: u.ID, Name: u.Name, Role: u.Role, Department: u.Department}
}

func (s *Service) user(ctx context.Context, token string) (*User, error) {
	doc, ses, err := s.session(ctx, tokenID(token))
	if err != nil {
		return nil, err
	}
	u, err := s.User(ctx, ses.User)
	if err != nil {
		return nil, err
	}
	if u.Disabled {
		return nil, fmt.Errorf("session: %w", store.ErrNotFound)
	}
	if now := s.Now().Truncate(time.Microsecond); now.Sub(ses.Seen) >= seenEvery {
		ses.Seen = now
		next, err := s.sessionDoc(doc.ID, *ses)
		if err != nil {
			return nil, err
		}
		next.Rev, next.Expires = doc.Rev, doc.Expires
		// Another request may have written it, or the person may have just left: neither concerns this one.
		if err := s.sessions().Replace(ctx, next); err != nil && !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrNotFound) {
			return nil, fmt.Errorf("session of %s: %w", u.Login, err)
		}
	}
	return u, nil
}

// session is a live session.
func (s *Service) session(ctx context.Context, id string) (*store.Doc, *Session, error) {
	doc, err := s.sessions().Get(ctx, id)
	if err != nil {
		return nil, nil, fmt.Errorf("session: %w", err)
	}
	ses := Session{ID: id}
	if err := json.Unmarshal(doc.Data, &ses); err != nil {
		return nil, nil, fmt.Errorf("session: %w", err)
	}
	if !s.live(&ses) {
		return nil, nil, fmt.Errorf("session: %w", store.ErrNotFound)
	}
	return doc, &ses, nil
}

func (s *Service) live(ses *Session) bool {
	now := s.Now()
	return now.Before(ses.Started.Add(s.absolute())) && now.Before(ses.Seen.Add(s.idle()))
}

// End ends the session of a token; no error when there is none.
func (s *Service) End(ctx context.Context, token string) error {
	return s.sessions().Delete(ctx, tokenID(token))
}

// EndSession ends one of a person's sessions by its ID.
func (s *Service) EndSession(ctx context.Context, user, id string) error {
	_, ses, err := s.session(ctx, id)
	if err != nil {
		return err
	}
	if ses.User != user {
		return fmt.Errorf("session: %w", store.ErrNotFound)
	}
	return s.sessions().Delete(ctx, id)
}

// EndAll ends all sessions of a person.
func (s *Service) EndAll(ctx context.Context, user string) error {
	list, err := s.allSessions(ctx, user)
	for _, ses := range list {
		err = errors.Join(err, s.sessions().Delete(ctx, ses.ID))
	}
	return err
}

// Sessions lists the live sessions of a person, the last used first.
func (s *Service) Sessions(ctx context.Context, user string) ([]Session, error) {
	list, err := s.allSessions(ctx, user)
	list = slices.DeleteFunc(list, func(ses Session) bool { return !s.live(&ses) })
	slices.SortStableFunc(list, func(a, b Session) int { return b.Seen.Compare(a.Seen) })
	return list, err
}

func (s *Service) allSessions(ctx context.Context, user string) ([]Session, error) {
	var out []Session
	q := store.DocQuery{Index: [3]string{user}, Limit: 200}
	for user != "" {
		page, err := s.sessions().Find(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("sessions: %w", err)
		}
		for _, doc := range page.Rows {
			ses := Session{ID: doc.ID}
			if err := json.Unmarshal(doc.Data, &ses); err != nil {
				return nil, fmt.Errorf("session: %w", err)
			}
			out = append(out, ses)
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	return out, nil
}

// IsCurrent tells whether a session is the one of a token.
func (ses *Session) IsCurrent(token string) bool { return ses.ID == tokenID(token) }

func (s *Service) sessionDoc(id string, ses Session) (*store.Doc, error) {
	data, err := json.Marshal(ses)
	return &store.Doc{ID: id, Index: [3]string{ses.User}, Data: data}, err
}

func (s *Service) sessions() store.Docs { return s.Store.Docs("sessions") }

func (s *Service) absolute() time.Duration {
	if s.Absolute == 0 {
		return 12 * time.Hour
	}
	return s.Absolute
}

func (s *Service) idle() time.Duration {
	if s.Idle == 0 {
		return 2 * time.Hour
	}
	return s.Idle
}

func tokenID(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// cut is the first n bytes of a text, without half a character at the end.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && text[n]&0xc0 == 0x80 {
		n--
	}
	return text[:n]
}
