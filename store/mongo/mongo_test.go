package mongo_test

import (
	"flag"
	"log/slog"
	"os"
	"strings"
	"testing"

	"banli/store"
	"banli/store/mongo"
	"banli/store/mongo/mongotest"
	"banli/store/storetest"
)

// TestMain: FerretDB reads whole collections for each question, so random tests
// take fewer steps unless they are told how many.
func TestMain(m *testing.M) {
	if os.Getenv("BANLI_TEST_MONGODB") == "" {
		flag.Set("rapid.checks", "5") //nolint:errcheck // there is such a flag
	}
	flag.Parse()
	os.Exit(m.Run())
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func openAt(t *testing.T, uri string) *mongo.Store {
	t.Helper()
	s, err := mongo.OpenAny(t.Context(), uri, quiet())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestConformance(t *testing.T) {
	server := mongotest.Start(t, 1)
	storetest.Run(t, func(t *testing.T) store.Store { return openAt(t, server.Database(t)) })
}

// TestWaitingList: what was not shown on FerretDB is written down where operators
// read it, in the same words.
func TestWaitingList(t *testing.T) {
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range mongotest.Waiting {
		if !strings.Contains(string(text), "\n- "+entry+"\n") {
			t.Errorf("docs/operations.md does not say what waits for a real server: %q", entry)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ uri, want string }{
		"another kind of address": {"sqlite:banli.db", "open store sqlite:banli.db: error parsing uri: scheme must be"},
		"nobody there":            {"mongodb://127.0.0.1:1/banli?serverSelectionTimeoutMS=300", "open store banli at [127.0.0.1:1]: "},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := mongo.Open(t.Context(), tt.uri, quiet())
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
