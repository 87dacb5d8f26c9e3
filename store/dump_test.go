package store_test

import (
	"encoding/json"
	"testing"

	"banli/store"
)

// FuzzRecord: a line of a backup is read or refused; what was read is written again the same.
func FuzzRecord(f *testing.F) {
	for _, line := range []string{
		`{"Doc":{"Collection":"users","ID":"u1","Rev":3,"Index":["a","",""],"Expires":"0001-01-01T00:00:00Z","Data":"{\"a\": 1}"}}`,
		`{"Project":{"ID":"p1","Answers":null,"Extra":"null"}}`,
		`{"Case":{"ID":"k1","Events":[{"Seq":1,"Do":"submit","Data":"{}"},{}],"Outbox":[{"ID":"k1/1","Data":null}]}}`,
		`{"File":{"Digest":"ab","Size":1,"Type":"text/plain"}}`,
		`{}`, `{"Case":null}`, `{"Case":{"Events":[null]}}`, `{"Case":{"Outbox":[null]}}`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		var r store.Record
		if json.Unmarshal(line, &r) != nil {
			return
		}
		first, err := json.Marshal(r)
		if err != nil {
			t.Skip(err) // an instant that RFC 3339 cannot say
		}
		var again store.Record
		if err := json.Unmarshal(first, &again); err != nil {
			t.Fatalf("%s: %v", first, err)
		}
		if second, err := json.Marshal(again); err != nil || string(second) != string(first) {
			t.Errorf("read again:\n%s\n%s, %v", first, second, err)
		}
	})
}
