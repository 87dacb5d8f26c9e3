package care

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"banli/store"
)

// digests matches what may be the digest of a file.
var digests = regexp.MustCompile(`[0-9a-f]{64}`)

// Sweep removes files that were last put before an instant and that nothing in the
// store names. Whoever keeps a reference to a file writes its digest somewhere in a
// document, a project, a case or an event: where, does not matter, so that no new
// place is forgotten here.
func Sweep(ctx context.Context, st store.Store, before time.Time) (store.Swept, error) {
	if err := Unfinished(ctx, st); err != nil {
		return store.Swept{}, err
	}
	now, named := time.Now(), map[string]bool{}
	look := func(text json.RawMessage) {
		for _, digest := range digests.FindAll(text, -1) {
			named[string(digest)] = true
		}
	}
	for r, err := range everything(ctx, st) {
		if err != nil {
			return store.Swept{}, fmt.Errorf("sweep files: %w", err)
		}
		switch {
		case r.Doc != nil && !r.Doc.Expires.IsZero() && r.Doc.Expires.Before(now):
		case r.Doc != nil:
			look(json.RawMessage(r.Doc.ID))
			look(r.Doc.Data)
		case r.Project != nil:
			look(r.Project.Answers)
			look(r.Project.Extra)
		case r.Case != nil:
			look(r.Case.Body)
			for _, e := range r.Case.Events {
				look(e.Data)
			}
			for _, l := range r.Case.Outbox {
				look(l.Data)
			}
		}
	}
	return st.SweepFiles(ctx, before, func(digest string) bool { return named[digest] })
}
