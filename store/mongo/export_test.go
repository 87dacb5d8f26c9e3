package mongo

import (
	"context"
	"log/slog"
)

// OpenAny opens a store on any server, FerretDB 1 with many connections included:
// tests put a proxy before it that lets through one command at a time.
func OpenAny(ctx context.Context, uri string, log *slog.Logger) (*Store, error) {
	return open(ctx, uri, log, func(server, uint64) error { return nil }, true)
}

// OpenAnyBeside is OpenAny for a program that works beside servers.
func OpenAnyBeside(ctx context.Context, uri string, log *slog.Logger) (*Store, error) {
	return open(ctx, uri, log, func(server, uint64) error { return nil }, false)
}

// Version is that of the documents.
var Version = version

// Server is what the store found at the other end.
func (s *Store) Server() string { return s.server.String() }
