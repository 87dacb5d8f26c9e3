package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"text/tabwriter"
	"time"

	"banli/definitions/catalogue"
	"banli/server/casework"
	"banli/store"

	"github.com/spf13/cobra"
)

func lateCommand(s streams) *cobra.Command {
	address, asJSON, limit := "", false, 20
	cmd := &cobra.Command{
		Use:   "late",
		Short: "延迟办理与搁置动作 · What was done late, and effects set aside",
		Long: `列出系统停运后补办的到期事项（效力仍从到期时刻起算），以及多次重试未成功而搁置的后续动作。

Lists what fell due while no server ran and was done afterwards (it took effect at
its due instant all the same), newest first, and the effects that were set aside
after failing too often, oldest first. Exit code 1 when some are set aside.`,
		Args: args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 || limit > 200 {
				return usageError{fmt.Errorf("--limit: found %d, expected 1 to 200", limit)}
			}
			ctx := cmd.Context()
			st, err := openExisting(ctx, address, slog.New(slog.DiscardHandler))
			if err != nil {
				return err
			}
			defer st.Close()
			cats, err := casework.OpenCatalogues(ctx, st, catalogue.Renhe, time.Now)
			if err != nil {
				return err
			}
			cases := &casework.Service{Store: st, Catalogues: cats, Now: time.Now}
			late, err := cases.LateReports(ctx, limit)
			if err != nil {
				return err
			}
			aside, err := cases.SetAside(ctx, limit)
			if err != nil {
				return err
			}
			if err := showLate(s, late, aside, cats.Current().Calendar.Zone(), asJSON); err != nil {
				return err
			}
			if len(aside) > 0 {
				return errFound
			}
			return nil
		},
	}
	storeFlag(cmd.Flags(), &address)
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object, with the cases")
	cmd.Flags().IntVar(&limit, "limit", limit, "how many of each, 1 to 200")
	return cmd
}

func showLate(s streams, late []casework.LateReport, aside []store.Line, zone *time.Location, asJSON bool) error {
	if asJSON {
		if aside == nil {
			aside = []store.Line{} // a list without entries is [], not null
		}
		return json.NewEncoder(s.out).Encode(map[string]any{"late": late, "set_aside": aside})
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	at := func(t time.Time) string { return t.In(zone).Format("2006-01-02 15:04:05") }
	for _, r := range late {
		fmt.Fprintf(w, "%s\t补办 %d 件 cases done\t到期 due %s – %s\t最晚迟 worst %s\n", at(r.At), r.Count, at(r.Earliest), at(r.Latest), r.Worst.Round(time.Second))
	}
	for _, l := range aside {
		fmt.Fprintf(w, "%s\t搁置 set aside %s\t%s\t%s\n", at(l.CreatedAt), l.Kind, l.ID, l.Problem)
	}
	if len(late)+len(aside) == 0 {
		fmt.Fprintln(w, "没有延迟办理，没有搁置动作。 Nothing was done late, nothing is set aside.")
	}
	return w.Flush()
}
