package casework

import (
	"context"
	"fmt"

	"banli/engine/flow"
	"banli/store"
)

// Count counts the cases of a query that the actor may see.
func (s *Service) Count(ctx context.Context, actor flow.Actor, q store.CaseQuery) (int, error) {
	if !narrow(actor, &q) {
		return 0, nil
	}
	q.Now = s.instant()
	n, err := s.Store.CountCases(ctx, q)
	if err != nil {
		return 0, fmt.Errorf("count: %w", err)
	}
	return n, nil
}
