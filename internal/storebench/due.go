package storebench

import "context"

func (b *bench) due(ctx context.Context) error { return nil }
