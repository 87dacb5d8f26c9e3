package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"banli/server/casework"
	"banli/store"
	"banli/store/care"

	"github.com/spf13/cobra"
)

func verifyCommand(s streams) *cobra.Command {
	var address string
	var repair bool
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "核验 · Check everything that is kept",
		Long: `核验全部数据：事件链、合计、索引、引用、文件，并按事件重算每个办件。--repair 只修复可由事件推出的数据，从不改动事件。

Reads everything and tells each fault: hash chains, totals, indexes, references,
files against their digests, and every case against a replay of its events. With
--repair it makes anew what follows from events, and never touches an event.
Exit code 0: sound; 1: faults remain; 2: it could not run.`,
		Args: args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			st, err := openExisting(cmd.Context(), address, slog.New(slog.NewTextHandler(s.err, nil)))
			if err != nil {
				return err
			}
			defer st.Close()
			return verify(cmd.Context(), s.out, st, repair)
		},
	}
	storeFlag(cmd.Flags(), &address)
	cmd.Flags().BoolVar(&repair, "repair", false, "make anew what follows from events, where it is wrong")
	return cmd
}

func verify(ctx context.Context, out io.Writer, st store.Store, repair bool) error {
	if err := care.Unfinished(ctx, st); err != nil {
		return usageError{err}
	}
	faults := 0
	fault := func(what string) {
		faults++
		fmt.Fprintln(out, what)
	}
	found := casework.Findings{Fault: fault}
	if repair {
		found.Mended = func(what string) { fmt.Fprintln(out, "已修复 mended: "+what) }
		if err := st.Repair(ctx, found.Mended); err != nil {
			return usageError{err}
		}
	}
	if err := replay(ctx, st, found); ctx.Err() != nil {
		return usageError{err}
	} else if err != nil {
		fault(fmt.Sprintf("not every case could be checked: %v", err))
	}
	if err := st.Verify(ctx, fault); err != nil {
		return usageError{err}
	}
	if faults > 0 {
		fmt.Fprintf(out, "发现 %d 处问题 · %d faults\n", faults, faults)
		return errFound
	}
	fmt.Fprintln(out, "核验通过 · sound")
	return nil
}

// replay checks every case against its events.
func replay(ctx context.Context, st store.Store, found casework.Findings) error {
	if published, err := casework.Published(ctx, st); err != nil || !published {
		return err
	}
	p, err := assemble(ctx, st, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		found.Fault(fmt.Sprintf("cases cannot be played again: %v", err))
		return nil
	}
	return p.Cases.Check(ctx, found)
}
