package sqlite

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"banli/store"
)

// conditions collects what restricts a query; clauses are ANDed.
type conditions struct {
	clauses []string
	args    []any
}

func (c *conditions) add(clause string, args ...any) {
	c.clauses, c.args = append(c.clauses, clause), append(c.args, args...)
}

func (c *conditions) equal(column, value string) {
	if value != "" {
		c.add(column+" = ?", value)
	}
}

func (c *conditions) in(column string, values []string) {
	if len(values) > 0 {
		c.add(column+" IN (SELECT value FROM json_each(?))", string(list(values)))
	}
}

func (c conditions) with(clause string, args ...any) conditions {
	return conditions{append(c.clauses[:len(c.clauses):len(c.clauses)], clause), append(c.args[:len(c.args):len(c.args)], args...)}
}

// byOpen asks for the values of open one after the other, because each has indexes of its own.
func (c conditions) byOpen(opens []int64) (parts []conditions) {
	for _, open := range opens {
		parts = append(parts, c.with("open = "+strconv.FormatInt(open, 10)))
	}
	return parts
}

func (c conditions) where() string {
	if len(c.clauses) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.clauses, " AND ")
}

// restrict turns a query into conditions, all but Open, and opens into the values
// of open that can match.
func restrict(q *store.CaseQuery) (c conditions, opens []int64, err error) {
	c.equal("project", q.Project)
	c.equal("parent", q.Parent)
	c.equal("owner", q.Owner)
	c.equal("department", q.Department)
	c.equal("flow", q.Flow)
	c.equal("item", q.Item)
	c.equal("state", q.State)
	c.equal("assignee", q.Assignee)
	c.in("flow", q.Flows)
	c.in("state", q.States)
	if q.Mark != "" {
		c.add("n IN (SELECT n FROM marks WHERE mark = ?)", q.Mark)
	}
	if !q.Since.IsZero() {
		c.add("opened_at >= ?", q.Since.UnixMicro())
	}
	if !q.Until.IsZero() {
		c.add("opened_at < ?", q.Until.UnixMicro())
	}
	opens = []int64{1, 0}
	if q.Lamp != "" {
		clause, args, closed, err := lampIs(q.Lamp, q.Now)
		if err != nil {
			return c, nil, err
		}
		c.add(clause, args...)
		if !closed {
			opens = []int64{1}
		}
	}
	if q.Open != nil {
		want := bit(*q.Open)
		if len(opens) == 1 && want == 0 {
			opens = nil
		} else {
			opens = []int64{want}
		}
	}
	if q.Text != "" {
		c.add("instr(text, ?) > 0", lower(q.Text))
	}
	return c, opens, nil
}

// Conditions of the lamps of running clocks, in the order of [store.Head.Lamp];
// each assumes that those before it do not hold. ? is now.
const (
	isOver   = "rank < ?"
	isUrgent = "ifnull(urgent_at <= ?, 0)"
	isSoon   = "ifnull(warn_at <= ?, 0)"
)

// lampIs is the condition for one lamp; closed says whether closed cases can have it.
func lampIs(lamp string, now time.Time) (clause string, args []any, closed bool, err error) {
	t := now.UnixMicro()
	running := fmt.Sprintf("rank >= ? AND rank < %d", store.RankPaused)
	switch lamp {
	case store.LampOver:
		return isOver, []any{t}, false, nil
	case store.LampUrgent:
		return running + " AND " + isUrgent, []any{t, t}, false, nil
	case store.LampSoon:
		return running + " AND NOT " + isUrgent + " AND " + isSoon, []any{t, t, t}, false, nil
	case store.LampOK:
		return running + " AND NOT " + isUrgent + " AND NOT " + isSoon, []any{t, t, t}, false, nil
	case store.LampPaused:
		return "rank = ?", []any{store.RankPaused}, false, nil
	case store.LampIdle:
		return "rank = ?", []any{store.RankIdle}, false, nil
	case store.LampDone:
		return "rank >= ?", []any{store.RankStopped}, true, nil
	}
	return "", nil, false, fmt.Errorf("no lamp is called %q; there are %s", lamp, strings.Join(store.Lamps, ", "))
}

