package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"banli/server/accounts"
	"banli/store"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

func userCommand(s streams) *cobra.Command {
	var address string
	cmd := &cobra.Command{
		Use:   "user",
		Short: "账号管理 · Accounts: add, list, disable, passwd",
		Long: `账号管理。密码从终端提示或标准输入读取，不作为参数。

Manages accounts. Passwords are asked for on the terminal or read from standard
input, and are never an argument.`,
	}
	storeFlag(cmd.PersistentFlags(), &address)
	with := func(do func(context.Context, *platform, []string) error) func(*cobra.Command, []string) error {
		return func(cmd *cobra.Command, args []string) error {
			quiet := slog.New(slog.DiscardHandler)
			if cmd.Name() != "add" { // the first account makes the store
				if err := mustExist(address); err != nil {
					return err
				}
			}
			st, err := pickStore(cmd.Context(), address, quiet, false)
			if err != nil {
				return err
			}
			defer st.Close()
			p, err := assemble(cmd.Context(), st, time.Now, quiet)
			if err != nil {
				return err
			}
			return do(cmd.Context(), p, args)
		}
	}

	var u accounts.User
	add := &cobra.Command{
		Use: "add LOGIN", Short: "新建账号 · Make an account", Args: args(1, 1),
		RunE: with(func(ctx context.Context, p *platform, args []string) error {
			u.Login = args[0]
			if d := u.Department; d != "" && p.Cases.Catalogues.Current().Department(d) == nil {
				return usageError{fmt.Errorf("--department: the catalogue has no department %q", d)}
			}
			password, err := readPassword(s)
			if err != nil {
				return err
			}
			made, err := p.Accounts.AddUser(ctx, u, password)
			if err != nil {
				return accountFault(err)
			}
			fmt.Fprintf(s.out, "%s (%s) %s %s\n", made.Login, made.Name, made.Role, made.Department)
			return nil
		}),
	}
	f := add.Flags()
	f.StringVar(&u.Name, "name", "", "name of the person (required)")
	f.StringVar(&u.Role, "role", "", "one of "+strings.Join(accounts.Roles(), ", "))
	f.StringVar(&u.Department, "department", "", "id of the department, for department roles")
	f.StringVar(&u.Unit, "unit", "", "firm or office, for owners")
	f.StringVar(&u.Mobile, "mobile", "", "mobile number")

	list := &cobra.Command{
		Use: "list", Short: "列出账号 · List accounts", Args: args(0, 0),
		RunE: with(func(ctx context.Context, p *platform, _ []string) error { return listUsers(ctx, p.Accounts, s.out) }),
	}
	var enable bool
	disable := &cobra.Command{
		Use: "disable LOGIN", Short: "停用账号 · Disable an account; its sessions end", Args: args(1, 1),
		RunE: with(func(ctx context.Context, p *platform, args []string) error {
			u, err := byLogin(ctx, p.Accounts, args[0])
			if err != nil {
				return err
			}
			return p.Accounts.Disable(ctx, u.ID, !enable)
		}),
	}
	disable.Flags().BoolVar(&enable, "undo", false, "enable it again")
	passwd := &cobra.Command{
		Use: "passwd LOGIN", Short: "重设密码 · Set a password; its sessions end", Args: args(1, 1),
		RunE: with(func(ctx context.Context, p *platform, args []string) error {
			u, err := byLogin(ctx, p.Accounts, args[0])
			if err != nil {
				return err
			}
			password, err := readPassword(s)
			if err != nil {
				return err
			}
			return accountFault(p.Accounts.SetPassword(ctx, u.ID, password))
		}),
	}
	cmd.AddCommand(add, list, disable, passwd)
	return cmd
}

func byLogin(ctx context.Context, a *accounts.Service, login string) (*accounts.User, error) {
	u, err := a.ByLogin(ctx, login)
	if errors.Is(err, store.ErrNotFound) {
		return nil, usageError{fmt.Errorf("there is no account %q", login)}
	}
	return u, err
}

// accountFault is exit code 2 where the account was asked for wrongly.
func accountFault(err error) error {
	if _, ok := errors.AsType[*accounts.Invalid](err); ok {
		return usageError{err}
	}
	return err
}

func listUsers(ctx context.Context, a *accounts.Service, out io.Writer) error {
	users, err := a.List(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, u := range users {
		state := ""
		if u.Disabled {
			state = "disabled"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", u.Login, u.Role, u.Department, state, u.Name)
	}
	return w.Flush()
}

// readPassword asks twice on a terminal, and takes the first line otherwise.
func readPassword(s streams) (string, error) {
	f, ok := s.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		line, err := bufio.NewReader(s.in).ReadString('\n')
		if err != nil && (err != io.EOF || line == "") { //nolint:errorlint // a reader's end is io.EOF itself
			return "", usageError{fmt.Errorf("read password from standard input: %w", err)}
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	ask := func(prompt string) (string, error) {
		fmt.Fprint(s.err, prompt)
		b, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(s.err)
		return string(b), err
	}
	first, err := ask("密码 Password: ")
	if err != nil {
		return "", err
	}
	again, err := ask("再输一次 Again: ")
	if err != nil {
		return "", err
	}
	if first != again {
		return "", usageError{errors.New("the two passwords are not the same")}
	}
	return first, nil
}
