package mongo_test

import (
	"bytes"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"banli/store"
	"banli/store/mongo"
	"banli/store/mongo/mongotest"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// database is the driver's own view of a database.
func database(t *testing.T, server *mongotest.Server, uri string) *driver.Database {
	t.Helper()
	name, _, _ := strings.Cut(strings.TrimPrefix(uri, server.URI), "?")
	return server.Client(t).Database(name)
}

func TestOpenLooksFirst(t *testing.T) {
	server := mongotest.Start(t, 1)
	for name, tt := range map[string]struct {
		spoil func(*driver.Database) error
		want  string
	}{
		"data of a newer version": {func(db *driver.Database) error {
			_, err := db.Collection("meta").InsertOne(t.Context(), bson.D{{Key: "_id", Value: "schema"}, {Key: "version", Value: 99}})
			return err
		}, "its data has version 99, this program knows versions 1 to 2: start the program that wrote it, or a newer one"},
		"cases of no version": {func(db *driver.Database) error {
			_, err := db.Collection("cases").InsertOne(t.Context(), bson.D{{Key: "_id", Value: "k1"}})
			return err
		}, "it has cases, but its meta collection does not say which version they have"},
		"data that cannot be brought forward": {func(db *driver.Database) error {
			_, err := db.Collection("meta").InsertOne(t.Context(), bson.D{{Key: "_id", Value: "schema"}, {Key: "version", Value: 1}})
			if err == nil {
				_, err = db.Collection("files").InsertOne(t.Context(), bson.D{{Key: "_id", Value: "x"}})
			}
			return err
		}, "its data has version 1 and cannot be brought to 2 (files say when they were handed in): 1 documents of files do not say where their content is: restore them from a backup; nothing was changed"},
		"an index that is not unique": {func(db *driver.Database) error {
			_, err := db.Collection("projects").Indexes().CreateOne(t.Context(), driver.IndexModel{Keys: bson.D{{Key: "unique", Value: 1}}})
			return err
		}, "index unique of projects is there, but not unique: drop it and start again"},
		"an index that is unique": {func(db *driver.Database) error {
			_, err := db.Collection("cases").Indexes().CreateOne(t.Context(), driver.IndexModel{Keys: bson.D{{Key: "owner", Value: 1}}, Options: options.Index().SetUnique(true)})
			return err
		}, "index owner of cases is unique and should not be: drop it and start again"},
	} {
		t.Run(name, func(t *testing.T) {
			uri := server.Database(t)
			if err := tt.spoil(database(t, server, uri)); err != nil {
				t.Fatal(err)
			}
			s, err := mongo.OpenAny(t.Context(), uri, quiet())
			if err == nil {
				s.Close()
				t.Fatal("it was opened")
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %q, expected %q", err, tt.want)
			}
		})
	}
}

// TestForward: a database of version 1 is brought forward, also when that was
// broken off before, and goes on.
func TestForward(t *testing.T) {
	server := mongotest.Start(t, 1)
	uri := server.Database(t)
	db := database(t, server, uri)
	s := openAt(t, uri)
	info, err := s.PutFile(t.Context(), strings.NewReader("plan"), 99)
	if err != nil {
		t.Fatal(err)
	}
	for _, back := range []struct {
		in     string
		change bson.D
	}{
		{"files", bson.D{{Key: "$unset", Value: bson.D{{Key: "put_at", Value: ""}}}}},
		{"meta", bson.D{{Key: "$set", Value: bson.D{{Key: "version", Value: 1}}}}},
	} {
		// A server with validators would refuse documents of an old version.
		if _, err := db.Collection(back.in).UpdateMany(t.Context(), bson.D{}, back.change, options.UpdateMany().SetBypassDocumentValidation(true)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := mongo.OpenAnyBeside(t.Context(), uri, quiet()); err == nil || !strings.Contains(err.Error(), "its data has version 1, this program works with version 2: start the server of this version first") {
		t.Errorf("a command beside servers of the older version: %v", err)
	}
	for range 2 {
		forward := openAt(t, uri)
		swept, err := forward.SweepFiles(t.Context(), time.Now().Add(-time.Hour), func(string) bool { return false })
		if err != nil || swept != (store.Swept{}) {
			t.Errorf("a file of unknown age is swept: %+v, %v", swept, err)
		}
		if _, _, err := forward.OpenFile(t.Context(), info.Digest); err != nil {
			t.Error(err)
		}
		var found struct{ Version int }
		if err := db.Collection("meta").FindOne(t.Context(), bson.D{}).Decode(&found); err != nil || found.Version != mongo.Version {
			t.Errorf("version %d, %v, expected %d", found.Version, err, mongo.Version)
		}
	}
}

// TestTold: what a server is and what it lacks is told once; one that would lose
// actions is refused.
func TestTold(t *testing.T) {
	server := mongotest.Start(t, 1)
	if server.Real {
		t.Skip("it lacks nothing")
	}
	uri := server.Database(t)
	if _, err := mongo.Open(t.Context(), uri, quiet()); err == nil || !strings.Contains(err.Error(), "may lose what two connections write at once: use MongoDB or FerretDB 2") {
		t.Errorf("many connections to FerretDB 1: %v", err)
	}
	var out bytes.Buffer
	s, err := mongo.Open(t.Context(), uri+"&maxPoolSize=1", slog.New(slog.NewTextHandler(&out, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, what := range []string{"going on without validators", "going on without partial indexes", "going on without the removal of expired documents", "a single server"} {
		if n := strings.Count(out.String(), what); n == 0 || n > 1 && strings.HasPrefix(what, "going") {
			t.Errorf("%q is told %d times, expected once:\n%s", what, n, out.String())
		}
	}
}

// TestTLS: the address says how to be sure of the server, and then one is sure.
func TestTLS(t *testing.T) {
	server := mongotest.Start(t, 1)
	uri := server.Database(t)
	plain, by := server.Through(t, uri)
	proxy, ca := mongotest.NewTLSProxy(t, plain.Address)
	by = strings.Replace(by, plain.Address, proxy.Address, 1) + "&tls=true&serverSelectionTimeoutMS=2000"
	if s, err := mongo.OpenAny(t.Context(), by, quiet()); err == nil || !strings.Contains(err.Error(), "certificate signed by unknown authority") {
		t.Errorf("a server nobody vouches for: %v, %v", s, err)
	}
	s := openAt(t, by+"&tlsCAFile="+url.QueryEscape(ca))
	if err := s.InsertCase(t.Context(), &store.Case{Head: store.Head{ID: "k1"}}); err != nil {
		t.Error(err)
	}
}
