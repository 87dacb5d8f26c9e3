package storetest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"banli/store"
)

// firstLedger is the digest of the ledger of history 1: the same on every backend,
// and the same for ever unless the fields of records change.
const firstLedger = "a441981cd85f8247967fb190ebb1e30598928bd08b23a2bf77e2172173497adf"

func ledgerBytes(t *testing.T, s store.Store) {
	if got := Ledger(t, s, 1); got != firstLedger {
		t.Errorf("the ledger has the digest %s, expected %s: it is not written as it was, or not as other backends write it", got, firstLedger)
	}
}

// Ledger plays a history on an empty store and says, in one digest, everything that
// is then kept, byte for byte, hashes of events included. The same number is the
// same history.
func Ledger(t testing.TB, s store.Store, number uint64) string {
	t.Helper()
	r := rand.New(rand.NewPCG(number, 77))
	pick := func(values ...string) string { return values[r.IntN(len(values))] }
	moment := func() time.Time {
		if r.IntN(5) == 0 {
			return time.Time{}
		}
		return noon.Add(time.Duration(r.Int64N(int64(90 * 24 * time.Hour)))).In(time.FixedZone("", r.IntN(20)*1800))
	}
	data := func() json.RawMessage {
		if r.IntN(5) == 0 {
			return nil
		}
		return json.RawMessage(pick(`{}`, `null`, " {\"b\":1.50,\n\t\"a\": \"<补正> & 办理\"} ", `{"n": 1e2, "long": 12345678901234567890}`, "\"\u2028\""))
	}
	events := func(id string) (out []store.Event) {
		for i := range r.IntN(4) {
			e := store.Event{Do: pick("submit", "受理", "grant"), At: moment(), RecordedAt: moment(), By: pick("owner", "clock"), User: pick("u1", "", "用户"), Department: pick("ghj", ""), Data: data()}
			if i == 0 {
				e.Key = fmt.Sprint(id, "-", r.IntN(40))
			}
			out = append(out, e)
		}
		return out
	}
	head := func(id string) store.Head {
		return store.Head{
			ID: id, Key: "key " + id, Project: "p" + id[1:2], Flow: pick("permit", "reply"), Item: pick("GH02", ""), Department: pick("ghj", "fgj"), State: pick("a", "b"),
			Title: pick("仁和区污水处理厂", "<title>"), Open: r.IntN(3) > 0, Marks: [][]string{nil, {"late"}, {"b", "a"}}[r.IntN(3)], Clock: pick("", "promised"),
			Hold: pick("", "wait", "extension"), Paused: r.IntN(5) == 0, Stopped: r.IntN(5) == 0, Late: r.IntN(5) == 0,
			OpenedAt: moment(), UpdatedAt: moment(), ClosedAt: moment(), Due: moment(), WarnAt: moment(), UrgentAt: moment(), NextDue: moment(),
		}
	}
	const cases = 8
	for i := range cases {
		id := fmt.Sprint("k", i)
		must(t, s.InsertCase(t.Context(), &store.Case{Head: head(id), Pins: data(), Body: data(), Folded: data(), Events: events(id)}))
	}
	refused := 0
	for step := range 100 {
		id := fmt.Sprint("k", r.IntN(cases))
		h, err := s.Head(t.Context(), id)
		must(t, err)
		ch := &store.Change{Head: head(id), Events: events(id), Outbox: []store.Line{{ID: fmt.Sprint(id, "/", step), Kind: pick("spawn", "signal"), Data: data(), CreatedAt: moment(), NotBefore: moment()}}}
		if r.IntN(3) == 0 {
			ch.Body, ch.Folded = data(), data()
		}
		if err := s.Append(t.Context(), id, h.Rev-r.Int64N(8)/7, ch); err != nil {
			refused++
			continue
		}
		if done := fmt.Sprint(id, "/", r.IntN(step+1)); r.IntN(3) == 0 {
			must(t, s.DoneLine(t.Context(), done))
		}
	}
	if refused == 0 || refused > 60 {
		t.Fatalf("%d of 100 actions were refused: the history shows too little", refused)
	}
	sum := sha256.New()
	for record, err := range s.Dump(t.Context()) {
		must(t, err)
		line, err := json.Marshal(record)
		must(t, err)
		fmt.Fprintf(sum, "%s\n", line)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
