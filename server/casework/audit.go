package casework

import (
	"context"
	"encoding/json"
	"fmt"

	"banli/engine/flow"
	"banli/store"
)

// Audit keeps an administrative act: who, when, what kind, and the details given.
func (s *Service) Audit(ctx context.Context, actor flow.Actor, kind string, detail any) error {
	now := s.instant()
	raw, err := json.Marshal(detail)
	if err != nil {
		return fmt.Errorf("audit %s: %w", kind, err)
	}
	// Sorting by id is sorting by time.
	id := fmt.Sprintf("%016x-%s", now.UnixMicro(), s.newID())
	data, err := json.Marshal(AuditEntry{id, now, actor, kind, raw})
	if err != nil {
		return fmt.Errorf("audit %s: %w", kind, err)
	}
	doc := &store.Doc{ID: id, Index: [3]string{kind, actor.User}, Data: data}
	if err := s.Store.Docs("audit").Insert(ctx, doc); err != nil {
		return fmt.Errorf("audit %s: %w", kind, err)
	}
	return nil
}

// AuditLog lists administrative acts, newest first, to those who administer or audit.
func (s *Service) AuditLog(ctx context.Context, actor flow.Actor, after string) (store.Page[AuditEntry], error) {
	var out store.Page[AuditEntry]
	if !administers(actor.Role) {
		return out, fmt.Errorf("audit log: %w", store.ErrNotFound)
	}
	page, err := s.Store.Docs("audit").Find(ctx, store.DocQuery{Descending: true, After: after, Limit: 50})
	if err != nil {
		return out, fmt.Errorf("audit log: %w", err)
	}
	for _, doc := range page.Rows {
		var e AuditEntry
		if err := json.Unmarshal(doc.Data, &e); err != nil {
			return out, fmt.Errorf("audit entry %s: %w", doc.ID, err)
		}
		out.Rows = append(out.Rows, e)
	}
	out.Next = page.Next
	return out, nil
}
