// Package care looks after the data of a store as a whole: backups and restoring
// them, moving everything to another store, and sweeping files nobody uses.
//
// It works through the interface of package store alone, so a backup of one kind of
// store fills another. It knows nothing of rules; what a record means, and whether
// it agrees with the engine, package casework checks.
//
// A store that is being filled carries a mark until it is whole: see [Unfinished].
package care

import (
	"fmt"

	"banli/store"
)

// Counts says how much there is, or was done.
type Counts struct {
	Docs, Projects, Cases, Events, Files int
	Bytes                                int64 // of the files
}

func (c *Counts) add(r *store.Record) {
	switch {
	case r.Doc != nil:
		c.Docs++
	case r.Project != nil:
		c.Projects++
	case r.Case != nil:
		c.Cases++
		c.Events += len(r.Case.Events)
	case r.File != nil:
		c.Files++
		c.Bytes += r.File.Size
	}
}

func (c Counts) String() string {
	return fmt.Sprintf("%d projects, %d cases with %d events, %d documents, %d files (%d bytes)", c.Projects, c.Cases, c.Events, c.Docs, c.Files, c.Bytes)
}
