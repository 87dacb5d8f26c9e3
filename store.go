package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"banli/store"
	"banli/store/mongo"
	"banli/store/sqlite"

	"github.com/spf13/pflag"
)

const (
	defaultStore = "sqlite:data/banli.db"
	storeUsage   = "where everything is kept: sqlite:PATH or mongodb://HOST/DATABASE"
	storeWanted  = "expected sqlite:PATH such as sqlite:data/banli.db, or mongodb://HOST/DATABASE or mongodb+srv://HOST/DATABASE"
)

// storeFlag adds --store to a command. An address that holds a password is better given as BANLI_STORE: other users of
// the machine can read arguments.
func storeFlag(f *pflag.FlagSet, address *string) {
	f.StringVar(address, "store", defaultStore, storeUsage)
}

// openStore opens the store an address names, makes it where there is none, and brings data of an older version forward.
func openStore(ctx context.Context, address string, log *slog.Logger) (store.Store, error) {
	return pickStore(ctx, address, log, true)
}

// pickStore opens a store; data of an older version is refused unless forwards. No other place picks one.
func pickStore(ctx context.Context, address string, log *slog.Logger, forwards bool) (store.Store, error) {
	if fault := storeFault(address); fault != "" {
		return nil, usageError{errors.New("--store: " + fault)}
	}
	var st store.Store
	var err error
	switch path, embedded := strings.CutPrefix(address, "sqlite:"); {
	case embedded && forwards:
		st, err = sqlite.Open(ctx, path)
	case embedded:
		st, err = sqlite.OpenBeside(ctx, path)
	case forwards:
		st, err = mongo.Open(ctx, address, log)
	default:
		st, err = mongo.OpenBeside(ctx, address, log)
	}
	if err != nil {
		return nil, usageError{err}
	}
	return st, nil
}

// storeFault says what is wrong with the address of a store; empty: nothing that can be seen without opening it.
func storeFault(address string) string {
	switch kind, rest, _ := strings.Cut(address, ":"); {
	case kind == "sqlite" && rest == "":
		return "found no path, expected sqlite:PATH such as sqlite:data/banli.db"
	case kind == "sqlite", (kind == "mongodb" || kind == "mongodb+srv") && len(rest) > 2 && strings.HasPrefix(rest, "//"):
		return ""
	}
	return fmt.Sprintf("found %q, %s", shownStore(address), storeWanted)
}

// shownStore is an address as logs may show it.
func shownStore(address string) string {
	if strings.HasPrefix(address, "sqlite:") {
		return address
	}
	return mongo.Shown(address)
}
