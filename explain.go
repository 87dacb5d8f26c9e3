package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/internal/web"
	"banli/server/accounts"
	"banli/server/casework"
	"banli/server/screen"
	"banli/store"

	"github.com/spf13/cobra"
)

func explainCommand(s streams) *cobra.Command {
	var address, language, why, role string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain CASE | PROJECT-CODE",
		Short: "解释办件的每只钟 · Explain every clock of a case",
		Long: `逐一说明办件的各项计时：从何时起算、计入多少、为何不计、何时到期、依据哪条规则。
给项目代码的，逐件说明该项目的各个办件。

Says of every clock of a case from when it runs, what counted and what did not, when
it is due, and by which rule; with --json for machines. With the code of a project,
of each of its cases.

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
			if role != "" && !slices.Contains(accounts.Roles(), role) {
				return usageError{fmt.Errorf("--role: found %q, expected one of %s", role, strings.Join(accounts.Roles(), ", "))}
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
	cmd.Flags().StringVar(&role, "role", "", "with --why act: who asks, one of "+strings.Join(accounts.Roles(), ", ")+" (default: the first that may)")
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

// find is the case with an id, or the cases of the project with a code.
func (e explanation) find(ctx context.Context, id string) (list []*casework.CaseView, project bool, err error) {
	ids := []string{id}
	if _, err := e.cases.Store.Head(ctx, id); errors.Is(err, store.ErrNotFound) {
		p, err := e.cases.Store.ProjectByCode(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			return nil, false, fmt.Errorf("there is no case and no project code %q: give the number of a case (办件编号, on its page) or the code of its project", id)
		}
		if err != nil {
			return nil, false, err
		}
		v, err := e.cases.Project(ctx, operator, p.ID)
		if err != nil {
			return nil, false, err
		}
		ids, project = nil, true
		for _, l := range v.Cases {
			ids = append(ids, l.ID)
		}
	} else if err != nil {
		return nil, false, err
	}
	for _, id := range ids {
		k, err := e.cases.Case(ctx, operator, id)
		if err != nil {
			return nil, false, err
		}
		list = append(list, k)
	}
	return list, project, nil
}

// title names a case among those of its project.
func (e explanation) title(k *casework.CaseView) string {
	name := e.lang.Pick(k.Flow.Spec.Name, k.Flow.Spec.NameEn)
	if k.Item != nil {
		name = e.lang.Pick(k.Item.Name, k.Item.NameEn)
	} else if k.Department != nil {
		name += " · " + e.lang.Pick(k.Department.ShortName, k.Department.NameEn)
	}
	return name + "  " + screen.StateName(e.lang, k.Flow, k.View.State) + "  " + k.ID
}

func (e explanation) clocks(ctx context.Context, out io.Writer, id string) error {
	cases, project, err := e.find(ctx, id)
	if err != nil {
		return err
	}
	list := []explained{}
	for i, k := range cases {
		clocks, err := k.Catalogue.Tell(k.Flow, k.Scope, k.Ledger, k.At)
		if err != nil {
			return fmt.Errorf("case %s: %w", k.ID, err)
		}
		if e.json {
			at := k.At.In(k.Catalogue.Calendar.Zone()).Format(time.RFC3339)
			list = append(list, explained{k.ID, k.Code, k.Title, k.View.State, at, clocks})
			continue
		}
		if i > 0 {
			fmt.Fprintln(out)
		}
		e.tell(out, k, clocks)
	}
	switch {
	case !e.json:
		return nil
	case project:
		return printJSON(out, list)
	}
	return printJSON(out, list[0])
}

// tell prints the clocks of a case: in short, then each stretch, then why the limit is what it is.
func (e explanation) tell(out io.Writer, k *casework.CaseView, clocks []definitions.Told) {
	fmt.Fprintf(out, "%s  %s  %s\n", k.Code, k.Title, e.title(k))
	for _, c := range clocks {
		fmt.Fprintf(out, "\n%s\n", e.lang.Pick(c.Name, c.NameEn))
		lead, spans := c.Lead, c.Zh
		if e.lang == web.English {
			lead, spans = c.LeadEn, c.En
		}
		for _, line := range slices.Concat(lead, spans, []string{c.Limit.Sentence(string(e.lang), k.Catalogue.Calendar.Zone())}) {
			fmt.Fprintln(out, "  "+line)
		}
	}
}

// why answers one question, such as act:accept.
func (e explanation) why(ctx context.Context, out io.Writer, id, question string) error {
	kind, what, _ := strings.Cut(question, ":")
	cases, _, err := e.find(ctx, id)
	if err != nil {
		return err
	}
	if len(cases) != 1 {
		text := fmt.Sprintf("--why: project %s has %d cases; ask of one of them, by its number at the end of the line", id, len(cases))
		for _, k := range cases {
			text += "\n  " + e.title(k)
		}
		return usageError{errors.New(text)}
	}
	k := cases[0]
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
