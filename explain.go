package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/internal/web"
	"banli/server/casework"
	"banli/server/screen"

	"github.com/spf13/cobra"
)

func explainCommand(s streams) *cobra.Command {
	var address, language, why, role string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain CASE",
		Short: "解释办件的每只钟 · Explain every clock of a case",
		Long: `逐一说明办件的各项计时：从何时起算、计入多少、为何不计、何时到期、依据哪条规则。

Says of every clock of a case from when it runs, what counted and what did not, when
it is due, and by which rule; with --json for machines.

--why 问一条规则为什么这样答：item:GH02 项目为什么需要（不需要）这个事项，material:map 为什么要
（不要）这份材料，act:accept 这一步为什么能（不能）做，limit:promised 时限为什么是这么多。
答：条件、写在哪里、读到什么、依据什么。

--why asks why a rule answers as it does: item:GH02 why the project needs that item or
not, material:map a material, act:accept why that act may be done or not (--role says by
whom), limit:promised why the limit is what it is. The answer has the condition, its
place, what it read, and its source.`,
		Args: args(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			lang, err := langOf(language)
			if err != nil {
				return err
			}
			quiet := slog.New(slog.DiscardHandler)
			st, err := openExisting(cmd.Context(), address, quiet)
			if err != nil {
				return err
			}
			defer st.Close()
			p, err := assemble(cmd.Context(), st, time.Now, quiet)
			if err != nil {
				return err
			}
			e := explanation{cases: p.Cases, lang: lang, json: asJSON, role: role}
			if why != "" {
				return e.why(cmd.Context(), s.out, args[0], why)
			}
			return e.clocks(cmd.Context(), s.out, args[0])
		},
	}
	storeFlag(cmd.Flags(), &address)
	cmd.Flags().StringVar(&language, "lang", "zh", "zh (also zh-CN) or en")
	cmd.Flags().BoolVar(&asJSON, "json", false, "for machines: JSON, with the sentences in both languages")
	cmd.Flags().StringVar(&why, "why", "", "item:ID, material:ID, act:ID or limit:CLOCK")
	cmd.Flags().StringVar(&role, "role", "", "with --why act: who asks (default: the first role that may)")
	return cmd
}

// operator sees everything and changes nothing.
var operator = flow.Actor{Role: "auditor", User: "command-line"}

// langOf is the language that --lang names.
func langOf(name string) (web.Lang, error) {
	lang := map[string]web.Lang{"zh": web.Chinese, "zh-CN": web.Chinese, "en": web.English}[name]
	if lang == "" {
		return lang, usageError{fmt.Errorf("--lang: found %q, expected zh or en", name)}
	}
	return lang, nil
}

// explanation answers about one case.
type explanation struct {
	cases *casework.Service
	lang  web.Lang
	json  bool
	role  string
}

// explained is what explain --json prints.
type explained struct {
	Case   string             `json:"case"`
	Code   string             `json:"code,omitempty"`
	Title  string             `json:"title"`
	State  string             `json:"state"`
	At     string             `json:"at"`
	Clocks []definitions.Told `json:"clocks"`
}

func (e explanation) clocks(ctx context.Context, out io.Writer, id string) error {
	k, err := e.cases.Case(ctx, operator, id)
	if err != nil {
		return err
	}
	clocks, err := k.Catalogue.Tell(k.Flow, k.Scope, k.Ledger, k.At)
	if err != nil {
		return err
	}
	if e.json {
		at := k.At.In(k.Catalogue.Calendar.Zone()).Format(time.RFC3339)
		return printJSON(out, explained{k.ID, k.Code, k.Title, k.View.State, at, clocks})
	}
	fmt.Fprintf(out, "%s  %s  %s\n", k.Code, k.Title, screen.StateName(e.lang, k.Flow, k.View.State))
	for _, c := range clocks {
		fmt.Fprintf(out, "\n%s\n", e.lang.Pick(c.Name, c.NameEn))
		sentences := c.Zh
		if e.lang == web.English {
			sentences = c.En
		}
		for _, line := range sentences {
			fmt.Fprintln(out, "  "+line)
		}
		fmt.Fprintln(out, "  "+e.lang.Pick("时限：", "Limit: ")+c.Limit.Sentence(string(e.lang), k.Catalogue.Calendar.Zone()))
	}
	return nil
}

// why answers one question, such as act:accept.
func (e explanation) why(ctx context.Context, out io.Writer, id, question string) error {
	kind, what, _ := strings.Cut(question, ":")
	k, err := e.cases.Case(ctx, operator, id)
	if err != nil {
		return err
	}
	r, err := e.reason(k, kind, what)
	if err != nil {
		return err
	}
	zone := k.Catalogue.Calendar.Zone()
	if e.json {
		return printJSON(out, struct {
			definitions.Reason
			Zh string `json:"sentence"`
			En string `json:"sentence_en"`
		}{r, r.Sentence("zh", zone), r.Sentence("en", zone)})
	}
	_, err = fmt.Fprintln(out, r.Sentence(string(e.lang), zone))
	return err
}

func (e explanation) reason(k *casework.CaseView, kind, what string) (definitions.Reason, error) {
	none := definitions.Reason{}
	s, err := k.Flow.Replay(k.Scope, k.Ledger)
	if err != nil {
		return none, err
	}
	data := definitions.Data{Project: k.Scope.Project, Answers: k.Answers, Granted: s.Granted}
	for _, m := range k.Materials {
		if len(m.Files) > 0 || m.Shared {
			data.Have = append(data.Have, m.ID)
		}
	}
	switch kind {
	case "item":
		it := k.Catalogue.Item(what, k.At)
		if it == nil {
			return none, usageError{fmt.Errorf("--why: there is no item %q in force", what)}
		}
		return k.Catalogue.WhyItem(it, data), nil
	case "material":
		if k.Item == nil {
			return none, usageError{fmt.Errorf("--why: case %s is about no item, so it has no materials", k.ID)}
		}
		r, ok := k.Catalogue.WhyMaterial(k.Item, what, data)
		if !ok {
			return none, usageError{fmt.Errorf("--why: item %s has no material %q", k.Item.ID, what)}
		}
		return r, nil
	case "act":
		role := e.role
		if a := k.Flow.Action(what); role == "" && a != nil && len(a.By) > 0 {
			role = a.By[0]
		}
		r, err := k.Catalogue.WhyAct(k.Flow, k.Scope, s, flow.Command{Do: what, At: k.At, By: flow.Actor{Role: role, User: operator.User, Department: k.Head.Department}})
		if err != nil {
			return none, usageError{fmt.Errorf("--why: %w", err)}
		}
		return r, nil
	case "limit":
		if !slices.ContainsFunc(k.Flow.Spec.Clocks, func(c flow.ClockSpec) bool { return c.ID == what }) {
			return none, usageError{fmt.Errorf("--why: flow %s has no clock %q", k.Flow.ID(), what)}
		}
		r, ok := k.Catalogue.WhyLimit(k.Flow, k.Scope, k.Ledger, what)
		if !ok {
			return none, usageError{fmt.Errorf("--why: clock %q has not run in this case", what)}
		}
		return r, nil
	}
	return none, usageError{fmt.Errorf("--why: found %q, expected item:, material:, act: or limit: and an id", kind)}
}

func printJSON(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
