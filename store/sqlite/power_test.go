package sqlite_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"

	"banli/store/sqlite"
)

// writeInSteps has several write at once and then waits for all of them, so that between two steps everything in the
// log is on the disk: it tells how long the log is, and what was done up to there, in one line of words for each.
//
// Meanwhile the log is copied into the file. A reader always holds a moment of the log, a later one before it lets go
// of the former, so the log never starts again from its beginning.
func writeInSteps(path string) {
	ctx := context.Background()
	s, err := sqlite.Open(ctx, path)
	done(err)
	s.LimitLog(1 << 40)
	db, err := sql.Open("sqlite", path)
	done(err)
	var held *sql.Tx
	for step := 0; ; step++ {
		var mu sync.Mutex
		var lines strings.Builder
		var writers sync.WaitGroup
		for w := range 8 {
			writers.Go(func() {
				life(ctx, s, fmt.Sprintf("%d-%d-%d", os.Getpid(), step, w), step*8+w, func(words ...any) {
					mu.Lock()
					defer mu.Unlock()
					fmt.Fprintln(&lines, words...)
				})
			})
		}
		writers.Wait()
		log, err := os.Stat(path + "-wal")
		done(err)
		fmt.Fprintf(os.Stdout, "%ssynced %d -\n", lines.String(), log.Size())

		next, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
		done(err)
		var n int
		done(next.QueryRow("SELECT count(*) FROM cases").Scan(&n))
		if held != nil {
			done(held.Rollback())
		}
		held = next
		go db.Exec("PRAGMA wal_checkpoint(PASSIVE)")
	}
}

// TestPowerLoss kills a process and then takes from the disk what no fsync had put there for certain:
//
//   - of the log, what lies beyond the last end that was waited for: its length, some of its sectors, or their order;
//   - of the file, every page that the log still has, because a copy of it may have been under way. (The first page
//     holds how large pages are and is written in one piece, as SQLite asks of a disk.)
//
// The index of the log, which is never on the disk for certain, becomes noise. What was told stays all the same.
func TestPowerLoss(t *testing.T) {
	lost := 0
	crash(t, "power", func(path string, lines []string) int {
		last, synced := -1, 0
		for i, l := range lines {
			if n, err := fmt.Sscanf(l, "synced %d -", &synced); n == 1 && err == nil {
				last = i
			}
		}
		if last < 0 {
			return 0 // killed in the first step
		}
		if _, err := fmt.Sscanf(lines[last], "synced %d -", &synced); err != nil {
			t.Fatal(err)
		}
		lost += losePower(t, path, synced)
		return last
	})
	t.Logf("%d bytes that were not waited for were lost or garbled", lost)
}

const sector = 512

func losePower(t *testing.T, path string, synced int) (lost int) {
	t.Helper()
	log := read(t, path+"-wal")
	tail := log[synced:]
	garble := func(b []byte) {
		for i := 0; i < len(b); i += sector {
			if part := b[i:min(i+sector, len(b))]; rand.IntN(2) == 0 {
				lost += len(part)
				for j := range part {
					part[j] = byte(rand.IntN(256))
				}
			}
		}
	}
	switch rand.IntN(4) {
	case 0:
		cut := rand.IntN(len(tail) + 1)
		log, lost = log[:synced+cut], len(tail)-cut
	case 1:
		garble(tail)
	case 2:
		lost = len(tail)
		clear(tail)
	case 3:
		rand.Shuffle(len(tail)/sector, func(i, j int) {
			for k := range sector {
				tail[i*sector+k], tail[j*sector+k] = tail[j*sector+k], tail[i*sector+k]
			}
		})
		lost = len(tail)
	}
	write(t, path+"-wal", log)

	size := int(binary.BigEndian.Uint32(log[8:]))
	file := read(t, path)
	for frame := 32; frame+24+size <= synced; frame += 24 + size {
		page := int(binary.BigEndian.Uint32(log[frame:]))
		if page > 1 && page*size <= len(file) {
			garble(file[(page-1)*size : page*size])
		}
	}
	write(t, path, file)

	index := read(t, path+"-shm")
	garble(index)
	write(t, path+"-shm", index)
	return lost
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
