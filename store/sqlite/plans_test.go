package sqlite

import (
	"context"
	"strings"
	"testing"
	"time"

	"banli/store"
)

// TestPlans asserts that the questions asked all day walk an index in its order:
// no sorting, no scan of a table.
func TestPlans(t *testing.T) {
	s := openFile(t)
	yes, no := true, false
	now := time.Now()
	list := func(q store.CaseQuery) func(context.Context) error {
		return func(ctx context.Context) error { _, err := s.Cases(ctx, q); return err }
	}
	tally := func(q store.CaseQuery, by string) func(context.Context) error {
		return func(ctx context.Context) error { _, err := s.Tally(ctx, q, by); return err }
	}
	count := func(q store.CaseQuery) func(context.Context) error {
		return func(ctx context.Context) error { _, err := s.CountCases(ctx, q); return err }
	}
	for name, tt := range map[string]struct {
		ask  func(context.Context) error
		want []string // an index for each statement
	}{
		"a department's queue":         {list(store.CaseQuery{Department: "d", Open: &yes}), []string{"COVERING INDEX cases_queue"}},
		"its next page":                {list(store.CaseQuery{Department: "d", Open: &yes, After: "1.1"}), []string{"COVERING INDEX cases_queue"}},
		"backwards":                    {list(store.CaseQuery{Department: "d", Open: &yes, Sort: "-due"}), []string{"cases_queue"}},
		"one state of it":              {list(store.CaseQuery{Department: "d", State: "s", Open: &yes}), []string{"cases_queue"}},
		"what is over, everywhere":     {list(store.CaseQuery{Lamp: store.LampOver, Now: now}), []string{"cases_open"}},
		"what is over, there":          {list(store.CaseQuery{Department: "d", Lamp: store.LampOver, Now: now}), []string{"cases_queue"}},
		"closed ones of a department":  {list(store.CaseQuery{Department: "d", Open: &no}), []string{"cases_department_closed"}},
		"open, then closed":            {list(store.CaseQuery{}), []string{"cases_open", "cases_closed"}},
		"newest first":                 {list(store.CaseQuery{Sort: "-opened"}), []string{"cases_opened"}},
		"newest first of a department": {list(store.CaseQuery{Sort: "-opened", Department: "d"}), []string{"cases_department_opened"}},
		"lamps of a department":        {tally(store.CaseQuery{Department: "d", Open: &yes, Now: now}, ""), []string{"SEARCH totals USING PRIMARY KEY (department=? AND open=?)\nUNION ALL\nSEARCH cases USING INDEX cases_turn"}},
		"lamps by department":          {tally(store.CaseQuery{Open: &yes, Now: now}, "department"), []string{"SCAN totals"}},
		"lamps of a state":             {tally(store.CaseQuery{Department: "d", State: "s", Now: now}, ""), []string{"SEARCH counts USING PRIMARY KEY (department=? AND state=?)"}},
		"how many are over":            {count(store.CaseQuery{Department: "d", Lamp: store.LampOver, Now: now}), []string{"INDEX cases_turn"}},
		"total of a department":        {count(store.CaseQuery{Department: "d", Open: &yes}), []string{"SEARCH totals USING PRIMARY KEY"}},
		"due":                          {func(ctx context.Context) error { _, err := s.Due(ctx, now, 9); return err }, []string{"cases_due"}},
		"next due":                     {func(ctx context.Context) error { _, err := s.NextDue(ctx); return err }, []string{"cases_due"}},
		"outbox":                       {func(ctx context.Context) error { _, err := s.Outbox(ctx, now, 9); return err }, []string{"outbox_due"}},
		"documents by index": {func(ctx context.Context) error {
			_, err := s.Docs("c").Find(ctx, store.DocQuery{Index: [3]string{"x"}})
			return err
		}, []string{"docs_1"}},
		"projects": {func(ctx context.Context) error { _, err := s.Projects(ctx, store.ProjectQuery{}); return err }, []string{"projects_created"}},
		"an owner's projects": {func(ctx context.Context) error {
			_, err := s.Projects(ctx, store.ProjectQuery{Owner: "u"})
			return err
		}, []string{"projects_owner"}},
	} {
		t.Run(name, func(t *testing.T) {
			s.read.close() // so that what is kept afterwards is what was asked
			if err := tt.ask(t.Context()); err != nil {
				t.Fatal(err)
			}
			found := map[string]string{}
			for query := range s.read.kept {
				found[query] = plan(t, s, query)
			}
			for _, index := range tt.want {
				ok := false
				for _, p := range found {
					ok = ok || strings.Contains(p, index)
				}
				if !ok {
					t.Errorf("expected %s in %q", index, found)
				}
			}
			for query, p := range found {
				if strings.Contains(p, "TEMP B-TREE FOR ORDER") || strings.Contains(p, "SCAN c\n") || strings.Contains(p, "SCAN cases\n") {
					t.Errorf("%s\nis answered by %s", query, p)
				}
			}
		})
	}
}

func plan(t *testing.T, s *Store, query string) string {
	t.Helper()
	args := make([]any, strings.Count(query, "?"))
	rows, err := s.reads.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		b.WriteString(detail + "\n")
	}
	return b.String()
}
