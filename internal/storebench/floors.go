package storebench

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"banli/store"
	"banli/store/sqlite"

	"go.etcd.io/bbolt"
)

// rounds is how often the contestants take turns: what else the machine does then
// falls on all of them, and ratios are taken within a round.
const rounds = 5

// contest measures what the store makes durable, beside its floors, in turns.
func (b *bench) contest(ctx context.Context) error {
	bolt, err := b.openBolt()
	if err != nil {
		return err
	}
	defer os.Remove(bolt.Path())
	defer bolt.Close()
	usual := bolt.MaxBatchSize
	many := fmt.Sprintf("%d writers", b.many())
	group := fmt.Sprintf(", %d a commit", b.many())
	contestants := []struct {
		name string
		run  func() (float64, error)
	}{
		{many, func() (rate float64, err error) {
			err = b.with(ctx, func(s *sqlite.Store) error {
				rate, _, err = b.writers(ctx, s, b.many())
				return err
			})
			return rate, err
		}},
		{"driver alone" + group, func() (float64, error) { return b.bare(ctx, b.many(), false) }},
		{"driver alone with totals" + group, func() (float64, error) { return b.bare(ctx, b.many(), true) }},
		{"driver alone, one a commit", func() (float64, error) { return b.bare(ctx, 1, false) }},
		{"bbolt, " + many, func() (float64, error) { return b.bolt(bolt, usual) }},
		{"bbolt, " + many + group, func() (float64, error) { return b.bolt(bolt, b.many()) }},
		{"append and fdatasync" + group, func() (float64, error) { return b.appends(b.many()) }},
		{"append and fdatasync, one a time", func() (float64, error) { return b.appends(1) }},
	}
	rates := make([][]float64, len(contestants))
	for range rounds {
		for i, c := range contestants {
			rate, err := c.run()
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			rates[i] = append(rates[i], rate)
		}
	}
	for i, c := range contestants {
		b.report.add(c.name, "actions/s", median(rates[i]))
	}
	ratio := func(i, j int) float64 {
		each := make([]float64, rounds)
		for r := range each {
			each[r] = rates[i][r] / rates[j][r]
		}
		return median(each)
	}
	b.report.atLeast(many+" / driver alone", "×", ratio(0, 1), 0.8)
	b.report.atLeast(many+" / one a commit", "×", ratio(0, 3), 4)
	b.report.atLeast(many+" / bbolt", "×", ratio(0, 4), 2)
	b.report.add(many+" / bbolt"+group, "×", ratio(0, 5))
	b.report.atMost("cost of totals", "%", 100*(1-ratio(2, 1)), 15)
	return nil
}

// many is how many write at once: 64, in a small run fewer.
func (b *bench) many() int { return min(64, len(b.open)) }

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

// bare has the driver make the same writes. Changes are made up and packed between
// the commits, and that is not counted: only the driver is.
func (b *bench) bare(ctx context.Context, group int, totals bool) (perSecond float64, err error) {
	ids := make([]string, len(b.open))
	for i, l := range b.open {
		ids[i] = l.head.ID
	}
	bare, err := sqlite.OpenBare(ctx, b.path, ids)
	if err != nil {
		return 0, err
	}
	bare.Totals = totals
	done, spent := 0, time.Duration(0)
	for k := 0; spent < b.long() && err == nil; {
		changes := make([]sqlite.BareChange, group)
		for i := range changes {
			l := b.open[k%len(b.open)]
			k++
			if changes[i], err = bare.Prepare(l.head.ID, l.next()); err != nil {
				break
			}
			l.head.Rev++
		}
		at := time.Now()
		if err == nil {
			err = bare.Write(changes)
		}
		spent += time.Since(at)
		done += group
	}
	if closed := bare.Close(); err == nil {
		err = closed
	}
	return float64(done) / spent.Seconds(), err
}

// appends writes what an action says, as a plain file takes it.
func (b *bench) appends(group int) (perSecond float64, err error) {
	f, err := os.Create(filepath.Join(b.dir, "appends"))
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	ch := b.open[0].next()
	b.open[0].n--
	what, err := json.Marshal(ch)
	if err != nil {
		return 0, err
	}
	done, begun := 0, time.Now()
	for ; time.Since(begun) < b.long(); done += group {
		for range group {
			if _, err := f.Write(what); err != nil {
				return 0, err
			}
		}
		if err := datasync(f); err != nil {
			return 0, err
		}
	}
	return float64(done) / time.Since(begun).Seconds(), nil
}

// openBolt makes a bbolt database of the open cases.
func (b *bench) openBolt() (*bbolt.DB, error) {
	db, err := bbolt.Open(filepath.Join(b.dir, "bolt.db"), 0o600, nil)
	if err != nil {
		return nil, err
	}
	return db, db.Update(func(tx *bbolt.Tx) error {
		for _, name := range buckets {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		for _, l := range b.open {
			if err := boltPut(tx, &l.head, &store.Change{Head: l.head, Folded: l.folded}); err != nil {
				return err
			}
		}
		return nil
	})
}

var buckets = [][]byte{[]byte("heads"), []byte("states"), []byte("events"), []byte("queue"), []byte("due")}

// bolt keeps the same in bbolt: a head, a state, an event, an entry of the queue
// and one of due work. A transaction begins when so many wait for it as batch says,
// at the latest after bbolt's own ten milliseconds.
func (b *bench) bolt(db *bbolt.DB, batch int) (perSecond float64, err error) {
	db.MaxBatchSize = batch
	var done atomic.Int64
	begun, writers := time.Now(), b.many()
	err = together(writers, func(w int) error {
		for k := w; time.Since(begun) < b.long(); k += writers {
			l := b.open[k%(len(b.open)/writers*writers)]
			old := l.head
			ch := l.next()
			if err := db.Batch(func(tx *bbolt.Tx) error { return boltPut(tx, &old, ch) }); err != nil {
				return err
			}
			done.Add(1)
		}
		return nil
	})
	return float64(done.Load()) / time.Since(begun).Seconds(), err
}

func boltPut(tx *bbolt.Tx, old *store.Head, ch *store.Change) error {
	id := []byte(old.ID)
	head, err := json.Marshal(&ch.Head)
	if err != nil {
		return err
	}
	puts := []struct{ bucket, key, value []byte }{
		{buckets[0], id, head},
		{buckets[1], id, ch.Folded},
		{buckets[3], fmt.Append(nil, ch.Head.Department, ch.Head.Due.UnixMicro(), old.ID), head},
		{buckets[4], fmt.Append(nil, ch.Head.Due.UnixMicro(), old.ID), nil},
	}
	for _, e := range ch.Events {
		puts = append(puts, struct{ bucket, key, value []byte }{buckets[2], binary.BigEndian.AppendUint64(id[:len(id):len(id)], rand.Uint64()), e.Data})
	}
	for _, gone := range []struct{ bucket, key []byte }{
		{buckets[3], fmt.Append(nil, old.Department, old.Due.UnixMicro(), old.ID)}, {buckets[4], fmt.Append(nil, old.Due.UnixMicro(), old.ID)},
	} {
		if err := tx.Bucket(gone.bucket).Delete(gone.key); err != nil {
			return err
		}
	}
	for _, p := range puts {
		if err := tx.Bucket(p.bucket).Put(p.key, p.value); err != nil {
			return err
		}
	}
	return nil
}
