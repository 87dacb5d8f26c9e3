// Package mongotest gives tests a server that speaks MongoDB's protocol: the one
// that BANLI_TEST_MONGODB names, else a throw-away replica set of the mongod on
// PATH, else, where BANLI_REQUIRE asks for mongodb, FerretDB 1 on any machine that
// has Go alone (its first build takes minutes). It also has a proxy that loses
// what a test wants lost between driver and server.
package mongotest

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Waiting is what FerretDB 1 cannot show and therefore waits for a real server: the
// same list stands in docs/operations.md.
var Waiting = []string{
	"validators: a document of another form is refused by the server itself",
	"partial and expiring indexes",
	"plans: every list is read from an index",
	"retryable writes: a lost answer is made up for by the driver",
	"failover: a primary steps down, or is killed, under load",
	"secondaries: counts read there miss nothing that was written here",
	"snapshots: a dump sees one moment",
	"shards: cases spread by project",
}

// Server is a running server.
type Server struct {
	URI     string // without a database: mongodb://host/
	Query   url.Values
	Name    string // what it is
	Real    bool   // MongoDB itself
	Members []*Member

	databases atomic.Int64
}

// Start finds or starts a server and tells which, or skips the test. It is ended
// with the test.
func Start(t testing.TB, members int) *Server {
	t.Helper()
	s := find(t, members)
	client := s.Client(t)
	var build struct {
		Version string `bson:"version"`
		Ferret  string `bson:"ferretdbVersion"`
	}
	if err := client.Database("admin").RunCommand(t.Context(), bson.D{{Key: "buildInfo", Value: 1}}).Decode(&build); err != nil {
		t.Fatal(err)
	}
	s.Real, s.Name = build.Ferret == "", "MongoDB "+build.Version
	if !s.Real {
		s.Name = "FerretDB 1"
	}
	t.Logf("on %s", s.Name)
	return s
}

// StartReal is Start for a test of what FerretDB cannot show; what is the beginning
// of the entry of [Waiting] that says so.
func StartReal(t testing.TB, members int, what string) *Server {
	t.Helper()
	if !slices.ContainsFunc(Waiting, func(entry string) bool { return strings.HasPrefix(entry, what) }) {
		t.Fatalf("%q is not in the list of what waits for a real server", what)
	}
	_, err := exec.LookPath("mongod")
	if os.Getenv("BANLI_TEST_MONGODB") == "" && err != nil {
		t.Skipf("%s: waits for a real server, which BANLI_TEST_MONGODB names or mongod on PATH is", what)
	}
	s := Start(t, members)
	if !s.Real {
		t.Skipf("%s: %s cannot show it", what, s.Name)
	}
	return s
}

func find(t testing.TB, members int) *Server {
	t.Helper()
	if uri := os.Getenv("BANLI_TEST_MONGODB"); uri != "" {
		base, options, _ := strings.Cut(uri, "?")
		scheme, hosts, _ := strings.Cut(base, "://")
		hosts, _, _ = strings.Cut(hosts, "/") // the database it names is left alone
		query, err := url.ParseQuery(options)
		if err != nil || hosts == "" {
			t.Fatalf("BANLI_TEST_MONGODB: expected mongodb://HOST/?OPTIONS, %v", err)
		}
		return &Server{URI: scheme + "://" + hosts + "/", Query: query}
	}
	if _, err := exec.LookPath("mongod"); err == nil {
		return replicaSet(t, members)
	}
	if slices.Contains(strings.Split(os.Getenv("BANLI_REQUIRE"), ","), "mongodb") {
		// One at a time through the proxy: FerretDB changes a document in two steps.
		p := NewProxy(t, ferretdb(t), true)
		return &Server{URI: "mongodb://" + p.Address + "/", Query: url.Values{}}
	}
	t.Skip("no server: set BANLI_TEST_MONGODB=mongodb://…, put mongod on PATH, or set BANLI_REQUIRE=mongodb to have FerretDB built and started")
	return nil
}

// Through is the address of a database by way of a proxy of its own, which loses
// what it is told to.
func (s *Server) Through(t testing.TB, database string) (*Proxy, string) {
	t.Helper()
	base, options, _ := strings.Cut(database, "?")
	scheme, rest, _ := strings.Cut(base, "://")
	hosts, name, _ := strings.Cut(rest, "/")
	user := hosts[:strings.LastIndex(hosts, "@")+1]
	p := NewProxy(t, s.writable(t, strings.TrimPrefix(hosts, user)), false)
	query, err := url.ParseQuery(options)
	if err != nil {
		t.Fatal(err)
	}
	query.Del("replicaSet")
	query.Set("directConnection", "true") // or the driver asks a replica set for its hosts, and goes past the proxy
	return p, scheme + "://" + user + p.Address + "/" + name + "?" + query.Encode()
}

// writable is the host:port of the primary, or of the only server.
func (s *Server) writable(t testing.TB, hosts string) string {
	t.Helper()
	var hello struct {
		Primary string `bson:"primary"`
	}
	if err := s.Client(t).Database("admin").RunCommand(t.Context(), bson.D{{Key: "hello", Value: 1}}).Decode(&hello); err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(hosts, ",")
	return cmp.Or(hello.Primary, first)
}

// Database is the address of an empty database, which is dropped at the end of the
// test.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("banli_test_%d_%d", os.Getpid(), s.databases.Add(1))
	client := s.Client(t)
	t.Cleanup(func() {
		if err := client.Database(name).Drop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s.URI + name + "?" + s.Query.Encode()
}

// Client is a driver's client, disconnected at the end of the test.
func (s *Server) Client(t testing.TB) *driver.Client {
	t.Helper()
	client, err := driver.Connect(options.Client().ApplyURI(s.URI + "?" + s.Query.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Disconnect(context.Background()) }) //nolint:errcheck // nothing is lost by it
	return client
}