// lampOf is the lamp of a row as SQL.
var lampOf = fmt.Sprintf("CASE WHEN %s THEN 'over' WHEN rank = %d THEN 'paused' WHEN rank = %d THEN 'idle' WHEN rank >= %d THEN 'done' WHEN %s THEN 'urgent' WHEN %s THEN 'soon' ELSE 'ok' END",
	isOver, store.RankPaused, store.RankIdle, store.RankStopped, isUrgent, isSoon)

// Cases implements [store.Store].
func (s *Store) Cases(ctx context.Context, q store.CaseQuery) (store.Page[store.Head], error) {
	page, err := s.cases(ctx, &q)
	if err != nil {
		return store.Page[store.Head]{}, fmt.Errorf("list cases: %w", err)
	}
	return page, nil
}

func (s *Store) cases(ctx context.Context, q *store.CaseQuery) (store.Page[store.Head], error) {
	var page store.Page[store.Head]
	c, opens, err := restrict(q)
	if err != nil {
		return page, err
	}
	order, err := orderOf(q.Sort)
	if err != nil {
		return page, err
	}
	if q.After != "" {
		key, n, err := parseCursor(q.After)
		if err != nil {
			return page, err
		}
		c = c.with(order.after(), key, n)
	}
	parts := []conditions{}
	switch {
	case order.column == "rank": // closed cases come after all open ones
		parts = c.byOpen(opens)
		if order.descending && len(parts) == 2 {
			parts[0], parts[1] = parts[1], parts[0]
		}
	case len(opens) == 2:
		parts = append(parts, c)
	case len(opens) == 1:
		parts = c.byOpen(opens)
	}
	from := s.read
	if q.Text != "" || q.Mark != "" {
		from = s.walk
	}
	limit := store.PageSize(q.Limit)
	numbers := make([]int64, 0, limit+1)
	for _, part := range parts {
		left := limit + 1 - len(numbers)
		if left == 0 {
			break
		}
		err := from.rows(ctx, "SELECT n, head FROM cases"+part.where()+order.by()+" LIMIT ?", append(part.args, left), func(row scan) error {
			page.Rows, numbers = append(page.Rows, store.Head{}), append(numbers, 0)
			last := len(numbers) - 1
			return row(&numbers[last], (*record)(&page.Rows[last]))
		})
		if err != nil {
			return store.Page[store.Head]{}, err
		}
	}
	if len(page.Rows) > limit {
		page.Rows = page.Rows[:limit]
		page.Next = cursor(order.key(&page.Rows[limit-1]), numbers[limit-1])
	}
	return page, nil
}

// order is how a list of cases is sorted; n breaks ties.
type order struct {
	column     string
	key        func(*store.Head) int64
	descending bool
}

func orderOf(sort string) (order, error) {
	name, descending := strings.CutPrefix(sort, "-")
	switch name {
	case "", "due":
		return order{"rank", store.Rank, descending}, nil
	case "opened":
		return order{"opened_at", func(h *store.Head) int64 { return sortMicros(h.OpenedAt) }, descending}, nil
	case "updated":
		return order{"updated_at", func(h *store.Head) int64 { return sortMicros(h.UpdatedAt) }, descending}, nil
	}
	return order{}, fmt.Errorf("no sort is called %q; there are due, opened and updated, each with - before it for descending", sort)
}

func (o order) after() string {
	if o.descending {
		return "(" + o.column + ", n) < (?, ?)"
	}
	return "(" + o.column + ", n) > (?, ?)"
}

func (o order) by() string {
	if o.descending {
		return " ORDER BY " + o.column + " DESC, n DESC"
	}
	return " ORDER BY " + o.column + ", n"
}

// cursor names the last row of a page by its sort key and number.
func cursor(key, n int64) string {
	return strconv.FormatInt(key, 36) + "." + strconv.FormatInt(n, 36)
}

func parseCursor(s string) (key, n int64, err error) {
	a, b, ok := strings.Cut(s, ".")
	if ok {
		key, err = strconv.ParseInt(a, 36, 64)
	}
	if ok && err == nil {
		n, err = strconv.ParseInt(b, 36, 64)
	}
	if !ok || err != nil {
		return 0, 0, fmt.Errorf("%q is no cursor of a former page: start from the first page", s)
	}
	return key, n, nil
}
