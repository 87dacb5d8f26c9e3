package sqlite

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"time"

	"banli/store"
)

// Heads and events are kept as one value each, so that a list reads one column, an
// action compares two records, and what an event says twice is packed together: the
// fields in their order, after the number of that order. Fields are added at the
// end only, under a higher number; a record of a lower one leaves them zero.
const recordVersion = 1

func headFields(h *store.Head) []any {
	return []any{
		&h.ID, &h.Project, &h.Key, &h.Rev, &h.Flow, &h.Item, &h.Department, &h.Parent, &h.Code, &h.Title, &h.OwnerName, &h.Owner,
		&h.State, &h.Open, &h.Assignee, &h.OpenedAt, &h.UpdatedAt, &h.ClosedAt, &h.Marks, &h.Clock, &h.Paused, &h.Hold,
		&h.Due, &h.WarnAt, &h.UrgentAt, &h.NextDue, &h.Stopped, &h.Late,
	}
}

// eventFields are all but the number and the hash.
func eventFields(e *store.Event) []any {
	return []any{&e.Do, &e.At, &e.RecordedAt, &e.By, &e.User, &e.Department, &e.Key, &e.Data}
}

// encode is the record of a head, with a checksum.
func encode(h *store.Head) []byte {
	b := encodeFields(headFields(h))
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// record scans a record into a head.
type record store.Head

func (r *record) Scan(v any) error {
	b, ok := v.([]byte)
	if !ok || len(b) < 5 {
		return fmt.Errorf("expected the record of a head, found %T", v)
	}
	b, sum := b[:len(b)-4], binary.LittleEndian.Uint32(b[len(b)-4:])
	if sum != crc32.Checksum(b, castagnoli) {
		return errAltered
	}
	*r = record{}
	return decodeFields(b, headFields((*store.Head)(r)))
}

func encodeFields(fields []any) []byte {
	b, since := make([]byte, 1, 512), int64(0)
	b[0] = recordVersion
	str := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	for _, f := range fields {
		switch f := f.(type) {
		case *string:
			str(*f)
		case *bool:
			b = append(b, byte(bit(*f)))
		case *int64:
			b = binary.AppendVarint(b, *f)
		case *time.Time:
			b = binary.AppendVarint(b, compact(*f, &since))
		case *[]string:
			b = binary.AppendUvarint(b, uint64(len(*f)))
			for _, s := range *f {
				str(s)
			}
		case *json.RawMessage:
			b = append(b, byte(bit(*f != nil)))
			str(string(*f))
		}
	}
	return b
}

func decodeFields(b []byte, fields []any) error {
	if len(b) == 0 || b[0] != recordVersion {
		return errAltered
	}
	text := string(b) // all fields share it
	at, bad, since := 1, false, int64(0)
	next := func(v uint64, n int) int {
		if n <= 0 || v > uint64(len(b)) {
			bad = true
			return 0
		}
		at += n
		return int(v)
	}
	size := func() int { return next(binary.Uvarint(b[at:])) }
	str := func() string {
		n := size()
		if n > len(b)-at {
			bad = true
			return ""
		}
		at += n
		return text[at-n : at]
	}
	number := func() int64 {
		v, n := binary.Varint(b[at:])
		next(0, n)
		return v
	}
	for _, f := range fields {
		switch f := f.(type) {
		case *string:
			*f = str()
		case *bool:
			*f = size() == 1
		case *int64:
			*f = number()
		case *time.Time:
			*f = expand(number(), &since)
		case *[]string:
			for n := size(); n > 0 && !bad; n-- {
				*f = append(*f, str())
			}
		case *json.RawMessage:
			if there := size() == 1; there {
				*f = json.RawMessage(str())
			} else {
				str()
			}
		}
	}
	if bad {
		return errAltered
	}
	return nil
}

// compact is an instant as its distance from the one before it in the record, 0 for none.
func compact(t time.Time, since *int64) int64 {
	if t.IsZero() {
		return 0
	}
	n := t.UnixMicro() - *since
	*since += n
	if n >= 0 {
		n++
	}
	return n
}

func expand(n int64, since *int64) time.Time {
	switch {
	case n == 0:
		return time.Time{}
	case n > 0:
		n--
	}
	*since += n
	return time.UnixMicro(*since).UTC()
}

// keyMark finds an event of a case by its idempotency key, all but surely: two bytes do for some dozens of events.
func keyMark(key string) any {
	if key == "" {
		return nil
	}
	return int64(int16(crc32.Checksum([]byte(key), castagnoli)))
}
