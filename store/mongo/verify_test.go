package mongo_test

import (
	"slices"
	"strings"
	"testing"

	"banli/store"
	"banli/store/mongo/mongotest"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// TestVerify spoils what is kept, behind the store's back: it is found, and what can
// be derived from the rest is mended.
func TestVerify(t *testing.T) {
	server := mongotest.Start(t, 1)
	set := func(in, field string, value any) func(*driver.Database) error {
		return func(db *driver.Database) error {
			_, err := db.Collection(in).UpdateMany(t.Context(), bson.D{}, bson.D{{Key: "$set", Value: bson.D{{Key: field, Value: value}}}}, options.UpdateMany().SetBypassDocumentValidation(true))
			return err
		}
	}
	for name, tt := range map[string]struct {
		spoil  func(*driver.Database) error
		want   string // the beginning of a fault
		mended bool
	}{
		"the order of lists":   {set("cases", "rank", int64(7)), "case k1: it is sorted by 7, expected 11", true},
		"the key":              {set("cases", "unique", "other"), `case k1: it is found by the key "other", expected "key k1"`, true},
		"the turn of a line":   {set("cases", "outbox.0.turn", int64(5)), "case k1: line l1 of its outbox has the turn 5, expected -", true},
		"an event":             {set("cases", "events.0.user", "x"), "case k1: event 1 (act) has hash", false},
		"the last event's end": {set("cases", "events", bson.A{}), "case k1: it has 0 events, expected 1: the last ones are missing", false},
		"the last hash":        {set("cases", "hash", strings.Repeat("0", 64)), "case k1: its last event (act) is not the one that was written", false},
		"a file":               {set("content.chunks", "data", []byte("other")), "file ", false},
		"a file's content": {func(db *driver.Database) error {
			_, err := db.Collection("content.chunks").DeleteMany(t.Context(), bson.D{})
			return err
		}, "file ", false},
		"an index": {func(db *driver.Database) error {
			return db.Collection("cases").Indexes().DropOne(t.Context(), "owner_1")
		}, "index owner of cases is missing", true},
	} {
		t.Run(name, func(t *testing.T) {
			uri := server.Database(t)
			s := openAt(t, uri)
			c := &store.Case{Head: store.Head{ID: "k1", Key: "key k1"}, Events: []store.Event{event("a")}, Outbox: []store.Line{{ID: "l1"}}}
			if err := s.InsertCase(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			if _, err := s.PutFile(t.Context(), strings.NewReader("plan"), 99); err != nil {
				t.Fatal(err)
			}
			faults := func() (found []string) {
				if err := s.Verify(t.Context(), func(f string) { found = append(found, f) }); err != nil {
					t.Fatal(err)
				}
				return found
			}
			if f := faults(); len(f) > 0 {
				t.Fatalf("sound, but %q", f)
			}
			if err := tt.spoil(database(t, server, uri)); err != nil {
				t.Fatal(err)
			}
			found := faults()
			if !slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(f, tt.want) }) {
				t.Errorf("found %q, expected %q", found, tt.want)
			}
			var mended []string
			if err := s.Repair(t.Context(), func(m string) { mended = append(mended, m) }); err != nil {
				t.Fatal(err)
			}
			if left := faults(); (len(left) == 0) != tt.mended {
				t.Errorf("after the repair %q are left, expected it to be mended: %v", left, tt.mended)
			}
			if tt.mended != (len(mended) > 0) {
				t.Errorf("told to be mended: %q, expected something: %v", mended, tt.mended)
			}
		})
	}
}
