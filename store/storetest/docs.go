package storetest

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"banli/store"
)

func docBasics(t *testing.T, s store.Store) {
	users := s.Docs("users")
	d := &store.Doc{ID: "u1", Index: [3]string{"zhang", "ghj", ""}, Expires: utc(time.Now().Add(time.Hour)), Data: json.RawMessage(`{"name": "张"}`)}
	must(t, users.Insert(t.Context(), d))
	if d.Rev != 1 {
		t.Fatalf("a new document has revision %d, expected 1", d.Rev)
	}
	got, err := users.Get(t.Context(), "u1")
	must(t, err)
	same(t, "document", got, d)
	wantErr(t, users.Insert(t.Context(), &store.Doc{ID: "u1"}), store.ErrExists)
	must(t, s.Docs("others").Insert(t.Context(), &store.Doc{ID: "u1"})) // another collection, another id

	stale := *d
	d.Data, d.Index, d.Expires = json.RawMessage(`2`), [3]string{"", "", "x"}, time.Time{}
	must(t, users.Replace(t.Context(), d))
	got, err = users.Get(t.Context(), "u1")
	must(t, err)
	same(t, "replaced", got, d)
	if d.Rev != 2 {
		t.Errorf("revision %d after a change, expected 2", d.Rev)
	}
	wantErr(t, users.Replace(t.Context(), &stale), store.ErrConflict)
	wantErr(t, users.Replace(t.Context(), &store.Doc{ID: "u9", Rev: 1}), store.ErrNotFound)

	must(t, users.Delete(t.Context(), "u1"))
	must(t, users.Delete(t.Context(), "u1"))
	_, err = users.Get(t.Context(), "u1")
	wantErr(t, err, store.ErrNotFound)
	_, err = s.Docs("others").Get(t.Context(), "u1")
	must(t, err)
}

func docFind(t *testing.T, s store.Store) {
	docs := s.Docs("definitions")
	for i := range 30 {
		must(t, docs.Insert(t.Context(), &store.Doc{ID: fmt.Sprintf("d%02d", i), Index: [3]string{fmt.Sprint("even-", i%2 == 0), fmt.Sprint("办", i%3), ""}, Data: json.RawMessage(`0`)}))
	}
	must(t, s.Docs("other").Insert(t.Context(), &store.Doc{ID: "d99", Index: [3]string{"even-true"}}))
	find := func(q store.DocQuery) []string {
		rows := all(t, func(after string) (store.Page[store.Doc], error) {
			q.After = after
			return docs.Find(t.Context(), q)
		})
		out := []string{}
		for _, d := range rows {
			out = append(out, d.ID)
		}
		return out
	}
	every := find(store.DocQuery{Limit: 7})
	if len(every) != 30 || every[0] != "d00" || every[29] != "d29" {
		t.Errorf("all, in sevens: %v", every)
	}
	if down := find(store.DocQuery{Limit: 7, Descending: true}); len(down) != 30 || down[0] != "d29" || down[29] != "d00" {
		t.Errorf("all, backwards: %v", down)
	}
	same(t, "both indexes", find(store.DocQuery{Index: [3]string{"even-true", "办1"}}), []string{"d04", "d10", "d16", "d22", "d28"})
	same(t, "in pages", find(store.DocQuery{Index: [3]string{"even-true", "办1"}, Limit: 2}), []string{"d04", "d10", "d16", "d22", "d28"})
	same(t, "a beginning is no match", find(store.DocQuery{Index: [3]string{"even"}}), []string{})
	if got := find(store.DocQuery{Index: [3]string{"even-", "办"}, Prefix: true}); len(got) != 30 {
		t.Errorf("by beginnings: %v", got)
	}
	if got := find(store.DocQuery{Index: [3]string{"even-t"}, Prefix: true, Limit: 4}); len(got) != 15 {
		t.Errorf("by a beginning: %v", got)
	}
	same(t, "no wildcard", find(store.DocQuery{Index: [3]string{"e.*"}, Prefix: true}), []string{})
}

func docExpiry(t *testing.T, s store.Store) {
	docs := s.Docs("sessions")
	put := func(id string, expires time.Time) {
		must(t, docs.Insert(t.Context(), &store.Doc{ID: id, Index: [3]string{"u1"}, Expires: expires}))
	}
	put("past", time.Now().Add(-time.Second))
	put("brief", time.Now().Add(200*time.Millisecond))
	put("never", time.Time{})
	_, err := docs.Get(t.Context(), "past")
	wantErr(t, err, store.ErrNotFound)
	wantErr(t, docs.Replace(t.Context(), &store.Doc{ID: "past", Rev: 1}), store.ErrNotFound)
	page, err := docs.Find(t.Context(), store.DocQuery{Index: [3]string{"u1"}})
	must(t, err)
	if len(page.Rows) != 2 {
		t.Errorf("found %s, expected brief and never", show(page.Rows))
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err = docs.Get(t.Context(), "brief"); err != nil {
			break
		} else if time.Now().After(deadline) {
			t.Fatal("a document outlives its time")
		}
	}
	wantErr(t, err, store.ErrNotFound)
	put("past", time.Time{}) // an expired id is free
	got, err := docs.Get(t.Context(), "past")
	must(t, err)
	same(t, "inserted anew", got, &store.Doc{ID: "past", Rev: 1, Index: [3]string{"u1"}})
}

func docCounter(t *testing.T, s store.Store) {
	counters := s.Docs("counters")
	first, err := counters.Next(t.Context(), "2018-510411")
	must(t, err)
	if first != 1 {
		t.Fatalf("the first number is %d, expected 1", first)
	}
	var mu sync.Mutex
	seen := map[int64]bool{1: true}
	together(16, func(int) {
		for range 10 {
			n, err := counters.Next(t.Context(), "2018-510411")
			mu.Lock()
			if err != nil || seen[n] {
				t.Errorf("number %d again, or %v", n, err)
			}
			seen[n] = true
			mu.Unlock()
		}
	})
	if !seen[161] {
		t.Error("161 numbers are not 1 to 161")
	}
	d, err := counters.Get(t.Context(), "2018-510411")
	must(t, err)
	if string(d.Data) != "161" {
		t.Errorf("the counter holds %s, expected 161", d.Data)
	}
	if n, err := counters.Next(t.Context(), "other"); n != 1 || err != nil {
		t.Errorf("another counter starts at %d, %v", n, err)
	}
}
