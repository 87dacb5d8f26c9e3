package mongo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
)

// migration brings documents from one version to the next. check looks whether it
// can be done, and changes nothing; apply may be broken off and run again, also by
// two servers at once.
type migration struct {
	what         string
	check, apply func(context.Context, *Store) error
}

// migrations holds at i what leads from version i+1 to i+2. They are never changed.
var migrations = []migration{
	{"files say when they were handed in", checkFilesWhole, dateFiles},
}

// version is that of the documents this program reads and writes.
var version = len(migrations) + 1

// migrate refuses data of a newer version, and brings that of an older one forward
// when every step can be done; unless forwards says so, that is refused, too.
func (s *Store) migrate(ctx context.Context, forwards bool) error {
	found, err := s.version(ctx)
	if err != nil {
		return err
	}
	if found < 1 || found > version {
		return fmt.Errorf("its data has version %d, this program knows versions 1 to %d: start the program that wrote it, or a newer one", found, version)
	}
	if found < version && !forwards {
		return fmt.Errorf("its data has version %d, this program works with version %d: start the server of this version first, which brings it forward, once those of the older version have ended", found, version)
	}
	steps := migrations[found-1:]
	for _, m := range steps {
		if err := m.check(ctx, s); err != nil {
			return fmt.Errorf("its data has version %d and cannot be brought to %d (%s): %w; nothing was changed", found, version, m.what, err)
		}
	}
	for _, m := range steps {
		s.log.InfoContext(ctx, "bringing the data forward", "from", found, "to", found+1, "what", m.what)
		if err := m.apply(ctx, s); err != nil {
			return fmt.Errorf("bring the data from version %d to %d (%s): %w; start again to go on", found, found+1, m.what, err)
		}
		// Another server may have done the same and be further.
		_, err := s.meta().UpdateOne(ctx, bson.D{{Key: "_id", Value: "schema"}, {Key: "version", Value: found}}, bson.D{{Key: "$set", Value: bson.D{{Key: "version", Value: found + 1}}}})
		if err != nil {
			return err
		}
		found++
	}
	return nil
}

func (s *Store) meta() *driver.Collection { return s.db.Collection("meta") }

// version is that of the data; an empty database gets that of this program.
func (s *Store) version(ctx context.Context) (int, error) {
	var found struct{ Version int }
	err := s.meta().FindOne(ctx, byID("schema")).Decode(&found)
	if !errors.Is(err, driver.ErrNoDocuments) {
		return found.Version, err
	}
	if err := s.kases.FindOne(ctx, bson.D{}).Err(); err == nil {
		return 0, errors.New("it has cases, but its meta collection does not say which version they have: it is not a store of ours, or was restored in part")
	} else if !errors.Is(err, driver.ErrNoDocuments) {
		return 0, err
	}
	_, err = s.meta().InsertOne(ctx, bson.D{{Key: "_id", Value: "schema"}, {Key: "version", Value: version}})
	if driver.IsDuplicateKeyError(err) { // another server starts, too
		return s.version(ctx)
	}
	return version, err
}

func lacking(field string) bson.D {
	return bson.D{{Key: field, Value: bson.D{{Key: "$exists", Value: false}}}}
}

func checkFilesWhole(ctx context.Context, s *Store) error {
	n, err := s.files.CountDocuments(ctx, lacking("chunks"))
	if err == nil && n > 0 {
		err = fmt.Errorf("%d documents of files do not say where their content is: restore them from a backup", n)
	}
	return err
}

// dateFiles has files that were there before count as handed in now, so that none
// is swept too early.
func dateFiles(ctx context.Context, s *Store) error {
	_, err := s.files.UpdateMany(ctx, lacking("put_at"), bson.D{{Key: "$set", Value: bson.D{{Key: "put_at", Value: time.Now().UnixMicro()}}}})
	return err
}
