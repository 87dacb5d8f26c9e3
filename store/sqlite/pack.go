package sqlite

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/s2"
)

// words is what documents of cases look like: with it at hand, documents of a few
// hundred bytes shrink to a quarter. What was packed with words needs them for
// ever, so these never change; better ones would get the next number.
//
//go:embed words.txt
var words []byte

const wordsNumber = 1 // first byte of what was packed with words

var dictionary = sync.OnceValue(func() *s2.Dict { return s2.MakeDict(words, nil) })

// packSize is the length from which packing is worth the trouble.
const packSize = 64

// packed is a JSON document as it is kept: text when it is short, else packed; NULL when nil.
func packed(j json.RawMessage) any {
	if len(j) < packSize {
		return raw(j)
	}
	return append([]byte{wordsNumber}, dictionary().Encode(nil, j)...)
}

// unpack scans what packed made.
type unpack json.RawMessage

func (u *unpack) Scan(v any) (err error) {
	switch v := v.(type) {
	case nil:
		*u = nil
	case string:
		*u = unpack(v)
	case []byte:
		if len(v) == 0 || v[0] != wordsNumber {
			return errors.New("a document was packed by another program")
		}
		*u, err = dictionary().Decode(nil, v[1:])
	default:
		return fmt.Errorf("expected a document, found %T", v)
	}
	return err
}
