package care

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"

	"banli/store"
)

// own is the collection in which this package keeps its mark; no dump has it.
const own = "care"

// markID is the mark of a store that is being filled.
const markID = "filling"

type mark struct {
	With string `json:"with"` // the command that fills it
	From string `json:"from"` // what it is filled from, always the same for the same source
}

// Unfinished is an error while a store is being filled and has not everything yet:
// nobody may work with it.
func Unfinished(ctx context.Context, st store.Store) error {
	doc, err := st.Docs(own).Get(ctx, markID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	var m mark
	if err := json.Unmarshal(doc.Data, &m); err != nil {
		return fmt.Errorf("mark of an unfinished store: %w", err)
	}
	return fmt.Errorf("the store is not whole: banli %s from %s was begun and not finished; run it again to its end, or take another store", m.With, m.From)
}

// begin marks a store as being filled. It has to be empty, or marked for the same already.
func begin(ctx context.Context, st store.Store, m mark) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	doc, err := st.Docs(own).Get(ctx, markID)
	if err == nil && string(doc.Data) == string(data) {
		return nil
	} else if err == nil {
		return Unfinished(ctx, st)
	} else if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	for r, err := range everything(ctx, st) {
		if err != nil {
			return err
		}
		return fmt.Errorf("the store is not empty, it has %s: choose a place where nothing is", name(&r))
	}
	return st.Docs(own).Insert(ctx, &store.Doc{ID: markID, Data: data})
}

// finish takes the mark away.
func finish(ctx context.Context, st store.Store) error { return st.Docs(own).Delete(ctx, markID) }

// everything is a dump without what this package keeps.
func everything(ctx context.Context, st store.Store) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		for r, err := range st.Dump(ctx) {
			if r.Doc != nil && r.Doc.Collection == own {
				continue
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// name is how a record is called in a message.
func name(r *store.Record) string {
	kind, id, _ := strings.Cut(r.Key(), "\x00")
	if kind == "1" {
		return strings.ReplaceAll(id, "\x00", " ")
	}
	return map[string]string{"2": "project ", "3": "case ", "4": "file "}[kind] + id
}

// filler loads records in groups.
type filler struct {
	to      store.Store
	records []store.Record
	size    int
}

const (
	groupRecords = 500
	groupBytes   = 4 << 20
)

// add loads a record, now or with those that follow it; size is about that of the record.
func (f *filler) add(ctx context.Context, r *store.Record, size int) error {
	f.records, f.size = append(f.records, *r), f.size+size
	if len(f.records) < groupRecords && f.size < groupBytes {
		return nil
	}
	return f.flush(ctx)
}

func (f *filler) flush(ctx context.Context) error {
	if len(f.records) == 0 {
		return nil
	}
	err := f.to.Load(ctx, f.records)
	f.records, f.size = nil, 0
	return err
}
