package mongo

import (
	"fmt"
	"log/slog"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"banli/store"
	"banli/store/mongo/mongotest"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// names of BSON types as schemas write them.
var names = map[bson.Type]string{
	bson.TypeString: "string", bson.TypeInt32: "int", bson.TypeInt64: "long", bson.TypeBoolean: "bool", bson.TypeNull: "null",
	bson.TypeArray: "array", bson.TypeEmbeddedDocument: "object", bson.TypeObjectID: "objectId", bson.TypeDateTime: "date",
}

// misfits says what of a value a schema refuses, of the few words that ours have.
func misfits(schema bson.D, path string, v bson.RawValue) (faults []string) {
	for _, word := range schema {
		switch want := word.Value; word.Key {
		case "bsonType":
			if !slices.Contains(want.([]string), names[v.Type]) {
				return []string{fmt.Sprintf("%s: found %s, expected %s", path, v.Type, want)}
			}
		case "minimum":
			if n, ok := v.AsInt64OK(); ok && n < want.(int64) {
				faults = append(faults, fmt.Sprintf("%s: found %d, expected %d at least", path, n, want))
			}
		case "pattern":
			if s, ok := v.StringValueOK(); ok && !regexp.MustCompile(want.(string)).MatchString(s) {
				faults = append(faults, fmt.Sprintf("%s: found %q, expected %s", path, s, want))
			}
		case "items":
			elements, _ := v.Array().Values()
			for i, e := range elements {
				faults = append(faults, misfits(want.(bson.D), fmt.Sprintf("%s/%d", path, i), e)...)
			}
		case "required":
			if d, ok := v.DocumentOK(); ok {
				for _, name := range want.([]string) {
					if _, err := d.LookupErr(name); err != nil {
						faults = append(faults, path+"/"+name+": is missing")
					}
				}
			}
		case "properties":
			if d, ok := v.DocumentOK(); ok {
				for _, p := range want.(bson.D) {
					if e, err := d.LookupErr(p.Key); err == nil {
						faults = append(faults, misfits(p.Value.(bson.D), path+"/"+p.Key, e)...)
					}
				}
			}
		default:
			faults = append(faults, path+": unknown word "+word.Key)
		}
	}
	return faults
}

func misfitsOf(t *testing.T, form, document any) []string {
	t.Helper()
	b, err := bson.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return misfits(schemaOf(reflect.TypeOf(form), ""), "", bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: b})
}

func TestSchema(t *testing.T) {
	good := &store.Case{Head: store.Head{ID: "k1"}, Events: []store.Event{{Do: "submit"}}, Outbox: []store.Line{{ID: "l1"}}}
	if err := store.Chain(store.Event{}, good.Events); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		change func(*caseDoc)
		want   string
	}{
		"sound":                     {func(*caseDoc) {}, ""},
		"without revision":          {func(d *caseDoc) { d.List.Rev = 0 }, "/rev: found 0, expected 1 at least"},
		"a hash cut off":            {func(d *caseDoc) { d.Events[0].Hash = d.Hash[1:] }, `/events/0/hash: found "`},
		"an event without number":   {func(d *caseDoc) { d.Events[0].Seq = 0 }, "/events/0/seq: found 0, expected 1 at least"},
		"events that are not there": {func(d *caseDoc) { d.Events = nil }, "/events: found null, expected [array]"},
	} {
		t.Run(name, func(t *testing.T) {
			d := toCase(good, 1, slices.Clone(good.Events))
			tt.change(d)
			got := strings.Join(misfitsOf(t, caseDoc{}, d), "; ")
			if (got == "") != (tt.want == "") || !strings.HasPrefix(got, tt.want) {
				t.Errorf("refused for %q, expected %q", got, tt.want)
			}
		})
	}
	if got := misfitsOf(t, fileDoc{}, bson.D{{Key: "_id", Value: "x"}, {Key: "size", Value: 1.5}}); len(got) < 4 {
		t.Errorf("a broken file is refused only for %q", got)
	}
}

// TestDocumentsFit: what the store writes in every way it writes is what the
// validators ask for.
func TestDocumentsFit(t *testing.T) {
	server := mongotest.Start(t, 1)
	ctx := t.Context()
	s, err := OpenAny(ctx, server.Database(t), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.InsertCase(ctx, &store.Case{Head: store.Head{ID: "k1"}}))
	full := store.Head{ID: "k1", Marks: []string{"late"}, Open: true, Due: time.Now(), NextDue: time.Now()}
	must(s.Append(ctx, "k1", 1, &store.Change{Head: full, Body: []byte("1"), Pins: []byte("2"), Folded: []byte("3"), Events: []store.Event{{Do: "submit", Data: []byte("{}")}}, Outbox: []store.Line{{ID: "a"}, {ID: "b"}}}))
	must(s.DelayLine(ctx, "a", time.Now(), "nobody there", true))
	must(s.DoneLine(ctx, "b"))
	p := &store.Project{ID: "p1"}
	must(s.InsertProject(ctx, p))
	p.Code, p.Answers = "2018-1", []byte("{}")
	must(s.UpdateProject(ctx, p))
	d := &store.Doc{ID: "d1", Expires: time.Now().Add(time.Hour)}
	must(s.Docs("notes").Insert(ctx, d))
	d.Data = []byte("7")
	must(s.Docs("notes").Replace(ctx, d))
	must(s.Docs("notes").Insert(ctx, &store.Doc{ID: "d2", Data: []byte("{}")}))
	_, err = s.Docs("numbers").Next(ctx, "code")
	must(err)
	_, err = s.PutFile(ctx, strings.NewReader("%PDF-"), 99)
	must(err)
	_, err = s.PutFile(ctx, strings.NewReader("%PDF-"), 99)
	must(err)
	for name, form := range map[string]any{"cases": caseDoc{}, "projects": projectDoc{}, "docs": smallDoc{}, "files": fileDoc{}} {
		cursor, err := s.db.Collection(name).Find(ctx, bson.D{})
		n := 0
		must(each(ctx, cursor, err, func(d *bson.Raw) error {
			n++
			for _, fault := range misfitsOf(t, form, d) {
				t.Errorf("%s %s: %s", name, d.Lookup("_id"), fault)
			}
			return nil
		}))
		if n == 0 {
			t.Errorf("nothing in %s", name)
		}
	}
}
