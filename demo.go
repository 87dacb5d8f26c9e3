package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"syscall"
	"text/tabwriter"
	"time"

	"banli/definitions"
	"banli/server/accounts"
	"banli/server/demo"

	"github.com/spf13/cobra"
)

// demoPassword opens every account of a demo; nothing in it is worth more.
const demoPassword = "banli-demo"

func demoCommand(s streams) *cobra.Command {
	c := config{logFormat: "text"}
	projects, seed := 0, uint64(0)
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "演示 · A throw-away server with a district at work",
		Long: `演示环境：临时数据，退出即删。内含各办理阶段的项目和每种角色的账号，时间可以拨快。

Serves a throw-away store, removed on exit: projects at every stage, an account for
every role, and a control on every page that moves the clock forward.`,
		Args: args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDemo(cmd.Context(), s, &c, demo.Seeding{Projects: projects, Seed: seed})
		},
	}
	cmd.Flags().StringVar(&c.listen, "listen", "127.0.0.1:8080", "address to serve on; the next free port when it is taken")
	cmd.Flags().StringVar(&c.logLevel, "log-level", "warn", "debug, info, warn or error")
	cmd.Flags().IntVar(&projects, "projects", demo.Projects, "how many projects to play")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "another district for another number")
	c.store = "sqlite::memory:"
	return cmd
}

func runDemo(ctx context.Context, s streams, c *config, seeding demo.Seeding) error {
	if !isAddress(c.listen) || !isLevel(c.logLevel) {
		c.store = defaultStore
		return c.check()
	}
	ln, err := nextFree(c.listen)
	if err != nil {
		return usageError{err}
	}
	defer ln.Close()
	st, err := openStore(ctx, c.store, c.logger(s.err))
	if err != nil {
		return err
	}
	defer st.Close()
	clock := &demo.Clock{}
	p, err := assemble(ctx, st, clock.Now, c.logger(s.err))
	if err != nil {
		return err
	}
	cat := p.Cases.Catalogues.Current()
	// One quick hash: the password is printed below, so there is nothing to protect.
	p.Accounts.Params = accounts.Params{Memory: 64, Time: 1, Threads: 1}
	p.Accounts.Absolute, p.Accounts.Idle = demo.Sessions, demo.Sessions
	if seeding.People, err = addPeople(ctx, p.Accounts, demo.People(cat)); err != nil {
		return err
	}
	p.Cases.Played = true
	seeding.Cases, seeding.Now = p.Cases, clock.Now()
	begun := time.Now()
	sum, err := seeding.Fill(ctx)
	if err != nil {
		return fmt.Errorf("play the demo's past: %w", err)
	}
	p.Log.Info("played", "projects", sum.Projects, "acts", sum.Acts, "refused", len(sum.Refused), "took", time.Since(begun))
	p.Demo, p.Test = &demo.Handler{Cases: p.Cases, Clock: clock}, true
	welcome(s.out, "http://"+ln.Addr().String(), cat, seeding.People, sum)
	return p.serve(ctx, ln)
}

// addPeople makes the accounts and gives the people the ids they got.
func addPeople(ctx context.Context, a *accounts.Service, people []demo.Person) ([]demo.Person, error) {
	for i, who := range people {
		u, err := a.AddUser(ctx, accounts.User{Login: who.User, Name: who.Name, Role: who.Role, Department: who.Department}, demoPassword)
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", who.User, err)
		}
		people[i].ID = u.ID
	}
	return people, nil
}

// welcome prints where the demo is and who may come in.
func welcome(out io.Writer, address string, cat *definitions.Catalogue, people []demo.Person, sum demo.Summary) {
	fmt.Fprintf(out, "\n办理演示 · Banli demo: %s\n%d 个项目 projects, %d 次办理 acts. Ctrl-C 结束 ends it and removes its data.\n\n", address, sum.Projects, sum.Acts)
	fmt.Fprintf(out, "密码 password: %s\n", demoPassword)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, who := range people {
		name := definitions.RoleNames[who.Role]
		unit, unitEn := "", ""
		if d := cat.Department(who.Department); d != nil {
			unit, unitEn = d.ShortName, d.ID
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s %s\n", who.User, name[1], unitEn, name[0], unit)
	}
	w.Flush()
	fmt.Fprintln(out)
}

// nextFree listens on an address, or on the next port that is free.
func nextFree(address string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	first, err := net.LookupPort("tcp", port)
	if err != nil {
		return nil, err
	}
	for n := first; n < first+100 && n < 1<<16; n++ {
		ln, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(n)))
		if err == nil || !errors.Is(err, syscall.EADDRINUSE) {
			return ln, err
		}
	}
	return nil, fmt.Errorf("%s and the hundred ports after it are taken", address)
}
