package casework

import (
	"fmt"
	"strings"

	"banli/store"
)

func (e *Invalid) Error() string {
	at := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		at[i] = p.Pointer + " " + p.Code
	}
	return fmt.Sprintf("answers of form %q: %s", e.Form, strings.Join(at, ", "))
}

func (e *Stale) Error() string {
	return fmt.Sprintf("the case is at revision %d, in state %s; it was seen in state %s: %v", e.Rev, e.New.State, e.Old.State, store.ErrConflict)
}

// Unwrap makes a Stale a [store.ErrConflict].
func (e *Stale) Unwrap() error { return store.ErrConflict }

func (e *Classified) Error() string { return "a classified project may not enter: nothing was stored" }
