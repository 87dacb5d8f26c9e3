package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"banli/internal/storebench"
	"banli/store"

	"github.com/spf13/cobra"
)

func benchCommand(s streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "测量 · Measure",
		Args:  args(0, 0),
	}
	cmd.AddCommand(benchStoreCommand(s), benchServerCommand(s))
	return cmd
}

func benchStoreCommand(s streams) *cobra.Command {
	o := storebench.Options{Out: s.out, Log: func(line string) { fmt.Fprintln(s.err, line) }}
	several := storebench.Servers{Out: s.out, Open: func(ctx context.Context, address string) (store.Store, error) {
		return openStore(ctx, address, slog.New(slog.DiscardHandler))
	}}
	cmd := &cobra.Command{
		Use:   "store",
		Short: "测量存储 · Measure the embedded store beside its floors",
		Long: `测量嵌入式存储：造出指定数量的案件，测写入、列表、计数、到期处理，并与下限对照。
加 --processes 则改为多个服务进程同用一个库、随机杀掉其中一个，检查有无丢失或重复的事件。

Fills a store and measures it: durable actions, lists, counts, due work, size. Beside
each, in the same run, its floor: the driver alone making the same writes, one action
a commit, plain appends, bbolt. A million cases take about 15 GB of disk meanwhile.

With --processes, several servers work on one store instead, one is killed now and
then (on a replica set, the primary steps down too), and what they acknowledged is
compared with what is there.`,
		Args: args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case o.Seconds <= 0:
				return usageError{errors.New("--seconds: more than 0")}
			case several.Processes > 0:
				several.Seconds = o.Seconds
				return runServers(cmd.Context(), several)
			case o.Cases < 2000:
				return usageError{errors.New("--cases: at least 2000")}
			}
			return storebench.Run(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.Cases, "cases", 100_000, "how many cases to fill in; one in twenty is open")
	f.StringVar(&o.Dir, "dir", "", "an empty folder to work in, kept afterwards; a temporary one by default")
	f.Float64Var(&o.Seconds, "seconds", 5, "how long each measure runs")
	f.IntSliceVar(&o.Due, "due", []int{33_000, 100_000}, "cases that are due in the same second")
	f.IntVar(&several.Processes, "processes", 0, "run so many servers on one store instead, and kill one now and then")
	f.StringVar(&several.Store, "on", "", "address of an empty store for --processes; an embedded one by default")
	f.IntVar(&several.Due, "due-meanwhile", 2000, "cases that become due while --processes run")
	return cmd
}

func runServers(ctx context.Context, o storebench.Servers) error {
	if o.Store == "" {
		dir, err := os.MkdirTemp("", "banli-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		o.Store = "sqlite:" + filepath.Join(dir, "banli.db")
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	o.Serve = func(args ...string) *exec.Cmd {
		return exec.CommandContext(ctx, self, append([]string{"bench", "server"}, args...)...)
	}
	if !strings.HasPrefix(o.Store, "sqlite:") {
		o.StepDown = func(ctx context.Context) (bool, error) { return storebench.StepDown(ctx, o.Store) }
	}
	return o.Run(ctx)
}

// benchServerCommand is one server of --processes.
func benchServerCommand(s streams) *cobra.Command {
	var address, at, begin string
	cmd := &cobra.Command{
		Use:    "server",
		Short:  "多进程测量中的一个进程 · One server of bench store --processes",
		Hidden: true,
		Args:   args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			now, err := time.Parse(time.RFC3339Nano, at)
			if err != nil {
				return usageError{err}
			}
			since, err := time.Parse(time.RFC3339Nano, begin)
			if err != nil {
				return usageError{err}
			}
			st, err := openStore(cmd.Context(), address, slog.New(slog.DiscardHandler))
			if err != nil {
				return err
			}
			defer st.Close()
			return storebench.Serve(cmd.Context(), st, now, since, s.out)
		},
	}
	cmd.Flags().StringVar(&address, "on", "", "the store")
	cmd.Flags().StringVar(&at, "at", "", "what its clock says")
	cmd.Flags().StringVar(&begin, "begin", "", "when it says so")
	return cmd
}
