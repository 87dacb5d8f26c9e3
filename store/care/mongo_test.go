package care_test

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"

	"banli/store"
	"banli/store/care"
	"banli/store/mongo"
	"banli/store/mongo/mongotest"
)

// A store goes to MongoDB and back, by migration and by backup, and is the same afterwards, byte by byte.
func TestToMongoAndBack(t *testing.T) {
	server := mongotest.Start(t, 1)
	openMongo := func() store.Store {
		t.Helper()
		address := server.Database(t)
		if !server.Real {
			address += "&maxPoolSize=1"
		}
		s, err := mongo.Open(t.Context(), address, slog.New(slog.DiscardHandler))
		must(t, err)
		t.Cleanup(func() { s.Close() })
		return s
	}
	first := open(t)
	furnish(t, first, 30)
	want := text(t, first)
	same := func(what string, s store.Store) {
		t.Helper()
		if text(t, s) != want {
			t.Errorf("%s: the stores differ", what)
		}
		sound(t, s)
	}

	there, back := openMongo(), open(t)
	if _, err := care.Migrate(t.Context(), first, &failing{there, 0}, "here"); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	_, err := care.Migrate(t.Context(), first, there, "here")
	must(t, err)
	same("moved to MongoDB", there)
	_, err = care.Migrate(t.Context(), there, back, "there")
	must(t, err)
	same("and back", back)

	restored := openMongo()
	_, err = care.Restore(t.Context(), bytes.NewReader(backup(t, first)), restored)
	must(t, err)
	same("a backup of SQLite restored to MongoDB", restored)
	again := open(t)
	_, err = care.Restore(t.Context(), bytes.NewReader(backup(t, there)), again)
	must(t, err)
	same("a backup of MongoDB restored to SQLite", again)
}
