package main

import (
	"fmt"
	"log/slog"
	"time"

	"banli/store/care"

	"github.com/spf13/cobra"
)

func sweepCommand(s streams) *cobra.Command {
	var address string
	var grace time.Duration
	cmd := &cobra.Command{
		Use:   "sweep",
		Short: "清理无主文件 · Remove files nobody refers to",
		Long: `清理：删除任何办件、草稿或文书都不引用、且超过宽限期的上传文件。平台可照常运行。

Removes uploaded files that no case, draft or document names, once they have lain
there for the grace period. Servers may run meanwhile.`,
		Args: args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if grace < time.Hour {
				return usageError{fmt.Errorf("--grace: found %s, expected an hour or more: what is just being handed in has to stay", grace)}
			}
			st, err := openExisting(cmd.Context(), address, slog.New(slog.NewTextHandler(s.err, nil)))
			if err != nil {
				return err
			}
			defer st.Close()
			swept, err := care.Sweep(cmd.Context(), st, time.Now().Add(-grace))
			if err != nil {
				return err
			}
			fmt.Fprintf(s.out, "已清理 swept: %d files, %d bytes\n", swept.Files, swept.Bytes)
			return nil
		},
	}
	storeFlag(cmd.Flags(), &address)
	cmd.Flags().DurationVar(&grace, "grace", 24*time.Hour, "how long a file lies unused before it goes")
	return cmd
}
