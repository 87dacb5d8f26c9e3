package main

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"

	"banli/store/care"

	"github.com/spf13/cobra"
)

func migrateCommand(s streams) *cobra.Command {
	var from, to string
	cmd := &cobra.Command{
		Use:   "migrate --from ADDRESS --to ADDRESS",
		Short: "迁移 · Move everything into another store",
		Long: `迁移：把全部数据复制到另一个空库（SQLite 与 MongoDB 之间双向均可），最后逐条比对。中断后重新执行即可继续。请先停止使用这两个库的服务。

Copies everything into another, empty store, of SQLite or MongoDB, and compares the
two record by record at the end. Broken off, it goes on when it is run again. Stop the
servers that use either store first.`,
		Args: args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			source, err := identity(from)
			if err != nil {
				return usageError{fmt.Errorf("--from: %w", err)}
			}
			if target, err := identity(to); err != nil {
				return usageError{fmt.Errorf("--to: %w", err)}
			} else if target == source {
				return usageError{errors.New("--from and --to name the same store")}
			}
			log := slog.New(slog.NewTextHandler(s.err, nil))
			if err := mustExist(from); err != nil {
				return err
			}
			first, err := openStore(cmd.Context(), from, log)
			if err != nil {
				return err
			}
			defer first.Close()
			second, err := openStore(cmd.Context(), to, log)
			if err != nil {
				return err
			}
			defer second.Close()
			m, err := care.Migrate(cmd.Context(), first, second, source)
			if err != nil {
				return err
			}
			fmt.Fprintf(s.out, "已复制 copied: %s\n两库一致 both have: %s\n", m.Copied, m.Total)
			return nil
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "the store to copy: sqlite:PATH or mongodb://HOST/DATABASE")
	cmd.Flags().StringVar(&to, "to", "", "the store to fill")
	return cmd
}

// identity is an address without secrets, the same from every folder.
func identity(address string) (string, error) {
	if fault := storeFault(address); fault != "" {
		return "", errors.New(fault)
	}
	path, embedded := strings.CutPrefix(address, "sqlite:")
	if !embedded {
		return shownStore(address), nil
	}
	path, err := filepath.Abs(path)
	return "sqlite:" + path, err
}
