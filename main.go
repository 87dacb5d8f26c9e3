// Command banli runs the online approval of investment projects: the server, the
// checks and tests of a catalogue, and simulation of cases from outside.
//
// This package is command line and wiring: it reads configuration, picks a store
// and puts the parts together. Nothing else is decided here. Exit codes: 0 done;
// 1 the command ran and found something wrong; 2 it could not run as asked.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the authority's zone, whatever the machine has
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}, os.LookupEnv)
	stop()
	os.Exit(code)
}
