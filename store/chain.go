package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// canonical is the form of an event that is hashed: these keys in this order, no
// spaces, text unescaped, instants in UTC with six decimals. It never changes:
// hashes of years ago must come out the same.
type canonical struct {
	Seq        int             `json:"seq"`
	Do         string          `json:"do"`
	At         string          `json:"at"`
	RecordedAt string          `json:"recorded_at"`
	By         string          `json:"by"`
	User       string          `json:"user"`
	Department string          `json:"department"`
	Key        string          `json:"key"`
	Data       json.RawMessage `json:"data"` // null when absent
}

// Chain numbers new events after last and seals each: its Hash is the hex SHA-256
// of the hash before it (hex; "" before the first) followed by its canonical JSON.
// last is the zero Event where there is none.
func Chain(last Event, events []Event) error {
	for i := range events {
		e := &events[i]
		e.Seq = last.Seq + 1
		hash, err := seal(last.Hash, e)
		if err != nil {
			return err
		}
		e.Hash = hash
		last = *e
	}
	return nil
}

// CheckEvents refuses what no backend takes: data that is not JSON, and two new
// events that claim the same key.
func CheckEvents(events []Event) error {
	seen := map[string]bool{}
	for i, e := range events {
		if len(e.Data) > 0 && !json.Valid(e.Data) {
			return fmt.Errorf("new event %d (%s): its data is not JSON", i+1, e.Do)
		}
		if e.Key != "" && seen[e.Key] {
			return fmt.Errorf("two new events with the key %q: put the key of a command on one of its events", e.Key)
		}
		seen[e.Key] = true
	}
	return nil
}

// Verify checks the whole chain of a case: numbered from 1 without a gap, every
// hash right. It reports the first event that is not.
func Verify(events []Event) error {
	prev := ""
	for i := range events {
		e := &events[i]
		if e.Seq != i+1 {
			return fmt.Errorf("event %d has number %d: an event is missing or out of place", i+1, e.Seq)
		}
		hash, err := seal(prev, e)
		if err != nil {
			return err
		}
		if hash != e.Hash {
			return fmt.Errorf("event %d (%s) has hash %.12s…, expected %.12s…: it or one before it was changed after it was written", e.Seq, e.Do, e.Hash, hash)
		}
		prev = hash
	}
	return nil
}

func seal(prev string, e *Event) (string, error) {
	data := e.Data
	if len(data) == 0 {
		data = nil
	}
	var b bytes.Buffer
	b.WriteString(prev)
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(canonical{e.Seq, e.Do, instant(e.At), instant(e.RecordedAt), e.By, e.User, e.Department, e.Key, data})
	if err != nil {
		return "", fmt.Errorf("event %d (%s): its data is not JSON: %w", e.Seq, e.Do, err)
	}
	sum := sha256.Sum256(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	return hex.EncodeToString(sum[:]), nil
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	// UnixMicro, not Truncate: what is hashed is exactly what backends store.
	return time.UnixMicro(t.UnixMicro()).UTC().Format("2006-01-02T15:04:05.000000Z")
}
