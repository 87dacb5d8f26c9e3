package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
)

// server is what is at the other end.
type server struct {
	product, version string
	set              string // name of the replica set
	mongos           bool   // a router of a sharded cluster
}

// meet asks the server what it is.
func meet(ctx context.Context, client *driver.Client) (s server, err error) {
	var hello struct {
		SetName string `bson:"setName"`
		Msg     string `bson:"msg"`
	}
	var build struct {
		Version  string `bson:"version"`
		FerretDB string `bson:"ferretdbVersion"`
	}
	admin := client.Database("admin")
	// hello came with MongoDB 4.4.2.
	if err := admin.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello); lacks(err) {
		err = admin.RunCommand(ctx, bson.D{{Key: "isMaster", Value: 1}}).Decode(&hello)
		if err != nil {
			return s, err
		}
	} else if err != nil {
		return s, err
	}
	if err := admin.RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Decode(&build); err != nil {
		return s, err
	}
	s = server{"MongoDB", build.Version, hello.SetName, hello.Msg == "isdbgrid"}
	if build.FerretDB != "" {
		s.product, s.version = "FerretDB", build.FerretDB
	}
	return s, nil
}

func (s server) String() string {
	kind := "a single server"
	switch {
	case s.mongos:
		kind = "a sharded cluster"
	case s.set != "":
		kind = "replica set " + s.set
	}
	return s.product + " " + s.version + ", " + kind
}

// trusted refuses a server that would lose actions: FerretDB 1 looks at the
// condition of an update and then updates, and another connection may come between.
func (s server) trusted(connections uint64) error {
	if s.product == "FerretDB" && !strings.HasPrefix(s.version, "v2") && connections != 1 {
		return fmt.Errorf("it is FerretDB (%s), which in version 1 may lose what two connections write at once: use MongoDB or FerretDB 2, or, to try things out with one server, add maxPoolSize=1 to the address", s.version)
	}
	return nil
}

// Codes of commands and options that a server does not know.
var unknown = []int32{
	9,     // FailedToParse
	59,    // CommandNotFound
	67,    // CannotCreateIndex
	72,    // InvalidOptions
	115,   // CommandNotSupported
	197,   // InvalidIndexSpecificationOption
	238,   // NotImplemented
	40415, // unknown field
}

// lacks reports whether a server refused because it does not know what it was
// asked for.
func lacks(err error) bool {
	refused, ok := errors.AsType[driver.CommandError](err)
	return ok && slices.Contains(unknown, refused.Code)
}

// without says, once, that the store goes on without a feature.
func (s *Store) without(ctx context.Context, feature string, why error) {
	if _, told := s.lacked.LoadOrStore(feature, true); !told {
		s.log.WarnContext(ctx, "going on without "+feature, "server", s.server.String(), "reason", why)
	}
}
