package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"banli/definitions"
	"banli/definitions/catalogue"
	"banli/internal/web"

	"github.com/spf13/cobra"
)

// tree is a catalogue's files: a folder, or without one those shipped in the binary.
type tree struct {
	dir string
	fs.FS
	lang web.Lang // in which faults say what their code means; empty: they do not
}

func openTree(dir string) (tree, error) {
	if dir == "" {
		return tree{FS: catalogue.Renhe}, nil
	}
	info, err := os.Stat(dir)
	if err != nil {
		return tree{}, usageError{err}
	}
	if !info.IsDir() {
		return tree{}, usageError{fmt.Errorf("%s is a file; expected the folder of a catalogue", dir)}
	}
	return tree{dir: dir, FS: os.DirFS(dir)}, nil
}

// load compiles the catalogue and prints its faults, one a line, under the names a person can open.
func (t tree) load(out io.Writer) (*definitions.Catalogue, error) {
	cat, faults := definitions.Load(t)
	for _, f := range faults {
		if f.File != "" {
			f.File = filepath.Join(t.dir, filepath.FromSlash(f.File))
		}
		line := f.Error()
		switch code := definitions.CodeOf(f.Code); t.lang {
		case web.Chinese:
			line += " [" + code.ID + "：" + code.Zh + "]"
		case web.English:
			line += " [" + code.ID + ": " + code.En + "]"
		}
		fmt.Fprintln(out, line)
	}
	if faults.Failed() || cat == nil {
		return nil, errFound
	}
	return cat, nil
}

func lintCommand(s streams) *cobra.Command {
	var language string
	cmd := &cobra.Command{
		Use:   "lint [dir]",
		Short: "检查目录定义 · Check a catalogue: every fault at file:line:col",
		Long: `检查一个目录（缺省为随产品发布的目录）的全部定义，一次列出所有问题。

Checks all definitions of a catalogue, by default the shipped one. Faults go to
standard output, one a line; a clean catalogue is silent. Exit code 1 when there
is an error; warnings alone leave it 0. With --lang each line ends with its code
and what that means.`,
		Args: args(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			t, err := openTree(first(args))
			if err != nil {
				return err
			}
			if language != "" {
				if t.lang, err = langOf(language); err != nil {
					return err
				}
			}
			_, err = t.load(s.out)
			return err
		},
	}
	cmd.Flags().StringVar(&language, "lang", "", "zh-CN or en: say what the code of each fault means")
	return cmd
}

func testCommand(s streams) *cobra.Command {
	var verbose, mutate bool
	var least float64
	cmd := &cobra.Command{
		Use:   "test [dir]",
		Short: "运行规则旁的测试 · Run the tests beside the rules",
		Long: `运行写在规则旁边的测试（缺省为随产品发布的目录）。

Plays the tests that stand beside the rules of a catalogue, by default the shipped
one, and prints what is not as they expect. Exit code 1 when one fails.

--mutate 逐一改动每个时限、单位、比较、暂停、期满动作等，报告没有用例发现的改动；
--min 90 要求每个流程至少有 90% 的改动被用例发现。

With --mutate it then changes each limit, unit, sign, pause, on_due and so on in
turn and prints the changes that no test notices; exit code 1 when of some flow
fewer than --min percent are noticed. Those of items' limits are listed with -v.`,
		Args: args(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			if least > 0 && !mutate {
				return usageError{errors.New("--min goes with --mutate")}
			}
			t, err := openTree(first(args))
			if err != nil {
				return err
			}
			cat, err := t.load(s.err)
			if err != nil {
				return err
			}
			if err := runTests(s.out, cat, verbose); err != nil || !mutate {
				return err
			}
			return runMutants(s.out, t, cat, least, verbose)
		},
	}
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "print the tests that pass, too")
	cmd.Flags().BoolVar(&mutate, "mutate", false, "report changes to the rules that no test notices")
	cmd.Flags().Float64Var(&least, "min", 0, "with --mutate: percent of the changes of each flow that tests must notice")
	return cmd
}

func runTests(out io.Writer, cat *definitions.Catalogue, verbose bool) error {
	results, failed := definitions.RunTests(cat), 0
	for _, r := range results {
		if !r.Passed() {
			failed++
		}
		if verbose || !r.Passed() {
			fmt.Fprintln(out, r)
		}
	}
	if failed > 0 {
		fmt.Fprintf(out, "%d of %d tests failed\n", failed, len(results))
		return errFound
	}
	fmt.Fprintf(out, "%d tests passed\n", len(results))
	return nil
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}
