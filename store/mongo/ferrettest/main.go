// Command ferrettest is a server that speaks MongoDB's protocol, for tests on a
// machine that has Go alone: FerretDB 1 with SQLite inside, in the folder given,
// on a port of its own, until its standard input ends. It prints its address.
//
// It is a module of its own so that the product does not depend on FerretDB.
//
// FerretDB 1 applies a conditional update in two steps, ignores write concerns, and
// has no validators, partial indexes, expiring documents, transactions or replica
// sets. What therefore waits for a real server is listed in package mongotest.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: ferrettest FOLDER")
		os.Exit(2)
	}
	if err := serve(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(folder string) error {
	free, err := net.Listen("tcp", "127.0.0.1:0") // it cannot say which port it took by itself
	if err != nil {
		return err
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		return err
	}
	db, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: address},
		Handler:   "sqlite",
		SQLiteURL: "file:" + folder + "/?_pragma=synchronous(off)",
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		io.Copy(io.Discard, os.Stdin) //nolint:errcheck // its end is all that matters
		cancel()
	}()
	fmt.Println("mongodb://" + address + "/")
	return db.Run(ctx)
}
