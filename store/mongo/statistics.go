package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Counts and tallies are read from secondaries, which follow the primary at some
// distance. So that nobody misses in a number what this server has just written or
// shown, a secondary is asked for its answer as of the latest time that was seen:
// it waits until it has come that far.

// monitor notes the time of the deployment's log in every answer.
func (s *Store) monitor() *event.CommandMonitor {
	return &event.CommandMonitor{Succeeded: func(_ context.Context, e *event.CommandSucceededEvent) {
		seconds, count, ok := e.Reply.Lookup("operationTime").TimestampOK()
		if !ok {
			return // a single server has no such log
		}
		at := uint64(seconds)<<32 | uint64(count)
		for old := s.seen.Load(); at > old && !s.seen.CompareAndSwap(old, at); old = s.seen.Load() {
		}
	}}
}

// afterSeen runs a read that waits for what was seen.
func (s *Store) afterSeen(ctx context.Context, read func(context.Context) error) error {
	at := s.seen.Load()
	if at == 0 {
		return read(ctx)
	}
	session, err := s.client.StartSession(options.Session().SetCausalConsistency(true))
	if err != nil {
		return err
	}
	defer session.EndSession(ctx)
	if err := session.AdvanceOperationTime(&bson.Timestamp{T: uint32(at >> 32), I: uint32(at)}); err != nil {
		return err
	}
	return read(driver.NewSessionContext(ctx, session))
}
