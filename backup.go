package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"banli/store"
	"banli/store/care"

	"github.com/spf13/cobra"
)

func backupCommand(s streams) *cobra.Command {
	var address string
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "备份 · Save everything in one file, while the server runs",
		Long: `备份：平台照常运行时，把某一时刻的全部数据（含上传文件）存入一个带校验和的文件。

Saves everything as it is at one moment, files included, in one file with checksums,
while servers run and write. What is wrong with the data is saved as it is and told:
exit code 1.`,
		Args: args(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			st, err := openExisting(cmd.Context(), address, slog.New(slog.NewTextHandler(s.err, nil)))
			if err != nil {
				return err
			}
			defer st.Close()
			return backup(cmd.Context(), s.out, st, shownStore(address), args[0])
		},
	}
	storeFlag(cmd.Flags(), &address)
	return cmd
}

func backup(ctx context.Context, out io.Writer, st store.Store, from, path string) error {
	if err := care.Unfinished(ctx, st); err != nil {
		return usageError{err}
	}
	var sum *care.Summary
	size, err := writeWhole(path, func(w io.Writer) (err error) {
		sum, err = care.Backup(ctx, st, w, care.Manifest{Taken: time.Now().UTC(), Program: version(), Store: from})
		return err
	})
	if err != nil {
		return err
	}
	for _, fault := range sum.Faults {
		fmt.Fprintln(out, fault)
	}
	fmt.Fprintf(out, "%s: %s; %d bytes\n", path, sum.Counts, size)
	if len(sum.Faults) > 0 {
		return errFound
	}
	return nil
}

// writeWhole writes a file that is there when it is whole and on the disk, and not before.
func writeWhole(path string, write func(io.Writer) error) (size int64, err error) {
	if _, err := os.Lstat(path); err == nil {
		return 0, usageError{fmt.Errorf("%s is there already: choose another name", path)}
	}
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return 0, usageError{fmt.Errorf("%s is there already: another backup is writing it, or one was broken off; then remove it", part)}
	} else if err != nil {
		return 0, usageError{err}
	}
	defer os.Remove(part) //nolint:errcheck // renamed away when all went well
	defer f.Close()
	if err := write(f); err != nil {
		return 0, err
	}
	info, err := f.Stat()
	if err == nil {
		err = errors.Join(f.Sync(), f.Close())
	}
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return 0, err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return 0, err
	}
	return info.Size(), errors.Join(dir.Sync(), dir.Close())
}

// openExisting opens a store that has to be there, for a command that works beside its servers: a mistyped path is no
// empty store, and data of an older version is left to those who write it.
func openExisting(ctx context.Context, address string, log *slog.Logger) (store.Store, error) {
	if err := mustExist(address); err != nil {
		return nil, err
	}
	return pickStore(ctx, address, log, false)
}

func mustExist(address string) error {
	if path, embedded := strings.CutPrefix(address, "sqlite:"); embedded && path != "" {
		if _, err := os.Stat(path); err != nil {
			return usageError{fmt.Errorf("there is no store at %s: check the path (%w)", address, err)}
		}
	}
	return nil
}
