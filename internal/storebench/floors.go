package storebench

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"banli/store"
	"banli/store/sqlite"

	"go.etcd.io/bbolt"
)

// floors measures what bounds the store from below.
func (b *bench) floors(ctx context.Context) error {
	for _, floor := range []struct {
		name   string
		group  int
		totals bool
	}{
		{"driver alone, 64 a commit", 64, false},
		{"driver alone with totals, 64 a commit", 64, true},
		{"driver alone, one a commit", 1, false},
	} {
		rate, err := b.bare(ctx, floor.group, floor.totals)
		if err != nil {
			return err
		}
		b.report.add(floor.name, "actions/s", rate)
	}
	rate, err := b.appends(1)
	if err != nil {
		return err
	}
	b.report.add("append and fdatasync, one a time", "actions/s", rate)
	if rate, err = b.appends(64); err != nil {
		return err
	}
	b.report.add("append and fdatasync, 64 a time", "actions/s", rate)
	if rate, err = b.bolt(); err != nil {
		return err
	}
	b.report.add("bbolt, 64 writers", "actions/s", rate)
	return nil
}

// compare states the goals that are ratios within the run.
func (b *bench) compare() {
	v := b.report.values
	b.report.atLeast("64 writers / driver alone", "×", v["64 writers"]/v["driver alone, 64 a commit"], 0.8)
	b.report.atLeast("64 writers / one a commit", "×", v["64 writers"]/v["driver alone, one a commit"], 4)
	b.report.atLeast("64 writers / bbolt", "×", v["64 writers"]/v["bbolt, 64 writers"], 2)
	b.report.atMost("cost of totals", "%", 100*(1-v["driver alone with totals, 64 a commit"]/v["driver alone, 64 a commit"]), 15)
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

// bolt keeps the same in bbolt: a head, a state, an event, an entry of the queue
// and of due work; 64 writers whose transactions are joined as soon as all wait.
func (b *bench) bolt() (perSecond float64, err error) {
	db, err := bbolt.Open(filepath.Join(b.dir, "bolt.db"), 0o600, nil)
	if err != nil {
		return 0, err
	}
	defer os.Remove(db.Path())
	defer db.Close()
	db.MaxBatchSize = 64
	names := [][]byte{[]byte("heads"), []byte("states"), []byte("events"), []byte("queue"), []byte("due")}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range names {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		for _, l := range b.open {
			if err := boltPut(tx, names, &l.head, &store.Change{Head: l.head, Folded: l.folded}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	var done atomic.Int64
	begun := time.Now()
	const writers = 64
	err = together(writers, func(w int) error {
		for k := w; time.Since(begun) < b.long(); k += writers {
			l := b.open[k%(len(b.open)/writers*writers)]
			old := l.head
			ch := l.next()
			l.head.Rev++
			if err := db.Batch(func(tx *bbolt.Tx) error { return boltPut(tx, names, &old, ch) }); err != nil {
				return err
			}
			done.Add(1)
		}
		return nil
	})
	return float64(done.Load()) / time.Since(begun).Seconds(), err
}

func boltPut(tx *bbolt.Tx, names [][]byte, old *store.Head, ch *store.Change) error {
	id := []byte(old.ID)
	head, err := json.Marshal(&ch.Head)
	if err != nil {
		return err
	}
	puts := []struct{ bucket, key, value []byte }{
		{names[0], id, head}, {names[1], id, ch.Folded},
		{names[3], fmt.Append(nil, ch.Head.Department, ch.Head.Due.UnixMicro(), old.ID), head},
		{names[4], fmt.Append(nil, ch.Head.Due.UnixMicro(), old.ID), nil},
	}
	for _, e := range ch.Events {
		puts = append(puts, struct{ bucket, key, value []byte }{names[2], binary.BigEndian.AppendUint64(id[:len(id):len(id)], rand.Uint64()), e.Data})
	}
	for _, gone := range []struct{ bucket, key []byte }{
		{names[3], fmt.Append(nil, old.Department, old.Due.UnixMicro(), old.ID)}, {names[4], fmt.Append(nil, old.Due.UnixMicro(), old.ID)},
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
