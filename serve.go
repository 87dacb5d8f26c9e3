package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"banli/admin"
	"banli/definitions/catalogue"
	"banli/server"
	"banli/server/accounts"
	"banli/server/casework"
	"banli/server/worker"
	"banli/store"
	"banli/store/care"

	"github.com/spf13/cobra"
)

func serveCommand(s streams) *cobra.Command {
	var c config
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "启动平台 · Run the server",
		Long: `启动平台。首次启动时建库，并发布随产品提供的目录；账号用 banli user add 建立。

Runs the server until it is interrupted. A new store gets the shipped catalogue as
its first revision. Accounts are made with: banli user add`,
		Args: args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := c.check(); err != nil {
				return err
			}
			log := c.logger(s.err)
			log.Info("configuration", c.shown()...)
			st, err := openStore(cmd.Context(), c.store, log)
			if err != nil {
				return err
			}
			defer st.Close()
			p, err := assemble(cmd.Context(), st, time.Now, log)
			if err != nil {
				return err
			}
			ln, err := net.Listen("tcp", c.listen)
			if err != nil {
				return usageError{err}
			}
			log.Info("serving", "address", "http://"+ln.Addr().String(), "version", version(), "catalogue", p.Cases.Catalogues.Current().Revision)
			p.Secure, p.Test, p.Proxies = c.secure, !c.official, c.proxies
			return p.serve(cmd.Context(), ln)
		},
	}
	c.flags(cmd.Flags())
	return cmd
}

// platform is a server with the worker that lets time pass in it.
type platform struct {
	server.Server
	worker *worker.Worker
}

// assemble puts the services on a store. now is the clock of everything.
func assemble(ctx context.Context, st store.Store, now func() time.Time, log *slog.Logger) (*platform, error) {
	if err := care.Unfinished(ctx, st); err != nil {
		return nil, usageError{err}
	}
	cats, err := casework.OpenCatalogues(ctx, st, catalogue.Renhe, now)
	if err != nil {
		return nil, err
	}
	cases := &casework.Service{Store: st, Catalogues: cats, Now: now, Log: log}
	w := worker.New(cases, now)
	w.Log = log
	cases.Wake = w.Wake
	people := &accounts.Service{Store: st, Now: now, Log: log, Department: func(id string) (string, string) {
		if d := cats.Current().Department(id); d != nil {
			return d.ShortName, d.NameEn
		}
		return "", ""
	}}
	cases.People = people
	return &platform{server.Server{Cases: cases, Accounts: people, Admin: &admin.Handler{Cases: cases, Accounts: people}, Version: version(), Log: log}, w}, nil
}

// serve answers until ctx ends, then lets the requests under way finish.
func (p *platform) serve(ctx context.Context, ln net.Listener) error {
	handler, err := p.Handler()
	if err != nil {
		return usageError{fmt.Errorf("--proxies: %w", err)}
	}
	srv := &http.Server{
		Handler:           p.measured(handler),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(p.Log.Handler(), slog.LevelWarn),
	}
	working, stop := context.WithCancel(ctx)
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		p.worker.Run(working)
	}()
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	select {
	case err = <-failed:
	case <-ctx.Done():
		p.Log.Info("shutting down")
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		err = srv.Shutdown(last)
	}
	stop()
	<-worked
	return err
}
