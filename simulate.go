package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"banli/definitions"
	"banli/engine/flow"

	"github.com/spf13/cobra"
)

func simulateCommand(s streams) *cobra.Command {
	var asJSON, loose bool
	var dir string
	cmd := &cobra.Command{
		Use:   "simulate [--json] [--loose] FILE|-",
		Short: "推演办件 · Play scenarios and say how each case stands",
		Long: `推演场景（YAML 流，一个文件可含任意多个），报告各办件在指定时刻的状态和计时。

Plays scenarios, a YAML stream from a file or standard input, and says how each
case stands at its instant. With --json each scenario is answered on a line of its
own, in order and as soon as it is read. A scenario that cannot be played answers
{"error": …} and the rest go on; such answers do not change the exit code, which is
0 when the whole stream was answered and 2 when it could not be read.`,
		Args: args(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			t, err := openTree(dir)
			if err != nil {
				return err
			}
			cat, err := t.load(s.err)
			if err != nil {
				return err
			}
			in := s.in
			if args[0] != "-" {
				f, err := os.Open(args[0])
				if err != nil {
					return usageError{err}
				}
				defer f.Close()
				in = f
			}
			say := sayText
			if asJSON {
				say = sayJSON
			}
			return simulate(cat, in, s.out, loose, say)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one line of JSON per scenario")
	cmd.Flags().BoolVar(&loose, "loose", false, "skip roles, forms, materials and guards on data: only flow, clocks and holds speak")
	cmd.Flags().StringVar(&dir, "catalogue", "", "folder of the catalogue (default: the shipped one)")
	return cmd
}

// answered is a scenario with its answer, or why there is none.
type answered struct {
	definitions.Scenario
	answer definitions.Answer
	err    error
}

// simulate answers scenarios one by one, each before the next is read.
func simulate(cat *definitions.Catalogue, in io.Reader, out io.Writer, loose bool, say func(io.Writer, *definitions.Catalogue, answered) error) error {
	broken := &watched{r: in}
	for sc, err := range definitions.ReadScenarios(broken, cat.Calendar.Zone()) {
		if broken.err != nil {
			break
		}
		a := answered{Scenario: sc, err: err}
		if err == nil {
			a.Loose = a.Loose || loose
			a.answer, a.err = definitions.Simulate(cat, a.Scenario)
		}
		if err := say(out, cat, a); err != nil {
			return fmt.Errorf("write answer: %w", err)
		}
	}
	if broken.err != nil {
		return usageError{fmt.Errorf("read scenarios: %w", broken.err)}
	}
	return nil
}

// watched remembers why a stream broke off, which is not a fault of the scenario that was being read.
type watched struct {
	r   io.Reader
	err error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && err != io.EOF { //nolint:errorlint // a reader's end is io.EOF itself
		w.err = err
	}
	return n, err
}

func sayJSON(out io.Writer, _ *definitions.Catalogue, a answered) error {
	var v any = a.answer
	if a.err != nil {
		v = struct {
			Error string `json:"error"`
		}{oneLine(a.err)}
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func sayText(out io.Writer, cat *definitions.Catalogue, a answered) error {
	var b strings.Builder
	title := strings.TrimSpace(a.Item + a.Flow + " " + a.Name)
	fmt.Fprintf(&b, "%s @ %s\n", title, a.At.In(cat.Calendar.Zone()).Format("2006-01-02 15:04"))
	if a.err != nil {
		fmt.Fprintf(&b, "  error: %s\n", oneLine(a.err))
		_, err := io.WriteString(out, b.String()+"\n")
		return err
	}
	spec := specOf(cat, a.Scenario)
	fmt.Fprintf(&b, "  %s %s", a.answer.State, stateName(spec, a.answer.State))
	for _, m := range a.answer.Marks {
		fmt.Fprintf(&b, "  [%s]", m)
	}
	b.WriteByte('\n')
	for _, c := range spec.Clocks {
		if k := a.answer.Clocks[c.ID]; k.Status != flow.Idle {
			fmt.Fprintf(&b, "  %-10s %-8s %s\n", c.ID, k.Status, clockLine(c, k))
		}
	}
	for _, e := range a.answer.Events {
		fmt.Fprintf(&b, "  %s  %s by %s %s\n", e.At, e.Do, e.By, strings.Join(e.Marks, " "))
	}
	_, err := io.WriteString(out, b.String()+"\n")
	return err
}

func clockLine(c flow.ClockSpec, k definitions.AnswerClock) string {
	line := fmt.Sprintf("%s: %v of %d %s used", c.Name, *k.Used, *k.Limit, k.Unit)
	switch {
	case k.StoppedAt != nil:
		line += ", stopped " + *k.StoppedAt
	case k.Due != nil:
		line += ", due " + *k.Due
	}
	if k.Overdue {
		line += ", overdue"
	}
	if k.PausedBy != "" {
		line += ", paused by " + k.PausedBy
	}
	if k.Provisional {
		line += " (provisional)"
	}
	return line
}

// specOf is the flow a scenario was played in.
func specOf(cat *definitions.Catalogue, s definitions.Scenario) flow.Spec {
	id := s.Flow
	if it := cat.AnyItem(s.Item); id == "" && it != nil {
		id = it.Flow
	}
	return cat.Flows[id].Spec
}

func stateName(spec flow.Spec, id string) string {
	if i := slices.IndexFunc(spec.States, func(s flow.StateSpec) bool { return s.ID == id }); i >= 0 {
		return spec.States[i].Name
	}
	return ""
}

// oneLine keeps an error that has several causes on one line.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
