package main

import (
	"errors"
	"fmt"

	"banli/internal/storebench"

	"github.com/spf13/cobra"
)

func benchCommand(s streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "测量 · Measure",
		Args:  args(0, 0),
	}
	cmd.AddCommand(benchStoreCommand(s))
	return cmd
}

func benchStoreCommand(s streams) *cobra.Command {
	o := storebench.Options{Out: s.out, Log: func(line string) { fmt.Fprintln(s.err, line) }}
	cmd := &cobra.Command{
		Use:   "store",
		Short: "测量存储 · Measure the embedded store beside its floors",
		Long: `测量嵌入式存储：造出指定数量的案件，测写入、列表、计数、到期处理，并与下限对照。数据用完即删。

Fills a store and measures it: durable actions, lists, counts, due work, size. Beside
each, in the same run, its floor: the driver alone making the same writes, one action
a commit, plain appends, bbolt. A million cases take about 8 GB of disk meanwhile.`,
		Args: args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Cases < 2000 || o.Seconds <= 0 {
				return usageError{errors.New("--cases: at least 2000; --seconds: more than 0")}
			}
			return storebench.Run(cmd.Context(), o)
		},
	}
	cmd.Flags().IntVar(&o.Cases, "cases", 100_000, "how many cases to fill in; one in twenty is open")
	cmd.Flags().StringVar(&o.Dir, "dir", "", "an empty folder to work in, kept afterwards; a temporary one by default")
	cmd.Flags().Float64Var(&o.Seconds, "seconds", 5, "how long each measure runs")
	cmd.Flags().IntSliceVar(&o.Due, "due", []int{33_000, 100_000}, "cases that are due in the same second")
	return cmd
}
