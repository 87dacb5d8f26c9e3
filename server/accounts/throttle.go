package accounts

import (
	"sync"
	"time"
)

const (
	window        = 15 * time.Minute // wrong log-ins are counted over this
	perAccount    = 10               // then the account waits
	perAddress    = 50               // an address may be a whole office
	maxThrottled  = 10000            // entries kept; more are forgotten, the oldest first
	addressPrefix = "ip "
)

// throttle counts wrong log-ins per account and per address, in this server's memory. The zero value is ready.
type throttle struct {
	mu    sync.Mutex
	count map[string]wrongs
}

type wrongs struct {
	n     int
	since time.Time
}

// check is until when a log-in has to wait; zero: it need not.
func (t *throttle) check(login, address string, now time.Time) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	var until time.Time
	for key, limit := range map[string]int{login: perAccount, addressPrefix + address: perAddress} {
		w := t.count[key]
		if end := w.since.Add(window); w.n >= limit && now.Before(end) && end.After(until) {
			until = end
		}
	}
	return until
}

// wrong counts a wrong log-in.
func (t *throttle) wrong(login, address string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.count == nil {
		t.count = map[string]wrongs{}
	}
	keys := []string{login}
	if address != "" {
		keys = append(keys, addressPrefix+address)
	}
	for _, key := range keys {
		w, known := t.count[key]
		if !known && len(t.count) >= maxThrottled {
			t.forget(now)
		}
		if !now.Before(w.since.Add(window)) {
			w = wrongs{since: now}
		}
		w.n++
		t.count[key] = w
	}
}

// right forgets the wrong log-ins of an account; an address goes on counting, or one account would free it.
func (t *throttle) right(login string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.count, login)
}

// forget makes room: what is over goes, and the oldest where nothing is.
func (t *throttle) forget(now time.Time) {
	oldest, when := "", now
	for key, w := range t.count {
		if !now.Before(w.since.Add(window)) {
			delete(t.count, key)
		} else if !w.since.After(when) {
			oldest, when = key, w.since
		}
	}
	if len(t.count) >= maxThrottled {
		delete(t.count, oldest)
	}
}
