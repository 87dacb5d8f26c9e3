package sqlite

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"sync"

	"github.com/klauspost/compress/s2"
)

// words is what documents of cases look like: with it at hand, documents of a few
// hundred bytes shrink to a quarter. What was packed with words needs them for
// ever, so these never change; better ones would get the next number.
//
//go:embed words.txt
var words []byte

// How a document is kept: the first byte. A checksum and the document follow, so that what a disk gives back
// otherwise than it was written is an error and not an answer.
const (
	plain     = 0
	withWords = 1
)

// What a document is of: part of its checksum, so that a page that got to the place of another is noticed. Numbers stay.
const (
	ofPins byte = iota + 1
	ofFolded
	ofBody
	ofEvent
	ofAnswers
	ofExtra
	ofDoc
	ofLine
)

var dictionary = sync.OnceValue(func() *s2.Dict { return s2.MakeDict(words, nil) })

// packSize is the length from which packing is worth the trouble.
const packSize = 64

// packed is a JSON document as it is kept; NULL when nil. A number stays as it is, so that SQL can count with it.
func packed(of byte, j json.RawMessage) any {
	switch {
	case j == nil:
		return nil
	case isNumber(j):
		return string(j)
	case len(j) < packSize:
		return append(sealed(plain, of, j), j...)
	}
	return append(sealed(withWords, of, j), dictionary().Encode(nil, j)...)
}

func isNumber[T string | json.RawMessage](j T) bool {
	return len(j) > 0 && len(j) < packSize && j[0] >= '0' && j[0] <= '9'
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func sealed(how, of byte, j []byte) []byte {
	sum := crc32.Update(crc32.Checksum([]byte{of}, castagnoli), castagnoli, j)
	return binary.LittleEndian.AppendUint32([]byte{how}, sum)
}

var errAltered = errors.New("it is not what was written: run banli verify, and restore a backup")

// unpack scans what packed made.
type unpack struct {
	of byte
	to *json.RawMessage
}

func (u *unpack) Scan(v any) (err error) {
	switch v := v.(type) {
	case nil:
		*u.to = nil
		return nil
	case string:
		if isNumber(v) {
			*u.to = json.RawMessage(v)
			return nil
		}
	case []byte:
		var j []byte
		switch {
		case len(v) < 5:
			return errAltered
		case v[0] == plain:
			j = bytes.Clone(v[5:])
		case v[0] == withWords:
			if j, err = dictionary().Decode(nil, v[5:]); err != nil {
				return errAltered
			}
		}
		if bytes.Equal(sealed(v[0], u.of, j), v[:5]) {
			*u.to = j
			return nil
		}
	}
	return errAltered
}
