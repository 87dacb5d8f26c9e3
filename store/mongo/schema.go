package mongo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// makeCollections has the server itself refuse documents of another form, whoever
// writes them.
func (s *Store) makeCollections(ctx context.Context) error {
	for _, c := range []struct {
		in   *driver.Collection
		form any
	}{{s.projects, projectDoc{}}, {s.kases, caseDoc{}}, {s.docs, smallDoc{}}, {s.files, fileDoc{}}} {
		validator := bson.D{{Key: "$jsonSchema", Value: schemaOf(reflect.TypeOf(c.form), "")}}
		if err := s.validate(ctx, c.in.Name(), validator); err != nil {
			return fmt.Errorf("collection %s: %w", c.in.Name(), err)
		}
	}
	return nil
}

// validate creates a collection with a validator, or changes that of one that is
// there where it is another.
func (s *Store) validate(ctx context.Context, name string, validator bson.D) error {
	var found struct {
		Options struct {
			Validator bson.Raw `bson:"validator"`
		} `bson:"options"`
	}
	cursor, err := s.db.ListCollections(ctx, bson.D{{Key: "name", Value: name}})
	there := false
	err = each(ctx, cursor, err, func(d *bson.Raw) error {
		there = true
		return bson.Unmarshal(*d, &found)
	})
	if err != nil {
		return err
	}
	if !there {
		err = s.db.CreateCollection(ctx, name, options.CreateCollection().SetValidator(validator))
		if code, ok := errors.AsType[driver.CommandError](err); ok && code.Name == "NamespaceExists" {
			return nil // another server of ours starts, too
		}
	} else if want, marshalled := bson.Marshal(validator); marshalled != nil {
		return marshalled
	} else if !bytes.Equal(found.Options.Validator, want) {
		err = s.db.RunCommand(ctx, bson.D{{Key: "collMod", Value: name}, {Key: "validator", Value: validator}}).Err()
	}
	if lacks(err) {
		s.without(ctx, "validators of documents", err)
		return nil
	}
	return err
}

// schemaOf is the JSON Schema of a type as the driver writes it. The tags min and
// pattern of a field say more about it.
func schemaOf(t reflect.Type, tag reflect.StructTag) bson.D {
	kind := func(names ...string) bson.D { return bson.D{{Key: "bsonType", Value: names}} }
	switch {
	case t == reflect.TypeFor[time.Time]():
		return kind("date")
	case t == reflect.TypeFor[bson.ObjectID]():
		return kind("objectId")
	}
	switch t.Kind() { //nolint:exhaustive // the kinds that documents are made of
	case reflect.Pointer:
		s := schemaOf(t.Elem(), tag)
		s[0].Value = append(s[0].Value.([]string), "null")
		return s
	case reflect.Bool:
		return kind("bool")
	case reflect.Int, reflect.Int64:
		s := kind("int", "long")
		if least, err := strconv.ParseInt(tag.Get("min"), 10, 64); err == nil {
			s = append(s, bson.E{Key: "minimum", Value: least})
		}
		return s
	case reflect.String:
		s := kind("string")
		if pattern := tag.Get("pattern"); pattern != "" {
			s = append(s, bson.E{Key: "pattern", Value: pattern})
		}
		return s
	case reflect.Slice:
		return append(kind("array"), bson.E{Key: "items", Value: schemaOf(t.Elem(), "")})
	case reflect.Struct:
		required, properties := fieldsOfType(t)
		return append(kind("object"), bson.E{Key: "required", Value: required}, bson.E{Key: "properties", Value: properties})
	}
	panic("no document has a field of type " + t.String())
}

func fieldsOfType(t reflect.Type) (required []string, properties bson.D) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("bson"), ",")
		if option == "inline" {
			r, p := fieldsOfType(f.Type)
			required, properties = append(required, r...), append(properties, p...)
			continue
		}
		if option != "omitempty" {
			required = append(required, name)
		}
		properties = append(properties, bson.E{Key: name, Value: schemaOf(f.Type, f.Tag)})
	}
	return required, properties
}
