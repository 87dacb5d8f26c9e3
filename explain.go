package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"banli/engine/flow"
	"banli/internal/web"
	"banli/server/casefile"
	"banli/server/casework"
	"banli/server/screen"

	"github.com/spf13/cobra"
)

func explainCommand(s streams) *cobra.Command {
	var address, language string
	cmd := &cobra.Command{
		Use:   "explain CASE",
		Short: "解释办件的每只钟 · Explain every clock of a case",
		Long: `逐一说明办件的各项计时：从何时起算、计入多少、为何不计、何时到期、依据哪条规则。

Says of every clock of a case from when it runs, what counted and what did not, when
it is due, and by which rule.`,
		Args: args(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			lang, err := langOf(language)
			if err != nil {
				return err
			}
			quiet := slog.New(slog.DiscardHandler)
			st, err := openStore(cmd.Context(), address, quiet)
			if err != nil {
				return err
			}
			defer st.Close()
			p, err := assemble(cmd.Context(), st, time.Now, quiet)
			if err != nil {
				return err
			}
			return explain(cmd.Context(), s.out, p.Cases, args[0], lang)
		},
	}
	storeFlag(cmd.Flags(), &address)
	cmd.Flags().StringVar(&language, "lang", "zh", "zh or en")
	return cmd
}

// langOf is the language that --lang names.
func langOf(name string) (web.Lang, error) {
	lang := map[string]web.Lang{"zh": web.Chinese, "en": web.English}[name]
	if lang == "" {
		return lang, usageError{fmt.Errorf("--lang: found %q, expected zh or en", name)}
	}
	return lang, nil
}

// operator sees everything and changes nothing.
var operator = flow.Actor{Role: "auditor", User: "command-line"}

func explain(ctx context.Context, out io.Writer, cases *casework.Service, id string, lang web.Lang) error {
	k, err := cases.Case(ctx, operator, id)
	if err != nil {
		return err
	}
	r := &web.Request{Lang: lang, Now: k.At.In(k.Catalogue.Calendar.Zone())}
	fmt.Fprintf(out, "%s  %s  %s\n", k.Code, k.Title, screen.StateName(lang, k.Flow, k.State))
	for _, c := range k.View.Clocks {
		x, err := cases.Explain(ctx, operator, id, c.ID)
		if err != nil {
			return err
		}
		fmt.Fprintln(out)
		for _, line := range casefile.Sentences(r, x, lang.Pick(c.Name, c.NameEn)) {
			fmt.Fprintln(out, line)
		}
		for _, sp := range x.Explanation.Spans {
			fmt.Fprintf(out, "  %s – %s  %s %s %s  %s\n", web.Instant(sp.From, r.Now.Location()), web.Due(sp.To, r.Now.Location()),
				web.T(lang, "strip.kind."+sp.Kind), screen.Units(sp.Units), reason(lang, k, sp), sp.Rule)
		}
		for _, rule := range x.Rules {
			fmt.Fprintf(out, "  %s %s %s\n", rule.Rule, lang.Pick(rule.Name, rule.NameEn), rule.Source)
		}
	}
	return nil
}

func reason(lang web.Lang, k *casework.CaseView, sp flow.Span) string {
	if sp.Kind == "paused" {
		return screen.HoldName(lang, k.Flow, sp.Reason)
	}
	return sp.Reason
}
