package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"banli/internal/web"
	"banli/server/casework"
	"banli/store"
	"banli/store/care"

	"github.com/spf13/cobra"
)

func restoreCommand(s streams) *cobra.Command {
	var address, language string
	var only bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "恢复 · Fill an empty store with a backup",
		Long: `恢复：先核对备份的全部校验和，再存入空库，并列出备份之后到期的计时。中断后重新执行即可继续。

Reads a whole backup and checks every checksum, then fills an empty store with it,
reads that again, and reports which clocks fell due since the backup. Broken off, it
goes on when it is run again. With --check it only reads the backup.`,
		Args: args(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			lang, err := langOf(language)
			if err != nil {
				return err
			}
			f, err := os.Open(args[0])
			if err != nil {
				return usageError{err}
			}
			defer f.Close()
			if only {
				c, err := care.Check(f)
				if err != nil {
					return fmt.Errorf("%s: %w", args[0], err)
				}
				return told(s.out, args[0], c)
			}
			st, err := openStore(cmd.Context(), address, slog.New(slog.NewTextHandler(s.err, nil)))
			if err != nil {
				return err
			}
			defer st.Close()
			c, err := care.Restore(cmd.Context(), f, st)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			if err := missed(cmd.Context(), s.out, st, c.Taken, lang); err != nil {
				return err
			}
			return told(s.out, args[0], c)
		},
	}
	storeFlag(cmd.Flags(), &address)
	cmd.Flags().StringVar(&language, "lang", "zh", "zh or en")
	cmd.Flags().BoolVar(&only, "check", false, "read and check the backup, and restore nothing")
	return cmd
}

// told says what a backup has, and what was wrong with it when it was made.
func told(out io.Writer, path string, c *care.Checked) error {
	for _, fault := range c.Faults {
		fmt.Fprintln(out, fault)
	}
	fmt.Fprintf(out, "%s: %s; taken %s from %s\n", path, c.Counts, c.Taken.Format(time.RFC3339), c.Store)
	if len(c.Faults) > 0 {
		return errFound
	}
	return nil
}

// missed reports, case by case, what fell due since the backup was taken.
func missed(ctx context.Context, out io.Writer, st store.Store, since time.Time, lang web.Lang) error {
	if published, err := casework.Published(ctx, st); err != nil || !published {
		return err
	}
	p, err := assemble(ctx, st, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	zone := p.Cases.Catalogues.Current().Calendar.Zone()
	cases := 0
	err = p.Cases.Missed(ctx, since, func(m casework.Missed) error {
		if cases++; cases == 1 {
			fmt.Fprintln(out, lang.Pick("备份之后到期的计时（启动平台后，自动办理按到期时刻补记）：",
				"Clocks that fell due since the backup (what happens by itself is done when a server starts, at its due instant):"))
		}
		fmt.Fprintf(out, "%s  %s  %s %s  %s\n", m.Code, m.Title, lang.Pick(m.FlowName, m.FlowNameEn), lang.Pick(m.ItemName, m.ItemNameEn), m.ID)
		for _, h := range m.Happens {
			fmt.Fprintf(out, "  %s  %s %s\n", web.Due(h.At, zone), lang.Pick(h.Name, h.NameEn), h.Rule)
		}
		for _, c := range m.Overdue {
			fmt.Fprintf(out, "  %s  %s %s\n", web.Due(*c.Due, zone), lang.Pick(c.Name+"超期", c.NameEn+": overdue"), c.Rule)
		}
		return nil
	})
	if err == nil && cases == 0 {
		fmt.Fprintln(out, lang.Pick("备份之后没有计时到期。", "No clock fell due since the backup."))
	}
	return err
}
