package storebench

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// noReplication is a server's answer that it is no member of a replica set.
const noReplication = 76

// StepDown has the primary of a replica set give up its place. It tells whether
// there is a replica set.
func StepDown(ctx context.Context, uri string) (bool, error) {
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		return false, err
	}
	defer client.Disconnect(ctx) //nolint:errcheck // nothing depends on it
	err = client.Database("admin").RunCommand(ctx, bson.D{{Key: "replSetStepDown", Value: 5}, {Key: "force", Value: true}}).Err()
	if e, ok := errors.AsType[mongo.CommandError](err); ok && e.Code == noReplication {
		return false, nil
	}
	if mongo.IsNetworkError(err) { // older servers cut every connection as they step down
		err = nil
	}
	return err == nil, err
}
