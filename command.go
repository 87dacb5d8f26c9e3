package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// usageError is a fault in how the command was asked for, or in what it needs to begin: exit code 2.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// errFound says that a command did its work and told what is wrong: exit code 1, and nothing more to say.
var errFound = errors.New("found something wrong")

// run is the whole command line. lookup reads the environment.
func run(ctx context.Context, args []string, s streams, lookup func(string) (string, bool)) int {
	root := newRoot(s, lookup)
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	err := misspelt(root, args)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	if err == nil {
		return 0
	}
	if !errors.Is(err, errFound) {
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintf(s.err, "banli: %s\n", strings.TrimSuffix(line, "\n"))
		}
	}
	if _, usage := errors.AsType[usageError](err); usage {
		return 2
	}
	return 1
}

func newRoot(s streams, lookup func(string) (string, bool)) *cobra.Command {
	root := &cobra.Command{
		Use:   "banli",
		Short: "投资项目在线审批监管 · Online approval of investment projects",
		Long: `办理：投资项目在线审批监管平台。
Banli: online approval and supervision of investment projects.

Every flag may also be given in the environment: --store as BANLI_STORE.`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return fromEnvironment(cmd.Flags(), lookup)
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())}
	})
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(
		serveCommand(s), demoCommand(s), benchCommand(s),
		lintCommand(s), testCommand(s), simulateCommand(s),
		explainCommand(s), userCommand(s), lateCommand(s),
		backupCommand(s), restoreCommand(s), verifyCommand(s), migrateCommand(s), sweepCommand(s),
	)
	return root
}

// misspelt says what a command that does not exist may have been meant to be, on one line.
func misspelt(root *cobra.Command, args []string) error {
	cmd, rest, err := root.Find(args)
	if err == nil && (cmd.Runnable() || len(rest) == 0 || strings.HasPrefix(rest[0], "-")) {
		return nil
	}
	if len(rest) == 0 {
		rest = args
	}
	if rest[0] == "help" || rest[0] == "completion" || strings.HasPrefix(rest[0], "__complete") {
		return nil // cobra adds these itself
	}
	hint := "see " + cmd.CommandPath() + " --help"
	if near := cmd.SuggestionsFor(rest[0]); len(near) > 0 {
		hint = fmt.Sprintf("did you mean %q?", near[0])
	}
	return usageError{fmt.Errorf("unknown command %q of %s; %s", rest[0], cmd.CommandPath(), hint)}
}

// fromEnvironment sets each flag that was not given from its variable: --log-format from BANLI_LOG_FORMAT.
func fromEnvironment(flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	var faults []error
	flags.VisitAll(func(f *pflag.Flag) {
		name := "BANLI_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, ok := lookup(name)
		if !ok || f.Changed || f.Name == "help" {
			return
		}
		if err := flags.Set(f.Name, value); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", name, err))
		}
	})
	if err := errors.Join(faults...); err != nil {
		return usageError{err}
	}
	return nil
}

// args says in our words when a command gets another number of arguments than it takes.
func args(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, given []string) error {
		if n := len(given); n < least || n > most {
			return usageError{fmt.Errorf("%s got %d arguments; usage: %s", cmd.CommandPath(), n, cmd.UseLine())}
		}
		return nil
	}
}

// version is the module's, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (v == "" || v == "(devel)") {
			v = s.Value[:min(12, len(s.Value))]
		}
	}
	return v
}
