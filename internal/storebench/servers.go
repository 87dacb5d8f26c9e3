package storebench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"strings"
	"sync"
	"time"

	"banli/server/worker"
	"banli/store"
)

// Servers is the second mode: several server processes on one store, under load,
// one of which is killed now and then.
type Servers struct {
	Processes int
	Store     string // address of an empty store
	Seconds   float64
	Due       int // cases that become due at once, meanwhile
	Open      func(ctx context.Context, address string) (store.Store, error)
	Serve     func(args ...string) *exec.Cmd          // a process that calls [Serve]
	StepDown  func(ctx context.Context) (bool, error) // see [StepDown]; nil: the store has no primary
	Out       io.Writer
}

const (
	loaded = 200             // cases that are acted in
	lead   = 2 * time.Second // until cases are due
)

// Run starts the servers, kills some, and then looks for what was lost or doubled.
func (o Servers) Run(ctx context.Context) error {
	like, err := exemplar(ctx)
	if err != nil {
		return err
	}
	s, err := o.Open(ctx, o.Store)
	if err != nil {
		return err
	}
	_, err = service(ctx, s, time.Now)
	for name, n := range map[string]int{"due": o.Due, "load": loaded} {
		e := *like
		if name == "load" {
			kase := *like.kase
			kase.NextDue = kase.NextDue.AddDate(50, 0, 0)
			e.kase = &kase
		}
		err = errors.Join(err, e.plant(ctx, s, name, n))
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	begin := time.Now()
	l := &ledger{acked: map[string][]string{}}
	at := like.kase.NextDue.Add(-lead).Format(time.RFC3339Nano)
	running := make([]*exec.Cmd, o.Processes)
	for i := range running {
		if running[i], err = o.start(l, at, begin); err != nil {
			return err
		}
	}
	killed, stepped := 0, 0
	for time.Since(begin) < time.Duration(o.Seconds*float64(time.Second)) && ctx.Err() == nil {
		time.Sleep(time.Duration(500+rand.IntN(1500)) * time.Millisecond)
		i := rand.IntN(len(running))
		if err := errors.Join(running[i].Process.Kill(), ignored(running[i].Wait())); err != nil {
			return err
		}
		killed++
		if o.StepDown != nil && killed%3 == 1 {
			down, err := o.StepDown(ctx)
			if err != nil {
				return fmt.Errorf("have the primary step down: %w", err)
			}
			if down {
				stepped++
			}
		}
		if running[i], err = o.start(l, at, begin); err != nil {
			return err
		}
	}
	for _, p := range running { // killed too: nothing may depend on a good end
		err = errors.Join(err, p.Process.Kill(), ignored(p.Wait()))
	}
	l.read.Wait()
	if err != nil {
		return err
	}
	faults, err := o.check(ctx, like, l)
	fmt.Fprintf(o.Out, "%d processes, %d killed, %d primaries stepped down, %d acts acknowledged, %d cases due at once: %d faults\n",
		o.Processes, killed, stepped, l.count(), o.Due, len(faults))
	for _, f := range faults {
		fmt.Fprintln(o.Out, "  "+f)
	}
	if err == nil && len(faults) > 0 {
		err = fmt.Errorf("%d faults", len(faults))
	}
	return err
}

// ignored is no error: a killed process says that it was killed.
func ignored(err error) error {
	if _, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil
	}
	return err
}

func (o Servers) start(l *ledger, at string, begin time.Time) (*exec.Cmd, error) {
	p := o.Serve("--on", o.Store, "--at", at, "--begin", begin.Format(time.RFC3339Nano))
	out, err := p.StdoutPipe()
	if err != nil {
		return nil, err
	}
	l.read.Go(func() { l.follow(out) })
	return p, p.Start()
}

// ledger is what the servers said they did.
type ledger struct {
	mu    sync.Mutex
	acked map[string][]string // keys by case
	read  sync.WaitGroup
}

func (l *ledger) follow(out io.Reader) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if id, key, ok := strings.Cut(lines.Text(), " "); ok {
			l.mu.Lock()
			l.acked[id] = append(l.acked[id], key)
			l.mu.Unlock()
		}
	}
}

func (l *ledger) count() (n int) {
	for _, keys := range l.acked {
		n += len(keys)
	}
	return n
}

// check finishes what was left and compares the store with the ledger.
func (o Servers) check(ctx context.Context, like *example, l *ledger) (faults []string, err error) {
	s, err := o.Open(ctx, o.Store)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	now := clock(like.kase.NextDue.Add(time.Hour))
	cases, err := service(ctx, s, now)
	if err != nil {
		return nil, err
	}
	if _, err := cases.Tick(ctx, now()); err != nil {
		return nil, err
	}
	if _, err := cases.Deliver(ctx, now()); err != nil {
		return nil, err
	}
	if err := once(ctx, s, like, "due", o.Due); err != nil {
		faults = append(faults, err.Error())
	}
	for id, keys := range l.acked {
		c, err := s.Case(ctx, id)
		if err != nil {
			return faults, err
		}
		seen := map[string]int{}
		for _, e := range c.Events {
			if seen[e.Key]++; e.Key != "" && seen[e.Key] > 1 {
				faults = append(faults, fmt.Sprintf("case %s has event %s twice", id, e.Key))
			}
		}
		for _, key := range keys {
			if seen[key] == 0 {
				faults = append(faults, fmt.Sprintf("case %s has lost the acknowledged event %s", id, key))
			}
		}
	}
	return faults, s.Verify(ctx, func(fault string) { faults = append(faults, fault) })
}

// Serve is one server of [Servers]: the worker, and people who act in the same cases
// as those of the other servers. It writes a line for every act that is durable, and
// ends when it is killed. Its clock said at when begin was.
func Serve(ctx context.Context, s store.Store, at, begin time.Time, out io.Writer) error {
	now := func() time.Time { return at.Add(time.Since(begin)) }
	cases, err := service(ctx, s, now)
	if err != nil {
		return err
	}
	w := worker.New(cases, now)
	w.Log = cases.Log
	go w.Run(ctx)
	var mu sync.Mutex
	return together(8, func(int) error {
		r := rand.New(rand.NewPCG(rand.Uint64(), 1))
		for ctx.Err() == nil {
			id, key := fmt.Sprintf("load-%06d", 1+r.IntN(loaded)), letters(r, 26)
			if err := persist(ctx, s, id, key, now()); err != nil {
				continue // the store is away, or others were quicker every time: nothing was acknowledged
			}
			mu.Lock()
			fmt.Fprintln(out, id, key)
			mu.Unlock()
		}
		return ctx.Err()
	})
}

// persist acts once, however often it has to try: the key makes it the same act.
func persist(ctx context.Context, s store.Store, id, key string, at time.Time) error {
	for tries := 0; ; tries++ {
		h, err := s.Head(ctx, id)
		if err == nil {
			err = s.Append(ctx, id, h.Rev, &store.Change{Head: *h, Events: []store.Event{{Do: "note", At: at, RecordedAt: at, By: "handler", Key: key}}})
		}
		if err == nil || errors.Is(err, store.ErrDuplicate) {
			return nil
		}
		if tries == 20 {
			return err
		}
		if !errors.Is(err, store.ErrConflict) {
			time.Sleep(50 * time.Millisecond)
		}
	}
}
