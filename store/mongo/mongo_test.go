package mongo_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"banli/store"
	"banli/store/mongo"
	"banli/store/storetest"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// server is the address of a server to test on: the one that BANLI_TEST_MONGODB
// names, or FerretDB where BANLI_REQUIRE asks for mongodb. Building FerretDB takes
// a minute or more the first time, so nobody gets it unasked.
func server(t *testing.T) (uri string, query url.Values, except []string) {
	if uri := os.Getenv("BANLI_TEST_MONGODB"); uri != "" {
		u, err := url.Parse(uri)
		if err != nil {
			t.Fatalf("BANLI_TEST_MONGODB: %v", err)
		}
		query, u.RawQuery, u.Path = u.Query(), "", "/"
		return u.String(), query, nil
	}
	if !slices.Contains(strings.Split(os.Getenv("BANLI_REQUIRE"), ","), "mongodb") {
		t.Skip("no server: set BANLI_TEST_MONGODB=mongodb://… to test on one, or BANLI_REQUIRE=mongodb to have FerretDB built and started")
	}
	// FerretDB applies a conditional update in two steps, so it gets one connection,
	// and it knows no retryable writes. What therefore waits for a real server is in
	// the comment of package ferrettest.
	if err := flag.Set("rapid.checks", "5"); err != nil { // it reads whole collections for each question
		t.Fatal(err)
	}
	return ferretdb(t), url.Values{"maxPoolSize": {"1"}, "retryWrites": {"false"}}, []string{
		"contexts/a caller who gave up changes nothing twice", // after a command is broken off, it answers "interrupted" to those that follow
	}
}

// ferretdb builds and starts a FerretDB that ends with the test.
func ferretdb(t *testing.T) string {
	binary := filepath.Join(t.TempDir(), "ferrettest")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-C", "ferrettest", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build FerretDB: %v\n%s", err, out)
	}
	cmd := exec.Command(binary, t.TempDir())
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		stop := time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() }) //nolint:errcheck // Wait tells
		defer stop.Stop()
		if err := cmd.Wait(); err != nil {
			t.Logf("FerretDB ended with %v", err)
		}
	})
	uri, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("FerretDB said nothing: %v", err)
	}
	return strings.TrimSpace(uri)
}

func TestConformance(t *testing.T) {
	uri, query, except := server(t)
	admin, err := driver.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { admin.Disconnect(context.Background()) }) //nolint:errcheck // nothing is lost by it
	var build struct{ Version string }
	if err := admin.Database("admin").RunCommand(t.Context(), bson.D{{Key: "buildInfo", Value: 1}}).Decode(&build); err != nil {
		t.Fatal(err)
	}
	t.Logf("on %s, version %s", uri, build.Version)
	databases := 0
	storetest.Run(t, func(t *testing.T) store.Store {
		databases++
		name := fmt.Sprintf("banli_test_%d_%d", os.Getpid(), databases)
		s, err := mongo.Open(t.Context(), uri+name+"?"+query.Encode(), slog.New(slog.NewTextHandler(t.Output(), nil)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if err := admin.Database(name).Drop(context.Background()); err != nil {
				t.Error(err)
			}
		})
		return s
	}, except...)
}

func TestOpenRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ uri, want string }{
		"another kind of address": {"sqlite:banli.db", "open store sqlite:banli.db: error parsing uri: scheme must be"},
		"nobody there":            {"mongodb://127.0.0.1:1/banli?serverSelectionTimeoutMS=300", "open store banli at [127.0.0.1:1]: "},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := mongo.Open(t.Context(), tt.uri, slog.New(slog.NewTextHandler(t.Output(), nil)))
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
